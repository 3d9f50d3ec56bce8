"""CSV in the encodings and with the separators that spreadsheet programs write."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import define

from leadkit.adapters.spreadsheets.files.encodings import encoding_of
from leadkit.adapters.spreadsheets.files.separators import declared_separator, separator_of
from leadkit.adapters.spreadsheets.files.source import Source
from leadkit.adapters.spreadsheets.table import LONGEST_CELL, Cell, Grid
from leadkit.errors import Problem, SheetError
from leadkit.limits import Limits

_SAMPLE = 50_000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def read_delimited(path: Path, limits: Limits) -> Grid:
    """The rows of a CSV file; a row's number is the line of the file on which it starts.

    An apostrophe that keeps a cell from being a formula (`'+49 30 901820`) is taken away. Rows are read when they are
    asked for: what is wrong with one of them is raised then. A cell longer than `limits` allows stands as it is; only
    beyond `LONGEST_CELL` the file is refused.

    Raises:
        SheetError: undecodable, binary, above `limits`, or with a quote that never closes.
    """
    source = Source.of(path)
    encoding = encoding_of(path, limits)
    with io.TextIOWrapper(source.open(), encoding=encoding, newline="") as file:
        sample = file.read(_SAMPLE)
    declared = declared_separator(sample)
    separator = declared or separator_of(sample, whole=len(sample) < _SAMPLE)
    return Grid(path.name, "", _Rows(source, encoding, separator, declared is not None, limits))


def quote_formula(text: str) -> str:
    """`text` with an apostrophe before what would start a formula, or before an apostrophe in front of that."""
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA_STARTS) else text


def unquote_formula(text: str) -> str:
    """A cell as it was before `quote_formula`."""
    return text[1:] if text.startswith("'") and text[1:].lstrip("'").startswith(_FORMULA_STARTS) else text


@define(eq=False)
class _Rows:
    """The rows of a CSV file; each time they are gone through from the first."""

    source: Source
    encoding: str
    separator: str
    declared: bool
    limits: Limits

    def __iter__(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        with io.TextIOWrapper(self.source.open(), encoding=self.encoding, newline="") as file:
            yield from self._rows(file)

    def _rows(self, lines: Iterable[str]) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
        reader = csv.reader(lines, delimiter=self.separator, strict=True)
        start, cells_seen = 1, 0
        try:
            for row in reader:
                cells_seen += len(row)
                self._bound(start, row, cells_seen)
                if start > 1 or not self.declared:
                    cells = tuple(unquote_formula(cell) or None for cell in row)
                    if any(cell is not None for cell in cells):
                        yield start, cells
                start = reader.line_num + 1
        except csv.Error as error:
            raise SheetError(self._problem(str(error), start)) from None

    def _bound(self, line: int, row: list[str], cells: int) -> None:
        message, limits = "", self.limits
        if line > limits.rows:
            message = f"it has more than {limits.rows} rows"
        elif len(row) > limits.columns:
            message = f"it has more than {limits.columns} columns"
        elif cells > limits.cells:
            message = f"it has more than {limits.cells} cells"
        elif max(map(len, row), default=0) > LONGEST_CELL:
            message = f"a cell is longer than {LONGEST_CELL} characters"
        if message:
            raise SheetError(Problem(message, "split it", place=self._line(line)))

    def _problem(self, error: str, line: int) -> Problem:
        if "limit" in error:
            return Problem(f"a cell is longer than {LONGEST_CELL} characters", place=self._line(line))
        hint = "close the quote, or double a quote inside a cell"
        if "expected after" in error:
            return Problem("text stands behind a quote that closes here or below", hint, place=self._line(line))
        return Problem("a quote that opens here or below is not closed", hint, place=self._line(line))

    def _line(self, line: int) -> str:
        return f"{self.source.path.name}, line {line}"
