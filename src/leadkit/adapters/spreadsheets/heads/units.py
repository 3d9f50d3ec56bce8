"""What the plain numbers of a column of sums are counted in, and of which currency: its head says so, or its cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from attrs import define, setters

from leadkit.policy.sheets import UNITS
from leadkit.records.text import fold, read_amount

_SPELLINGS: Mapping[str, str] = {"thousands": "k", "millions": "million", "만원": "万韩元", "천원": "千韩元"}
_BETWEEN = re.compile(r"[\s,;:/]+")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]+)[)\]]")
_ANY_YUAN = re.compile("[百千万亿]*[元圆]")
"""Several currencies are called so: the policy's is meant."""
_NO_CURRENCY = "XXX"


@define(on_setattr=setters.frozen)
class SumUnit:
    """The unit as `read_amount` takes it, and the ISO 4217 code of the currency; None where nothing says it."""

    words: str | None = None
    currency: str | None = None


def unit_of(head: str, cells: Iterable[str] = ()) -> SumUnit:
    """What a head such as `预算（万元）` or `Budget in T€` says; else the currency that nearly all cells name."""
    words = _unit(fold(head))
    return SumUnit(words, (words and _currency("1", words)) or _of_cells(cells))


def _unit(head: str) -> str | None:
    inside = " ".join(_BRACKETED.findall(head)) or " ".join(head.split()[1:])
    for written, meant in _SPELLINGS.items():
        inside = inside.replace(written, meant)
    units = [word for word in _BETWEEN.split(inside) if _is_unit(word)]
    for unit in (inside.strip(), " ".join(units), " ".join(reversed(units)), *units):
        if _is_unit(unit):
            return unit
    return next((unit for unit in UNITS if not unit.isascii() and unit in (inside or head)), None)


def _is_unit(words: str) -> bool:
    if _ANY_YUAN.fullmatch(words):
        return False
    try:
        return read_amount("1", unit=words) is not None
    except ValueError:
        return False


def _of_cells(cells: Iterable[str]) -> str | None:
    """The currency that three of four sums name, where none names another."""
    sums = [cell for cell in cells if read_amount(cell)]
    named = [code for cell in sums if (code := _currency(cell))]
    return named[0] if len(set(named)) == 1 and 4 * len(named) >= 3 * len(sums) else None


def _currency(words: str, unit: str | None = None) -> str | None:
    """The currency that a sum names itself."""
    money = read_amount(words, _NO_CURRENCY, unit)
    return money.currency if money and money.currency != _NO_CURRENCY else None
