"""A sheet as plain data: what is read from a file, and what is written to one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import starmap
from typing import Any, Literal, overload

from attrs import define, field, setters

Cell = str | int | float | Decimal | bool | date | datetime | None
Rows = Iterable[tuple[int, tuple[Cell, ...]]]
Mark = Literal["formula", "merged", "error"]
LONGEST_CELL = 1_000_000
"""A file with a cell of more characters than this is refused whole."""


@define(on_setattr=setters.frozen)
class Grid:
    """The cells of one sheet as they stand in a file; `sheet` is "" where a file is one sheet without a name.

    `rows` are (row number in the file, cells) without the rows that are wholly empty. They can be gone through again
    and again, each time from the first, and are read from the file as they are asked for, so going through them may
    raise a SheetError. A row has as many cells as the file gives it, whatever the width of the other rows.

    `marks` has the (row, column) places, both from 1, of cells that are not simply entered. "formula": the file
    computes it; the value is the one it was saved with, or None. "error": the text is an error value such as `#REF!`.
    "merged": a cell within a merged range, which shows the value of the range's first cell.
    """

    file: str
    sheet: str
    rows: Rows = field(repr=False)
    marks: Mapping[tuple[int, int], Mark] = field(factory=dict, repr=False)
    hidden: bool = field(default=False, kw_only=True)


Row = Sequence[Cell]


@define(on_setattr=setters.frozen, eq=False)
class RowsOnDemand(Sequence[Row]):
    """The rows that `make` makes of `items` by their place from 0: each is made when it is asked for, none is kept."""

    items: Sequence[Any]
    make: Callable[[int, Any], Row]

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self.items)))]
        if not -len(self.items) <= place < len(self.items):
            raise IndexError(place)
        return self.make(place % len(self.items), self.items[place])

    def __iter__(self) -> Iterator[Row]:
        return starmap(self.make, enumerate(self.items))

    def __len__(self) -> int:
        return len(self.items)


@define(on_setattr=setters.frozen)
class Chart:
    """A chart below a table: numbers under the heads `series` against the texts under `names`.

    `kind` is `column`, `bar` or `line`; `rows` are so many rows from the top, all where it is None.
    """

    title: str
    names: str
    series: tuple[str, ...]
    kind: str = "column"
    rows: int | None = None


@define(on_setattr=setters.frozen)
class Table:
    """One sheet to be written: its title, its heads and its rows, each row as long as the heads.

    `rows` are gone through once; rows that are no sequence are held in memory for a workbook. `colours` maps a head to
    the fill colour (`"#C6EFCE"`) for each of its cell values; `formats` maps a head to the number format (`"0.0%"`) of
    its numbers: one for all, or one for each row. Text under a head of `wrapped` goes on in a new line where the
    column ends. Numbers under a head of `bars` have a bar behind them. Rows of `strong` (places from 0) are bold.

    `widths` maps a head to a column width in characters; where it has none, the column is as wide as its first rows
    need, within bounds. `printed` is how many columns go on paper, from the left; all where it is None. The others can
    be folded away.
    """

    title: str
    heads: tuple[str, ...]
    rows: Iterable[Row]
    colours: Mapping[str, Mapping[str, str]] = field(factory=dict)
    widths: Mapping[str, int] = field(factory=dict)
    formats: Mapping[str, str | Sequence[str]] = field(factory=dict)
    wrapped: Collection[str] = ()
    bars: Collection[str] = field(default=(), kw_only=True)
    strong: Collection[int] = field(default=(), kw_only=True)
    charts: Sequence[Chart] = field(default=(), kw_only=True)
    choices: Mapping[str, Sequence[str]] = field(factory=dict, kw_only=True)
    """The values that a list drops down to choose from, by the head of their column; others may be typed."""
    printed: int | None = field(default=None, kw_only=True)
    frozen: int = field(default=0, kw_only=True)
    """How many columns stay in view, from the left."""
    cover: bool = field(default=False, kw_only=True)
    """Whether it is a cover: the first sheet of a workbook, but among several files the last."""
