"""When somebody means to buy, in running text: Q3落地, 年底, 3个月内, by end of year, Aug 2023."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from attrs import define, field, setters

from leadkit.records.text.characters import fold
from leadkit.records.text.date_words import (
    AT_ONCE,
    CHINESE,
    COUNT,
    DAY,
    HALF,
    MONTH_AND_DAY,
    MONTH_NAME,
    QUARTER,
    YEAR,
    YEAR_AFTER,
    YEAR_END,
)
from leadkit.records.text.numerals import read_numeral


@define(on_setattr=setters.frozen)
class PurchaseDate:
    """The days, `earliest` to `latest` inclusive, in which the purchase is meant to happen.

    `text` is the part of the folded, lower-case text that says so; equal spans are equal however they were said.
    """

    earliest: date
    latest: date
    text: str = field(eq=False)


def read_purchase_date(text: str, today: date) -> PurchaseDate | None:
    """The purchase date that `text` names, seen from `today`; None if it names none or an impossible one.

    A day, month, quarter or half without a year is the next one that isn't over. A deadline (年内, 8月前, by August,
    within 3 months) starts today and includes the named span. The most exact kind of date in the text decides.
    """
    folded = fold(text).casefold()
    for pattern, read in _KINDS:
        match = pattern.search(folded)
        if match:
            return _dated(match, read, folded, today)
    return None


Span = tuple[date, date]


def _dated(
    match: re.Match[str], read: Callable[[re.Match[str], date], Span], text: str, today: date
) -> PurchaseDate | None:
    try:
        earliest, latest = read(match, today)
    except (ValueError, OverflowError):
        return None
    start, end = match.span()
    before, after = _BY.search(text[max(0, start - 16) : start]), _BEFORE.match(text, end)
    if before or after:
        earliest = min(today, latest)
    start -= len(before[0]) if before else 0
    return PurchaseDate(earliest, latest, text[start : after.end() if after else end])


_BY = re.compile(r"(?:by|before|until|till|no later than)(?: the)? ?$")
_BEFORE = re.compile(r"(?:之前|以前|前|之内|以内|内)")


_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NUMBERS = {
    "q1": 1,
    "q2": 2,
    "q3": 3,
    "q4": 4,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "last": 4,
    "上": 1,
    "下": 2,
}
_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "twelve": 12, "couple of": 2}
_YEARS = {"今年": 0, "本年": 0, "明年": 1, "后年": 2, "this year": 0, "next year": 1}


def _number(word: str) -> int:
    if word in _NUMBERS or word in _WORDS:
        return {**_NUMBERS, **_WORDS}[word]
    value = read_numeral(word.rstrip("stndrh"))
    return int(value) if value is not None else 0


def _year(match: re.Match[str], today: date) -> int | None:
    """The year that the text names, if it names one."""
    groups = match.groupdict()
    named = groups.get("year") or groups.get("year_after")
    if named is None:
        return None
    return today.year + _YEARS[named] if named in _YEARS else int(named[:4])


def _months(first: int, count: int, year: int | None, today: date) -> Span:
    """`count` months from the month `first`, in `year` or else the next that aren't over."""
    last = first + count - 1
    if not 1 <= first <= last <= 12:
        raise ValueError("no such month")
    year = year if year is not None else today.year + (today.month > last)
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _full_date(match: re.Match[str], today: date) -> Span:
    name = match.groupdict().get("name")
    month = _MONTHS.index(name) + 1 if name else _number(match["month"])
    year, day = _year(match, today), _number(match["day"])
    if year is None:
        month_over = (month, day) < (today.month, today.day)
        year = today.year + month_over
    return date(year, month, day), date(year, month, day)


def _quarter(match: re.Match[str], today: date) -> Span:
    number = _number(match["number"])
    if not 1 <= number <= 4:
        raise ValueError("no such quarter")
    return _months(3 * number - 2, 3, _year(match, today), today)


def _half(match: re.Match[str], today: date) -> Span:
    return _months(6 * _number(match["number"]) - 5, 6, _year(match, today), today)


def _month(match: re.Match[str], today: date) -> Span:
    name = match.groupdict().get("name")
    month = _MONTHS.index(name) + 1 if name else _number(match["month"])
    return _part(_months(month, 1, _year(match, today), today), match.groupdict().get("part"))


def _part(month: Span, part: str | None) -> Span:
    """The third of a month: 初 or 上旬, 中 or 中旬, 底 or 下旬."""
    first, last = month
    if part is None:
        return month
    starts = {"初": 1, "上": 1, "中": 11, "底": 21, "末": 21, "下": 21}
    start = first.replace(day=starts[part[0]])
    return start, last if start.day == 21 else start.replace(day=start.day + 9)


