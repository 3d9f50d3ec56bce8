"""Do the bands mean anything: how often each was won, and which rules tell won from lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from attrs import define, setters

from leadkit.policy import Policy
from leadkit.records import Activity, Lead
from leadkit.results import Result
from leadkit.reviewing.rates import EXACT, FEW, Direction, Rate, change_of_rate
from leadkit.scoring.score import Score
from leadkit.texts import Language, texts

BINS = 10
Verdict = Literal["separates", "does_not_separate", "reversed", "not_enough_data"]


@define(on_setattr=setters.frozen, kw_only=True)
class Outcome:
    """How one opportunity ended, and what was known of its lead: a record, or a mapping of facts.

    `at` is when the lead is scored, such as the day on which the opportunity was opened.
    """

    lead: Lead | Mapping[str, Any]
    won: bool
    activities: Iterable[Activity] | Mapping[str, int] = ()
    grade: str | None = None
    at: datetime | None = None


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
    above it by more than that. `reversed`: one is. `not_enough_data`: fewer than two bands have 30 cases.
    """

    name: str
    bands: tuple[BandRate, ...]
    verdict: Verdict


@define(on_setattr=setters.frozen)
class RuleEffect(Result):
    """One rule: how many cases it gave points to (`hit`), and how often those and the others were won.

    `direction` says whether that differs by more than chance explains; None where one side has fewer than 30 cases.
    With many rules one in twenty differs by chance alone.
    """

    group: str
    code: str
    hit: Rate
    won_with: Rate
    won_without: Rate
    direction: Direction | None


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
    counting half, to six decimals: 0.5 is chance, 1 is perfect; None without such a pair.
    """

    policy: str
    base: Rate
    bands: tuple[BandSet, ...]
    rules: tuple[RuleEffect, ...]
    points: tuple[PointsRange, ...]
    concordance: Decimal | None

    def __str__(self) -> str:
        return "\n".join(calibration_lines(self))


def calibrate(policy: Policy, outcomes: Iterable[Outcome], *, as_of: datetime) -> Calibration:
    """Score every case at its own time, else at `as_of`, and compare what the policy says with how the cases ended.

    Raises:
        FactError: a fact has the wrong type, or a time is naive.
    """
    cases = [
        (policy.score(outcome.lead, outcome.activities, as_of=outcome.at or as_of), outcome) for outcome in outcomes
    ]
    base = _rate(outcome for _, outcome in cases)
    every = policy.document.scoring.outcomes.items()
    sets = [_band_set(name, list(bands), cases, base) for name, bands in every]
    graded = [(score, outcome) for score, outcome in cases if outcome.grade is not None]
    if graded:
        sets.append(_grades(policy.grades, graded, base))
    return Calibration(
        policy=policy.id,
        base=base,
        bands=tuple(sets),
        rules=tuple(_rules(cases)),
        points=tuple(_ranges(cases)),
        concordance=_concordance(cases),
    )


Cases = Sequence[tuple[Score, Outcome]]


def _rate(outcomes: Iterable[Outcome]) -> Rate:
    won = [outcome.won for outcome in outcomes]
    return Rate(sum(won), len(won))


def _band_set(name: str, order: list[str], cases: Cases, base: Rate) -> BandSet:
    members: dict[str, list[Outcome]] = defaultdict(list)
    for score, outcome in cases:
        members[score.bands[name]].append(outcome)
    return _judged(name, [(band, _rate(members[band])) for band in order], base)


def _grades(order: Sequence[str], cases: Cases, base: Rate) -> BandSet:
    members: dict[str, list[Outcome]] = defaultdict(list)
    for _, outcome in cases:
        members[str(outcome.grade)].append(outcome)
    every = [*order, *sorted(set(members) - set(order))]
    return _judged("grade", [(grade, _rate(members[grade])) for grade in every], base)


def _judged(name: str, rates: list[tuple[str, Rate]], base: Rate) -> BandSet:
    bands = tuple(BandRate(band, rate, _lift(rate, base)) for band, rate in rates)
    return BandSet(name, bands, _verdict([rate for _, rate in rates if not rate.small]))


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


def _rules(cases: Cases) -> Iterator[RuleEffect]:
    """Every rule of the policy, in its order."""
    hits: dict[tuple[str, str], list[bool]] = {}
    for score, _ in cases:
        for row in score.contributions:
            if row.why == "rule":
                hits.setdefault((row.group, row.code), []).append(row.points != 0)
    for (group, code), hit in hits.items():
        pairs = list(zip(hit, cases, strict=True))
        won_with, won_without = (
            _rate(outcome for got, (_, outcome) in pairs if got is wanted) for wanted in (True, False)
        )
        enough = not won_with.small and not won_without.small
        direction = change_of_rate(won_without, won_with) if enough else None
        yield RuleEffect(group, code, Rate(sum(hit), len(hit)), won_with, won_without, direction)


def _ranges(cases: Cases) -> Iterator[PointsRange]:
    """At most ten ranges of points with about as many cases each; equal points stay together."""
    by_points: dict[Decimal, list[Outcome]] = defaultdict(list)
    for score, outcome in cases:
        by_points[score.points].append(outcome)
    size = max(-(-len(cases) // BINS), 1)
    points: list[Decimal] = []
    gathered: list[Outcome] = []
    for value in sorted(by_points):
        points.append(value)
        gathered += by_points[value]
        if len(gathered) >= size:
            yield PointsRange(points[0], points[-1], _rate(gathered))
            points, gathered = [], []
    if gathered:
        yield PointsRange(points[0], points[-1], _rate(gathered))


def _concordance(cases: Cases) -> Decimal | None:
    counts: dict[Decimal, list[int]] = defaultdict(lambda: [0, 0])
    for score, outcome in cases:
        counts[score.points][outcome.won] += 1
    lost_below = twice = won = lost = 0
    for value in sorted(counts):
        here_lost, here_won = counts[value]
        twice += here_won * (2 * lost_below + here_lost)
        lost_below += here_lost
        won, lost = won + here_won, lost + here_lost
    return (Decimal(twice) / (2 * won * lost)).quantize(EXACT) if won and lost else None


def calibration_lines(calibration: Calibration, language: Language = "en") -> Iterator[str]:
    """A calibration for a terminal: whether points, bands and rules tell won from lost."""
    words = texts("review", language)["calibration"]
    yield words["base"].format(policy=calibration.policy, rate=calibration.base)
    if calibration.concordance is not None:
        yield words["concordance"].format(share=f"{calibration.concordance:.1%}")
    for bands in calibration.bands:
        yield words["bands"].format(name=bands.name, verdict=words[bands.verdict].format(few=FEW))
        for band in bands.bands:
            small = words["small"] if band.rate.small else ""
            yield words["band"].format(
                name=band.name, rate=band.rate, interval=_interval(band.rate, language), small=small
            )
    for rule in sorted(calibration.rules, key=lambda rule: rule.direction in (None, "noise")):
        name, verdict = f"{rule.group}.{rule.code}", words[rule.direction or "untold"]
        yield words["rule"].format(rule=name, with_it=rule.won_with, without_it=rule.won_without, verdict=verdict)


def _interval(rate: Rate, language: Language) -> str:
    words = texts("review", language)["calibration"]
    if rate.low is None or rate.high is None:
        return str(words["no_cases"])
    return str(words["interval"].format(low=f"{rate.low:.1%}", high=f"{rate.high:.1%}"))
