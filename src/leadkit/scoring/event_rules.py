"""Rules over events: points for what happens, and for what doesn't."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from leadkit.records.fields import RECORD, Days, EventKind, Points, Text
from leadkit.rules.facts import refuse
from leadkit.rules.span import Span

LONGEST_HALF_LIFE = 1_461
"""Four years of days; at longer half-lives the power functions of databases differ in the last digit."""


def _same_everywhere(days: int) -> int:
    """Refuse a half-life for which not every engine is shown to give the same points."""
    if days > LONGEST_HALF_LIFE:
        raise refuse(
            "a half-life is at most 1461 days, four years",
            "above, databases differ in the last digit of a weight; leave it out where events stay worth as much",
        )
    return days


HalfLife = Annotated[Days, AfterValidator(_same_everywhere), Field(json_schema_extra={"maximum": LONGEST_HALF_LIFE})]


class EventFilter(BaseModel):
    """Which events of a kind count: those about `subject`, or one of several, and with an `amount` in a range.

    An event without a subject, or without an amount, is not counted by a filter that asks for it.
    """

    model_config = RECORD

    subject: Text | Annotated[tuple[Text, ...], Field(min_length=1, max_length=1000)] | None = None
    """What an event must be about: a subject, or a list of which one has to be it."""
    amount: Span | None = None
    """The range in which the amount of an event must lie."""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects that count; empty where all do."""
        return () if self.subject is None else (self.subject,) if isinstance(self.subject, str) else self.subject

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.subject is None and self.amount is None:
            raise refuse("asks nothing", "give subject, amount or both")
        if "" in self.subjects:
            raise refuse("a blank subject is none", "leave subject out to count all events")
        return self


class EventRule(BaseModel):
    """Points for each event of a kind, or once for so many `times`.

    `limit` is the most that the rule gives or takes. `within_days` counts only events of age [0, within_days), `where`
    only some of them. `once_per` counts days of the policy's time zone, or subjects, instead of events.
    `half_life_days` halves an event's weight with every so many days of age; with `fades_over_days` it falls by equal
    steps from day to day, to nothing. With `times` the points are given once, from that counted event on.
    """

    model_config = RECORD

    event: EventKind
    """The kind of event that is counted, such as `webinar`."""
    points: Points
    """Points for each event."""
    limit: Points | None = Field(default=None, gt=0)
    """The most that the rule gives or takes, above 0; no limit by default."""
    within_days: Days | None = None
    """Count only events younger than this many days."""
    where: EventFilter | None = None
    """Count only some events of the kind: by what they are about, or by their amount."""
    once_per: Literal["day", "subject"] | None = None
    """Count days, or subjects, on which such events were, instead of the events."""
    times: int | None = Field(default=None, ge=1, le=10_000)
    """Give the points once, from this many counted events on, instead of for each."""
    half_life_days: HalfLife | None = None
    """Halve the weight of an event with every so many days of its age."""
    fades_over_days: Days | None = None
    """Let the weight of an event fall by equal steps from day to day, to nothing after so many days."""

    @property
    def ages(self) -> bool:
        """Whether an event counts less as it grows older."""
        return self.half_life_days is not None or self.fades_over_days is not None

    @model_validator(mode="after")
    def _ages_in_whole_points(self) -> Self:
        if self.ages and self.points != int(self.points):
            raise refuse("a rule whose events age needs whole points", "weights are millionths already")
        return self

    @model_validator(mode="after")
    def _counts_in_one_way(self) -> Self:
        if self.half_life_days is not None and self.fades_over_days is not None:
            raise refuse("an event either halves or fades", "give half_life_days or fades_over_days")
        if self.ages and (self.times is not None or self.once_per is not None):
            raise refuse("times and once_per count whole events, which don't age", "within_days can bound their age")
        if self.times is not None and self.limit is not None:
            raise refuse("with times the points are given once: a limit changes nothing", "leave limit out")
        if self.fades_over_days is not None and self.within_days is not None:
            raise refuse("an event that fades ends by itself", "leave within_days out")
        return self


class SilenceRule(BaseModel):
    """Points while none of `events` is younger than `silent_days`, also where none ever happened.

    Without `events` all kinds count that an event rule of the policy counts.
    """

    model_config = RECORD

    silent_days: Days
    """So many days without any of the events."""
    points: Points
    """Points while there is none."""
    events: tuple[EventKind, ...] | None = Field(default=None, min_length=1, max_length=100)
    """The kinds of events that break the silence; left out, all that event rules count."""
