"""What the head of a column of sums says that its numbers are counted in, and of which currency."""

from __future__ import annotations

import re
from collections.abc import Mapping

from leadkit.policy.sheets import UNITS
from leadkit.records.text import fold, read_amount

_SPELLINGS: Mapping[str, str] = {"thousands": "k", "millions": "million", "만원": "万韩元", "천원": "千韩元"}
_BETWEEN = re.compile(r"[\s,;:/]+")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]+)[)\]]")


def unit_of(head: str) -> str | None:
    """The unit that `read_amount` takes: `预算（万元）`, `Budget (EUR)`, `Budget in T€`; None where no word is one."""
    words = fold(head)
    inside = " ".join(_BRACKETED.findall(words)) or " ".join(words.split()[1:])
    for written, meant in _SPELLINGS.items():
        inside = inside.replace(written, meant)
    units = [word for word in _BETWEEN.split(inside) if _is_unit(word)]
    for unit in (inside.strip(), " ".join(units), " ".join(reversed(units)), *units):
        if _is_unit(unit):
            return unit
    return next((unit for unit in UNITS if not unit.isascii() and unit in (inside or words)), None)


def _is_unit(words: str) -> bool:
    try:
        return read_amount("1", unit=words) is not None
    except ValueError:
        return False
