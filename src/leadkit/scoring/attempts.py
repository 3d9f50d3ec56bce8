"""Leads to try where not all can be: each part by itself, in pairs, events of every telling age, and mixtures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice

from attrs import evolve

from leadkit.rules import algebra as a
from leadkit.rules.representatives import compared
from leadkit.scoring.parts import Choice, Part
from leadkit.scoring.scorer import Scorer
from leadkit.scoring.witness import Witness

MOST_CHAIN = 200
"""So many leads lead from the poorest to the richest."""
MOST_ALONE = 1_000
"""So many leads have something of one part only, and so many of two parts."""
MOST_MIXED = 300
"""So many leads have something of many parts, drawn from a fixed sequence."""
MOST_WORK = 400_000
"""So many leads are tried at most, times the rules and events that each takes."""


def attempts(parts: Sequence[Part], scorers: Sequence[Scorer]) -> Iterator[Witness]:
    """Leads that a policy may judge in different ways, the same ones every time; some of them may come twice."""
    least = sum((part.choices[0].witness for part in parts), Witness())
    rules = sum(len(scorer.rules) for scorer in scorers)
    aged = list(_aged(parts, scorers))
    some = [[*_few(part), *more] for part, more in zip(parts, aged, strict=True)]
    work = 0
    for lead in _leads(parts, some, least):
        yield lead
        work += rules + sum(events.number for events in lead.events)
        if work > MOST_WORK:
            return


def _leads(parts: Sequence[Part], some: Sequence[Sequence[Witness]], least: Witness) -> Iterator[Witness]:
    yield least
    step = max(1, len(parts) // MOST_CHAIN)
    lead = least
    for place, part in enumerate(parts, 1):
        lead += part.best.witness
        if place % step == 0 or place == len(parts):
            yield lead
    alone = (least + witness for witnesses in some for witness in witnesses)
    yield from islice(alone, MOST_ALONE)
    pairs = ((lead, other) for first, second in combinations(some, 2) for lead in first for other in second)
    yield from (least + lead + other for lead, other in islice(pairs, MOST_ALONE))
    number = 1
    for _ in range(MOST_MIXED):
        lead = least
        for witnesses in some:
            # The generator of Lehmer: a fixed sequence, so that the same policy always gets the same answer.
            number = number * 48_271 % 0x7FFF_FFFF
            if witnesses and number % 3:
                lead += witnesses[number // 3 % len(witnesses)]
        yield lead


def _few(part: Part) -> list[Witness]:
    """The first, a middle and the last choice of a part, and those that give most and least."""
    choices = part.choices
    chosen: list[Choice] = [*choices[1:3], choices[len(choices) // 2], choices[-1], part.best]
    chosen.append(min(choices, key=lambda choice: sum(choice.points.values())))
    return [choice.witness for choice in chosen]


def _aged(parts: Sequence[Part], scorers: Sequence[Scorer]) -> Iterator[list[Witness]]:
    """For each part events of its kind at every telling age."""
    ages: dict[str, set[int]] = {}
    for scorer in scorers:
        for term in scorer.terms.values():
            for tally in term.tallies:
                for kind in tally.kinds:
                    ages.setdefault(kind, set()).update(_telling(tally))
    for part in parts:
        sorts = {evolve(events, age=0, number=1) for choice in part.choices[-1:] for events in choice.witness.events}
        yield [
            Witness({}, (evolve(events, age=age, number=number),))
            for events in sorted(sorts, key=str)
            for age in sorted(ages.get(events.kind, ()))
            for number in (1, 3)
        ]


def _telling(tally: a.Tally) -> Iterator[int]:
    """Ages at the edges of a window and just inside, and at half, one and two half-lives."""
    for name, edge in compared(tally.counts):
        if name == a.AGE.name:
            yield from (int(edge) - 1, int(edge))
    if isinstance(tally.weight, a.Decay):
        yield from (tally.weight.half_life // 2, tally.weight.half_life, 2 * tally.weight.half_life)
