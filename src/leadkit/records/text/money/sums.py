"""Sums and spans of money in running text, before anybody asks what they are for."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from attrs import define, evolve, setters

from leadkit.records.text.money.currency_words import CALLED_YUAN, YUAN
from leadkit.records.text.money.grammar import TOKEN
from leadkit.records.text.money.numbers import LIKELY, SURE, Number, read_number
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
from leadkit.records.text.numbers.numerals import UNITS
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
_TEN = 10
_SOFT = Later(r"控制在|压到|可[到达]|能[到达]")
"""Limits that are none where the sum is approximate: 控制在300万左右."""
_FILLING = Later(f"{FILLING}{{0,4}}")
_AFTER = Later(rf"[\s,]?(?:(?P<at_most>{AT_MOST_AFTER})|(?P<at_least>{AT_LEAST_AFTER})|(?P<about>{ABOUT_AFTER}))")
_COUNTED = Later(f"{COUNTED}|{GLUED}")
_AFTER_MONEY = Later(AFTER_MONEY)
_JOINT = Later(r"\s?(?:-{1,2}|~|至|到|或者?|、|和|与|to|and|or|bis|und|oder|à|et|ou|から|乃至)\s?")
_BETWEEN = Later(r"(?:(?<![a-z])(?:between|from|zwischen|zw\.|von|entre|de)|介于|从|在)\s?$")
_CHANGED = Later(r"(?:rais|increas|up|went|cut|reduc|lower|chang|mov|erhöh|gekürzt)\w*\s?$")
_ONLY_BETWEEN = frozenset({"and", "und", "et", "和", "与"})
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


def numbers_in(plain_text: Plain, currency: str) -> Iterator[tuple[Number, bool]]:
    """Every number in the text, two that make a range as one; and whether it is a range."""
    text = plain_text.text
    matches = TOKEN.finditer(text)
    numbers = [number for match in matches if (number := read_number(match, plain_text, currency))]
    inside = -1
    for number, following in pairwise([*_legible(numbers, text), None]):
        if number is not None and number.start >= inside:
            whole, joined = _joined(number, following, text) if following else (number, False)
            inside = whole.end
            yield whole, joined


def _legible(numbers: list[Number], text: str) -> list[Number]:
    """The numbers, of which two that run into each other can't be told."""
    spoiled = {
        number.start
        for low, high in pairwise(numbers)
        if low.end == high.start and _runs_on(low, high, text)
        for number in (low, high)
    }
    if not spoiled:
        return numbers
    return [evolve(number, low=None, high=None) if number.start in spoiled else number for number in numbers]


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


def _joined(low: Number, high: Number, text: str) -> tuple[Number, bool]:
    """Both as one range if a dash or a word joins them, each end in the magnitude of the other where it has none."""
    joint = text[low.end : high.start]
    follows = not joint and low.about and low.times == 1
    follows = follows or (joint == ", " and _is_pair_in_words(low, high, text))
    if len(joint) > 6 or not (follows or _JOINT.fullmatch(joint)):
        return low, False
    between = _BETWEEN.search(text[max(0, low.start - 10) : low.start])
    sign = joint.strip()
    if sign in _ONLY_BETWEEN and not between:
        shared = low.times == 1 and not low.currency and high.times != 1
        return (evolve(high, low=None, high=None, start=low.start), True) if shared else (low, False)
    if sign == "、" and (low.times != 1 or high.times == 1):
        return low, False
    start = low.start - (len(between[0]) if between else 0)
    if between and _CHANGED.search(text, max(0, start - 16), start):
        return high, False
    clash = low.currency and high.currency and low.currency != high.currency and not _same_yuan(low, high, text)
    ends = (None, None) if clash else _ends(low, high, listed=sign == "、", spoken=not text[low.start].isdecimal())
    weight = max(low.weight, high.weight)
    times = low.times if low.times != 1 else high.times
    whole = Number(*ends, start, high.end, low.currency or high.currency, weight, times, times)
    return whole, True


def _is_pair_in_words(low: Number, high: Number, text: str) -> bool:
    """Fifty, sixty grand."""
    words = text[low.start].isalpha() and text[high.start].isalpha()
    return words and low.times == 1 and high.times != 1 and low.currency is None


def _same_yuan(low: Number, high: Number, text: str) -> bool:
    """新台币800万-1000万元: the second name is common to several currencies."""
    return low.currency in CALLED_YUAN and text[high.end - 1] in YUAN


def _runs_on(low: Number, high: Number, text: str) -> bool:
    """Whether two numbers that no grammar joins stand side by side, 1千5百6万, and neither is what is meant."""
    if low.about or high.times == 1 or high.currency or low.currency:
        return False
    return text[low.end - 1] in UNITS and text[high.start].isalnum()


def _ends(low: Number, high: Number, *, listed: bool, spoken: bool) -> tuple[Decimal | None, Decimal | None]:
    if low.low is None or low.high is None or high.low is None or high.high is None:
        return None, None
    first, last = _scaled_first(low, high, listed=listed), _scaled_last(low, high, spoken=spoken)
    if first is None or last is None:
        return None, None
    if first > last * 10:
        return None, None
    ends = sorted((first, last))
    return ends[0], ends[1]


def _scaled_first(low: Number, high: Number, *, listed: bool) -> Decimal | None:
    """The first end, in the magnitude of the second if it has none: 50-80万, 4-6百万, 五十到八十万."""
    if low.low is None or high.high is None or low.large != 1:
        return low.low
    if high.times == 1:
        thousands = high.grouped and not low.grouped and low.times == 1 and low.low * 1000 <= high.high
        return low.low * 1000 if thousands else low.low
    if low.times == 1 and high.times != high.large and high.times % 1000 and not listed:
        return None
    scaled = low.low * (high.times if low.times == 1 else high.large)
    if listed and scaled * 10 <= high.high:
        return scaled * 10 if scaled * 20 > high.high else None
    if low.low <= high.high and scaled > high.high * 10:
        return low.low
    return scaled


def _scaled_last(low: Number, high: Number, *, spoken: bool) -> Decimal | None:
    """The second end, in the magnitude of the first if it has none and is smaller: 20万-30, $1M-2, 九十万到一百一."""
    if high.high is None or low.low is None or low.times == 1 or high.high > low.low:
        return high.high
    if spoken and low.large != 1 and high.large == 1 and high.high >= _TEN:
        scaled = high.high * low.large
        return scaled if scaled <= low.low * _TEN else high.high
    return high.high * low.times if high.times == 1 else high.high


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
    return number.weight == SURE and (qualified or bool(_AFTER_MONEY.match(text, amount.end)))


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
