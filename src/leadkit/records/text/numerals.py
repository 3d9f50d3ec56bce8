"""Numbers as Chinese texts write them: 三十五万, 1.2亿, 3百万, 二〇二三, 一百五."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = "零〇一壹二贰两三叁四肆五伍六陆七柒八捌九玖"
"""The characters of Chinese digits."""
UNITS = "十拾百佰千仟万萬亿億"
"""The characters of Chinese units."""

_LONGEST = 60
_VALUES = {"亿": 100_000_000, "万": 10_000, "千": 1000, "百": 100, "十": 10}
_PLAIN_UNITS = str.maketrans("拾佰仟萬億", "十百千万亿")
_PLAIN_DIGITS = str.maketrans(f"{DIGITS}点", "001122233445566778899.")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def read_numeral(text: str) -> Decimal | None:
    """The number that the whole of `text` writes in Chinese, ASCII or mixed digits and units; None if it writes none.

    A last Chinese digit right after a unit counts tenths of that unit, as in speech: 一百五 is 150, 三万五 is 35,000.
    """
    return _sum(text.translate(_PLAIN_UNITS)) if len(text) <= _LONGEST else None


def _sum(text: str) -> Decimal | None:
    unit = next((unit for unit in _VALUES if unit in text), None)
    if unit is None:
        return _digits(text)
    head, _, tail = text.rpartition(unit)
    times = _times(head, unit)
    rest = _rest(tail, _VALUES[unit])
    return None if times is None or rest is None else times * _VALUES[unit] + rest


def _digits(text: str) -> Decimal | None:
    digits = text.translate(_PLAIN_DIGITS)
    return Decimal(digits) if _NUMBER.fullmatch(digits) else None


def _times(head: str, unit: str) -> Decimal | None:
    """How often a unit counts: 十 alone once, 万 and 亿 as often as a whole numeral says, smaller units and all."""
    if unit in "万亿":
        return None if unit in head else _sum(head)
    if unit == "十" and not head:
        return Decimal(1)
    return _digits(head)


def _rest(text: str, unit: int) -> Decimal | None:
    """What follows a unit: less than the unit, or one digit that stands for tenths of it."""
    if not text:
        return Decimal(0)
    if len(text) == 1 and text in DIGITS:
        return _tenths(text, unit)
    rest = _sum(text)
    return rest if rest is not None and rest < unit else None


def _tenths(digit: str, unit: int) -> Decimal:
    return Decimal(digit.translate(_PLAIN_DIGITS)) * (unit // 10)
