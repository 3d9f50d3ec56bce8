"""Names and places within a worksheet, and rows as far as a guard counts them."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, setters


@define(on_setattr=setters.frozen)
class PlainRows:
    """Rows of plain values: how many, the number of the last, their cells, those filled, and how far these reach.

    `computed` are the (row, column) places of formulas.
    """

    count: int
    last: int
    cells: int
    filled: int
    filled_row: int
    filled_column: int
    computed: Sequence[tuple[int, int]]


def local(name: str) -> str:
    """The name without its namespace."""
    return name.rpartition(" ")[2]


def letters_of(column: int) -> str:
    """`28` is `"AB"`."""
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters
