"""Places of a worksheet that are marked, kept in little memory, and merged ranges filled row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import define, setters

from leadkit.adapters.spreadsheets.table import Cell, Mark

_BITS = 14
_COLUMNS = (1 << _BITS) - 1


@define(on_setattr=setters.frozen)
class Range:
    """A merged range: its first and last row and column, all from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def clipped(self, last_row: int, last_column: int) -> Range:
        """The part of it that lies within the used rows and columns of a sheet."""
        return Range(self.top, self.left, min(self.bottom, last_row), min(self.right, last_column))

    @property
    def area(self) -> int:
        """How many cells it covers; 0 where nothing is left of it."""
        return max(self.bottom - self.top + 1, 0) * max(self.right - self.left + 1, 0)


class Marks(Mapping[tuple[int, int], Mark]):
    """The mark of each marked (row, column), both from 1."""

    def __init__(self) -> None:
        self._marks: dict[int, Mark] = {}

    def add(self, row: int, column: int, mark: Mark) -> None:
        """Mark a cell, whatever its mark was before."""
        self._marks[row << _BITS | column - 1] = mark

    def cover(self, merged: Range) -> None:
        """Mark the cells of a range that show the value of its first one: as merged, or with the mark of the first."""
        mark = self.get((merged.top, merged.left), "merged")
        for row in range(merged.top, merged.bottom + 1):
            for column in range(merged.left, merged.right + 1):
                if (row, column) != (merged.top, merged.left):
                    self._marks.setdefault(row << _BITS | column - 1, mark)

    def __getitem__(self, place: tuple[int, int]) -> Mark:
        row, column = place
        return self._marks[row << _BITS | column - 1]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return ((key >> _BITS, (key & _COLUMNS) + 1) for key in self._marks)

    def __len__(self) -> int:
        return len(self._marks)


def filled(rows: Iterable[tuple[int, list[Cell]]], merged: Sequence[Range]) -> Iterator[tuple[int, list[Cell]]]:
    """The rows with the value of a merged range's first cell in its empty cells; rows without cells stay so."""
    if not merged:
        yield from rows
        return
    waiting = sorted(merged, key=lambda part: part.top, reverse=True)
    active: list[tuple[Range, Cell]] = []
    for number, cells in rows:
        active = [(part, value) for part, value in active if part.bottom >= number]
        while waiting and waiting[-1].top <= number:
            part = waiting.pop()
            if part.top == number and part.left <= len(cells):
                active.append((part, cells[part.left - 1]))
        if any(cell is not None for cell in cells):
            for part, value in active:
                _fill(cells, part, value)
        yield number, cells


def _fill(cells: list[Cell], part: Range, value: Cell) -> None:
    if value is None:
        return
    cells.extend([None] * (part.right - len(cells)))
    for column in range(part.left - 1, part.right):
        if cells[column] is None:
            cells[column] = value
