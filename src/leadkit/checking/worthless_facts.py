"""The facts that a group's limit makes worthless."""

from __future__ import annotations

from collections.abc import Iterator

from leadkit.scoring.parts import Choice, Group, Part
from leadkit.scoring.space import Space
from leadkit.scoring.witness import Witness

MOST_TRIES = 20_000
"""So many combinations are looked at in search of those that a limit cuts."""


def cut_combinations(space: Space, group: Group, limit: int) -> Iterator[tuple[Witness, int]]:
    """The smallest sets of facts that together exceed a limit, with what they exceed it by; events are left out."""
    parts = [part for part in space.parts if part.real and group in part.groups and _reads_facts(part)]
    gains = [_gains(part, group) for part in parts]
    highest = [max((gain for gain, _ in pairs), default=0) for pairs in gains]
    most = [sum(highest[depth:]) for depth in range(len(gains) + 1)]
    tries = iter(range(MOST_TRIES))

    def search(depth: int, total: int, least: int, chosen: Witness) -> Iterator[tuple[Witness, int]]:
        if total > limit and total - least <= limit:
            yield chosen, total - limit
        if total > limit or total + most[depth] <= limit or next(tries, None) is None:
            return
        for gain, witness in gains[depth]:
            yield from search(depth + 1, total + gain, min(least, gain) if least else gain, chosen + witness)
        yield from search(depth + 1, total, least, chosen)

    yield from search(0, sum(part.choices[0].sums.get(group, 0) for part in parts), 0, Witness())


def _reads_facts(part: Part) -> bool:
    return any(choice.witness.facts for choice in part.choices)


def _gains(part: Part, group: Group) -> list[tuple[int, Witness]]:
    """What the choices of a part add to a group beyond the first choice; each level of a category by itself."""
    base = part.choices[0].sums.get(group, 0)
    gains: dict[object, tuple[int, Witness]] = {}
    for choice in part.choices:
        gain = choice.sums.get(group, 0) - base
        if gain > 0:
            gains.setdefault(_kind(choice, gain), (gain, choice.witness))
    return sorted(gains.values(), key=lambda pair: -pair[0])


def _kind(choice: Choice, gain: int) -> object:
    values = tuple(choice.witness.facts.values())
    return (gain, values) if len(values) == 1 and isinstance(values[0], str) else gain
