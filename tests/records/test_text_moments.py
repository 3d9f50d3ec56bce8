"""Dates and times as cells give them: every form of a day is that day, and what may be two is none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from leadkit.records.text import from_serial, order_of, orders_of, read_moment
from leadkit.records.text.moments.words import LANGUAGES, MONTHS

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = st.dates(date(1970, 1, 1), date(2068, 12, 31))
NAIVE = datetime.fromisoformat
TIMES = st.datetimes(NAIVE("1902-01-01"), NAIVE("2900-01-01"))
OFFSETS = st.integers(-15 * 60, 15 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
ORDERS = ("day_first", "month_first", "year_first")


def at(text: str, order: str | None = None) -> str | None:
    """A text as it is read in Shanghai, in ISO; a day without its midnight."""
    moment = read_moment(text, SHANGHAI, order)
    if moment is None:
        return None
    return moment.at.date().isoformat() if moment.whole_day else moment.at.isoformat()


class TestForms:
    """One day in every way of writing it."""

    @given(TIMES, OFFSETS, st.sampled_from("T "))
    def test_what_python_writes_is_read(self, naive, offset, between):
        aware = naive.replace(tzinfo=offset)
        assert read_moment(aware.isoformat(between)).at == aware
        assert read_moment(naive.isoformat(between), SHANGHAI).at == naive.replace(tzinfo=SHANGHAI)
        assert read_moment(aware.astimezone(UTC).isoformat().replace("+00:00", "Z")).at == aware

    @given(DAYS)
    def test_a_day_in_every_unambiguous_form(self, day):
        month = day.month
        forms = [day.isoformat(), f"{day:%Y%m%d}", f"{day:%Y/%m/%d}", f"{day.year}/{month}/{day.day}"]
        forms += [f"{day.year}年{month}月{day.day}日", f"{day:%Y年%m月%d日}", f"{day:%d.%m.%Y}", f"{day:%Y.%m.%d}"]
        forms += [f"{day:%y}年{month}月{day.day}号"]
        for months in LANGUAGES:
            for name in months[month - 1].split():
                forms += [f"{day.day} {name} {day.year}", f"{day.day}-{name}-{day.year}", f"{day.day}-{name}-{day:%y}"]
                forms += [f"{day.day}. {name.title()}. {day.year}", f"{name.upper()} {day.day}, {day.year}"]
                forms += [f"{day.year}-{name}-{day.day}", f"{day.day} de {name} de {day.year}"]
        assert {at(form) for form in forms} == {day.isoformat()}

    @given(DAYS, st.sampled_from("-/"), st.booleans())
    def test_day_and_month_in_turn_need_an_order_where_they_are_two_days(self, day, sign, filled):
        width = 2 if filled else 1
        by_day = f"{day.day:0{width}}{sign}{day.month:0{width}}{sign}{day.year}"
        by_month = f"{day.month:0{width}}{sign}{day.day:0{width}}{sign}{day.year}"
        assert at(by_day, "day_first") == at(by_month, "month_first") == day.isoformat()
        alone = day.isoformat() if day.day > 12 or day.day == day.month else None
        assert at(by_day) == at(by_month) == alone

    @given(DAYS, st.sampled_from("-/."))
    def test_a_short_year_needs_an_order_unless_every_order_says_the_same(self, day, sign):
        text = f"{day:%y}{sign}{day:%m}{sign}{day:%d}"
        assert at(text, "year_first") == day.isoformat()
        assert at(f"{day:%d}{sign}{day:%m}{sign}{day:%y}", "day_first") == day.isoformat()
        read = at(text)
        assert read is None or read == day.isoformat() or int(text[:2]) < 32

    @given(st.integers(0, 23), st.integers(0, 59))
    def test_the_clock_by_twelve(self, hour, minute):
        expected = f"2026-11-02T{hour:02}:{minute:02}:00+08:00"
        by_twelve, afternoon = (hour + 11) % 12 + 1, hour >= 12
        for half in (("AM", "a.m.", "上午"), ("PM", "p.m.", "下午"))[afternoon]:
            latin = half.isascii()
            clock = f"{by_twelve}:{minute:02} {half}" if latin else f"{half}{by_twelve}:{minute:02}"
            for day in ("2026-11-02", "2026年11月2日", "Nov 2, 2026", "2 Nov 2026", "02.11.2026,"):
                assert at(f"{day} {clock}") == expected
            assert at(f"11/2/2026 {clock}", "month_first") == expected

    @pytest.mark.parametrize(
        ("text", "read"),
        [
            ("2026-11-20 00:00:00+08:00", "2026-11-20T00:00:00+08:00"),
            ("20261102 0930", "2026-11-02T09:30:00+08:00"),
            ("20261102T093000Z", "2026-11-02T09:30:00+00:00"),
            ("202611020930", "2026-11-02T09:30:00+08:00"),
            ("2026/11/2 上午9点", "2026-11-02T09:00:00+08:00"),
            ("2026年11月4日星期三 下午3点半", "2026-11-04T15:30:00+08:00"),
            ("二〇二六年十一月二日 上午九点", "2026-11-02T09:00:00+08:00"),
            ("２０２６／１１／２　０９：１５", "2026-11-02T09:15:00+08:00"),
            ("13/2/2026", "2026-02-13"),
            ("2026-11-04T09:15:00.000Z", "2026-11-04T09:15:00+00:00"),
            ("2026-11-04T09:15:00-0600", "2026-11-04T09:15:00-06:00"),
            ("2026-11-04 09:15 UTC", "2026-11-04T09:15:00+00:00"),
            ("2026-11-04 09:15 GMT+8", "2026-11-04T09:15:00+08:00"),
            ("Wed Nov 04 2026 09:15:00 GMT+0800 (China Standard Time)", "2026-11-04T09:15:00+08:00"),
            ("Wed Nov  4 09:15:00 2026", "2026-11-04T09:15:00+08:00"),
            ("2. November 2026 15.30 Uhr", "2026-11-02T15:30:00+08:00"),
            ("2026-11-04 凌晨12:30", "2026-11-04T00:30:00+08:00"),
            ("2026-11-04 晚上8点", "2026-11-04T20:00:00+08:00"),
            ("Wed 11/4/2026", "2026-11-04"),
            ("3 мая 2026 г.", "2026-05-03"),
            ("1er août 2026", "2026-08-01"),
            ("3 Ağustos 2026", "2026-08-03"),
            ("2026-11-02 PM 3:05", "2026-11-02T15:05:00+08:00"),
            ("20261102 09:30:15", "2026-11-02T09:30:15+08:00"),
            ("2026年11月2日15时05分", "2026-11-02T15:05:00+08:00"),
            ("2.11.2026, 15:05:07", "2026-11-02T15:05:07+08:00"),
            ("13/11/2026 à 15:05", "2026-11-13T15:05:00+08:00"),
            ("2026. 11. 2. 오후 3:05:07", "2026-11-02T15:05:07+08:00"),
            ("November 2, 2026 3:05 PM (GMT+8)", "2026-11-02T15:05:00+08:00"),
            ("2026-11-02T15:05:00Z (UTC)", "2026-11-02T15:05:00+00:00"),
            ("20261102.0", "2026-11-02"),
            ("1762247700000.0", "2025-11-04T17:15:00+08:00"),
            ("20261102T093000.5Z", "2026-11-02T09:30:00.500000+00:00"),
            ("1762247700", "2025-11-04T17:15:00+08:00"),
            ("1762247700000", "2025-11-04T17:15:00+08:00"),
            ("'2026-11-02", "2026-11-02"),
        ],
    )
    def test_golden(self, text, read):
        assert at(text) == read


class TestNone:
    """What is no date, has no day or year, can't be, or may be two."""

    @pytest.mark.parametrize(
        "text",
        """2026-11|2026年11月|11月2日|2026|9:15|46328|261102|02112026|26-11-02|11/2/2026|11/2/2026 11:22 AM|2026110209
        2026-02-30|2026-13-01|13/13/2026|31.02.2026|20261302|2026-11-02 24:00|2026-11-02 09:60|2026-11-02 23:59:60
        2026-11-04 09:15 CST|2026-11-04 15:05 AM|2026-11-04 0:05 PM|2026-11-2 上午12点|2026-11-04 晚上12点
        Tue, 04 Nov 2026 09:15:00 +0800|2026-11-04 至 2026-11-05|2026-11-04 9:00-10:00|2026-11-04 09:00 10:00
        4 Nov 2026 9:00-10:00
        2026-11-04T09:15+25:00|2026-W45-1|2026-306|下周三|12.5|1234567890123456|11.13.2026|2 foo 2026||-|T|:|年月日
        """.replace("\n        ", "|").split("|"),
    )
    def test_is_none(self, text):
        assert at(text) is None

    @pytest.mark.parametrize("text", ["13/2/2026", "2/13/2026"])
    def test_a_date_that_the_given_order_does_not_have(self, text):
        assert {at(text, order) for order in ORDERS} == {"2026-02-13", None}

    @given(st.text(max_size=30) | st.text(st.sampled_from("0123456789:/-. T年月日上下午点半AMPMzZ+'"), max_size=24))
    @example("9" * 40_000)
    @example("9:" * 20_000)
    def test_never_raises(self, text):
        for order in (None, *ORDERS):
            moment = read_moment(text, SHANGHAI, order)
            assert moment is None or moment.at.tzinfo is not None

    @given(st.text(st.sampled_from("0123456789:/-. T年月日上下午点半AMPMzZ+'"), max_size=24))
    def test_an_order_never_changes_what_is_clear(self, text):
        clear = at(text)
        assert clear is None or {at(text, order) for order in ORDERS} <= {clear, None}


