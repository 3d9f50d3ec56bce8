"""A file as grids of cells: XLSX by its sheets, CSV as one; the kind is told by the content, not by the name."""

from __future__ import annotations

from pathlib import Path

from leadkit.adapters.spreadsheets.delimited import read_delimited
from leadkit.adapters.spreadsheets.table import Grid
from leadkit.adapters.spreadsheets.xlsx.workbook import read_workbook
from leadkit.errors import Problem, SheetError
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
        return read_workbook(path, limits)
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
