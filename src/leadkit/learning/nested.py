"""What the points are worth on cases that they were not made from: all of the making is done anew for each part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import define, setters

from leadkit.errors import FactError, Problem
from leadkit.learning.fitting import Fitted, Settings, fitted
from leadkit.learning.libraries import Flags, Floats, Places, np
from leadkit.learning.order import area_of, difference_of, placements
from leadkit.learning.table import Table
from leadkit.policy import Policy
from leadkit.reviewing.learned import IntervalFigure

PARTS, FEWEST = 5, 5
MOST = 12_000
"""Of more cases so many, evenly spread, tell what the points are worth."""


@define(on_setattr=setters.frozen)
class Part:
    """Cases that were held out, and what was made of the others says of them.

    `trained` are the totals of the others, `start` when the held-out cases begin.
    """

    trained: Floats
    totals: Floats
    chances: Floats
    expected: Floats
    hand: Floats
    won: Flags
    made: Fitted

    @property
    def ranks(self) -> Floats:
        """For each held-out case, which share of the others has as many points."""
        ordered = np.sort(self.trained)
        places: Floats = 1 - np.searchsorted(ordered, self.totals, "left") / max(len(ordered), 1)
        return places


@define(on_setattr=setters.frozen)
class Nested:
    """The parts, in the order of time where `forward`."""

    parts: tuple[Part, ...]
    forward: bool

    @property
    def learned(self) -> IntervalFigure:
        """How well the points order cases that they were not made from."""
        return area_of([placements(part.totals, part.won) for part in self.parts])

    @property
    def by_hand(self) -> IntervalFigure:
        """How well the start policy orders the same cases."""
        return area_of([placements(part.hand, part.won) for part in self.parts])

    @property
    def reference(self) -> IntervalFigure:
        """How well the model orders them that the points come near to."""
        return area_of([placements(part.expected, part.won) for part in self.parts])

    @property
    def better_by(self) -> IntervalFigure:
        """By how much the points order them better than the start policy."""
        pairs = [(placements(part.totals, part.won), placements(part.hand, part.won)) for part in self.parts]
        return difference_of(pairs)

    @property
    def won(self) -> Flags:
        """How the held-out cases ended, part after part."""
        return np.concatenate([part.won for part in self.parts])

    @property
    def ranks(self) -> Floats:
        """The ranks of the held-out cases."""
        return np.concatenate([part.ranks for part in self.parts])

    @property
    def chances(self) -> Floats:
        """Their probabilities of being won, as the points have them."""
        return np.concatenate([part.chances for part in self.parts])


def nested(table: Table, start: Policy, settings: Settings) -> Nested:
    """Points made from the rest, for each part that is held out: the next block of time, or a fold of equal rows."""
    few = table if len(table) <= MOST else table.at(spread(len(table), MOST))
    forward = few.times is not None and len(np.unique(few.times)) >= PARTS
    parts = tuple(_part(few, train, test, start, settings) for train, test in splits(few, forward=forward))
    if not parts and forward:
        forward = False
        parts = tuple(_part(few, train, test, start, settings) for train, test in splits(few, forward=False))
    if not parts:
        hint = "each of five parts needs won and lost cases, equal cases being in the same part"
        raise FactError(Problem("the cases say too little that differs to learn from", hint, path="cases"))
    return Nested(parts, forward)


def spread(rows: int, most: int) -> Places:
    """So many rows, evenly spread over all."""
    return np.unique(np.linspace(0, rows - 1, min(rows, most)).astype(np.int64))


def splits(table: Table, *, forward: bool) -> Iterator[tuple[Places, Places]]:
    """The rows to learn from and those to hold out, part by part; only where both endings are in both."""
    if forward:
        assert table.times is not None
        blocks = np.array_split(np.argsort(table.times, kind="stable"), PARTS)
        pairs = [(np.sort(np.concatenate(blocks[:place])), np.sort(blocks[place])) for place in range(1, PARTS)]
    else:
        fold = table.folds % PARTS
        pairs = [(np.flatnonzero(fold != place), np.flatnonzero(fold == place)) for place in range(PARTS)]
    for train, test in pairs:
        won = table.won[train]
        if min(won.sum(), (~won).sum()) >= FEWEST and 0 < table.won[test].sum() < len(test):
            yield train, test


def _part(table: Table, train: Places, test: Places, start: Policy, settings: Settings) -> Part:
    learned_from, held = table.at(train), table.at(test)
    made = fitted(learned_from, start, settings)
    return Part(
        trained=made.totals(learned_from),
        totals=made.totals(held),
        chances=made.chances(held),
        expected=made.expected(held),
        hand=held.fair,
        won=held.won,
        made=made,
    )


def curve(table: Table, start: Policy, settings: Settings, sizes: Sequence[int]) -> list[tuple[int, IntervalFigure]]:
    """How well points order held-out cases that were made from only so many of the others."""
    few = table if len(table) <= MOST else table.at(spread(len(table), MOST))
    rows = []
    for size in sizes:
        areas = []
        for train, test in splits(few, forward=False):
            if len(train) > size:
                learned_from, held = few.at(train[spread(len(train), size)]), few.at(test)
                if 0 < learned_from.won.sum() < len(learned_from):
                    areas.append(placements(fitted(learned_from, start, settings).totals(held), held.won))
        if areas:
            rows.append((size, area_of(areas)))
    return rows
