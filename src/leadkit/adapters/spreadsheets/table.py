"""A sheet as plain data: what is read from a file, and what is written to one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from attrs import define, field, setters

Cell = str | int | float | Decimal | bool | date | datetime | None
Rows = Iterable[tuple[int, tuple[Cell, ...]]]
Mark = Literal["formula", "merged", "error"]
LONGEST_CELL = 1_000_000
"""A file with a cell of more characters than this is refused whole."""


@define(on_setattr=setters.frozen)
class Grid:
    """The cells of one sheet as they stand in a file; `sheet` is "" where a file is one sheet without a name.

    `rows` are (row number in the file, cells) without the rows that are wholly empty. They can be gone through again
    and again, each time from the first, and are read from the file as they are asked for, so going through them may
    raise a SheetError. A row has as many cells as the file gives it, whatever the width of the other rows.

    `marks` has the (row, column) places, both from 1, of cells that are not simply entered. "formula": the file
    computes it; the value is the one it was saved with, or None. "error": the text is an error value such as `#REF!`.
    "merged": a cell within a merged range, which shows the value of the range's first cell.
    """

    file: str
    sheet: str
    rows: Rows = field(repr=False)
    marks: Mapping[tuple[int, int], Mark] = field(factory=dict, repr=False)
    hidden: bool = field(default=False, kw_only=True)


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
