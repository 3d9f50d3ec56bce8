"""Follow-ups on opportunities: which it is, with whom, until when, and one history with the lead's."""

from __future__ import annotations

from datetime import timedelta

import pytest

import leadkit as lk
from leadkit.desk.results import Receipt
from tests.desk.desks import BOSS, START, kept, lead, notices, open_desk, refused, team, touch
from tests.desk.test_opportunities import REP, A, B, C, graded, opened

DAY = timedelta(days=1)
ONE = {"intent": True}
"""One signal, where two are needed."""
USER, DECIDER = {"job_title": "采购员"}, {"job_title": "采购总监"}


@pytest.fixture
def desk() -> lk.Desk:
    return open_desk()


def follow_up(desk: lk.Desk, number: int = 1, **fields) -> Receipt:
    given = {"kind": "follow_up", "occurred_at": desk.clock.now, **fields}
    return desk.record(touch(number, **given), by=REP)


def due_at(desk: lk.Desk):
    (row,) = [row for row in kept(desk, "duties") if row.kind == "deal_follow_up" and row.state == "open"]
    return row.due_at


class TestWhichDeal:
    def test_the_only_open_one_of_the_lead(self, desk):
        deal = opened(desk)
        assert follow_up(desk).opportunity_id == deal
        assert [activity.opportunity_id for activity in desk.activities("L1")] == [deal]

    def test_none_of_two_unless_it_is_named(self, desk):
        first = opened(desk)
        second = desk.opportunities.convert("L1", {"intent": True, "date_set": True}, by=REP).opportunity_id
        assert follow_up(desk, 1).opportunity_id is None
        assert follow_up(desk, 2, opportunity_id=second).opportunity_id == second
        assert {row.id: row.last_follow_up_at for row in kept(desk, "opportunities")} == {first: None, second: START}

    def test_not_one_that_was_opened_later(self, desk):
        opened(desk)
        assert follow_up(desk, occurred_at=START - DAY).opportunity_id is None

    def test_one_that_there_is_not_is_refused(self, desk):
        opened(desk)
        with refused(desk, "no such opportunity"):
            follow_up(desk, opportunity_id="nothing")

    def test_one_of_another_lead_is_refused(self, desk):
        deal = opened(desk)
        desk.capture(lead(2))
        with refused(desk, "is of another lead: L1"):
            follow_up(desk, lead_id="L2", opportunity_id=deal)

    def test_one_of_the_same_company_in_another_spelling_is_taken(self, desk):
        deal = opened(desk)
        company = {
            "name": desk.lead("L1").lead.company.name.replace("有限公司", "股份有限公司"),
            "industry": "智能制造",
        }
        desk.capture(lead(2, company=company))
        assert follow_up(desk, lead_id="L2", opportunity_id=deal).opportunity_id == deal

    def test_given_again_it_is_kept_once(self, desk):
        deal = opened(desk)
        first, again = (follow_up(desk, occurred_at=START) for _ in range(2))
        assert (first.outcome, again.outcome, again.opportunity_id) == ("recorded", "repeated", deal)
        assert len(desk.activities("L1")) == 1


class TestDuty:
    @pytest.mark.parametrize(("levels", "days"), [(A, 3), (B, 7), (C, 30)])
    def test_it_is_due_by_grade(self, desk, levels, days):
        graded(desk, levels)
        assert due_at(desk) == START + days * DAY
        desk.clock.pass_(days=2)
        follow_up(desk)
        assert due_at(desk) == START + (2 + days) * DAY

    def test_one_agreed_for_later_puts_it_off(self, desk):
        graded(desk, A)
        follow_up(desk, next_at=START + 10 * DAY)
        assert due_at(desk) == START + 10 * DAY

    def test_an_older_one_changes_nothing(self, desk):
        graded(desk, A)
        desk.clock.pass_(days=2)
        follow_up(desk, 1)
        follow_up(desk, 2, occurred_at=START + DAY)
        assert due_at(desk) == START + 5 * DAY

    def test_what_the_customer_reads_is_no_follow_up(self, desk):
        graded(desk, A)
        desk.clock.pass_(days=2)
        follow_up(desk, kind="webinar")
        assert due_at(desk) == START + 3 * DAY

    def test_silence_is_told_and_told_higher(self, desk):
        team(desk, li="senior_rep")
        deal = graded(desk, A)
        desk.opportunities.assign(deal, "li", by=BOSS)
        desk.clock.pass_(days=3)
        desk.tick()
        (notice,) = notices(desk, "deal_follow_up_due")
        assert (notice.recipient, notice.details["grade"]) == ("li", "A")
        desk.clock.pass_(days=4)
        desk.tick()
        assert [row.role for row in notices(desk, "deal_follow_up_escalated")] == ["supervisor"]

    def test_a_lost_one_owes_none(self, desk):
        deal = graded(desk, A)
        desk.opportunities.lose(deal, "price", by=REP)
        assert [item for item in desk.due() if item.kind == "deal_follow_up"] == []

    def test_a_level_is_of_a_grade_that_there_is(self):
        with pytest.raises(lk.PolicyError, match="names D"):
            open_desk(
                policy={"name": "own", "extends": "standard", "service_levels": {"deal_follow_up": {"D": {"hours": 1}}}}
            )


