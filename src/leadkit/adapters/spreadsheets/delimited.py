"""CSV in the encodings and with the separators that spreadsheet programs write."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from leadkit.adapters.spreadsheets.encodings import encoding_of
from leadkit.adapters.spreadsheets.table import Cell, Grid
from leadkit.errors import Problem, SheetError
from leadkit.limits import Limits

_SEPARATORS = ",;\t"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def read_delimited(path: Path, limits: Limits) -> Grid:
    """The rows of a CSV file; a row's number is the line of the file on which it starts.

    An apostrophe that keeps a cell from being a formula (`'+49 30 901820`) is taken away.

    Raises:
        SheetError: undecodable, binary, above `limits`, or with a quote that never closes.
    """
    encoding = encoding_of(path, limits)
    with path.open(encoding=encoding, newline="") as file:
        separator = _separator(file.read(20_000))
    with path.open(encoding=encoding, newline="") as file:
        return Grid(path.name, "", tuple(_rows(file, separator, path.name, limits)))


def quote_formula(text: str) -> str:
    """`text` with an apostrophe before what would start a formula, or before an apostrophe in front of that."""
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA_STARTS) else text


def unquote_formula(text: str) -> str:
    """A cell as it was before `quote_formula`."""
    return text[1:] if text.startswith("'") and text[1:].lstrip("'").startswith(_FORMULA_STARTS) else text


def _rows(lines: Iterable[str], separator: str, file: str, limits: Limits) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    start, cells_seen = 1, 0
    try:
        for row in reader:
            cells_seen += len(row)
            _bound(file, start, row, cells_seen, limits)
            cells = tuple(unquote_formula(cell) or None for cell in row)
            if any(cell is not None for cell in cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        if "limit" in str(error):
            longest = f"a cell is longer than {csv.field_size_limit()} characters"
            raise SheetError(Problem(longest, place=f"{file}, line {start}")) from None
        hint = "close the quote, or double a quote inside a cell"
        raise SheetError(
            Problem("a quote that opens here or below is not closed", hint, place=f"{file}, line {start}")
        ) from None


def _separator(text: str) -> str:
    """The separator that the first line with any has most of."""
    for line in re.sub(r'"[^"]*"', "", text).splitlines()[:20]:
        best = max(_SEPARATORS, key=line.count)
        if best in line:
            return best
    return ","


def _bound(file: str, line: int, row: list[str], cells: int, limits: Limits) -> None:
    message = ""
    if line > limits.rows:
        message = f"it has more than {limits.rows} rows"
    elif len(row) > limits.columns:
        message = f"it has more than {limits.columns} columns"
    elif cells > limits.cells:
        message = f"it has more than {limits.cells} cells"
    elif any(len(cell) > limits.cell_characters for cell in row):
        message = f"a cell is longer than {limits.cell_characters} characters"
    if message:
        raise SheetError(Problem(message, "split it", place=f"{file}, line {line}"))
