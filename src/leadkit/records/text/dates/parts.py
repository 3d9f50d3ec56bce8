"""The parts of a date: numbers, units, years, months, and stretches of days. What is none raises ValueError."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from leadkit.records.text.dates.calendar_words import COUNTS, MONTHS, ORDINALS, SEASONS, YEARS
from leadkit.records.text.numbers.numerals import DIGITS, read_numeral

Span = tuple[date, date]
Groups = dict[str, str | None]

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民国": 1911}
_PAIR = re.compile(rf"[{DIGITS}]{{2}}")
EARLY = ("初", "上", "early", "begin", "start", "anfang", "déb", "deb", "头")
MIDDLE = ("中", "mi", "half")
_UNITS = (
    ("workday", ("工作日", "营业日", "business", "working", "werktag", "arbeitstag")),
    ("quarter", ("季", "quarter", "quartal", "trimest", "四半期")),
    ("month", ("月", "month", "monat", "mois")),
    ("week", ("周", "星期", "礼拜", "week", "wk", "woche", "semaine")),
    ("year", ("年", "year", "jahr", "an")),
)


def number_of(word: str | None) -> Decimal:
    """The number that a word or numeral says; of two digits in speech (两三) the higher. ValueError if it says none."""
    text = (word or "").strip()
    if text in COUNTS or text in ORDINALS:
        return Decimal(COUNTS.get(text) or ORDINALS[text])
    if text.startswith(("半", "half", "halb")):
        return Decimal("0.5")
    if _PAIR.fullmatch(text):
        text = text[1]
    value = read_numeral(text.rstrip(".stndrhe"))
    if value is None:
        raise ValueError("no number")
    return value


def unit_of(word: str) -> str:
    return next((unit for unit, words in _UNITS if any(part in word for part in words)), "day")


def year_of(groups: Groups, today: date) -> int | None:
    """The year that the text names, if it names any; of two digits, the one at most 30 years ahead."""
    word = (groups.get("year") or groups.get("year_after") or "").strip(" 的,")
    if not word:
        return None
    if word in YEARS:
        return today.year + YEARS[word]
    for era, before in _ERAS.items():
        if word.startswith(era):
            return before + (1 if "元" in word else int(number_of(re.sub(r"[^\d]", "", word))))
    digits = re.sub(r"\D", "", word)
    match len(digits):
        case 4:
            return int(digits)
        case 3:
            return int(digits) + 1911
        case 2:
            return int(digits) + (2000 if int(digits) + 2000 <= today.year + 30 else 1900)
    raise ValueError("no year")


_TWO_THIRDS = ("中下旬", "上中旬")


def stretch(year: int, first: int, count: int) -> Span:
    """`count` whole months from month `first` of `year`."""
    years, month = divmod(first + count - 2, 12)
    return date(year, first, 1), date(year + years, month + 1, monthrange(year + years, month + 1)[1])


def later(day: date, unit: str, count: Decimal) -> date:
    """`count` units after `day`, before it if negative; half a month is 15 days, five working days are a week."""
    if unit == "workday":
        return day + timedelta(days=-int(-count * 7 // 5))
    if unit in {"day", "week"}:
        return day + timedelta(days=int(count * (7 if unit == "week" else 1)))
    months = count * {"quarter": 3, "year": 12}.get(unit, 1)
    if months % 1:
        return day + timedelta(days=int(months * 30))
    years, month = divmod(day.year * 12 + day.month - 1 + int(months), 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def ahead_of(which: str) -> int:
    word = which.strip()
    if word.startswith(("上", "先", "last", "letzt", "vorig", "vergangen", "derni", "昨")):
        return -1 - word.startswith("上上")
    if word.startswith(("下", "来", "next", "coming", "following", "nächst", "kommend", "proch", "次", "再来")):
        return 1 + word.startswith(("下下", "再来"))
    return 0


def months_of(groups: Groups) -> tuple[int, int] | None:
    """The first month and how many, of a span named by month, quarter, half or season."""
    first = month_of(groups.get("month") or groups.get("name"))
    if first:
        last = month_of(groups.get("month2") or groups.get("name2")) or first
        return first, (last - first) % 12 + 1
    if groups.get("quarter"):
        start, count = _part_of_year(groups["quarter"], 4)
        last = _part_of_year(groups["quarter2"], 4)[0] if groups.get("quarter2") else start
        return start, (last - start) % 12 + count
    if groups.get("half"):
        return _part_of_year(groups["half"], 2)
    season = groups.get("season")
    return (SEASONS[season], 3) if season else None


def _part_of_year(word: str | None, count: int) -> tuple[int, int]:
    number = min(int(number_of(word)), 2) if count == 2 and word == "last" else int(number_of(word))
    if not 1 <= number <= count:
        raise ValueError("no such part of a year")
    return 12 // count * (number - 1) + 1, 12 // count


def month_of(word: str | None) -> int:
    if not word:
        return 0
    number = MONTHS.get(word.rstrip(".")) or int(number_of(word))
    if not 1 <= number <= 12:
        raise ValueError("no such month")
    return number


def cut(span: Span, part: str | None, nth: str | None = None) -> Span:
    """A third of a month or of some months: 初 or 上旬, 中 or 中旬, 底 or 下旬; the `nth` week of a month."""
    first, last = span
    if nth:
        week = int(number_of(nth))
        start = (
            last - timedelta(days=6) if nth in {"last", "最后一", "letzten"} else first + timedelta(days=7 * (week - 1))
        )
        return start, min(start + timedelta(days=6), last)
    if part is None:
        return span
    if part in _TWO_THIRDS:
        return (first.replace(day=11), last) if part.startswith("中") else (first, first.replace(day=20))
    third = 0 if part.startswith(EARLY) else 1 if part.startswith(MIDDLE) else 2
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months > 1:
        length = max(months // 3, 1)
        years, month = divmod(first.month - 1 + [0, (months - 1) // 2, months - length][third], 12)
        return stretch(first.year + years, month + 1, length)
    start = first.replace(day=[1, 11, 21][third])
    return start, last if third == 2 else start.replace(day=start.day + 9)
