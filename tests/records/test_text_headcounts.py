"""Head counts in cells and in sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkit.records.text import Headcount, read_headcount
from leadkit.records.text.numbers.headcounts import MOST

PIECES = st.lists(
    st.sampled_from(
        [
            "500",
            "1-2",
            "万",
            "人",
            "员工",
            "名",
            "年",
            "约",
            "以上",
            "不到",
            " ",
            "employees",
            ",",
            "k",
            "+",
            "三五",
            "百",
        ]
    ),
    max_size=10,
).map("".join)


class TestHeadcount:
    """Both ends are in order, and what is no number of people is none."""

    @given(st.integers(1, MOST), st.sampled_from(["{}人", "约{}人", "{} employees", "员工{}名", "{} Mitarbeiter"]))
    def test_a_number_reads_back(self, people: int, text: str) -> None:
        assert read_headcount(text.format(people)) == Headcount(people, people, "")

    @given(st.integers(1, MOST), st.integers(1, MOST), st.sampled_from(["{}-{}人", "{} - {}", "{}~{} employees"]))
    def test_a_range_reads_back(self, first: int, second: int, text: str) -> None:
        low, high = sorted((first, second))
        years = 1900 <= low <= high < 2100 and text == "{} - {}"
        if high <= low * 10 and low >= 100 and not years:
            assert read_headcount(text.format(low, high)) == Headcount(low, high, "")

    @given(st.integers(2, MOST))
    def test_open_ends(self, people: int) -> None:
        assert read_headcount(f"{people}人以上") == Headcount(people, None, "")
        assert read_headcount(f"{people}人以下") == Headcount(None, people, "")
        assert read_headcount(f"不到{people}人") == Headcount(None, people - 1, "")

    @given(
        st.integers(1900, 2099), st.sampled_from(["成立于{}年", "{}年", "since {}", "founded in {}", "gegründet {}"])
    )
    def test_a_year_is_no_number_of_people(self, year: int, text: str) -> None:
        assert read_headcount(text.format(year)) is None

    @given(
        st.integers(1, 9999), st.sampled_from(["产值{}万", "{}平米", "注册资本{}万元", "${}k", "{}台设备", "{} sqm"])
    )
    def test_nor_is_a_sum_or_an_area(self, number: int, text: str) -> None:
        assert read_headcount(text.format(number)) is None

    @given(
        st.text(st.sampled_from("鲸鹭枫鹤墙琴藕蜜"), min_size=2, max_size=3),
        st.sampled_from(["", "约", "超过", "不到"]),
        st.integers(2, 99_999),
    )
    def test_nor_are_people_of_something_unknown(self, noun: str, word: str, people: int) -> None:
        assert read_headcount(f"{noun}{word}{people}人") is None
        assert read_headcount(f"{noun}{people}人,员工{people + 1}人") == Headcount(people + 1, people + 1, "")
        assert read_headcount(f"{noun}{word}{people}名员工") is not None

    def test_the_text_is_what_was_read(self) -> None:
        count = read_headcount("制造业,员工约300人,在苏州")
        assert count is not None
        assert count.text == "约300人"

    @given(PIECES | st.text())
    def test_ends_are_in_order(self, text: str) -> None:
        count = read_headcount(text)
        if count is not None and count.low is not None and count.high is not None:
            assert 0 < count.low <= count.high <= MOST

    @pytest.mark.parametrize("piece", ["1", "1人", "约", "人", "500-", "万人", "员工", "上千人,", "1 "])
    def test_hostile_text_is_read(self, piece: str) -> None:
        text = piece * (32_000 // len(piece))
        assert read_headcount(text) == read_headcount(text)
