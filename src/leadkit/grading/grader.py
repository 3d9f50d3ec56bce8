"""A policy's grading, compiled once and run for one assessment at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import Any

from leadkit.errors import FactError, Problem
from leadkit.grading.document import Dimension, Grading
from leadkit.grading.grade import Basis, Grade, Rating
from leadkit.grading.program import cutoff, grade_of, grading_program
from leadkit.grading.regions import Region
from leadkit.rules.algebra import Program
from leadkit.rules.bands import as_points, highest_first
from leadkit.rules.labels import Labels
from leadkit.rules.moments import day_number, months_later
from leadkit.rules.source import Evaluator, evaluator

Options = list[tuple[str, ...]]


class Grader:
    """A policy's grading, ready to run: pure, shareable between threads."""

    def __init__(self, grading: Grading, policy: str, zone: tzinfo, labels: Labels) -> None:
        self.grading = grading
        self.policy = policy
        self.zone = zone
        self.labels = labels

    @cached_property
    def program(self) -> Program:
        """What grading means, in the algebra."""
        return grading_program(self.grading)

    @cached_property
    def evaluate(self) -> Evaluator:
        """The bare values of the program's columns."""
        return evaluator(self.program, f"grading {self.policy}")

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """The regions into which the table cuts all assessments."""
        return self.grading.regions

    @cached_property
    def grades(self) -> tuple[str, ...]:
        """All grades, best first: by threshold, or in the order of the table."""
        table = self.grading.table
        if table is None:
            return tuple(name for name, _ in highest_first(self.grading.grades))
        return tuple(dict.fromkeys([*(row.grade for row in table.rows.values()), str(table.otherwise)]))

    def grade(self, assessment: Mapping[str, Any], as_of: datetime | None) -> Grade:
        """The grade of what is said about an opportunity: levels by dimension, and the values they derive from.

        Raises:
            FactError: a level is no text, an amount no number, a date no date or naive, or `as_of` is missing for it.
        """
        row = dict(assessment) | dict(self._days(assessment, as_of))
        columns = dict(zip((name for name, _ in self.program.columns), self.evaluate(row, (), 0), strict=True))
        ratings = tuple(_rating(name, dimension, row, columns) for name, dimension in self.grading.dimensions.items())
        options = [(rating.level,) if rating.level else self.grading.levels[rating.dimension] for rating in ratings]
        grade = columns["grade"] or None
        return Grade(
            policy=self.policy,
            grade=grade,
            total=_total(ratings, columns),
            ratings=ratings,
            decided_by=self._decided(grade, options) if grade else "",
            possible=(grade,) if grade else self._possible(options),
            grades=self.grades,
            labels=self.labels,
        )

    def _days(self, assessment: Mapping[str, Any], as_of: datetime | None) -> Iterator[tuple[str, int | None]]:
        """The dates among what is said as days since 1970, and the days on which stretches of months end."""
        readers: dict[str, list[tuple[str, Dimension]]] = {}
        for name, dimension in self.grading.dimensions.items():
            if dimension.source is not None and dimension.within_months:
                readers.setdefault(dimension.source, []).append((name, dimension))
        for source, dimensions in readers.items():
            if assessment.get(source) is None or all(
                assessment.get(name) in dimension.names for name, dimension in dimensions
            ):
                yield source, None
                continue
            if as_of is None:
                raise FactError(Problem("is needed to judge a date", "pass as_of=datetime.now(UTC)", path="as_of"))
            today = self._day("as_of", as_of)
            yield source, day_number(self._day(source, assessment[source]))
            for months in {0}.union(*(dimension.within_months.values() for _, dimension in dimensions)):
                yield cutoff(months), day_number(months_later(today, months))

    def _day(self, name: str, when: object) -> date:
        if isinstance(when, datetime):
            if when.tzinfo is None:
                raise FactError(Problem("is a time without a zone", "use .replace(tzinfo=...)", path=name))
            try:
                return when.astimezone(self.zone).date()
            except OverflowError:
                raise FactError(Problem("is later than the last representable date", path=name)) from None
        if isinstance(when, date):
            return when
        raise FactError(Problem(f"must be a date, not {type(when).__name__}", path=name))

    def _possible(self, options: Options) -> tuple[str, ...]:
        """The grades that assessments with one of these levels in each dimension may get, best first."""
        if self.grading.table is not None:
            grades = {grade_of(self.grading, region) for region in self._overlapping(options)}
        else:
            totals = {Decimal(0)}
            for dimension, levels in zip(self.grading.dimensions.values(), options, strict=True):
                worths = {dimension.points[level] for level in levels}
                totals = {total + worth for total, worth in product(totals, worths)}
            grades = {self._reached(total) for total in totals}
        return tuple(name for name in self.grades if name in grades)

    def _decided(self, grade: str, options: Options) -> str:
        if self.grading.table is None:
            return f"{grade} >= {self.grading.grades[grade]}"
        return " or ".join(dict.fromkeys(region.row or "otherwise" for region in self._overlapping(options)))

    def _overlapping(self, options: Options) -> Iterator[Region]:
        for region in self.regions:
            if all(set(levels) & set(allowed) for levels, allowed in zip(region.levels, options, strict=True)):
                yield region

    def _reached(self, total: Decimal) -> str:
        return next(name for name, start in highest_first(self.grading.grades) if total >= start)


def _rating(name: str, dimension: Dimension, row: Mapping[str, Any], columns: Mapping[str, Any]) -> Rating:
    level = columns[f"{name}__level"] or None
    points = as_points(columns[f"{name}__low"]) if level and dimension.points else None
    return Rating(name, level, points, _basis(name, dimension, row, level))


def _basis(name: str, dimension: Dimension, row: Mapping[str, Any], level: str | None) -> Basis:
    if level is None:
        return "unknown"
    if row.get(name) == level:
        return "entered"
    value = row.get(dimension.source) if dimension.source else None
    if value is None:
        return "assumed"
    return "past_date" if dimension.within_months and value < row[cutoff(0)] else "derived"


def _total(ratings: tuple[Rating, ...], columns: Mapping[str, Any]) -> Decimal | None:
    """The total, once every dimension has points and the strategy adds them up."""
    if "total__low" not in columns or any(rating.points is None for rating in ratings):
        return None
    return as_points(columns["total__low"])
