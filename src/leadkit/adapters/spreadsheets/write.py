"""Writing sheets: a workbook or a CSV file, whole or not at all, never with a live formula."""

from __future__ import annotations

import csv
import math
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from leadkit.adapters.spreadsheets.delimited import quote_formula
from leadkit.adapters.spreadsheets.table import Cell, Table
from leadkit.errors import MissingExtraError, Problem, SheetError

MOST_CHARACTERS = 32_767
MOST_ROWS = 1_048_575
MOST_COLUMNS = 16_384
FIRST_DAY = date(1900, 1, 1)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
}


def write_workbook(path: Path, tables: Sequence[Table]) -> None:
    """Write `tables` as the sheets of an XLSX file: bold frozen heads, filters, widths and coloured cells.

    Raises:
        SheetError: it can't be written; what stood there is left as it was.
        MissingExtraError: XlsxWriter is not installed.
    """
    try:
        import xlsxwriter
        from xlsxwriter.exceptions import XlsxFileError
    except ImportError:
        raise MissingExtraError.of("XlsxWriter", "excel") from None
    with _in_place(path) as file:
        try:
            with xlsxwriter.Workbook(str(file), {**_OPTIONS, "tmpdir": str(file.parent)}) as book:
                book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001
                titles: set[str] = set()
                for table in tables:
                    _write_sheet(book, table, _title(table.title, titles))
        except XlsxFileError as error:
            raise SheetError(Problem(f"can't be written: {error}", place=str(path))) from None


def write_csv(path: Path, table: Table) -> None:
    """Write one table as CSV: UTF-8 with mark, CRLF, and a leading apostrophe before what would be a formula.

    Reading takes that apostrophe away again.

    Raises:
        SheetError: it can't be written; what stood there is left as it was.
    """
    with _in_place(path) as file, file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        for row in (table.heads, *table.rows):
            writer.writerow([_quoted(cell) for cell in row])


@contextmanager
def _in_place(path: Path) -> Iterator[Path]:
    """A file that takes the place of `path` when all went well, in a folder beside it that is gone afterwards."""
    try:
        with tempfile.TemporaryDirectory(
            dir=path.parent, prefix=f".{path.name[:50]}.", ignore_cleanup_errors=True
        ) as folder:
            part = Path(folder) / "part"
            yield part
            part.chmod(0o644)
            part.replace(path)
    except OSError as error:
        raise SheetError(
            Problem(f"can't be written: {error.strerror}", "is it open elsewhere?", place=str(path))
        ) from None


def _write_sheet(book: Any, table: Table, title: str) -> None:
    sheet = book.add_worksheet(title)
    if len(table.rows) > MOST_ROWS:
        raise SheetError(Problem(f"has more than {MOST_ROWS} rows", "write it as .csv", place=title))
    if len(table.heads) > MOST_COLUMNS:
        raise SheetError(Problem(f"has more than {MOST_COLUMNS} columns", "write it as .csv", place=title))
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, head in enumerate(table.heads):
        sheet.set_column(column, column, table.widths.get(head, 14))
    sheet.freeze_panes(1, 0)
    if table.heads:
        sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.heads) - 1)
    formats = _Formats(book)
    for column, head in enumerate(table.heads):
        _write_text(sheet, 0, column, head, bold)
    looks = [_Look(formats, table, head) for head in table.heads]
    for number, row in enumerate(table.rows, start=1):
        for column, (look, cell) in enumerate(zip(looks, row, strict=True)):
            _write_cell(sheet, number, column, cell, look)


class _Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def of(self, **wanted: Any) -> Any:
        key = tuple(sorted((name, value) for name, value in wanted.items() if value))
        if not key:
            return None
        if key not in self.made:
            self.made[key] = self.book.add_format(dict(key))
        return self.made[key]


class _Look:
    """How the cells of one column look."""

    def __init__(self, formats: _Formats, table: Table, head: str) -> None:
        self.formats = formats
        self.colours = table.colours.get(head, {})
        self.numbers = table.formats.get(head, "")
        self.wrapped = head in table.wrapped

    def text(self, cell: Cell) -> Any:
        if not self.colours and not self.wrapped:
            return None
        colour = self.colours.get(cell) if isinstance(cell, str) else None
        return self.formats.of(bg_color=colour, text_wrap=self.wrapped, valign="top" if self.wrapped else "")

    def number(self, row: int) -> Any:
        form = self.numbers if isinstance(self.numbers, str) else self.numbers[row - 1]
        return self.formats.of(num_format=form) if form else None


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, look: _Look) -> None:
    if cell is None:
        return
    if isinstance(cell, datetime) and cell.date() >= FIRST_DAY:
        sheet.write_datetime(row, column, cell.replace(tzinfo=None), look.formats.of(num_format="yyyy-mm-dd hh:mm"))
    elif isinstance(cell, date) and not isinstance(cell, datetime) and cell >= FIRST_DAY:
        sheet.write_datetime(row, column, cell, look.formats.of(num_format="yyyy-mm-dd"))
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, (int, float, Decimal)) and _fits(cell):
        sheet.write_number(row, column, float(cell), look.number(row))
    else:
        _write_text(sheet, row, column, str(cell), look.text(cell))


def _write_text(sheet: Any, row: int, column: int, text: str, look: Any) -> None:
    text = _clean(text)
    if text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter copies such text into the sheet as markup, so it has to be markup that shows the text.
        while len(text) + 5 * sum(map(text.count, "&<>")) > MOST_CHARACTERS - 100:
            text = text[: len(text) // 2] + "…"
        text = f'<r><t xml:space="preserve">{escape(text)}</t></r>'
    sheet.write_string(row, column, text, look)


def _fits(number: int | float | Decimal) -> bool:
    """Whether Excel, which keeps 15 digits, holds the number as it is; a float is held as a float."""
    if isinstance(number, float):
        return math.isfinite(number)
    exact = Decimal(number)
    return exact.is_finite() and len(exact.as_tuple().digits) <= 15 and -300 < exact.adjusted() < 15


def _clean(text: str) -> str:
    text = _UNPRINTABLE.sub("\ufffd", text)
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MOST_CHARACTERS:
        return text
    return units[: 2 * MOST_CHARACTERS - 2].decode("utf-16-le", "ignore") + "…"


def _quoted(cell: Cell) -> str:
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return cell.isoformat(sep=" ") if isinstance(cell, datetime) else str(cell)
    text = _clean(cell)[: MOST_CHARACTERS - 1]
    return quote_formula(text)


def _title(title: str, taken: set[str]) -> str:
    """A title by Excel's rules: 31 characters, none of []:*?/\\, no quotes at the ends, and unlike the others."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", _clean(title)).strip("' ")
    plain = plain.encode("utf-16-le")[:62].decode("utf-16-le", "ignore") or "Sheet"
    name, number = plain, 2
    while name.casefold() in taken:
        name, number = f"{plain[:25]} {number}", number + 1
    taken.add(name.casefold())
    return name
