"""A workbook without its rows: sheets with widths, filters, print set-up, bars and charts, as XlsxWriter makes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from attrs import define, setters

from leadkit.adapters.spreadsheets.table import Chart, Row, Table
from leadkit.adapters.spreadsheets.writing.looks import Style, styles_of, widths_of
from leadkit.adapters.spreadsheets.writing.markup import Marks, clean, column_letters
from leadkit.errors import MissingExtraError, Problem, SheetError

MOST_ROWS = 1_048_575
MOST_COLUMNS = 16_384
A4 = 9
BAR = "#9DC3E6"
CHART_ROWS = 18
"""A chart takes so many rows below its table, where it is on the same page."""
_DATA = re.compile(rb"<sheetData>(.*)</sheetData>", re.DOTALL)
_SAMPLE = re.compile(rb'<c r="([A-Z]+)[0-9]+" s="([0-9]+)"/>')
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"/>')


@define(on_setattr=setters.frozen)
class SheetFrame:
    """The part of a sheet before its rows and behind them, and the marks of its styles."""

    name: str
    before: bytes
    behind: bytes
    marks: Marks


LONGEST_CHOICES = 255
"""A list of choices has no more characters in a workbook."""


@define(on_setattr=setters.frozen)
class Frame:
    """The parts of a workbook by name, in order, and the sheets, whose parts lack their rows."""

    parts: Mapping[str, bytes]
    sheets: Sequence[SheetFrame]


def frame_of(tables: Sequence[Table], rows: Sequence[Sequence[Row]]) -> Frame:
    """The frame of a workbook with these tables, whose rows are `rows`.

    The styles of a sheet are tried on blank cells, and where XlsxWriter puts them is read from what it writes: so
    nothing but its public functions is used, and the rows can be written as they are made.

    Raises:
        SheetError: a table has too many rows or columns for a workbook.
        MissingExtraError: XlsxWriter is not installed.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtraError.of("XlsxWriter", "excel") from None
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001
        titles: set[str] = set()
        formats: dict[Style, Any] = {}
        for table, sheet_rows in zip(tables, rows, strict=True):
            title = _title(table.title, titles)
            _bounded(table, sheet_rows, title)
            _set_up(book, title, table, sheet_rows, formats)
    with ZipFile(stream) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    names = [f"xl/worksheets/sheet{number}.xml" for number in range(1, len(tables) + 1)]
    sheets = [
        _sheet_frame(name, parts[name], table, len(sheet_rows))
        for name, table, sheet_rows in zip(names, tables, rows, strict=True)
    ]
    return Frame(parts, sheets)


def _set_up(book: Any, title: str, table: Table, rows: Sequence[Row], formats: dict[Style, Any]) -> None:
    sheet, last, width = book.add_worksheet(title), max(len(rows), 1), len(table.heads)
    for place, style in enumerate(styles_of(table)):
        if style not in formats:
            formats[style] = book.add_format(dict(style))
        sheet.write_blank(0, place, None, formats[style])
    for column, breadth in enumerate(widths_of(table, rows)):
        folds = table.printed is not None and column >= table.printed
        sheet.set_column(column, column, breadth, None, {"level": 1} if folds else {})
    sheet.freeze_panes(1, table.frozen)
    _print_set_up(sheet, table, last)
    if not width:
        return
    sheet.autofilter(0, 0, last, width - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{column_letters(width - 1)}{last + 1}"})
    for head in table.bars:
        column = table.heads.index(head)
        bar = {"type": "data_bar", "bar_color": BAR, "min_type": "num", "min_value": 0}
        sheet.conditional_format(1, column, last, column, bar)
    for head, choices in table.choices.items():
        if choices and len(",".join(choices)) <= LONGEST_CHOICES:
            column = table.heads.index(head)
            drop_down = {"validate": "list", "source": list(choices), "error_type": "information"}
            sheet.data_validation(1, column, last, column, drop_down)
    for place, chart in enumerate(table.charts if rows else ()):
        sheet.insert_chart(
            last + 2 + CHART_ROWS * place, 0, _chart(book, title, table, chart, last), {"object_position": 3}
        )


def _print_set_up(sheet: Any, table: Table, last: int) -> None:
    """Landscape on A4, as wide as a page, the heads on every page, the title above and the page's number below."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    sheet.set_header("&L&A")
    sheet.set_footer("&C&P / &N")
    if table.printed:
        sheet.print_area(0, 0, last, table.printed - 1)


def _chart(book: Any, title: str, table: Table, chart: Chart, last: int) -> Any:
    drawn = book.add_chart({"type": chart.kind})
    names, end = table.heads.index(chart.names), min(last, chart.rows or last)
    for place, head in enumerate(table.heads):
        if head in chart.series:
            values = [title, 1, place, end, place]
            drawn.add_series({"name": head, "categories": [title, 1, names, end, names], "values": values})
    drawn.set_title({"name": chart.title, "name_font": {"size": 12}})
    drawn.set_size({"width": 560, "height": 340})
    if len(chart.series) == 1:
        drawn.set_legend({"none": True})
    if chart.kind == "bar":
        drawn.set_y_axis({"reverse": True})
    return drawn


def _sheet_frame(name: str, part: bytes, table: Table, rows: int) -> SheetFrame:
    samples, styles = _DATA.search(part), styles_of(table)
    numbers = {letters.decode(): number.decode() for letters, number in _SAMPLE.findall(samples[1])} if samples else {}
    if samples is None or len(numbers) != len(styles):
        raise SheetError(Problem("XlsxWriter writes sheets in an unknown way", "install another version of it"))
    marks = {style: f' s="{numbers[column_letters(place)]}"' for place, style in enumerate(styles)}
    end = f"A1:{column_letters(len(table.heads) - 1)}{rows + 1}" if table.heads else "A1"
    before = _DIMENSION.sub(f'<dimension ref="{end}"/>'.encode(), part[: samples.start(1)])
    return SheetFrame(name, before, part[samples.end(1) :], marks)


def _bounded(table: Table, rows: Sequence[Row], title: str) -> None:
    if len(rows) > MOST_ROWS:
        raise SheetError(Problem(f"has more than {MOST_ROWS} rows", "write it as .csv", place=title))
    if len(table.heads) > MOST_COLUMNS:
        raise SheetError(Problem(f"has more than {MOST_COLUMNS} columns", "write it as .csv", place=title))


def _title(title: str, taken: set[str]) -> str:
    """A title by Excel's rules: 31 characters, none of []:*?/\\, no quotes at the ends, and unlike the others."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", clean(title)).strip("' ")
    plain = plain.encode("utf-16-le")[:62].decode("utf-16-le", "ignore") or "Sheet"
    name, number = plain, 2
    while name.casefold() in taken:
        name, number = f"{plain[:25]} {number}", number + 1
    taken.add(name.casefold())
    return name
