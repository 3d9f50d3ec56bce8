"""A file as grids of cells: XLSX by its sheets, CSV as one; the kind is told by the content, not by the name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from leadkit.adapters.spreadsheets.delimited import read_delimited
from leadkit.adapters.spreadsheets.table import Cell, Grid
from leadkit.adapters.spreadsheets.xlsx.guard import InspectedSheet, inspect
from leadkit.errors import MissingExtraError, Problem, SheetError
from leadkit.limits import DEFAULT_LIMITS, Limits

_KINDS = {
    b"\xd0\xcf\x11\xe0": "an old .xls or an encrypted workbook",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"SQLite format 3": "a database",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
    b"<table": "a web page",
    b"<!--": "a web page",
    b"<head": "a web page",
    b"<meta": "a web page",
    b"<body": "a web page",
    b"<style": "a web page",
    b"<div": "a web page",
    b"<?xml": "an XML file",
    b"{\\rtf": "a text document",
}
_SAVE_AS = "save it as .xlsx or .csv"


def read_grids(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> tuple[Grid, ...]:
    """The sheets of an XLSX file in their order, hidden ones too, or the one sheet (named "") of a CSV file.

    Text stands as in the file, whole numbers are int, empty cells None; rows without any cell are left out, but row
    numbers are the file's own.

    Raises:
        SheetError: it can't be read, is something else, or is above `limits`.
        MissingExtraError: an XLSX file needs `leadkit[excel]`.
    """
    head = _head(path, limits)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    kind = next((name for magic, name in _KINDS.items() if start.startswith(magic.lower())), None)
    if kind:
        raise SheetError(Problem(f"is {kind}, not a spreadsheet", _SAVE_AS, place=path.name))
    if head.startswith(b"PK"):
        return tuple(_read_workbook(path, limits))
    return (read_delimited(path, limits),)


def _head(path: Path, limits: Limits) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise SheetError(Problem("is a folder or a device, not a file", place=path.name))
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise SheetError(Problem(f"is larger than {limits.file_bytes} bytes", "split it", place=path.name))
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise SheetError(Problem(error.strerror or "can't be read", place=path.name)) from None
    if not head:
        raise SheetError(Problem("is empty", place=path.name))
    return head


def _read_workbook(path: Path, limits: Limits) -> Iterator[Grid]:
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError:
        raise MissingExtraError.of("python-calamine", "excel") from None
    sheets = inspect(path, limits)
    try:
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
            for sheet in sheets:
                rows = book.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
                yield Grid(path.name, sheet.title, tuple(_rows(rows, sheet, path.name, limits)), sheet.formulas)
    except (CalamineError, OverflowError):
        raise _unreadable(path) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(path) from None


def _unreadable(path: Path) -> SheetError:
    return SheetError(Problem("can't be read as a workbook", "open it in Excel and save it again", place=path.name))


def _rows(
    rows: Iterable[list[Any]], sheet: InspectedSheet, file: str, limits: Limits
) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    for number, cells in enumerate(rows, start=1):
        full = [_cell(cell) for cell in cells]
        for column, text in sheet.errors.get(number, {}).items():
            full[column - 1 : column] = [text]
        while full and full[-1] is None:
            full.pop()
        for column, cell in enumerate(full, start=1):
            if isinstance(cell, str) and len(cell) > limits.cell_characters:
                place = f"{file}, sheet {sheet.title!r}, row {number}, column {column}"
                raise SheetError(Problem(f"a cell is longer than {limits.cell_characters} characters", place=place))
        if full:
            yield number, tuple(full)


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, (int, date, datetime)):
        return value
    return str(value) if isinstance(value, (time, timedelta)) else None
