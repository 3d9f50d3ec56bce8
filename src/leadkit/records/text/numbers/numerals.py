"""Numbers as Chinese texts write them: 三十五万, 1.2亿, 13万2, 一百五; approximate ones: 两三百万, 十几万."""

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
_COUNTING = DIGITS[2:]
_NEIGHBOURS = re.compile(rf"(?<![{DIGITS}\d点])([{_COUNTING}])([{_COUNTING}])(?![{DIGITS}\d点])")
_UNIT = re.compile(f"[{UNITS}]")
_TEENS = re.compile(rf"(?P<tens>[2-9{_COUNTING}]?[十拾]|[1-9]\d?0)几(?P<units>[{UNITS}]*)")
_ABOUT = re.compile(r"[多余来]")
_SPREAD = 2
"""Neighbouring digits further apart than this (二八, 一九) are no approximate number; 三五 is."""


def read_numeral(text: str) -> Decimal | None:
    """The number that the whole of `text` writes in Chinese, ASCII or mixed digits and units; None if it writes none.

    A last digit right after a unit counts tenths of that unit, as in speech: 一百五 is 150, 三万五 and 3万5 are 35,000.
    Two neighbouring digits before a unit (两三百万) are no number, see `read_approximate`.
    """
    if len(text) > _LONGEST or (_NEIGHBOURS.search(text) and _UNIT.search(text)):
        return None
    return _sum(text.translate(_PLAIN_UNITS))


def read_approximate(text: str) -> tuple[Decimal, Decimal] | None:
    """The two ends that an approximate numeral names: 两三百万, 五六十万, 十五六万, 十几万 (100,000 to 200,000).

    None for other numerals, and for those that name no ends: 几十万.
    """
    if len(text) > _LONGEST:
        return None
    teens = _TEENS.fullmatch(text)
    if teens:
        return _teens(teens)
    pairs = list(_NEIGHBOURS.finditer(text))
    if len(pairs) != 1 or not _UNIT.search(text):
        return None
    pair = pairs[0]
    low, high = (read_numeral(text[: pair.start()] + digit + text[pair.end() :]) for digit in pair.groups())
    if low is None or high is None or not 0 < _value(pair[2]) - _value(pair[1]) <= _SPREAD:
        return None
    return low, high


def read_about(text: str) -> Decimal | None:
    """The number that a numeral with 多, 余 or 来 is about: 五十来万, 一百多万."""
    plain, marks = _ABOUT.subn("", text)
    return read_numeral(plain) if marks == 1 else None


def _teens(match: re.Match[str]) -> tuple[Decimal, Decimal] | None:
    tens, unit = read_numeral(match["tens"]), read_numeral("1" + match["units"])
    return None if tens is None or unit is None else (tens * unit, (tens + 10) * unit)


def _value(digit: str) -> int:
    return int(digit.translate(_PLAIN_DIGITS))


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
    if len(text) == 1 and (text in DIGITS or text in "123456789"):
        return _tenths(text, unit)
    rest = _sum(text)
    return rest if rest is not None and rest < unit else None


def _tenths(digit: str, unit: int) -> Decimal:
    return Decimal(digit.translate(_PLAIN_DIGITS)) * (unit // 10)
