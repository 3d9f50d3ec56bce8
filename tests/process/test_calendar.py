"""Working time, clause by clause: the settings, China's calendar, changes of the clock, and what holds always."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import workclock
from attrs import evolve
from holidays import country_holidays, list_supported_countries
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from leadkit.adapters.calendar import calendar, public_holidays
from leadkit.errors import FactError, MissingExtraError, PolicyError
from leadkit.process.calendar import MOST_DAYS, CalendarSettings, Due, WorkCalendar

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
SHANGHAI, BERLIN, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
CHINA = calendar(CalendarSettings(country="CN"), "Asia/Shanghai")
OFFICE = CalendarSettings().spans


class Counted(frozenset[int]):
    """Weekdays that count how often it is asked whether a day is one of them."""

    times = 0

    def __contains__(self, day: object) -> bool:
        self.times += 1
        return super().__contains__(day)


def clock(*spans: tuple[float, float]) -> tuple[tuple[timedelta, timedelta], ...]:
    return tuple((opens * HOUR, closes * HOUR) for opens, closes in spans)


def work_calendar(zone: ZoneInfo, *spans: tuple[float, float], **more: Any) -> WorkCalendar:
    return WorkCalendar(**{"zone": zone, "spans": clock(*spans), "weekdays": frozenset(range(7))} | more)


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: tuples(inner) for key, inner in value.items()}
    return tuple(map(tuples, value)) if isinstance(value, list) else value


def authored(toml: str) -> CalendarSettings:
    return CalendarSettings.model_validate(tuples(tomllib.loads(toml)))


def refusal(toml: str) -> str:
    with pytest.raises(ValidationError) as caught:
        authored(toml)
    error = caught.value.errors()[0]
    hint = error.get("ctx", {}).get("hint", "")
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']} ({hint})"


class TestWhatAPolicySays:
    """`[calendar]`: zone, country, hours, weekdays, closures, extra working days; all may be left out."""

    def test_it_may_say_nothing(self):
        said = authored("")
        assert (said.zone, said.country, said.closures, said.extra_working_days) == (None, None, (), ())
        assert said.spans == clock((9, 12), (13, 18))
        assert said.weekday_numbers == {0, 1, 2, 3, 4}

    def test_texts_and_the_native_times_and_dates_of_toml_are_the_same(self):
        native = authored("closures = [2026-12-24]\nextra_working_days = [2026-12-26]\nhours = [[09:00:00, 17:30:15]]")
        texts = authored(
            'closures = ["2026-12-24"]\nextra_working_days = ["2026-12-26"]\nhours = [["9:00", "17:30:15"]]'
        )
        assert native == texts
        assert native.closures == (date(2026, 12, 24),)
        assert native.hours == (("09:00", "17:30:15"),)
        assert native.spans == ((9 * HOUR, 17.5 * HOUR + timedelta(seconds=15)),)

    def test_it_survives_json(self):
        said = authored('country = "DE-BY"\nclosures = [2026-12-24]\nhours = [[22:00:00, "24:00"]]\nweekdays = ["sun"]')
        assert CalendarSettings.model_validate_json(said.model_dump_json()) == said

    def test_a_day_may_end_at_midnight_and_spans_may_touch(self):
        said = authored('hours = [["00:00", "12:00"], ["12:00", "24:00"]]\nweekdays = ["sat", "mon"]')
        assert said.spans == clock((0, 12), (12, 24))
        assert said.weekday_numbers == {0, 5}

    @pytest.mark.parametrize(
        ("toml", "expected"),
        [
            ('hours = [["18:00", "09:00"]]', 'hours: 18:00 to 09:00 ends before .*"24:00", and a night as two spans'),
            ('hours = [["09:00", "09:00"]]', "hours: 09:00 to 09:00 ends before it begins"),
            ('hours = [["9:00", "12:00"], ["11:00", "18:00"]]', r"hours: 11:00 to 18:00 begins before .*\(earliest"),
            ('hours = [["13:00", "18:00"], ["09:00", "12:00"]]', "hours: 09:00 to 12:00 begins before the span above"),
            ('hours = [["9", "18:00"]]', r'hours\.0\.0: is not a time of day \(write "09:00"'),
            ('hours = [["09:00", "24:01"]]', r"hours\.0\.1: is not a time of day"),
            ('hours = [["09:60", "18:00"]]', r"hours\.0\.0: is not a time of day"),
            ("hours = [[9, 18:00:00]]", r"hours\.0\.0: is not a time of day"),
            ("hours = [[09:00:00.5, 18:00:00]]", r"hours\.0\.0: is not a time of day"),
            ("hours = []", "hours: .*at least 1"),
            ('closures = ["24.12.2026"]', r"closures\.0: is not a date \(write 2026-12-24"),
            ('closures = ["2026-02-30"]', r"closures\.0: is not a date"),
            ("closures = [2026-12-24T00:00:00]", r"closures\.0: is not a date .*without a time of day"),
            ("extra_working_days = [20261224]", r"extra_working_days\.0: is not a date"),
            (
                "closures = [2026-12-24]\nextra_working_days = [2026-12-24]",
                "2026-12-24 is a closure and an extra working day .take it out of one",
            ),
            ('weekdays = ["mon", "mon"]', "names a weekday twice"),
            ('weekdays = ["monday"]', r"weekdays\.0: .*'mon', 'tue'"),
            ("weekdays = []", "weekdays: .*at least 1"),
            ('zone = "Asia/Peking"', r"zone: no such time zone \(a name such as Asia/Shanghai"),
            ('country = "China"', r"country: is not a country \(two capital letters such as CN"),
            ("holidays = []", "holidays: Extra inputs"),
        ],
    )
    def test_what_makes_no_sense_is_refused_with_a_hint(self, toml, expected):
        assert re.search(expected, refusal(toml))


class TestTheCalendarOfChina:
    """Public holidays and make-up days are those of the State Council; after the last proclaimed year it is a guess."""

    @pytest.mark.parametrize(
        ("start", "due"),
        [
            ("2026-02-13T17:30", "2026-02-14T10:30"),
            ("2026-02-15T10:00", "2026-02-24T11:00"),
            ("2026-10-09T17:00", "2026-10-10T10:00"),
            ("2026-03-02T11:00", "2026-03-02T14:00"),
            ("2026-03-02T10:00", "2026-03-02T12:00"),
        ],
    )
    def test_two_working_hours_later(self, start, due):
        assert CHINA.add(china(start), 2 * HOUR) == Due(china(due), provisional=False)

    def test_a_make_up_day_is_worked_and_a_holiday_is_not(self):
        assert CHINA.is_working_day(date(2026, 2, 14))
        assert not CHINA.is_working_day(date(2026, 2, 15))
        assert not CHINA.is_working_day(date(2026, 2, 16))
        assert CHINA.is_working_day(date(2026, 2, 24))

    def test_closures_and_extra_working_days_overrule_the_country(self):
        own = CalendarSettings(
            country="CN", closures=(date(2026, 2, 14),), extra_working_days=(date(2026, 2, 16), date(2026, 3, 7))
        )
        days = calendar(own, "Asia/Shanghai")
        assert not days.is_working_day(date(2026, 2, 14))
        assert days.is_working_day(date(2026, 2, 16))
        assert days.is_working_day(date(2026, 3, 7))

    def test_it_is_confirmed_through_the_last_year_that_has_make_up_days(self):
        last = max(CHINA.make_up_days).year
        assert CHINA.confirmed_through == date(last, 12, 31)
        assert last >= 2026
        assert len([day for day in CHINA.make_up_days if day.year == 2026]) == 6

    def test_what_lies_beyond_is_provisional(self):
        end = date(2026, 12, 31)
        guess = WorkCalendar(zone=SHANGHAI, spans=OFFICE, weekdays=frozenset(range(5)), confirmed_through=end)
        eve, new_year = china("2026-12-31T17:00"), china("2027-01-01T10:00")
        assert guess.add(eve, HOUR) == Due(china("2026-12-31T18:00"), provisional=False)
        assert guess.add(eve, 2 * HOUR) == Due(new_year, provisional=True)
        assert guess.add(new_year, timedelta()).provisional
        assert not guess.add(eve, timedelta()).provisional
        assert guess.add_days(eve, 1) == Due(china("2027-01-01T18:00"), provisional=True)
        assert not guess.add_days(eve - DAY, 1).provisional
        assert not guess.add_elapsed(eve, 24 * HOUR).provisional

    def test_midnight_at_the_end_of_the_last_confirmed_day_is_confirmed(self):
        nights = work_calendar(SHANGHAI, (20, 24), confirmed_through=date(2026, 12, 31))
        assert nights.add(china("2026-12-31T20:00"), 4 * HOUR) == Due(china("2027-01-01T00:00"), provisional=False)


class TestHolidaysOfACountry:
    """They come from the library holidays, are official as long as it says so, and are asked for only if needed."""

    def test_without_a_country_weekdays_decide_and_nothing_is_provisional(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "holidays", None)
        plain = calendar(CalendarSettings(zone="Europe/Berlin"), "Asia/Shanghai")
        assert plain.zone == BERLIN
        assert plain.confirmed_through is None
        assert plain.is_working_day(date(2026, 12, 25))

    def test_the_zone_of_the_policy_counts_where_the_calendar_has_none(self):
        assert calendar(CalendarSettings(), "Asia/Shanghai").zone == SHANGHAI

    def test_a_part_of_a_country_has_its_own_days(self):
        assert date(2026, 6, 4) in public_holidays("DE-BY").days
        assert date(2026, 6, 4) not in public_holidays("DE-BE").days

    @pytest.mark.parametrize("country", ["DE", "US", "GB", "BG"])
    def test_holidays_by_rule_last_as_far_as_the_library_is_asked(self, country):
        assert public_holidays(country).confirmed_through == date(2100, 12, 31)

    @pytest.mark.parametrize("country", ["AE", "DZ", "MY", "SG"])
    def test_holidays_by_the_moon_are_official_up_to_the_first_estimate(self, country):
        last = public_holidays(country).confirmed_through.year
        assert 2025 <= last < 2040
        of_both = country_holidays(country, years=(last, last + 1), language="en_US", expand=False)
        guessed = {day.year for day, name in of_both.items() if "estimated" in name and day.year >= 2026}
        assert guessed == {last + 1}

    def test_no_country_that_is_known_raises_or_warns(self):
        countries = list_supported_countries(include_aliases=False)
        found = {country: public_holidays(country).confirmed_through.year for country in countries}
        assert len(found) > 200
        assert min(found.values()) >= 2025

    @pytest.mark.parametrize("country", ["CN", "DE-BY", "HK", "US-NY"])
    def test_they_are_those_of_the_library(self, country):
        code, _, part = country.partition("-")
        known = country_holidays(code, subdiv=part or None, years=range(2000, 2101), expand=False)
        assert public_holidays(country).days == known.keys()
        assert public_holidays(country).make_up_days == known.weekend_workdays

    def test_one_country_costs_one_country(self):
        """The library's package of countries, which imports more than 200, stays out."""
        ask = "from leadkit.adapters.calendar import public_holidays; print(len(public_holidays('CN').days))"
        code = f"import sys; {ask}; print('holidays.countries' in sys.modules)"
        printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        assert int(printed.split()[0]) > 1_000
        assert printed.split()[1] == "False"

    def test_the_same_question_is_answered_once(self):
        assert public_holidays("CN") is public_holidays("CN")

    @pytest.mark.parametrize(
        ("country", "expected"),
        [
            ("XX", "calendar.country: no holidays are known for XX (hint: two letters, such as CN, DE or US)"),
            ("CN-BJ", 'calendar.country: no holidays are known for BJ of CN (hint: write "CN")'),
            (
                "DE-Augsburk",
                "calendar.country: no holidays are known for Augsburk of DE (hint: did you mean 'Augsburg'?)",
            ),
        ],
    )
    def test_an_unknown_country_is_refused(self, country, expected):
        with pytest.raises(PolicyError) as caught:
            calendar(CalendarSettings(country=country), "Asia/Shanghai")
        assert str(caught.value) == expected

    def test_a_missing_library_names_its_extra(self, monkeypatch):
        public_holidays.cache_clear()
        monkeypatch.setitem(sys.modules, "holidays", None)
        with pytest.raises(MissingExtraError, match=r"leadkit\[calendar\]"):
            calendar(CalendarSettings(country="CN"), "Asia/Shanghai")


