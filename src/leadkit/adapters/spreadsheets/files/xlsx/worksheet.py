"""The guard of a worksheet: where its cells lie, where formulas, errors and merges stand, and what is too much."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NoReturn

from leadkit.adapters.spreadsheets.files.xlsx.archive import refuse
from leadkit.adapters.spreadsheets.files.xlsx.marks import Marks, Range
from leadkit.adapters.spreadsheets.files.xlsx.places import PlainRows, letters_of, local
from leadkit.limits import Limits

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

Attributes = Mapping[str, str]
Action = Callable[[Attributes], None]

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
READABLE_ERRORS = frozenset(("#N/A", "#DIV/0!", "#REF!", "#NAME?", "#NULL!", "#NUM!", "#VALUE!"))
MOST_NESTED = 100
MOST_ELEMENTS = 1_000_000
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_MOST_MARKED_CELLS = 1_000_000
_SPARSE_FROM_CELLS = 5_000_000
_SPARSE = 8
_DATA, _ROW, _CELL = 2, 3, 4
"""How deep the data of a worksheet, a row and a cell stand."""


class WorksheetGuard:
    """Guards a worksheet: bounds its cells, and notes where its formulas, error values and merged ranges stand.

    `errors` maps row and then column to a text such as `#N/A`. `merged` are the ranges of more than one cell, within
    the used rows and columns; they and their marks are complete when the guard has finished.
    """

    def __init__(self, place: str, limits: Limits, parser: XMLParserType) -> None:
        self.place, self.limits, self.parser = place, limits, parser
        self.open: list[str] = []
        self.marks = Marks()
        self.merged: list[Range] = []
        self.errors: dict[int, dict[int, str]] = {}
        self.inside = False
        self.others = self.rows = self.cells = self.merges = self.marked = self.filled = 0
        self.row = self.column = self.last_row = self.last_column = 0
        self.row_text = ""
        self.error_text: list[str] | None = None
        self.columns: dict[str, int] = {}
        self.actions: dict[str, Action] = {}
        self.namespace = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """Act on one element."""
        self.open.append(name)
        if len(self.open) > MOST_NESTED:
            refuse(self.place, f"its elements are nested more than {MOST_NESTED} deep")
        action = self.actions.get(name) or self._learn(name)
        action(attributes)

    def finish(self) -> None:
        """Settle, at the end of the part, what only the whole sheet shows."""
        self._close_cell()
        area = self.last_row * self.last_column
        if area > max(_SPARSE_FROM_CELLS, _SPARSE * self.filled):
            far = f"reaches to row {self.last_row} and column {letters_of(self.last_column)}"
            message = f"the sheet {far} but only {self.filled} cells are filled"
            refuse(self.place, message, "delete the stray cells far from the data, then save it again")
        self.merged = [part.clipped(self.last_row, self.last_column) for part in self.merged]
        self.merged = [part for part in self.merged if part.area > 1]
        self._mark(sum(part.area for part in self.merged))
        for part in self.merged:
            self.marks.cover(part)

    def skip(self, rows: PlainRows) -> bool:
        """Count rows that the parser isn't shown; False, and nothing is counted, where they are too much."""
        self._close_cell()
        limits = self.limits
        last_row, last_column = max(self.last_row, rows.filled_row), max(self.last_column, rows.filled_column)
        if rows.last > LAST_ROW or self.cells + rows.cells > limits.cells:
            return False
        if last_row > limits.rows or last_column > limits.columns or last_row * last_column > limits.cells:
            return False
        self.row, self.column = rows.last, 0
        self.last_row, self.last_column = last_row, last_column
        self.rows += rows.count
        self.cells += rows.cells
        self.filled += rows.filled
        self._mark(len(rows.computed))
        for row, column in rows.computed:
            self.marks.add(row, column, "formula")
        return True

    def _learn(self, name: str) -> Action:
        """What to do about an element of that name; formulas count only in the namespace of the sheet itself."""
        if not self.actions:
            self.namespace = name.rpartition(" ")[0]
        kind = local(name)
        if kind == "f" and name != f"{self.namespace} f".strip():
            kind = ""
        known: dict[str, Action] = {
            "sheetData": self._open_data,
            "row": self._open_row,
            "c": self._open_cell,
            "v": self._open_value,
            "is": self._open_value,
            "f": self._open_formula,
            "mergeCell": self._merge,
            "sst": self._open_strings,
        }
        self.actions[name] = known.get(kind, self._open_other)
        return self.actions[name]

    def _open_data(self, attributes: Attributes) -> None:
        self._open_other(attributes)
        self.inside = True
        if len(self.open) != _DATA:
            self._refuse_structure()

    def _open_row(self, attributes: Attributes) -> None:
        self._close_cell()
        if not self.inside:
            return self._open_other(attributes)
        if len(self.open) != _ROW:
            self._refuse_structure()
        number = attributes.get("r")
        self.row = self.row + 1 if number is None else self._row_number(number)
        self.row_text = str(self.row)
        self.column = 0
        self.rows += 1
        if max(self.row, self.rows) > LAST_ROW:
            refuse(self.place, f"it has more than {LAST_ROW} rows")
        return None

    def _open_cell(self, attributes: Attributes) -> None:
        if self.error_text is not None:
            self._close_cell()
        if not self.inside:
            return self._open_other(attributes)
        if len(self.open) != _CELL:
            self._refuse_structure()
        reference = attributes.get("r")
        self.column = self.column + 1 if reference is None else self._locate(reference)
        self.cells += 1
        if self.column > LAST_COLUMN or self.cells > self.limits.cells:
            self._refuse_area()
        if attributes.get("t") == "e":
            self.error_text = []
        return None

    def _open_value(self, _: Attributes) -> None:
        self.filled += 1
        if self.column > self.last_column or self.row > self.last_row:
            self._reach()
        if self.error_text is not None:
            self.parser.CharacterDataHandler = self.error_text.append

    def _open_formula(self, _: Attributes) -> None:
        self._mark()
        self.marks.add(self.row, self.column, "formula")

    def _open_other(self, _: Attributes) -> None:
        self.others += 1
        if len(self.open) <= _DATA:
            self.inside = False
        if self.others > MOST_ELEMENTS + 8 * self.cells:
            refuse(self.place, "it has far more elements than cells")

    def _open_strings(self, _: Attributes) -> None:
        refuse(self.place, "it holds shared strings where none belong")

    def _merge(self, attributes: Attributes) -> None:
        self.merges += 1
        if self.merges > self.limits.merged_ranges:
            refuse(self.place, f"it has more than {self.limits.merged_ranges} merged ranges", "unmerge the cells")
        corners = [self._corner(corner) for corner in attributes.get("ref", "").split(":")]
        (top, bottom), (left, right) = (sorted((corners[0][axis], corners[-1][axis])) for axis in (0, 1))
        height, width = bottom - top + 1, right - left + 1
        if height * width > self.limits.cells:
            refuse(self.place, f"a merged range covers {height} rows and {width} columns", "unmerge the cells")
        self.merged.append(Range(top, left, bottom, right))

    def _close_cell(self) -> None:
        if self.error_text is None:
            return
        self.parser.CharacterDataHandler = None
        text = "".join(self.error_text).strip()
        self.error_text = None
        if not text:
            return
        if text not in READABLE_ERRORS:
            refuse(self._here(), "the error value of the cell isn't one that can be read", "clear the cell")
        self._mark()
        self.marks.add(self.row, self.column, "error")
        self.errors.setdefault(self.row, {})[self.column] = text

    def _mark(self, cells: int = 1) -> None:
        self.marked += cells
        if self.marked > _MOST_MARKED_CELLS:
            message = f"it has more than {_MOST_MARKED_CELLS} formulas, error values and merged cells"
            refuse(self.place, message, "copy the sheet and paste it as values only")

    def _reach(self) -> None:
        self.last_column = max(self.last_column, self.column)
        self.last_row = max(self.last_row, self.row)
        if self.column > self.limits.columns or self.row > self.limits.rows:
            self._refuse_area()
        if self.last_row * self.last_column > self.limits.cells:
            self._refuse_area()

    def _locate(self, reference: str) -> int:
        """The column of a cell in the open row; the letters of each column are read once a sheet."""
        letters = reference.rstrip("0123456789")
        column = self.columns.get(letters)
        if column is not None and reference[len(letters) :] == self.row_text:
            return column
        row, column = self._corner(reference)
        if row != self.row:
            refuse(self._here(), f"here stands a cell whose own reference is row {row}")
        self.columns[letters] = column
        return column

    def _corner(self, reference: str) -> tuple[int, int]:
        match = _REFERENCE.fullmatch(reference)
        if not match:
            refuse(self._here(), "behind this place stands a cell reference that can't be read")
        column = 0
        for letter in match[1].upper():
            column = 26 * column + ord(letter) - ord("A") + 1
        row = int(match[2])
        if row > LAST_ROW or column > LAST_COLUMN:
            place = f"{self.place}, row {row}, column {match[1].upper()}"
            refuse(place, f"the cell lies beyond row {LAST_ROW} or column XFD, the last of a sheet")
        return row, column

    def _row_number(self, text: str) -> int:
        if not (text.isascii() and text.isdigit()) or len(text) > 7 or int(text) == 0:
            refuse(self._here(), "behind this place stands a row number that can't be read")
        return int(text)

    def _refuse_structure(self) -> NoReturn:
        refuse(self._here(), "behind this place rows and cells are nested in a way that no sheet has")

    def _refuse_area(self) -> NoReturn:
        limits = self.limits
        message = f"the sheet is larger than {limits.rows} rows, {limits.columns} columns or {limits.cells} cells"
        refuse(self._here(), message, "delete the rows and columns that aren't needed, or split the sheet")

    def _here(self) -> str:
        row = f", row {self.row}" if self.row else ""
        return self.place + row + (f", column {letters_of(self.column)}" if self.column else "")
