"""Drift: whether the cases since a day are still those that a policy was made for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from attrs import define, evolve, setters

from leadkit.policy import Policy
from leadkit.results import Result
from leadkit.reviewing.calibration import PointsRange, points_ranges
from leadkit.reviewing.calibration_cases import Cases, Outcome, ScoredCase, rate_of, scored_cases
from leadkit.reviewing.calibration_order import Concordance, concordance, has_fallen
from leadkit.reviewing.calibration_rules import level_of
from leadkit.reviewing.movement import DriftRow, DriftVerdict, is_unstable, stability
from leadkit.reviewing.rates import Rate, change_of_rate
from leadkit.rules.moments import seconds


@define(on_setattr=setters.frozen, kw_only=True)
class Drift(Result):
    """The cases before `since` and those from then on, as a policy sees them.

    `stability` is the population stability index of the points over tenths of the cases before; `stability_chance` is
    the probability that chance alone moves the points as much. `verdict` is `learn_again` where the points, a rate or
    the order moved by more than chance explains, and `not_enough_data` with fewer than 30 cases on a side.
    """

    policy: str
    since: datetime
    before: Rate
    now: Rate
    order_before: Concordance | None
    order_now: Concordance | None
    stability: Decimal | None
    stability_chance: Decimal | None
    bands: tuple[DriftRow, ...]
    rules: tuple[DriftRow, ...]
    verdict: DriftVerdict

    @property
    def moved(self) -> tuple[DriftRow, ...]:
        """The bands and levels whose share or rate moved."""
        return tuple(row for row in (*self.bands, *self.rules) if row.share_moved or row.rate_moved)

    def __str__(self) -> str:
        from leadkit.reviewing.drift_lines import drift_lines

        return "\n".join(drift_lines(self))


def drift(policy: Policy, outcomes: Iterable[Outcome], *, since: datetime) -> Drift:
    """Compare the cases that were opened from `since` on with those before; cases without a time are left out.

    Raises:
        FactError: a fact has the wrong type, or a time is naive.
    """
    policy.refuse_route("no drift")
    edge = seconds(since)
    dated = [outcome for outcome in outcomes if outcome.at is not None]
    cases = list(scored_cases(policy, dated, since))
    parts: tuple[list[ScoredCase], list[ScoredCase]] = ([], [])
    for case in cases:
        parts[seconds(case.outcome.at or since) >= edge].append(case)
    before, now = parts
    bands, rules = list(_bands(policy, before, now)), list(_rules(policy, before, now))
    orders = [concordance((case.points, case.won) for case in part) for part in parts]
    index, chance = _stability(before, now)
    made = Drift(
        policy=policy.id,
        since=since,
        before=rate_of(before),
        now=rate_of(now),
        order_before=orders[0],
        order_now=orders[1],
        stability=index,
        stability_chance=chance,
        bands=tuple(bands),
        rules=tuple(rules),
        verdict="not_enough_data",
    )
    return made if made.before.small or made.now.small else evolve(made, verdict=_verdict(made))


def _verdict(made: Drift) -> DriftVerdict:
    orders = made.order_before, made.order_now
    fallen = orders[0] is not None and orders[1] is not None and has_fallen(orders[0], orders[1])
    rates = change_of_rate(made.before, made.now) in {"up", "down"} or any(row.rate_moved for row in made.rules)
    return "learn_again" if fallen or is_unstable(made.stability, made.stability_chance) or rates else "steady"


def _stability(before: Cases, now: Cases) -> tuple[Decimal | None, Decimal | None]:
    """The stability index of the points, and how likely chance alone makes them differ as much."""
    ranges = list(points_ranges(before))
    earlier, later = (Counter(_range_of(case.points, ranges) for case in part) for part in (before, now))
    places = range(len(ranges))
    return stability([earlier[place] for place in places], [later[place] for place in places])


def _range_of(points: Decimal, ranges: Sequence[PointsRange]) -> int:
    return next((place for place, each in enumerate(ranges) if points <= each.high), len(ranges) - 1)


def _bands(policy: Policy, before: Cases, now: Cases) -> Iterator[DriftRow]:
    for name, ordered in policy.document.scoring.outcomes.items():
        for band in ordered:
            parts = [[case.score.bands[name] == band for case in part] for part in (before, now)]
            yield _row(name, band, (before, now), parts, len(ordered))


def _rules(policy: Policy, before: Cases, now: Cases) -> Iterator[DriftRow]:
    levels = []
    for _, code, rule in policy.document.scoring.rules:
        named = [[level_of(rule, code, case.score, policy.scorer) for case in part] for part in (before, now)]
        levels += [(code, level, named) for level in dict.fromkeys([*named[0], *named[1]])]
    for code, level, named in levels:
        yield _row(code, level, (before, now), [[mine == level for mine in part] for part in named], len(levels))


def _row(name: str, level: str, cases: tuple[Cases, Cases], inside: list[list[bool]], comparisons: int) -> DriftRow:
    before, now = ([case for case, mine in zip(*part, strict=True) if mine] for part in zip(cases, inside, strict=True))
    shares = Rate(len(before), len(inside[0])), Rate(len(now), len(inside[1]))
    return DriftRow.of(name, level, shares, (rate_of(before), rate_of(now)), comparisons)