def _relative(match: re.Match[str], today: date) -> Span:
    ahead, unit = 1 if match["which"] in {"下", "下个", "next"} else 0, match["unit"]
    match unit:
        case "周" | "星期" | "礼拜" | "week":
            monday = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
            return monday, monday + timedelta(days=6)
        case "季度" | "季" | "quarter":
            return _calendar_months(today, (today.month - 1) // 3 * 3 + 3 * ahead, 3)
        case _:
            return _part(_calendar_months(today, today.month - 1 + ahead, 1), match.groupdict().get("part"))


def _calendar_months(today: date, since_january: int, count: int) -> Span:
    year = today.year + since_january // 12
    return _months(since_january % 12 + 1, count, year, today)


def _within(match: re.Match[str], today: date) -> Span:
    word, unit = match["count"], match["unit"]
    if word == "半":
        return today, _later(today, {"年": "月", "year": "month"}.get(unit, "天"), 6 if unit in {"年", "year"} else 15)
    return today, _later(today, unit, _number(word))


def _later(today: date, unit: str, count: int) -> date:
    days = {"天": 1, "日": 1, "day": 1, "周": 7, "星期": 7, "礼拜": 7, "week": 7}.get(unit)
    if days:
        return today + timedelta(days=days * count)
    months = count * {"季度": 3, "quarter": 3, "年": 12, "year": 12}.get(unit, 1) + today.month - 1
    year, month = today.year + months // 12, months % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def _year_end(match: re.Match[str], today: date) -> Span:
    year = _year(match, today)
    return date(year or today.year, 12, 1), date(year or today.year, 12, 31)


def _year_start(match: re.Match[str], today: date) -> Span:
    year = _year(match, today)
    return _months(1, 3, year, today)


def _quarter_end(_: re.Match[str], today: date) -> Span:
    return today, _calendar_months(today, (today.month - 1) // 3 * 3, 3)[1]


def _month_end(_: re.Match[str], today: date) -> Span:
    return _part(_calendar_months(today, today.month - 1, 1), "底")


def _whole_year(match: re.Match[str], today: date) -> Span:
    year = _year(match, today) or today.year
    start = today if year == today.year else date(year, 1, 1)
    return start, date(year, 12, 31)


def _at_once(_: re.Match[str], today: date) -> Span:
    return today, today


_KINDS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Span]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"(?<![\d.-])(?P<year>(?:19|20|21)\d\d)(?P<dash>[-/.])(?P<month>\d{{1,2}})(?P=dash){DAY}", _full_date),
        (
            MONTH_AND_DAY,
            _full_date,
        ),
        (rf"{MONTH_NAME} {DAY}(?:st|nd|rd|th)?(?![a-z]){YEAR_AFTER}?", _full_date),
        (rf"{DAY}(?:st|nd|rd|th)? (?:of )?{MONTH_NAME}{YEAR_AFTER}?", _full_date),
        (rf"{COUNT} ?个?(?P<unit>天|日|周|星期|礼拜|月|季度|年)(?:之内|以内|内)", _within),
        (
            rf"(?<![a-z])(?:within|in) (?:the next |the )?{COUNT} ?(?P<unit>day|week|month|quarter|year)s?(?![a-z])",
            _within,
        ),
        (rf"(?:{YEAR} ?[的/-]?)?第?{QUARTER}(?: ?季度?| quarter)?(?: of)?{YEAR_AFTER}?", _quarter),
        (rf"(?:{YEAR} ?的?)?h?{HALF}(?:半年| half)?(?: of)?{YEAR_AFTER}?", _half),
        (rf"{YEAR} ?的?(?P<month>(?<!\d)\d{{1,2}}|{CHINESE}{{1,3}})月份?(?P<part>[上中下]旬|[初中底末])?", _month),
        (r"(?<![\d.-])(?P<year>(?:19|20|21)\d\d)[-/.](?P<month>\d{1,2})(?![-/.\d])", _month),
        (rf"{MONTH_NAME}{YEAR_AFTER}", _month),
        (
            r"(?P<month>(?<!\d)\d{1,2}|(?<![个十一二三四五六七八九两几])[十一二三四五六七八九]{1,2})月份?(?P<part>[上中下]旬|[初中底末])?",
            _month,
        ),
        (
            r"(?P<which>下个?|本|这个?) ?(?P<unit>月|季度|季|周|星期|礼拜)份?(?P<part>[上中下]旬|[初中底末])?",
            _relative,
        ),
        (r"(?<![a-z])(?P<which>next|this) (?P<unit>month|quarter|week)(?![a-z])", _relative),
        (rf"{YEAR} ?年?[底末]|年[底末尾]|岁末", _year_end),
        (
            YEAR_END,
            _year_end,
        ),
        (r"(?<![a-z])(?:end of (?:the |this )?quarter|eoq)(?![a-z])", _quarter_end),
        (r"月底|月末|(?<![a-z])(?:end of (?:the |this )?month|eom)(?![a-z])", _month_end),
        (rf"{YEAR} ?年?初|年初", _year_start),
        (rf"{YEAR}(?:之内|以内|内)?|年内|(?<![a-z])(?P<year_after>this year|next year)(?![a-z])", _whole_year),
        (rf"(?:(?<=by )|(?<=in )|(?<=before )|(?<=until )|(?<=during )|(?<=early )|(?<=late )){MONTH_NAME}", _month),
        (MONTH_NAME.replace("may|", ""), _month),
        (
            AT_ONCE,
            _at_once,
        ),
    )
)
