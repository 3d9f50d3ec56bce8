"""What a check finds in rules by themselves: a better level that gives less, and more for those who say nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise, product
from math import prod
from typing import Any

from leadkit.checking.findings import Finding
from leadkit.policy import Policy
from leadkit.rules.bands import as_points
from leadkit.rules.facts import Fact
from leadkit.rules.interpret import computed
from leadkit.rules.representatives import compared, representatives
from leadkit.scoring.document import CategoryRule, ConditionRule, RangeRule
from leadkit.scoring.program import Term
from leadkit.scoring.witness import Witness

MOST_CASES = 20_000
"""A condition over facts with more combinations than this is passed over."""
Scale = Sequence[tuple[Any, Decimal]]
"""Values of one fact and what each of them is worth."""


def uneven_findings(policy: Policy) -> Iterator[Finding]:
    """Rules that give a better level less, or more to those who say nothing."""
    for group, code, rule in policy.document.scoring.rules:
        path = f"scoring.groups.{group}.rules.{code}"
        match rule:
            case CategoryRule(field=field, unknown=unknown):
                fact = policy.facts[field]
                levels = fact.levels or (*rule.points, "any other value")
                worth = [(level, rule.points.get(level, Decimal(0))) for level in levels]
                yield from _falling(path, field, worth) if fact.levels else ()
                yield from _rewarded(path, field, unknown, worth)
            case RangeRule(field=field, unknown=unknown):
                steps = _steps(rule)
                yield from _bending(path, field, steps)
                yield from _rewarded(path, field, unknown, steps)
            case ConditionRule():
                yield from _rewarded_by_a_condition(policy, path, policy.scorer.terms[code])
            case _:
                continue


def _steps(rule: RangeRule) -> Scale:
    """What numbers are worth, the lowest first; below the lowest range 0, but numbers below 0 are hardly meant."""
    steps = sorted((step.at_least, step.points) for step in rule.ranges.values())
    return [(steps[0][0] / 2, Decimal(0)), *steps] if steps[0][0] > 0 else steps


def _falling(path: str, field: str, scale: Scale) -> Iterator[Finding]:
    for (better, less), (worse, more) in pairwise(scale):
        if more > less:
            message = f"{worse} gives {more} points, the better level {better} gives {less}"
            yield Finding("not_monotone", path, message, Witness({field: worse}))


def _bending(path: str, field: str, scale: Scale) -> Iterator[Finding]:
    """Where the points first turn from rising to falling or back."""
    rises = [(number, after > before) for (number, before), (_, after) in pairwise(scale) if after != before]
    turns = [number for (_, before), (number, after) in pairwise(rises) if after != before]
    if turns:
        message = "the points neither only rise nor only fall with the number"
        yield Finding("not_monotone", path, message, Witness({field: turns[0]}))


def _rewarded(path: str, field: str, unknown: Decimal, scale: Scale) -> Iterator[Finding]:
    value, least = min(scale, key=lambda pair: pair[1])
    if unknown > least:
        yield _reward(path, unknown, least, Witness({field: value}))


def _reward(path: str, unknown: Decimal, least: Decimal, lead: Witness) -> Finding:
    return Finding("unknown_is_rewarded", path, f"{unknown} points while unknown, {least} once known", lead)


def _rewarded_by_a_condition(policy: Policy, path: str, term: Term) -> Iterator[Finding]:
    """One finding where some answer to something unknown takes points away: where it takes most."""
    values = [[None, *_values(policy.facts[name], term)] for name in term.facts]
    if prod(map(len, values)) > MOST_CASES:
        return
    given = {row: _points(term, row) for row in product(*values)}
    losses = [
        (given[(*row[:place], None, *row[place + 1 :])], points, row)
        for row, points in given.items()
        for place, value in enumerate(row)
        if value is not None
    ]
    unknown, least, row = max(losses, key=lambda loss: loss[0] - loss[1], default=(0, 0, ()))
    if unknown > least:
        known = {name: value for name, value in zip(term.facts, row, strict=True) if value is not None}
        yield _reward(path, as_points(unknown), as_points(least), Witness(known))


def _values(fact: Fact, term: Term) -> list[Any]:
    named = [pair for _, expression in term.columns for pair in compared(expression)]
    return representatives(fact, [constant for name, constant in named if name == fact.name])


def _points(term: Term, row: Sequence[Any]) -> int:
    return int(computed(term.columns, dict(zip(term.facts, row, strict=True)))[term.summand])