class TestWorkingDays:
    """Within N working days: by closing time of the N-th working day after the day of the start."""

    @pytest.mark.parametrize(
        ("start", "days", "due"),
        [
            ("2026-03-05T10:00", 1, "2026-03-06T18:00"),
            ("2026-03-06T09:00", 1, "2026-03-09T18:00"),
            ("2026-03-06T23:00", 1, "2026-03-09T18:00"),
            ("2026-03-07T10:00", 1, "2026-03-09T18:00"),
            ("2026-03-08T10:00", 1, "2026-03-09T18:00"),
            ("2026-03-07T10:00", 3, "2026-03-11T18:00"),
            ("2026-02-13T10:00", 1, "2026-02-14T18:00"),
            ("2026-02-13T10:00", 2, "2026-02-24T18:00"),
        ],
    )
    def test_the_day_of_the_start_never_counts(self, start, days, due):
        assert CHINA.add_days(china(start), days) == Due(china(due), provisional=False)

    def test_the_day_is_that_of_the_calendars_zone(self):
        assert CHINA.add_days(datetime(2026, 3, 4, 17, tzinfo=UTC), 1).at == china("2026-03-06T18:00")

    @pytest.mark.parametrize("days", [0, -1, 1_000_000])
    def test_a_number_of_days_that_makes_no_sense_is_refused(self, days):
        with pytest.raises(FactError, match="days: must be 1 to 36525 working days"):
            CHINA.add_days(china("2026-03-05T10:00"), days)


