"""Who leaves a field blank never gets more points than who fills it in: that would reward leaving it blank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leadkit.learning.leaves import Leaf
from leadkit.learning.table import Column, Table

LISTED = 12
"""Of so many known levels all are listed; of more, only those that are worth something."""


def blanks_unrewarded(leaves: Sequence[Leaf], points: Sequence[int], table: Table) -> dict[Leaf, int]:
    """The points of each leaf, those of unknown facts lowered to the worst that is known of the fact.

    Facts with very many levels are left as they are, since the worst of those stands nowhere.
    """
    given = dict(zip(leaves, points, strict=True))
    for name in dict.fromkeys(leaf.name for leaf in leaves if leaf.kind not in {"event", "met"}):
        column = table.facts[name]
        blank = Leaf("unknown", name)
        mine = {leaf: worth for leaf, worth in given.items() if leaf.name == name and leaf.kind not in {"event", "met"}}
        known = known_points(mine, column)
        if (column.codes < 0).any() and 0 < len(known) <= LISTED:
            worth = min(given.get(blank, 0), *known)
            if worth or blank in given:
                given[blank] = worth
    return given


def known_points(given: Mapping[Leaf, int], column: Column) -> list[int]:
    """What the known values of a fact are worth."""
    if column.numbers is not None:
        return list(range_points(given, float("-inf")).values())
    return list(level_points(given, column).values())


def range_points(given: Mapping[Leaf, int], lowest: float) -> dict[float, int]:
    """What the ranges of a number are worth, by their lower ends; the first is `lowest`."""
    sums, total = {lowest: 0}, 0
    for threshold, step in sorted(
        (float(leaf.value or 0), step) for leaf, step in given.items() if leaf.kind == "at_least"
    ):
        total += step
        sums[threshold] = total
    return sums


def level_points(given: Mapping[Leaf, int], column: Column) -> dict[Any, int]:
    """What the levels of a fact are worth: those of a category, or the values that were seen."""
    levels = column.fact.levels
    seen: Sequence[Any] = levels if column.fact.type == "category" else column.values
    return {level: sum(worth for leaf, worth in given.items() if _holds(leaf, level, levels)) for level in seen}


def _holds(leaf: Leaf, level: Any, levels: Sequence[str]) -> bool:
    """Whether a known level answers a leaf with yes."""
    if leaf.kind == "level":
        return bool(leaf.value == level)
    return leaf.kind == "at_least_level" and levels.index(level) <= levels.index(str(leaf.value))
