"""Rules that never count: no lead's total would differ without them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from attrs import define

from leadkit.rules.sums import Sums, Vector
from leadkit.scoring.cluster import Cluster
from leadkit.scoring.parts import Choice, Part, RuleKey
from leadkit.scoring.space import Space

MOST_RESTS = 40
"""So many leads of a kind a rule is tried on before it is proved."""
MOST_STEPS = 500_000
"""So many sums are gone through in all to prove that rules never count."""
WORK_OF_A_STEP = 1 << 16
"""So many bits of a grid are shifted in the time of a step."""


class Uses:
    """Whether each rule of one scorer makes a difference to some lead."""

    def __init__(self, space: Space) -> None:
        (self._scorer,) = space.scorers
        self._space = space
        homes = [_Home(cluster) for cluster in space.clusters]
        self._home = {key: (home, part) for home in homes for part in home.cluster.parts for key in part.rules}
        self._poorest = sum(home.poorest for home in homes)
        self._steps = MOST_STEPS
        self._tried: dict[int, _Tried] = {}

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
        tried = self._tried.setdefault(id(part), _Tried(home, part))
        effects = (
            (given, home.cluster.without(rest, given, choice, key))
            for rest, given_by in tried
            for choice in few
            for given in [given_by(choice)]
        )
        return any(self._differ(before + elsewhere, after + elsewhere) for before, after in effects)

    def is_proved_useless(self, key: RuleKey) -> bool | None:
        """Whether no lead at all has another total without the rule, by going through all there are.

        None where that takes more steps than are left.
        """
        if not self._space.exact:
            return False
        home, part = self._home[key]
        rests = home.cluster.sums_of([other for other in home.cluster.parts if other is not part])
        elsewhere = Sums([cluster.given for cluster in self._space.clusters if cluster is not home.cluster], 1)
        choices = [choice for choice in part.choices if key in choice.points]
        if not (self._afford(rests.work // WORK_OF_A_STEP) and self._afford(elsewhere.work // WORK_OF_A_STEP)):
            return None
        others = [given for (given,) in elsewhere]
        effects = set()
        for rest in rests:
            given = home.cluster.cut(rest)[0]
            if not self._afford(len(choices) + 1):
                return None
            fulls = [(choice, home.cluster.with_choice(rest, given, choice)) for choice in choices]
            effects |= {(full, home.cluster.without(rest, full, choice, key)) for choice, full in fulls}
        changed = [(before, after) for before, after in effects if before != after]
        if not self._afford(len(changed) * len(others)):
            return None
        return not any(self._differ(before + rest, after + rest) for before, after in changed for rest in others)

    def _afford(self, steps: int) -> bool:
        """Take so many steps from those that are left; False where they are not enough."""
        self._steps -= steps
        return self._steps >= 0

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
        """What the other parts add up to: nothing, one of them by itself, and more and more of their best."""
        others = [other for other in self.cluster.parts if other is not part]
        every = max(1, len(others) // MOST_RESTS)
        nothing = _added(self.cluster, [other.choices[0] for other in others])
        yield nothing
        for other in others[:MOST_RESTS]:
            # Where the best is beyond all limits, a single event or level is not.
            for choice in other.choices[1:3]:
                yield self._instead(nothing, other, choice)
        sums = nothing
        for place, other in enumerate(others, start=1):
            sums = self._instead(sums, other, other.best)
            if place % every == 0:
                yield sums

    def _instead(self, sums: Vector, part: Part, choice: Choice) -> Vector:
        """The sums where a part that made its first choice makes another."""
        changed = list(sums)
        for group in {*choice.sums, *part.choices[0].sums}:
            changed[self.cluster.places[group]] += choice.sums.get(group, 0) - part.choices[0].sums.get(group, 0)
        return tuple(changed)


class _Tried:
    """The leads on which the rules of a part are tried, each made once, and what choices of the part give on top."""

    def __init__(self, home: _Home, part: Part) -> None:
        self._cluster = home.cluster
        self._more = home.rests(part)
        self._made: list[tuple[Vector, Callable[[Choice], int]]] = []

    def __iter__(self) -> Iterator[tuple[Vector, Callable[[Choice], int]]]:
        yield from self._made
        for rest in self._more:
            self._made.append((rest, self._on_top(rest)))
            yield self._made[-1]

    def _on_top(self, rest: Vector) -> Callable[[Choice], int]:
        alone = self._cluster.cut(rest)[0]
        by_choice: dict[int, int] = {}

        def given(choice: Choice) -> int:
            if id(choice) not in by_choice:
                by_choice[id(choice)] = self._cluster.with_choice(rest, alone, choice)
            return by_choice[id(choice)]

        return given


def _added(cluster: Cluster, choices: Sequence[Choice]) -> Vector:
    sums = [0] * len(cluster.groups)
    for choice in choices:
        for group, points in choice.sums.items():
            sums[cluster.places[group]] += points
    return tuple(sums)
