"""A sheet as plain data: what is read from a file, and what is written to one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from attrs import define, field, setters

Cell = str | int | float | Decimal | bool | date | datetime | None


@define(on_setattr=setters.frozen)
class Grid:
    """The cells of one sheet as they stand in a file.

    `rows` are (row number in the file, counted from 1; cells) without the rows that are wholly empty. `formulas` are
    the (row, column) places, both from 1, whose value the file computes.
    """

    file: str
    sheet: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    formulas: frozenset[tuple[int, int]] = frozenset()


@define(on_setattr=setters.frozen)
class Table:
    """One sheet to be written: its title, its heads and its rows, each row as long as the heads.

    `colours` maps a head to the fill colour (`"#C6EFCE"`) for each of its cell values; `widths` maps a head to a
    column width in characters, `formats` to the number format (`"0.0%"`) of its numbers: one for all, or one for each
    row. Text under a head of `wrapped` goes on in a new line where the column ends.
    """

    title: str
    heads: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    colours: Mapping[str, Mapping[str, str]] = field(factory=dict)
    widths: Mapping[str, int] = field(factory=dict)
    formats: Mapping[str, str | Sequence[str]] = field(factory=dict)
    wrapped: Collection[str] = ()
