"""The edges of a period and of a review in whole seconds, as every count compares them."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from zoneinfo import ZoneInfo

from attrs import define, setters

from leadkit.reviewing.horizon import Horizon
from leadkit.reviewing.period import Period
from leadkit.rules.moments import seconds


@define(on_setattr=setters.frozen)
class Bounds:
    """A period and a time in whole seconds since 1970: its start, its end, the starts of its months, and `as_of`.

    `parts` are the starts of the parts of the period, and `horizon` is what lies around the time of the review; where
    only the figures of the period are wanted, it is one part, and there is no horizon. Days are those of `zone`.
    """

    start: int
    end: int
    months: tuple[int, ...]
    as_of: int
    parts: tuple[int, ...]
    zone: ZoneInfo
    horizon: Horizon | None = None

    @classmethod
    def of(cls, period: Period, as_of: datetime, *, whole: bool = True) -> Bounds:
        """The bounds of a period; with the horizon where the review is to be `whole`."""
        start, end = seconds(period.start), seconds(period.end)
        months = tuple(seconds(month.start) for month in period.cohorts)
        parts = tuple(seconds(part.start) for part in period.parts) if whole else (start,)
        horizon = Horizon.of(period, as_of) if whole else None
        return cls(start, end, months, seconds(as_of), parts, period.zone, horizon)

    def part(self, moment: int | None) -> int | None:
        """The place of the part of the period in which a moment lies; None where it lies in none."""
        return bisect_right(self.parts, moment) - 1 if moment is not None and self.hold(moment) else None

    def hold(self, moment: int | None) -> bool:
        """Whether a moment lies in the period, and is known."""
        return moment is not None and self.start <= moment < self.end and moment <= self.as_of

    def known(self, moment: datetime | None) -> int | None:
        """A moment in seconds; None where there is none, or it is still to come."""
        at = seconds_of(moment)
        return at if at is None or at <= self.as_of else None


def seconds_of(moment: datetime | None) -> int | None:
    """A moment in whole seconds; None where there is none."""
    return None if moment is None else seconds(moment)


def days_between(first: datetime, last: datetime, zone: ZoneInfo) -> int:
    """The calendar days from one moment to another as a clock in `zone` shows them."""
    return last.astimezone(zone).toordinal() - first.astimezone(zone).toordinal()
