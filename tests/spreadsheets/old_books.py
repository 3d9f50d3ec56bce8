"""Workbooks in formats that we don't write, made when a test runs."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
SECTOR = 512


def ods(file: Path, sheets: dict[str, str], *, manifest: str = "") -> None:
    """An .ods file; each sheet is its rows as markup."""
    tables = "".join(f'<table:table table:name="{name}">{rows}</table:table>' for name, rows in sheets.items())
    spaces = " ".join(f'xmlns:{name}="{OFFICE}:{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{OFFICE}:manifest:1.0">{manifest}</manifest:manifest>',
        )


def ods_row(*cells: str | float | None, repeated: int = 1) -> str:
    """A row of an .ods sheet."""
    return (
        f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(map(_ods_cell, cells))}</table:table-row>'
    )


def _ods_cell(cell: str | float | None) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
    return (
        f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
    )


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def xls(
    file: Path,
    rows: Sequence[Sequence[str | float | None]],
    *,
    title: str = "Leads",
    hidden: bool = False,
    key: bytes = b"",
) -> None:
    """An .xls file of Excel 97 with one sheet; text is stored in the cells."""
    cells = b""
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                cells += _record(0x0204, struct.pack("<HHH", row, column, 0) + text)
            elif value is not None:
                cells += _record(0x0203, struct.pack("<HHHd", row, column, 0, value))
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + key + _record(0x0042, b"\xb0\x04")
    name = struct.pack("<BB", len(title), 1) + title.encode("utf-16-le")
    offset = len(start) + 4 + 6 + len(name) + 4
    book = start + _record(0x0085, struct.pack("<IBB", offset, hidden, 0) + name) + _record(0x000A)
    book += _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + cells + _record(0x000A)
    file.write_bytes(container({"Workbook": book}))


def container(streams: dict[str, bytes]) -> bytes:
    """The container of streams that .xls files and encrypted workbooks are; each stream takes 4,096 bytes or more."""
    data, entries = b"", []
    table = [0xFFFFFFFD, 0xFFFFFFFE]
    for name, stream in streams.items():
        size = max(len(stream), 4_096)
        sectors = -(-size // SECTOR)
        first = len(table)
        table += [first + place + 1 for place in range(sectors - 1)] + [0xFFFFFFFE]
        data += stream.ljust(sectors * SECTOR, b"\0")
        entries.append(_entry(name, 2, first, size))
    assert len(table) <= SECTOR // 4, "one sector holds the table"
    table += [0xFFFFFFFF] * (SECTOR // 4 - len(table))
    root = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)
    directory = b"".join([root, *entries]).ljust(SECTOR, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4_096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * 4 * 108
    return header + struct.pack(f"<{SECTOR // 4}I", *table) + directory + data


def _entry(name: str, kind: int, first: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    spelled = (name + "\0").encode("utf-16-le")
    links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
    return (
        spelled.ljust(64, b"\0")
        + struct.pack("<HBB", len(spelled), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )
