"""The day that a text names, and which of its parts is the day: decided by the text, or by the whole of a column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from attrs import define, field, setters

from leadkit.records.text.characters import fold
from leadkit.records.text.moments.clocks import split_clock
from leadkit.records.text.moments.words import MONTHS, WEEKDAYS
from leadkit.records.text.numbers.numerals import DIGITS, read_numeral

Order = Literal["day_first", "month_first", "year_first"]
"""Which part of 11/2/2026 or 26-11-02 stands first."""

_ORDERS: tuple[Order, ...] = ("day_first", "month_first", "year_first")

LONGEST = 100


@define(on_setattr=setters.frozen)
class DateOrder:
    """What the dates of one column say of their order.

    `order` is the only one in which all of them are dates, None if there are several such, or none. `contradictory`
    is a column in which none is. `undecided` counts the dates that are two different days without an order.
    """

    order: Order | None
    contradictory: bool = field(kw_only=True)
    undecided: int = field(kw_only=True)


def orders_of(texts: Iterable[str]) -> DateOrder:
    """What the texts of one column say of the order of their dates; a text that is no such date says nothing."""
    numeric = [days for text in texts if (days := _numeric(text))]
    fitting: list[Order] = [order for order in _ORDERS if numeric and all(order in days for days in numeric)]
    if len(fitting) > 1:
        fitting = _by_years({order: {days[order].year for days in numeric} for order in fitting})
    return DateOrder(
        fitting[0] if len(fitting) == 1 else None,
        contradictory=bool(numeric) and not fitting,
        undecided=sum(len(set(days.values())) > 1 for days in numeric),
    )


def order_of(texts: Iterable[str]) -> Order | None:
    """The order that the dates of one column have; None where they don't say, or contradict each other."""
    return orders_of(texts).order


def day_named(text: str, order: Order | None = None) -> date | None:
    """The day that a `plain` text without a time of day names; None if it names none, or may name two."""
    text, weekdays = _without_weekday(text)
    days = {way: day for way, day in _days(text).items() if not weekdays or {day.weekday()} == weekdays}
    if None in days:
        return days[None]
    if order is not None:
        return days.get(order)
    possible = set(days.values())
    return possible.pop() if len(possible) == 1 else None


def plain(text: str) -> str:
    """`text` folded, in lower case, with ASCII digits and dashes, and letters without marks."""
    folded = fold(text).removeprefix("'").strip().casefold()
    if folded.isascii():
        return folded
    numbered = _CHINESE.sub(_in_digits, folded)
    return _without_marks(numbered).translate(_PLAIN)


_PLAIN = str.maketrans({**dict.fromkeys("‐‑‒–—―−", "-"), "ı": "i", "’": "'"})
_CHINESE = re.compile(rf"(?<!周)(?<!星期)[十{DIGITS}]{{1,6}}(?=[年月日号號点點时時分秒])")


def _in_digits(match: re.Match[str]) -> str:
    number = read_numeral(match[0])
    return match[0] if number is None else str(number)


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(char for char in decomposed if not unicodedata.combining(char)))


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_MONTH_NUMBERS = {_without_marks(name): number for name, number in MONTHS.items()}
_MONTH = rf"(?P<name>{_any(_MONTH_NUMBERS)})(?![^\W\d_])\.?"
_WEEKDAY = re.compile(rf"[(]?(?<![^\W\d_])(?P<name>{_any(WEEKDAYS)})(?![^\W\d_])[.,]*[)]?")
_CHINESE_WEEKDAY = re.compile(r"[(]?(?P<name>(?:星期|周)[一二三四五六日天])[)]?")
_DAY = r"(?P<day>\d{1,2})"
_SUFFIX = r"(?:st|nd|rd|th|er|[oa])?"
_OF = r"(?:of|de|del|di)"
_YEAR = r"(?P<year>\d{4})"
_NAMED = (
    re.compile(
        rf"{_DAY}{_SUFFIX}\.?(?:[-/]| ?(?:{_OF} )?){_MONTH}"
        rf"(?:[-/]|,? ?(?:{_OF} )?)'?(?P<year>\d{{4}}|\d{{2}})(?: ?г\.?)?"
    ),
    re.compile(rf"{_MONTH}(?:[-/]| ?){_DAY}{_SUFFIX}(?:[-/]|,? ){{1,2}}{_YEAR}"),
    re.compile(rf"{_YEAR}(?:[-/.]|,? ){_MONTH}(?:[-/]| ?){_DAY}{_SUFFIX}"),
)
_YEAR_FIRST = re.compile(
    rf"{_YEAR}(?: ?[-/.] ?| ?[年년] ?)(?P<month>\d{{1,2}})(?: ?[-/.] ?| ?[月월] ?){_DAY} ?[日号號일.]?"
    rf"|(?P<short>\d{{2}}) ?[年년] ?(?P<of_short>\d{{1,2}}) ?[月월] ?(?P<day_of_short>\d{{1,2}}) ?[日号號일]?"
)
_COMPACT = re.compile(r"(?P<year>(?:19|2\d)\d\d)(?P<month>\d{2})(?P<day>\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{4})")
_SHORT_YEAR = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{2})")