class TestHistory:
    def test_the_steps_and_the_touches_stand_in_their_order(self, desk):
        desk.capture(lead(1))
        follow_up(desk, 1, contact="王1")
        desk.clock.pass_(days=1)
        deal = desk.opportunities.convert("L1", {"intent": True, "date_set": True}, by=REP).opportunity_id
        desk.clock.pass_(days=1)
        follow_up(desk, 2)
        desk.clock.pass_(days=1)
        desk.opportunities.assess(deal, **B, by=REP)
        items = desk.opportunities.history(deal)
        assert [item.what for item in items] == ["follow_up", "convert", "follow_up", "assess"]
        assert items[0].details["contact"] == "王1"
        assert [activity.id for activity in desk.opportunities.get(deal).activities] == ["A2"]

    def test_an_erased_person_is_in_none(self, desk):
        deal = opened(desk)
        follow_up(desk, contact="王1")
        desk.erase("L1", by=lk.Actor(id="gao", role="director"))
        assert "王1" not in repr(desk.opportunities.history(deal)) + repr(kept(desk, "activity_texts"))
        assert desk.opportunities.get(deal).activities == ()


class TestDecisionMakers:
    def met(self, desk: lk.Desk, contact: dict[str, str], name: str = "王1") -> None:
        desk.capture(lead(1, contact=contact))
        follow_up(desk, contact=name)

    def test_a_meeting_with_one_is_a_signal(self, desk):
        self.met(desk, DECIDER)
        receipt = desk.opportunities.convert("L1", ONE, by=REP)
        assert dict(receipt.derived) == {"decision_maker_involved": "A1"}
        (item,) = [item for item in desk.opportunities.history(receipt.opportunity_id) if item.what == "convert"]
        assert item.details["signals"] == ("decision_maker_involved", "intent")
        assert item.details["derived"] == ("decision_maker_involved",)

    @pytest.mark.parametrize(("contact", "name"), [(USER, "王1"), (DECIDER, "somebody")])
    def test_a_meeting_with_another_is_none(self, desk, contact, name):
        self.met(desk, contact, name)
        with refused(desk, "decision_maker_involved"):
            desk.opportunities.convert("L1", ONE, by=REP)

    def test_no_signal_follows_from_what_is_denied(self, desk):
        self.met(desk, DECIDER)
        with refused(desk, "decision_maker_involved"):
            desk.opportunities.convert("L1", {**ONE, "decision_maker_involved": False}, by=REP)

    def test_nor_from_what_came_later(self, desk):
        desk.capture(lead(1, contact=DECIDER))
        desk.clock.pass_(days=2)
        follow_up(desk, contact="王1")
        with refused(desk, "decision_maker_involved"):
            desk.opportunities.convert("L1", ONE, at=START + DAY, by=REP)

    @pytest.mark.parametrize(("contact", "findings"), [(USER, ("only_users_known",)), (DECIDER, ())])
    def test_said_where_only_users_are_known_it_is_a_finding(self, desk, contact, findings):
        desk.capture(lead(1, contact=contact))
        receipt = desk.opportunities.convert("L1", {**ONE, "decision_maker_involved": True}, by=REP)
        assert (receipt.outcome, receipt.findings) == ("converted", findings)

    def test_a_name_that_no_contact_has_is_a_finding(self, desk):
        desk.capture(lead(1))
        assert follow_up(desk, contact="nobody we know").findings == ("contact_unknown",)


class TestVisits:
    @pytest.mark.parametrize(("means", "findings"), [("上门拜访", ("visit_before_approval",)), ("电话", ())])
    def test_a_visit_before_the_approval_is_a_finding(self, desk, means, findings):
        graded(desk, B)
        assert follow_up(desk, means=means).findings == findings

    def test_after_it_it_is_none(self, desk):
        deal = graded(desk, B)
        plan = {"pains": "p", "advantages": "a", "strategy": " "}
        assert desk.opportunities.plan(deal, **plan, by=REP).findings == (
            "plan_without_strategy",
            "plan_without_milestones",
        )
        desk.opportunities.approve_plan(deal, by=BOSS)
        assert follow_up(desk, means="拜访").findings == ()
