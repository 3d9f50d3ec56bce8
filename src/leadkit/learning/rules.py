"""From the points of leaves to rules that a person would write: one a fact, the worst known level worth 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from attrs import define, evolve, field, setters

from leadkit.learning.fitting import Fitted
from leadkit.learning.leaves import Leaf
from leadkit.learning.start_rules import counts_each, given_once
from leadkit.learning.table import Column, Table
from leadkit.learning.unknowns import LISTED, level_points, range_points
from leadkit.policy import Policy
from leadkit.scoring.document import CategoryRule, RangeRule, Rule
from leadkit.scoring.event_rules import EventRule

Form = Literal["levels", "ranges", "boolean", "known", "event", "met"]


@define(on_setattr=setters.frozen, kw_only=True)
class LearnedRule:
    """One rule of the new policy. `points` are by level, range or `True`; `unknown` of who doesn't say.

    `lowest` is what it takes at most, `highest` what it gives at most.
    """

    group: str
    code: str
    form: Form
    fact: str
    points: Mapping[Any, int] = field(factory=dict)
    unknown: int = 0
    cap: int = 0
    leaves: tuple[Leaf, ...] = ()

    @property
    def lowest(self) -> int:
        """The fewest points that it can give."""
        return min(self._given)

    @property
    def highest(self) -> int:
        """The most points that it can give."""
        return max(self._given)

    @property
    def _given(self) -> list[int]:
        if self.form == "event":
            return [0, self.points[True] * self.cap]
        return [0, self.unknown, *self.points.values()]


def learned_rules(made: Fitted, table: Table, start: Policy) -> tuple[LearnedRule, ...]:
    """The rules of what was fitted, those of the start policy's facts in their order first."""
    by_fact: dict[tuple[str, str, str], list[tuple[Leaf, int]]] = {}
    for leaf, points in zip(made.leaves, made.points.points.tolist(), strict=True):
        kind = leaf.kind if leaf.kind in {"event", "met"} else "fact"
        # Sums of counts with different caps are no rule: each cap has one.
        cap = str(leaf.value) if kind == "event" else ""
        by_fact.setdefault((kind, leaf.name, cap), []).append((leaf, points))
    rules = [_rule(kind, name, pairs, table) for (kind, name, _), pairs in by_fact.items()]
    return tuple(_placed(rules, start))


def _rule(kind: str, name: str, pairs: Sequence[tuple[Leaf, int]], table: Table) -> LearnedRule:
    leaves = tuple(leaf for leaf, _ in pairs)
    blank = LearnedRule(group="", code="", form="met", fact=name, leaves=leaves)
    if kind == "met":
        return evolve(blank, points={True: pairs[0][1]})
    if kind == "event":
        return evolve(blank, form="event", points={True: pairs[0][1]}, cap=int(pairs[0][0].value or 1))
    column = table.facts[name]
    if all(leaf.kind == "unknown" for leaf in leaves):
        points = sum(given for _, given in pairs)
        return evolve(blank, form="known", points={True: max(-points, 0)}, unknown=max(points, 0))
    if column.numbers is not None:
        return _ranges(blank, pairs, column)
    return _levels(blank, pairs, column)


def _levels(blank: LearnedRule, pairs: Sequence[tuple[Leaf, int]], column: Column) -> LearnedRule:
    fact, given = column.fact, dict(pairs)
    unknown = sum(points for leaf, points in given.items() if leaf.kind == "unknown")
    worth = level_points(given, column)
    form: Form = "boolean" if fact.type == "boolean" else "levels"
    if len(worth) > LISTED:
        return evolve(
            blank, form=form, points={level: points for level, points in worth.items() if points}, unknown=unknown
        )
    asked = bool((column.codes < 0).any())
    # A condition gives one number: who doesn't say may be worth less than the worse of the two answers.
    worst = min([0] if not worth else worth.values())
    shift = -min(worst, unknown if asked and form == "levels" else worst)
    points = {level: points + shift for level, points in worth.items()}
    return evolve(blank, form=form, points=points, unknown=unknown + shift if asked else 0)


def _ranges(blank: LearnedRule, pairs: Sequence[tuple[Leaf, int]], column: Column) -> LearnedRule:
    """Ranges by their lower ends; the lowest one starts well below every number that was seen."""
    unknown = sum(points for leaf, points in pairs if leaf.kind == "unknown")
    sums = range_points(dict(pairs), _well_below(column))
    asked = bool((column.codes < 0).any())
    worst = min(sums.values())
    shift = -min(worst, unknown if asked else worst)
    points = {threshold: given + shift for threshold, given in sums.items()}
    lowest = next(iter(points))
    if not points[lowest]:
        points.pop(lowest)
    return evolve(blank, form="ranges", points=points, unknown=unknown + shift if asked else 0)


def _well_below(column: Column) -> float:
    lowest = column.values[0] if column.values else 0.0
    return 0.0 if lowest >= 0 else -float(10 ** (len(str(int(-lowest))) + 1))


def _placed(rules: Iterable[LearnedRule], start: Policy) -> Iterator[LearnedRule]:
    """The rules with the groups and codes of the start policy's where those ask the same."""
    taken: set[str] = set()
    homes = _Homes(start)
    ordered = sorted(rules, key=homes.place)
    for rule in ordered:
        group, code = homes.home(rule)
        while code in taken or code in {"sum", "points"} or (code != homes.home(rule)[1] and code in homes.codes):
            code += "_2"
        taken.add(code)
        yield evolve(rule, group=group, code=code)


class _Homes:
    """Where the start policy has its rules."""

    def __init__(self, start: Policy) -> None:
        self._rules: dict[tuple[str, str], tuple[int, str, str]] = {}
        self._groups: dict[str, str] = {}
        self.codes = {code for _, code, _ in start.document.scoring.rules}
        for place, (group, code, rule) in enumerate(start.document.scoring.rules):
            kind, name = _asked(code, rule)
            self._rules.setdefault((kind, name), (place, group, code))
            self._groups.setdefault("event" if kind == "event" else "fact", group)

    def place(self, rule: LearnedRule) -> tuple[int, str, str]:
        """Where a rule stands among the others."""
        key = _key(rule)
        return (self._rules[key][0] if key in self._rules else len(self._rules) + 1, *key)

    def home(self, rule: LearnedRule) -> tuple[str, str]:
        """The group and the code of a rule."""
        key = _key(rule)
        if key in self._rules:
            return self._rules[key][1], self._rules[key][2]
        other = {"event": "behaviour", "fact": "facts"}
        kind = "event" if key[0] == "event" else "fact"
        return self._groups.get(kind, other[kind]), key[1]


def _key(rule: LearnedRule) -> tuple[str, str]:
    return (rule.form if rule.form in {"event", "met"} else "fact", rule.fact)


def _asked(code: str, rule: Rule) -> tuple[str, str]:
    if isinstance(rule, EventRule) and not given_once(rule):
        # A rule that counts in another way than the new one keeps its code to itself.
        return "event", rule.event if counts_each(rule) else f"{rule.event} {code}"
    if isinstance(rule, (CategoryRule, RangeRule)):
        return "fact", rule.field
    return "met", code
