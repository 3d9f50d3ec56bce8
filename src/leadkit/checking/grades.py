"""What a check finds in `[grading]`: grades and rows that nothing reaches, and combinations that no row names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise

from attrs import define, setters

from leadkit.checking.dimensions import idle_findings
from leadkit.checking.findings import MOST_OF_A_KIND, Finding
from leadkit.grading.document import Grading, Table
from leadkit.grading.program import grade_of
from leadkit.grading.regions import Region
from leadkit.policy import Policy
from leadkit.results import Result
from leadkit.rules.bands import highest_first, micro
from leadkit.rules.sums import Sums


@define(on_setattr=setters.frozen)
class Graded(Result):
    """How many of all combinations of levels get a grade, and the first of them as an example."""

    grade: str
    combinations: int
    assessment: Mapping[str, str]


def graded(grading: Grading) -> list[Graded]:
    """What leads to every grade, in the order of the grades."""
    return list(_by_region(grading) if grading.table else _by_total(grading))


def grade_findings(policy: Policy) -> Iterator[Finding]:
    """Everything that is found in the grading of a policy."""
    grading = policy.document.grading
    if grading is None:
        return
    for grade in graded(grading):
        if not grade.combinations:
            path = f"grading.grades.{grade.grade}" if not grading.table else "grading.table"
            yield Finding("grade_unreachable", path, f"no combination of levels gets grade {grade.grade}")
    yield from _reversed(grading)
    if grading.table:
        yield from _rows(grading, grading.table)
    else:
        yield from _uneven(grading)
    yield from idle_findings(grading)


def _by_total(grading: Grading) -> Iterator[Graded]:
    dimensions = grading.dimensions.values()
    points = [{level: micro(worth) for level, worth in dimension.points.items()} for dimension in dimensions]
    counts = {0: 1}
    for worths in points:
        after: dict[int, int] = {}
        for total, times in counts.items():
            for worth in worths.values():
                after[total + worth] = after.get(total + worth, 0) + times
        counts = after
    sums = Sums([[(worth,) for worth in worths.values()] for worths in points], 1)
    end = max(counts) + 1
    for grade, start in highest_first(grading.grades):
        inside = [total for total in counts if micro(start) <= total < end]
        example = {}
        if inside:
            chosen = sums.trace((max(inside),))
            levels = zip(grading.levels, points, chosen, strict=True)
            example = {name: list(worths)[place] for name, worths, place in levels}
        yield Graded(grade, sum(counts[total] for total in inside), example)
        end = micro(start)


def _by_region(grading: Grading) -> Iterator[Graded]:
    assert grading.table is not None
    regions = grading.regions
    for grade in dict.fromkeys([*(row.grade for row in grading.table.rows.values()), str(grading.table.otherwise)]):
        inside = [region for region in regions if grade_of(grading, region) == grade]
        yield Graded(grade, sum(region.cells for region in inside), _example(grading, inside[0]) if inside else {})


def _rows(grading: Grading, table: Table) -> Iterator[Finding]:
    regions = grading.regions
    used = {region.row for region in regions}
    for key in table.rows:
        if key not in used:
            earlier = "earlier rows decide everything that it names"
            yield Finding("row_shadowed", f"grading.table.rows.{key}", earlier)
    yield from _overlaps(grading, table)
    gaps = [region for region in regions if region.row is None]
    if gaps:
        cells, every = sum(gap.cells for gap in gaps), sum(region.cells for region in regions)
        message = f"{cells} of {every} combinations are graded {table.otherwise} because no row names them"
        yield Finding("falls_to_otherwise", "grading.table.otherwise", message, assessment=_example(grading, gaps[0]))


def _overlaps(grading: Grading, table: Table) -> Iterator[Finding]:
    count = 0
    for (first, row), (second, other) in combinations(table.rows.items(), 2):
        shared = {
            name: [level for level in row.when.get(name, levels) if level in other.when.get(name, levels)]
            for name, levels in grading.levels.items()
        }
        if row.grade == other.grade or not all(shared.values()):
            continue
        count += 1
        if count <= MOST_OF_A_KIND:
            message = f"where both match, {first} decides for {row.grade}, and {second} would for {other.grade}"
            example = {name: levels[0] for name, levels in shared.items()}
            yield Finding("rows_overlap", f"grading.table.rows.{second}", message, assessment=example)
    if count > MOST_OF_A_KIND:
        yield Finding("more", "grading.table", f"{count - MOST_OF_A_KIND} more pairs of rows overlap")


def _reversed(grading: Grading) -> Iterator[Finding]:
    """Thresholds under which a larger amount or a nearer date is judged worse."""
    for name, dimension in grading.dimensions.items():
        amounts = [dimension.at_least[level] for level in dimension.names if level in dimension.at_least]
        months = [dimension.within_months[level] for level in dimension.names if level in dimension.within_months]
        if amounts != sorted(amounts, reverse=True) or months != sorted(months):
            message = "the thresholds do not follow the levels, which are listed best first"
            yield Finding("not_monotone", f"grading.dimensions.{name}", message)


def _uneven(grading: Grading) -> Iterator[Finding]:
    for name, dimension in grading.dimensions.items():
        scale = [(level, dimension.points[level]) for level in dimension.names]
        for (better, less), (worse, more) in pairwise(scale):
            if more > less:
                message = f"{worse} gives {more} points, the better level {better} gives {less}"
                yield Finding("not_monotone", f"grading.dimensions.{name}", message, assessment={name: worse})


def _example(grading: Grading, region: Region) -> dict[str, str]:
    return {name: levels[0] for name, levels in zip(grading.levels, region.levels, strict=True)}
