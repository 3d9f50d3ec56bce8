"""Numbers in running text, two that make a range as one: 50-80万, 4-6百万, between 1 and 2 million, 九十万到一百一."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from attrs import evolve

from leadkit.records.text.money.currency_words import CALLED_YUAN, YUAN
from leadkit.records.text.money.grammar import TOKEN
from leadkit.records.text.money.numbers import Number, read_number
from leadkit.records.text.money.text import Plain
from leadkit.records.text.numbers.numerals import UNITS
from leadkit.records.text.patterns import Later

_TEN = 10
_JOINT = Later(r"\s?(?:-{1,2}|~|至|到|或者?|、|和|与|to|and|or|bis|und|oder|à|et|ou|から|乃至)\s?")
_BETWEEN = Later(r"(?:(?<![a-z])(?:between|from|zwischen|zw\.|von|entre|de)|介于|从|在)\s?$")
_CHANGED = Later(r"(?:rais|increas|up|went|cut|reduc|lower|chang|mov|erhöh|gekürzt)\w*\s?$")
_ONLY_BETWEEN = frozenset({"and", "und", "et", "和", "与"})


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
