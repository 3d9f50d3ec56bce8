"""The XML parts of an XLSX file, read by watches: each knows one kind of part and what in it could do harm.

A watch sees every element that a spreadsheet reader would see and keeps next to nothing of it. What makes readers
fail is refused: document types and entities, pieces of markup without end, nesting, cells far out, tables of strings
that announce billions of entries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NoReturn, Protocol
from xml.parsers import expat

from attrs import define, field

from leadkit.errors import Problem, SheetError
from leadkit.limits import Limits

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

Attributes = Mapping[str, str]
Action = Callable[[Attributes], None]

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
READABLE_ERRORS = frozenset(("#N/A", "#DIV/0!", "#REF!", "#NAME?", "#NULL!", "#NUM!", "#VALUE!"))

_REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_SAVE_AGAIN = "open it in Excel and save it again as .xlsx or .csv"
_MOST_MARKUP_BYTES = 1_000_000
_MOST_NESTED = 100
_MOST_OTHER_ELEMENTS = 1_000_000
_MOST_MARKED_CELLS = 1_000_000
_SPARSE_FROM_CELLS = 2_000_000
_SPARSE = 50


class Watch(Protocol):
    """What `read_markup` shows each element to; `open` holds the names of the elements that are open."""

    place: str
    open: list[str]

    def start(self, name: str, attributes: Attributes) -> None: ...


def read_markup(pieces: Iterable[bytes], parser: XMLParserType, watch: Watch) -> None:
    """Show `watch` the elements of one part; SheetError if it isn't well-formed, plain, UTF-8 and of sane shape."""
    parser.StartElementHandler = watch.start
    parser.EndElementHandler = watch.open.remove
    parser.StartDoctypeDeclHandler = lambda *_: refuse(watch.place, "it declares a document type", _SAVE_AGAIN)
    _bound_literal_text(parser, watch.place)
    fed = text = 0
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            fed += len(piece)
            bracket = piece.rfind(b"<")
            text = text + len(piece) if bracket < 0 else len(piece) - bracket
            if max(text, fed - parser.CurrentByteIndex) > _MOST_MARKUP_BYTES:
                refuse(watch.place, f"a single piece of it is longer than {_MOST_MARKUP_BYTES} bytes", _SAVE_AGAIN)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        where = f"line {error.lineno}, character {error.offset}"
        raise SheetError(Problem(watch.place, f"it isn't well-formed XML ({where})", _SAVE_AGAIN)) from error


def new_parser() -> XMLParserType:
    """A parser that reads UTF-8 whatever the part declares, as the reader behind it does, and resolves prefixes."""
    parser = expat.ParserCreate("UTF-8", " ")
    parser.buffer_text = True
    return parser


def local(name: str) -> str:
    """The name without its namespace."""
    return name.rpartition(" ")[2]


def refuse(place: str, message: str, hint: str = _SAVE_AGAIN) -> NoReturn:
    """Raise the SheetError for one problem."""
    raise SheetError(Problem(place, message, hint))


def column_letters(column: int) -> str:
    """`28` is `"AB"`."""
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def _enter(watch: Watch, name: str) -> None:
    watch.open.append(name)
    if len(watch.open) > _MOST_NESTED:
        refuse(watch.place, f"its elements are nested more than {_MOST_NESTED} deep")


def _bound_literal_text(parser: XMLParserType, place: str) -> None:
    opened: list[int] = []

    def end() -> None:
        if parser.CurrentByteIndex - opened.pop() > _MOST_MARKUP_BYTES:
            refuse(place, f"a single text in it is longer than {_MOST_MARKUP_BYTES} bytes")

    parser.StartCdataSectionHandler = lambda: opened.append(parser.CurrentByteIndex)
    parser.EndCdataSectionHandler = end


@define
class PlainWatch:
    """The watch for parts without cells: keeps the attributes of the elements named in `wanted`, in their order."""

    place: str
    wanted: frozenset[str]
    seen: int = 0
    open: list[str] = field(factory=list)
    found: list[Attributes] = field(factory=list)

    def start(self, name: str, attributes: Attributes) -> None:
        """Count the element and keep it if it is wanted."""
        self.seen += 1
        _enter(self, name)
        if self.seen > _MOST_OTHER_ELEMENTS // 2:
            refuse(self.place, f"it has more than {_MOST_OTHER_ELEMENTS // 2} elements")
        if local(name) in self.wanted:
            self.found.append(attributes)
        elif local(name) == "sst":
            refuse(self.place, "it holds shared strings where none belong")


@define
class StringsWatch:
    """The watch for the table of shared strings: what it announces must be about what it holds."""

    place: str
    limits: Limits
    seen: int = 0
    open: list[str] = field(factory=list)
    announced: int = 0
    strings: int = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """Count the strings; read the counts that the table announces."""
        self.seen += 1
        _enter(self, name)
        kind = local(name)
        if kind == "si":
            self.strings += 1
        elif kind == "sst":
            self._open_table(attributes)
        if self.seen > _MOST_OTHER_ELEMENTS + 40 * self.strings:
            refuse(self.place, "it has far more elements than strings")

    def finish(self) -> None:
        """Compare, at the end of the part, what was announced with what was there."""
        if self.announced > 2 * self.strings + 100_000:
            refuse(self.place, f"it announces {self.announced} strings and holds {self.strings}")

    def _open_table(self, attributes: Attributes) -> None:
        if self.seen > 1:
            refuse(self.place, "it holds a table of strings inside another one")
        for count in ("count", "uniqueCount"):
            text = attributes.get(count, "0")
            if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > self.limits.cells:
                refuse(self.place, f"its {count} isn't a number up to {self.limits.cells}")
        self.announced = int(attributes.get("uniqueCount", "0"))


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
        if len(self.open) > _MOST_NESTED:
            refuse(self.place, f"its elements are nested more than {_MOST_NESTED} deep")
        if len(self.open) <= self.data_depth:
            self.inside = False
        if self.others > _MOST_OTHER_ELEMENTS + 8 * self.cells_seen:
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
