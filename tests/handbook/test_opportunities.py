"""Opportunities: from a valid lead to a graded deal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import leadkit as lk
from leadkit.records.fields import exact
from tests.desk.desks import ACTORS, BOSS, SIGNALS, START, lead, notices, touch

REP = ACTORS["sales_rep"]
AS_OF = datetime(2023, 9, 30, tzinfo=UTC)


@pytest.fixture
def deal(desk) -> str:
    """The opportunity of a valid lead."""
    desk.capture(lead())
    return str(desk.opportunities.convert("L1", SIGNALS, by=REP).opportunity_id)


def level_of(grade: lk.Grade, dimension: str) -> str | None:
    """How one dimension was judged."""
    return next(rating.level for rating in grade.ratings if rating.dimension == dimension)


class TestConversion:
    """A lead becomes an opportunity when two of four hold."""

    @pytest.mark.parametrize(
        ("signals", "enough"),
        [
            ({"intent": True, "date_set": True}, True),
            ({"intent": True, "decision_maker_involved": True}, True),
            ({"intent": True, "budget_confirmed": True}, True),
            ({"intent": True, "date_set": False}, False),
        ],
    )
    def test_two_of_four(self, desk, signals, enough):
        """Intent, a confirmed budget, a key decision maker, a date: two of them make an opportunity, one doesn't."""
        desk.capture(lead())
        if not enough:
            with pytest.raises(lk.CommandError):
                desk.opportunities.convert("L1", signals, by=REP)
            return
        assert desk.opportunities.convert("L1", signals, by=REP).outcome == "converted"
        assert desk.lead("L1").status == "converted"

    @pytest.mark.parametrize(("budget", "enough"), [(99_999, False), (100_000, True)])
    def test_the_least_budget(self, standard, budget, enough):
        """A confirmed budget counts from 100,000 on."""
        answer = standard.qualify({"budget": budget}, {"intent": True, "budget_confirmed": True})
        assert (answer.outcome == "yes") is enough

    def test_it_begins_with_its_evaluation(self, desk, deal):
        """A new opportunity waits for its evaluation in four dimensions."""
        assert desk.opportunities.get(deal).stage == "assessing"


class TestEvaluation:
    """Four dimensions, each with its levels, and the grade that follows."""

    @pytest.mark.parametrize(
        ("days", "urgency"), [(20, "immediate"), (30, "immediate"), (32, "urgent"), (91, "urgent"), (120, "normal")]
    )
    def test_urgency_follows_the_close(self, standard, days, urgency):
        """Within a month is immediate, within three urgent, later normal; the ends belong to the sooner level."""
        record = lk.Opportunity(id="1", expected_close=AS_OF + timedelta(days=days))
        assert level_of(standard.grade(record, as_of=AS_OF), "urgency") == urgency

    @pytest.mark.parametrize(
        ("amount", "level"),
        [(299_999, "low"), (300_000, "medium"), (999_999, "medium"), (1_000_000, "high"), (5_000_000, "high")],
    )
    def test_the_budget_has_three_levels(self, standard, amount, level):
        """High from a million, medium from 300,000, low below."""
        grade = standard.grade(lk.Opportunity(id="1", amount=exact(amount)), as_of=AS_OF)
        assert level_of(grade, "budget") == level

    @pytest.mark.parametrize("level", ["simple", "medium", "complex"])
    def test_the_decision_chain_is_judged(self, desk, deal, level):
        """One decider, departments together, or several levels of approval."""
        desk.opportunities.assess(deal, decision_chain=level, by=REP)
        assert desk.opportunities.get(deal).opportunity.assessment.decision_chain == level

    def test_a_supervisor_confirms_the_grade(self, desk, deal):
        """The rep proposes the levels, a supervisor confirms the grade that follows within a day."""
        desk.opportunities.assess(deal, urgency="urgent", budget="medium", competition="ahead", by=REP)
        with pytest.raises(lk.NotAllowedError):
            desk.opportunities.confirm_grade(deal, by=REP)
        (owed,) = [item for item in desk.due() if item.kind == "grading"]
        assert owed.due_at == START + timedelta(hours=24)
        desk.opportunities.confirm_grade(deal, by=BOSS)
        assert desk.opportunities.get(deal).opportunity.grade == "B"

    def test_an_a_owes_a_report_within_a_day(self, desk, deal):
        """A deal of grade A owes a project report with its key strategy and its expected goal within 24 hours."""
        desk.opportunities.assess(deal, urgency="immediate", budget="high", by=REP)
        desk.opportunities.confirm_grade(deal, by=BOSS)
        (owed,) = [item for item in desk.due() if item.kind == "report"]
        assert owed.due_at == START + timedelta(hours=24)
        desk.opportunities.report(deal, strategy="exclusive service", goal="sign in October", by=REP)
        assert not [item for item in desk.due() if item.kind == "report"]
        report = desk.opportunities.get(deal).report
        assert (report.strategy, report.goal) == ("exclusive service", "sign in October")

    def test_grades_move(self, desk, deal):
        """An open deal is evaluated again every week; a cut budget makes a B of an A, with its date and reason."""
        desk.opportunities.assess(deal, urgency="immediate", budget="high", by=REP)
        desk.opportunities.confirm_grade(deal, by=BOSS)
        assert [item.due_at - START for item in desk.due() if item.kind == "regrade"] == [timedelta(days=7)]
        desk.clock.pass_(days=7)
        desk.opportunities.assess(deal, budget="medium", by=REP)
        desk.opportunities.confirm_grade(deal, by=BOSS)
        assert desk.opportunities.get(deal).opportunity.grade == "B"
        (told,) = notices(desk, "grade_changed")
        assert (told.details["before"], told.details["after"]) == ("A", "B")
        assert desk.opportunities.history(deal)[-1].at == desk.clock.now


