"""Where the heads of a file stand: the row of each sheet that says the most, and the rows that follow it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType

from attrs import define, field, setters

from leadkit.adapters.spreadsheets.heads.vocabulary import key_of, read_head
from leadkit.adapters.spreadsheets.table import Cell, Grid
from leadkit.adapters.spreadsheets.templates import Template

HEAD_ROWS = 20
"""The head row is looked for among so many rows from the top."""
SAMPLE_ROWS = 300
"""So many rows below it are looked at to tell what its columns are."""
LONGEST_HEAD = 200

NO_MAP: Mapping[str, str] = MappingProxyType({})
REACHABLE = frozenset({"contact", "first_name", "last_name", "company", "phone", "email"})
"""What a lead sheet has at least one of: something to know a lead by."""


@define(on_setattr=setters.frozen)
class HeadRow:
    """The heads of one sheet, the number of their row in the file, and the first rows below."""

    grid: Grid = field(repr=False)
    number: int
    heads: tuple[str, ...]
    sample: tuple[tuple[Cell, ...], ...] = field(repr=False)

    def rows(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """The rows below the heads, from the file."""
        return ((number, cells) for number, cells in self.grid.rows if number > self.number)


def head_row(grid: Grid, template: Template, mapped: Mapping[str, str] = NO_MAP) -> HeadRow | None:
    """The head row of a sheet: of the first rows the one that says most; None where none says enough.

    A lead sheet needs two heads that are understood, one of them something to know a lead by; any other sheet needs
    what its template needs. `mapped` are the fields that a map names, by the keys of their heads.
    """
    best, best_score = None, 0
    top = list(islice(grid.rows, HEAD_ROWS + SAMPLE_ROWS))
    for index, (_, cells) in enumerate(top[:HEAD_ROWS]):
        score = _score(heads_of(cells), template, mapped)
        if score > best_score:
            best, best_score = index, score
    if best is None:
        return None
    number, cells = top[best]
    sample = tuple(below for _, below in top[best + 1 :])
    return HeadRow(grid, number, _padded(heads_of(cells), grid, sample), sample)


def fullest_row(grid: Grid) -> tuple[int, list[str]] | None:
    """The number of the first row with the most texts near the top, and these; None in an empty sheet."""
    rows = [(number, [head for head in heads_of(cells) if head]) for number, cells in islice(grid.rows, HEAD_ROWS)]
    return max(rows, key=lambda row: len(row[1]), default=None)


def _padded(heads: tuple[str, ...], grid: Grid, sample: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    """The heads with blank ones behind, up to the last cell of a workbook's row.

    A row of CSV that is longer than its heads has lost its places; a cell of a workbook knows its own.
    """
    width = max(map(len, sample), default=0) if grid.sheet else 0
    return heads + ("",) * (width - len(heads))


def heads_of(cells: Sequence[Cell]) -> tuple[str, ...]:
    """A row as heads: text without blanks around, "" where there is none."""
    return tuple("" if cell is None else str(cell).strip() for cell in cells)


def _score(heads: Sequence[str], template: Template, mapped: Mapping[str, str]) -> int:
    """How much a row says; 0 where that is not enough."""
    named = [head for head in heads if head and len(head) <= LONGEST_HEAD]
    fields = {field for head in named if (field := mapped.get(key_of(head)) or template.column(head))}
    if template.needed or template.some:
        return len(fields) if template.is_known_by(fields) else 0
    readings = [read_head(head) for head in named if key_of(head) not in mapped]
    whole = {reading.fields for reading in readings if reading.fields and reading.basis != "contained"}
    inside = {reading.fields for reading in readings if reading.fields and reading.basis == "contained"} - whole
    from_map = {mapped[key] for head in named if (key := key_of(head)) in mapped}
    reachable = any(REACHABLE & set(possible) for possible in (from_map, *whole, *inside))
    count = len(whole) + len(inside) + len(from_map)
    return 2 * (len(from_map) + len(whole)) + len(inside) if reachable and count >= 2 else 0
