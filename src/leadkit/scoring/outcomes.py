"""What a lead gets beside its points: bands of the total or of a group, and tables over bands and facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from leadkit.records.fields import RECORD, BandName, Code, Number, Points, Text, is_band_name
from leadkit.rules import algebra as a
from leadkit.rules.bands import highest_first
from leadkit.rules.conditions import check_value
from leadkit.rules.facts import Fact, near, refuse
from leadkit.rules.span import Span

OTHERWISE = "otherwise"


class BandSet(BaseModel):
    """Names for stretches of the total, or of what one group gives, each from its threshold up to the next.

    The keys beside `of` are bands and the lowest points that get them; the lowest band starts at the fewest points.
    """

    model_config = ConfigDict(**{**RECORD, "extra": "allow"})
    __pydantic_extra__: dict[str, Points] = Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride]

    of: Code | None = None
    """The group whose points have the bands; left out, the total."""

    @property
    def thresholds(self) -> Mapping[str, Decimal]:
        """The lowest points of every band, as written."""
        return self.__pydantic_extra__ or {}

    @property
    def names(self) -> tuple[str, ...]:
        """The bands, the highest first."""
        return tuple(name for name, _ in highest_first(self.thresholds))

    @model_validator(mode="after")
    def _bands_have_names(self) -> Self:
        for name in self.thresholds:
            if not is_band_name(name):
                raise refuse("is no name of a band", "use letters, digits and _ in between: mql, A1, high", (name,))
        return self


Cell = bool | Number | Text | Annotated[tuple[Text, ...], Field(min_length=1, max_length=1000)] | Span
"""What a row wants of a band set or a fact: a value, one of several, or a number in a span."""
Row = Annotated[dict[str, Cell], Field(min_length=1, max_length=20)]


class Table(BaseModel):
    """One result for the bands and facts of a lead: that of the first row that holds, else `otherwise`.

    A row holds where each band set is in the band, and each fact has the value, that it names. Under one result there
    may be several rows. A fact that is not known fits no row that asks for it.
    """

    model_config = RECORD

    rows: dict[BandName, Row | Annotated[tuple[Row, ...], Field(min_length=1, max_length=200)]] = Field(
        min_length=1, max_length=200
    )
    """The rows, by their result, tried in this order, the best result first."""
    otherwise: BandName
    """The result where no row holds."""

    @field_validator("rows")
    @classmethod
    def _results_are_told_apart(cls, rows: dict[str, Any]) -> dict[str, Any]:
        if OTHERWISE in rows:
            raise refuse("otherwise is no row", "write it beside the rows: otherwise = ...")
        return rows

    @property
    def cells(self) -> Iterator[tuple[str, Mapping[str, Cell]]]:
        """Every row with its result, in order."""
        for result, rows in self.rows.items():
            yield from ((result, row) for row in (rows if isinstance(rows, tuple) else (rows,)))

    @property
    def names(self) -> tuple[str, ...]:
        """The results, the best first."""
        return tuple(dict.fromkeys((*self.rows, self.otherwise)))

    @property
    def asked(self) -> tuple[str, ...]:
        """The band sets and facts that rows ask for."""
        return tuple(dict.fromkeys(name for _, row in self.cells for name in row))


def check_table(table: Table, bands: Mapping[str, tuple[str, ...]], facts: Mapping[str, Fact]) -> None:
    """Refuse a table that asks for a band set, a band, a fact or a level that does not exist."""
    for result, row in table.cells:
        for name, cell in row.items():
            if name not in bands and name not in facts:
                raise refuse(
                    f"{result} asks for {name}, which is no band set and no fact", near(name, [*bands, *facts])
                )
            for value in cell if isinstance(cell, tuple) else (cell,):
                if name in bands:
                    if value not in bands[name]:
                        raise refuse(f"{result}: {value} is no band of {name}", near(str(value), bands[name]))
                elif isinstance(value, Span):
                    if facts[name].type != "number":
                        raise refuse(f"{result}: {name} is a {facts[name].type}, which has no span")
                else:
                    check_value(facts[name], value)


def result_of(table: Table) -> a.Expression:
    """The result of a table, from the columns of band sets and facts."""
    branches = tuple((holds(row), a.Literal(result)) for result, row in table.cells)
    return a.Case(branches, a.Literal(table.otherwise))


def holds(row: Mapping[str, Cell]) -> a.Expression:
    """Whether a row holds, from the columns of band sets and facts."""
    parts = tuple(part for name, cell in row.items() for part in _fits(a.Column(name), cell))
    return parts[0] if len(parts) == 1 else a.And(parts)


def _fits(column: a.Column, cell: Cell) -> Iterator[a.Expression]:
    match cell:
        case Span():
            yield from cell.holds(column)
        case tuple():
            yield a.Or(tuple(a.Equals(column, a.Literal(value)) for value in cell))
        case _:
            yield a.Equals(column, a.Literal(cell))
