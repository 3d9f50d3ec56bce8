"""Purchase dates in running text."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkit.records.text import PurchaseDate, read_purchase_date
from leadkit.records.text.dates.purchase import dates_in

TODAY = date(2023, 5, 20)
WORDS = (
    *("Q3", "Q1", "年底", "年内", "明年", "2023年", "8月", "13月", "30日", "前", "by", "in", "next", "month", "week"),
    *(
        "within",
        "3",
        "99999",
        "个",
        "内",
        "两",
        "周",
        "半",
        "年",
        "may",
        "aug",
        "2024",
        "2023-02-30",
        "上半",
        "季度",
        "今年",
    ),
)
PIECES = st.lists(st.sampled_from([*WORDS, " "]), max_size=8).map("".join)


class TestGolden:
    """Seen from 2023-05-20, a Saturday."""

    @pytest.mark.parametrize(
        ("text", "earliest", "latest"),
        [
            ("Q3落地", "2023-07-01", "2023-09-30"),
            ("2023年Q3", "2023-07-01", "2023-09-30"),
            ("三季度", "2023-07-01", "2023-09-30"),
            ("live in Q3", "2023-07-01", "2023-09-30"),
            ("明年Q1", "2024-01-01", "2024-03-31"),
            ("Q1", "2024-01-01", "2024-03-31"),
            ("Q2", "2023-04-01", "2023-06-30"),
            ("年底", "2023-12-01", "2023-12-31"),
            ("明年底", "2024-12-01", "2024-12-31"),
            ("年底前", "2023-05-20", "2023-12-31"),
            ("年内", "2023-05-20", "2023-12-31"),
            ("by end of year", "2023-05-20", "2023-12-31"),
            ("下半年", "2023-07-01", "2023-12-31"),
            ("H2 2024", "2024-07-01", "2024-12-31"),
            ("8月", "2023-08-01", "2023-08-31"),
            ("八月中旬", "2023-08-11", "2023-08-20"),
            ("3月", "2024-03-01", "2024-03-31"),
            ("5月", "2023-05-01", "2023-05-31"),
            ("8月10日", "2023-08-10", "2023-08-10"),
            ("5月19日", "2024-05-19", "2024-05-19"),
            ("2023-08-10", "2023-08-10", "2023-08-10"),
            ("2023年8月", "2023-08-01", "2023-08-31"),
            ("Aug 2023", "2023-08-01", "2023-08-31"),
            ("by August", "2023-05-20", "2023-08-31"),
            ("下个月", "2023-06-01", "2023-06-30"),
            ("next month", "2023-06-01", "2023-06-30"),
            ("本月", "2023-05-01", "2023-05-31"),
            ("next quarter", "2023-07-01", "2023-09-30"),
            ("3个月内", "2023-05-20", "2023-08-20"),
            ("within 3 months", "2023-05-20", "2023-08-20"),
            ("两周内", "2023-05-20", "2023-06-03"),
            ("in 2 weeks", "2023-05-20", "2023-06-03"),
            ("半年内", "2023-05-20", "2023-11-20"),
            ("ASAP", "2023-05-20", "2023-05-20"),
            ("尽快", "2023-05-20", "2023-05-20"),
            ("立即", "2023-05-20", "2023-05-20"),
        ],
    )
    def test_reads(self, text: str, earliest: str, latest: str) -> None:
        assert read_purchase_date(text, TODAY) == PurchaseDate(
            date.fromisoformat(earliest), date.fromisoformat(latest), ""
        )

    @pytest.mark.parametrize(
        "text",
        [
            "2月30日",
            "2023-02-30",
            "2023年2月30日",
            "2023年13月",
            "13月",
            "0月",
            "Q5",
            "we may buy",
            "预算50万",
            "in 9999 years",
            "",
        ],
    )
    def test_impossible_or_no_date(self, text: str) -> None:
        assert read_purchase_date(text, TODAY) is None

    def test_text_is_what_was_read(self) -> None:
        found = read_purchase_date("预算50万，希望Q3落地", TODAY)
        assert found is not None
        assert found.text == "q3"


class TestProperties:
    """Whatever is read is a span of days; what names no year isn't over."""

    @given(PIECES | st.text(), st.dates())
    def test_is_a_span(self, text: str, today: date) -> None:
        found = read_purchase_date(text, today)
        assert found is None or found.latest is None or found.earliest <= found.latest

    @given(
        st.sampled_from(["Q1", "Q2", "Q3", "Q4", "3月", "12月", "1月1日", "下半年", "年底", "next week", "月底"]),
        st.dates(max_value=date(9990, 1, 1)),
    )
    def test_without_a_year_is_not_over(self, text: str, today: date) -> None:
        found = read_purchase_date(text, today)
        assert found is not None
        assert today <= found.latest <= today + timedelta(days=730)

    @given(
        st.dates(date(1900, 1, 1), date(2199, 12, 31)),
        st.sampled_from(["%Y-%m-%d", "%Y年%m月%d日", "%Y/%m/%d", "%b %d, %Y", "%d %B %Y"]),
    )
    def test_a_written_day_reads_back(self, day: date, form: str) -> None:
        written = day.strftime(form)
        (candidate,) = dates_in(written, TODAY)
        assert (candidate.earliest, candidate.latest) == (day, day)
        assert read_purchase_date(written, TODAY) == (PurchaseDate(day, day, "") if day >= TODAY else None)

    @pytest.mark.parametrize(
        "piece",
        [
            "1",
            "一",
            "1月",
            "20",
            "q",
            "in ",
            "年",
            "1 个",
            "2023-",
            "may ",
            "十",
            "1月完工",
            "如果1月",
            "if in may ",
            "打算1月",
        ],
    )
    def test_hostile_text_is_read(self, piece: str) -> None:
        text = piece * (32_000 // len(piece))
        assert read_purchase_date(text, TODAY) == read_purchase_date(text, TODAY)
