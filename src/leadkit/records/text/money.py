"""Sums of money in running text: 50-80万, 不超过30万, $1.5M, between 500,000 and 800,000 USD."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from attrs import define, field, setters

from leadkit.records.text.characters import fold
from leadkit.records.text.money_words import (
    ABOUT_AFTER,
    ABOUT_BEFORE,
    AT_LEAST_AFTER,
    AT_LEAST_BEFORE,
    AT_MOST_AFTER,
    AT_MOST_BEFORE,
    BUDGET,
    COUNTED,
    LATIN_MAGNITUDES,
    SIGNS,
    SUFFIXES,
)
from leadkit.records.text.numerals import DIGITS, UNITS, read_numeral

Qualifier = Literal["exact", "range", "at_most", "at_least", "about"]

LARGEST = Decimal(10) ** 15
"""A larger sum is taken for a slip or a serial number."""


@define(on_setattr=setters.frozen)
class Money:
    """A sum or a span of sums in one currency (ISO 4217): `low` <= `high`, and None where that end is open.

    `text` is the part of the folded text that says so; two equal sums are equal however they were said.
    """

    low: Decimal | None
    high: Decimal | None
    currency: str
    qualifier: Qualifier
    text: str = field(eq=False)


def read_money(text: str, currency: str = "CNY") -> Money | None:
    """The sum that `text` offers: the first beside a word such as 预算 or price, failing that the first of all.

    A sum that names no currency is in `currency`. A number counts as a sum beside such a word, a currency or a
    magnitude (万, k, million), unless it counts things: 3台, 30%, 2023年. None above 10**15.
    """
    folded = fold(text)
    first = None
    for amount in _amounts(folded, currency):
        if _BUDGET_NEAR.search(folded[max(0, amount.start - 24) : amount.start]):
            return _money(amount, folded, currency)
        first = first or amount
    return _money(first, folded, currency) if first else None


def write_money(money: Money) -> str:
    """`money` as `CNY 500000-800000`, `at most USD 300000`: a text that reads back as an equal value."""
    ends = [format(end, "f") for end in (money.low, money.high) if end is not None]
    words = {"at_most": "at most ", "at_least": "at least ", "about": "about "}.get(money.qualifier, "")
    return f"{words}{money.currency} {'-'.join(ends if money.qualifier == 'range' else ends[:1])}"


@define(on_setattr=setters.frozen)
class _Amount:
    """One number, or two that make a range, at its place in the text; `weight` is how surely it is money (0 to 2)."""

    low: Decimal
    high: Decimal
    start: int
    end: int
    currency: str | None
    weight: int
    joined: bool = False
    vague: bool = False
    word: str = ""
    magnitude: str = ""
    times: Decimal = Decimal(1)


def _any(words: tuple[str, ...] | dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_AMOUNT = re.compile(
    rf"(?:(?<![a-z])(?P<sign>{_any(SIGNS)})\s?|(?<![a-z\d第几数])(?<!\d[.,]))"
    rf"(?:(?P<plain>\d{{1,3}}(?:,\d{{3}}){{1,5}}(?:\.\d{{1,6}})?|\d{{1,16}}(?:\.\d{{1,6}})?)(?![.,]?\d)"
    rf"\s?(?P<more>[多余几]?)(?P<units>[{UNITS}]{{0,4}}(?:(?<=[亿億])\d{{1,4}}[千仟百佰]?[万萬])?)"
    rf"|(?P<chinese>[十拾{DIGITS}][点{DIGITS}{UNITS}]{{0,30}}))"
    rf"(?:\s?(?P<latin>{_any(tuple(LATIN_MAGNITUDES))})(?![a-z]))?"
    rf"(?:\s?(?P<suffix>{_any(SUFFIXES)})(?![a-z]))?",
    re.IGNORECASE,
)
_COUNTED = re.compile(COUNTED, re.IGNORECASE)
_JOINT = re.compile(r"\s?(?:-{1,2}|~|–|—|―|至|到|to|and)\s?", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:between|from|介于|从|在)\s?$", re.IGNORECASE)
_BUDGET_NEAR = re.compile(rf"(?:{BUDGET})[^\d,;。!?]*$", re.IGNORECASE)
_WORDS: tuple[tuple[Qualifier, str, str], ...] = (
    ("at_most", AT_MOST_BEFORE, AT_MOST_AFTER),
    ("at_least", AT_LEAST_BEFORE, AT_LEAST_AFTER),
    ("about", ABOUT_BEFORE, ABOUT_AFTER),
)
_BEFORE: tuple[tuple[Qualifier, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?:{before})\s?(?:在|为|是|到|至|:)?\s?$", re.IGNORECASE)) for name, before, _ in _WORDS
)
_AFTER: tuple[tuple[Qualifier, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"\s?(?:{after})", re.IGNORECASE)) for name, _, after in _WORDS
)
_BUDGET_BESIDE = re.compile(
    rf"(?:{BUDGET})(?:\s|:|=|is|of|was|范围|金额|大概|在|为|是|有|{AT_MOST_BEFORE}|{AT_LEAST_BEFORE}|{ABOUT_BEFORE})*+$",
    re.IGNORECASE,
)
_SURE, _LIKELY, _UNLIKELY = 2, 1, 0


def _amounts(text: str, currency: str) -> list[_Amount]:
    """Every sum of money in the text, ranges made of their two ends."""
    amounts = [amount for match in _AMOUNT.finditer(text) if (amount := _amount(match, currency))]
    sums, inside = [], -1
    for amount, following in pairwise([*amounts, None]):
        if amount is None or amount.start < inside:
            continue
        whole = _joined(amount, following, text) if following else amount
        inside = whole.end
        if _is_money(whole, text):
            sums.append(whole)
    return sums


def _amount(match: re.Match[str], currency: str) -> _Amount | None:
    word = match["chinese"] or match["plain"].replace(",", "") + match["units"]
    latin = (match["latin"] or "").lower()
    times = Decimal(LATIN_MAGNITUDES.get(latin, 1))
    number = read_numeral(word)
    if number is None:
        return None
    named = match["sign"] or match["suffix"]
    value, end = number * times, match.end()
    weight = _SURE if named else _weight(match, word, latin)
    large = "".join(char for char in word[-2:] if char in "万萬亿億")
    code = _code(named, currency) if named else None
    vague = bool(match["more"])
    return _Amount(value, value, match.start(), end, code, weight, False, vague, word, large, times)


def _weight(match: re.Match[str], word: str, latin: str) -> int:
    if latin:
        return _LIKELY if latin in {"m", "b", "mm"} else _SURE
    if any(unit in word for unit in "千仟万萬亿億"):
        return _SURE
    return _LIKELY if match["plain"] or any(unit in word for unit in "十百拾佰") else _UNLIKELY


def _code(named: str, currency: str) -> str:
    code = {**SIGNS, **SUFFIXES}[named.upper()]
    if code == "USD" and named == "$" and currency in {"AUD", "CAD", "HKD", "NZD", "SGD", "TWD"}:
        return currency
    return "JPY" if named == "¥" and currency == "JPY" else code


def _joined(low: _Amount, high: _Amount, text: str) -> _Amount:
    """Both as one range if a dash or a word joins them; the first then takes the magnitude of the second: 50-80万."""
    joint = text[low.end : high.start]
    if len(joint) > 6 or not _JOINT.fullmatch(joint):
        return low
    before = text[max(0, low.start - 10) : low.start]
    between = _BETWEEN.search(before)
    if joint.strip().lower() == "and" and not between:
        return low
    start = low.start - (len(before) - between.start() if between else 0)
    ends = sorted((_in_magnitude(low, high), high.high))
    weight = max(low.weight, high.weight)
    return _Amount(ends[0], ends[1], start, high.end, low.currency or high.currency, weight, True)


def _in_magnitude(low: _Amount, high: _Amount) -> Decimal:
    if low.magnitude or low.times != 1:
        return low.low
    number = read_numeral(low.word + high.magnitude)
    scaled = low.low if number is None else number * high.times
    return scaled if scaled <= high.high * 10 else low.low


def _is_money(amount: _Amount, text: str) -> bool:
    if amount.high > LARGEST or (amount.currency is None and _COUNTED.match(text, amount.end)):
        return False
    if amount.weight == _SURE:
        return True
    return amount.weight == _LIKELY and bool(_BUDGET_BESIDE.search(text[max(0, amount.start - 40) : amount.start]))


def _money(amount: _Amount, text: str, currency: str) -> Money:
    start, end, qualifier = _qualified(amount, text)
    low = None if qualifier == "at_most" else amount.low
    high = None if qualifier == "at_least" else amount.high
    return Money(low, high, amount.currency or currency, qualifier, text[start:end])


def _qualified(amount: _Amount, text: str) -> tuple[int, int, Qualifier]:
    if amount.joined:
        return amount.start, amount.end, "range"
    before = text[max(0, amount.start - 24) : amount.start]
    for name, words in _BEFORE:
        if match := words.search(before):
            return amount.start - len(before) + match.start(), amount.end, name
    for name, words in _AFTER:
        if match := words.match(text, amount.end):
            return amount.start, match.end(), name
    return amount.start, amount.end, "about" if amount.vague else "exact"
