"""The cheapest ways to a better band: what would have to become known, or to happen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from attrs import define, field, setters

from leadkit.results import Result
from leadkit.rules.bands import as_points, highest_first, micro
from leadkit.scoring.document import EventRule
from leadkit.scoring.event_parts import given
from leadkit.scoring.parts import Part, fact_parts
from leadkit.scoring.program import Term
from leadkit.scoring.scorer import Scorer

MOST_STEPS = 12
"""Ways of more steps than this are not looked for."""
MOST_WAYS = 5
"""So many ways of the same number of steps are told."""
MOST_STATES = 2_000
"""So many sums are followed at a time, the cheapest and then the highest."""

Sums = tuple[int, ...]


@define(on_setattr=setters.frozen)
class Way(Result):
    """One way to a better band: facts that would have to turn out so, and events that would have to happen.

    `points` is the total that it leads to.
    """

    ADDED = ("steps",)

    band: str
    points: Decimal
    facts: Mapping[str, Any] = field(factory=dict)
    events: Mapping[str, int] = field(factory=dict)

    @property
    def steps(self) -> int:
        """How many facts and events it takes."""
        return len(self.facts) + sum(self.events.values())


@define(on_setattr=setters.frozen)
class _Move:
    """What one part may become: what it then gives to each group, and the facts or events that it takes."""

    sums: Sums
    facts: Mapping[str, Any] = field(factory=dict)
    events: Mapping[str, int] = field(factory=dict)

    @property
    def steps(self) -> int:
        return len(self.facts) + sum(self.events.values())

    def __add__(self, other: _Move) -> _Move:
        sums = tuple(map(sum, zip(self.sums, other.sums, strict=True)))
        return _Move(sums, {**self.facts, **other.facts}, {**self.events, **other.events})


def next_band(scorer: Scorer, numbers: tuple[Any, ...], facts: Mapping[str, Any], bands: str) -> tuple[Way, ...]:
    """The ways with the fewest steps to the band above, at most five; none from the highest, or where none is found.

    `numbers` are the columns of the score of a lead with these `facts`; what is known stays as it is.
    """
    now = numbers[scorer.columns["points"]]
    above = [(band, start) for band, start in highest_first(scorer.scoring.bands[bands]) if micro(start) > now]
    if not above:
        return ()
    band, start = above[-1]
    parts = [*_fact_moves(scorer, numbers, facts), *_event_moves(scorer, numbers)]
    for steps in range(1, MOST_STEPS + 1):
        reached = [(_total(scorer, move.sums), move) for move in _moves(parts, steps, scorer)]
        ways = sorted(((total, move) for total, move in reached if total >= micro(start)), key=lambda pair: pair[0])
        if ways:
            return tuple(Way(band, as_points(total), move.facts, move.events) for total, move in ways[:MOST_WAYS])
    return ()


def _moves(parts: list[list[_Move]], steps: int, scorer: Scorer) -> list[_Move]:
    """All that can be done in so many steps, as far as it adds up differently."""
    moves = [_Move((0,) * len(scorer.scoring.groups))]
    for part in parts:
        cheapest: dict[Sums, _Move] = {}
        for move in moves:
            for more in part:
                if move.steps + more.steps <= steps:
                    both = move + more
                    if both.sums not in cheapest or both.steps < cheapest[both.sums].steps:
                        cheapest[both.sums] = both
        moves = sorted(cheapest.values(), key=lambda move: (move.steps, -sum(move.sums)))[:MOST_STATES]
    return moves


def _fact_moves(scorer: Scorer, numbers: tuple[Any, ...], facts: Mapping[str, Any]) -> Iterator[list[_Move]]:
    known = {name: facts.get(name) for name in scorer.asked if scorer.facts[name].knows(facts.get(name))}
    terms = [(0, term) for term in scorer.terms.values() if term.facts]
    for part in fact_parts(terms, scorer.facts, (), known):
        if not part.real:
            yield [_Move(_standing(scorer, numbers, part))]
            continue
        yield [
            _Move(
                tuple(choice.sums.get((0, group), 0) for group in scorer.scoring.groups),
                {name: value for name, value in choice.witness.facts.items() if name not in known},
            )
            for choice in part.choices
        ]


def _standing(scorer: Scorer, numbers: tuple[Any, ...], part: Part) -> Sums:
    """What the rules of a part give as things stand, where they hang together by too many facts to be moved."""
    given = {(group, code): numbers[scorer.columns[scorer.terms[code].summand]] for _, group, code in part.rules}
    return tuple(sum(points for (name, _), points in given.items() if name == group) for group in scorer.scoring.groups)


def _event_moves(scorer: Scorer, numbers: tuple[Any, ...]) -> Iterator[list[_Move]]:
    by_kind: dict[str, list[Term]] = {}
    for term in scorer.terms.values():
        for tally in term.tallies[:1]:
            by_kind.setdefault(tally.kind, []).append(term)
    for kind, terms in by_kind.items():
        now = {term.code: _tallied(scorer, numbers, term) for term in terms}
        yield [
            _Move(
                tuple(
                    sum(given(term, ((0, more),), now[term.code]) for term in terms if term.group == group)
                    for group in scorer.scoring.groups
                ),
                {},
                {kind: more} if more else {},
            )
            for more in range(MOST_STEPS + 1)
        ]


def _tallied(scorer: Scorer, numbers: tuple[Any, ...], term: Term) -> dict[str, int]:
    """What the tallies of an event rule stand at, read back from the points that they gave."""
    rule = scorer.rules[term.code]
    assert isinstance(rule, EventRule)
    stand = {}
    for tally, (column, _) in zip(term.tallies, term.columns, strict=False):
        each = int(rule.points) if tally.name.endswith("__weight") else micro(rule.points)
        stand[tally.name] = numbers[scorer.columns[column]] // each if each else 0
    return stand


def _total(scorer: Scorer, sums: Sums) -> int:
    return scorer.total(sum(map(scorer.cut, scorer.scoring.groups, sums)))
