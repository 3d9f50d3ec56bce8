"""Writing sheets: a workbook or a CSV file, whole or not at all, never with a live formula."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from attrs import define, setters

from leadkit.adapters.files import replacing, unwritable
from leadkit.adapters.spreadsheets.files.delimited import quote_formula
from leadkit.adapters.spreadsheets.table import Cell, Row, Table
from leadkit.adapters.spreadsheets.writing.frame import Frame, SheetFrame, frame_of
from leadkit.adapters.spreadsheets.writing.markup import MOST_CHARACTERS, clean, row_markup

ROWS_AT_ONCE = 200
"""So many rows are compressed in one go."""
Shown = Callable[[Sequence[Row]], Iterable[Row]]
"""Passes rows on, such as one that draws a progress bar meanwhile."""
MANY_CELLS = 10_000_000
"""A sheet of so many cells may need sizes of 64 bits in its archive, which not every program reads."""


@define(on_setattr=setters.frozen)
class _Sheet:
    """A sheet on its way into an archive: its frame, its table, and the rows as they come."""

    frame: SheetFrame
    table: Table
    rows: Iterable[Row]
    large: bool


def write_workbook(path: Path, tables: Sequence[Table], shown: Shown = iter) -> None:
    """Write `tables` as the sheets of an XLSX file, which prints on landscape pages as wide as the table.

    Heads are bold, stay in view and are repeated on every page; columns have filters and are as wide as they need. A
    text that no cell can hold is cut and ends with an ellipsis. `shown` passes the rows of each table on.

    Raises:
        SheetError: it can't be written; what stood there is left as it was.
        NoSpaceError: no space is left; the same holds.
        MissingExtraError: XlsxWriter is not installed.
    """
    rows = [table.rows if isinstance(table.rows, Sequence) else list(table.rows) for table in tables]
    frame = frame_of(tables, rows)
    sheets = [
        _Sheet(part, table, shown(listed), len(listed) * len(table.heads) > MANY_CELLS)
        for part, table, listed in zip(frame.sheets, tables, rows, strict=True)
    ]
    try:
        with replacing(path) as part, part.open("wb") as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
            _write_parts(archive, frame, sheets)
    except OSError as error:
        raise unwritable(path, error) from None


def write_csv(path: Path, table: Table, shown: Shown = iter) -> None:
    """Write one table as CSV: UTF-8 with mark, CRLF, and a leading apostrophe before what would be a formula.

    Reading takes that apostrophe away again. `shown` passes the rows on.

    Raises:
        SheetError: it can't be written; what stood there is left as it was.
        NoSpaceError: no space is left; the same holds.
    """
    write_csv_files([path], [table], shown)


def write_csv_files(paths: Sequence[Path], tables: Sequence[Table], shown: Shown = iter) -> None:
    """Write each table to its path as `write_csv` does; none takes its place before all are written.

    Raises:
        SheetError: one can't be written; what stood there is left as it was.
        NoSpaceError: no space is left; the same holds.
    """
    try:
        with ExitStack() as places:
            parts = [places.enter_context(replacing(path)) for path in paths]
            for path, part, table in zip(paths, parts, tables, strict=True):
                _write_csv(path, part, table, shown)
    except OSError as error:
        raise unwritable(Path(error.filename2 or paths[0]), error) from None


def _write_csv(path: Path, part: Path, table: Table, shown: Shown) -> None:
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(map(_quoted, table.heads))
            for row in shown(table.rows) if isinstance(table.rows, Sequence) else table.rows:
                writer.writerow([_quoted(cell) for cell in row])
    except OSError as error:
        raise unwritable(path, error) from None


def _write_parts(archive: Any, frame: Frame, sheets: Sequence[_Sheet]) -> None:
    by_name = {sheet.frame.name: sheet for sheet in sheets}
    for name, content in frame.parts.items():
        entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.compress_type = ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        if name in by_name:
            _write_sheet(archive, entry, by_name[name])
        else:
            archive.writestr(entry, content)


def _write_sheet(archive: Any, entry: ZipInfo, sheet: _Sheet) -> None:
    with archive.open(entry, "w", force_zip64=sheet.large) as stream:
        stream.write(sheet.frame.before)
        waiting: list[str] = []
        for row in row_markup(sheet.table, sheet.rows, sheet.frame.marks):
            waiting.append(row)
            if len(waiting) == ROWS_AT_ONCE:
                stream.write("".join(waiting).encode())
                waiting.clear()
        stream.write("".join(waiting).encode())
        stream.write(sheet.frame.behind)


def _quoted(cell: Cell) -> str:
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return cell.isoformat(sep=" ") if isinstance(cell, datetime) else str(cell)
    text = quote_formula(clean(cell))
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
