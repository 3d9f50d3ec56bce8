"""Phone numbers of another country than the policy's that don't name it: by their form, and by their column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import MappingProxyType

from leadkit.records.text import calling_code, fold, normal_phone

NORTH_AMERICAN = re.compile(r"(?<![\d+])(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\d)")
"""How American systems write a number of their own, whatever it would be elsewhere."""

_FORMS = MappingProxyType(
    {
        NORTH_AMERICAN: frozenset({"US", "CA", "PR", "DO", "JM"}),
        re.compile(r"(?<![\d+])0[5-9]0-\d{4}-\d{4}(?!\d)"): frozenset({"JP"}),
        re.compile(r"(?<![\d+])0[1-9](?:[ .]\d{2}){4}(?!\d)"): frozenset({"FR", "BE"}),
        re.compile(r"(?<![\d+])\(\d{2}\) ?9?\d{4}-\d{4}(?!\d)"): frozenset({"BR", "MX"}),
    }
)
"""How some countries, and no others, write their numbers."""

_SHORTEST = 7
"""Fewer digits are a slip in any country."""
_FEWEST = 3
"""Of fewer numbers nothing is said of the column: each may be a slip."""


def has_country(cell: str) -> bool:
    """Whether a cell has a country code, or too few digits for a number of any country."""
    words = fold(cell)
    return "+" in words or words.startswith("00") or sum(map(str.isdigit, words)) < _SHORTEST


def is_foreign(cell: str, home: str) -> bool:
    """Whether a number is written as another country than `home` (ISO 3166) writes its own."""
    return any(home not in countries and form.search(cell) for form, countries in _FORMS.items())


def are_foreign(cells: Iterable[str], home: str) -> bool:
    """Whether most numbers of a column are none at `home`, or say the code of another country."""
    numbers = [cell for cell in cells if "*" not in cell and sum(map(str.isdigit, fold(cell))) >= _SHORTEST]
    code = f"+{calling_code(home)}"
    at_home = sum((normal_phone(cell, home) or "").startswith(code) for cell in numbers)
    return 2 * at_home < len(numbers) and len(numbers) >= _FEWEST
