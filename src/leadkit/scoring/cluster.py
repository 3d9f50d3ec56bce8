"""Groups that hang together by a part which gives to several of them, and all that they can give together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from leadkit.rules.representatives import components
from leadkit.rules.sums import Sums, Vector
from leadkit.scoring.parts import Choice, Group, Part, RuleKey
from leadkit.scoring.scorer import Scorer
from leadkit.scoring.witness import Witness

Totals = tuple[int, ...]
"""A number of micro-points for each scorer."""


class Cluster:
    """Groups, and the parts that give to them and to no others."""

    def __init__(self, groups: Sequence[Group], parts: Sequence[Part], scorers: Sequence[Scorer]) -> None:
        self.groups = groups
        self.parts = parts
        self._scorers = scorers

    @cached_property
    def sums(self) -> Sums:
        """What the rules of each group can add up to, one vector for each combination."""
        return self.sums_of(self.parts)

    def sums_of(self, parts: Sequence[Part]) -> Sums:
        """What some of the parts can add up to."""
        return Sums([[self.vector(choice) for choice in part.choices] for part in parts], len(self.groups))

    def vector(self, choice: Choice) -> Vector:
        """What a choice gives to each group."""
        return tuple(choice.sums.get(group, 0) for group in self.groups)

    @cached_property
    def given(self) -> list[Totals]:
        """What the groups give to each scorer after their limits, lowest first."""
        return sorted(self._plainest)

    @cached_property
    def _plainest(self) -> dict[Totals, Vector]:
        """For all that the groups give, the sums that lose least at their limits."""
        plainest: dict[Totals, tuple[int, Vector]] = {}
        for state in self.sums:
            given, lost = [0] * len(self._scorers), 0
            for (scorer, group), points in zip(self.groups, state, strict=True):
                cut = self._scorers[scorer].cut(group, points)
                given[scorer] += cut
                lost += abs(points - cut)
            key = tuple(given)
            if key not in plainest or lost < plainest[key][0]:
                plainest[key] = lost, state
        return {key: state for key, (_, state) in plainest.items()}

    def cut(self, state: Sequence[int]) -> Totals:
        """What the groups give to each scorer when their rules add up to `state`."""
        given = [0] * len(self._scorers)
        for (scorer, group), points in zip(self.groups, state, strict=True):
            given[scorer] += self._scorers[scorer].cut(group, points)
        return tuple(given)

    def effect(self, rest: Vector, choice: Choice, key: RuleKey) -> tuple[int, int]:
        """What the groups give the first scorer for a choice on top of `rest`, with and without one of its rules."""
        full = [base + added for base, added in zip(rest, self.vector(choice), strict=True)]
        before = self.cut(full)[0]
        full[self.groups.index(key[:2])] -= choice.points[key]
        return before, self.cut(full)[0]

    def witness(self, given: Totals) -> Witness:
        """What a lead needs for the groups to give just this, with as little as possible lost at their limits."""
        chosen = self.sums.trace(self._plainest[given])
        return sum((part.choices[place].witness for part, place in zip(self.parts, chosen, strict=True)), Witness())


def clusters(groups: Sequence[Group], parts: Sequence[Part], scorers: Sequence[Scorer]) -> Iterator[Cluster]:
    """All groups and parts in clusters; parts that give to no group, and only narrow the leads, share one."""
    links = [*((group,) for group in groups), *(part.groups or ("none",) for part in parts)]
    for places in components(links):
        linked = [groups[place] for place in places if place < len(groups)]
        yield Cluster(linked, [parts[place - len(groups)] for place in places if place >= len(groups)], scorers)
