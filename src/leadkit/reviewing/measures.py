"""What was to be done after earlier reviews, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from attrs import define, evolve, field, setters

from leadkit.results import Result
from leadkit.reviewing.period import Period, read_period


@define(on_setattr=setters.frozen, kw_only=True)
class Measure(Result):
    """Something that a review decided: what is to be done, by whom and by which day.

    `period` is the label of the period that was reviewed, such as `2023-Q3`. `at` is when it was noted, and by whom;
    `done_at` when it was finished, None while it is open. `figure` names what it is to move, such as
    `lead_to_win_rate`, where that was said: a review shows it beside the measure, of the period before and of its own.
    """

    id: str
    period: str
    text: str = field(repr=False)
    owner: str
    due: date
    at: datetime
    by: str
    done_at: datetime | None = None
    done_by: str | None = None
    figure: str | None = None


def measures_beside(measures: Iterable[Measure], period: Period, as_of: datetime) -> tuple[Measure, ...]:
    """The measures that stand beside the review of a period: its own, and earlier ones that are open or done since.

    An earlier one is of a period that ended by the end of this one, and done since is done from the first day of this
    one on. What was done after `as_of` is open. Those due first come first.
    """
    beside = []
    for measure in measures:
        of = read_period(measure.period, period.zone)
        done = measure.done_at is not None and measure.done_at <= as_of
        since = measure.done_at is None or measure.done_at >= period.start
        if of.end <= period.end and (since or not done):
            beside.append(measure if done else evolve(measure, done_at=None, done_by=None))
    return tuple(sorted(beside, key=lambda each: (each.due, each.id)))