class TestElapsedTime:
    """Twenty-four hours are twenty-four hours, whatever the clock on the wall does."""

    def test_nights_and_holidays_count(self):
        assert CHINA.add_elapsed(china("2026-02-13T17:30"), 24 * HOUR).at == china("2026-02-14T17:30")

    def test_a_change_of_the_clock_shows_in_the_time_of_day(self):
        berlin = work_calendar(BERLIN, (9, 17))
        due = berlin.add_elapsed(datetime(2026, 3, 28, 12, tzinfo=BERLIN), 24 * HOUR)
        assert due.at == datetime(2026, 3, 29, 13, tzinfo=BERLIN)


class TestOpening:
    """`next_opening` is the moment itself within working hours, and else when the next ones begin."""

    @pytest.mark.parametrize(
        ("moment", "opening"),
        [
            ("2026-03-05T08:00", "2026-03-05T09:00"),
            ("2026-03-05T09:00", "2026-03-05T09:00"),
            ("2026-03-05T11:59:59", "2026-03-05T11:59:59"),
            ("2026-03-05T12:00", "2026-03-05T13:00"),
            ("2026-03-06T18:00", "2026-03-09T09:00"),
            ("2026-02-14T18:00", "2026-02-24T09:00"),
        ],
    )
    def test_closing_time_is_too_late(self, moment, opening):
        assert CHINA.next_opening(china(moment)) == china(opening)


