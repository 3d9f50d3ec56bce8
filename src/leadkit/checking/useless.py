"""Rules that never count: no lead's total would differ without them."""

from __future__ import annotations

from collections.abc import Iterator

from leadkit.rules.sums import Sums
from leadkit.scoring.cluster import Cluster
from leadkit.scoring.parts import Choice, Group, Part, RuleKey
from leadkit.scoring.space import Space

MOST_RESTS = 40
"""So many leads a rule is tried on before it is proved."""


class Uses:
    """Whether each rule of one scorer makes a difference to some lead."""

    def __init__(self, space: Space) -> None:
        (self._scorer,) = space.scorers
        self._space = space
        self._home = {key: place for place, part in enumerate(space.parts) for key in part.rules}
        self._base = [part.choices[0] for part in space.parts]
        self._best = [max(part.choices, key=lambda choice: sum(choice.points.values())) for part in space.parts]
        self._rests = dict(self._leads())

    def gives_nothing(self, key: RuleKey) -> bool:
        """Whether a rule gives 0 points to every lead."""
        part = self._part(key)
        return part.exact and not any(key in choice.points for choice in part.choices)

    def is_shown(self, key: RuleKey) -> bool:
        """Whether one of a few leads has another total without the rule; False decides nothing."""
        place = self._home[key]
        choices = [choice for choice in self._part(key).choices if key in choice.points]
        for best, rest in self._rests.items():
            mine = self._best[place] if place < best else self._base[place]
            for choice in (choices[0], choices[-1]) if choices else ():
                sums = dict(rest)
                _move(sums, mine, choice)
                total = self._total(sums)
                sums[key[:2]] -= choice.points[key]
                if self._total(sums) != total:
                    return True
        return False

    def is_proved_useless(self, key: RuleKey) -> bool:
        """Whether no lead at all has another total without the rule, by going through all there are."""
        if not self._space.exact:
            return False
        cluster = next(one for one in self._space.clusters if self._part(key) in one.parts)
        others = [one.given for one in self._space.clusters if one is not cluster]
        elsewhere = [given for (given,) in Sums(others, 1)]
        total = self._scorer.total
        return not any(
            total(before + rest) != total(after + rest)
            for before, after in self._effects(cluster, key)
            for rest in elsewhere
        )

    def _effects(self, cluster: Cluster, key: RuleKey) -> set[tuple[int, int]]:
        """What the rule's cluster gives with and without it, wherever that differs."""
        part = self._part(key)
        rest = cluster.sums_of([other for other in cluster.parts if other is not part])
        return {
            (before, after)
            for choice in part.choices
            if key in choice.points
            for before, after in _pairs(cluster, rest, choice, key)
            if before != after
        }

    def _part(self, key: RuleKey) -> Part:
        return self._space.parts[self._home[key]]

    def _leads(self) -> Iterator[tuple[int, dict[Group, int]]]:
        """Leads of whom more and more parts give their best: how many do, and what each group's rules add up to."""
        every = max(1, len(self._base) // MOST_RESTS)
        sums = dict.fromkeys(self._space.groups, 0)
        for choice in self._base:
            _move(sums, Choice({}, choice.witness), choice)
        yield 0, dict(sums)
        for place, (base, best) in enumerate(zip(self._base, self._best, strict=True), start=1):
            _move(sums, base, best)
            if place % every == 0 or place == len(self._base):
                yield place, dict(sums)

    def _total(self, sums: dict[Group, int]) -> int:
        return self._scorer.total(sum(self._scorer.cut(name, points) for (_, name), points in sums.items()))


def _pairs(cluster: Cluster, rest: Sums, choice: Choice, key: RuleKey) -> Iterator[tuple[int, int]]:
    with_it = cluster.vector(choice)
    place = list(cluster.groups).index(key[:2])
    for state in rest:
        full = [one + other for one, other in zip(state, with_it, strict=True)]
        less = [*full[:place], full[place] - choice.points[key], *full[place + 1 :]]
        yield cluster.cut(tuple(full))[0], cluster.cut(tuple(less))[0]


def _move(sums: dict[Group, int], old: Choice, new: Choice) -> None:
    for choice, sign in ((old, -1), (new, 1)):
        for group, points in choice.sums.items():
            sums[group] += sign * points
