"""Numbers in running text, each with its magnitude and currency: 50万, $1.5M, 三十五万元, half a million."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from attrs import define, setters

from leadkit.records.text.money.currency_words import (
    CALLED_DOLLAR,
    CALLED_YUAN,
    CAPITALS_ONLY,
    EUROPEAN,
    MAGNITUDES,
    PHRASES,
    SIGNS,
    SUFFIXES,
    UNSURE_MAGNITUDES,
    YUAN,
)
from leadkit.records.text.money.grammar import LARGE, SMALL, WORDS
from leadkit.records.text.money.sum_words import COUNTED
from leadkit.records.text.money.text import Plain
from leadkit.records.text.numbers.digits import read_digits
from leadkit.records.text.numbers.numerals import UNITS, read_about, read_approximate, read_numeral
from leadkit.records.text.patterns import Later

SURE, LIKELY, UNLIKELY = 2, 1, 0
Ends = tuple[Decimal | None, Decimal | None, bool]
"""Both ends of a number, and whether it says itself that it is approximate."""
_UNSCALED = Decimal(1)
_GROUPED = re.compile(r"\d{1,3}(?:[.,' ]000)+")
_GLUED = re.compile(r"[\da-z][a-z]|.(?:[大好小]?几|好多|大[十百])(?!个月|天|年|台|套)")
_CUT = Later(rf"[万亿千]\d(?!\d|[.,:/-]|{COUNTED}|\s|$|[年月周日号季点折多几来余])")
_MIL_IS_THOUSAND = {"ARS", "BRL", "CLP", "COP", "EUR", "MXN", "PEN"}
_SPACED = re.compile(r"(?:^|[^\d.,])\d $")
_PAIR = re.compile("[一二三四五六七八九]{2}")
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")


@define(on_setattr=setters.frozen)
class Number:
    """A number at its place in the text.

    `low` and `high` are None where it can't be read. `times` is its magnitude, `large` the part of it from 万 on: what
    the other end of a range may share. `weight` is how surely it is a sum of money.
    """

    low: Decimal | None
    high: Decimal | None
    start: int
    end: int
    currency: str | None
    weight: int
    times: Decimal
    large: Decimal
    about: bool = False
    grouped: bool = False


def read_number(match: re.Match[str], text: Plain, currency: str) -> Number | None:
    """The number of a match of `TOKEN` in `text`; None if the match is no number."""
    if match["never"]:
        return None
    if match["vague"]:
        return Number(None, None, match.start(), match.end(), None, LIKELY, _UNSCALED, _UNSCALED)
    if _is_bare(match):
        value = Decimal(match["plain"])
        return Number(value, value, match.start(), match.end(), None, LIKELY, _UNSCALED, _UNSCALED)
    code, clash = _currency(match, text, currency)
    clash = clash or _GLUED.match(text.text, match.end() - 1) is not None or _is_cut(match, text.text)
    clash = clash or _is_spaced(match, text.text)
    clash = clash or (match["latin"] == "mil" and code not in _MIL_IS_THOUSAND)
    times, large = _magnitudes(match)
    low, high, about = _value(match, text, code)
    if low is None and not (match["plain"] or match["chinese"]):
        return None
    latin = Decimal(_latin(match) * _inside(match))
    if clash or low is None or high is None:
        low = high = None
    else:
        low, high = low * latin, high * latin
    weight = SURE if code else _weight(match, text)
    grouped = _GROUPED.fullmatch(match["plain"] or "") is not None
    return Number(low, high, match.start(), match.end(), code, weight, times * latin, large * latin, about, grouped)


def _is_cut(match: re.Match[str], text: str) -> bool:
    """Whether a digit behind 万 is neither its tenth by the grammar nor a count: 3万2买."""
    return _CUT.match(text, match.end() - 1) is not None


def _is_spaced(match: re.Match[str], text: str) -> bool:
    """Whether its digit is the last of several with blanks between: 2 0 万."""
    return len(match["plain"] or "") == 1 and _SPACED.search(text, max(0, match.start() - 4), match.start()) is not None


def _is_bare(match: re.Match[str]) -> bool:
    """Whether it is nothing but digits, as most numbers are that count things."""
    if match.lastgroup != "units" or match["units"] or match["more"] or match["sign"]:
        return False
    return str(match["plain"]).isdecimal()


def _latin(match: re.Match[str]) -> int:
    word = match["latin"] or {"k": "k", "t": "k", "m": "m"}.get(match["combined"] or "", "")
    return MAGNITUDES.get(word, 1)


def _inside(match: re.Match[str]) -> Decimal:
    return _of_units(match["inside"] or "")


@cache
def _of_units(units: str) -> Decimal:
    return (read_numeral("1" + units) or Decimal(1)) if units else Decimal(1)


def _magnitudes(match: re.Match[str]) -> tuple[Decimal, Decimal]:
    """All units that the numeral ends in, and those from 万 on."""
    if match["words"]:
        return _magnitudes_of_words(match["words"])
    word = (match["units"] or match["chinese"] or "").replace("个", "")
    units = word[len(word.rstrip(UNITS)) :]
    if match["chinese"] and len(units) == len(word):
        units = units[1:]
    large = units[len(units.rstrip("万亿")) :]
    return _of_units(units), _of_units(large)


def _magnitudes_of_words(words: str) -> tuple[Decimal, Decimal]:
    times = large = Decimal(1)
    for word in reversed(re.split("[ -]", words)):
        if word not in LARGE:
            break
        times *= LARGE[word]
        large *= LARGE[word] if word != "hundred" else 1
    return times, large


def _value(match: re.Match[str], text: Plain, code: str | None) -> Ends:
    if match["words"]:
        value = _of_words(match["words"])
        return value, value, False
    if match["bare"]:
        value = read_numeral("1" + match["bare"])
        return value, value, True
    if match["plain"] and not match["units"]:
        return _of_digits(match, text, code)
    return _of_numeral(match)


def _of_digits(match: re.Match[str], text: Plain, code: str | None) -> Ends:
    written, about = match["plain"], bool(match["more"])
    if written.isdecimal():
        return Decimal(written), Decimal(written), about
    magnified = bool(match["latin"] or match["combined"])
    decimal_comma = magnified and _DECIMAL_COMMA.fullmatch(written) is not None
    european = code in EUROPEAN or decimal_comma or text.european
    value = read_digits(written, european=european, magnified=magnified)
    return value, value, about


def _of_numeral(match: re.Match[str]) -> Ends:
    numeral = match["chinese"] or _plain_digits(match["plain"]) + (match["more"] or "") + match["units"]
    numeral = numeral.replace("个", "")
    if _PAIR.fullmatch(numeral):
        return _of_pair(numeral)
    value = read_numeral(numeral)
    if value is not None:
        return value, value, False
    about = read_about(numeral)
    if about is not None:
        return about, about, True
    ends = read_approximate(numeral)
    return (*ends, False) if ends else (None, None, False)


def _of_pair(numeral: str) -> Ends:
    """七八 is seven to eight, 二〇 and 七三 are digits."""
    ends = read_approximate(f"{numeral}十")
    if ends is None:
        value = read_numeral(numeral)
        return value, value, False
    return ends[0] / 10, ends[1] / 10, False


def _plain_digits(written: str) -> str:
    number = None if " " in written else read_digits(written, european=False, magnified=True)
    return "?" if number is None else format(number, "f")


def _of_words(words: str) -> Decimal | None:
    """A number in English words that ends in a magnitude; None for a bare article or a small number."""
    if words in PHRASES:
        return Decimal(PHRASES[words])
    total = current = 0
    parts = [part for part in re.split("[ -]", words) if part != "and"]
    if not LARGE.keys() & set(parts):
        return Decimal(SMALL[parts[0]]) if len(parts) == 1 and parts[0] in SMALL else None
    for part in parts:
        if part == "hundred":
            current *= 100
        elif part in LARGE:
            total, current = total + current * LARGE[part], 0
        else:
            current += WORDS[part]
    return Decimal(total + current)


def _weight(match: re.Match[str], text: Plain) -> int:
    if match["combined"] or match["named"]:
        return SURE
    if match["latin"]:
        return _weight_of_magnitude(match, text)
    word = (match["units"] or match["chinese"] or match["bare"] or "") + (match["inside"] or "")
    if any(unit in word for unit in "千仟万亿"):
        return SURE
    if match["words"]:
        return SURE if match["words"] in PHRASES or any(large in match["words"] for large in LARGE) else UNLIKELY
    return LIKELY if match["plain"] or any(unit in word for unit in "十百拾佰") else UNLIKELY


def _weight_of_magnitude(match: re.Match[str], text: Plain) -> int:
    """`w` is 万, and W are watts: so is w where the text speaks of power."""
    if match["latin"] == "w":
        place = match.start("latin")
        small = text.folded[place] == "w" or text.text[place - 1] == "个"
        return SURE if small and not text.speaks_of_power else LIKELY
    return LIKELY if match["latin"] in UNSURE_MAGNITUDES else SURE


def _currency(match: re.Match[str], text: Plain, currency: str) -> tuple[str | None, bool]:
    """The currency that the number names, and whether it names two."""
    sign, suffix = match["sign"], match["suffix"] or match["named"] or match["euro"]
    if sign and sign.upper() in CAPITALS_ONLY and text.folded[match.start() : match.start() + len(sign)].islower():
        sign = None
    if not (sign or suffix):
        return None, False
    before = SIGNS[sign] if sign else None
    after = {**SUFFIXES}[suffix] if suffix else None
    if suffix in YUAN and (before or currency in CALLED_YUAN):
        return before or currency, False
    if sign == "$" and after is None and currency in CALLED_DOLLAR:
        return currency, False
    if sign == "¥" or (suffix == "¥" and not sign):
        return _yen_or_yuan(text, currency) if after in (None, "CNY") else after, False
    if before and after and before != after and sign != "$":
        return None, True
    return after or before, False


def _yen_or_yuan(text: Plain, currency: str) -> str:
    return "JPY" if currency == "JPY" or text.japanese else "CNY"
