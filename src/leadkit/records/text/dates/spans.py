"""From the parts of a date in a text to its days, seen from a day. What is no date raises ValueError."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from leadkit.records.text.dates.calendar_words import HOLIDAY_NAMES, WEEKDAYS, YEARS
from leadkit.records.text.dates.holidays import holiday_in, next_holiday
from leadkit.records.text.dates.parts import (
    EARLY,
    MIDDLE,
    Groups,
    Span,
    ahead_of,
    cut,
    later,
    month_of,
    months_of,
    number_of,
    stretch,
    unit_of,
    year_of,
)

_KANA = re.compile(r"[\u3041-\u30ff]")


def read_calendar(match: re.Match[str], today: date) -> Span:
    """A day, month, quarter, half, season or year; without a year, the next that isn't over."""
    groups = match.groupdict()
    year = year_of(groups, today)
    if groups.get("day"):
        return _days(groups, year, today)
    if groups.get("week"):
        return _calendar_week(int(groups["week"] or 0), year, today)
    months = months_of(groups)
    if months is None and groups.get("last_year"):
        return date(year or today.year, 1, 1), date(int(groups["last_year"] or 0), 12, 31)
    if months is None and "年度" in match[0] and _KANA.search(match.string):
        relative = groups.get("year") in YEARS or year is None
        return _business_year(year, groups.get("part"), today if relative else date(year or 1, 4, 1))
    if months is None:
        return _soonest_year(year, groups.get("part"), today)
    return _soonest(*months, year, today, groups)


def read_days(match: re.Match[str], _: date) -> Span:
    """Two full dates, the second perhaps without a year."""
    year = int(match["year"])
    first = date(year, int(match["month"]), int(match["day"]))
    return first, date(int(match["last_year"] or year), int(match["month2"]), int(match["day2"]))


def read_numbers(match: re.Match[str], today: date) -> Span:
    """Two or three numbers: a day and a month in the order that only one reading allows, and perhaps a year."""
    groups = match.groupdict()
    first, second = int(groups["first"] or 0), int(groups["second"] or 0)
    if len(groups.get("year") or "") == 2 and re.search(r"[\u4e00-\u9fff]", match.string):
        return _days({"month": str(second), "day": groups["year"]}, 2000 + first, today)
    if groups.get("dot") or first > 12:
        day, month = first, second
    elif second > 12 or first == second or re.search(r"[\u4e00-\u9fff]", match.string):
        month, day = first, second
    else:
        raise ValueError("day and month may be either way round")
    return _days({"month": str(month), "day": str(day)}, year_of(groups, today), today)


def read_relative(match: re.Match[str], today: date) -> Span:
    """A week, month, quarter or weekday counted from today's: 下个月, 上周, next quarter, 下周三."""
    groups = match.groupdict()
    ahead = ahead_of(groups.get("which") or "")
    unit = "week" if groups.get("weekday") else unit_of(groups["unit"] or "")
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
        return _weekday(monday, groups, today)
    span = _relative_months(today, 3 if unit == "quarter" else 1, ahead, groups.get("part"))
    if span[1] < today and not groups.get("which"):
        return _relative_months(today, 3 if unit == "quarter" else 1, 1, groups.get("part"))
    return span


