"""Sums and spans of money in running text, before anybody asks what they are for."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from attrs import define, evolve, setters

from leadkit.records.text.money.numbers import LIKELY, SURE, Number
from leadkit.records.text.money.ranges import numbers_in
from leadkit.records.text.money.sum_words import (
    ABOUT_AFTER,
    ABOUT_BEFORE,
    AFTER_MONEY,
    AT_LEAST_AFTER,
    AT_LEAST_BEFORE,
    AT_MOST_AFTER,
    AT_MOST_BEFORE,
    COUNTED,
    FILLING,
    GLUED,
)
from leadkit.records.text.money.text import Plain
from leadkit.records.text.patterns import Hit, Later, Lexicon

Qualifier = Literal["exact", "range", "at_most", "at_least", "about"]

LARGEST = Decimal(10) ** 15
"""A larger sum is taken for a slip or a serial number."""


@define(on_setattr=setters.frozen)
class Sum:
    """A sum in the text, its words included: `number.start` to `number.end` without, `start` to `end` with them.

    `readable` is False where it is money, but which sum can't be told.
    """

    number: Number
    start: int
    end: int
    qualifier: Qualifier

    @property
    def readable(self) -> bool:
        return self.number.low is not None

    @property
    def ends(self) -> tuple[Decimal | None, Decimal | None]:
        low, high = self.number.low, self.number.high
        return None if self.qualifier == "at_most" else low, None if self.qualifier == "at_least" else high


_BEFORE = Lexicon({"at_most": AT_MOST_BEFORE, "at_least": AT_LEAST_BEFORE, "about": ABOUT_BEFORE})
_SOFT = Later(r"控制[在到]|压到|可[到达]|能[到达]")
"""Limits that are none where the sum is approximate: 控制在300万左右."""
_FILLING = Later(f"{FILLING}{{0,4}}")
_AFTER = Later(rf"[\s,]?(?:(?P<at_most>{AT_MOST_AFTER})|(?P<at_least>{AT_LEAST_AFTER})|(?P<about>{ABOUT_AFTER}))")
_COUNTED = Later(f"{COUNTED}|{GLUED}")
_AFTER_MONEY = Later(AFTER_MONEY)
_SENTENCE_END = Later(r"(?:k|m|grand|thousand|million|billion)\.\s?$")
_UNIT_OF_COLUMN = Later(
    r"单位[:为是]?\s?\(?([百千]?[万亿]|千)|[(/]\s?([百千]?[万亿]|千)元?(?:人民币)?\)?(?=\s?[:=]?\s?[约\d])"
)


def sums_in(plain_text: Plain, currency: str, *, cell: bool = False) -> list[Sum]:
    """Every sum of money in the text in its order, and plain numbers of which only their place tells what they are.

    In a `cell` any number that counts nothing is a sum.
    """
    text = plain_text.text
    if not plain_text.may_hold_a_sum:
        return []
    unit = _unit_of_column(text)
    sums = []
    for number, joined in numbers_in(plain_text, currency):
        scaled = _in_unit(number, unit) if unit and number.times == 1 else number
        if _may_be_money(scaled, text, cell=cell):
            sums.append(_qualified(scaled, text, joined=joined))
    return sums


def _unit_of_column(text: str) -> Decimal | None:
    """What a heading such as 预算(万元) or a remark such as 单位:万元 multiplies plain numbers by."""
    if not any(unit in text for unit in "万亿千"):
        return None
    match = _UNIT_OF_COLUMN.search(text)
    units = {"千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "百亿": 10, "千亿": 11}
    return Decimal(10) ** units[match[1] or match[2]] if match else None


def _in_unit(number: Number, unit: Decimal) -> Number:
    if number.low is None or number.high is None:
        return number
    return evolve(number, low=number.low * unit, high=number.high * unit, times=unit, large=unit)


def _may_be_money(number: Number, text: str, *, cell: bool) -> bool:
    if number.high is not None and number.high > LARGEST:
        return False
    if number.currency is None and counts_things(text, number.end):
        return False
    return cell or number.weight >= LIKELY


def counts_things(text: str, end: int) -> bool:
    """Whether a thing or a unit that is counted stands behind a number that ends at `end`."""
    end -= text[end - 1 : end] == " "
    return _COUNTED.match(text, end) is not None and not _is_qualified_after(text, end)


def _is_qualified_after(text: str, end: int) -> bool:
    return text[end : end + 1] in {"多", "上", "内"} and word_after(text, end) is not None


def surely_money(amount: Sum, text: str) -> bool:
    """Whether the sum names a currency or a magnitude, and no unknown noun follows that it may count."""
    number = amount.number
    if number.currency is not None:
        return True
    qualified = amount.end > number.end
    behind = qualified or ends_sentence(text, amount.end) or _AFTER_MONEY.match(text, amount.end)
    return number.weight == SURE and bool(behind)


def ends_sentence(text: str, end: int) -> bool:
    """Whether the point behind a magnitude ends the sentence: 60 grand. We need; not 2 mio. parts."""
    return _SENTENCE_END.search(text, max(0, end - 10), end) is not None


def word_before(number: Number, text: str) -> Hit | None:
    """The words that stand right before the number; of several in a row (差不多不超过) a limit counts most."""
    first: Hit | None = None
    end = -1
    for word in _BEFORE.find(text, max(0, number.start - 30), number.start):
        first = _with_next(first, word) if first is not None and not text[end : word[1]].strip() else word
        end = word[2]
    return first if first is not None and _FILLING.fullmatch(text, end, number.start) else None


def _with_next(first: Hit, word: Hit) -> Hit:
    kind = word[0] if first[0] == "about" else first[0]
    return kind, first[1], word[2]


def word_after(text: str, end: int) -> Hit | None:
    """The word that stands right behind a number that ends at `end`."""
    match = _AFTER.match(text, end)
    return (str(match.lastgroup), match.start(), match.end()) if match else None


def _is_bare_at_least(number: Number, text: str) -> bool:
    """上百万, 过亿: a unit alone after a verb."""
    return text[number.start - 1 : number.start] in {"上", "过", "破"} and text[number.start] in "十百千万亿"


def _qualified(number: Number, text: str, *, joined: bool) -> Sum:
    if joined or (number.low is not None and number.low != number.high):
        return Sum(number, number.start, number.end, "range")
    behind = word_after(text, number.end)
    if (word := word_before(number, text)) is not None:
        about = behind is not None and behind[0] == "about" and _SOFT.match(text, word[1]) is not None
        return Sum(number, word[1], number.end, "about" if about else word[0])  # type: ignore[arg-type]
    if _is_bare_at_least(number, text):
        return Sum(number, number.start - 1, number.end, "at_least")
    if behind is not None:
        return Sum(number, number.start, behind[2], behind[0])  # type: ignore[arg-type]
    return Sum(number, number.start, number.end, "about" if number.about else "exact")