class TestNoWorkingTime:
    """No working time is due at once; a calendar without any is an error and no endless loop."""

    @pytest.mark.parametrize("start", ["2026-02-13T10:00", "2026-02-13T12:00", "2026-02-15T03:00"])
    def test_no_work_is_due_at_the_start(self, start):
        assert CHINA.add(china(start), timedelta()).at == china(start)

    @pytest.mark.parametrize(
        "empty",
        [
            work_calendar(SHANGHAI, (9, 17), weekdays=frozenset()),
            work_calendar(SHANGHAI),
            work_calendar(SHANGHAI, (9, 17), weekdays=frozenset({0}), holidays=frozenset(
                date(2020, 1, 6) + timedelta(weeks=week) for week in range(6_000)
            )),
        ],
        ids=["no weekday", "no hours", "holidays only"],
    )  # fmt: skip
    def test_an_empty_calendar_gives_up_after_one_look_at_each_day_of_a_century(self, empty):
        start = china("2026-03-05T10:00")
        looked_at = Counted(empty.weekdays)
        empty = evolve(empty, weekdays=looked_at)
        for ask in (
            lambda: empty.add(start, MINUTE),
            lambda: empty.add_days(start, 1),
            lambda: empty.next_opening(start),
        ):
            with pytest.raises(FactError, match=r"calendar: finds no such working time .*weekdays, hours and holidays"):
                ask()
        assert empty.between(start, start + timedelta(days=30_000)) == timedelta()
        assert looked_at.times <= 3 * MOST_DAYS + 30_001

    def test_times_more_than_a_century_apart_are_refused(self):
        with pytest.raises(FactError, match="end: is more than a hundred years away"):
            CHINA.between(china("2000-01-01T10:00"), china("2990-01-01T10:00"))

    def test_more_work_than_a_century_has_gives_up_too(self):
        with pytest.raises(FactError, match="within a hundred years"):
            CHINA.add(china("2026-03-05T10:00"), timedelta(days=36_000))


