"""All leads at once, as far as one policy, or two together, can tell them apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from leadkit.rules.bands import micro
from leadkit.rules.conditions import All, Condition, fields_of, holds
from leadkit.rules.facts import Fact
from leadkit.rules.sums import Sums
from leadkit.rules.telling import components
from leadkit.scoring.document import Scoring
from leadkit.scoring.event_parts import Window, event_parts
from leadkit.scoring.parts import Group, OwnTerm, Part, fact_parts
from leadkit.scoring.scorer import Scorer
from leadkit.scoring.witness import Witness

Totals = tuple[int, ...]
"""The total of each scorer, in micro-points."""


class Space:
    """The totals that scorers, asked about the same lead, can give together.

    `given` narrows the leads to those for which the condition is answered yes. `exact` says whether `totals` are all
    there are; otherwise they are some, and `bounds` hold what no lead leaves.
    """

    def __init__(self, scorers: Sequence[Scorer], facts: Mapping[str, Fact], given: Condition | None = None) -> None:
        self.scorers = scorers
        own_terms: list[OwnTerm] = [(n, term) for n, scorer in enumerate(scorers) for term in scorer.terms.values()]
        self.groups: list[Group] = [(n, name) for n, scorer in enumerate(scorers) for name in scorer.scoring.groups]
        conditions = [(tuple(fields_of(part)), holds(part, facts)) for part in _conjuncts(given)]
        reading = list(fact_parts([one for one in own_terms if one[1].facts], facts, conditions))
        windows = {(n, name): _window(scorers[n].scoring, name) for n, name in self.groups}
        counting = event_parts([one for one in own_terms if one[1].tallies], windows, reading)
        self.parts: list[Part] = [*reading, *counting]
        self.is_empty = any(not part.choices for part in self.parts)

    @property
    def exact(self) -> bool:
        """Whether `totals` are all there are."""
        return self._sums is not None and all(part.exact for part in self.parts)

    @cached_property
    def totals(self) -> dict[Totals, Any]:
        """The totals that leads get, lowest first, with the key under which `witness` finds a lead."""
        if self.is_empty:
            return {}
        if self._sums is None:
            tried = {self.score(lead): lead for lead in self._attempts()}
            return dict(sorted(tried.items()))
        found: dict[Totals, Any] = {}
        for state in self._sums[0]:
            found.setdefault(self._capped(state), state)
        return dict(sorted(found.items()))

    def witness(self, totals: Totals) -> Witness:
        """A lead that gets these totals: as few facts and events as come first in the order of the rules."""
        if self._sums is None:
            tried: Witness = self.totals[totals]
            return tried
        top, clusters = self._sums
        lead = Witness()
        for (groups, parts, sums), number in zip(clusters, top.trace(self.totals[totals]), strict=True):
            wanted = self._folded(groups, sums)[number]
            alike = (state for state in sums if self._fold(groups, state) == wanted)
            plainest = min(alike, key=lambda state: self._lost(groups, state))
            for part, choice in zip(parts, sums.trace(plainest), strict=True):
                lead += part.choices[choice].witness
        return lead

    @property
    def bounds(self) -> list[tuple[int, int]]:
        """For each scorer the lowest and the highest total that no lead leaves; attained where `exact`."""
        if self.exact:
            return [(min(column), max(column)) for column in zip(*self.totals, strict=True)]
        return [(self._extreme(n, "low"), self._extreme(n, "high")) for n in range(len(self.scorers))]

    def score(self, lead: Witness) -> Totals:
        """The totals of one lead, by the evaluators that leads are scored with."""
        events = [(kind, -age) for kind, age, number in lead.events for _ in range(number)]
        return tuple(scorer.evaluate(lead.facts, events, 0)[scorer.columns["points"]] for scorer in self.scorers)

    def cut(self, group: Group, points: int) -> int:
        """What a group gives when its rules add up to `points`."""
        scorer, name = group
        return self.scorers[scorer].cut(name, points)

    @cached_property
    def _sums(self) -> tuple[Sums, list[tuple[list[Group], list[Part], Sums]]] | None:
        """The sums of the groups' points by scorer, and the clusters of groups that they are made of."""
        if not all(part.real for part in self.parts):
            return None
        clusters = []
        for groups, parts in self._clusters():
            sums = Sums([[tuple(map(choice.given, groups)) for choice in part.choices] for part in parts], len(groups))
            if not sums.fits:
                return None
            clusters.append((groups, parts, sums))
        top = Sums([self._folded(groups, sums) for groups, _, sums in clusters], len(self.scorers))
        return (top, clusters) if top.fits else None

    def _clusters(self) -> Iterator[tuple[list[Group], list[Part]]]:
        """Groups that share a part, with the parts that give to them; every part stands in one cluster."""
        links = [*((group,) for group in self.groups), *(part.groups or ("none",) for part in self.parts)]
        for places in components(links):
            groups = [self.groups[place] for place in places if place < len(self.groups)]
            parts = [self.parts[place - len(self.groups)] for place in places if place >= len(self.groups)]
            yield groups, parts

    def _folded(self, groups: list[Group], sums: Sums) -> list[Totals]:
        """What a cluster gives to each scorer, after the limits of its groups, lowest first."""
        return sorted({self._fold(groups, state) for state in sums})

    def _fold(self, groups: list[Group], state: tuple[int, ...]) -> Totals:
        given = [0] * len(self.scorers)
        for group, points in zip(groups, state, strict=True):
            given[group[0]] += self.cut(group, points)
        return tuple(given)

    def _lost(self, groups: list[Group], state: tuple[int, ...]) -> int:
        """What limits and floors change."""
        return sum(abs(points - self.cut(group, points)) for group, points in zip(groups, state, strict=True))

    def _capped(self, state: Totals) -> Totals:
        return tuple(scorer.total(points) for scorer, points in zip(self.scorers, state, strict=True))

    def _extreme(self, scorer: int, end: str) -> int:
        own = [group for group in self.groups if group[0] == scorer]
        sums = {group: sum(getattr(part, end).get(group, 0) for part in self.parts) for group in own}
        return self.scorers[scorer].total(sum(self.cut(group, points) for group, points in sums.items()))

    def _attempts(self) -> Iterator[Witness]:
        """Leads that go from the poorest to the richest, a part at a time."""
        for ends in (max, min):
            lead = Witness()
            for part in self.parts:
                lead += part.choices[0].witness
            yield lead
            for part in self.parts:
                lead += ends(part.choices, key=lambda choice: sum(choice.points.values())).witness
                yield lead


def _conjuncts(condition: Condition | None) -> Iterator[Condition]:
    """The parts of a condition that must all be answered yes."""
    if isinstance(condition, All):
        for part in condition.all:
            yield from _conjuncts(part)
    elif condition is not None:
        yield condition


def _window(scoring: Scoring, name: str) -> Window:
    """The sums of a group that make a difference to it, or through it to the total."""
    group = scoring.groups[name]
    others = sum(other.floor for key, other in scoring.groups.items() if key != name)
    limit = scoring.limit - others if group.limit is None else group.limit
    return micro(group.floor), max(micro(limit), micro(group.floor))
