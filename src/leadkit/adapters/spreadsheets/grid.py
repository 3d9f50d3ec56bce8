"""A file as grids of cells: XLSX by its sheets, CSV as one; the kind is told by the content, not by the name."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from leadkit.adapters.spreadsheets.files.delimited import read_delimited
from leadkit.adapters.spreadsheets.files.foreign.read import read_foreign
from leadkit.adapters.spreadsheets.files.json_lines import read_json_lines
from leadkit.adapters.spreadsheets.files.xlsx.archive import open_archive
from leadkit.adapters.spreadsheets.files.xlsx.workbook import read_workbook
from leadkit.adapters.spreadsheets.table import Grid
from leadkit.errors import Problem, SheetError
from leadkit.limits import DEFAULT_LIMITS, Limits

_KINDS = {
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
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"\x89HDF": "an HDF5 file",
    b"$FL2@(#)": "an SPSS file",
    b"$FL3@(#)": "an SPSS file",
    b"BEGIN:VCARD": "a file of contact cards",
    b"BEGIN:VCALENDAR": "a calendar",
    b"ID;PWXL": "a SYLK file",
}
_BINARY_BOOKS = {"xl/workbook.bin": "an .xlsb workbook", "content.xml": "an .ods workbook"}
_ARCHIVES = {
    "index/": "a Numbers document",
    "index.zip": "a Numbers document",
    "word/": "a Word document",
    "ppt/": "a presentation",
    "visio/": "a drawing",
    "meta-inf/container.xml": "a book",
    "classes.dex": "a program",
}
_MANIFEST = "META-INF/manifest.xml"
_JSON_DOCUMENT = re.compile(rb'\[\s*(?:["\[{\]]|$)|\{\s*(?:"(?:[^"\\]|\\.)*+(?:"\s*:|$)|\}|$)')
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LONGEST_FIRST_LINE = 8_000_000
_SAVE_AS = "save it as .xlsx or .csv"


def read_grids(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> tuple[Grid, ...]:
    """The sheets of a workbook in their order, hidden ones too, or the one sheet (named "") of CSV or JSON lines.

    Text stands as in the file, whole numbers are int, empty cells None; rows without any cell are left out, but row
    numbers are the file's own. Workbooks are .xlsx; .xls, .xlsb and .ods too, where the system can bound a process.

    Raises:
        SheetError: it can't be read, is something else, or is above `limits`.
        MissingExtraError: a workbook needs `leadkit[excel]`.
    """
    head = _head(path, limits)
    start = _unmarked(head).lstrip().lower()
    kind = next((name for magic, name in _KINDS.items() if start.startswith(magic.lower())), None)
    if kind:
        raise SheetError(Problem(f"is {kind}, not a spreadsheet", _SAVE_AS, place=path.name))
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return _read_archive(path, limits)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return read_foreign(path, "an .xls workbook", limits)
    return (_read_text(path, start, limits),)


def _read_archive(path: Path, limits: Limits) -> tuple[Grid, ...]:
    """The sheets of a workbook that is a zip archive; its kind is told by the parts it has."""
    with open_archive(path, limits) as archive:
        names = [name.lower() for name in archive.parts]
        if _MANIFEST in archive.parts and any(b"encryption-data" in piece for piece in archive.read(_MANIFEST)):
            raise SheetError(Problem("is encrypted", "remove its password and save it as .xlsx", place=path.name))
    for part, kind in _BINARY_BOOKS.items():
        if part in names:
            return read_foreign(path, kind, limits)
    for part, kind in _ARCHIVES.items():
        if any(name.startswith(part) for name in names):
            raise SheetError(Problem(f"is {kind}, not a spreadsheet that can be read", _SAVE_AS, place=path.name))
    return read_workbook(path, limits)


def _read_text(path: Path, start: bytes, limits: Limits) -> Grid:
    if not _JSON_DOCUMENT.match(start.replace(b"\0", b"")):
        return read_delimited(path, limits)
    if start.startswith(b"[") or not _first_line_is_whole(path):
        hint = "save it as JSON lines, one object a line, or as .xlsx or .csv"
        raise SheetError(Problem("is a JSON document, not a spreadsheet", hint, place=path.name))
    return read_json_lines(path, limits)


def _first_line_is_whole(path: Path) -> bool:
    """Whether the first line that is not blank ends as an object does."""
    with path.open("rb") as file:
        for line in iter(lambda: file.readline(_LONGEST_FIRST_LINE), b""):
            text = line.replace(b"\0", b"").strip()
            if text not in (b"", codecs.BOM_UTF8):
                return text.endswith(b"}")
    return False


def _unmarked(head: bytes) -> bytes:
    """The beginning of a file without its mark, and as ASCII where it is UTF-16."""
    mark = next((mark for mark in _MARKS if head.startswith(mark)), b"")
    return head[len(mark) :].replace(b"\0", b"") if len(mark) == 2 else head[len(mark) :]


def _head(path: Path, limits: Limits) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise SheetError(Problem("is a folder or a device, not a file", place=path.name or str(path)))
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise SheetError(Problem(f"is larger than {limits.file_bytes} bytes", "split it", place=path.name))
        with path.open("rb") as file:
            head = file.read(256)
    except OSError as error:
        raise SheetError(Problem(error.strerror or "can't be read", place=path.name)) from None
    if not head:
        raise SheetError(Problem("is empty", place=path.name))
    return head
