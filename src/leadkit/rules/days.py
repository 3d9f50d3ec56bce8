"""The day on which an event was, in the time zone of a policy, as an expression that every engine works out alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from leadkit.rules import algebra as a

DAY = 86_400
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC)
"""Clock changes are looked up between these; before and behind, the nearest offset holds."""


@cache
def day_of_event(zone: str) -> a.Expression:
    """The number of the calendar day in `zone` on which an event was, counted from 1970-01-01."""
    *changes, (_, first) = reversed(list(_offsets(ZoneInfo(zone))))
    day = _day(first)
    branches = tuple((a.AtLeast(a.AT, a.Literal(start)), _day(offset)) for start, offset in changes)
    return a.Case(branches, day) if branches else day


def _day(offset: int) -> a.Expression:
    return a.Quotient(a.Add((a.AT, a.Literal(offset))) if offset else a.AT, DAY)


def _offsets(zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    """When each offset from UTC begins to hold, and the offset, both in seconds, the oldest first."""
    before, now = FIRST, _offset(FIRST, zone)
    yield int(FIRST.timestamp()), now
    while before < LAST:
        after = before + timedelta(days=1)
        if _offset(after, zone) != now:
            start = _change(int(before.timestamp()), int(after.timestamp()), zone)
            now = _offset(datetime.fromtimestamp(start, UTC), zone)
            yield start, now
        before = after


def _change(low: int, high: int, zone: ZoneInfo) -> int:
    """The first second behind `low`, and not behind `high`, at which another offset holds."""
    old = _offset(datetime.fromtimestamp(low, UTC), zone)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(datetime.fromtimestamp(middle, UTC), zone) == old:
            low = middle
        else:
            high = middle
    return high


def _offset(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset.days * DAY + offset.seconds
