"""Groups that hang together by a part which gives to several of them, and all that they can give together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from leadkit.rules.representatives import components
from leadkit.rules.sums import Sums, Vector
from leadkit.scoring.parts import Choice, Group, Part, RuleKey
from leadkit.scoring.scorer import Scorer
from leadkit.scoring.witness import Witness

Totals = tuple[int, ...]
"""A number of micro-points for each scorer."""

MOST_LINKED = 1 << 20
"""So many sums of several groups together are gone through."""


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

    @property
    def fits(self) -> bool:
        """Whether the sums are few enough to be gone through."""
        return self.sums.fits and (len(self.groups) == 1 or self.sums.size <= MOST_LINKED)

    def sums_of(self, parts: Sequence[Part]) -> Sums:
        """What some of the parts can add up to."""
        return Sums([[self.vector(choice) for choice in part.choices] for part in parts], len(self.groups))

    def vector(self, choice: Choice) -> Vector:
        """What a choice gives to each group."""
        sums = [0] * len(self.groups)
        for group, points in choice.sums.items():
            sums[self.places[group]] = points
        return tuple(sums)

    @cached_property
    def places(self) -> dict[Group, int]:
        """The place of each group in a vector."""
        return {group: place for place, group in enumerate(self.groups)}

    @cached_property
    def given(self) -> list[Totals]:
        """What the groups give to each scorer after their limits, lowest first."""
        return sorted(self._plainest)

    @cached_property
    def _plainest(self) -> dict[Totals, Vector]:
        """For all that the groups give, the sums that lose least at their limits."""
        plainest: dict[Totals, tuple[int, Vector]] = {}
        for state in self._distinct():
            given, lost = [0] * len(self._scorers), 0
            for (scorer, group), points in zip(self.groups, state, strict=True):
                cut = self._scorers[scorer].cut(group, points)
                given[scorer] += cut
                lost += abs(points - cut)
            key = tuple(given)
            if key not in plainest or lost < plainest[key][0]:
                plainest[key] = lost, state
        return {key: state for key, (_, state) in plainest.items()}

    def _distinct(self) -> Iterable[Vector]:
        """The sums between which the groups can tell; of those that one group cuts alike, the plainest of each end."""
        if len(self.groups) != 1:
            return self.sums
        states = list(self.sums)
        lowest, highest = self.cut(states[0]), self.cut(states[-1])
        first = bisect_right(states, lowest, key=self.cut) - 1
        last = bisect_left(states, highest, key=self.cut)
        return states[max(first, 0) : last + 1] if first < last else states[last : first + 1]

    def cut(self, state: Sequence[int]) -> Totals:
        """What the groups give to each scorer when their rules add up to `state`."""
        given = [0] * len(self._scorers)
        for (scorer, group), points in zip(self.groups, state, strict=True):
            given[scorer] += self._scorers[scorer].cut(group, points)
        return tuple(given)

    def with_choice(self, rest: Vector, given: int, choice: Choice) -> int:
        """What the groups give the first scorer for a choice on top of `rest`, for which alone they give `given`."""
        cut = self._scorers[0].cut
        for group, points in choice.sums.items():
            before = rest[self.places[group]]
            given += cut(group[1], before + points) - cut(group[1], before)
        return given

    def without(self, rest: Vector, given: int, choice: Choice, key: RuleKey) -> int:
        """What is left without a rule of `given`, which the groups give the first scorer for a choice on `rest`."""
        cut = self._scorers[0].cut
        full = rest[self.places[key[:2]]] + choice.sums.get(key[:2], 0)
        return given - cut(key[1], full) + cut(key[1], full - choice.points[key])

    def witness(self, given: Totals) -> Witness:
        """What a lead needs for the groups to give just this, with as little as possible lost at their limits."""
        return self.lead(self._plainest[given])

    def lead(self, state: Vector) -> Witness:
        """What a lead needs for the rules of each group to add up to `state`."""
        chosen = self.sums.trace(state)
        return sum((part.choices[place].witness for part, place in zip(self.parts, chosen, strict=True)), Witness())


def clusters(groups: Sequence[Group], parts: Sequence[Part], scorers: Sequence[Scorer]) -> Iterator[Cluster]:
    """All groups and parts in clusters; parts that give to no group, and only narrow the leads, share one."""
    links = [*((group,) for group in groups), *(part.groups or ("none",) for part in parts)]
    for places in components(links):
        linked = [groups[place] for place in places if place < len(groups)]
        yield Cluster(linked, [parts[place - len(groups)] for place in places if place >= len(groups)], scorers)
