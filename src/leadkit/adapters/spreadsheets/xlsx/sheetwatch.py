"""The watch for worksheets: where their cells lie, where formulas and error values stand, and what is too much."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from leadkit.adapters.spreadsheets.xlsx.markup import (
    MOST_NESTED,
    MOST_OTHER_ELEMENTS,
    Action,
    Attributes,
    column_letters,
    local,
    refuse,
)
from leadkit.limits import Limits

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
READABLE_ERRORS = frozenset(("#N/A", "#DIV/0!", "#REF!", "#NAME?", "#NULL!", "#NUM!", "#VALUE!"))
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_MOST_MARKED_CELLS = 1_000_000
_SPARSE_FROM_CELLS = 5_000_000
_SPARSE = 8


class SheetWatch:
    """The watch for a worksheet: bounds its cells, and notes where its formulas and its error values stand.

    `formulas` are (row, column) places from 1; `errors` maps row and then column to a text such as `#N/A`.
    """

    def __init__(self, place: str, limits: Limits, parser: XMLParserType, data_depth: int = 2) -> None:
        self.place = place
        self.data_depth = data_depth
        self.inside = False
        self.open: list[str] = []
        self.limits = limits
        self.parser = parser
        self.formulas: set[tuple[int, int]] = set()
        self.errors: dict[int, dict[int, str]] = {}
        self.others = self.rows_seen = self.cells_seen = self.merged = self.marked = self.filled = 0
        self.row = self.column = self.last_row = self.last_column = 0
        self.row_text = ""
        self.error_text: list[str] | None = None
        self.namespace = ""
        self.columns: dict[str, int] = {}
        self.actions: dict[str, Action] = {}
        self.known: dict[str, Action] = {
            "sheetData": self._open_data,
            "row": self._open_row,
            "c": self._open_cell,
            "v": self._open_value,
            "is": self._open_value,
            "mergeCell": self._merge,
            "sst": self._open_strings,
        }

    def start(self, name: str, attributes: Attributes) -> None:
        """Act on one element."""
        self.open.append(name)
        action = self.actions.get(name) or self._learn(name)
        action(attributes)

    def finish(self) -> None:
        """Settle, at the end of the part, what only the whole sheet shows."""
        self._close_cell()
        area = self.last_row * self.last_column
        if area > max(_SPARSE_FROM_CELLS, _SPARSE * self.filled):
            far = f"reaches to row {self.last_row} and column {column_letters(self.last_column)}"
            message = f"the sheet {far} but only {self.filled} cells are filled"
            refuse(self.place, message, "delete the stray cells far from the data, then save it again")

    def _learn(self, name: str) -> Action:
        if not self.actions:
            self.namespace = name.rpartition(" ")[0]
        own_formula = name == f"{self.namespace} f".strip()
        action = self._open_formula if own_formula else self.known.get(local(name), self._open_other)
        self.actions[name] = action
        return action

    def _open_data(self, attributes: Attributes) -> None:
        self._open_other(attributes)
        self.inside = True
        if len(self.open) != self.data_depth:
            self._refuse_structure()

    def _open_row(self, attributes: Attributes) -> None:
        self._close_cell()
        if not self.inside:
            return self._open_other(attributes)
        if len(self.open) != self.data_depth + 1:
            self._refuse_structure()
        number = attributes.get("r")
        self.row = self.row + 1 if number is None else self._row_number(number)
        self.row_text = str(self.row)
        self.column = 0
        self.rows_seen += 1
        if max(self.row, self.rows_seen) > LAST_ROW:
            refuse(self.place, f"it has more than {LAST_ROW} rows")
        return None

    def _open_cell(self, attributes: Attributes) -> None:
        if self.error_text is not None:
            self._close_cell()
        if len(self.open) != self.data_depth + 2 or not self.inside:
            return self._open_other(attributes) if not self.inside else self._refuse_structure()
        reference = attributes.get("r")
        if reference is None:
            self.column += 1
        else:
            letters = reference.rstrip("0123456789")
            column = self.columns.get(letters)
            if column is None or reference[len(letters) :] != self.row_text:
                column = self._locate(reference)
            self.column = column
        self.cells_seen += 1
        if self.column > LAST_COLUMN or self.cells_seen > self.limits.cells:
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
        self.formulas.add((self.row, self.column))

    def _open_other(self, _: Attributes) -> None:
        self.others += 1
        if len(self.open) > MOST_NESTED:
            refuse(self.place, f"its elements are nested more than {MOST_NESTED} deep")
        if len(self.open) <= self.data_depth:
            self.inside = False
        if self.others > MOST_OTHER_ELEMENTS + 8 * self.cells_seen:
            refuse(self.place, "it has far more elements than cells")

    def _open_strings(self, _: Attributes) -> None:
        refuse(self.place, "it holds shared strings where none belong")

    def _merge(self, attributes: Attributes) -> None:
        self.merged += 1
        if self.merged > self.limits.merged_ranges:
            refuse(self.place, f"it has more than {self.limits.merged_ranges} merged ranges", "unmerge the cells")
        corners = [self._corner(corner) for corner in attributes.get("ref", "").split(":")]
        height = abs(corners[0][0] - corners[-1][0]) + 1
        width = abs(corners[0][1] - corners[-1][1]) + 1
        if height * width > self.limits.cells:
            refuse(self.place, f"a merged range covers {height} rows and {width} columns", "unmerge the cells")

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
        self.errors.setdefault(self.row, {})[self.column] = text

    def _mark(self) -> None:
        self.marked += 1
        if self.marked > _MOST_MARKED_CELLS:
            message = f"it has more than {_MOST_MARKED_CELLS} formulas and error values"
            refuse(self.place, message, "copy the sheet and paste it as values only")

    def _reach(self) -> None:
        self.last_column = max(self.last_column, self.column)
        self.last_row = max(self.last_row, self.row)
        if self.column > self.limits.columns or self.row > self.limits.rows:
            self._refuse_area()
        if self.last_row * self.last_column > self.limits.cells:
            self._refuse_area()

    def _refuse_structure(self) -> NoReturn:
        refuse(self._here(), "behind this place rows and cells are nested in a way that no sheet has")

    def _refuse_area(self) -> NoReturn:
        limits = self.limits
        message = f"the sheet is larger than {limits.rows} rows, {limits.columns} columns or {limits.cells} cells"
        refuse(self._here(), message, "delete the rows and columns that aren't needed, or split the sheet")

    def _locate(self, reference: str) -> int:
        row, column = self._corner(reference)
        if row != self.row:
            refuse(self._here(), f"here stands a cell whose own reference is row {row}")
        self.columns[reference.rstrip("0123456789")] = column
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

    def _here(self) -> str:
        row = f", row {self.row}" if self.row else ""
        return self.place + row + (f", column {column_letters(self.column)}" if self.column else "")
