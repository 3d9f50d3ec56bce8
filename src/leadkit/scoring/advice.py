"""The cheapest ways to a better band: what would have to become known, or to happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from attrs import define, field, setters

from leadkit.results import Result
from leadkit.rules.bands import as_points, highest_first, micro
from leadkit.rules.representatives import representatives
from leadkit.scoring.document import EventRule
from leadkit.scoring.event_parts import given
from leadkit.scoring.interval import Interval, widest
from leadkit.scoring.parts import Part, fact_parts
from leadkit.scoring.program import Term
from leadkit.scoring.scorer import Scorer

MOST_STEPS = 12
"""Ways of more steps than this are not looked for."""
MOST_WAYS = 5
"""So many ways of the same number of steps are told."""
MOST_ROWS = 200
"""Intervals are looked for while so few combinations of the numbers before have to hold."""
MOST_STATES = 2_000
"""So many sums are followed at a time, the cheapest and then the highest."""

Sums = tuple[int, ...]


@define(on_setattr=setters.frozen)
class Way(Result):
    """One way to a better band: facts that would have to turn out so, and events that would have to happen.

    `points` is the total that it leads to. A number in `facts` is an example; every number in its interval of `numbers`
    leads to the same total.
    """

    ADDED = ("steps",)

    band: str
    points: Decimal
    facts: Mapping[str, Any] = field(factory=dict)
    events: Mapping[str, int] = field(factory=dict)
    numbers: Mapping[str, Interval] = field(factory=dict)

    @property
    def steps(self) -> int:
        """How many facts and events it takes."""
        return len(self.facts) + sum(self.events.values())

    def __str__(self) -> str:
        facts = [f"{name} {self.numbers.get(name, value)}" for name, value in self.facts.items()]
        events = [f"{kind} x {number}" for kind, number in self.events.items()]
        return f"{self.band}, {self.points} points: {', '.join([*facts, *events])}"


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
    known = {name: scorer.facts[name].read(facts.get(name)) for name in scorer.asked}
    known = {name: value for name, value in known.items() if value is not None}
    parts = [*_fact_moves(scorer, numbers, known), *_event_moves(scorer, numbers)]
    for steps in range(1, MOST_STEPS + 1):
        reached = [(_total(scorer, move.sums), move) for move in _moves(parts, steps, scorer)]
        ways = sorted(((total, move) for total, move in reached if total >= micro(start)), key=lambda pair: pair[0])
        if ways:
            return tuple(_way(scorer, known, band, total, move) for total, move in ways[:MOST_WAYS])
    return ()


def _way(scorer: Scorer, known: Mapping[str, Any], band: str, total: int, move: _Move) -> Way:
    return Way(band, as_points(total), move.facts, move.events, dict(_intervals(scorer, known, move.facts)))


def _intervals(scorer: Scorer, known: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[tuple[str, Interval]]:
    """How far each number may lie elsewhere, while the numbers before it lie anywhere in their intervals."""
    sums = [place for name, place in scorer.columns.items() if name.endswith("__sum")]

    def given(row: Mapping[str, Any]) -> list[Any]:
        numbers = scorer.evaluate({**known, **row}, (), 0)
        return [numbers[place] for place in sums]

    expected, rows = given(facts), [facts]
    for name in facts:
        if scorer.facts[name].type == "number" and len(rows) <= MOST_ROWS:
            edges = sorted(set(scorer.named.get(name, ())))
            alike = _are_alike(rows, name, lambda row: given(row) == expected)
            interval = widest(edges, facts[name], alike)
            inside = [number for number in representatives(scorer.facts[name], edges) if number in interval]
            rows = [{**row, name: number} for row in rows for number in inside]
            yield name, interval


def _are_alike(rows: list[Any], name: str, is_expected: Callable[[Mapping[str, Any]], bool]) -> Callable[[Any], bool]:
    return lambda number: all(is_expected({**row, name: number}) for row in rows)


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


def _fact_moves(scorer: Scorer, numbers: tuple[Any, ...], known: Mapping[str, Any]) -> Iterator[list[_Move]]:
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
