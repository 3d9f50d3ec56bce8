"""Sheets written down as lines, a bar between two cells."""

from __future__ import annotations

import csv
from pathlib import Path


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def written(name: str, folder: Path, *lines: str, encoding: str = "utf-8", end: str = "\r\n") -> Path:
    """The file `name` in `folder` with these lines as CSV."""
    file = folder / name
    with file.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, lineterminator=end).writerows(map(cells, lines))
    return file
