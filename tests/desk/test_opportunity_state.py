"""An opportunity is shown whole: all that people wrote about it, as typed values with who and when."""

from __future__ import annotations

import pytest

import leadkit as lk
from tests.desk.desks import ACTORS, START
from tests.desk.test_opportunities import DIRECTOR, LEGAL, PLAN, REP, A, B, bring, graded, raised

SECOND = {"pains": "too loud", "advantages": "quieter", "strategy": "no extras"}


def at(desk: lk.Desk, hours: int = 1):
    """The time after a while."""
    desk.clock.pass_(hours=hours)
    return desk.clock.now


class TestWhatPeopleWrote:
    """The latest of each kind, and what belongs to it."""

    def test_a_new_opportunity_has_nothing(self, desk):
        state = desk.opportunities.get(bring(desk, "assessing"))
        assert (state.plan, state.report, state.contract, state.handover, state.loss_reason) == (None,) * 5

    def test_the_latest_plan_waits_for_its_approval(self, desk):
        one, deals = bring(desk, "planning"), desk.opportunities
        later = at(desk)
        deals.plan(one, **SECOND, by=REP)
        plan = deals.get(one).plan
        assert (plan.pains, plan.advantages, plan.strategy) == tuple(SECOND.values())
        assert (plan.at, plan.by, plan.approval) == (later, REP.id, None)

    def test_a_plan_that_was_sent_back_says_why(self, desk):
        one, deals = bring(desk, "planning"), desk.opportunities
        later = at(desk)
        deals.reject_plan(one, reason="too soft", by=DIRECTOR)
        approval = deals.get(one).plan.approval
        assert (approval.approved, approval.reason, approval.at, approval.by) == (
            False,
            "too soft",
            later,
            DIRECTOR.id,
        )
        deals.plan(one, **SECOND, by=REP)
        assert deals.get(one).plan.approval is None
        deals.approve_plan(one, reason="better", by=DIRECTOR)
        approval = deals.get(one).plan.approval
        assert (approval.approved, approval.reason) == (True, "better")

    def test_a_grade_that_rose_takes_the_approval_back(self, desk):
        state = desk.opportunities.get(raised(desk))
        assert (state.stage, state.plan.approval) == ("planning", None)

    def test_a_report(self, desk):
        one = graded(desk, A)
        later = at(desk)
        desk.opportunities.report(one, strategy="the engineers first", goal="two lines", by=REP)
        report = desk.opportunities.get(one).report
        assert (report.strategy, report.goal, report.at, report.by) == (
            "the engineers first",
            "two lines",
            later,
            REP.id,
        )

    def test_each_objection_has_its_own_answer(self, desk):
        one, deals = bring(desk, "negotiating"), desk.opportunities
        deals.raise_objection(one, "too late", key_objection=True, by=DIRECTOR)
        deals.raise_objection(one, "too big", by=REP)
        later = at(desk)
        deals.answer_objection(one, "2", "we deliver in May", by=REP)
        first, second, third = deals.get(one).objections
        assert (first.text, first.raised_by, first.answer, first.answered_at) == ("too dear", REP.id, None, None)
        assert (second.text, second.key, second.raised_by) == ("too late", True, DIRECTOR.id)
        assert (second.answer, second.answered_at, second.answered_by) == ("we deliver in May", later, REP.id)
        assert (third.text, third.answer) == ("too big", None)

    def test_a_contract_with_the_verdict_on_its_latest_draft(self, desk):
        one, deals = bring(desk, "negotiating"), desk.opportunities
        deals.draft_contract(one, "30 days net", by=REP)
        assert deals.get(one).contract.legal_review is None
        later = at(desk)
        deals.review_contract(one, approved=False, reason="no limit of liability", by=LEGAL)
        review = deals.get(one).contract.legal_review
        assert (review.approved, review.reason, review.at, review.by) == (
            False,
            "no limit of liability",
            later,
            LEGAL.id,
        )
        deals.draft_contract(one, "10 days net", by=REP)
        contract = deals.get(one).contract
        assert (contract.terms, contract.legal_review) == ("10 days net", None)
        deals.review_contract(one, approved=True, by=LEGAL)
        deals.sign(one, "us", by=REP)
        contract = deals.get(one).contract
        assert (contract.legal_review.approved, contract.signed_by_us_at) == (True, later)
        assert contract.signed_by_customer_at is None

    def test_a_handover_with_the_customer_as_they_were(self, desk):
        one = bring(desk, "won")
        desk.opportunities.hand_over(one, "training for ten", by=REP)
        handover = desk.opportunities.get(one).handover
        assert (handover.terms, handover.customer["name"], handover.by) == ("training for ten", "王1", REP.id)
        assert handover.need.startswith("采购设备")

    def test_why_it_was_lost_in_words(self, desk):
        one = bring(desk, "assessing")
        desk.opportunities.lose(one, "price", competitor="Firma X", reason="too dear by a third", by=REP)
        assert desk.opportunities.get(one).loss_reason == "too dear by a third"

    def test_a_list_has_it_too(self, desk):
        one = bring(desk, "planning")
        (state,) = desk.opportunities.list()
        assert state == desk.opportunities.get(one)
        assert state.plan.pains == PLAN["pains"]

    def test_a_value_shows_nobodys_words(self, desk):
        desk.opportunities.hand_over(one := bring(desk, "won"), "training for ten", by=REP)
        shown = repr(desk.opportunities.get(one))
        assert [words for words in ("training", "王1", "too slow", "too dear", "30 days") if words in shown] == []


def test_an_erasure_takes_the_words_and_leaves_the_figures(desk):
    one, deals = graded(desk, B), desk.opportunities
    deals.report(one, strategy="s", goal="g", by=REP)
    deals.plan(one, **PLAN, milestones=[("demo", START)], by=REP)
    deals.approve_plan(one, reason="fine", by=DIRECTOR)
    deals.raise_objection(one, "too dear", by=REP)
    deals.answer_objection(one, "1", "worth it", by=REP)
    deals.draft_contract(one, "30 days net", by=REP)
    deals.review_contract(one, approved=True, reason="sound", by=LEGAL)
    deals.sign(one, "us", by=REP)
    deals.sign(one, "customer", by=REP)
    deals.hand_over(one, "training", by=REP)
    deals.win(one, amount=800_000, by=REP)
    desk.erase("L1", by=ACTORS["director"])
    state = deals.get(one)
    assert (state.plan, state.report, state.contract, state.handover) == (None,) * 4
    (objection,) = state.objections
    assert (objection.text, objection.raised_by, objection.answer, objection.answered_by) == (None,) * 4
    assert (objection.number, objection.answered_at, state.stage) == (1, START, "won")


@pytest.mark.parametrize("stage", ["lost", "won"])
def test_every_stage_can_be_read(desk, stage):
    assert desk.opportunities.get(bring(desk, stage)).stage == stage