def _relative_months(today: date, count: int, ahead: int, part: str | None) -> Span:
    start = (today.month - 1) // count * count + count * ahead
    return cut(stretch(today.year + start // 12, start % 12 + 1, count), part)


def read_duration(match: re.Match[str], today: date) -> Span:
    """Within, after or before so many days, weeks, months, years; `way` is the word that says which."""
    groups = match.groupdict()
    word, way = groups["unit"] or "", groups.get("way") or "内"
    unit, count = unit_of(word), number_of(groups["count"])
    if "半" in word or groups.get("half"):
        count += Decimal("0.5")
    if "前" in way or way in {"ago", "vor", "il y a"}:
        day = later(today, unit, -count)
        return day, day
    last = later(today, unit, count)
    if "后" in way or way in {"from now", "after", "nach"}:
        return last, last
    first = groups.get("low") if way.strip() in _JOINTS else None
    return (later(today, unit, number_of(first)) if first else today), last


def read_holiday(match: re.Match[str], today: date) -> Span:
    word = match["holiday"].removesuffix("节") or "节"
    name = "spring_festival" if word == "cny" else HOLIDAY_NAMES.get(word) or HOLIDAY_NAMES[match["holiday"]]
    year = year_of(match.groupdict(), today)
    return next_holiday(name, today) if year is None or name == "long_holiday" else holiday_in(name, year)


def read_day(match: re.Match[str], today: date) -> Span:
    """The next such day of a month, or today, tomorrow, yesterday."""
    groups = match.groupdict()
    if groups.get("offset") is not None:
        day = today + timedelta(days=_DAYS[groups["offset"] or ""])
        return day, day
    number, ahead = int(number_of(groups["day"])), groups.get("which")
    start = today.replace(day=1) if ahead or number >= today.day else later(today.replace(day=1), "month", Decimal(1))
    start = later(start, "month", Decimal(ahead_of(ahead or "")))
    day = start.replace(day=number)
    return day, day


def read_end(match: re.Match[str], today: date) -> Span:
    """The end of today's year (its last month), quarter (the same), month or week."""
    word = match["unit"]
    unit = {"y": "year", "q": "quarter", "m": "month", "w": "week"}.get(word) or unit_of(word)
    if unit == "year":
        return stretch(today.year, 12, 1)
    if unit == "week":
        friday = today + timedelta(days=4 - today.weekday())
        return min(today, friday), max(today, friday)
    count = 3 if unit == "quarter" else 1
    return cut(stretch(today.year, (today.month - 1) // count * count + 1, count), "end")


def read_urgent(_: re.Match[str], today: date) -> Span:
    return today, today


_JOINTS = {"-", "~", "–", "to", "至", "到"}
_DAYS = {
    "大前天": -3,
    "前天": -2,
    "昨天": -1,
    "昨日": -1,
    "今天": 0,
    "今日": 0,
    "明天": 1,
    "明日": 1,
    "后天": 2,
    "明后天": 2,
    "大后天": 3,
    "today": 0,
    "tomorrow": 1,
    "yesterday": -1,
    "heute": 0,
    "gestern": -1,
}
DAY_WORDS = "|".join(sorted(_DAYS, key=len, reverse=True))


def _soonest(first: int, count: int, year: int | None, today: date, groups: Groups) -> Span:
    if year is not None:
        return cut(stretch(year, first, count), groups.get("part"), groups.get("nth"))
    if groups.get("ago"):
        span = stretch(today.year, first, count)
        return span if span[1] < today else stretch(today.year - 1, first, count)
    for near in range(max(1, today.year - 1), today.year + 3):
        span = cut(stretch(near, first, count), groups.get("part"), groups.get("nth"))
        if span[1] >= today and not (span[0] <= today and _means_next(span, today, groups)):
            return span
    raise ValueError("no such month")


_FORTNIGHT = timedelta(days=14)


def _means_next(span: Span, today: date, groups: Groups) -> bool:
    """Whether the present season is not meant: the text says "next", or it is about to end."""
    which = groups.get("which") or ""
    return ahead_of(which) > 0 or bool(groups.get("season") and not which and span[1] < today + _FORTNIGHT)


def _days(groups: Groups, year: int | None, today: date) -> Span:
    month = month_of(groups.get("month") or groups.get("name"))
    day = int(number_of(groups["day"]))
    last = int(number_of(groups["day2"])) if groups.get("day2") else day
    if year is None:
        year = today.year + ((month, last) < (today.month, today.day))
    first, end = date(year, month, day), date(year, month, last)
    if end < first:
        raise ValueError("the last day is before the first")
    return first, end


def _calendar_week(week: int, year: int | None, today: date) -> Span:
    monday = date.fromisocalendar(year or today.isocalendar().year, week, 1)
    if year is None and monday + timedelta(days=6) < today:
        monday = date.fromisocalendar(today.isocalendar().year + 1, week, 1)
    return monday, monday + timedelta(days=6)


def _weekday(monday: date, groups: Groups, today: date) -> Span:
    word = groups.get("weekday")
    if word is None:
        return monday, monday + timedelta(days=6)
    day = monday + timedelta(days=WEEKDAYS[word])
    if word == "末":
        return day - timedelta(days=1), day
    if not groups.get("which"):
        day += timedelta(weeks=day < today)
    elif groups["which"] == "next" and day - timedelta(weeks=1) > today:
        return day - timedelta(weeks=1), day
    return day, day


def _business_year(year: int | None, part: str | None, today: date) -> Span:
    """The year from April to March that Japanese texts mean by 年度."""
    first = year if year is not None else today.year
    first -= today.month < 4
    return date(first + 1, 3, 1) if part else date(first, 4, 1), date(first + 1, 3, 31)


def _soonest_year(year: int | None, part: str | None, today: date) -> Span:
    span = _year(year if year is not None else today.year, part, today)
    return span if year is not None or span[1] >= today else _year(today.year + 1, part, today)


def _year(year: int, part: str | None, today: date) -> Span:
    if part is None:
        return (today if year == today.year else date(year, 1, 1)), date(year, 12, 31)
    if part.startswith(EARLY):
        return stretch(year, 1, 3)
    if part.startswith(MIDDLE):
        return stretch(year, 6, 1)
    return stretch(year, 10, 3) if part.startswith("late") else stretch(year, 12, 1)