class TestTimesThatAreRefused:
    """Times are aware, and of the years 1900 to 2999; durations go forward."""

    def test_a_naive_time_is_refused_by_name(self):
        naive = datetime(2026, 3, 5, 10)  # noqa: DTZ001
        aware = china("2026-03-05T10:00")
        for name, ask in {
            "start": lambda: CHINA.add(naive, HOUR),
            "moment": lambda: CHINA.next_opening(naive),
            "end": lambda: CHINA.between(aware, naive),
        }.items():
            with pytest.raises(FactError, match=f"{name}: is a time without a zone"):
                ask()

    @pytest.mark.parametrize("far", ["0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31"])
    def test_a_time_far_off_is_refused(self, far):
        with pytest.raises(FactError, match="start: lies outside the years 1900 to 2999"):
            CHINA.add(datetime.fromisoformat(f"{far}T00:00Z"), HOUR)

    @pytest.mark.parametrize("amount", [-MINUTE, timedelta.max])
    def test_a_duration_goes_forward_and_has_a_bound(self, amount):
        with pytest.raises(FactError, match="work: must be between nothing and a hundred years"):
            CHINA.add(china("2026-03-05T10:00"), amount)
        with pytest.raises(FactError, match="elapsed: must be between nothing and a hundred years"):
            CHINA.add_elapsed(china("2026-03-05T10:00"), amount)


