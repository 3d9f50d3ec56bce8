"""Time as rules see it: whole epoch seconds from aware datetimes, whole days, calendar months."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime

from leadkit.errors import FactError, Problem

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def seconds(moment: datetime, name: str = "as_of") -> int:
    """Whole seconds since 1970 in UTC, fractions dropped.

    Raises:
        FactError: `moment` is no time, or has no time zone; `name` says which argument it was.
    """
    if not isinstance(moment, datetime):
        raise FactError(Problem("must be a time", "give a datetime with its zone: datetime.now(UTC)", path=name))
    if moment.tzinfo is None:
        raise FactError(Problem("is a time without a zone", "use datetime.now(UTC) or .replace(tzinfo=...)", path=name))
    since = moment - EPOCH
    return since.days * 86_400 + since.seconds


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def months_later(day: date, months: int) -> date:
    """The same day so many calendar months later, or the last day of that month where it has no such day.

    Beyond the last year there is, the last day there is.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
