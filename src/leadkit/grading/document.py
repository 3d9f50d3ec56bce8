"""What a policy says about grading: `[grading]`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import islice
from math import prod
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from leadkit.grading.regions import MOST_REGIONS, Region, regions
from leadkit.records.fields import RECORD, Code, Number, Points
from leadkit.rules.bands import check_bands
from leadkit.rules.facts import near, refuse

GradeName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,29}$")]
Months = Annotated[int, Field(ge=0, le=1200)]


class Dimension(BaseModel):
    """One side from which an opportunity is judged: its levels, best first, and what each is worth.

    A level is entered, or derived from the value called `source` (`from` in the file): a number by `at_least`, lower
    thresholds; a date by `within_months`, counted in calendar months from `as_of` with the last day included, `later`
    being the level of all dates beyond. `unknown` is the level while nothing is known; without it, it stays open.
    """

    model_config = RECORD

    points: dict[Code, Points] = Field(default_factory=dict, max_length=50)
    """The levels, best first, and what each is worth."""
    levels: tuple[Code, ...] = Field(default=(), max_length=50)
    """The levels, best first, where a table needs no points."""
    source: Code | None = Field(default=None, alias="from")
    """The value that the level is derived from, such as `amount` or `expected_close`."""
    at_least: dict[Code, Number] = Field(default_factory=dict)
    """For a number: the lower threshold of each level."""
    within_months: dict[Code, Months] = Field(default_factory=dict)
    """For a date: within how many calendar months it lies, by level."""
    later: Code | None = None
    """The level of all dates beyond the last month."""
    unknown: Code | None = None
    """The level while nothing is known; left out, the dimension stays open."""

    @property
    def names(self) -> tuple[str, ...]:
        """The levels, best first."""
        return self.levels or tuple(self.points)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if len(set(self.levels)) < len(self.levels):
            raise refuse("names a level twice")
        if not self.names:
            raise refuse("has no levels", "give points = { level = ... }, or levels = [...] for a table")
        named = (*self.points, *self.at_least, *self.within_months, self.later, self.unknown)
        strange = next((level for level in named if level is not None and level not in self.names), None)
        if strange is not None:
            raise refuse(f"{strange} is not a level", near(strange, self.names))
        if bool(self.at_least or self.within_months) != (self.source is not None):
            raise refuse("from and the thresholds that read it go together", "give from and at_least or within_months")
        if self.at_least and self.within_months:
            raise refuse("reads a number and a date at once", "give at_least or within_months")
        if bool(self.within_months) != (self.later is not None):
            raise refuse("within_months and later go together", "later is the level of dates beyond the last month")
        if self.at_least:
            check_bands(self.at_least, Decimal(0))
        if len(set(self.within_months.values())) < len(self.within_months):
            raise refuse("two levels end at the same month")
        return self


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Levels = Annotated[
    tuple[Code, ...], Field(min_length=1, max_length=50), BeforeValidator(_several, Code | tuple[Code, ...])
]


class Row(BaseModel):
    """One row of a table: a grade for every assessment whose levels are among those it names."""

    model_config = RECORD

    grade: GradeName
    """The grade of the assessments that the row matches."""
    when: dict[Code, Levels] = Field(min_length=1, max_length=20)
    """For each dimension the level, or the levels, that match."""

    @field_validator("when")
    @classmethod
    def _levels_exist(cls, when: dict[str, tuple[str, ...]], info: ValidationInfo) -> dict[str, tuple[str, ...]]:
        known: Mapping[str, tuple[str, ...]] = (info.context or {}).get("levels", {})
        for dimension, levels in when.items():
            if dimension not in known:
                raise refuse(f"{dimension} is not a dimension", near(dimension, known))
            strange = next((level for level in levels if level not in known[dimension]), None)
            if strange is not None:
                raise refuse(f"{strange} is not a level of {dimension}", near(strange, known[dimension]))
        return when


class Table(BaseModel):
    """Rows in their order, the first that matches decides; `otherwise` is the grade of all that none matches."""

    model_config = RECORD

    rows: dict[Code, Row] = Field(min_length=1, max_length=200)
    """Rows by name; the first that matches decides."""
    otherwise: GradeName | None = None
    """The grade of all that no row matches."""


class Grading(BaseModel):
    """Dimensions, and one of two strategies: `grades`, lower thresholds of the total, or an ordered `table`."""

    model_config = RECORD

    dimensions: dict[Code, Dimension] = Field(min_length=1, max_length=20)
    """The sides from which an opportunity is judged, by name."""
    grades: dict[GradeName, Points] = Field(default_factory=dict, max_length=50)
    """For each grade the lowest total that gets it."""
    table: Table | None = None
    """Rows of levels instead of a total."""

    @property
    def levels(self) -> dict[str, tuple[str, ...]]:
        """The levels of every dimension, best first."""
        return {name: dimension.names for name, dimension in self.dimensions.items()}

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions into which the table cuts all assessments; none without a table."""
        return tuple(regions(self.table.rows, self.levels)) if self.table else ()

    @model_validator(mode="after")
    def _grades_or_table(self) -> Self:
        self._check_names()
        if bool(self.grades) == (self.table is not None):
            raise refuse(
                "needs grades or a table, and not both", "[grading.grades] remove = true takes thresholds away"
            )
        if self.table is not None:
            self._check_table(self.table)
        else:
            self._check_total()
        return self

    def _check_names(self) -> None:
        taken = next((name for name in self.dimensions if name in ("total", "could")), None)
        if taken:
            raise refuse(f"no dimension can be called {taken}", "that is what a column of results is called")
        reads = {
            (dimension.source, bool(dimension.at_least)) for dimension in self.dimensions.values() if dimension.source
        }
        sources = [source for source, _ in reads]
        twice = next((name for name in sources if sources.count(name) > 1 or name in self.dimensions), None)
        if twice:
            raise refuse(f"{twice} is read as two things", "a dimension, a number and a date need different names")

    def _check_total(self) -> None:
        for name, dimension in self.dimensions.items():
            if set(dimension.points) != set(dimension.names):
                raise refuse(f"{name} has levels without points", "a total needs points for every level")
        lowest = sum((min(dimension.points.values()) for dimension in self.dimensions.values()), Decimal(0))
        check_bands(self.grades, lowest)

    def _check_table(self, table: Table) -> None:
        table_regions = tuple(islice(regions(table.rows, self.levels), MOST_REGIONS + 1))
        if len(table_regions) > MOST_REGIONS:
            raise refuse(
                f"the table cuts the assessments into more than {MOST_REGIONS} regions", "use fewer rows or dimensions"
            )
        if table.otherwise is None:
            raise refuse(_gaps(table_regions, self.levels), 'give otherwise, such as otherwise = "C"')


def _gaps(table_regions: tuple[Region, ...], levels: Mapping[str, tuple[str, ...]]) -> str:
    gaps = [region for region in table_regions if region.row is None]
    if not gaps:
        return "the table has no otherwise"
    example = ", ".join(f"{name} {options[0]}" for name, options in zip(levels, gaps[0].levels, strict=True))
    every = prod(len(names) for names in levels.values())
    return f"no row covers {sum(gap.cells for gap in gaps)} of {every} combinations, such as {example}"
