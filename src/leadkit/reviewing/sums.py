"""Numbers that cells add up: by what makes a cell, and back into cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

BLANKS = " \u3000"
"""A text of these alone says nothing."""
CENTS = Decimal("0.01")
Cell = TypeVar("Cell")
Sums = dict[tuple[Any, ...], list[int]]
"""The numbers of each cell by what makes it that cell, both in the order of its fields."""


def sums_of(numbers: int) -> Sums:
    """Sums of so many numbers, each 0 at first."""
    return defaultdict(lambda: [0] * numbers)


def cells_of(kind: Callable[..., Cell], sums: Sums) -> tuple[Cell, ...]:
    """The cells of one kind from their sums."""
    return tuple(kind(*key, *numbers) for key, numbers in sums.items())


def add_amount(sums: list[int], amount: Decimal | None) -> None:
    """Add one opportunity: itself, whether it has an amount, and that in cents."""
    sums[0] += 1
    if amount is not None:
        sums[1] += 1
        sums[2] += cents_of(amount)


def cents_of(amount: Decimal | None) -> int:
    """An amount in whole cents, 0 where there is none."""
    return 0 if amount is None else int(amount.quantize(CENTS) / CENTS)


def filled(text: str | None) -> str | None:
    """A text that says something; blanks don't."""
    return text if text and text.strip(BLANKS) else None
