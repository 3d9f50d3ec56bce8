"""Sums of money and Chinese numerals in running text."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkit.records.text import Money, read_money, read_numeral, write_money
from leadkit.records.text.money import LARGEST, Qualifier

PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "预算",
                "budget",
                "不超过",
                "up to",
                "50",
                "80",
                "-",
                "~",
                "万",
                "亿",
                "k",
                "m",
                "元",
                "$",
                "¥",
                "台",
                ",",
                ".",
            ),
            *("三", "十", "点", "Q3", "约", "以内", "2023年", " ", "%", "between ", " and ", " to "),
        ]
    ),
    max_size=12,
).map("".join)
AMOUNTS = st.decimals(min_value=0, max_value=LARGEST, places=2)


@st.composite
def sums(draw: st.DrawFn) -> Money:
    low, high = sorted((draw(AMOUNTS), draw(AMOUNTS)))
    qualifier = draw(st.sampled_from(get_args(Qualifier)))
    if qualifier != "range":
        high = low
    code = draw(st.sampled_from(["CNY", "USD", "EUR", "JPY", "SGD"]))
    return Money(
        None if qualifier == "at_most" else low, None if qualifier == "at_least" else high, code, qualifier, ""
    )


class TestNumerals:
    """What an independent reader makes of Chinese numerals, this one does too."""

    @given(st.integers(0, 10**15))
    def test_reads_what_cn2an_writes(self, number: int) -> None:
        assert read_numeral(cn2an.an2cn(number, "low")) == number
        assert read_numeral(cn2an.an2cn(number, "up")) == number

    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("一百五", "150"),
            ("三万五", "35000"),
            ("1.2亿", "120000000"),
            ("3百万", "3000000"),
            ("二〇二三", "2023"),
            ("十五", "15"),
            ("三点五万", "35000"),
            ("1亿2千万", "120000000"),
        ],
    )
    def test_golden(self, text: str, number: str) -> None:
        assert read_numeral(text) == Decimal(number)

    @pytest.mark.parametrize("text", ["", "万", "甲", "一万二万", "3 万", "五百六千", "1.2.3", "一" * 100])
    def test_no_number(self, text: str) -> None:
        assert read_numeral(text) is None

    @given(st.text(st.sampled_from("零一两十百千万亿点1.萬")))
    def test_never_raises(self, text: str) -> None:
        assert (read_numeral(text) or Decimal(0)) >= 0


class TestMoney:
    """A sum has low <= high, a currency and the words it was read from."""

    @pytest.mark.parametrize(
        ("text", "low", "high", "currency", "qualifier"),
        [
            ("50-80万", 500_000, 800_000, "CNY", "range"),
            ("50万~80万", 500_000, 800_000, "CNY", "range"),
            ("80-50万", 500_000, 800_000, "CNY", "range"),
            ("五十到八十万", 500_000, 800_000, "CNY", "range"),
            ("不超过30万", None, 300_000, "CNY", "at_most"),
            ("30万以内", None, 300_000, "CNY", "at_most"),
            ("预算可提至90万", None, 900_000, "CNY", "at_most"),
            ("up to 300k", None, 300_000, "CNY", "at_most"),
            ("under 300k", None, 300_000, "CNY", "at_most"),
            ("100万以上", 1_000_000, None, "CNY", "at_least"),
            ("不低于30万", 300_000, None, "CNY", "at_least"),
            ("at least 1 million", 1_000_000, None, "CNY", "at_least"),
            ("not less than 1 million", 1_000_000, None, "CNY", "at_least"),
            ("约50万", 500_000, 500_000, "CNY", "about"),
            ("50万左右", 500_000, 500_000, "CNY", "about"),
            ("30w", 300_000, 300_000, "CNY", "exact"),
            ("100万美元", 1_000_000, 1_000_000, "USD", "exact"),
            ("三十五万元", 350_000, 350_000, "CNY", "exact"),
            ("1.2亿", 120_000_000, 120_000_000, "CNY", "exact"),
            ("3百万", 3_000_000, 3_000_000, "CNY", "exact"),
            ("￥500,000", 500_000, 500_000, "CNY", "exact"),
            ("RMB 500k", 500_000, 500_000, "CNY", "exact"),
            ("budget 500k-800k", 500_000, 800_000, "CNY", "range"),
            ("$1.5M", 1_500_000, 1_500_000, "USD", "exact"),
            ("between 500,000 and 800,000 USD", 500_000, 800_000, "USD", "range"),
            ("预算 500000", 500_000, 500_000, "CNY", "exact"),
            ("公司营收5亿，预算50万", 500_000, 500_000, "CNY", "exact"),
            ("2023年预算50万年底前", 500_000, 500_000, "CNY", "exact"),
        ],
    )
    def test_golden(self, text: str, low: int | None, high: int | None, currency: str, qualifier: Qualifier) -> None:
        money = read_money(text)
        assert money == Money(low and Decimal(low), high and Decimal(high), currency, qualifier, "")

    @pytest.mark.parametrize(
        "text",
        [
            "型号 2000",
            "3台",
            "Q3",
            "2023年",
            "30%",
            "13800138000",
            "021-62345678",
            "10万台",
            "300k users",
            "预算3-5台",
            "预算一般",
            "预算有限，型号 2000",
            "几十万",
            "预算 2000万亿",
            "",
        ],
    )
    def test_no_money(self, text: str) -> None:
        assert read_money(text) is None

    def test_text_is_what_was_read(self) -> None:
        money = read_money("客户说预算不超过30万，尽快")
        assert money is not None
        assert money.text == "不超过30万"

    @given(sums())
    def test_written_sum_reads_back_equal(self, money: Money) -> None:
        assert read_money(write_money(money)) == money

    @given(
        st.integers(1, 9999), st.integers(1, 9999), st.sampled_from("-~至到"), st.sampled_from(["万", "w", "k", "亿"])
    )
    def test_range_reads_back(self, one: int, other: int, dash: str, unit: str) -> None:
        low, high = sorted((one, other))
        times = {"万": 10_000, "w": 10_000, "k": 1000, "亿": 10**8}[unit]
        assert read_money(f"{low}{unit}{dash}{high}{unit}") == Money(
            Decimal(low * times), Decimal(high * times), "CNY", "range", ""
        )

    @given(PIECES | st.text())
    def test_ends_are_in_order_and_bounded(self, text: str) -> None:
        money = read_money(text)
        if money is not None:
            ends = [end for end in (money.low, money.high) if end is not None]
            assert ends == sorted(ends)
            assert 0 <= ends[0] <= ends[-1] <= LARGEST
            assert read_money(write_money(money)) == money

    @pytest.mark.parametrize(
        "piece", ["1", "1,", "1-", "预算", "50万", "预算大概", "1.", "十", "万", "$", "1 to ", "大约"]
    )
    def test_hostile_text_is_read(self, piece: str) -> None:
        text = piece * (32_000 // len(piece))
        assert read_money(text) == read_money(text)
