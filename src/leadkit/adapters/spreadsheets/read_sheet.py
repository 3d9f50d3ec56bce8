"""A sheet understood: what every row of it is, or what is wrong with it, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from attrs import define, field, setters

from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.heads.columns import Columns
from leadkit.adapters.spreadsheets.table import Cell, Table
from leadkit.adapters.spreadsheets.templates import Template
from leadkit.errors import Problem
from leadkit.texts import LANGUAGES, Language, texts

Record = TypeVar("Record")
Place = tuple[str, int]
"""Where a row stands: the name of its sheet ("" for CSV) and its number in the file."""


@define(on_setattr=setters.frozen)
class Row(Generic[Record]):
    """One row: its number in the file, and its record or the faults that keep it from being one.

    Beside a record, `faults` are what a person should look at. `cells` are the raw ones under `ReadSheet.heads`, kept
    only where there is a fault; `carried` are those under `ReadSheet.carried`, empty where none is filled.
    """

    number: int
    cells: tuple[Cell, ...] = field(repr=False)
    record: Record | None = field(repr=False)
    faults: tuple[Fault, ...] = ()
    sheet: str = field(default="", kw_only=True)
    carried: tuple[Cell, ...] = field(default=(), kw_only=True, repr=False)

    @property
    def place(self) -> Place:
        """Its sheet and its number, which no other row of the file has."""
        return self.sheet, self.number


@define(on_setattr=setters.frozen)
class SheetPart:
    """One sheet of the file that was read: its name ("" for CSV), the row of its heads, and its columns."""

    name: str
    head_row: int
    columns: Columns


@define(on_setattr=setters.frozen)
class ReadSheet(Generic[Record]):
    """What a file says: the sheets with the heads that were looked for, one list of rows, and what was left out.

    `heads` are those of all its sheets, and `carried` those of them that no field took. `left_out` has the other sheets
    by name, each with a code: `hidden` or `no_heads`. `no_column` are the required fields that no column holds.
    `plain` are the records of further rows, of which nothing else is kept.
    """

    file: str
    parts: tuple[SheetPart, ...]
    template: Template
    language: Language
    heads: tuple[str, ...]
    rows: tuple[Row[Record], ...]
    carried: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(factory=dict)
    no_column: tuple[str, ...] = ()
    plain: tuple[Record, ...] = ()

    @property
    def row_count(self) -> int:
        """How many rows there are below the heads."""
        return len(self.rows) + len(self.plain)

    @property
    def sheet(self) -> str:
        """The name of the first sheet that was read."""
        return self.parts[0].name

    @property
    def columns(self) -> Columns:
        """The columns of the first sheet that was read."""
        return self.parts[0].columns

    @property
    def records(self) -> tuple[Record, ...]:
        """The records of the rows that can be used, the plain ones first."""
        return self.plain + tuple(row.record for row in self.rows if row.record is not None)

    @property
    def set_aside(self) -> tuple[Row[Record], ...]:
        """The rows that can't be used."""
        return tuple(row for row in self.rows if row.record is None)

    @property
    def flagged(self) -> tuple[Row[Record], ...]:
        """The rows that can be used and have faults all the same."""
        return tuple(row for row in self.rows if row.record is not None and row.faults)

    def say(self, fault: Fault, language: Language) -> str:
        """A fault in words, under the head that the sheet itself gives the column."""
        text: str = texts("sheets", language)["faults"][fault.code]
        column = self.head(fault.column, language) if fault.column else fault.detail
        return text.format(column=column, detail=fault.detail)

    def problems(self, most: int) -> list[Problem]:
        """Why rows were set aside, each with its place, for an error that refuses the sheet; so many at most."""
        name = f", sheet {self.sheet!r}" if self.sheet else ""
        problems = [
            Problem(self.say(fault, "en"), place=f"{self.file}{name}, row {row.number}")
            for row in self.set_aside
            for fault in row.faults
        ]
        left = [Problem(f"and {len(problems) - most} more", place=self.file)] if len(problems) > most else []
        return problems[:most] + left

    def head(self, column: str, language: Language) -> str:
        """The head of a column: the template's, unless the file calls it something of its own."""
        written = [use.head for part in self.parts for use in part.columns.uses if use.field == column]
        known = {head for spoken in LANGUAGES for head in self.template.heads(column, spoken)}
        strange = next((head for head in written if head not in known), None)
        return self.template.head(column, language) if strange is None else strange

    def set_aside_table(self, title: str, language: Language) -> Table:
        """The rows set aside, in the input's own columns with the reasons behind: fix them and feed them back."""
        return self._table(self.set_aside, title, language)

    def flagged_table(self, title: str, language: Language) -> Table:
        """The rows that were used and have faults, in the input's own columns with the faults behind."""
        return self._table(self.flagged, title, language)

    def _table(self, chosen: Iterable[Row[Record]], title: str, language: Language) -> Table:
        problems: str = texts("sheets", language)["problems"]
        rows = list(chosen)
        width = max([len(self.heads), *(len(row.cells) for row in rows)])
        blank = tuple(f"({place})" for place in range(len(self.heads) + 1, width + 1))
        heads = (*self.heads, *blank)
        heads = heads if problems in heads else (*heads, problems)
        place = heads.index(problems)
        lines = []
        for row in rows:
            cells = [*row.cells, *[None] * (len(heads) - len(row.cells))]
            cells[place] = "; ".join(self.say(fault, language) for fault in row.faults)
            lines.append(tuple(cells))
        return Table(title, heads, lines, widths={problems: 50})
