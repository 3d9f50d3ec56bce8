"""Leaves: the yes-or-no questions that points may hang on, made from the training cases alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import ROUND_FLOOR, Context, Decimal
from typing import Any, Literal

from attrs import define, setters

from leadkit.learning.libraries import Answers, Flags, Floats, np
from leadkit.learning.table import Column, Table

Kind = Literal["level", "at_least_level", "at_least", "unknown", "met", "event"]
FEWEST, SHARE, MOST_LEVELS = 8, 0.01, 15
DECILES = (0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9)
ATOM = 0.05
DECIMALS, CONTEXT = 12, Context(prec=60)
CAPS = (1, 3, 5)


@define(on_setattr=setters.frozen, hash=True, order=False)
class Leaf:
    """One question about a case, which points may hang on.

    `level`: is the fact this value; `at_least_level`: is it this level or a better one; `at_least`: is the number so
    large; `unknown`: does nobody know it; `met`: does it meet the condition of the start policy's rule `name`; `event`:
    how many events of the kind, counted up to `value`. The weight of an `ordered` leaf is never negative.
    """

    kind: Kind
    name: str
    value: str | float | bool | None = None
    ordered: bool = False


def leaves_of(table: Table, unordered: Collection[str] = (), named: Sequence[Leaf] = ()) -> tuple[Leaf, ...]:
    """The leaves that enough of the cases answer either way, after those that are `named` already."""
    made: dict[Leaf, None] = dict.fromkeys(named)
    fewest = max(FEWEST, SHARE * len(table))
    for name, column in table.facts.items():
        made |= dict.fromkeys(_leaves_of_fact(name, column, fewest, name not in unordered))
    for kind, counts in table.events.items():
        made |= dict.fromkeys(Leaf("event", kind, cap) for cap in CAPS if (counts >= cap).sum() >= fewest)
    return tuple(leaf for leaf in made if _splits(answers(table, leaf), fewest if leaf not in named else 1))


def _splits(answer: Answers, fewest: float) -> bool:
    yes = int((answer > 0).sum())
    return yes >= fewest and (len(answer) - yes >= fewest or answer.max() > 1)


def _leaves_of_fact(name: str, column: Column, fewest: float, ordered: bool) -> Iterator[Leaf]:
    if (column.codes < 0).sum() >= fewest:
        yield Leaf("unknown", name)
    if column.numbers is not None:
        for threshold in thresholds(column.numbers):
            yield Leaf("at_least", name, threshold)
    elif column.fact.type == "category" and ordered:
        for level in column.fact.levels:
            yield Leaf("at_least_level", name, level, ordered=True)
    else:
        counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.values))
        frequent = sorted(range(len(column.values)), key=lambda code: (-counts[code], code))[:MOST_LEVELS]
        for code in sorted(frequent):
            if counts[code] >= fewest:
                yield Leaf("level", name, column.values[code])


def thresholds(numbers: Floats) -> list[float]:
    """Where a number is split: at deciles, and at and just above every value that many share, as round as can be."""
    known = np.sort(numbers[~np.isnan(numbers)])
    if not len(known):
        return []
    values, counts = np.unique(known, return_counts=True)
    edges = {float(np.quantile(known, share, method="lower")) for share in DECILES}
    for place in np.flatnonzero(counts > ATOM * len(known)):
        edges |= set(values[place : place + 2].tolist())
    places = sorted({int(np.searchsorted(values, edge)) for edge in edges} - {0})
    rounded = (_rounded(float(values[place - 1]), float(values[place])) for place in places)
    return [edge for edge in rounded if edge is not None]


def _rounded(below: float, edge: float) -> float | None:
    """The roundest number above one value and not above the next; None where they differ too little to be written."""
    exact, least = Decimal(repr(edge)), Decimal(repr(below))
    for decimals in range(-15, DECIMALS + 1):
        short = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_FLOOR, CONTEXT)
        if short > least:
            return float(short)
    return None


def answers(table: Table, leaf: Leaf) -> Answers:
    """What every case answers: 1 for yes and 0 for no, or the number of events up to the cap."""
    if leaf.kind == "event":
        return np.minimum(table.events[leaf.name], int(leaf.value or 1)).astype(np.int8)
    return _yes(table, leaf).astype(np.int8)


def _yes(table: Table, leaf: Leaf) -> Flags:
    if leaf.kind == "met":
        return table.met[leaf.name]
    column = table.facts[leaf.name]
    if leaf.kind == "unknown":
        return column.codes < 0
    if leaf.kind == "at_least":
        assert column.numbers is not None
        assert isinstance(leaf.value, (int, float))
        with np.errstate(invalid="ignore"):
            return column.numbers >= leaf.value
    if leaf.kind == "level":
        wanted: Collection[Any] = (leaf.value,)
    else:
        wanted = column.fact.levels[: column.fact.levels.index(str(leaf.value)) + 1]
    # The last place is that of unknown, whose code is -1.
    return np.array([value in wanted for value in column.values] + [False], dtype=np.bool_)[column.codes]


def matrix(table: Table, leaves: Sequence[Leaf]) -> Answers:
    """The answers of every case, one column a leaf, in a byte each."""
    made = np.zeros((len(table), len(leaves)), dtype=np.int8, order="F")
    for place, leaf in enumerate(leaves):
        made[:, place] = answers(table, leaf)
    return made
