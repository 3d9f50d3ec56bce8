"""Sums of money and Chinese numerals in running text."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkit.records.text import Money, money_in, read_amount, read_money, read_numeral, write_money
from leadkit.records.text.money.budget import LARGEST, Qualifier
from leadkit.records.text.numbers.numerals import read_about, read_approximate

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

    @pytest.mark.parametrize(
        ("text", "ends"),
        [
            ("两三百万", (2_000_000, 3_000_000)),
            ("五六十万", (500_000, 600_000)),
            ("十五六万", (150_000, 160_000)),
            ("一百二三十万", (1_200_000, 1_300_000)),
            ("三五百", (300, 500)),
            ("十几万", (100_000, 200_000)),
            ("20几万", (200_000, 300_000)),
            ("几十万", None),
            ("二三", None),
            ("三二百万", None),
            ("一九万", None),
            ("一二三万", None),
            ("五十万", None),
        ],
    )
    def test_approximate_numerals_have_two_ends(self, text: str, ends: tuple[int, int] | None) -> None:
        assert read_approximate(text) == ends
        assert ends is None or read_numeral(text) is None

    @pytest.mark.parametrize(("text", "number"), [("五十来万", 500_000), ("100多万", 1_000_000), ("五十万", None)])
    def test_about(self, text: str, number: int | None) -> None:
        assert read_about(text) == number

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

    @given(
        st.integers(1, 9),
        st.sampled_from("-~至到"),
        st.sampled_from(["万", "百万", "千万", "亿", "k", "M USD", "万元"]),
    )
    def test_a_unit_belongs_to_both_ends(self, low: int, dash: str, unit: str) -> None:
        whole = read_money(f"预算{low}{unit}{dash}{low + 1}{unit}")
        assert whole is not None
        assert read_money(f"预算{low}{dash}{low + 1}{unit}") == whole
        assert read_money(f"预算{low}{unit}{dash}{low + 1}") == whole

    @pytest.mark.parametrize("text", ["五十万到八十", "五十到八十万", "五十万到八十万", "50万到80", "50-80万"])
    def test_spoken_ranges_are_those_of_digits(self, text: str) -> None:
        assert read_money(f"预算{text}") == read_money("预算50万到80万")

    @given(st.integers(1000, 10**9), st.sampled_from([("{:,}", " CNY"), ("{:_}", " EUR"), ("{:_}", " CNY")]))
    def test_grouped_digits_are_grouped(self, number: int, form: tuple[str, str]) -> None:
        grouped, currency = form[0].format(number), form[1]
        money = Money(Decimal(number), Decimal(number), currency.strip(), "exact", "")
        marks = {",": ","} if "," in grouped else {"_": "." if currency == " EUR" else " "}
        for mark, sign in marks.items():
            assert read_money(f"预算{grouped.replace(mark, sign)}{currency}") == money

    @pytest.mark.parametrize(
        "text", ["预算 1.234", "预算 1,23", "预算 $1,2,3", "预算 12,34万", "预算 500,80万", "USD 1.234"]
    )
    def test_digits_that_may_be_grouped_or_not_are_not_read(self, text: str) -> None:
        assert read_money(text) is None

    @pytest.mark.parametrize(
        "piece",
        ["50万,", "预算50万,", "1 ", "1:", "两", "a1", "1-2万", "没有", "$1 ", "1,5 Mio ", "a@", "budget $5k; "],
    )
    def test_a_long_text_takes_as_long_as_it_is(self, piece: str) -> None:
        text = piece * (32_000 // len(piece))
        assert read_money(text) == read_money(text)
        assert read_amount(text) == read_amount(text)

    @pytest.mark.parametrize(
        "piece", ["1", "1,", "1-", "预算", "50万", "预算大概", "1.", "十", "万", "$", "1 to ", "大约"]
    )
    def test_hostile_text_is_read(self, piece: str) -> None:
        text = piece * (32_000 // len(piece))
        assert read_money(text) == read_money(text)


class TestCandidates:
    """Every sum of a text has a role, by the words beside it."""

    @pytest.mark.parametrize(
        ("text", "roles"),
        [
            ("单价5万,共20台,总预算100万", ["price", "budget"]),
            ("注册资本1000万,年产值5亿,预算60万", ["capital", "turnover", "budget"]),
            ("去年花了80万,竞品报价48万,定金5万", ["past", "quote", "payment"]),
            ("奖金20万,月薪2万", ["other", "other"]),
            ("预算10万美元(约合人民币71万)", ["budget", "equivalent"]),
            ("大概50万", ["plain"]),
            ("预算50万,其中安装10万", ["budget", "payment"]),
            ("$60k per unit, $300k in total", ["price", "plain"]),
            ("Jahresumsatz 20 Mio. EUR, Budget 300 T€", ["turnover", "budget"]),
            ("資本金1億円、予算は800万円", ["capital", "budget"]),
        ],
    )
    def test_roles(self, text: str, roles: list[str]) -> None:
        assert [candidate.role for candidate in money_in(text)] == roles

    def test_a_sum_that_cannot_be_told_has_no_ends(self) -> None:
        (candidate,) = money_in("预算几十万")
        assert (candidate.low, candidate.high, candidate.text) == (None, None, "几十万")

    @pytest.mark.parametrize(
        "text",
        ["一期预算50万,二期预算100万", "高配80万,低配50万", "预算30万,预算几十万", "没有预算,50万也许", "$100k-€200k"],
    )
    def test_readings_that_compete_give_none(self, text: str) -> None:
        assert read_money(text) is None

    @given(PIECES | st.text())
    def test_what_is_read_is_a_candidate_or_joins_two(self, text: str) -> None:
        money = read_money(text)
        currencies = {candidate.currency for candidate in money_in(text)}
        assert money is None or money.currency in currencies

    @given(PIECES, st.sampled_from(["注册资本", "年产值", "单价", "去年花了", "竞品报价", "定金"]), st.integers(1, 999))
    def test_no_sum_of_something_else_is_read(self, text: str, word: str, number: int) -> None:
        assert read_money(f"{word}{number}万") is None


NOUNS = st.text(st.sampled_from("鲸鹭枫鹤墙琴藕蜜萤瓷"), min_size=2, max_size=3)
"""Words that no list holds."""
UNITS = st.sampled_from(["万", "万元", "w", "百万"])
FIELDS = ["工期60天", "时间:明年", "部门:生产部", "人数:200", "地点青岛", "个人", "联系人:张三", "台州", "名称:甲"]


class TestDoubts:
    """What may be something else than a budget is not read."""

    @given(NOUNS, st.sampled_from(["", "约", "大概", "有", "为", ":", "不超过"]), st.integers(1, 999), UNITS)
    def test_a_sum_of_something_unknown_is_not_read(self, noun: str, word: str, number: int, unit: str) -> None:
        assert read_money(f"{noun}{word}{number}{unit}") is None
        assert read_money(f"{noun}{word}{number}{unit},预算{number}{unit}") == read_money(f"预算{number}{unit}")

    @given(st.sampled_from(["美元", "欧元", "英镑", "日元", "USD", "EUR"]), st.integers(1, 999))
    def test_the_currency_of_a_heading_is_that_of_its_sum(self, name: str, number: int) -> None:
        whole = read_money(f"预算{number}万{name}")
        assert whole is not None
        assert whole.currency != "CNY"
        assert read_money(f"{name}预算{number}万") == whole
        assert read_money(f"预算({name}):{number}万") == whole
        assert read_money(f"预算{number}万,{name}结算") is None

    @given(st.integers(10, 999), st.sampled_from(["万", "亿"]), st.sampled_from(["()", "[]", "【】", "（）", "〔〕"]))
    def test_brackets_around_a_number_change_nothing(self, number: int, unit: str, marks: str) -> None:
        assert read_money(f"预算{marks[0]}{number}{marks[1]}{unit}元") == read_money(f"预算{number}{unit}元")

    @given(st.integers(1, 999), UNITS, st.sampled_from(FIELDS))
    def test_the_next_entry_of_a_form_is_no_unit(self, number: int, unit: str, field: str) -> None:
        assert read_money(f"预算:{number}{unit} {field}") == read_money(f"预算:{number}{unit}") is not None

    @given(
        st.integers(1, 999), st.sampled_from(["追加{}万", "增加{}万", "减少了{}万", "还差{}万", "缺口{}万", "砍了{}万"])
    )
    def test_a_difference_is_no_budget(self, number: int, words: str) -> None:
        assert read_money("预算" + words.format(number)) is None

    @given(st.integers(1, 999), st.sampled_from(["超过{}万要总经理批", "over ${}k we need approval", "预算{}万元/月"]))
    def test_a_threshold_or_a_rate_is_no_budget(self, number: int, words: str) -> None:
        assert read_money(words.format(number)) is None

    @given(st.integers(2, 9), st.integers(2, 9), st.sampled_from(["千", "百"]))
    def test_numbers_that_run_on_are_whole_or_nothing(self, first: int, second: int, unit: str) -> None:
        money = read_money(f"预算{first}{unit}{second}{unit}万")
        assert money is None or money.high == (first + second) * {"千": 10**7, "百": 10**6}[unit]

    @pytest.mark.parametrize(
        "text", ["预算 2 0 万", "20万以下询价,20万以上招标", "预算80和100万", "USD 2 mil to spend", "预算百八十万"]
    )
    def test_what_has_two_readings_is_not_read(self, text: str) -> None:
        assert read_money(text) is None


class TestAmounts:
    """A cell that holds a sum, and nothing but a sum."""

    @given(sums())
    def test_what_is_written_reads_back(self, money: Money) -> None:
        assert read_amount(write_money(money)) == money

    @given(st.integers(0, 9999), st.sampled_from([("万", 10_000), ("万元", 10_000), ("k", 1000), ("千元", 1000)]))
    def test_the_unit_of_the_column(self, number: int, unit: tuple[str, int]) -> None:
        value = Decimal(number * unit[1])
        assert read_amount(str(number), unit=unit[0]) == Money(value, value, "CNY", "exact", "")
        assert read_amount(f"{number}元", unit=unit[0]) == Money(value, value, "CNY", "exact", "")

    def test_a_sum_in_full_in_a_column_of_wan_may_be_either(self) -> None:
        assert read_amount("600000", unit="万") is None
        assert read_amount("60万", unit="万") == read_amount("60万")

    @pytest.mark.parametrize("unit", ["台", "", "xyz", "5", "元万"])
    def test_an_unknown_unit_is_refused(self, unit: str) -> None:
        with pytest.raises(ValueError, match="is no unit of money"):
            read_amount("60", unit=unit)

    @pytest.mark.parametrize(
        "text",
        ["-", "", "无", "TBD", "60万左右吧看情况", "50台", "50%", "2026-11-01", "13812345678", "-5", "10 20", "1.234"],
    )
    def test_other_cells_hold_none(self, text: str) -> None:
        assert read_amount(text) is None

    @given(st.text())
    def test_never_raises(self, text: str) -> None:
        read_amount(text, unit="万")
