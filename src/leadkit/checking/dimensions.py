"""What a check finds in the dimensions of `[grading]`: those that hardly ever change a grade."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

from attrs import define, setters

from leadkit.checking.findings import Finding
from leadkit.grading.document import Grading
from leadkit.grading.program import grade_of
from leadkit.rules.bands import highest_first, micro

SELDOM = 20
"""A dimension that changes the grade in at most one of so many combinations of the others decides nothing."""

MOST_COMBINATIONS = 200_000
"""A table is gone through combination by combination up to so many; beyond that it is not said."""


@define(on_setattr=setters.frozen)
class Weight:
    """How often a dimension counts: of so many combinations of the others it `changes` the grade in some."""

    dimension: str
    changes: int
    combinations: int


def weights(grading: Grading) -> list[Weight]:
    """How often each dimension changes the grade, exactly; empty for a table of too many combinations."""
    if grading.table is None:
        return [_by_total(grading, name) for name in grading.dimensions]
    if prod(map(len, grading.levels.values())) > MOST_COMBINATIONS:
        return []
    grades = _by_combination(grading)
    return [_by_table(grading, grades, place) for place in range(len(grading.dimensions))]


def idle_findings(grading: Grading) -> Iterator[Finding]:
    """The dimensions that decide nothing, where there are others."""
    for weight in weights(grading) if len(grading.dimensions) > 1 else ():
        if weight.changes * SELDOM <= weight.combinations:
            message = f"changes the grade in {weight.changes} of {weight.combinations} combinations of the others"
            yield Finding("dimension_decides_nothing", f"grading.dimensions.{weight.dimension}", message)


def _by_total(grading: Grading, name: str) -> Weight:
    """By the totals of the other dimensions, and how often each of them comes up."""
    totals = {0: 1}
    for other, dimension in grading.dimensions.items():
        if other != name:
            after: dict[int, int] = {}
            for total, times in totals.items():
                for worth in dimension.points.values():
                    after[total + micro(worth)] = after.get(total + micro(worth), 0) + times
            totals = after
    starts = [micro(start) for _, start in highest_first(grading.grades)]
    points = [micro(worth) for worth in grading.dimensions[name].points.values()]
    changes = sum(
        times
        for total, times in totals.items()
        if any(total + min(points) < start <= total + max(points) for start in starts)
    )
    return Weight(name, changes, sum(totals.values()))


def _by_combination(grading: Grading) -> dict[tuple[str, ...], str | None]:
    return {levels: grade_of(grading, region) for region in grading.regions for levels in product(*region.levels)}


def _by_table(grading: Grading, grades: dict[tuple[str, ...], str | None], place: int) -> Weight:
    others: dict[tuple[str, ...], set[str | None]] = {}
    for levels, grade in grades.items():
        others.setdefault(levels[:place] + levels[place + 1 :], set()).add(grade)
    changes = sum(len(each) > 1 for each in others.values())
    return Weight(list(grading.levels)[place], changes, len(others))
