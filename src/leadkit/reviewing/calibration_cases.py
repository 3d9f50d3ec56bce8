"""The cases that a policy is compared with: how each ended, what was known of it, and what the policy makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from attrs import define, field, setters

from leadkit.policy import Policy
from leadkit.records import Activity, Assessment, Lead, Opportunity
from leadkit.reviewing.rates import Rate
from leadkit.scoring.score import Score

Ending = Literal["both", "only_won", "only_lost", "none"]
"""Whether cases of both endings are there: without them there is nothing to compare."""

NOT_COMPARED = ("id", "lead_id", "external_id", "row", "raw")


@define(on_setattr=setters.frozen, kw_only=True)
class Outcome:
    """How one opportunity ended, and what was known of its lead: a record, or a mapping of facts.

    `at` is when the lead is scored, such as the day on which the opportunity was opened. `ended_at` is when it was won
    or lost. `assessment` is how the opportunity was judged then: levels by dimension, or what they follow from.
    """

    lead: Lead | Mapping[str, Any]
    won: bool
    activities: Iterable[Activity] | Mapping[str, int] = ()
    grade: str | None = None
    at: datetime | None = None
    ended_at: datetime | None = None
    assessment: Assessment | Opportunity | Mapping[str, Any] | None = None


@define(on_setattr=setters.frozen)
class ScoredCase:
    """A case with its score; `content` is all that was known of it, in a form in which equal cases are equal."""

    score: Score
    outcome: Outcome
    content: tuple[Any, ...] = field(repr=False)

    @property
    def won(self) -> bool:
        """How it ended."""
        return self.outcome.won

    @property
    def points(self) -> Decimal:
        """What the policy gives it."""
        return self.score.points


Cases = Sequence[ScoredCase]


def scored_cases(policy: Policy, outcomes: Iterable[Outcome], as_of: datetime) -> Iterator[ScoredCase]:
    """Every case, scored at its own time, else at `as_of`.

    Raises:
        FactError: a fact has the wrong type, or a time is naive.
    """
    for outcome in outcomes:
        activities = outcome.activities if isinstance(outcome.activities, Mapping) else tuple(outcome.activities)
        score = policy.score(outcome.lead, activities, as_of=outcome.at or as_of)
        yield ScoredCase(score, outcome, (content_of(outcome.lead), _events(activities), outcome.won))


def usual_lag(spans: Iterable[timedelta]) -> timedelta:
    """The middle one of these spans, none of them below 0; none at all is 0."""
    ordered = sorted(span for span in spans if span >= timedelta(0))
    return ordered[len(ordered) // 2] if ordered else timedelta(0)


def content_of(lead: Lead | Mapping[str, Any]) -> tuple[Any, ...]:
    """All that a lead says, but for its ids."""
    pairs = lead.model_dump().items() if isinstance(lead, Lead) else ((name, lead[name]) for name in lead)
    return tuple(sorted((name, repr(value)) for name, value in pairs if name not in NOT_COMPARED and value is not None))


def _events(activities: Mapping[Any, Any] | Sequence[Any]) -> tuple[Any, ...]:
    if isinstance(activities, Mapping):
        return tuple(sorted(activities.items()))
    return tuple(sorted(repr(activity) for activity in activities))


def ending(cases: Iterable[ScoredCase]) -> Ending:
    """Whether both won and lost cases are there."""
    endings = {case.won for case in cases}
    if len(endings) == 2:
        return "both"
    return "none" if not endings else "only_won" if True in endings else "only_lost"


def rate_of(cases: Iterable[ScoredCase]) -> Rate:
    """How often the cases were won."""
    won = [case.won for case in cases]
    return Rate(sum(won), len(won))


def repeats(cases: Iterable[ScoredCase]) -> Rate:
    """How many of the cases say exactly what one before them says, and ended alike."""
    contents = [case.content for case in cases]
    return Rate(len(contents) - len(set(contents)), len(contents))
