"""Periods: what they hold, and what they are called."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.reviewing.period import Period, read_period

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
MONTHS = st.builds("{:04}-{:02}".format, st.integers(1990, 2100), st.integers(1, 12))
QUARTERS = st.builds("{:04}-Q{}".format, st.integers(1990, 2100), st.integers(1, 4))
YEARS = st.builds("{:04}".format, st.integers(1990, 2100))


class TestPeriods:
    """A month, a quarter, a year or any half-open range, in the company's zone."""

    @given(MONTHS | QUARTERS | YEARS)
    def test_a_period_is_called_what_it_was_read_from(self, text):
        assert read_period(text, SHANGHAI).label() == text
        assert read_period(read_period(text, SHANGHAI).label("zh_CN"), SHANGHAI) == read_period(text, SHANGHAI)

    @given(MONTHS | QUARTERS | YEARS)
    def test_the_period_before_ends_where_it_begins_and_has_as_many_months(self, text):
        period = read_period(text, BERLIN)
        assert period.previous.end == period.start
        assert len(period.previous.cohorts) == len(period.cohorts) == period.months

    @given(MONTHS | QUARTERS | YEARS)
    def test_its_months_follow_each_other_without_a_gap(self, text):
        period = read_period(text, BERLIN)
        assert [month.start for month in period.cohorts] == [period.start, *(m.end for m in period.cohorts[:-1])]
        assert period.cohorts[-1].end == period.end

    def test_the_end_does_not_belong_to_it_and_the_start_does(self):
        quarter = read_period("2023年Q3", SHANGHAI)
        assert quarter.start == datetime(2023, 6, 30, 16, tzinfo=UTC)
        assert quarter.start in quarter
        assert quarter.end not in quarter
        assert quarter.end - timedelta(microseconds=1) in quarter
        assert None not in quarter

    def test_a_day_of_the_clock_change_is_whole(self):
        march = read_period("2023-03", BERLIN)
        assert march.end - march.start == timedelta(days=31) - timedelta(hours=1)

    def test_a_range_names_the_first_day_that_is_not_in_it(self):
        found = read_period("2023-07-15..2023-08-10", SHANGHAI)
        assert (found.first, found.last) == (date(2023, 7, 15), date(2023, 8, 10))
        assert found.label() == "2023-07-15 – 2023-08-09"
        assert found.previous == Period(date(2023, 6, 19), date(2023, 7, 15), SHANGHAI)
        assert [str(month.first) for month in found.cohorts] == ["2023-07-15", "2023-08-01"]

    def test_a_range_of_whole_months_is_the_period_of_that_name(self):
        assert read_period("2023-07-01..2023-10-01", SHANGHAI) == read_period("2023年第三季度", SHANGHAI)
        assert read_period("2023-12-01..2024-02-01", SHANGHAI).previous == Period(
            date(2023, 10, 1), date(2023, 12, 1), SHANGHAI, 2
        )

    @pytest.mark.parametrize(
        "text", ["", "Q3", "2023-13", "2023-Q5", "2023-08-01..2023-08-01", "0000", "0001", "9999", "last month"]
    )
    def test_what_names_no_period_is_refused_with_a_hint(self, text):
        with pytest.raises(lk.errors.FactError, match=r"is not a period.*2023-Q3"):
            read_period(text, SHANGHAI)
