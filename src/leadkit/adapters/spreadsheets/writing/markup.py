"""The rows of a sheet as the markup of a workbook; a text is never markup itself, and never a formula."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape

from leadkit.adapters.spreadsheets.table import Cell, Row, Table
from leadkit.adapters.spreadsheets.writing.looks import DAY, HEAD, MOMENT, Look, Style, looks_of

MOST_CHARACTERS = 32_767
FIRST_DAY = date(1900, 1, 1)
_ZERO, _LEAP = date(1899, 12, 31), 59
"""Day 0 of a workbook, and the last day before the one that it wrongly takes for 29 February 1900."""
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SPECIAL = re.compile(r"[&<>_\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]").search
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SHORT = MOST_CHARACTERS // 2
"""A text of so many characters fits whatever they are: none takes more than two units."""
Marks = Mapping[Style, str]
"""The attribute that gives a cell its style, such as ` s="3"`."""


def row_markup(table: Table, rows: Iterable[Row], marks: Marks) -> Iterator[str]:
    """The rows of a sheet, its heads first, each as one `<row>`."""
    letters = [column_letters(place) for place in range(len(table.heads))]
    head = marks[HEAD]
    yield _row(1, (_text(letter, 1, head, cell) for letter, cell in zip(letters, table.heads, strict=True)))
    plain = [_Column(letter, look, marks, False) for letter, look in zip(letters, looks_of(table), strict=True)]
    bold = plain
    if table.strong:
        bold = [_Column(letter, look, marks, True) for letter, look in zip(letters, looks_of(table), strict=True)]
    strong = frozenset(table.strong)
    for place, row in enumerate(rows):
        columns = bold if place in strong else plain
        number = place + 2
        cells = (column.cell(number, cell) for column, cell in zip(columns, row, strict=True) if cell is not None)
        yield _row(number, cells)


def column_letters(place: int) -> str:
    """What a workbook calls the column at `place`, from 0: A, B, ..., AA."""
    letters, rest = "", place + 1
    while rest:
        rest, last = divmod(rest - 1, 26)
        letters = chr(65 + last) + letters
    return letters


def clean(text: str) -> str:
    """`text` without signs that no sheet may hold."""
    return _UNPRINTABLE.sub("\ufffd", text)


def fits(number: int | float | Decimal) -> bool:
    """Whether Excel, which keeps 15 digits, holds the number as it is; a float is held as a float."""
    if isinstance(number, float):
        return math.isfinite(number)
    exact = Decimal(number)
    return exact.is_finite() and len(exact.as_tuple().digits) <= 15 and -300 < exact.adjusted() < 15


class _Column:
    """One column on its way into markup; the styles of its texts are remembered."""

    def __init__(self, letter: str, look: Look, marks: Marks, strong: bool) -> None:
        self.letter, self.look, self.marks, self.strong = letter, look, marks, strong
        self.plain = self._mark(look.text("", strong))
        self.coloured = {text: self._mark(look.text(text, strong)) for text in look.colours}
        self.number = self._mark(look.number(0, strong)) if isinstance(look.numbers, str) else None
        self.day, self.moment = (self._mark(look.time(form, strong)) for form in (DAY, MOMENT))

    def cell(self, row: int, cell: Cell) -> str:
        if isinstance(cell, str):
            return _text(self.letter, row, self._mark_of(cell), cell)
        if isinstance(cell, bool):
            return f'<c r="{self.letter}{row}" t="b"><v>{int(cell)}</v></c>'
        if isinstance(cell, (int, float, Decimal)):
            return self._number(row, cell)
        if isinstance(cell, date):
            return self._time(row, cell)
        return _text(self.letter, row, self.plain, str(cell))

    def _number(self, row: int, cell: int | float | Decimal) -> str:
        if not fits(cell):
            return _text(self.letter, row, self.plain, str(cell))
        mark = self.number if self.number is not None else self._mark(self.look.number(row - 2, self.strong))
        value = cell if isinstance(cell, int) else repr(float(cell)).removesuffix(".0")
        return f'<c r="{self.letter}{row}"{mark}><v>{value}</v></c>'

    def _time(self, row: int, cell: date) -> str:
        moment = isinstance(cell, datetime)
        day = cell.date() if isinstance(cell, datetime) else cell
        if day < FIRST_DAY:
            return _text(self.letter, row, self.plain, str(cell))
        serial: float = (day - _ZERO).days
        serial += serial > _LEAP
        if isinstance(cell, datetime):
            serial += (cell - cell.replace(hour=0, minute=0, second=0, microsecond=0)) / timedelta(days=1)
        return f'<c r="{self.letter}{row}"{self.moment if moment else self.day}><v>{serial:.16G}</v></c>'

    def _mark_of(self, text: str) -> str:
        """The mark of a text: that of a plain one, but for the few texts that have a colour."""
        return self.coloured.get(text, self.plain)

    def _mark(self, style: Style) -> str:
        return self.marks[style] if style else ""


def _row(number: int, cells: Iterable[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _text(letter: str, row: int, mark: str, text: str) -> str:
    if len(text) <= _SHORT and not _SPECIAL(text) and text == text.strip():
        return f'<c r="{letter}{row}"{mark} t="inlineStr"><is><t>{text}</t></is></c>'
    whole = _cut(clean(text))
    safe = escape(_LOOKS_ESCAPED.sub("_x005F_", whole)).replace("\r", "_x000D_")
    space = ' xml:space="preserve"' if whole[:1].isspace() or whole[-1:].isspace() else ""
    return f'<c r="{letter}{row}"{mark} t="inlineStr"><is><t{space}>{safe}</t></is></c>'


def _cut(text: str) -> str:
    """`text`, or as much of it as a cell holds and an ellipsis."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MOST_CHARACTERS:
        return text
    return units[: 2 * MOST_CHARACTERS - 2].decode("utf-16-le", "ignore") + "…"
