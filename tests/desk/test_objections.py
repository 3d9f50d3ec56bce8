"""Objections by kind, what answers them, the experts who are asked, and whom a key one reaches."""

from __future__ import annotations

from datetime import timedelta

import pytest

import leadkit as lk
from leadkit.reviewing.objections import ObjectionCase, objections
from leadkit.reviewing.period import read_period
from tests.desk.desks import BOSS, START, kept, notices, open_desk, refused, team
from tests.desk.test_opportunities import REP, bring

HOUR = timedelta(hours=1)
OWN = {"name": "own", "extends": "standard", "objections": {"price": {"label": "太贵", "answers": ["roi", "case-7"]}}}
ADA = lk.Actor(id="ada", role="expert")


@pytest.fixture
def desk() -> lk.Desk:
    desk = open_desk(policy=OWN)
    team(desk, ada="expert", li="sales_rep")
    return desk


class TestKinds:
    def test_a_kind_brings_its_answers(self, desk):
        deal = bring(desk, "negotiating")
        receipt = desk.opportunities.raise_objection(deal, "too dear", kind="price", by=REP)
        assert receipt.suggested == ("roi", "case-7")
        plain, priced = desk.opportunities.get(deal).objections
        assert (plain.kind, plain.suggested) == (None, ())
        assert (priced.kind, priced.suggested) == ("price", ("roi", "case-7"))

    def test_an_unknown_one_is_refused_with_the_nearest(self, desk):
        deal = bring(desk, "negotiating")
        with refused(desk, "no kind of objection prise", "did you mean 'price'"):
            desk.opportunities.raise_objection(deal, "too dear", kind="prise", by=REP)


class TestExperts:
    def test_one_is_asked_and_told_and_answers(self, desk):
        deal = bring(desk, "negotiating")
        desk.opportunities.ask_expert(deal, "1", "ada", "how fast is ours?", by=REP)
        (notice,) = notices(desk, "expert_asked")
        assert (notice.recipient, notice.role, notice.details["objection"]) == ("ada", None, f"{deal}-1")
        desk.opportunities.answer_objection(deal, "1", "twice as fast", by=ADA)
        (objection,) = desk.opportunities.get(deal).objections
        assert (objection.expert, objection.question, objection.answered_by) == ("ada", "how fast is ours?", "ada")

    @pytest.mark.parametrize("who", ["nobody", "li", ""])
    def test_who_is_no_expert_is_refused(self, desk, who):
        deal = bring(desk, "negotiating")
        with refused(desk, "is no expert of the team", "possible: ada"):
            desk.opportunities.ask_expert(deal, "1", who, "how?", by=REP)

    def test_who_has_left_is_refused(self, desk):
        deal = bring(desk, "negotiating")
        desk.enrol(lk.Member(id="ada", role="expert", active=False), by=BOSS)
        with refused(desk, "ada is no expert", "enrol somebody first as: expert"):
            desk.opportunities.ask_expert(deal, "1", "ada", "how?", by=REP)

    def test_nothing_is_asked_about_what_is_answered(self, desk):
        deal = bring(desk, "negotiating")
        desk.opportunities.answer_objection(deal, "1", "worth it", by=REP)
        with refused(desk, "no such objection", "none is open"):
            desk.opportunities.ask_expert(deal, "1", "ada", "how?", by=REP)


class TestReceivers:
    def test_a_key_one_reaches_everybody_once(self, desk):
        deal = bring(desk, "negotiating")
        desk.opportunities.assign(deal, "li", by=BOSS)
        desk.opportunities.raise_objection(deal, "no trust", key_objection=True, by=REP)
        rows = notices(desk, "objection_escalated")
        assert [(row.recipient, row.role) for row in rows] == [
            ("li", None), (None, "senior_rep"), (None, "supervisor"), (None, "director"), (None, "expert")
        ]  # fmt: skip
        assert len({row.id for row in rows}) == len(rows)

    def test_one_that_is_long_overdue_too_and_a_second_tick_adds_none(self, desk):
        bring(desk, "negotiating")
        desk.clock.pass_(days=3)
        for _ in range(2):
            desk.tick()
            assert len(notices(desk, "objection_escalated")) == 4

    def test_a_company_may_name_one_alone(self):
        own = {**OWN, "notices": {"objection_escalated": ["director", "supervisor"]}}
        desk = open_desk(policy=own)
        deal = bring(desk, "negotiating")
        desk.opportunities.raise_objection(deal, "no trust", key_objection=True, by=REP)
        assert [row.role for row in notices(desk, "objection_escalated")] == ["director"]

    @pytest.mark.parametrize("named", [{"all": []}, {"every": ["director"]}, {"all": "director"}])
    def test_what_names_nobody_is_refused(self, named):
        with pytest.raises(lk.PolicyError):
            open_desk(policy={**OWN, "notices": {"objection_escalated": named}})


class TestFigures:
    def test_share_in_time_and_won_by_kind(self, desk):
        deal = bring(desk, "negotiating")
        deals = desk.opportunities
        deals.raise_objection(deal, "too dear", kind="price", by=REP)
        desk.clock.pass_(hours=1)
        deals.answer_objection(deal, "2", "worth it", by=REP)
        desk.clock.pass_(hours=30)
        deals.answer_objection(deal, "1", "on time", by=REP)
        price, other = desk.review("2023-Q3").objections
        assert (price.kind, price.share.met, price.share.of) == ("price", 1, 2)
        assert [(group.in_time.met, group.in_time.of) for group in (price, other)] == [(1, 1), (0, 1)]
        assert (price.won.met, price.won.of) == (0, 0), "its opportunity is open"
        deals.lose(deal, "price", by=REP)
        price, _ = desk.review("2023-Q3").objections
        assert (price.won.met, price.won.of) == (0, 1)

    def test_only_those_of_the_period_by_then_count(self):
        period = read_period("2023-09", START.tzinfo)
        times = [START - 40 * 24 * HOUR, START, START + HOUR, START + 30 * 24 * HOUR]
        cases = [ObjectionCase(kind="price", raised_at=at, due_at=at + HOUR, answered_at=at + HOUR) for at in times]
        (group,) = objections(cases, period, START)
        assert (group.share.of, group.in_time.of, group.in_time.met) == (1, 0, 0)
        (group,) = objections(cases, period, START + HOUR)
        assert (group.share.of, group.in_time.met, group.in_time.of) == (2, 1, 1)


def test_nobody_who_was_asked_outlives_an_erasure(desk):
    deal = bring(desk, "negotiating")
    desk.opportunities.ask_expert(deal, "1", "ada", "has 王1 signed?", by=REP)
    desk.erase("L1", by=lk.Actor(id="gao", role="director"))
    assert "王1" not in repr(kept(desk, "statements"))