def _numeric(text: str) -> dict[Order, date]:
    """The days that a text in digits may name, by order; empty where no order plays a part."""
    if len(text) > LONGEST or _STARTS_WITH_YEAR.match(text):
        return {}
    parts = split_clock(plain(text))
    days = _days(parts[0]) if parts else {}
    return {order: day for order, day in days.items() if order is not None}


_STARTS_WITH_YEAR = re.compile(r"'?\d{4}", re.ASCII)


def _by_years(years: Mapping[Order, set[int]]) -> list[Order]:
    """The orders whose years hardly differ where those of the others go up and down, as days do."""
    steady: list[Order] = [order for order, values in years.items() if len(values) <= _STEADY]
    restless = [order for order, values in years.items() if len(values) >= _RESTLESS]
    return steady if steady and len(steady) + len(restless) == len(years) else list(years)


_STEADY, _RESTLESS = 2, 6


def _without_weekday(text: str) -> tuple[str, set[int]]:
    match = _CHINESE_WEEKDAY.search(text) or _WEEKDAY.search(text)
    if match is None:
        return text, set()
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    return " ".join(rest.split()).strip(" ,"), {_WEEKDAY_NUMBERS[match["name"]]}


_WEEKDAY_NUMBERS = {_without_marks(name): number for name, number in WEEKDAYS.items()}


def _days(text: str) -> dict[Order | None, date]:
    """The days that the text may name by the order that it needs; under None the day that needs none."""
    named = next((match for pattern in _NAMED if (match := pattern.fullmatch(text))), None)
    if named:
        return _possible({None: (named["year"], str(_MONTH_NUMBERS[named["name"]]), named["day"])})
    compact = _COMPACT.fullmatch(text)
    if compact:
        return _possible({None: (compact["year"], compact["month"], compact["day"])})
    first = _YEAR_FIRST.fullmatch(text)
    if first:
        year, month, day = (first[long] or first[short] for long, short in _YEAR_FIRST_PARTS)
        return _possible({None: (year, month, day)})
    last = _YEAR_LAST.fullmatch(text)
    if last:
        left, sign, right, year = last.groups()
        by_day = (year, right, left)
        return _possible({None: by_day} if sign == "." else {"day_first": by_day, "month_first": (year, left, right)})
    short = _SHORT_YEAR.fullmatch(text)
    return _possible(_short(*short.groups())) if short else {}


_YEAR_FIRST_PARTS = (("year", "short"), ("month", "of_short"), ("day", "day_of_short"))


def _short(left: str, sign: str, middle: str, right: str) -> dict[Order | None, tuple[str, str, str]]:
    ways: dict[Order | None, tuple[str, str, str]] = {"day_first": (right, middle, left)}
    if sign != ".":
        ways["month_first"] = (right, left, middle)
    if len(left) == 2:
        ways["year_first"] = (left, middle, right)
    return ways


def _possible(ways: Mapping[Order | None, tuple[str, str, str]]) -> dict[Order | None, date]:
    days: dict[Order | None, date] = {}
    for order, (year, month, day) in ways.items():
        try:
            days[order] = date(_full(year), int(month), int(day))
        except ValueError:
            continue
    return days


def _full(year: str) -> int:
    return int(year) if len(year) == 4 else (2000 if int(year) < 69 else 1900) + int(year)
