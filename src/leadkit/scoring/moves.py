"""What may still happen to one lead: facts that become known, and events, with what they then give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from attrs import define, field, setters

from leadkit.rules.algebra import SUBJECT, Tally
from leadkit.rules.bands import micro
from leadkit.scoring.event_rules import EventRule, SilenceRule
from leadkit.scoring.event_sorts import Counts, Sort, events_of, given, sorts_of
from leadkit.scoring.parts import Part, fact_parts
from leadkit.scoring.program import Term
from leadkit.scoring.scorer import Scorer
from leadkit.scoring.witness import Events

MOST_STEPS = 12
"""So many things are thought of that may happen."""
MOST_STATES = 2_000
"""So many sums are followed at a time, the cheapest and then the highest."""
MOST_SORTS = 8
"""So many sorts of events of one kind are thought of."""

NOTHING: Mapping[str, Any] = {}
Sums = tuple[int, ...]
"""What each group adds up to; for each rule that waits in silence, how many events broke it; for each fact that only a
table reads, the place of its value."""


@define(on_setattr=setters.frozen)
class Move:
    """What one part may become: what it then gives, and the facts or events that it takes."""

    sums: Sums
    facts: Mapping[str, Any] = field(factory=dict)
    events: tuple[Events, ...] = ()

    @property
    def steps(self) -> int:
        """How many facts and events it takes."""
        return len(self.facts) + sum(events.number for events in self.events)

    def __add__(self, other: Move) -> Move:
        sums = tuple(map(sum, zip(self.sums, other.sums, strict=True)))
        return Move(sums, {**self.facts, **other.facts}, (*self.events, *other.events))


class Moves:
    """All that may happen to a lead with these columns (`numbers`) and `known` facts; what is known stays as it is.

    `tabled` are the facts that a table reads, whose values tell moves apart even where they give nothing.
    """

    def __init__(
        self, scorer: Scorer, numbers: tuple[Any, ...], known: Mapping[str, Any], tabled: Sequence[str]
    ) -> None:
        self._scorer, self._numbers, self._known = scorer, numbers, known
        self._tabled = [name for name in tabled if name not in known]
        self._waiting = [term for code, term in scorer.terms.items() if isinstance(scorer.rules[code], SilenceRule)]

    def within(self, steps: int) -> list[Move]:
        """All that can be done in so many steps, as far as it adds up differently."""
        moves = [Move(self._sums({}))]
        for part in self._parts:
            cheapest: dict[Sums, Move] = {}
            for move in moves:
                for more in part:
                    if move.steps + more.steps <= steps:
                        both = move + more
                        if both.sums not in cheapest or both.steps < cheapest[both.sums].steps:
                            cheapest[both.sums] = both
            moves = sorted(cheapest.values(), key=lambda move: (move.steps, -sum(move.sums)))[:MOST_STATES]
        return moves

    def placed(self, move: Move) -> dict[str, Any]:
        """The total, bands and results after a move."""
        groups = dict(zip(self._scorer.scoring.groups, move.sums, strict=False))
        for term, heard in zip(self._waiting, move.sums[len(groups) :], strict=False):
            broken = given(term, ((Sort(term.tallies[0].kinds[0]), 1),))
            groups[term.group] += broken if heard else self._numbers[self._scorer.columns[term.summand]]
        return self._scorer.placed(groups, {**dict.fromkeys(self._scorer.asked), **self._known, **move.facts})

    @cached_property
    def _parts(self) -> list[list[Move]]:
        return [*self._fact_moves(), *self._table_moves(), *self._event_moves()]

    def _sums(self, groups: Mapping[str, int], heard: Sequence[int] = (), facts: Mapping[str, Any] = NOTHING) -> Sums:
        given = (groups.get(name, 0) for name in self._scorer.scoring.groups)
        places = (self._place(name, facts.get(name)) for name in self._tabled)
        return (*given, *(heard or (0,) * len(self._waiting)), *places)

    def _place(self, name: str, known: Any) -> int:
        return 0 if known is None else 1 + self._scorer.values(name).index(known)

    def _fact_moves(self) -> Iterator[list[Move]]:
        terms = [(0, term) for term in self._scorer.terms.values() if term.facts]
        for part in fact_parts(terms, self._scorer.facts, (), self._known, self._scorer.named):
            if not part.real:
                yield [Move(self._sums(self._standing(part)))]
                continue
            yield [
                Move(
                    self._sums({group: points for (_, group), points in choice.sums.items()}, (), choice.witness.facts),
                    {name: value for name, value in choice.witness.facts.items() if name not in self._known},
                )
                for choice in part.choices
            ]

    def _table_moves(self) -> Iterator[list[Move]]:
        """The facts that no rule reads."""
        read = {name for term in self._scorer.terms.values() for name in term.facts}
        for name in self._tabled:
            if name not in read:
                values = [{name: value} for value in self._scorer.values(name)]
                yield [Move(self._sums({})), *(Move(self._sums({}, (), facts), facts) for facts in values)]

    def _standing(self, part: Part) -> dict[str, int]:
        """What the rules of a part give as things stand, where they hang together by too many facts to be moved."""
        groups: dict[str, int] = {}
        for _, group, code in part.rules:
            points = self._numbers[self._scorer.columns[self._scorer.terms[code].summand]]
            groups[group] = groups.get(group, 0) + points
        return groups

    def _event_moves(self) -> Iterator[list[Move]]:
        """The events of each kind that may still happen, by sort; each breaks the silence that a rule waits in."""
        every = [term for term in self._scorer.terms.values() if term.tallies]
        counting = [term for term in every if term not in self._waiting]
        now = {term.code: self._tallied(term) for term in counting}
        for kind in dict.fromkeys(kind for term in every for tally in term.tallies for kind in tally.kinds):
            terms = [term for term in counting if kind in term.tallies[0].kinds]
            tallies = [tally for term in terms for tally in term.tallies]
            stands = {name: count for term in terms for name, count in now[term.code].items()}
            sorts = [sort for sort in sorts_of(kind, tallies) if _is_new(sort, tallies, stands)] or [Sort(kind)]
            heard = [int(kind in term.tallies[0].kinds) for term in self._waiting]
            moves = [Move(self._sums(_added(terms, (), now)))]
            for sort in sorts[:MOST_SORTS]:
                for more in range(1, MOST_STEPS + 1):
                    counts = ((sort, more),)
                    events = tuple(events_of(counts, tallies))
                    moves.append(Move(self._sums(_added(terms, counts, now), heard), {}, events))
            yield moves

    def _tallied(self, term: Term) -> dict[str, int]:
        """What the tallies of an event rule stand at: its count, or read back from the points that they gave."""
        rule, columns = self._scorer.rules[term.code], self._scorer.columns
        assert isinstance(rule, EventRule)
        column = f"{term.group}__{term.code}"
        if f"{column}__count" in columns:
            return {term.tallies[0].name: self._numbers[columns[f"{column}__count"]]}
        steps = zip(term.tallies, (column, f"{column}__decayed"), (micro(rule.points), int(rule.points)), strict=False)
        return {tally.name: self._numbers[columns[step]] // each if each else 0 for tally, step, each in steps}


def _is_new(sort: Sort, tallies: Sequence[Tally], stands: Mapping[str, int]) -> bool:
    """Whether an event of this sort may happen now and count: not one of a subject that the lead may already have."""
    subjects = [tally for tally in tallies if tally.distinct == SUBJECT and sort.counts(tally)]
    named = subjects if sort.subject is not None else []
    return sort.age == 0 and sort.fresh and not any(stands[tally.name] for tally in named)


def _added(terms: Sequence[Term], counts: Counts, now: Mapping[str, dict[str, int]]) -> dict[str, int]:
    """What the groups get for so many events more."""
    sums: dict[str, int] = {}
    for term in terms:
        sums[term.group] = sums.get(term.group, 0) + given(term, counts, now[term.code])
    return sums
