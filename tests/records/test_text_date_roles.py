"""Dates in running text with what happens then, and whole sentences as people write them."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.records.text import read_purchase_date
from leadkit.records.text.characters import fold
from leadkit.records.text.dates.forms import Form
from leadkit.records.text.dates.forms_chinese import CHINESE_FORMS
from leadkit.records.text.dates.forms_durations import DURATIONS
from leadkit.records.text.dates.forms_figures import FIGURES
from leadkit.records.text.dates.forms_latin import LATIN_FORMS
from leadkit.records.text.dates.forms_no import NO_DATES
from leadkit.records.text.dates.purchase import dates_in

TODAY = date(2023, 5, 20)
DATES = (
    *(
        "2027年Q1",
        "明年3月",
        "3月15日",
        "年底前",
        "三个月内",
        "两周后",
        "去年9月",
        "2月30日",
        "春节前",
        "10月以后",
        "下周三",
        "尽快",
    ),
    *(
        "by March 2027",
        "in 2 weeks",
        "Q3",
        "not before 2028",
        "31.03.2027",
        "Ende März",
        "来月",
        "令和9年3月",
        "民國116年",
        "13月",
    ),
)
ACTIONS = (
    *(
        "采购",
        "上线",
        "展会",
        "寄样品",
        "报价",
        "到期",
        "质保",
        "成立",
        "不采购",
        "参观过",
        "再说",
        "purchase",
        "visit",
        "sample",
    ),
    *(
        "quote",
        "expires",
        "warranty",
        "no plans",
        "Lieferung",
        "導入",
        ",",
        "。",
        " ",
        "-",
        "至",
        "或",
        "to",
        "预算50万",
    ),
)
SENTENCES = st.lists(st.sampled_from([*DATES, *ACTIONS]), max_size=10).map("".join)
DATELESS = st.sampled_from(
    ["预算50万", "联系人王工", "S7-1200", "共3台", "电话13812340001", "人民路18号", "12.5万", "2024款"]
)


@pytest.mark.parametrize("forms", [CHINESE_FORMS, DURATIONS, FIGURES, LATIN_FORMS, NO_DATES])
def test_every_form_compiles_and_can_be_found(forms: tuple[Form, ...]) -> None:
    """Forms are compiled when a text needs them."""
    assert all(form.pattern.groups >= 0 and form.hints and form.more for form in forms)
    assert all(form.guard is None or form.behind for form in forms)


class TestCandidates:
    """Every date of a text, with what happens then."""

    @pytest.mark.parametrize(
        ("text", "roles"),
        [
            ("去年9月参观过, 明年Q1采购", ["past", "purchase"]),
            ("12月寄样品, 2024年3月批量采购", ["sample", "purchase"]),
            ("8月参加展会, 9月底前报价, Q4", ["event", "quote", "plain"]),
            ("成立于1998年, 合同明年3月到期, 30天内付款", ["past", "contract", "terms"]),
            ("今年不采购, 明年采购", ["denied", "purchase"]),
            ("visit in June, sample in July, purchase in August", ["event", "sample", "purchase"]),
        ],
    )
    def test_roles(self, text: str, roles: list[str]) -> None:
        assert [candidate.role for candidate in dates_in(text, TODAY)] == roles

    def test_an_impossible_date_does_not_hide_another(self) -> None:
        (candidate,) = dates_in("2023年2月30日或2023-08-31", TODAY)
        assert candidate.latest == date(2023, 8, 31)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("2024 年 3 月 底 前 上线", "2024 年 3 月 底 前"),
            ("希望 Q3 落地", "q3"),
            ("民國113年3月採購", "民國113年3月"),
            ("order not before 2025, please", "not before 2025"),
            ("between March and May 2024", "march and may 2024"),
        ],
    )
    def test_the_text_is_as_it_was_written(self, text: str, words: str) -> None:
        (candidate,) = dates_in(text, TODAY)
        assert candidate.text == words

    @given(SENTENCES | st.text(), st.dates())
    def test_every_candidate_stands_in_the_text(self, text: str, today: date) -> None:
        folded = fold(text).casefold()
        for candidate in dates_in(text, today):
            assert candidate.text
            assert candidate.text in folded
            assert candidate.latest is None or candidate.earliest <= candidate.latest

    @given(SENTENCES, st.dates(date(2000, 1, 1), date(2100, 1, 1)))
    def test_a_purchase_date_is_not_over(self, text: str, today: date) -> None:
        found = read_purchase_date(text, today)
        assert found is None or found.latest is None or found.latest >= today

    @given(SENTENCES, DATELESS, DATELESS)
    def test_clauses_without_dates_change_nothing(self, text: str, before: str, after: str) -> None:
        assert read_purchase_date(f"{before},{text},{after}", TODAY) == read_purchase_date(text, TODAY)

    @given(st.sampled_from(DATES), st.sampled_from(["采购机器人", "purchase 2 units", ""]))
    def test_a_date_that_competes_leaves_none(self, when: str, verb: str) -> None:
        alone = read_purchase_date(f"{verb} {when}", TODAY)
        other = read_purchase_date("2029年8月采购", TODAY)
        assert other is not None
        if alone is not None and alone.latest is not None and verb and when != "尽快":
            assert read_purchase_date(f"{verb} {when}。2029年8月采购", TODAY) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [("采购设备,2023年10月采购", 91), ("采购设备,2023年10月以后采购", None), ("采购设备,2月30日", None)],
)
def test_an_open_end_leaves_the_days_to_purchase_unknown(text: str, days: int | None) -> None:
    lead = lk.Lead(id="1", received_at=datetime(2023, 8, 1, tzinfo=UTC), need=lk.Need(description=text))
    facts = lk.load_policy("standard").facts_of(lead, datetime(2023, 8, 1, tzinfo=UTC))
    assert facts["days_to_purchase"] == days


class TestConditions:
    """What hangs on something outside of the offer promises no date."""

    @pytest.mark.parametrize(
        "start",
        ["如果能中标, ", "若融资到账, ", "要是拿到补贴, ", "if we win the contract, ", "falls der Auftrag kommt, "],
    )
    @pytest.mark.parametrize("plan", ["2024年3月采购", "we order in March 2024", "Bestellung im März 2024"])
    def test_a_plan_behind_a_condition_is_none(self, start: str, plan: str) -> None:
        assert [candidate.role for candidate in dates_in(start + plan, TODAY)] == ["condition"]
        assert read_purchase_date(start + plan, TODAY) is None

    @pytest.mark.parametrize(
        "start", ["如果价格合适, ", "满意的话, ", "if the price is right, ", "wenn der Preis passt, "]
    )
    def test_a_word_about_the_offer_takes_nothing_away(self, start: str) -> None:
        read = read_purchase_date(f"{start}2024年3月采购", TODAY)
        assert read
        assert (read.earliest, read.latest) == (date(2024, 3, 1), date(2024, 3, 31))

    def test_a_date_in_a_condition_is_none(self) -> None:
        assert read_purchase_date("如果8月能拿到补贴就买", TODAY) is None

    def test_what_would_happen_otherwise_is_no_plan(self) -> None:
        assert [each.role for each in dates_in("8月采购, 否则明年采购", TODAY)] == ["purchase", "condition"]


class TestOtherDoings:
    """A date beside words that nobody knows here is the day of somebody else's doing."""

    @pytest.mark.parametrize(
        "doing", ["老板{}回国", "孩子{}高考", "我们{}年审", "our fiscal year starts in {}", "they turn ten by {}"]
    )
    @pytest.mark.parametrize("when", ["2024年3月", "明年上半年"])
    def test_is_not_read(self, doing: str, when: str) -> None:
        assert read_purchase_date(doing.format(when), TODAY) is None

    @pytest.mark.parametrize(
        "text", ["2024年3月", "大概2024年3月", "by March 2024", "时间: 2024年3月", "maybe March 2024"]
    )
    def test_alone_is_read(self, text: str) -> None:
        read = read_purchase_date(text, TODAY)
        assert read
        assert read.latest == date(2024, 3, 31)


CORPUS = tomllib.loads(Path(__file__).with_name("corpus").joinpath("dates.toml").read_text("utf-8"))["cases"]


class TestCorpus:
    """Whole sentences as people write them."""

    def test_languages(self) -> None:
        assert {case["language"] for case in CORPUS} == {"zh_CN", "zh_TW", "en", "de", "ja", "fr"}
