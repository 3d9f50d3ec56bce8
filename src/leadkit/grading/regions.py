"""Decision tables without their cells: the regions of assessments that a row decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Protocol

from attrs import define, setters

MOST_REGIONS = 2_000
"""A table that needs more regions than this is refused: nobody could read it, and engines would choke on it."""


class Matching(Protocol):
    """A row: the levels that it asks for, by dimension; a dimension that it does not name may have any."""

    @property
    def when(self) -> Mapping[str, Sequence[str]]: ...


@define(on_setattr=setters.frozen)
class Region:
    """All assessments whose level is, in every dimension, one of these; `row` decides them, None where none does."""

    row: str | None
    levels: tuple[tuple[str, ...], ...]

    @property
    def cells(self) -> int:
        """How many combinations of levels it holds."""
        return prod(len(options) for options in self.levels)


def regions(rows: Mapping[str, Matching], levels: Mapping[str, Sequence[str]]) -> Iterator[Region]:
    """Disjoint regions that cover every combination of levels once, whatever the number of combinations."""
    keys = list(rows)
    names = list(levels)
    accepts = [
        {
            level: sum(1 << place for place, key in enumerate(keys) if level in rows[key].when.get(name, levels[name]))
            for level in levels[name]
        }
        for name in names
    ]
    last = [max((names.index(name) for name in rows[key].when), default=-1) for key in keys]

    def split(depth: int, alive: int, chosen: tuple[tuple[str, ...], ...]) -> Iterator[Region]:
        first = (alive & -alive).bit_length() - 1
        if not alive or last[first] < depth:
            yield Region(keys[first] if alive else None, (*chosen, *(tuple(levels[name]) for name in names[depth:])))
            return
        alike: dict[int, list[str]] = {}
        for level in levels[names[depth]]:
            alike.setdefault(alive & accepts[depth][level], []).append(level)
        for left, same in alike.items():
            yield from split(depth + 1, left, (*chosen, tuple(same)))

    yield from split(0, (1 << len(keys)) - 1, ())
