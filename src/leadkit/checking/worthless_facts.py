"""The facts that a group's limit makes worthless, and those that its floor makes harmless."""

from __future__ import annotations

from collections.abc import Iterator

from leadkit.scoring.parts import Choice, Group, Part
from leadkit.scoring.space import Space
from leadkit.scoring.witness import Witness

MOST_TRIES = 20_000
"""So many combinations are looked at in search of those that a limit cuts."""
_Tried = tuple[int, int, int, tuple[Witness, ...]]
"""How many parts are decided, what they add up to, the least of what was chosen, and what was chosen."""


def cut_combinations(space: Space, group: Group, limit: int, *, sign: int = 1) -> Iterator[tuple[Witness, int]]:
    """The smallest sets of facts that together exceed a limit, with what they exceed it by; events are left out.

    With `sign` -1 points count the other way round, and one event of a kind counts like a fact: those that together
    fall below the floor of -`limit`.
    """
    parts = [part for part in space.parts if part.real and group in part.groups and (sign < 0 or _reads_facts(part))]
    gains = [_gains(part, group, sign) for part in parts]
    highest = [max((gain for gain, _ in pairs), default=0) for pairs in gains]
    most = [sum(highest[depth:]) for depth in range(len(gains) + 1)]
    start = sign * sum(part.choices[0].sums.get(group, 0) for part in parts)
    # A stack instead of recursion: a group may have more facts than Python may nest calls.
    stack: list[_Tried] = [(0, start, 0, ())]
    for _ in range(MOST_TRIES):
        if not stack:
            return
        depth, total, least, chosen = stack.pop()
        if total > limit and (total - least <= limit or not least):
            yield sum(chosen, Witness()), total - limit
        if total > limit or total + most[depth] <= limit:
            continue
        stack.append((depth + 1, total, least, chosen))
        for gain, witness in reversed(gains[depth]):
            stack.append((depth + 1, total + gain, min(least, gain) if least else gain, (*chosen, witness)))


def _reads_facts(part: Part) -> bool:
    return any(choice.witness.facts for choice in part.choices)


def _gains(part: Part, group: Group, sign: int) -> list[tuple[int, Witness]]:
    """What the choices of a part add to a group beyond the first choice; each level of a category by itself."""
    base = part.choices[0].sums.get(group, 0)
    gains: dict[object, tuple[int, Witness]] = {}
    for choice in part.choices:
        gain = sign * (choice.sums.get(group, 0) - base)
        if gain > 0 and sum(events.number for events in choice.witness.events) <= 1:
            gains.setdefault(_kind(choice, gain), (gain, choice.witness))
    return sorted(gains.values(), key=lambda pair: -pair[0])


def _kind(choice: Choice, gain: int) -> object:
    values = tuple(choice.witness.facts.values())
    return (gain, values) if len(values) == 1 and isinstance(values[0], str) else gain
