"""A policy's calendar with the public holidays of its country, from the library holidays."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, setters

from leadkit.errors import MissingExtraError, PolicyError, Problem
from leadkit.process.calendar import CalendarSettings, WorkCalendar
from leadkit.rules.facts import near

if TYPE_CHECKING:
    from holidays import HolidayBase

YEARS = range(2000, 2101)
STILL_MOVES_DAYS = 2024
"""A country whose last make-up day is older than this year no longer has any."""
STILL_OPEN = 2026
"""Holidays that are estimates in an earlier year don't make later years provisional."""


@define(on_setattr=setters.frozen)
class PublicHolidays:
    """The holidays of one country, the weekend days worked in their place, and how long both are official."""

    days: frozenset[date]
    make_up_days: frozenset[date]
    confirmed_through: date


def calendar(settings: CalendarSettings, zone: str) -> WorkCalendar:
    """The calendar that `settings` describe, in their zone or else in `zone`.

    With a country it knows the public holidays of the years 2000 to 2100, and `confirmed_through` is the end of the
    last year for which they are official: which has make-up days, in a country that proclaims them year by year as
    China does, and which has no holiday that the library calls an estimate, as many by the moon are. Elsewhere holidays
    follow rules and are taken as official as far as the library reaches. Half holidays are worked.

    Raises:
        PolicyError: the library doesn't know the country, or this part of it.
        MissingExtraError: there is a country, and holidays is not installed.
    """
    if settings.country is None:
        return settings.calendar(zone)
    public = public_holidays(settings.country)
    return settings.calendar(
        zone,
        holidays=public.days,
        make_up_days=public.make_up_days,
        confirmed_through=public.confirmed_through,
    )


@lru_cache(maxsize=64)
def public_holidays(country: str) -> PublicHolidays:
    """The public holidays of `country`, such as CN or DE-BY."""
    try:
        import holidays
    except ImportError:
        raise MissingExtraError.of("holidays", "calendar") from None
    code, _, part = country.partition("-")
    of_country = _class_of(code)
    if of_country is None:
        raise _unknown(
            f"no holidays are known for {code}",
            near(code, holidays.list_supported_countries()) or "two letters, such as CN, DE or US",
        )
    if part and part not in of_country.subdivisions:
        hint = near(part, of_country.subdivisions) or f'write "{code}"'
        raise _unknown(f"no holidays are known for {part} of {code}", hint)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        known = of_country(subdiv=part or None, years=YEARS, expand=False)
    return PublicHolidays(frozenset(known), frozenset(known.weekend_workdays), date(_last_official(known), 12, 31))


def _class_of(code: str) -> type[HolidayBase] | None:
    """The class of a country's holidays; None where the library has none.

    The library's package of countries imports all of them, which takes longer than opening a desk; so the country's
    file is run by itself where it lies where it is expected.
    """
    import holidays
    from holidays.registry import COUNTRIES

    module, names = next(((key, names) for key, names in COUNTRIES.items() if code in names[1:]), ("", ()))
    if not names:
        return None
    file = Path(holidays.__file__).parent / "countries" / f"{module}.py"
    spec = spec_from_file_location(f"holidays.countries.{module}", file) if file.is_file() else None
    if spec is None or spec.loader is None:
        return getattr(import_module("holidays.countries"), names[0], None)
    alone = module_from_spec(spec)
    spec.loader.exec_module(alone)
    return getattr(alone, names[0], None)


def _last_official(known: HolidayBase) -> int:
    proclaimed = max((day.year for day in known.weekend_workdays), default=0)
    estimated = min((year for year in _estimated(known) if year >= STILL_OPEN), default=YEARS.stop)
    last = min(known.end_year, estimated - 1, YEARS[-1])
    return min(last, proclaimed) if proclaimed >= STILL_MOVES_DAYS else last


def _estimated(known: HolidayBase) -> Iterable[int]:
    """The years that have a holiday whose name says that its date is an estimate."""
    mark = known.tr(getattr(known, "estimated_label", "")).replace("%s", "").strip(" ()（）")
    return (day.year for day, name in known.items() if mark and mark in name)


def _unknown(message: str, hint: str) -> PolicyError:
    return PolicyError(Problem(message, hint, path="calendar.country"))