class TestChangesOfTheClock:
    """Hours are what the clock shows, durations what elapses: a night is shorter in spring and longer in autumn."""

    @pytest.mark.parametrize(
        ("zone", "day", "hours"),
        [
            (BERLIN, date(2026, 3, 29), 23),
            (BERLIN, date(2026, 10, 25), 25),
            (BERLIN, date(2026, 7, 1), 24),
            (NEW_YORK, date(2026, 3, 8), 23),
            (NEW_YORK, date(2026, 11, 1), 25),
            (ZoneInfo("Africa/Cairo"), date(2026, 4, 24), 23),
            (ZoneInfo("Pacific/Apia"), date(2011, 12, 30), 0),
        ],
    )
    def test_a_whole_day_is_as_long_as_it_is(self, zone, day, hours):
        around_the_clock = work_calendar(zone, (0, 24), weekdays=frozenset(), make_up_days=frozenset({day}))
        noon = datetime.combine(day, time(12), UTC)
        assert around_the_clock.between(noon - 3 * DAY, noon + 3 * DAY) == hours * HOUR

    def test_the_night_of_the_change_in_spring(self):
        night = work_calendar(BERLIN, (0, 6))
        assert night.add(datetime(2026, 3, 29, 1, tzinfo=BERLIN), 2 * HOUR).at == datetime(
            2026, 3, 29, 4, tzinfo=BERLIN
        )

    def test_the_night_of_the_change_in_autumn(self):
        night = work_calendar(NEW_YORK, (0, 6))
        due = night.add(datetime(2026, 11, 1, 0, tzinfo=NEW_YORK), 3 * HOUR)
        assert due.at == datetime(2026, 11, 1, 2, tzinfo=NEW_YORK)

    @pytest.mark.parametrize(
        ("span", "hours"), [((2, 3), 0), ((2.25, 2.75), 0), ((1.5, 2.5), 0.5), ((2.5, 4), 1), ((1, 4), 2)]
    )
    def test_hours_that_the_clock_leaves_out_are_not_worked(self, span, hours):
        spring = work_calendar(BERLIN, span)
        noon = datetime(2026, 3, 28, 12, tzinfo=UTC)
        assert spring.between(noon, noon + DAY) == hours * HOUR

    def test_spans_around_the_hour_left_out_are_not_counted_twice(self):
        spring = work_calendar(BERLIN, (2, 2.5), (2.5, 3), (3, 4))
        start = datetime(2026, 3, 29, 0, tzinfo=BERLIN)
        assert spring.add(start, HOUR).at == datetime(2026, 3, 29, 4, tzinfo=BERLIN)
        assert spring.next_opening(start) == datetime(2026, 3, 29, 3, tzinfo=BERLIN)

    @pytest.mark.parametrize(("span", "hours"), [((2, 3), 2), ((1.5, 2.5), 1), ((2.5, 4), 2.5), ((3, 4), 1)])
    def test_a_time_that_the_clock_shows_twice_is_meant_the_first_time(self, span, hours):
        autumn = work_calendar(BERLIN, span)
        noon = datetime(2026, 10, 24, 12, tzinfo=UTC)
        assert autumn.between(noon, noon + DAY) == hours * HOUR

    def test_the_second_showing_of_an_hour_is_another_moment(self):
        night = work_calendar(BERLIN, (0, 6))
        first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
        assert night.between(first, first.replace(fold=1)) == HOUR
        assert night.add(first, HOUR).at.fold == 1

    def test_answers_are_in_the_calendars_zone(self):
        berlin = work_calendar(BERLIN, (9, 17))
        assert berlin.add(datetime(2026, 7, 1, 7, tzinfo=UTC), HOUR).at.tzinfo is BERLIN
        assert berlin.next_opening(datetime(2026, 7, 1, 1, tzinfo=UTC)).tzinfo is BERLIN


def free_days(days: WorkCalendar) -> list[date]:
    start = date(2023, 1, 1)
    return [day for day in (start + ahead * DAY for ahead in range(2_200)) if not days.is_working_day(day)]


def oracle(days: WorkCalendar, *shifts: tuple[time, time]) -> workclock.Schedule:
    shift_rules = [workclock.WorkDay(opens, closes, days=range(7)) for opens, closes in shifts]
    return workclock.Schedule([*shift_rules, workclock.Holidays(free_days(days))], time_zone=days.zone)


WEEK = frozenset(range(5))
OFFICE_SHIFTS = ((time(9), time(12)), (time(13), time(18)))
NIGHT_SHIFTS = ((time(0), time(6)), (time(22), time(0)))


class TestAgainstAnotherLibrary:
    """workclock counts the same working time on twenty thousand random questions."""

    @pytest.mark.parametrize(
        ("days", "shifts"),
        [
            (CHINA, OFFICE_SHIFTS),
            (work_calendar(BERLIN, (9, 12), (13, 18), weekdays=WEEK), OFFICE_SHIFTS),
            (work_calendar(BERLIN, (0, 6), (22, 24)), NIGHT_SHIFTS),
            (work_calendar(NEW_YORK, (0, 24), weekdays=frozenset({0, 5, 6})), ((time(0), time(0)),)),
        ],
        ids=["China", "Berlin by day", "Berlin by night", "New York around the clock"],
    )
    def test_five_thousand_of_them(self, days, shifts):
        other, random = oracle(days, *shifts), Random(20260213)
        for _ in range(5_000):
            start = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=random.randrange(3 * 365 * 86_400))
            work = timedelta(seconds=random.choice((3_600 * random.randrange(60), random.randrange(120_000))))
            due = days.add(start, work).at.astimezone(UTC)
            assert due == other.add(start, work), (start, work)
            assert days.between(start, due + work) == other.between(start, due + work), (start, work)


