"""Drift: whether the cases since a day are still those that a policy was made for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from math import log
from typing import Literal

from attrs import define, evolve, setters

from leadkit.policy import Policy
from leadkit.results import Result
from leadkit.reviewing.calibration import PointsRange, points_ranges
from leadkit.reviewing.calibration_cases import Cases, Outcome, ScoredCase, rate_of, scored_cases
from leadkit.reviewing.calibration_order import Concordance, concordance, has_fallen
from leadkit.reviewing.calibration_rules import SIGNIFICANT, level_of
from leadkit.reviewing.chance import chance_of
from leadkit.reviewing.rates import EXACT, Direction, Rate, change_of_rate
from leadkit.rules.moments import seconds

MOVED = Decimal("0.1")
"""A stability index above this is worth mentioning, where chance does not explain it."""
LEAST = 0.0001
DriftVerdict = Literal["steady", "learn_again", "not_enough_data"]


@define(on_setattr=setters.frozen)
class DriftRow(Result):
    """A band, or a level of a rule: its share of the cases and how often those were won, before and since.

    `share_moved` and `rate_moved` say whether they rose or fell by more than chance explains, as many comparisons as
    there are being taken into account; None where they did not.
    """

    name: str
    level: str
    share_before: Rate
    share_now: Rate
    rate_before: Rate
    rate_now: Rate
    share_moved: Direction | None
    rate_moved: Direction | None


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
    stability, chance = _stability(before, now)
    made = Drift(
        policy=policy.id,
        since=since,
        before=rate_of(before),
        now=rate_of(now),
        order_before=orders[0],
        order_now=orders[1],
        stability=stability,
        stability_chance=chance,
        bands=tuple(bands),
        rules=tuple(rules),
        verdict="not_enough_data",
    )
    return made if made.before.small or made.now.small else evolve(made, verdict=_verdict(made))


def _verdict(made: Drift) -> DriftVerdict:
    orders = made.order_before, made.order_now
    fallen = orders[0] is not None and orders[1] is not None and has_fallen(orders[0], orders[1])
    points = made.stability is not None and made.stability > MOVED and _is_unlikely(made.stability_chance, 1)
    rates = change_of_rate(made.before, made.now) in {"up", "down"} or any(row.rate_moved for row in made.rules)
    return "learn_again" if fallen or points or rates else "steady"


def _is_unlikely(chance: Decimal | None, comparisons: int) -> bool:
    return chance is not None and chance * comparisons < SIGNIFICANT


def _stability(before: Cases, now: Cases) -> tuple[Decimal | None, Decimal | None]:
    """The stability index of the points, and how likely chance alone makes them differ as much."""
    ranges = list(points_ranges(before))
    if not ranges or not now:
        return None, None
    counts = [Counter(_range_of(case.points, ranges) for case in part) for part in (before, now)]
    index = sum(
        (new - old) * log(new / old)
        for place in range(len(ranges))
        for old, new in [[max(count[place] / sum(count.values()), LEAST) for count in counts]]
    )
    rates = [Rate(counts[1][place], counts[0][place] + counts[1][place]) for place in range(len(ranges))]
    return Decimal(repr(index)).quantize(EXACT), chance_of(rates)


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
    shares = [Rate(sum(flags), len(flags)) for flags in inside]
    rates = [
        rate_of(case for case, mine in zip(part, flags, strict=True) if mine)
        for part, flags in zip(cases, inside, strict=True)
    ]
    return DriftRow(
        name=name,
        level=level,
        share_before=shares[0],
        share_now=shares[1],
        rate_before=rates[0],
        rate_now=rates[1],
        share_moved=_moved(*shares, comparisons=comparisons),
        rate_moved=_moved(*rates, comparisons=comparisons),
    )


def _moved(before: Rate, now: Rate, *, comparisons: int) -> Direction | None:
    direction = change_of_rate(before, now)
    unlikely = _is_unlikely(chance_of([before, now]), comparisons)
    return direction if direction in {"up", "down"} and unlikely and not before.small and not now.small else None
