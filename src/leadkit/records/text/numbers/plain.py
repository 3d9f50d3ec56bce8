"""Plain numbers as cells and options give them: 1,234.50, 1 234, 1'234, 500000元, 50万, 120k."""

from __future__ import annotations

import re
from decimal import Decimal

from leadkit.records.text.characters import fold
from leadkit.records.text.numbers.numerals import read_numeral

LONGEST = 60
"""A text with more characters than this is no number."""

MAGNITUDES = {"百": 100, "千": 1000, "k": 1000, "万": 10_000, "萬": 10_000, "w": 10_000, "百万": 10**6, "m": 10**6}
MAGNITUDES |= {"million": 10**6, "千万": 10**7, "亿": 10**8, "億": 10**8}
"""Units that multiply, where a caller asks for them."""


def read_number(text: str, *units: str) -> Decimal | None:
    """The number that the whole of `text` writes, exactly, alone or with one of `units` behind it.

    A unit of `MAGNITUDES` multiplies and may stand before another one: `5万元` is 50000 with the units 万 and 元.
    Where 万 or 千 is asked for, a number in Chinese characters counts too. Threes of digits are grouped by commas,
    blanks or apostrophes, and by dots where there are two dots or a comma behind them: 1.234.567, 1.234,56. A single
    dot is a decimal point.
    None for anything else: 1,23, 1.38E+10, 12%, 10-20.
    """
    if len(text) > LONGEST:
        return None
    folded = fold(text).casefold().translate(_PLAIN)
    match = _NUMBER.fullmatch(folded)
    if match is None:
        return _in_characters(folded, units)
    times = _times(match["unit"], tuple(unit.casefold() for unit in units))
    return None if times is None else _digits(match) * times


_PLAIN = str.maketrans({"−": "-", "–": "-", "’": "'", "‘": "'", "ʼ": "'", "`": "'"})
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)"
    r"(?:(?P<whole>\d{1,15}|\d{1,3}(?:,\d{3}){1,4}|\d{1,3}(?: \d{3}){1,4}|\d{1,3}(?:'\d{3}){1,4})(?P<point>\.\d{1,12})?"
    r"|(?P<dotted>\d{1,3}(?:\.\d{3}){1,4})(?P<comma>,\d{1,2})?)"
    r" ?(?P<unit>[^\d .,]{0,10})",
)
_GROUPING = str.maketrans("", "", ",. '")


def _digits(match: re.Match[str]) -> Decimal:
    whole = (match["whole"] or match["dotted"]).translate(_GROUPING)
    decimals = (match["point"] or match["comma"] or "").lstrip(".,")
    return Decimal(f"{match['sign']}{whole}{'.' if decimals else ''}{decimals}")


def _times(unit: str, units: tuple[str, ...]) -> int | None:
    """What the number counts by: 1 without a unit, None behind a unit that nobody asked for."""
    if unit in {"", *units}:
        return MAGNITUDES.get(unit, 1)
    for magnitude in MAGNITUDES.keys() & set(units):
        if unit.startswith(magnitude) and unit.removeprefix(magnitude) in units:
            return MAGNITUDES[magnitude]
    return None


def _in_characters(text: str, units: tuple[str, ...]) -> Decimal | None:
    """三十五万 and 1万2千, where somebody asked for 万 or 千."""
    if not {"万", "千"} & set(units):
        return None
    bare = next((text.removesuffix(unit) for unit in units if unit not in MAGNITUDES and text.endswith(unit)), text)
    return read_numeral(bare.strip())
