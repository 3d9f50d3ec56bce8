"""From the parts of a date in a text to its days, seen from a day. What is no date raises ValueError."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from leadkit.records.text.calendar_words import HOLIDAY_NAMES, MONTHS, NUMBERS, SEASONS, WEEKDAYS, YEARS
from leadkit.records.text.holidays import holiday_in, next_holiday
from leadkit.records.text.numerals import DIGITS, read_numeral

Span = tuple[date, date]
Groups = dict[str, str | None]

_KANA = re.compile(r"[\u3041-\u30ff]")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民国": 1911}
_PAIR = re.compile(rf"[{DIGITS}]{{2}}")
_EARLY = ("初", "上", "early", "begin", "start", "anfang", "déb", "deb", "头")
_MIDDLE = ("中", "mi", "half")
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
    if text in NUMBERS:
        return Decimal(NUMBERS[text])
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


def read_calendar(match: re.Match[str], today: date) -> Span:
    """A day, month, quarter, half, season or year; without a year, the next that isn't over."""
    groups = match.groupdict()
    year = year_of(groups, today)
    if groups.get("day"):
        return _days(groups, year, today)
    if groups.get("week"):
        return _calendar_week(int(groups["week"] or 0), year, today)
    months = _months(groups)
    if months is None and groups.get("last_year"):
        return date(year or today.year, 1, 1), date(int(groups["last_year"] or 0), 12, 31)
    if months is None and "年度" in match[0] and _KANA.search(match.string):
        relative = groups.get("year") in YEARS or year is None
        return _business_year(year, groups.get("part"), today if relative else date(year or 1, 4, 1))
    if months is None:
        return _soonest_year(year, groups.get("part"), today)
    return _soonest(*months, year, today, groups)


def read_numbers(match: re.Match[str], today: date) -> Span:
    """Two or three numbers: a day and a month in the order that only one reading allows, and perhaps a year."""
    groups = match.groupdict()
    first, second = int(groups["first"] or 0), int(groups["second"] or 0)
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
    ahead = _ahead(groups.get("which") or "")
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
    return _cut(stretch(today.year + start // 12, start % 12 + 1, count), part)


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
    name = HOLIDAY_NAMES.get(match["holiday"]) or HOLIDAY_NAMES[match["holiday"].removesuffix("节")]
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
    start = later(start, "month", Decimal(_ahead(ahead or "")))
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
    return _cut(stretch(today.year, (today.month - 1) // count * count + 1, count), "end")


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


def _ahead(which: str) -> int:
    word = which.strip()
    if word.startswith(("上", "先", "last", "letzt", "vorig", "vergangen", "derni", "昨")):
        return -1 - word.startswith("上上")
    if word.startswith(("下", "来", "next", "coming", "following", "nächst", "kommend", "proch", "次", "再来")):
        return 1 + word.startswith(("下下", "再来"))
    return 0


def _months(groups: Groups) -> tuple[int, int] | None:
    """The first month and how many, of a span named by month, quarter, half or season."""
    first = _month(groups.get("month") or groups.get("name"))
    if first:
        last = _month(groups.get("month2") or groups.get("name2")) or first
        return first, (last - first) % 12 + 1
    if groups.get("quarter"):
        return _part_of_year(groups["quarter"], 4)
    if groups.get("half"):
        return _part_of_year(groups["half"], 2)
    season = groups.get("season")
    return (SEASONS[season], 3) if season else None


def _part_of_year(word: str | None, count: int) -> tuple[int, int]:
    number = min(int(number_of(word)), 2) if count == 2 and word == "last" else int(number_of(word))
    if not 1 <= number <= count:
        raise ValueError("no such part of a year")
    return 12 // count * (number - 1) + 1, 12 // count


def _month(word: str | None) -> int:
    if not word:
        return 0
    number = MONTHS.get(word.rstrip(".")) or int(number_of(word))
    if not 1 <= number <= 12:
        raise ValueError("no such month")
    return number


def _soonest(first: int, count: int, year: int | None, today: date, groups: Groups) -> Span:
    if year is not None:
        return _cut(stretch(year, first, count), groups.get("part"), groups.get("nth"))
    for near in range(max(1, today.year - 1), today.year + 2):
        span = _cut(stretch(near, first, count), groups.get("part"), groups.get("nth"))
        if span[1] >= today:
            return span
    raise ValueError("no such month")


def _days(groups: Groups, year: int | None, today: date) -> Span:
    month = _month(groups.get("month") or groups.get("name"))
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
    if part.startswith(_EARLY):
        return stretch(year, 1, 3)
    if part.startswith(_MIDDLE):
        return stretch(year, 6, 1)
    return stretch(year, 10, 3) if part.startswith("late") else stretch(year, 12, 1)


def _cut(span: Span, part: str | None, nth: str | None = None) -> Span:
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
    third = 0 if part.startswith(_EARLY) else 1 if part.startswith(_MIDDLE) else 2
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months > 1:
        length, start = max(months // 3, 1), [0, (months - 1) // 2, months - max(months // 3, 1)][third]
        years, month = divmod(first.month - 1 + start, 12)
        return stretch(first.year + years, month + 1, length)
    start = first.replace(day=[1, 11, 21][third])
    return start, last if third == 2 else start.replace(day=start.day + 9)
