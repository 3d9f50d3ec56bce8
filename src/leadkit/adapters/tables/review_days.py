"""Calendar days in a zone as expressions that every engine runs, from whole seconds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from leadkit.adapters.tables.review_expressions import flag
from leadkit.errors import MissingExtraError
from leadkit.reviewing.count import DAY
from leadkit.reviewing.period import FIRST_YEAR
from leadkit.rules.moments import seconds

try:
    import narwhals as nw
except ImportError:
    raise MissingExtraError.of("narwhals", "polars") from None

WEEK = timedelta(days=7)
FIRST = datetime.combine(date(FIRST_YEAR, 1, 1), time(), UTC)
Step = tuple[int, int]


def day(name: str, zone: ZoneInfo, until: int) -> nw.Expr:
    """The number of the day, since 1970, of a moment up to the second `until`; before 1901 as the first days of it."""
    (_, first), *later = offsets(zone, until)
    moment, parts, before = nw.col(name), [], first
    for start, offset in later:
        parts.append(flag(moment >= start) * (offset - before))
        before = offset
    return (sum_of([moment + first, *parts]) // DAY).cast(nw.Int64)


def sum_of(parts: Sequence[nw.Expr]) -> nw.Expr:
    """A sum that is as flat as can be: engines take only so many levels."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return sum_of(parts[:middle]) + sum_of(parts[middle:])


@lru_cache(16)
def offsets(zone: ZoneInfo, until: int) -> tuple[Step, ...]:
    """From which second on a clock in `zone` was ahead of UTC by how many, up to the second `until`."""
    return tuple(_offsets(zone, max(datetime.fromtimestamp(until, UTC), FIRST)))


def _offsets(zone: ZoneInfo, until: datetime) -> Iterator[Step]:
    before = _ahead(FIRST, zone)
    yield seconds(FIRST), before
    start = FIRST
    while start < until:
        end = min(start + WEEK, until)
        if _ahead(end, zone) != before:
            end = _change(start, end, zone)
            before = _ahead(end, zone)
            yield seconds(end), before
        start = end


def _change(start: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the clock is not as at `start` any more."""
    before, second = _ahead(start, zone), timedelta(seconds=1)
    while end - start > second:
        middle = start + (end - start) // second // 2 * second
        start, end = (middle, end) if _ahead(middle, zone) == before else (start, middle)
    return end


def _ahead(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(seconds=1)
