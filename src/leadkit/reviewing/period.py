"""Periods in a company's own zone: months, quarters, years, and any other range, its end not included."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define, evolve, field, setters

from leadkit.errors import FactError, Problem
from leadkit.results import Result
from leadkit.rules.moments import months_later
from leadkit.texts import Language, texts

_YEAR = re.compile(r"(\d{4})\s*年?")
_QUARTER = re.compile(r"(\d{4})\s*[-年 ]?\s*[Qq第]\s*([1-4一二三四])\s*(?:季度)?")
_MONTH = re.compile(r"(\d{4})\s*[-/年.]\s*(\d{1,2})\s*月?")
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})\s*(?:\.\.|/|to)\s*(\d{4}-\d{2}-\d{2})")
FIRST_YEAR, LAST_YEAR = 1901, 2998
_TO_LAST_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})\s*–\s*(\d{4}-\d{2}-\d{2})")


@define(on_setattr=setters.frozen, eq=True)
class Period(Result):
    """The days from `first` to the day before `last`, in `zone`. `months` is its length where it is whole months."""

    ADDED = ("label", "start", "end")
    OMITTED = ("first", "last", "months")

    first: date
    last: date
    zone: ZoneInfo = field(repr=str)
    months: int | None = None

    @property
    def start(self) -> datetime:
        """The first moment, in UTC."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first moment that does not belong to it any more, in UTC."""
        return _midnight(self.last, self.zone)

    def _parts(self) -> dict[str, Any]:
        """Its ends in its own zone."""
        ends = {"start": self.start.astimezone(self.zone), "end": self.end.astimezone(self.zone)}
        return {**super()._parts(), **ends}

    def __contains__(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment.astimezone(UTC) < self.end

    @property
    def previous(self) -> Period:
        """The period of the same length before: so many months, or so many days."""
        if self.months is not None:
            return Period(_months_before(self.first, self.months), self.first, self.zone, self.months)
        return Period(self.first - (self.last - self.first), self.first, self.zone)

    @property
    def cohorts(self) -> tuple[Period, ...]:
        """Its calendar months, the first and the last perhaps cut."""
        days = [self.first]
        while (day := months_later(days[-1].replace(day=1), 1)) < self.last:
            days.append(day)
        return tuple(Period(first, last, self.zone) for first, last in pairwise([*days, self.last]))

    @property
    def parts(self) -> tuple[Period, ...]:
        """The weeks of a month, the quarters of a calendar year, else the months; the first and the last may be cut."""
        if self.months == 1:
            mondays = [day for day in _days(self.first, self.last) if day.weekday() == 0 and day > self.first]
            return tuple(Period(first, last, self.zone) for first, last in pairwise([self.first, *mondays, self.last]))
        if self.months == 12 and self.first.month == 1:
            starts = [months_later(self.first, months) for months in (0, 3, 6, 9, 12)]
            return tuple(Period(first, last, self.zone, 3) for first, last in pairwise(starts))
        return tuple(evolve(month, months=1) if _is_whole(month) else month for month in self.cohorts)

    def label(self, language: Language = "en") -> str:
        """What people call it: 2023-Q3 or 2023年Q3, 2023-08 or 2023年8月, 2023 or 2023年, else its days."""
        words, year, month = texts("review", language)["period"], self.first.year, self.first.month
        if self.months == 12 and month == 1:
            return str(words["year"].format(year=year))
        if self.months == 3 and month % 3 == 1:
            return str(words["quarter"].format(year=year, quarter=month // 3 + 1))
        if self.months == 1:
            return str(words["month"].format(year=year, month=format(month, words["digits"])))
        return str(words["days"].format(first=self.first, last=self.last - timedelta(days=1)))


def _days(first: date, last: date) -> list[date]:
    return [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal())]


def _is_whole(month: Period) -> bool:
    return month.first.day == month.last.day == 1


def months_ahead(moment: datetime, zone: ZoneInfo, number: int) -> tuple[Period, ...]:
    """The rest of the month of a moment, from its day on, and the months after it, `number` in all."""
    day = moment.astimezone(zone).date()
    starts = [months_later(day.replace(day=1), place) for place in range(1, number + 1)]
    return tuple(Period(first, last, zone) for first, last in pairwise([day, *starts]))


def period_of(period: Period | str, zone: ZoneInfo) -> Period:
    """A period, or the one that a text names.

    Raises:
        FactError: it names none.
    """
    return read_period(period, zone) if isinstance(period, str) else period


def read_period(text: str, zone: ZoneInfo) -> Period:
    """The period that a text names: `2023-Q3`, `2023年Q3`, `2023-08`, `2023`, or `2023-07-01..2023-10-01`.

    The second day of a range is not part of it, but that of `2023-07-01 – 2023-09-30`, as `Period.label` writes it, is.

    Raises:
        FactError: it names none, or one outside the years 1901 to 2998.
    """
    name = text.strip()
    try:
        if match := _RANGE.fullmatch(name):
            return _between(date.fromisoformat(match[1]), date.fromisoformat(match[2]), zone)
        if match := _TO_LAST_DAY.fullmatch(name):
            return _between(date.fromisoformat(match[1]), date.fromisoformat(match[2]) + timedelta(days=1), zone)
        if match := _QUARTER.fullmatch(name):
            quarter = "1234一二三四".index(match[2]) % 4
            return _of_months(date(int(match[1]), quarter * 3 + 1, 1), 3, zone)
        if match := _MONTH.fullmatch(name):
            return _of_months(date(int(match[1]), int(match[2]), 1), 1, zone)
        if match := _YEAR.fullmatch(name):
            return _of_months(date(int(match[1]), 1, 1), 12, zone)
    except (ValueError, OverflowError):
        pass
    hint = f"such as 2023-Q3, 2023-08, 2023 or 2023-07-01..2023-10-01, from {FIRST_YEAR} to {LAST_YEAR}"
    raise FactError(Problem("is not a period", hint, path="period"))


def _between(first: date, last: date, zone: ZoneInfo) -> Period:
    if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR or last <= first:
        raise ValueError
    whole = first.day == last.day == 1
    return Period(first, last, zone, (last.year - first.year) * 12 + last.month - first.month if whole else None)


def _of_months(first: date, months: int, zone: ZoneInfo) -> Period:
    return _between(first, months_later(first, months), zone)


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return day.replace(year=year, month=month + 1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
