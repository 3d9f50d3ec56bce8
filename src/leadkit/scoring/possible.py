"""What a score may still become once unknown facts are known."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise, product
from math import prod
from typing import TYPE_CHECKING, Any

from leadkit.rules.bands import micro
from leadkit.rules.conditions import tests_of
from leadkit.rules.facts import Fact
from leadkit.scoring.document import CategoryRule, ConditionRule, EventRule, RangeRule, Rule
from leadkit.scoring.program import rule_fields

if TYPE_CHECKING:
    from leadkit.scoring.score import Score, Scorer

MOST_CASES = 4096
"""Up to so many combinations of unknown facts are tried one by one; beyond, rules are taken as independent."""


def possible(scorer: Scorer, score: Score) -> tuple[int, int]:
    """The lowest and highest total in micro-points.

    Exact up to `MOST_CASES` combinations of values that rules tell apart; beyond that an interval that is never too
    narrow. Events stay as they are.
    """
    unknown = [scorer.facts[name] for name in score.unknown]
    choices = [telling_values(fact, scorer.rules.values()) for fact in unknown]
    if prod(len(values) for values in choices) > MOST_CASES:
        return _interval(scorer, score, {fact.name for fact in unknown})
    kept = {name: value for name, value in score.facts.items() if name in scorer.facts}
    names = [fact.name for fact in unknown]
    totals = [_total(scorer, score, kept | dict(zip(names, values, strict=True))) for values in product(*choices)]
    return min(totals), max(totals)


def telling_values(fact: Fact, rules: Any) -> list[Any]:
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


def _total(scorer: Scorer, score: Score, facts: dict[str, Any]) -> int:
    """The total for other facts and the same events."""
    numbers = scorer.evaluate(facts, (), 0)
    total = 0
    for name, group in scorer.scoring.groups.items():
        points = 0
        for code, rule in group.rules.items():
            column = _last(scorer, f"{name}__{code}")
            points += score[column] if isinstance(rule, EventRule) else numbers[scorer.columns[column]]
        total += _clamp(points, micro(group.floor), None if group.limit is None else micro(group.limit))
    return _clamp(total, 0, micro(scorer.scoring.limit))


def _interval(scorer: Scorer, score: Score, unknown: set[str]) -> tuple[int, int]:
    """Each rule at its lowest, and each at its highest."""
    totals = []
    for end in (min, max):
        total = 0
        for name, group in scorer.scoring.groups.items():
            points = 0
            for code, rule in group.rules.items():
                is_open = not unknown.isdisjoint(rule_fields(rule))
                points += end(_worths(rule)) if is_open else score[_last(scorer, f"{name}__{code}")]
            total += _clamp(points, micro(group.floor), None if group.limit is None else micro(group.limit))
        totals.append(_clamp(total, 0, micro(scorer.scoring.limit)))
    return totals[0], totals[1]


def _worths(rule: Rule) -> list[int]:
    match rule:
        case CategoryRule():
            return [0, *(micro(points) for points in rule.points.values())]
        case RangeRule():
            return [0, *(micro(step.points) for step in rule.ranges.values())]
        case _:
            return [0, micro(rule.points)]


def _last(scorer: Scorer, column: str) -> str:
    """The last step of a rule: after its limit, after decay, or as it is."""
    return next(c for c in (f"{column}__limited", f"{column}__decayed", column) if c in scorer.columns)


def _clamp(value: int, low: int, high: int | None) -> int:
    return max(value if high is None else min(value, high), low)
