"""The cheapest ways to a better band: what would have to become known, or to happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from attrs import define, field, setters

from leadkit.results import Result
from leadkit.rules.algebra import Tally
from leadkit.rules.bands import as_points, highest_first, micro
from leadkit.rules.representatives import representatives
from leadkit.scoring.document import EventRule, SilenceRule
from leadkit.scoring.event_sorts import Counts, Sort, by_day, given, sorts_of
from leadkit.scoring.interval import Interval, widest
from leadkit.scoring.parts import Part, fact_parts
from leadkit.scoring.program import Term
from leadkit.scoring.scorer import Scorer
from leadkit.scoring.witness import Events

MOST_STEPS = 12
"""Ways of more steps than this are not looked for."""
MOST_WAYS = 5
"""So many ways of the same number of steps are told."""
MOST_ROWS = 200
"""Intervals are looked for while so few combinations of the numbers before have to hold."""
MOST_STATES = 2_000
"""So many sums are followed at a time, the cheapest and then the highest."""

MOST_SORTS = 8
"""So many sorts of events of one kind are thought of."""

Sums = tuple[int, ...]
"""What each group adds up to; then, for each rule that waits in silence, how many events broke it."""


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
    waiting = [term for code, term in scorer.terms.items() if isinstance(scorer.rules[code], SilenceRule)]
    nothing = (0,) * (len(scorer.scoring.groups) + len(waiting))
    parts = [*_fact_moves(scorer, numbers, known, waiting), *_event_moves(scorer, numbers, waiting)]
    for steps in range(1, MOST_STEPS + 1):
        moves = _moves(parts, steps, nothing)
        reached = [(_total(scorer, numbers, waiting, move.sums), move) for move in moves]
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


def _moves(parts: list[list[_Move]], steps: int, nothing: Sums) -> list[_Move]:
    """All that can be done in so many steps, as far as it adds up differently."""
    moves = [_Move(nothing)]
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


def _fact_moves(
    scorer: Scorer, numbers: tuple[Any, ...], known: Mapping[str, Any], waiting: Sequence[Term]
) -> Iterator[list[_Move]]:
    unheard = (0,) * len(waiting)
    terms = [(0, term) for term in scorer.terms.values() if term.facts]
    for part in fact_parts(terms, scorer.facts, (), known):
        if not part.real:
            yield [_Move((*_standing(scorer, numbers, part), *unheard))]
            continue
        yield [
            _Move(
                (*(choice.sums.get((0, group), 0) for group in scorer.scoring.groups), *unheard),
                {name: value for name, value in choice.witness.facts.items() if name not in known},
            )
            for choice in part.choices
        ]


def _standing(scorer: Scorer, numbers: tuple[Any, ...], part: Part) -> Sums:
    """What the rules of a part give as things stand, where they hang together by too many facts to be moved."""
    given = {(group, code): numbers[scorer.columns[scorer.terms[code].summand]] for _, group, code in part.rules}
    return tuple(sum(points for (name, _), points in given.items() if name == group) for group in scorer.scoring.groups)


def _event_moves(scorer: Scorer, numbers: tuple[Any, ...], waiting: Sequence[Term]) -> Iterator[list[_Move]]:
    """The events of each kind that may still happen, by sort; each breaks the silence that a rule waits in."""
    counting = [term for term in scorer.terms.values() if term.tallies and term not in waiting]
    now = {term.code: _tallied(scorer, numbers, term) for term in counting}
    kinds = dict.fromkeys(kind for term in scorer.terms.values() for tally in term.tallies for kind in tally.kinds)
    for kind in kinds:
        terms = [term for term in counting if kind in term.tallies[0].kinds]
        tallies = [tally for term in terms for tally in term.tallies]
        sorts = [sort for sort in sorts_of(kind, tallies) if sort.age == 0 and sort.fresh] or [Sort(kind)]
        heard = tuple(int(kind in term.tallies[0].kinds) for term in waiting)
        moves = [_Move(_added(scorer, terms, (), now, (0,) * len(waiting)))]
        for sort in sorts[:MOST_SORTS]:
            for more in range(1, _most(sort, tallies) + 1):
                events = {Events(kind, 0, more, sort.subject, sort.amount).name: more}
                moves.append(_Move(_added(scorer, terms, ((sort, more),), now, heard), {}, events))
        yield moves


def _most(sort: Sort, tallies: Sequence[Tally]) -> int:
    """So many such events can happen on one day, with one subject, and still each count."""
    alone = by_day(tallies, sort.kind) and len(tallies) == 1
    return 1 if alone else MOST_STEPS


def _added(
    scorer: Scorer, terms: Sequence[Term], counts: Counts, now: Mapping[str, dict[str, int]], heard: tuple[int, ...]
) -> Sums:
    sums = dict.fromkeys(scorer.scoring.groups, 0)
    for term in terms:
        sums[term.group] += given(term, counts, now[term.code])
    return (*sums.values(), *heard)


def _tallied(scorer: Scorer, numbers: tuple[Any, ...], term: Term) -> dict[str, int]:
    """What the tallies of an event rule stand at: its count, or read back from the points that they gave."""
    rule, columns = scorer.rules[term.code], dict(term.columns)
    assert isinstance(rule, EventRule)
    column = f"{term.group}__{term.code}"
    if f"{column}__count" in columns:
        return {term.tallies[0].name: numbers[scorer.columns[f"{column}__count"]]}
    steps = zip(term.tallies, (column, f"{column}__decayed"), (micro(rule.points), int(rule.points)), strict=False)
    return {tally.name: numbers[scorer.columns[step]] // each if each else 0 for tally, step, each in steps}


def _total(scorer: Scorer, numbers: tuple[Any, ...], waiting: Sequence[Term], sums: Sums) -> int:
    """The total when the groups add up to the first of `sums`; the others say whether a silence was broken."""
    groups = dict(zip(scorer.scoring.groups, sums, strict=False))
    for term, heard in zip(waiting, sums[len(groups) :], strict=True):
        broken = given(term, ((Sort(term.tallies[0].kinds[0]), 1),))
        groups[term.group] += broken if heard else numbers[scorer.columns[term.summand]]
    return scorer.total(sum(scorer.cut(name, points) for name, points in groups.items()))
