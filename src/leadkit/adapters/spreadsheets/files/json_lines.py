"""JSON lines, one object a line, as a grid: its heads are the keys of all lines in the order of their appearance."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from attrs import define

from leadkit.adapters.spreadsheets.files.encodings import unicode_of
from leadkit.adapters.spreadsheets.files.source import Source
from leadkit.adapters.spreadsheets.table import LONGEST_CELL, Cell, Grid
from leadkit.errors import Problem, SheetError
from leadkit.limits import Limits

_DEEPEST = 8
_LONGEST_LINE = 8 * LONGEST_CELL
_LARGEST_EXPONENT = 40
_SCALARS = (str, int, float, Decimal, bool, type(None))


def read_json_lines(path: Path, limits: Limits) -> Grid:
    """The objects of a file, below a row of heads that has the number 0; the others have the number of their line.

    `{"contact": {"name": "Li"}}` is the cell under the head `contact.name`. A list of plain values is one cell of
    them with `"; "` between; of anything else it is its JSON. Numbers with a fraction are exact. A value that is null
    or empty, or whose key a line lacks, is None.

    Raises:
        SheetError: a line is not one object, holds a key twice, is too deep or above `limits`.
    """
    rows = _Rows(Source.of(path), unicode_of(path, limits), limits)
    rows.find_heads()
    return Grid(path.name, "", rows)


@define(eq=False)
class _Rows:
    """The heads and the objects; each time they are gone through from the first."""

    source: Source
    encoding: str
    limits: Limits
    heads: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        yield 0, self.heads
        for number, cells in self._objects():
            row = tuple(cells.get(head) for head in self.heads)
            if any(cell is not None for cell in row):
                yield number, row

    def find_heads(self) -> None:
        """Go through the file once for the keys of all its objects."""
        heads: dict[str, None] = {}
        for number, cells in self._objects():
            heads.update(dict.fromkeys(cells))
            if len(heads) > self.limits.columns:
                self._refuse(number, f"it has more than {self.limits.columns} different keys", "split it")
            if number * len(heads) > self.limits.cells:
                self._refuse(number, f"it has more than {self.limits.cells} cells", "split it")
        if not heads:
            raise SheetError(Problem("is empty", place=self.source.path.name))
        self.heads = tuple(heads)

    def _objects(self) -> Iterator[tuple[int, Mapping[str, Cell]]]:
        with io.TextIOWrapper(self.source.open(), encoding=self.encoding) as file:
            lines = iter(lambda: file.readline(_LONGEST_LINE), "")
            for number, line in enumerate(lines, start=1):
                if number > self.limits.rows:
                    self._refuse(number, f"it has more than {self.limits.rows} rows", "split it")
                if len(line) == _LONGEST_LINE and not line.endswith("\n"):
                    self._refuse(number, f"a line is longer than {_LONGEST_LINE} characters", "split it")
                if line.strip():
                    yield number, self._cells(number, line)

    def _cells(self, number: int, line: str) -> Mapping[str, Cell]:
        try:
            value = parse(line)
            if not isinstance(value, dict):
                raise _LineError("is no JSON object")
            cells = _flat(value)
        except _LineError as error:
            self._refuse(number, str(error), "each line is one object: {...}")
        for cell in cells.values():
            if isinstance(cell, str) and len(cell) > LONGEST_CELL:
                self._refuse(number, f"a cell is longer than {LONGEST_CELL} characters", "split it")
        return cells

    def _refuse(self, line: int, message: str, hint: str) -> NoReturn:
        raise SheetError(Problem(message, hint, place=f"{self.source.path.name}, line {line}"))


class _LineError(ValueError):
    """What is wrong with a line, without its content."""


def parse(line: str) -> Any:
    """The value that a line of JSON is; ValueError says what is wrong with it."""
    try:
        return json.loads(
            line, parse_float=_exact, parse_int=_whole, parse_constant=_constant, object_pairs_hook=_distinct
        )
    except json.JSONDecodeError as error:
        raise _LineError(f"is no JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise _LineError("is nested too deep") from None


def _exact(text: str) -> Decimal:
    number = Decimal(text)
    if len(text) > 2 * _LARGEST_EXPONENT or abs(number.adjusted()) > _LARGEST_EXPONENT:
        raise _LineError("holds a number with too many digits")
    return number


def _whole(text: str) -> int:
    if len(text) > _LARGEST_EXPONENT:
        raise _LineError("holds a number with too many digits")
    return int(text)


def _constant(text: str) -> NoReturn:
    raise _LineError(f"holds {text}, which is no number")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise _LineError("holds a key twice")
    return values


def _flat(value: Mapping[str, Any]) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for key, cell in _leaves(value, "", _DEEPEST):
        if key in cells:
            raise _LineError("holds a key twice")
        cells[key] = cell
    return cells


def _leaves(value: Mapping[str, Any], prefix: str, deepest: int) -> Iterator[tuple[str, Cell]]:
    if not deepest:
        raise _LineError("is nested too deep")
    for key, part in value.items():
        if isinstance(part, dict) and part:
            yield from _leaves(part, f"{prefix}{key}.", deepest - 1)
        else:
            yield prefix + key, _cell(part)


def _cell(value: Any) -> Cell:
    if isinstance(value, list):
        if all(isinstance(part, _SCALARS) for part in value):
            return "; ".join(_word(part) for part in value if part is not None) or None
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value):
            raise _LineError("holds half a character")
        return value or None
    return None if isinstance(value, dict) else value


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
