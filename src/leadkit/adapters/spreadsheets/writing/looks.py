"""How the cells of a table look: the styles that its columns can need, and how wide they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any
from unicodedata import combining, east_asian_width

from attrs import define, setters

from leadkit.adapters.spreadsheets.table import Cell, Row, Table

Style = tuple[tuple[str, Any], ...]
"""Properties of a cell and their values in the words of XlsxWriter, in order; empty for a plain cell."""

HEAD: Style = (("bg_color", "#F2F2F2"), ("bold", True), ("bottom", 1), ("text_wrap", True), ("valign", "top"))
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
NARROWEST, WIDEST, WIDEST_WRAPPED = 6, 30, 48
SAMPLED = 200
"""So many rows from the top say how wide a column is."""


@define(on_setattr=setters.frozen)
class Look:
    """How the cells of one column look."""

    colours: dict[str, str]
    numbers: str | Sequence[str]
    wrapped: bool
    top: bool

    def text(self, cell: str, strong: bool = False) -> Style:
        """The style of a text."""
        return self._style(bg_color=self.colours.get(cell), text_wrap=self.wrapped, bold=strong)

    def number(self, place: int, strong: bool = False) -> Style:
        """The style of a number in the row at `place`, from 0."""
        form = self.numbers if isinstance(self.numbers, str) else self.numbers[place]
        return self._style(num_format=form, bold=strong)

    def time(self, form: str, strong: bool = False) -> Style:
        """The style of a day or a moment."""
        return self._style(num_format=form, bold=strong, align="left")

    def every(self, strong: bool) -> Iterator[Style]:
        """Every style that a cell of the column can have."""
        for bold in {False, strong}:
            yield from (self.text(cell, bold) for cell in ("", *self.colours))
            yield from (self._style(num_format=form, bold=bold) for form in self._forms())
            yield from (self.time(form, bold) for form in (DAY, MOMENT))

    def _forms(self) -> tuple[str, ...]:
        return (self.numbers,) if isinstance(self.numbers, str) else tuple(dict.fromkeys(self.numbers))

    def _style(self, **wanted: Any) -> Style:
        return tuple(sorted((name, value) for name, value in (wanted | self._place()).items() if value))

    def _place(self) -> dict[str, str]:
        return {"valign": "top"} if self.top else {}


def looks_of(table: Table) -> list[Look]:
    """The look of every column; all cells stand at the top of their row where any text is wrapped."""
    top = bool(table.wrapped)
    return [
        Look(dict(table.colours.get(head, {})), table.formats.get(head, ""), head in table.wrapped, top)
        for head in table.heads
    ]


def styles_of(table: Table) -> tuple[Style, ...]:
    """Every style that a cell of the table can have, each once, without the plain one."""
    styles = [style for look in looks_of(table) for style in look.every(bool(table.strong))]
    return tuple(dict.fromkeys(style for style in (HEAD, *styles) if style))


def widths_of(table: Table, rows: Sequence[Row]) -> list[float]:
    """The width of every column: what the table gives, else what its head and first rows need, within bounds."""
    needed = [min(_breadth(head) + 3, 20) for head in table.heads]
    for row in islice(rows, SAMPLED):
        for column, cell in enumerate(row):
            if cell is not None:
                needed[column] = max(needed[column], _shown(cell, table.formats.get(table.heads[column], "")) + 2)
    return [
        table.widths.get(head, max(NARROWEST, min(width, WIDEST_WRAPPED if head in table.wrapped else WIDEST)))
        for head, width in zip(table.heads, needed, strict=True)
    ]


def _shown(cell: Cell, form: str | Sequence[str]) -> int:
    """The columns that a cell takes as it is shown."""
    if isinstance(cell, str):
        return max(map(_breadth, cell.splitlines()), default=0)
    if isinstance(cell, datetime):
        return len(MOMENT)
    if isinstance(cell, date):
        return len(DAY)
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        return _digits(cell, form if isinstance(form, str) else max(form, key=len, default=""))
    return 5


def _digits(number: int | float | Decimal, form: str) -> int:
    if not form or form == "General":
        return len(str(number))
    decimals = len(form.partition(".")[2].partition(";")[0].rstrip("%")) if "." in form else 0
    signs = form.startswith("+") + form.endswith("%") * 3
    return len(f"{number:,.{decimals}f}") + signs if -(10**15) < number < 10**15 else len(str(number))


def _breadth(text: str) -> int:
    """The columns that a text takes in a fixed-width font: two for a sign of East Asia."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)
