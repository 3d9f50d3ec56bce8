"""The score of one lead: a row of numbers, and all that can be told of them when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from attrs import define, setters

from leadkit.results import Result
from leadkit.rules.bands import as_points
from leadkit.rules.row_facts import KnownFacts
from leadkit.scoring.contributions import Contribution, contributions
from leadkit.scoring.explain import explain
from leadkit.scoring.possible import possible
from leadkit.scoring.scorer import Scorer
from leadkit.texts import Language


@define(on_setattr=setters.frozen, eq=False)
class Score(Result):
    """What one lead is worth at one time: exact, and explained to the last point.

    Points are `Decimal`; `bands` has the band of every band set and the result of every table; `contributions` add up
    to `points`, always.
    """

    ADDED = ("policy", "branch", "points", "bands", "unknown", "possible", "contributions")
    OMITTED = ("numbers", "facts")

    _scorer: Scorer
    numbers: tuple[Any, ...]
    """The columns of the evaluation: micro-points (int), and the names of the bands."""
    facts: Mapping[str, Any]
    as_of: datetime

    def __repr__(self) -> str:
        values = ((name, getattr(self, name)) for name in ("policy", "points", "bands", "as_of"))
        return f"Score({', '.join(f'{name}={value!r}' for name, value in values)})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Score):
            return NotImplemented
        return (*self._outcome, self._asked) == (*other._outcome, other._asked)

    def __hash__(self) -> int:
        return hash(self._outcome)

    def __reduce__(self) -> tuple[Any, ...]:
        return Score, (self._scorer, self.numbers, KnownFacts(self._asked, self._derived), self.as_of)

    @property
    def _outcome(self) -> tuple[Any, ...]:
        return self.policy, self.branch, self.as_of, self.numbers

    @property
    def _derived(self) -> dict[str, str]:
        """The words of the lead from which the facts that count were read."""
        derived = getattr(self.facts, "derived", {})
        return {name: derived[name] for name in self._scorer.asked if name in derived}

    @property
    def _asked(self) -> dict[str, Any]:
        """The facts that count, of which everything else follows."""
        return {name: self.facts.get(name) for name in self._scorer.asked if name in self.facts}

    @property
    def policy(self) -> str:
        """`name@version#hash` of the policy that gave this score."""
        return self._scorer.policy

    @property
    def branch(self) -> str | None:
        """The branch of `[route]` that decided: a value of the fact that chooses, or `otherwise`; None without one."""
        return self._scorer.branch

    @property
    def points(self) -> Decimal:
        """The total, between the floor and the limit of the scoring."""
        return as_points(self["points"])

    @property
    def bands(self) -> dict[str, str]:
        """Band by band set, and result by table: `{"priority": "high", "nurture_stage": "consideration"}`."""
        return {name: self[name] for name in self._scorer.scoring.outcomes}

    @property
    def unknown(self) -> tuple[str, ...]:
        """The facts that rules ask for and nobody knows, in the order of the rules."""
        return tuple(name for name in self._scorer.asked if not self._scorer.facts[name].knows(self.facts.get(name)))

    @property
    def possible(self) -> tuple[Decimal, Decimal]:
        """The lowest and highest total that remain possible once the unknown facts become known."""
        low, high = possible(self._scorer, self.numbers, self.facts, self.unknown)
        return as_points(low), as_points(high)

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """One row a rule, in the policy's order, and one for each limit, floor or decay that changed something."""
        return tuple(contributions(self._scorer, self.numbers, self.facts))

    def explain(self, language: Language = "en") -> str:
        """The score as readable lines, in English or Chinese."""
        return explain(self, self._scorer.labels, language)

    def __getitem__(self, column: str) -> Any:
        """A column of the evaluation by name, points in micro-points."""
        return self.numbers[self._scorer.columns[column]]
