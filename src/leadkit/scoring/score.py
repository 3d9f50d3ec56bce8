"""The scorer, compiled once from a policy, and the score that it gives for one lead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from attrs import define, field, setters

from leadkit.rules.bands import as_points, micro
from leadkit.rules.facts import Fact
from leadkit.rules.labels import Labels, Language
from leadkit.rules.source import Evaluator, Event, evaluator
from leadkit.scoring.document import EventRule, Rule, Scoring
from leadkit.scoring.program import rule_fields, scoring_program

Why = Literal["rule", "decay", "rule_limit", "group_limit", "group_floor", "total_limit", "total_floor"]


@define(on_setattr=setters.frozen)
class Contribution:
    """One row of a score: what a rule gave, or what a limit, a floor or decay changed.

    `why` says which; `code` is the rule's key, or the group's where the whole group was cut; `group` is empty for the
    total. `fact` and `value` are what the rule saw: a fact and its value, or an event kind and how many counted.
    """

    why: Why
    group: str
    code: str
    points: Decimal
    fact: str | None = None
    value: Any = None


class Scorer:
    """A policy's scoring, ready to run: pure, shareable between threads."""

    def __init__(self, scoring: Scoring, facts: Mapping[str, Fact], policy: str, labels: Labels) -> None:
        self.scoring = scoring
        self.facts = facts
        self.policy = policy
        self.labels = labels

    @cached_property
    def evaluate(self) -> Evaluator:
        """The bare numbers: facts, (kind, epoch seconds) events, as_of in epoch seconds -> the values of `columns`."""
        return evaluator(scoring_program(self.scoring, self.facts), f"scoring {self.policy}")

    @cached_property
    def columns(self) -> dict[str, int]:
        """The place of each column in what `evaluate` returns."""
        return {name: place for place, (name, _) in enumerate(scoring_program(self.scoring, self.facts).columns)}

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Every rule by its reason code."""
        return {code: rule for group in self.scoring.groups.values() for code, rule in group.rules.items()}

    def score(self, facts: Mapping[str, Any], events: Iterable[Event], now: int, as_of: datetime) -> Score:
        """The score of one lead; `now` is `as_of` in epoch seconds."""
        return Score(self, self.evaluate(facts, events, now), facts, as_of)


@define(on_setattr=setters.frozen, eq=False)
class Score:
    """What one lead is worth at one time: exact, and explained to the last point.

    Points are `Decimal`; `bands` names the band of every band set; `contributions` add up to `points`, always.
    """

    _scorer: Scorer = field(repr=False)
    numbers: tuple[Any, ...] = field(repr=False)
    """The columns of the evaluation: micro-points (int), and the names of the bands."""
    facts: Mapping[str, Any] = field(repr=False)
    as_of: datetime

    @property
    def policy(self) -> str:
        """`name@version#hash` of the policy that gave this score."""
        return self._scorer.policy

    @property
    def points(self) -> Decimal:
        """The total, in [0, limit]."""
        return as_points(self["points"])

    @property
    def bands(self) -> dict[str, str]:
        """Band by band set: `{"priority": "high", "stage": "consideration"}`."""
        return {name: self[name] for name in self._scorer.scoring.bands}

    @property
    def unknown(self) -> tuple[str, ...]:
        """The facts that rules ask for and nobody knows, in the order of the rules."""
        asked = dict.fromkeys(name for rule in self._scorer.rules.values() for name in rule_fields(rule))
        return tuple(name for name in asked if not self._scorer.facts[name].knows(self.facts.get(name)))

    @property
    def possible(self) -> tuple[Decimal, Decimal]:
        """The lowest and highest total that remain possible once the unknown facts become known."""
        from leadkit.scoring.possible import possible

        low, high = possible(self._scorer, self)
        return as_points(low), as_points(high)

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """One row a rule, in the policy's order, and one for each limit, floor or decay that changed something."""
        return tuple(self._rows())

    def explain(self, language: Language = "en") -> str:
        """The score as readable lines, in English or Chinese."""
        from leadkit.scoring.explain import explain

        return explain(self, self._scorer.labels, language)

    def __getitem__(self, column: str) -> Any:
        """A column of the evaluation by name, points in micro-points."""
        return self.numbers[self._scorer.columns[column]]

    def _rows(self) -> Iterator[Contribution]:
        for name, group in self._scorer.scoring.groups.items():
            for code, rule in group.rules.items():
                yield from self._rule_rows(name, code, rule)
            yield from self._cut(name, f"{name}__sum", f"{name}__points", "group_limit", "group_floor")
        yield from self._cut("", "total__sum", "points", "total_limit", "total_floor")

    def _rule_rows(self, group: str, code: str, rule: Rule) -> Iterator[Contribution]:
        column = f"{group}__{code}"
        fact, value = self._seen(rule, self[column])
        yield Contribution("rule", group, code, as_points(self[column]), fact, value)
        last = column
        for step, why in ((f"{column}__decayed", "decay"), (f"{column}__limited", "rule_limit")):
            if step in self._scorer.columns:
                if self[step] != self[last]:
                    yield Contribution(why, group, code, as_points(self[step] - self[last]))  # type: ignore[arg-type]
                last = step

    def _seen(self, rule: Rule, full: int) -> tuple[str | None, Any]:
        if isinstance(rule, EventRule):
            return rule.event, full // micro(rule.points) if rule.points else 0
        fields = list(dict.fromkeys(rule_fields(rule)))
        return (fields[0], self.facts.get(fields[0])) if len(fields) == 1 else (None, None)

    def _cut(self, group: str, before: str, after: str, limit: Why, floor: Why) -> Iterator[Contribution]:
        change = self[after] - self[before]
        if change:
            yield Contribution(limit if change < 0 else floor, group, group or "total", as_points(change))
