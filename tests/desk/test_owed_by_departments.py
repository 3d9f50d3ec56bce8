"""What supervisors, owners and legal owe: a verdict on an invalid lead, a plan, a review of the contract."""

from __future__ import annotations

from datetime import timedelta

import pytest

import leadkit as lk
from tests.desk.desks import BOSS, POOR, START, kept, lead, notices, open_desk
from tests.desk.test_opportunities import LEGAL, PLAN, REP, B, bring, graded

DAY = timedelta(days=1)


@pytest.fixture
def desk() -> lk.Desk:
    return open_desk()


def duty(desk: lk.Desk, kind: str):
    """The latest duty of a kind."""
    return max((row for row in kept(desk, "duties") if row.kind == kind), key=lambda row: row.since)


class TestVerdict:
    def test_an_invalid_lead_waits_for_it_a_day(self, desk):
        desk.capture(lead(1, **POOR))
        assert (duty(desk, "verdict").due_at, duty(desk, "verdict").owner) == (START + DAY, None)
        desk.clock.pass_(days=1)
        desk.tick()
        assert [row.role for row in notices(desk, "verdict_breached")] == ["supervisor"]
        desk.clock.pass_(days=2)
        desk.tick()
        assert [row.role for row in notices(desk, "verdict_escalated")] == ["director"]

    @pytest.mark.parametrize("way", ["archive", "overturn"])
    def test_it_is_met_by_either(self, desk, way):
        desk.capture(lead(1))
        desk.clock.pass_(hours=2)
        desk.disqualify("L1", "lost_interest", by=REP)
        desk.clock.pass_(hours=2)
        getattr(desk, way)("L1", by=BOSS)
        row = duty(desk, "verdict")
        assert (row.state, row.since, row.met_at) == ("met", START + DAY / 12, START + DAY / 6)

    def test_a_lead_that_is_amended_to_be_valid_owes_none(self, desk):
        desk.capture(lead(1, **POOR))
        desk.amend("L1", {"need.description": "采购设备,预算50-80万,Q4落地"}, by=REP)
        assert duty(desk, "verdict").state == "cancelled"

    def test_found_invalid_again_it_is_owed_anew(self, desk):
        desk.capture(lead(1))
        desk.disqualify("L1", "lost_interest", by=REP)
        desk.overturn("L1", by=BOSS)
        desk.clock.pass_(days=3)
        desk.disqualify("L1", "budget_too_small", by=REP)
        row = duty(desk, "verdict")
        assert (row.state, row.since, row.due_at, row.met_at) == ("open", START + 3 * DAY, START + 4 * DAY, None)

    def test_the_review_says_whether_it_was_kept(self, desk):
        desk.capture(lead(1, **POOR))
        desk.clock.pass_(days=2)
        desk.archive("L1", by=BOSS)
        (group,) = [group for group in desk.review("2023-Q3").duties.kinds if group.kind == "verdict"]
        assert (group.due, group.late) == (1, 1)


class TestPlan:
    def test_it_is_owed_from_the_grade_and_met_by_a_plan(self, desk):
        deal = graded(desk, B)
        assert duty(desk, "plan").due_at == START + 3 * DAY
        desk.clock.pass_(days=1)
        desk.opportunities.plan(deal, **PLAN, by=REP)
        assert (duty(desk, "plan").state, duty(desk, "plan").met_at) == ("met", START + DAY)

    def test_sent_back_it_is_owed_anew(self, desk):
        deal = graded(desk, B)
        desk.opportunities.plan(deal, **PLAN, by=REP)
        desk.clock.pass_(days=5)
        desk.opportunities.reject_plan(deal, reason="too soft", by=BOSS)
        assert (duty(desk, "plan").state, duty(desk, "plan").due_at) == ("open", START + 8 * DAY)

    def test_it_is_reminded_of_and_told_higher(self, desk):
        graded(desk, B)
        for days, kind in ((2, "plan_due"), (1, "plan_breached"), (3, "plan_escalated")):
            desk.clock.pass_(days=days)
            desk.tick()
            assert len(notices(desk, kind)) == 1


class TestContractReview:
    def drafted(self, desk: lk.Desk) -> str:
        deal = bring(desk, "negotiating")
        desk.opportunities.draft_contract(deal, "30 days", by=REP)
        return deal

    def test_legal_owes_it_from_the_draft(self, desk):
        self.drafted(desk)
        row = duty(desk, "contract_review")
        assert (row.since, row.state) == (START, "open")
        assert START + DAY < row.due_at <= START + 3 * DAY
        desk.clock.pass_(days=4)
        desk.tick()
        assert [row.role for row in notices(desk, "contract_review_breached")] == ["legal"]
        assert [row.role for row in notices(desk, "contract_review_escalated")] == ["supervisor"]

    @pytest.mark.parametrize("approved", [True, False])
    def test_a_verdict_meets_it_and_a_new_draft_owes_another(self, desk, approved):
        deal = self.drafted(desk)
        desk.clock.pass_(hours=3)
        desk.opportunities.review_contract(deal, approved=approved, by=LEGAL)
        assert duty(desk, "contract_review").met_at == desk.clock.now
        desk.clock.pass_(hours=3)
        desk.opportunities.draft_contract(deal, "60 days", by=REP)
        row = duty(desk, "contract_review")
        assert (row.state, row.since) == ("open", desk.clock.now)
