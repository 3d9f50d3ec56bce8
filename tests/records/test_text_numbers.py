"""Plain numbers: every way of grouping is the same number, and what may be something else is none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadkit.records.text import read_number

NUMBERS = st.decimals(-(10**12), 10**12, places=2)


class TestNumbers:
    @given(NUMBERS, st.sampled_from([",", " ", "'", "’", "\u00a0", "\u202f", "，"]))
    def test_grouped_by_anything(self, number, sign):
        assert read_number(f"{number:,}".replace(",", sign)) == number
        assert read_number(f"{number}") == number
        assert read_number(f"{number:+}") == number

    @given(NUMBERS)
    def test_as_the_continent_writes_it(self, number):
        text = f"{number:,}".translate(str.maketrans(",.", ".,"))
        assert read_number(text) == (number if abs(number) >= 1000 else None)

    @given(st.integers(0, 10**9))
    def test_of_full_width(self, number):
        assert read_number(f"{number:,}".translate(str.maketrans("0123456789,", "０１２３４５６７８９，"))) == number

    @pytest.mark.parametrize(
        ("text", "units", "number"),
        [
            ("500000元", ("元",), 500_000),
            ("500,000.00", (), 500_000),
            ("50万", ("万",), 500_000),
            ("1.2 万", ("万", "元"), 12_000),
            ("5万元", ("万", "元"), 50_000),
            ("120K", ("k",), 120_000),
            ("三十五万", ("万",), 350_000),
            ("1.2亿", ("亿",), 120_000_000),
            ("7 days", ("days",), 7),
            ("−5", (), -5),
            ("1.234.567", (), 1_234_567),
            ("1.234", (), Decimal("1.234")),
        ],
    )
    def test_golden(self, text, units, number):
        assert read_number(text, *units) == number

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "-",
            "much",
            "1,23",
            "12,5",
            "1,2345",
            "1 20",
            "1e9",
            "1.38E+10",
            "10-20",
            "12%",
            "50万",
            "120k",
            "1.2.3",
            "1,234.567,8",
            "12.34.567",
            "¥5",
            "0x10",
            "1_000",
            "NaN",
            "inf",
            "--1",
            "(5)",
            "1/2",
            "1''234",
            "1,234 567",
        ],
    )
    def test_is_none(self, text):
        assert read_number(text) is None

    @given(st.text(st.sampled_from("0123456789.,'+- 万千k元十百五"), max_size=20))
    @example("9" * 70_000)
    @example("1,111" * 10_000)
    def test_never_raises(self, text):
        for units in ((), ("元",), ("万", "千", "k", "元")):
            number = read_number(text, *units)
            assert number is None or number.is_finite()
