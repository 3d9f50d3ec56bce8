"""The cheapest ways to a better band: what would have to become known, or to happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from attrs import define, field, setters

from leadkit.results import Result
from leadkit.rules.bands import as_points
from leadkit.rules.representatives import compared, representatives
from leadkit.scoring.event_sorts import ANY
from leadkit.scoring.interval import Interval, widest
from leadkit.scoring.moves import MOST_STEPS, Move, Moves
from leadkit.scoring.outcomes import result_of
from leadkit.scoring.scorer import Scorer
from leadkit.scoring.witness import Events

MOST_WAYS = 5
"""So many ways of the same number of steps are told."""
MOST_ROWS = 200
"""Intervals are looked for while so few combinations of the numbers before have to hold."""


@define(on_setattr=setters.frozen)
class Way(Result):
    """One way to a better band: facts that would have to turn out so, and events that would have to happen.

    `points` is the total that it leads to. `events` are counts by kind; a kind that has to be about something says so
    in brackets, as in `visit[pricing]`, and events that count by day or by subject need one of their own. A number in
    `facts` is an example; every number in its interval of `numbers` leads to the same total.
    """

    ADDED = ("steps",)
    OMITTED = ("happening",)

    band: str
    points: Decimal
    facts: Mapping[str, Any] = field(factory=dict)
    events: Mapping[str, int] = field(factory=dict)
    numbers: Mapping[str, Interval] = field(factory=dict)
    happening: tuple[Events, ...] = ()
    """The events, each of a day or a subject of its own where that is what counts."""

    @property
    def steps(self) -> int:
        """How many facts and events it takes."""
        return len(self.facts) + sum(self.events.values())

    def activities(self, as_of: datetime) -> list[dict[str, Any]]:
        """The events as mappings, the last at `as_of`, as `Policy.score` takes them."""
        return [event for events in self.happening for event in events.activities(as_of)]

    def __str__(self) -> str:
        facts = [f"{name} {self.numbers.get(name, value)}" for name, value in self.facts.items()]
        events = [f"{kind} x {number}" for kind, number in self.events.items()]
        return f"{self.band}, {self.points} points: {', '.join([*facts, *events])}"


def next_band(scorer: Scorer, numbers: tuple[Any, ...], facts: Mapping[str, Any], bands: str) -> tuple[Way, ...]:
    """The ways with the fewest steps to a band above, at most five; none from the highest, or where none is found.

    `numbers` are the columns of the score of a lead with these `facts`; what is known stays as it is. `bands` is a band
    set, or a table with its results.
    """
    names = scorer.scoring.outcomes[bands]
    above = names[: names.index(numbers[scorer.columns[bands]])]
    if not above:
        return ()
    known = {name: scorer.facts[name].read(facts.get(name)) for name in scorer.asked}
    known = {name: value for name, value in known.items() if value is not None}
    table = scorer.scoring.tables.get(bands)
    tabled = [name for name in (table.asked if table else ()) if name in scorer.facts]
    moves = Moves(scorer, numbers, known, tabled)
    for steps in range(1, MOST_STEPS + 1):
        placed = [(moves.placed(move), move) for move in moves.within(steps)]
        ways = sorted(((row, move) for row, move in placed if row[bands] in above), key=lambda pair: pair[0]["points"])
        if ways:
            return tuple(_way(scorer, known, row[bands], row["points"], move) for row, move in ways[:MOST_WAYS])
    return ()


def _way(scorer: Scorer, known: Mapping[str, Any], band: str, total: int, move: Move) -> Way:
    numbers = dict(_intervals(scorer, known, move.facts))
    counts: dict[str, int] = {}
    for events in move.events:
        name = _name(events)
        counts[name] = counts.get(name, 0) + events.number
    return Way(band, as_points(total), move.facts, counts, numbers, move.events)


def _name(events: Events) -> str:
    """What such events are called in a way: those of any subject of their own by their kind alone."""
    return events.name if events.subject is None or not events.subject.startswith(ANY) else events.kind


def _intervals(scorer: Scorer, known: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[tuple[str, Interval]]:
    """How far each number may lie elsewhere, while the numbers before it lie anywhere in their intervals."""
    sums = [place for name, place in scorer.columns.items() if name.endswith("__sum")]
    spans = [pair for table in scorer.scoring.tables.values() for pair in compared(result_of(table))]

    def is_number(name: str) -> bool:
        return name in scorer.facts and scorer.facts[name].type == "number"

    def given(row: Mapping[str, Any]) -> list[Any]:
        numbers = scorer.evaluate({**known, **row}, (), 0)
        pairs = [(row[name], edge) for name, edge in spans if name in row and is_number(name)]
        return [*(numbers[place] for place in sums), *((number > edge, number == edge) for number, edge in pairs)]

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
