"""What grading means: a policy's dimensions and its strategy as a program of the algebra.

Facts: every dimension (a level, where one was entered), the values that levels are derived from, and `day__N`, the
last day on which a date is within N calendar months; days are counted from 1970. Columns, in order: for each dimension
`name__level` ("" while it is open), `name__low` and `name__high`, the micro-points that are certain and those that are
possible; then `total__low` and `total__high`; for a table `could__GRADE`; at the end `grade`, "" while it is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leadkit.grading.document import Dimension, Grading
from leadkit.grading.regions import Region
from leadkit.rules import algebra as a
from leadkit.rules.bands import highest_first, micro

OPEN = a.Literal("")


def grading_program(grading: Grading, entered: Mapping[str, str] | None = None) -> a.Program:
    """The program that grades one assessment; `entered` names the facts that hold entered levels, by dimension.

    Where it is left out, a dimension's own name is that of the fact.
    """
    names = {name: (entered or {}).get(name, name) for name in grading.dimensions}
    columns = [
        column for name, dimension in grading.dimensions.items() for column in _dimension(name, names[name], dimension)
    ]
    if not grading.table:
        for end in ("low", "high"):
            parts = tuple(a.Column(f"{name}__{end}") for name in grading.dimensions)
            columns.append((f"total__{end}", a.Add(parts)))
    columns += _by_table(grading) if grading.table else [("grade", _by_total(grading))]
    return a.Program(tuple(_facts(grading, names)), (), tuple(columns))


def cutoff(months: int) -> str:
    """The fact that holds the last day within so many months."""
    return f"day__{months}"


def _facts(grading: Grading, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    numbers: dict[str, None] = {}
    for name, dimension in grading.dimensions.items():
        yield names[name], "category"
        numbers |= dict.fromkeys([dimension.source] if dimension.source else [])
        numbers |= dict.fromkeys(cutoff(months) for months in dimension.within_months.values())
    yield from ((name, "number") for name in numbers)


def _dimension(name: str, fact: str, dimension: Dimension) -> Iterator[tuple[str, a.Expression]]:
    entered = [(a.Equals(a.Column(fact), a.Literal(level)), a.Literal(level)) for level in dimension.names]
    unknown = OPEN if dimension.unknown is None else a.Literal(dimension.unknown)
    yield f"{name}__level", a.Case((*entered, *_derived(dimension)), unknown)
    if not dimension.points:
        return
    worth = tuple(
        (a.Equals(a.Column(f"{name}__level"), a.Literal(level)), a.Literal(micro(points)))
        for level, points in dimension.points.items()
    )
    points = [micro(worth) for worth in dimension.points.values()]
    yield f"{name}__low", a.Case(worth, a.Literal(min(points)))
    yield f"{name}__high", a.Case(worth, a.Literal(max(points)))


def _derived(dimension: Dimension) -> Iterator[tuple[a.Expression, a.Expression]]:
    if dimension.source is None:
        return
    value = a.Column(dimension.source)
    known = a.Known(value)
    if dimension.at_least:
        *upper, (lowest, _) = highest_first(dimension.at_least)
        for level, start in upper:
            yield a.And((known, a.AtLeast(value, a.Literal(start)))), a.Literal(level)
        yield known, a.Literal(lowest)
    else:
        for level, months in sorted(dimension.within_months.items(), key=lambda pair: pair[1]):
            yield a.And((known, a.AtLeast(a.Column(cutoff(months)), value))), a.Literal(level)
        yield known, a.Literal(str(dimension.later))


def _by_total(grading: Grading) -> a.Expression:
    """The grade of the lowest possible total, where the highest possible total has no better one."""
    low, high = a.Column("total__low"), a.Column("total__high")
    better: list[a.Expression] = []
    branches = []
    for name, start in highest_first(grading.grades):
        reached = a.AtLeast(low, a.Literal(micro(start)))
        branches.append((a.And((reached, *better)), a.Literal(name)))
        better = [a.LessThan(high, a.Literal(micro(start)))]
    return a.Case(tuple(branches), OPEN)


def _by_table(grading: Grading) -> Iterator[tuple[str, a.Expression]]:
    """The grade of every region that an assessment may still lie in, where they all have the same."""
    by_grade: dict[str, list[Region]] = {}
    for region in grading.regions:
        by_grade.setdefault(grade_of(grading, region), []).append(region)
    for name, regions in by_grade.items():
        yield f"could__{name}", a.Or(tuple(_may_lie_in(region, grading) for region in regions))
    could = {name: a.Column(f"could__{name}") for name in by_grade}
    branches = tuple(
        (a.And((column, *(a.Not(other) for other in could.values() if other != column))), a.Literal(name))
        for name, column in could.items()
    )
    yield "grade", a.Case(branches, OPEN)


def grade_of(grading: Grading, region: Region) -> str:
    """The grade of a region of the table."""
    assert grading.table is not None
    return str(grading.table.otherwise) if region.row is None else grading.table.rows[region.row].grade


def _may_lie_in(region: Region, grading: Grading) -> a.Expression:
    pairs = zip(grading.levels.items(), region.levels, strict=True)
    return a.And(tuple(_open_or_in(name, levels) for (name, every), levels in pairs if len(levels) < len(every)))


def _open_or_in(name: str, levels: Sequence[str]) -> a.Expression:
    level = a.Column(f"{name}__level")
    return a.Or(tuple(a.Equals(level, a.Literal(option)) for option in ("", *levels)))
