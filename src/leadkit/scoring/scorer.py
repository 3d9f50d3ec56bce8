"""The scorer: a policy's scoring, compiled once and run for many leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from leadkit.rules.algebra import AGE, AT, Expression, Program
from leadkit.rules.bands import micro
from leadkit.rules.clock import Clock, by_starts, clock, takes_moments, windows
from leadkit.rules.days import day_of_event
from leadkit.rules.facts import Fact
from leadkit.rules.interpret import computed, value
from leadkit.rules.labels import Labels
from leadkit.rules.representatives import compared, representatives
from leadkit.rules.source import Evaluator, evaluator, has_details
from leadkit.scoring.document import Rule, Scoring
from leadkit.scoring.event_rules import EventRule
from leadkit.scoring.program import Term, scoring_program, terms


class Scorer:
    """A policy's scoring, ready to run: pure, shareable between threads."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        scoring: Scoring,
        facts: Mapping[str, Fact],
        policy: str,
        labels: Labels,
        time_zone: str = "UTC",
        branch: str | None = None,
    ) -> None:
        self.scoring = scoring
        self.time_zone = time_zone
        self.facts = facts
        self.policy = policy
        self.labels = labels
        self.branch = branch
        self._cuts: dict[tuple[str, int], int] = {}
        self._values: dict[str, list[Any]] = {}
        self._clock: tuple[datetime, Clock] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return Scorer, (self.scoring, dict(self.facts), self.policy, self.labels, self.time_zone, self.branch)

    @cached_property
    def program(self) -> Program:
        """What the scoring means, in the algebra."""
        return scoring_program(self.scoring, self.facts, self._day)

    @cached_property
    def evaluate(self) -> Evaluator:
        """The bare numbers: facts, (kind, epoch seconds) events, as_of in epoch seconds -> the values of `columns`."""
        return evaluator(self.program, f"scoring {self.policy}")

    @cached_property
    def evaluate_counts(self) -> Evaluator:
        """The same for events that all happen at `as_of`, given as counts by kind: facts, counts, as_of."""
        return evaluator(self.program, f"scoring counts {self.policy}", "counts")

    @cached_property
    def evaluate_moments(self) -> Evaluator | None:
        """The same for (kind, datetime) events: facts, events, `clock(as_of)`; None where rules ask more than ages."""
        if not takes_moments(self.program):
            return None
        return evaluator(self.program, f"scoring moments {self.policy}", "moments")

    def clock(self, as_of: datetime) -> Clock:
        """The clock that `evaluate_moments` takes; found once for all leads that are scored at the same `as_of`.

        Raises:
            TypeError, OverflowError: `as_of` has no zone, or a window starts before the year 1.
        """
        last = self._clock
        if last is None or last[0] is not as_of:
            self._clock = last = as_of, clock(as_of, self._windows, aged=self._aged)
        return last[1]

    @cached_property
    def _windows(self) -> tuple[timedelta, ...]:
        return windows(self.program)

    @cached_property
    def _aged(self) -> bool:
        """Whether some rule asks for the age of an event otherwise than by a window."""
        return AGE.name in by_starts(self.program).reads

    @cached_property
    def uses_time(self) -> bool:
        """Whether some rule asks when an event was: how old it is, or on which day."""
        return not self.program.reads.isdisjoint({AGE.name, AT.name})

    @cached_property
    def uses_details(self) -> bool:
        """Whether some rule asks what an event was about."""
        return has_details(self.program)

    @cached_property
    def _day(self) -> Expression:
        """The day of an event; only where a rule counts days, since it takes a look at the whole calendar."""
        counted = any(isinstance(rule, EventRule) and rule.once_per == "day" for rule in self.rules.values())
        return day_of_event(self.time_zone) if counted else AT

    @cached_property
    def columns(self) -> dict[str, int]:
        """The place of each column in what `evaluate` returns."""
        return {name: place for place, (name, _) in enumerate(self.program.columns)}

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Every rule by its reason code."""
        return {code: rule for _, code, rule in self.scoring.rules}

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The facts that rules ask for, in the order of the rules."""
        return tuple(name for name, _ in self.program.facts)

    @cached_property
    def terms(self) -> dict[str, Term]:
        """Every rule as a summand of its group, by its reason code."""
        return {term.code: term for term in terms(self.scoring, self.facts, self._day)}

    @cached_property
    def named(self) -> dict[str, tuple[Any, ...]]:
        """The constants that rules compare each fact with."""
        by_fact: dict[str, list[Any]] = {}
        for _, expression in self.program.columns:
            for name, constant in compared(expression):
                by_fact.setdefault(name, []).append(constant)
        return {name: tuple(dict.fromkeys(constants)) for name, constants in by_fact.items()}

    def values(self, name: str) -> list[Any]:
        """One known value of a fact from every region that the scoring tells apart."""
        if name not in self._values:
            self._values[name] = representatives(self.facts[name], self.named.get(name, ()))
        return self._values[name]

    def cut(self, group: str, points: int) -> int:
        """What a group gives when its rules add up to `points`, after its limit, floor and weight, in micro-points.

        A group that is none of the scorer's only tells leads apart, and gives nothing.
        """
        if group not in self.scoring.groups:
            return 0
        if (group, points) not in self._cuts:
            steps = (f"{group}__unweighted", f"{group}__points")
            columns = [(name, self._expressions[name]) for name in steps if name in self._expressions]
            self._cuts[group, points] = computed(columns, {f"{group}__sum": points})[f"{group}__points"]
        return self._cuts[group, points]

    def total(self, points: int) -> int:
        """The total when the groups add up to `points`, in micro-points."""
        return int(value(self._expressions["points"], {"total__sum": points + micro(self.scoring.start)}))

    def placed(self, groups: Mapping[str, int], facts: Mapping[str, Any]) -> dict[str, Any]:
        """The total and all bands and results, when the groups' rules add up to these micro-points."""
        given = {f"{name}__points": self.cut(name, points) for name, points in groups.items()}
        last = [name for name, _ in self.program.columns].index("total__sum")
        return computed(self.program.columns[last:], {**facts, **given})

    def bands_of(self, total: int) -> dict[str, str]:
        """The band of every band set of the total in which a total, in micro-points, lies."""
        return {name: value(self._expressions[name], {"points": total}) for name in self.scoring.total_bands}

    @cached_property
    def _expressions(self) -> dict[str, Expression]:
        return dict(self.program.columns)
