"""The scorer: a policy's scoring, compiled once and run for many leads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from leadkit.rules.facts import Fact
from leadkit.rules.labels import Labels
from leadkit.rules.source import Evaluator, evaluator
from leadkit.scoring.document import Rule, Scoring
from leadkit.scoring.program import rule_fields, scoring_program


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

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The facts that rules ask for, in the order of the rules."""
        return tuple(dict.fromkeys(name for rule in self.rules.values() for name in rule_fields(rule)))

    def last_step(self, group: str, code: str) -> str:
        """The column that holds a rule's points after its own limit and decay."""
        column = f"{group}__{code}"
        return next(name for name in (f"{column}__limited", f"{column}__decayed", column) if name in self.columns)
