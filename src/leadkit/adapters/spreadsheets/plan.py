"""The first step of reading a sheet: a plan that says of every row what it is or what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Generic, TypeVar

from attrs import define, field, setters

from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.adapters.spreadsheets.table import Cell, Grid, Table
from leadkit.adapters.spreadsheets.templates import Template
from leadkit.errors import Problem, SheetError
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.texts import Language

Record = TypeVar("Record")
HEAD_ROWS = 20
"""The head row is looked for among so many rows from the top."""

FAULTS: dict[Language, dict[str, str]] = {
    "zh_CN": {
        "missing": "{}缺失",
        "not_a_date": "{}不是有效日期",
        "formula": "{}是公式,请改为数值",
        "not_valid": "{}无效",
        "repeated": "{}与前面的行重复",
        "unknown_lead": "{}没有对应的线索",
        "too_long": "{}过长",
        "nul": "{}含有空字符(NUL)",
        "conflict": "{}已用于其他线索",
        "not_a_level": "{0}应为: {1}",
        "other_points": "{0}的分值与等级不符,应为{1}",
        "not_a_number": "{}不是有效数字",
        "not_a_period": "{}不是复盘周期,例如2023年Q3、2023年8月",
        "other_total": "{0}与各项分值之和不符,应为{1}",
        "other_grade": "{0}与评估结果不符,应为{1}",
        "other_rate": "{0}与数量不符,应为{1}",
        "refused": "未接收: {1}",
        "problems": "问题",
    },
    "en": {
        "missing": "{} is missing",
        "not_a_date": "{} is not a date",
        "formula": "{} is a formula, not a value",
        "not_valid": "{} is not valid",
        "repeated": "{} stands in a row above",
        "unknown_lead": "{} belongs to no lead",
        "too_long": "{} is too long",
        "nul": "{} holds a NUL character",
        "conflict": "{} is another lead's already",
        "not_a_level": "{0} is none of: {1}",
        "other_points": "the points of {0} are not those of the level: {1}",
        "not_a_number": "{} is not a number that can stand there",
        "not_a_period": "{} is not a period such as 2023-Q3 or 2023-08",
        "other_total": "{0} is not the sum of the points: {1}",
        "other_grade": "{0} is not what the levels come to: {1}",
        "other_rate": "{0} does not follow from the counts: {1}",
        "refused": "refused: {1}",
        "problems": "Problems",
    },
}


@define(on_setattr=setters.frozen)
class Fault:
    """What is wrong with one cell of a row: a code of `FAULTS`, the column, and what a refusal said."""

    code: str
    column: str
    said: str = ""


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
class Plan(Generic[Record]):
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
        return FAULTS[language][fault.code].format(self.template.head(fault.column, language), fault.said)

    def set_aside_table(self, title: str, language: Language) -> Table:
        """The rows set aside, in the input's own columns with the reasons behind: mend them and feed them back."""
        return self._table(self.set_aside, title, language)

    def flagged_table(self, title: str, language: Language) -> Table:
        """The rows that were used and have faults, in the input's own columns with the faults behind."""
        return self._table(self.flagged, title, language)

    def _table(self, chosen: Iterable[Row[Record]], title: str, language: Language) -> Table:
        heads = (
            self.heads if FAULTS[language]["problems"] in self.heads else (*self.heads, FAULTS[language]["problems"])
        )
        place = heads.index(FAULTS[language]["problems"])
        rows = []
        for row in chosen:
            cells = list(_padded(row.cells, len(heads)))
            cells[place] = "; ".join(self.say(fault, language) for fault in row.faults)
            rows.append(tuple(cells))
        return Table(title, heads, rows, widths={heads[place]: 50})


Reader = Callable[[Mapping[str, Cell], int], tuple[Record | None, list[Fault]]]


def make_plan(path: Path, template: Template, read: Reader[Record], limits: Limits = DEFAULT_LIMITS) -> Plan[Record]:
    """Find the sheet and head row of `template` in a file and read every row below.

    Raises:
        SheetError: the file can't be read, has no such heads, or has one of them twice.
    """
    grid, at = _find(read_grids(path, limits=limits), template, path)
    heads = _heads(grid.rows[at][1])
    columns = _columns(heads, template, grid, grid.rows[at][0])
    language: Language = "zh_CN" if set(heads) & set(template.row("zh_CN")) else "en"
    rows = tuple(_rows(grid, at, columns, read, len(heads), template.reckoned))
    return Plan(grid.file, grid.sheet, template, language, heads, rows)


def _rows(  # noqa: PLR0913, PLR0917
    grid: Grid, at: int, columns: Mapping[str, int], read: Reader[Record], width: int, reckoned: Collection[str]
) -> Iterator[Row[Record]]:
    inputs = {column: place for column, place in columns.items() if column not in reckoned}
    for number, cells in grid.rows[at + 1 :]:
        full = _padded(cells, width)
        values = {column: _blank_to_none(full[place]) for column, place in columns.items()}
        record, faults = read(values, number)
        formulas = [
            Fault("formula", column) for column, place in inputs.items() if (number, place + 1) in grid.formulas
        ]
        yield Row(number, full, None if formulas else record, (*formulas, *faults))


def _find(grids: tuple[Grid, ...], template: Template, path: Path) -> tuple[Grid, int]:
    """The sheet and the index of the row that has the needed heads."""
    for grid in grids:
        for at, (_, cells) in enumerate(grid.rows[:HEAD_ROWS]):
            if set(template.needed) <= {template.column(head) for head in _heads(cells)}:
                return grid, at
    wanted = ", ".join(f"{template.head(name, 'zh_CN')} / {template.head(name, 'en')}" for name in template.needed)
    raise SheetError(
        Problem(path.name, f"has no row with the heads {wanted}", f"heads are looked for in the first {HEAD_ROWS} rows")
    )


def _heads(cells: tuple[Cell, ...]) -> tuple[str, ...]:
    return tuple("" if cell is None else str(cell).strip() for cell in cells)


def _columns(heads: tuple[str, ...], template: Template, grid: Grid, row: int) -> dict[str, int]:
    columns: dict[str, int] = {}
    twice = []
    for place, head in enumerate(heads):
        column = template.column(head) if head else None
        if column in columns:
            sheet = f", sheet {grid.sheet!r}" if grid.sheet else ""
            twice.append(
                Problem(
                    f"{grid.file}{sheet}, row {row}, column {place + 1}",
                    f"the head {head!r} stands twice",
                    "rename or delete one",
                )
            )
        elif column is not None:
            columns[column] = place
    if twice:
        raise SheetError(twice)
    return columns


def _padded(cells: tuple[Cell, ...], width: int) -> tuple[Cell, ...]:
    return (*cells, *([None] * (width - len(cells))))[: max(width, 1)]


def _blank_to_none(cell: Cell) -> Cell:
    return None if isinstance(cell, str) and not cell.strip() else cell
