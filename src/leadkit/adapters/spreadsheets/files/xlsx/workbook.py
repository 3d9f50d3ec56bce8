"""The sheets of an XLSX file as grids whose rows are read when they are asked for."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field

from leadkit.adapters.spreadsheets.files.source import Source
from leadkit.adapters.spreadsheets.files.xlsx.guard import InspectedSheet, inspect
from leadkit.adapters.spreadsheets.files.xlsx.marks import filled
from leadkit.adapters.spreadsheets.table import LONGEST_CELL, Cell, Grid
from leadkit.errors import MissingExtraError, Problem, SheetError
from leadkit.limits import Limits

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook


def read_workbook(path: Path, limits: Limits) -> tuple[Grid, ...]:
    """The worksheets in their order, hidden ones too, after the guard has seen all of the file.

    A sheet is loaded when its rows are first asked for, and stays loaded as long as its grid is kept.

    Raises:
        SheetError: damaged, encrypted, ambiguous or above `limits`.
        MissingExtraError: `leadkit[excel]` is not installed.
    """
    try:
        import python_calamine  # noqa: F401
    except ImportError:
        raise MissingExtraError.of("python-calamine", "excel") from None
    source = Source.of(path)
    sheets = inspect(path, limits)
    book = _Book(source)
    return tuple(Grid(path.name, sheet.title, _Rows(book, sheet), sheet.marks, hidden=sheet.hidden) for sheet in sheets)


def plain(value: Any) -> Cell:
    """A cell that is no text, as the reading library gives it: whole numbers are int, lengths of time are text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, (int, date, datetime)):
        return value
    return str(value) if isinstance(value, (time, timedelta)) else None


@define(eq=False)
class _Book:
    """The file, opened by the reading library when a sheet is first asked for."""

    source: Source
    _opened: CalamineWorkbook | None = None

    def sheet(self, title: str) -> CalamineSheet:
        from python_calamine import CalamineWorkbook

        with self.errors():
            if self._opened is None:
                with self.source.open() as file:
                    self._opened = CalamineWorkbook.from_filelike(file)
            return self._opened.get_sheet_by_name(title)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn what the reading library raises into a SheetError; its panics derive from BaseException alone."""
        from python_calamine import CalamineError

        try:
            yield
        except (CalamineError, OverflowError):
            raise self._unreadable() from None
        except BaseException as error:
            if type(error).__name__ != "PanicException":
                raise
            raise self._unreadable() from None

    def _unreadable(self) -> SheetError:
        hint = "open it in Excel and save it again"
        return SheetError(Problem("can't be read as a workbook", hint, place=self.source.path.name))


@define(eq=False)
class _Rows:
    """The rows of one sheet; each time they are gone through from the first."""

    book: _Book
    seen: InspectedSheet
    _sheet: CalamineSheet | None = field(default=None, init=False)

    def __iter__(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        for number, cells in filled(self._numbered(), self.seen.merged):
            while cells and cells[-1] is None:
                cells.pop()
            if not cells:
                continue
            self._bound(number, cells)
            yield number, tuple(cells)

    def _numbered(self) -> Iterator[tuple[int, list[Cell]]]:
        if self._sheet is None:
            self._sheet = self.book.sheet(self.seen.title)
        start = self._sheet.start
        before: list[Cell] = [None] * (start[1] if start else 0)
        errors = self.seen.errors
        with self.book.errors():
            for number, row in enumerate(self._sheet.iter_rows(), start=1):
                cells = before + [(cell or None) if isinstance(cell, str) else plain(cell) for cell in row]
                for column, text in errors.get(number, {}).items():
                    cells[len(cells) :] = [None] * (column - len(cells))
                    cells[column - 1] = text
                yield number, cells

    def _bound(self, number: int, cells: list[Cell]) -> None:
        if not any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in cells):
            return
        for column, cell in enumerate(cells, start=1):
            if isinstance(cell, str) and len(cell) > LONGEST_CELL:
                place = f"{self.book.source.path.name}, sheet {self.seen.title!r}, row {number}, column {column}"
                raise SheetError(Problem(f"a cell is longer than {LONGEST_CELL} characters", place=place))
