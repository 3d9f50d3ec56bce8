"""The days of the holidays that people plan by: Spring Festival by a table, others by rule."""

from __future__ import annotations

from datetime import date, timedelta

FIRST_YEAR = 2015
_LUNAR = {
    "spring_festival": (
        *(219, 208, 128, 216, 205, 125, 212, 201, 122, 210, 129, 217, 206),
        *(126, 213, 203, 123, 211, 131, 219, 208, 128, 215, 204, 124, 212),
    ),
    "dragon_boat": (
        *(620, 609, 530, 618, 607, 625, 614, 603, 622, 610, 531, 619, 609),
        *(528, 616, 605, 624, 612, 601, 620, 610, 530, 618, 607, 527, 614),
    ),
    "mid_autumn": (
        *(927, 915, 1004, 924, 913, 1001, 921, 910, 929, 917, 1006, 925, 915),
        *(1003, 922, 912, 1001, 919, 908, 927, 916, 1004, 924, 913, 1002, 920),
    ),
}
"""Holiday -> month * 100 + day in each year from FIRST_YEAR to 2040."""
_FIXED = {
    "new_year": (1, 1, 1),
    "womens_day": (3, 8, 1),
    "qingming": (4, 4, 3),
    "labour_day": (5, 1, 5),
    "childrens_day": (6, 1, 1),
    "mid_year_sale": (6, 18, 1),
    "national_day": (10, 1, 7),
    "singles_day": (11, 11, 1),
    "double_twelve": (12, 12, 1),
    "christmas": (12, 25, 2),
    "golden_week": (4, 29, 7),
}
"""Holiday -> month, day and how many days it lasts."""
_LENGTHS = {"spring_festival": 7, "dragon_boat": 3, "mid_autumn": 3, "thanksgiving": 2, "easter": 2}

HOLIDAYS = frozenset({*_LUNAR, *_FIXED, *_LENGTHS, "long_holiday"})


def holiday_in(name: str, year: int) -> tuple[date, date]:
    """The first and the last day of the holiday in `year`; ValueError outside of 2015-2040 where a table holds it."""
    if name in _FIXED:
        month, day, length = _FIXED[name]
        first = date(year, month, day)
    else:
        first, length = _moving(name, year), _LENGTHS[name]
    return first, first + timedelta(days=length - 1)


def next_holiday(name: str, today: date) -> tuple[date, date]:
    """The next such holiday that isn't over. `long_holiday` is Spring Festival or National Day."""
    if name == "long_holiday":
        return min(next_holiday("spring_festival", today), next_holiday("national_day", today))
    days = holiday_in(name, today.year)
    return days if days[1] >= today else holiday_in(name, today.year + 1)


def _moving(name: str, year: int) -> date:
    if name == "thanksgiving":
        return date(year, 11, 22 + (3 - date(year, 11, 1).weekday()) % 7)
    if name == "easter":
        return _easter(year)
    table = _LUNAR[name]
    if not FIRST_YEAR <= year < FIRST_YEAR + len(table):
        raise ValueError("no table of the lunar calendar for this year")
    month, day = divmod(table[year - FIRST_YEAR], 100)
    return date(year, month, day)


def _easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar, by the rule of Gauss as Meeus gives it."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    month, day = divmod(moon + sunday - 7 * ((golden + 11 * moon + 22 * sunday) // 451) + 114, 31)
    return date(year, month, day + 1)
