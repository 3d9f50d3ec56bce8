"""Derived facts: read from a record's own text, marked with the words they came from; an entered value always wins."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.records.fields import frozen

STANDARD = lk.load_policy("standard")
RECEIVED = datetime(2023, 8, 1, tzinfo=UTC)


def facts(policy: lk.Policy, now: datetime, **parts: object):
    return policy.facts_of(lk.Lead(id="1", received_at=RECEIVED, **parts), now)


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("总经理", "decision_maker"),
        ("采购总监", "decision_maker"),
        ("CEO", "decision_maker"),
        ("副总经理", "decision_maker"),
        ("采购经理", "influencer"),
        ("总工程师", "influencer"),
        ("Project Manager", "influencer"),
        ("General Manager", "decision_maker"),
        ("技术员", "user"),
        ("Buyer", "user"),
        ("诗人", None),
    ],
)
def test_the_role_comes_from_the_longest_word_of_the_job_title(standard, now, title, role):
    assert facts(standard, now, contact=lk.Contact(job_title=title))["role"] == role


def test_an_entered_value_wins_and_is_not_marked(standard, now):
    found = facts(standard, now, contact=lk.Contact(job_title="总经理", role="user"))
    assert (found["role"], found.derived) == ("user", {})


def test_a_derived_value_is_marked_with_its_words(standard, now):
    found = facts(standard, now, contact=lk.Contact(job_title="集团总经理"))
    assert (found["role"], found.derived) == ("decision_maker", {"role": "总经理"})
    score = standard.score(lk.Lead(id="1", contact=lk.Contact(job_title="集团总经理")), as_of=now)
    assert "(read from “总经理”)" in score.explain()


@pytest.mark.parametrize(
    ("size", "level"), [("大型", "large"), ("large", "large"), ("500人", "medium"), ("50-100人", "medium"), ("?", None)]
)
def test_the_company_size_comes_from_words_or_a_head_count(standard, now, size, level):
    assert facts(standard, now, company=lk.Company(size=size))["company_size"] == level


def test_the_template_need(standard, now):
    found = facts(standard, now, need=lk.Need(description="采购型号设备,预算50-80万,Q3落地"))
    assert found["budget"] == 800_000
    assert found["budget_match"] == "full"
    assert found["product"] == "equipment"
    assert found["days_to_purchase"] == 0
    assert found["need_described"] is True


@pytest.mark.parametrize(
    ("budget", "match"), [(99_999, "none"), (100_000, "partial"), (299_999, "partial"), (300_000, "full")]
)
def test_the_budget_matches_the_price_range(standard, now, budget, match):
    assert facts(standard, now, need=lk.Need(budget=lk.Budget(high=budget)))["budget_match"] == match


def test_a_foreign_budget_needs_a_rate(standard, now):
    need = lk.Need(description="设备,预算100万美元")
    assert facts(standard, now, need=need)["budget"] is None
    assert facts(lk.load_policy("machinery"), now, need=need)["budget"] == 7_100_000


@pytest.mark.parametrize("text", ["了解一下", "随便看看", "just looking around"])
def test_a_vague_need(standard, now, text):
    assert facts(standard, now, need=lk.Need(description=text))["need_described"] is False


def test_what_cannot_be_read_stays_unknown(standard, now):
    found = facts(standard, now)
    assert all(found[name] is None for name in found)


@pytest.mark.parametrize(
    ("size", "level"),
    [
        ("2万人", "large"),
        ("1千人", "large"),
        ("2 000 employees", "large"),
        ("成立于1998年,50人", "small"),
        ("不到1000人", "medium"),
        ("1000人以下", "medium"),
        ("1000人以上", "large"),
        ("99人", "small"),
        ("100-499人", "medium"),
        ("500-1000人", "large"),
        ("10-5000人", None),
        ("年产值5000万", None),
        ("成立于1998年", None),
        ("大", "large"),
        ("中", "medium"),
        ("小", "small"),
        ("大约300人", "medium"),
        ("小五百人", "medium"),
    ],
)
def test_levels_of_head_counts(standard, now, size, level):
    assert facts(standard, now, company=lk.Company(size=size))["company_size"] == level


class TestBudgetWithoutRate:
    """A budget in a currency that the policy has no rate for is known, only not usable."""

    def lead(self, **need: object) -> lk.Lead:
        return lk.Lead(id="1", received_at=RECEIVED, need=lk.Need(**need))

    def test_the_fact_says_why_it_is_unknown(self, standard, now):
        usable = standard.facts_of(self.lead(description="设备,预算100万美元"), now)
        assert (usable["budget"], usable["budget_match"]) == (None, None)
        assert {name: why.currency for name, why in usable.unusable.items()} == {"budget": "USD", "budget_match": "USD"}

    def test_an_entered_budget_too(self, standard, now):
        usable = standard.facts_of(self.lead(budget=lk.Budget(high=10, currency="EUR")), now)
        assert usable["budget"] is None
        assert usable.unusable["budget"].reason == "no_rate"

    def test_nobody_is_to_ask_for_it(self, standard, now):
        screening = standard.screen(self.lead(description="设备,预算100万美元"), as_of=now)
        assert "budget" not in screening.missing
        assert screening.unusable["budget"].currency == "USD"
        unknown = standard.screen(self.lead(description="设备"), as_of=now)
        assert "budget" in unknown.missing
        assert unknown.unusable == {}

    def test_with_a_rate_nothing_is_unusable(self, now):
        machinery = lk.load_policy("machinery")
        usable = machinery.facts_of(self.lead(description="设备,预算100万美元"), now)
        assert usable["budget"] == 7_100_000
        assert usable.unusable == {}

    def test_the_explanation_says_so_in_both_languages(self, standard, now):
        score = standard.score(self.lead(description="设备,预算100万美元"), as_of=now)
        assert "known, in USD; no rate in the policy" in score.explain("en")
        assert "币种为USD;政策中没有汇率" in score.explain("zh_CN")


@pytest.mark.parametrize("nothing", ["", " ", "\u200b", "无", "暫無", "N/A", "n.a.", "-", "未知", "k.A."])
def test_what_says_nothing_is_unknown(standard, now, nothing):
    found = facts(
        standard,
        now,
        source=lk.Source(channel=nothing),
        company=lk.Company(name=nothing, industry=nothing, size=nothing, region=nothing),
        contact=lk.Contact(job_title=nothing, phone=nothing, email=nothing),
        need=lk.Need(description=nothing, product=nothing),
    )
    assert {name: found[name] for name in found if found[name] is not None} == {}


@pytest.mark.parametrize(
    ("phone", "valid"), [("13800000000", None), ("11111111111", None), ("400-820-8820", True), ("138****0000", False)]
)
def test_nobodys_phone_is_unknown_and_a_hotline_is_a_phone(standard, now, phone, valid):
    assert facts(standard, now, contact=lk.Contact(phone=phone))["phone_valid"] is valid


def test_a_level_may_be_a_word_that_says_nothing(standard, now):
    assert facts(standard, now, need=lk.Need(budget_match="none"))["budget_match"] == "none"


TITLES = {"总经理": "decision_maker", "采购经理": "influencer", "技术员": "user", "诗人": None, None: None}
RANKS = ["decision_maker", "influencer", "user", None]


@given(
    st.lists(
        st.tuples(st.sampled_from(list(TITLES)), st.none() | st.sampled_from(["decision_maker", "user"])),
        min_size=1,
        max_size=4,
    )
)
def test_the_role_is_the_best_of_all_contacts(people):
    contacts = [lk.Contact(job_title=title, role=role) for title, role in people]
    lead = lk.Lead(id="1", contact=contacts[0], other_contacts=tuple(contacts[1:]))
    roles = [role or TITLES[title] for title, role in people]
    assert STANDARD.facts_of(lead, RECEIVED)["role"] == min(roles, key=RANKS.index)


def test_the_best_role_is_marked_with_the_words_of_its_own_contact(standard, now):
    people = [lk.Contact(job_title=title) for title in ("技术员", "集团总经理", "采购经理")]
    found = facts(standard, now, contact=people[0], other_contacts=tuple(people[1:]))
    assert (found["role"], found.derived) == ("decision_maker", {"role": "总经理"})


def test_a_role_among_the_custom_values_wins(standard, now):
    people = [lk.Contact(job_title=title) for title in ("技术员", "总经理")]
    found = facts(standard, now, contact=people[0], other_contacts=(people[1],), custom=frozen({"role": "user"}))
    assert found["role"] == "user"


class TestNeedsOnSeveralLines:
    """Two budgets in one need compete; of two needs that were joined, the first that tells a budget counts."""

    NEED = "采购产线,预算40万\n采购机器人,预算60万"

    def test_in_one_need_they_compete(self, standard, now):
        assert facts(standard, now, need=lk.Need(description=self.NEED))["budget"] is None

    def test_in_a_joined_lead_the_first_counts(self, standard, now):
        source = (lk.Source(channel="展会"),)
        assert facts(standard, now, need=lk.Need(description=self.NEED), other_sources=source)["budget"] == 400_000
