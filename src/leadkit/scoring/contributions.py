"""The rows of a score: what every rule gave, and what limits, floors and decay changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

from attrs import define, setters

from leadkit.results import Result
from leadkit.rules.bands import as_points, micro
from leadkit.scoring.document import Rule
from leadkit.scoring.event_rules import EventRule
from leadkit.scoring.program import rule_fields
from leadkit.scoring.scorer import Scorer

Why = Literal[
    "rule", "decay", "rule_limit", "group_limit", "group_floor", "weight", "start", "total_limit", "total_floor"
]


@define(on_setattr=setters.frozen)
class Contribution(Result):
    """One row of a score: what a rule gave, or what a limit, a floor, a weight or decay changed.

    `why` says which; `code` is the rule's key, or the group's where the whole group was changed; `group` is empty for
    the total and for `start`, which every lead has. `fact` and `value` are what the rule saw: a fact and its value, or
    an event kind and how many counted.
    """

    why: Why
    group: str
    code: str
    points: Decimal
    fact: str | None = None
    value: Any = None


def contributions(scorer: Scorer, numbers: tuple[Any, ...], facts: Mapping[str, Any]) -> Iterator[Contribution]:
    """One row a rule, in the policy's order, and one for each limit, floor or decay that changed something."""
    values = dict(zip(scorer.columns, numbers, strict=True))
    for name, group in scorer.scoring.groups.items():
        for code, rule in group.rules.items():
            yield from _rule_rows(values, facts, name, code, rule)
        before_weight = f"{name}__unweighted" if group.weight != 1 else f"{name}__points"
        yield from _cut(values, name, f"{name}__sum", before_weight, "group")
        weighted = values[f"{name}__points"] - values[before_weight]
        if weighted:
            yield Contribution("weight", name, name, as_points(weighted), value=group.weight)
    if scorer.scoring.start:
        yield Contribution("start", "", "start", scorer.scoring.start)
    yield from _cut(values, "", "total__sum", "points", "total")


def _rule_rows(
    values: Mapping[str, Any], facts: Mapping[str, Any], group: str, code: str, rule: Rule
) -> Iterator[Contribution]:
    last = column = f"{group}__{code}"
    fact, value = _seen(rule, facts, values[column], values.get(f"{column}__count"))
    yield Contribution("rule", group, code, as_points(values[column]), fact, value)
    steps: tuple[tuple[str, Why], ...] = ((f"{column}__decayed", "decay"), (f"{column}__limited", "rule_limit"))
    for step, why in steps:
        if step in values:
            if values[step] != values[last]:
                yield Contribution(why, group, code, as_points(values[step] - values[last]))
            last = step


def _seen(rule: Rule, facts: Mapping[str, Any], full: int, count: int | None) -> tuple[str | None, Any]:
    """What a rule saw: an event kind and how many counted, or the one fact it asks for and its value."""
    if isinstance(rule, EventRule):
        return rule.event, count if count is not None else full // micro(rule.points) if rule.points else 0
    fields = list(dict.fromkeys(rule_fields(rule)))
    return (fields[0], facts.get(fields[0])) if len(fields) == 1 else (None, None)


def _cut(
    values: Mapping[str, Any], group: str, before: str, after: str, what: Literal["group", "total"]
) -> Iterator[Contribution]:
    change = values[after] - values[before]
    if change:
        why: Why = f"{what}_limit" if change < 0 else f"{what}_floor"  # type: ignore[assignment]
        yield Contribution(why, group, group or "total", as_points(change))
