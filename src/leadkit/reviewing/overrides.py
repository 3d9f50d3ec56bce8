"""The bands that people said beside the score: how many, by whom, and how these leads turned out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from attrs import define, setters

from leadkit.results import Result
from leadkit.reviewing.period import Period
from leadkit.reviewing.rates import Rate

CONVERTED = frozenset({"converted", "won"})
"""The results of leads that became an opportunity."""


@define(on_setattr=setters.frozen, kw_only=True)
class OverrideCase:
    """One band that a person said: so many `steps` above that of the score, and what became of the lead since.

    `result` is `won`, `converted`, `invalid`, `archived` or `open`.
    """

    lead_id: str
    by: str
    at: datetime
    steps: int
    result: str


@define(on_setattr=setters.frozen, kw_only=True)
class OverrideGroup(Result):
    """What one person said in the period: how often a band above, or below, that of the score, and how that ended.

    A lead counts once, by what the person said of it last; `overrides` counts every verdict. A lead that is open still
    counts as not converted.
    """

    by: str
    overrides: int
    raised: int
    lowered: int
    raised_converted: Rate
    raised_won: Rate
    lowered_converted: Rate


def overrides(cases: Iterable[OverrideCase], period: Period, as_of: datetime) -> tuple[OverrideGroup, ...]:
    """What each person said in the period, up to `as_of`, who said most first."""
    people: dict[str, list[OverrideCase]] = defaultdict(list)
    for case in cases:
        if period.start <= case.at < period.end and case.at <= as_of:
            people[case.by].append(case)
    ordered = sorted(people.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(_group(by, verdicts) for by, verdicts in ordered)


def _group(by: str, verdicts: Sequence[OverrideCase]) -> OverrideGroup:
    last = {case.lead_id: case for case in sorted(verdicts, key=lambda case: case.at)}.values()
    raised = [case for case in last if case.steps > 0]
    lowered = [case for case in last if case.steps < 0]
    return OverrideGroup(
        by=by,
        overrides=len(verdicts),
        raised=len(raised),
        lowered=len(lowered),
        raised_converted=_rate(raised, CONVERTED),
        raised_won=_rate(raised, frozenset({"won"})),
        lowered_converted=_rate(lowered, CONVERTED),
    )


def _rate(cases: Sequence[OverrideCase], results: frozenset[str]) -> Rate:
    return Rate(sum(case.result in results for case in cases), len(cases))
