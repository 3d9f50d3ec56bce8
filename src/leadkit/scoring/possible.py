"""What a score may still become once unknown facts are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from itertools import pairwise, product
from math import prod
from typing import Any

from leadkit.rules.bands import micro
from leadkit.rules.conditions import tests_of
from leadkit.rules.facts import Fact
from leadkit.scoring.document import CategoryRule, ConditionRule, EventRule, RangeRule, Rule
from leadkit.scoring.program import rule_fields
from leadkit.scoring.scorer import Scorer

Numbers = tuple[Any, ...]
MOST_RUNS = 100_000
"""So many rules are run at most to try every combination of unknown facts; beyond, rules are taken as independent."""


def possible(scorer: Scorer, numbers: Numbers, facts: Mapping[str, Any], unknown: tuple[str, ...]) -> tuple[int, int]:
    """The lowest and highest total in micro-points.

    Exact while the combinations of values that rules tell apart, times the rules, are at most `MOST_RUNS`; beyond that
    an interval that is never too narrow. Events stay as they are.
    """
    choices = [telling_values(scorer.facts[name], scorer.rules.values()) for name in unknown]
    if prod(len(values) for values in choices) * len(scorer.rules) > MOST_RUNS:
        return interval(scorer, numbers, unknown)
    kept = {name: facts.get(name) for name in scorer.asked}
    cases = (kept | dict(zip(unknown, values, strict=True)) for values in product(*choices))
    totals = [_total(scorer, numbers, case) for case in cases]
    return min(totals), max(totals)


def interval(scorer: Scorer, numbers: Numbers, unknown: tuple[str, ...]) -> tuple[int, int]:
    """Each rule that asks for an unknown fact at its lowest, and each at its highest."""

    def total(end: Callable[[list[int]], int]) -> int:
        def points(group: str, code: str, rule: Rule) -> int:
            is_open = not set(unknown).isdisjoint(rule_fields(rule))
            return end(_worths(rule, scorer.facts)) if is_open else _given(scorer, numbers, group, code)

        return _add_up(scorer, points)

    return total(min), total(max)


def telling_values(fact: Fact, rules: Iterable[Rule]) -> list[Any]:
    """One value of `fact` from every region that the rules tell apart."""
    if fact.type == "category":
        return list(fact.levels)
    if fact.type == "boolean":
        return [True, False]
    named = [value for rule in rules for value in _named(fact.name, rule)]
    if fact.type == "text":
        return [*dict.fromkeys(named), "any other value"]
    edges = sorted(set(named))
    between = [(low + high) / 2 for low, high in pairwise(edges)]
    return [edges[0] - 1, *edges, *between, edges[-1] + 1] if edges else [Decimal(0)]


def _named(field: str, rule: Rule) -> list[Any]:
    """The values of a fact that a rule names."""
    match rule:
        case CategoryRule() if rule.field == field:
            return list(rule.points)
        case RangeRule() if rule.field == field:
            return [step.at_least for step in rule.ranges.values()]
        case ConditionRule():
            tests = [test for test in tests_of(rule.when) if test.field == field]
            single = [value for test in tests for value in (test.equals, test.at_least, test.less_than)]
            return [value for value in single if value is not None] + [v for test in tests for v in test.among or ()]
    return []


def _total(scorer: Scorer, numbers: Numbers, facts: dict[str, Any]) -> int:
    """The total for other facts and the same events."""
    others = scorer.evaluate(facts, (), 0)

    def points(group: str, code: str, rule: Rule) -> int:
        return _given(scorer, numbers if isinstance(rule, EventRule) else others, group, code)

    return _add_up(scorer, points)


def _add_up(scorer: Scorer, points: Callable[[str, str, Rule], int]) -> int:
    """The total when each rule gives `points` (group, code, rule)."""
    total = 0
    for name, group in scorer.scoring.groups.items():
        given = sum(points(name, code, rule) for code, rule in group.rules.items())
        total += _clamp(given, micro(group.floor), None if group.limit is None else micro(group.limit))
    return _clamp(total, 0, micro(scorer.scoring.limit))


def _given(scorer: Scorer, numbers: Numbers, group: str, code: str) -> int:
    return int(numbers[scorer.columns[scorer.last_step(group, code)]])


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


def _clamp(value: int, low: int, high: int | None) -> int:
    return max(value if high is None else min(value, high), low)
