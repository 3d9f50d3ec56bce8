"""Workbooks in foreign formats as grids: a process of its own reads them into a file without a name, we read that."""

from __future__ import annotations

import json
import mmap
import os
import re
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from attrs import define

from leadkit.adapters.spreadsheets.files.source import Source
from leadkit.adapters.spreadsheets.files.xlsx.marks import Marks, Range, filled
from leadkit.adapters.spreadsheets.table import LONGEST_CELL, Cell, Grid
from leadkit.errors import MissingExtraError, Problem, SheetError
from leadkit.limits import Limits

_MEMORY, _OUTPUT = 2**30, 2**30
_CPU_SECONDS, _SECONDS = 60, 120
_PIECE = 262_144
_OFFSET_DIGITS = 20
_MOST_MERGED_CELLS = 1_000_000
_HINT = "save it as .xlsx or .csv"
_PASSWORD = "remove its password and save it as .xlsx"  # noqa: S105
_PASSWORD_RECORD = re.compile(rb"\x09\x08[\x08\x10]\x00\x00[\x05\x06]\x05\x00(?:.{4}|.{12})\x2f\x00", re.DOTALL)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_foreign(path: Path, kind: str, limits: Limits) -> tuple[Grid, ...]:
    """The sheets of a workbook of that kind ("an .ods workbook") in their order, hidden ones too.

    Where formulas stand is not known in these formats; merged cells are known of .xls.

    Raises:
        SheetError: encrypted, above `limits`, or what ends, swamps or stalls the process that reads it; or this
            machine can't bound such a process.
        MissingExtraError: `leadkit[excel]` is not installed.
    """
    spool = _spool(Source.of(path), kind, limits)
    about = spool.about()
    if about is None:
        _refuse(path, f"is {kind} that can't be read")
    if "refused" in about:
        place = f"{path.name}, sheet {about['sheet']!r}" if "sheet" in about else path.name
        raise SheetError(Problem(about["refused"], about["hint"], place=place))
    return tuple(_grid(path, spool, sheet) for sheet in about["sheets"])


def _grid(path: Path, spool: _Spool, sheet: dict[str, Any]) -> Grid:
    """One sheet as the process described it; the reading library counts rows and columns of merges from 0."""
    merged = [
        Range(top + 1, left + 1, bottom + 1, right + 1).clipped(sheet["rows"], sheet["columns"])
        for (top, left), (bottom, right) in sheet["merged"]
    ]
    merged = [part for part in merged if part.area > 1]
    if sum(part.area for part in merged) > _MOST_MERGED_CELLS:
        _refuse(path, f"has more than {_MOST_MERGED_CELLS} merged cells", "unmerge the cells")
    marks = Marks()
    for part in merged:
        marks.cover(part)
    rows = _Rows(path.name, sheet["name"], spool, sheet["start"], sheet["end"], merged)
    return Grid(path.name, sheet["name"], rows, marks, hidden=sheet["hidden"])


def _spool(source: Source, kind: str, limits: Limits) -> _Spool:
    """What the reading process wrote."""
    try:
        import python_calamine
    except ImportError:
        raise MissingExtraError.of("python-calamine", "excel") from None
    try:
        import resource  # noqa: F401
    except ImportError:
        _refuse(source.path, f"is {kind}, which can't be read safely on this system")
    if not sys.executable or getattr(sys, "frozen", False):
        _refuse(source.path, f"is {kind}, which can't be read from within this program")
    with source.open() as file:
        if _is_encrypted(file):
            _refuse(source.path, "is an encrypted workbook", _PASSWORD)
        spool = _Spool()
        library = Path(python_calamine.__file__).parent.parent
        words = [sys.executable, "-I", "-S", str(Path(__file__).with_name("child.py")), str(library), _bounds(limits)]
        try:
            done = subprocess.run(  # noqa: S603
                words, stdin=file, stdout=spool.file, stderr=subprocess.DEVNULL, check=False, timeout=_SECONDS
            )
        except (OSError, subprocess.SubprocessError):
            _refuse(source.path, f"is {kind} that can't be read in time")
    if done.returncode:
        _refuse(source.path, f"is {kind} that can't be read")
    return spool


def _is_encrypted(file: BinaryIO) -> bool:
    """Whether it is the container of an encrypted .xlsx, or an .xls with the record of a password where it stands."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content[:2] != b"\xd0\xcf":
            return False
        return content.find(_ENCRYPTED) >= 0 or _PASSWORD_RECORD.search(content) is not None


def _bounds(limits: Limits) -> str:
    names = ("rows", "columns", "cells", "sheets", "merged_ranges")
    most = {name: getattr(limits, name) for name in names}
    return json.dumps({**most, "memory": _MEMORY, "output": _OUTPUT, "seconds": _CPU_SECONDS})


def _refuse(path: Path, message: str, hint: str = _HINT) -> NoReturn:
    raise SheetError(Problem(message, hint, place=path.name))


class _Spool:
    """A file without a name on the disk, which goes when nothing refers to it any more."""

    def __init__(self) -> None:
        self.file = tempfile.TemporaryFile()  # noqa: SIM115
        weakref.finalize(self, self.file.close)

    def about(self) -> dict[str, Any] | None:
        """The description of the sheets at its end; None where there is none."""
        size = os.fstat(self.file.fileno()).st_size
        tail = os.pread(self.file.fileno(), _OFFSET_DIGITS, max(size - _OFFSET_DIGITS, 0))
        if not tail.isdigit():
            return None
        at = int(tail)
        about: dict[str, Any] = json.loads(os.pread(self.file.fileno(), size - _OFFSET_DIGITS - at, at))
        return about

    def lines(self, start: int, end: int) -> Iterator[bytes]:
        """The lines between two offsets."""
        rest = b""
        while start < end:
            piece = os.pread(self.file.fileno(), min(_PIECE, end - start), start)
            start += len(piece)
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines


@define(eq=False)
class _Rows:
    """The rows of one sheet; each time they are gone through from the first."""

    file: str
    sheet: str
    spool: _Spool
    start: int
    end: int
    merged: list[Range]

    def __iter__(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        for number, cells in filled(self._numbered(), self.merged):
            while cells and cells[-1] is None:
                cells.pop()
            for column, cell in enumerate(cells, start=1):
                if isinstance(cell, str) and len(cell) > LONGEST_CELL:
                    place = f"{self.file}, sheet {self.sheet!r}, row {number}, column {column}"
                    raise SheetError(Problem(f"a cell is longer than {LONGEST_CELL} characters", place=place))
            if cells:
                yield number, tuple(cells)

    def _numbered(self) -> Iterator[tuple[int, list[Cell]]]:
        for line in self.spool.lines(self.start, self.end):
            number, cells = json.loads(line)
            yield number, [_dated(cell) if isinstance(cell, dict) else cell for cell in cells]


def _dated(cell: dict[str, str]) -> date | datetime:
    return date.fromisoformat(cell["d"]) if "d" in cell else datetime.fromisoformat(cell["t"])