class TestSerials:
    """Excel's numbers of days."""

    @given(st.datetimes(NAIVE("1900-03-01"), NAIVE("9999-12-31")))
    def test_a_serial_is_the_day_it_counts(self, when):
        when = when.replace(microsecond=0)
        since = when - NAIVE("1899-12-30")
        assert from_serial(since.days + since.seconds / 86_400) == when
        assert from_serial(Decimal(since.days) + Decimal(since.seconds) / 86_400) == when

    def test_the_leap_day_that_never_was(self):
        assert [from_serial(day) for day in (0, 1, 59, 60, 61, 2_958_466)] == [
            None,
            NAIVE("1900-01-01"),
            NAIVE("1900-02-28"),
            None,
            NAIVE("1900-03-01"),
            None,
        ]
        assert from_serial(46328.5) == NAIVE("2026-11-02T12")
        assert from_serial(44866, epoch_1904=True) == from_serial(46328) == NAIVE("2026-11-02")
        assert from_serial(float("nan")) is None


class TestOrders:
    """A column of dates says its order by those that have only one."""

    @given(st.lists(DAYS, min_size=1, max_size=20), st.sampled_from("-/"), st.booleans())
    def test_a_column_is_read_back_whole(self, days, sign, by_day):
        texts = [
            f"{d.day}{sign}{d.month}{sign}{d.year}" if by_day else f"{d.month}{sign}{d.day}{sign}{d.year}" for d in days
        ]
        order = order_of([*texts, "2026-11-04", "soon", ""])
        assert order == (("month_first", "day_first")[by_day] if any(d.day > 12 for d in days) else None)
        assume(order)
        assert [at(text, order) for text in texts] == [d.isoformat() for d in days]

    def test_both_orders_in_one_column(self):
        orders = orders_of(["13/2/2026", "2/13/2026", "11/2/2026"])
        assert (orders.order, orders.contradictory, orders.undecided) == (None, True, 1)

    def test_no_evidence(self):
        orders = orders_of(["11/2/2026", "11/11/2026", "2026-11-04", "02.11.2026"])
        assert (orders.order, orders.contradictory, orders.undecided) == (None, False, 1)

    def test_short_years_that_stay_where_the_days_change(self):
        days = [date(2026, 11, day) for day in range(1, 29)]
        assert order_of(f"{day:%y-%m-%d}" for day in days) == "year_first"
        assert order_of(f"{day:%d/%m/%y}" for day in days) == "day_first"
        assert order_of(f"{day:%y-%m-%d}" for day in days[:3]) is None


def test_no_name_stands_for_two_months():
    named = [(name, number) for months in LANGUAGES for number, names in enumerate(months, 1) for name in names.split()]
    assert all(MONTHS[name] == number for name, number in named)
    assert all(len(months) == 12 for months in LANGUAGES)