class TestFollowUps:
    """A deal in progress is followed up, and it is known with whom."""

    @pytest.mark.parametrize(("level", "days"), [("high", 3), ("medium", 7), ("low", 30)])
    def test_silence_is_noticed_by_grade(self, desk, deal, level, days):
        """An A is not left for three days, a B not for a week, a C not for a month."""
        urgency = {"high": "immediate", "medium": "urgent", "low": "normal"}[level]
        desk.opportunities.assess(deal, budget=level, urgency=urgency, by=REP)
        desk.opportunities.confirm_grade(deal, by=BOSS)
        (owed,) = [item for item in desk.due() if item.kind == "deal_follow_up"]
        assert owed.due_at == START + timedelta(days=days)

    def test_one_history(self, desk, deal):
        """What was done with the lead and with the deal stands in one history."""
        desk.record(touch(1), by=REP)
        assert [item.what for item in desk.opportunities.history(deal)] == ["convert", "reply"]

    def test_the_decision_maker_took_part(self, desk):
        """That a decision maker took part follows from whom we met, and is doubted where only users are known."""
        desk.capture(lead(2))
        desk.record(touch(1, "L2", contact="王2"), by=REP)
        met = desk.opportunities.convert("L2", {"intent": True}, by=REP)
        assert dict(met.derived) == {"decision_maker_involved": "A1"}
        desk.capture(lead(3, contact={"job_title": "采购员"}))
        doubtful = desk.opportunities.convert("L3", {"intent": True, "decision_maker_involved": True}, by=REP)
        assert doubtful.findings == ("only_users_known",)


class TestWorth:
    """What a deal is worth and when it closes, before anybody says so."""

    def test_the_amount_is_the_middle_of_the_budget_and_the_range_stays(self, desk, deal):
        """A budget is a range: the deal is worth its middle, both ends are kept, and it is said where it comes from."""
        state = desk.opportunities.get(deal)
        assert (state.opportunity.amount, state.amount_basis) == (650_000, "budget")
        assert (state.amount_low, state.amount_high) == (500_000, 800_000)

    def test_a_wide_budget_makes_no_high_deal_of_a_medium_one(self, desk):
        """The size of the budget is judged by what the deal is likely worth, not by the most that was ever named."""
        desk.capture(lead(2, need={"description": "采购设备,预算50-120万,Q4落地"}))
        wide = str(desk.opportunities.convert("L2", SIGNALS, by=REP).opportunity_id)
        grade = desk.policy.grade(desk.opportunities.get(wide).opportunity, as_of=START)
        assert level_of(grade, "budget") == "medium"

    def test_urgency_follows_from_the_leads_own_date(self, desk):
        """Who wants to have it within a month is an urgent deal from its first day on."""
        desk.capture(lead(2, need={"description": "采购设备,预算50-80万,1个月内落地"}))
        soon = str(desk.opportunities.convert("L2", SIGNALS, by=REP).opportunity_id)
        state = desk.opportunities.get(soon)
        assert state.close_basis == "purchase_date"
        assert level_of(desk.policy.grade(state.opportunity, as_of=START), "urgency") == "immediate"

    def test_a_customer_has_several(self, desk, deal):
        """Each need of a customer is an opportunity of its own; nothing of the second is lost in the first."""
        second = desk.opportunities.convert("L1", SIGNALS, name="生产线改造", amount=3_000_000, by=REP)
        assert second.others == (deal,)
        records = {state.id: state.opportunity for state in desk.opportunities.list(lead_id="L1")}
        assert (records[second.opportunity_id].name, records[second.opportunity_id].amount) == ("生产线改造", 3_000_000)
        assert records[deal].amount == 650_000