spans = st.lists(st.integers(0, 24), min_size=2, max_size=6, unique=True).map(
    lambda hours: tuple(pair for number, pair in enumerate(pairwise(sorted(hours))) if number % 2 == 0)
)
free = st.frozensets(st.dates(date(2026, 3, 1), date(2026, 11, 30)), max_size=20)
calendars = st.builds(
    lambda zone, hours, weekdays, off, made_up: work_calendar(
        zone, *hours, weekdays=weekdays, holidays=off, make_up_days=made_up
    ),
    st.sampled_from([SHANGHAI, BERLIN, NEW_YORK]),
    spans,
    st.frozensets(st.integers(0, 6), min_size=1),
    free,
    free,
)
weeks_of_change = st.sampled_from([date(2026, 3, 6), date(2026, 3, 27), date(2026, 10, 23), date(2026, 10, 30)])
moments = st.builds(
    lambda day, minutes: datetime.combine(day, time(), UTC) + minutes * MINUTE, weeks_of_change, st.integers(0, 5_000)
)
work = st.integers(0, 6_000).map(lambda minutes: minutes * MINUTE)


def is_worked(days: WorkCalendar, moment: datetime) -> bool:
    shown = moment.astimezone(days.zone)
    past_midnight = timedelta(hours=shown.hour, minutes=shown.minute)
    return days.is_working_day(shown.date()) and any(opens <= past_midnight < closes for opens, closes in days.spans)


def minute_by_minute(days: WorkCalendar, start: datetime, work: timedelta) -> datetime:
    now, left = start, work
    while left:
        left -= MINUTE if is_worked(days, now) else timedelta()
        now += MINUTE
    return now


class TestWhatHoldsAlways:
    """Adding and measuring are inverse, go with the clock, and agree with a walk minute by minute."""

    @given(calendars, moments, work)
    def test_what_was_added_is_what_is_between(self, days, start, amount):
        due = days.add(start, amount).at
        assert days.between(start, due) == amount
        assert days.between(due, start) == -amount

    @given(calendars, moments, work, work)
    def test_a_sum_is_added_at_once_or_one_after_the_other(self, days, start, first, second):
        one_by_one, at_once = days.add(days.add(start, first).at, second), days.add(start, first + second)
        assert one_by_one.at.astimezone(UTC) == at_once.at.astimezone(UTC)

    @given(calendars, moments, moments, work, work)
    def test_who_starts_later_or_works_longer_is_done_no_earlier(self, days, one, other, short, long):
        earlier, later = sorted((one, other))
        less, more = sorted((short, long))
        done = [
            days.add(*question).at.astimezone(UTC) for question in ((earlier, less), (earlier, more), (later, more))
        ]
        assert done == sorted(done)

    @given(calendars, moments, moments, moments)
    def test_working_time_adds_up(self, days, one, two, three):
        assert days.between(one, two) + days.between(two, three) == days.between(one, three)

    @given(calendars, moments)
    def test_the_next_opening_is_the_first_moment_that_is_worked(self, days, moment):
        opening = days.next_opening(moment)
        assert is_worked(days, opening)
        assert days.between(moment, opening) == timedelta()

    @settings(max_examples=60)
    @given(calendars, moments, st.integers(0, 900).map(lambda minutes: minutes * MINUTE))
    def test_a_walk_minute_by_minute_arrives_at_the_same_time(self, days, start, amount):
        assert days.add(start, amount).at.astimezone(UTC) == minute_by_minute(days, start, amount)

    @given(calendars, moments, st.integers(1, 20))
    def test_working_days_are_counted_one_by_one(self, days, start, number):
        due = days.add_days(start, number).at
        first, last = start.astimezone(days.zone).date(), (due - MINUTE).astimezone(days.zone).date()
        after = [first + ahead * DAY for ahead in range(1, (last - first).days + 1)]
        assert sum(map(days.is_working_day, after)) == number
        assert days.is_working_day(last)
