"""Do the bands mean anything: how often each was won, and which rules tell won from lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

from attrs import define, setters

from leadkit.policy import Policy
from leadkit.results import Result
from leadkit.reviewing.calibration_cases import Cases, Ending, Outcome, ending, rate_of, repeats, scored_cases
from leadkit.reviewing.calibration_order import Concordance, concordance
from leadkit.reviewing.calibration_rules import RuleEffect, rule_effects
from leadkit.reviewing.leaks import LeakClue, leak_clues
from leadkit.reviewing.rates import EXACT, Rate, change_of_rate

BINS = 10
Verdict = Literal["separates", "does_not_separate", "reversed", "not_enough_data", "one_ending"]


@define(on_setattr=setters.frozen)
class BandRate(Result):
    """How often the cases of one band, or of one grade, were won; `lift` is that over how often all were."""

    name: str
    rate: Rate
    lift: Decimal | None


@define(on_setattr=setters.frozen)
class BandSet(Result):
    """The bands of one set, the best first, and what the cases say of them.

    `separates`: the best is won more often than the worst by more than chance explains, and none more often than one
    above it by more than that. `reversed`: one is. `not_enough_data`: fewer than two bands have 30 cases. `one_ending`:
    nothing was lost, or nothing won, so that there is nothing to compare.
    """

    name: str
    bands: tuple[BandRate, ...]
    verdict: Verdict


@define(on_setattr=setters.frozen)
class PointsRange(Result):
    """A tenth of the cases by points, from `low` to `high`, and how often they were won."""

    low: Decimal
    high: Decimal
    rate: Rate


@define(on_setattr=setters.frozen, kw_only=True)
class Calibration(Result):
    """What the outcomes of cases say about a policy.

    `concordance` is the share of pairs of a won and a lost case in which the won one has more points, equal points
    counting half, to six decimals: 0.5 is chance, 1 is perfect; None without such a pair. `order` is the same with its
    95 % interval. `ending` says whether there are cases of both endings. `repeats` are cases that say exactly what
    another says and ended alike: copies make all intervals too narrow. `leaks` are facts that may have been filled in
    because of the ending.
    """

    policy: str
    base: Rate
    bands: tuple[BandSet, ...]
    rules: tuple[RuleEffect, ...]
    points: tuple[PointsRange, ...]
    concordance: Decimal | None
    order: Concordance | None
    ending: Ending
    repeats: Rate
    leaks: tuple[LeakClue, ...]

    def __str__(self) -> str:
        from leadkit.reviewing.calibration_lines import calibration_lines

        return "\n".join(calibration_lines(self))


def calibrate(policy: Policy, outcomes: Iterable[Outcome], *, as_of: datetime) -> Calibration:
    """Score every case at its own time, else at `as_of`, and compare what the policy says with how the cases ended.

    Raises:
        FactError: a fact has the wrong type, or a time is naive.
    """
    policy.refuse_route("no calibration")
    cases = tuple(scored_cases(policy, outcomes, as_of))
    base, ended = rate_of(cases), ending(cases)
    order = concordance((case.points, case.won) for case in cases)
    return Calibration(
        policy=policy.id,
        base=base,
        bands=tuple(_band_sets(policy, cases, base, ended)),
        rules=tuple(rule_effects(cases)),
        points=tuple(points_ranges(cases)),
        concordance=None if order is None else order.value,
        order=order,
        ending=ended,
        repeats=repeats(cases),
        leaks=tuple(_leaks(policy, cases)),
    )


def _band_sets(policy: Policy, cases: Cases, base: Rate, ended: Ending) -> Iterator[BandSet]:
    for name, order in policy.document.scoring.outcomes.items():
        yield _judged(name, order, [(case.score.bands[name], case.won) for case in cases], base, ended)
    graded = [(case.outcome.grade, case.won) for case in cases if case.outcome.grade is not None]
    if graded:
        every = [*policy.grades, *sorted({grade for grade, _ in graded} - set(policy.grades))]
        yield _judged("grade", every, graded, base, ended)


def _judged(name: str, order: Sequence[str], cases: list[tuple[str, bool]], base: Rate, ended: Ending) -> BandSet:
    members: dict[str, list[bool]] = defaultdict(list)
    for band, won in cases:
        members[band].append(won)
    rates = [Rate(sum(members[band]), len(members[band])) for band in order]
    bands = tuple(BandRate(band, rate, _lift(rate, base)) for band, rate in zip(order, rates, strict=True))
    alone = ended in {"only_won", "only_lost"}
    return BandSet(name, bands, "one_ending" if alone else _verdict([rate for rate in rates if not rate.small]))


def _lift(rate: Rate, base: Rate) -> Decimal | None:
    if not rate.of or not base.met:
        return None
    return (Decimal(rate.met * base.of) / (rate.of * base.met)).quantize(EXACT)


def _verdict(rates: list[Rate]) -> Verdict:
    """What rates with enough cases, the best band's first, say of the bands."""
    if len(rates) < 2:
        return "not_enough_data"
    if any(change_of_rate(rates[place], lower) == "up" for place in range(len(rates)) for lower in rates[place + 1 :]):
        return "reversed"
    return "separates" if change_of_rate(rates[-1], rates[0]) == "up" else "does_not_separate"


def points_ranges(cases: Cases) -> Iterator[PointsRange]:
    """At most ten ranges of points with about as many cases each; equal points stay together."""
    by_points: dict[Decimal, list[bool]] = defaultdict(list)
    for case in cases:
        by_points[case.points].append(case.won)
    size = max(-(-len(cases) // BINS), 1)
    points: list[Decimal] = []
    gathered: list[bool] = []
    for value in sorted(by_points):
        points.append(value)
        gathered += by_points[value]
        if len(gathered) >= size:
            yield PointsRange(points[0], points[-1], Rate(sum(gathered), len(gathered)))
            points, gathered = [], []
    if gathered:
        yield PointsRange(points[0], points[-1], Rate(sum(gathered), len(gathered)))


def _leaks(policy: Policy, cases: Cases) -> Iterator[LeakClue]:
    """What is strange about the facts that the policy's rules ask for."""
    won = [case.won for case in cases]
    for name in policy.scorer.asked:
        fact = policy.facts[name]
        values = [case.score.facts.get(name) for case in cases]
        yield from leak_clues(name, [value if fact.knows(value) else None for value in values], won)
