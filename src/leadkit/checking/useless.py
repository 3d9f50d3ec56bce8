"""Rules that never count: no lead's total would differ without them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import define

from leadkit.rules.sums import Sums, Vector
from leadkit.scoring.cluster import Cluster
from leadkit.scoring.parts import Choice, Part, RuleKey
from leadkit.scoring.space import Space

MOST_RESTS = 40
"""So many leads a rule is tried on before it is proved."""


class Uses:
    """Whether each rule of one scorer makes a difference to some lead."""

    def __init__(self, space: Space) -> None:
        (self._scorer,) = space.scorers
        self._space = space
        homes = [_Home(cluster) for cluster in space.clusters]
        self._home = {key: (home, part) for home in homes for part in home.cluster.parts for key in part.rules}
        self._poorest = sum(home.poorest for home in homes)

    def gives_nothing(self, key: RuleKey) -> bool:
        """Whether a rule gives 0 points to every lead."""
        _, part = self._home[key]
        return part.exact and not any(key in choice.points for choice in part.choices)

    def is_shown(self, key: RuleKey) -> bool:
        """Whether one of a few leads has another total without the rule; False decides nothing."""
        home, part = self._home[key]
        elsewhere = self._poorest - home.poorest
        choices = [choice for choice in part.choices if key in choice.points]
        few = [choices[0], choices[-1]] if choices else []
        effects = (home.cluster.effect(rest, choice, key) for rest in home.rests(part) for choice in few)
        return any(self._differ(before + elsewhere, after + elsewhere) for before, after in effects)

    def is_proved_useless(self, key: RuleKey) -> bool:
        """Whether no lead at all has another total without the rule, by going through all there are."""
        if not self._space.exact:
            return False
        home, part = self._home[key]
        others = [cluster.given for cluster in self._space.clusters if cluster is not home.cluster]
        elsewhere = [given for (given,) in Sums(others, 1)]
        effects = set(_effects(home.cluster, part, key))
        return not any(self._differ(before + rest, after + rest) for before, after in effects for rest in elsewhere)

    def _differ(self, before: int, after: int) -> bool:
        return self._scorer.total(before) != self._scorer.total(after)


@define
class _Home:
    """The cluster of a rule, with leads of whom more and more of its parts give their best."""

    cluster: Cluster

    @property
    def poorest(self) -> int:
        """What the cluster gives when every part makes its first choice."""
        return self.cluster.cut(_added(self.cluster, [part.choices[0] for part in self.cluster.parts]))[0]

    def rests(self, part: Part) -> Iterator[Vector]:
        """What the other parts add up to."""
        others = [other for other in self.cluster.parts if other is not part]
        every = max(1, len(others) // MOST_RESTS)
        sums = list(_added(self.cluster, [other.choices[0] for other in others]))
        yield tuple(sums)
        for place, other in enumerate(others, start=1):
            base, best = (self.cluster.vector(choice) for choice in (other.choices[0], other.best))
            sums = [total + new - old for total, new, old in zip(sums, best, base, strict=True)]
            if place % every == 0:
                yield tuple(sums)


def _added(cluster: Cluster, choices: Sequence[Choice]) -> Vector:
    vectors = [cluster.vector(choice) for choice in choices]
    return tuple(map(sum, zip(*vectors, strict=True))) if vectors else (0,) * len(cluster.groups)


def _effects(cluster: Cluster, part: Part, key: RuleKey) -> Iterator[tuple[int, int]]:
    """What the cluster gives with and without a rule, wherever that differs."""
    rests = list(cluster.sums_of([other for other in cluster.parts if other is not part]))
    for choice in part.choices:
        if key in choice.points:
            pairs = (cluster.effect(rest, choice, key) for rest in rests)
            yield from (pair for pair in pairs if pair[0] != pair[1])
