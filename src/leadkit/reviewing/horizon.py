"""What lies around the time of a review: the months in which open deals should close, and the year behind."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime

from attrs import define, field, setters

from leadkit.reviewing.period import Period, months_ahead
from leadkit.rules.moments import seconds

MONTHS = 12
"""So many months stand each for itself, that of the review the first."""

YEAR = 365 * 86_400
PAST, LATER = "past", "later"


@define(on_setattr=setters.frozen)
class Horizon:
    """The time around a review in whole seconds.

    `starts` are the starts of the review's day, of each following month, and of what comes `LATER` than all of them;
    what should have been closed before the day is `PAST`. `due_before` is the end of the period where it is not over
    yet. Rates are those of what was closed after `since`.
    """

    starts: tuple[int, ...]
    keys: tuple[str, ...] = field(repr=False)
    due_before: int | None
    since: int

    @classmethod
    def of(cls, period: Period, as_of: datetime) -> Horizon:
        """The horizon of a review of `period` that is made at `as_of`."""
        months, now = months_ahead(as_of, period.zone, MONTHS), seconds(as_of)
        end = seconds(period.end)
        return cls(
            starts=tuple(seconds(moment) for moment in (*(month.start for month in months), months[-1].end)),
            keys=(PAST, *(f"{month.first:%Y-%m}" for month in months), LATER),
            due_before=end if now < end else None,
            since=now - YEAR,
        )

    def shows(self, status: str, ended: int | None) -> bool:
        """Whether an opportunity is open, or was closed recently enough for the rates."""
        return status == "open" or (ended is not None and ended > self.since)

    def place(self, close: int | None) -> int | None:
        """How many of `starts` a moment has passed; None where it is not known."""
        return None if close is None else bisect_right(self.starts, close)

    def is_due(self, close: int | None) -> bool:
        """Whether a moment is known and lies before the end of a period that is not over yet."""
        return close is not None and self.due_before is not None and close < self.due_before
