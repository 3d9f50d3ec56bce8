"""What the start policy says of each leaf: its points, as the place around which weights are looked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from leadkit.learning.leaves import CAPS, Leaf
from leadkit.learning.libraries import Answers, Floats, np
from leadkit.learning.start_rules import counts_each, given_once
from leadkit.learning.table import Table
from leadkit.policy import Policy
from leadkit.scoring.document import CategoryRule, RangeRule, Rule
from leadkit.scoring.event_rules import EventRule


def hand_points(start: Policy, table: Table, unordered: Collection[str] = ()) -> dict[Leaf, float]:
    """For each leaf that the start policy speaks of the points that it adds where the answer is yes."""
    points: dict[Leaf, float] = {}
    for _, code, rule in start.document.scoring.rules:
        for leaf, given in _of_rule(code, rule, start, unordered):
            known = table.events if leaf.kind == "event" else table.met if leaf.kind == "met" else table.facts
            if leaf.name in known:
                points[leaf] = points.get(leaf, 0.0) + float(given)
    return {leaf: given for leaf, given in points.items() if given}


def _of_rule(code: str, rule: Rule, start: Policy, unordered: Collection[str]) -> Iterator[tuple[Leaf, Decimal]]:
    match rule:
        case _ if given_once(rule):
            yield Leaf("met", code), rule.points
        case EventRule() if counts_each(rule):
            yield Leaf("event", rule.event, _cap(rule)), rule.points
        case RangeRule():
            yield Leaf("unknown", rule.field), rule.unknown
            below = Decimal(0)
            for step in sorted(rule.ranges.values(), key=lambda step: step.at_least):
                yield Leaf("at_least", rule.field, float(step.at_least)), step.points - below
                below = step.points
        case CategoryRule():
            yield Leaf("unknown", rule.field), rule.unknown
            yield from _of_levels(rule, start, ordered=rule.field not in unordered)


def _of_levels(rule: CategoryRule, start: Policy, *, ordered: bool) -> Iterator[tuple[Leaf, Decimal]]:
    fact = start.facts[rule.field]
    if fact.type != "category" or not ordered:
        for level, points in rule.points.items():
            yield Leaf("level", rule.field, level), points
        return
    below = Decimal(0)
    for level in reversed(fact.levels):
        points = rule.points.get(level, Decimal(0))
        yield Leaf("at_least_level", rule.field, level, ordered=True), points - below
        below = points


def _cap(rule: EventRule) -> int:
    """The cap that is nearest to the rule's own limit."""
    if rule.limit is None or not rule.points:
        return CAPS[-1]
    reached = float(rule.limit / abs(rule.points))
    return min(CAPS, key=lambda cap: abs(cap - reached))


def prior(leaves: Sequence[Leaf], points: dict[Leaf, float], answers: Answers) -> Floats | None:
    """The start policy's points for each leaf, in standard deviations of their sum; None where that is constant."""
    given = np.array([points.get(leaf, 0.0) for leaf in leaves])
    spoken = np.flatnonzero(given)
    spread = float(np.std(answers[:, spoken] @ given[spoken])) if len(spoken) else 0.0
    return given / spread if spread > 1e-9 else None
