"""What a score may still become once unknown facts are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any

from leadkit.rules.bands import micro
from leadkit.rules.facts import Fact
from leadkit.scoring.document import CategoryRule, RangeRule, Rule
from leadkit.scoring.scorer import Scorer

Numbers = tuple[Any, ...]
MOST_RUNS = 100_000
"""So many rules are run at most to try every combination of unknown facts; beyond, rules are taken as independent."""


def possible(scorer: Scorer, numbers: Numbers, facts: Mapping[str, Any], unknown: tuple[str, ...]) -> tuple[int, int]:
    """The lowest and highest total in micro-points.

    Exact while the combinations of values that rules tell apart, times the rules, are at most `MOST_RUNS`; beyond that
    an interval that is never too narrow. Events stay as they are.
    """
    choices = [scorer.values(name) for name in unknown]
    if prod(len(values) for values in choices) * len(scorer.rules) > MOST_RUNS:
        return interval(scorer, numbers, unknown)
    kept = {name: facts.get(name) for name in scorer.asked}
    cases = (kept | dict(zip(unknown, values, strict=True)) for values in product(*choices))
    totals = [_total(scorer, numbers, case) for case in cases]
    return min(totals), max(totals)


def interval(scorer: Scorer, numbers: Numbers, unknown: tuple[str, ...]) -> tuple[int, int]:
    """Each rule that asks for an unknown fact at its lowest, and each at its highest."""

    def total(end: Callable[[list[int]], int]) -> int:
        def points(code: str, rule: Rule) -> int:
            is_open = not set(unknown).isdisjoint(scorer.terms[code].facts)
            return end(_worths(rule, scorer.facts)) if is_open else _given(scorer, numbers, code)

        return _add_up(scorer, points)

    return total(min), total(max)


def _total(scorer: Scorer, numbers: Numbers, facts: dict[str, Any]) -> int:
    """The total for other facts and the same events."""
    others = scorer.evaluate(facts, (), 0)

    def points(code: str, _: Rule) -> int:
        return _given(scorer, numbers if scorer.terms[code].tallies else others, code)

    return _add_up(scorer, points)


def _add_up(scorer: Scorer, points: Callable[[str, Rule], int]) -> int:
    """The total when each rule gives `points` (code, rule)."""
    groups = scorer.scoring.groups.items()
    sums = {name: sum(points(code, rule) for code, rule in group.rules.items()) for name, group in groups}
    return scorer.total(sum(scorer.cut(name, given) for name, given in sums.items()))


def _given(scorer: Scorer, numbers: Numbers, code: str) -> int:
    return int(numbers[scorer.columns[scorer.terms[code].summand]])


def _worths(rule: Rule, facts: Mapping[str, Fact]) -> list[int]:
    """Every number of points that a rule may give once its facts are known."""
    match rule:
        case CategoryRule():
            levels = facts[rule.field].levels or ("", *rule.points)
            return [micro(rule.points.get(level, Decimal(0))) for level in levels]
        case RangeRule():
            return [0, *(micro(step.points) for step in rule.ranges.values())]
        case _:
            return [0, micro(rule.points)]
