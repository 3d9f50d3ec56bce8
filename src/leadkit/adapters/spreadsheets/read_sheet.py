"""The first step of reading a sheet: what every row is, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

from attrs import define, field, setters

from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.adapters.spreadsheets.table import Cell, Grid, Rows, Table
from leadkit.adapters.spreadsheets.templates import Template
from leadkit.errors import Problem, SheetError
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.texts import Language, texts

Record = TypeVar("Record")
HEAD_ROWS = 20
"""The head row is looked for among so many rows from the top."""


@define(on_setattr=setters.frozen)
class Fault:
    """What is wrong with one cell of a row: a code with a text of its own, the column, and what the text fills in."""

    code: str
    column: str
    detail: str = ""


@define(on_setattr=setters.frozen)
class Row(Generic[Record]):
    """One row: its number in the file, its raw cells, and its record or the faults that keep it from being one.

    Beside a record, `faults` are what a person should look at: cells that don't agree with each other.
    """

    number: int
    cells: tuple[Cell, ...] = field(repr=False)
    record: Record | None = field(repr=False)
    faults: tuple[Fault, ...] = ()


@define(on_setattr=setters.frozen)
class ReadSheet(Generic[Record]):
    """A sheet understood: where its heads stand, in which language they are, and every row."""

    file: str
    sheet: str
    template: Template
    language: Language
    heads: tuple[str, ...]
    rows: tuple[Row[Record], ...]

    @property
    def records(self) -> tuple[Record, ...]:
        """The records of the rows that can be used."""
        return tuple(row.record for row in self.rows if row.record is not None)

    @property
    def set_aside(self) -> tuple[Row[Record], ...]:
        """The rows that can't be used."""
        return tuple(row for row in self.rows if row.record is None)

    @property
    def flagged(self) -> tuple[Row[Record], ...]:
        """The rows that can be used and have faults all the same."""
        return tuple(row for row in self.rows if row.record is not None and row.faults)

    def say(self, fault: Fault, language: Language) -> str:
        """A fault in words."""
        text: str = texts("sheets", language)["faults"][fault.code]
        return text.format(column=self.template.head(fault.column, language), detail=fault.detail)

    def set_aside_table(self, title: str, language: Language) -> Table:
        """The rows set aside, in the input's own columns with the reasons behind: fix them and feed them back."""
        return self._table(self.set_aside, title, language)

    def flagged_table(self, title: str, language: Language) -> Table:
        """The rows that were used and have faults, in the input's own columns with the faults behind."""
        return self._table(self.flagged, title, language)

    def _table(self, chosen: Iterable[Row[Record]], title: str, language: Language) -> Table:
        problems: str = texts("sheets", language)["problems"]
        heads = self.heads if problems in self.heads else (*self.heads, problems)
        place = heads.index(problems)
        rows = []
        for row in chosen:
            cells = list(_padded(row.cells, len(heads)))
            cells[place] = "; ".join(self.say(fault, language) for fault in row.faults)
            rows.append(tuple(cells))
        return Table(title, heads, rows, widths={problems: 50})


Reader = Callable[[Mapping[str, Cell], int], tuple[Record | None, list[Fault]]]
"""Makes a record of a row's cells by column and its number; or None, and what is wrong."""


def read_rows(
    path: Path, template: Template, read: Reader[Record], limits: Limits = DEFAULT_LIMITS
) -> ReadSheet[Record]:
    """Find the sheet and head row of `template` in a file and read every row below.

    Raises:
        SheetError: the file can't be read, has no such heads, or has one of them twice.
    """
    below = _below_head(read_grids(path, limits=limits), template, path)
    grid, heads = below.grid, below.heads
    columns = _columns(below, template)
    language: Language = "zh_CN" if set(heads) & set(template.row("zh_CN")) else "en"
    rows = tuple(_rows(below, columns, read, template.reckoned))
    return ReadSheet(grid.file, grid.sheet, template, language, heads, rows)


@define(on_setattr=setters.frozen)
class _BelowHead:
    """A grid, the number of its head row in the file, the heads, and the rows below."""

    grid: Grid
    head_row: int
    heads: tuple[str, ...]
    rows: Rows


def _rows(
    below: _BelowHead, columns: Mapping[str, int], read: Reader[Record], reckoned: Collection[str]
) -> Iterator[Row[Record]]:
    inputs = {column: place for column, place in columns.items() if column not in reckoned}
    marks = below.grid.marks
    for number, cells in below.rows:
        full = _padded(cells, len(below.heads))
        values = {column: _blank_to_none(full[place]) for column, place in columns.items()}
        record, faults = read(values, number)
        live = [
            Fault("formula", column) for column, place in inputs.items() if marks.get((number, place + 1)) == "formula"
        ]
        yield Row(number, full, None if live else record, (*live, *faults))


def _below_head(grids: tuple[Grid, ...], template: Template, path: Path) -> _BelowHead:
    """The first sheet that has the needed heads in a row near its top."""
    for grid in grids:
        for index, (number, cells) in enumerate(islice(grid.rows, HEAD_ROWS)):
            heads = _heads(grid, number, cells)
            if set(template.needed) <= {template.column(head) for head in heads}:
                return _BelowHead(grid, number, heads, islice(grid.rows, index + 1, None))
    wanted = ", ".join(f"{template.head(name, 'zh_CN')} / {template.head(name, 'en')}" for name in template.needed)
    raise SheetError(
        Problem(
            f"has no row with the heads {wanted}",
            f"heads are looked for in the first {HEAD_ROWS} rows",
            place=path.name,
        )
    )


def _heads(grid: Grid, number: int, cells: tuple[Cell, ...]) -> tuple[str, ...]:
    """The heads of a row; one that is merged over several columns is the head of the first of them."""
    return tuple(
        "" if cell is None or grid.marks.get((number, column)) == "merged" else str(cell).strip()
        for column, cell in enumerate(cells, start=1)
    )


def _columns(below: _BelowHead, template: Template) -> dict[str, int]:
    """The place of every column of the template that the sheet has."""
    grid = below.grid
    sheet = f", sheet {grid.sheet!r}" if grid.sheet else ""
    columns: dict[str, int] = {}
    problems = []
    for place, head in enumerate(below.heads):
        column = template.column(head) if head else None
        if column in columns:
            at = f"{grid.file}{sheet}, row {below.head_row}, column {place + 1}"
            problems.append(Problem(f"the head {head!r} stands twice", "rename or delete one", place=at))
        elif column is not None:
            columns[column] = place
    if problems:
        raise SheetError(problems)
    return columns


def _padded(cells: tuple[Cell, ...], width: int) -> tuple[Cell, ...]:
    return (*cells, *([None] * (width - len(cells))))[: max(width, 1)]


def _blank_to_none(cell: Cell) -> Cell:
    return None if isinstance(cell, str) and not cell.strip() else cell
