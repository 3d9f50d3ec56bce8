"""From the plan to the signature, and the review of a period."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

import leadkit as lk
from leadkit.reviewing.figures import Figures
from tests.desk.desks import ACTORS, BOSS, SIGNALS, START, lead

REP, DIRECTOR, LEGAL = ACTORS["sales_rep"], ACTORS["director"], ACTORS["legal"]
LEVELS = {"A": {"urgency": "immediate", "budget": "high"}, "B": {"urgency": "urgent", "budget": "medium"}}
PLAN = {"pains": "too slow", "advantages": "30% faster", "strategy": "no discount below 5%"}


def graded(desk: lk.Desk, grade: str = "B", number: int = 1) -> str:
    """A deal with a confirmed grade."""
    desk.capture(lead(number))
    deal = str(desk.opportunities.convert(f"L{number}", SIGNALS, by=REP).opportunity_id)
    desk.opportunities.assess(deal, **LEVELS[grade], by=REP)
    desk.opportunities.confirm_grade(deal, by=BOSS)
    assert desk.opportunities.get(deal).opportunity.grade == grade
    return deal


def negotiating(desk: lk.Desk) -> str:
    """A deal whose plan is approved."""
    deal = graded(desk)
    desk.opportunities.plan(deal, **PLAN, by=REP)
    desk.opportunities.approve_plan(deal, by=BOSS)
    return deal


class TestPlan:
    """Nobody talks to the customer before the plan is approved."""

    def test_what_a_plan_says(self, desk):
        """Pains, advantages, the strategy of the talks, and milestones, each owed on its day once approved."""
        deal, day = graded(desk), START + timedelta(days=10)
        desk.opportunities.plan(deal, **PLAN, milestones=[("demo", day), ("signature", day)], by=REP)
        plan = desk.opportunities.get(deal).plan
        assert {name: getattr(plan, name) for name in PLAN} == PLAN
        assert not [item for item in desk.due() if item.kind == "milestone"]
        desk.opportunities.approve_plan(deal, by=BOSS)
        assert [item.due_at for item in desk.due() if item.kind == "milestone"] == [day, day]

    def test_who_approves(self, desk):
        """The director approves the plan of an A, a supervisor that of a B."""
        first, second = graded(desk, "A"), graded(desk, "B", 2)
        for deal in (first, second):
            desk.opportunities.plan(deal, **PLAN, by=REP)
        with pytest.raises(lk.NotAllowedError):
            desk.opportunities.approve_plan(first, by=BOSS)
        desk.opportunities.approve_plan(first, by=DIRECTOR)
        desk.opportunities.approve_plan(second, by=BOSS)
        assert {desk.opportunities.get(deal).stage for deal in (first, second)} == {"negotiating"}

    def test_no_talks_before_the_approval(self, desk):
        """An objection from the customer can't be there before the plan is approved."""
        deal = graded(desk)
        desk.opportunities.plan(deal, **PLAN, by=REP)
        with pytest.raises(lk.CommandError):
            desk.opportunities.raise_objection(deal, "too dear", by=REP)


class TestTalks:
    """Objections, the contract, and the signatures of both sides."""

    def test_an_objection_is_answered_within_a_day(self, desk):
        """Each objection is written down and answered within 24 hours."""
        deal = negotiating(desk)
        desk.opportunities.raise_objection(deal, "too dear", by=REP)
        (owed,) = [item for item in desk.due() if item.kind == "objection"]
        assert owed.due_at == START + timedelta(hours=24)
        desk.opportunities.answer_objection(deal, f"{deal}-1", "three payments", by=REP)
        (objection,) = desk.opportunities.get(deal).objections
        assert (objection.text, objection.answer) == ("too dear", "three payments")
        assert not [item for item in desk.due() if item.kind == "objection"]

    def test_legal_reviews_before_anybody_signs(self, desk):
        """A contract is drafted, reviewed by legal, and signed by both sides, in this order."""
        deal = negotiating(desk)
        desk.opportunities.draft_contract(deal, "30 days net", by=REP)
        with pytest.raises(lk.CommandError):
            desk.opportunities.sign(deal, "us", by=REP)
        with pytest.raises(lk.NotAllowedError):
            desk.opportunities.review_contract(deal, approved=True, by=REP)
        desk.opportunities.review_contract(deal, approved=True, by=LEGAL)
        desk.opportunities.sign(deal, "us", by=REP)
        assert desk.opportunities.get(deal).stage == "contracting"
        desk.opportunities.sign(deal, "customer", by=REP)
        assert desk.opportunities.get(deal).stage == "signed"

    def test_a_signed_deal_is_marked_within_a_working_day(self, desk):
        """Within one working day of the second signature the deal is marked as won."""
        deal = negotiating(desk)
        desk.opportunities.draft_contract(deal, "30 days net", by=REP)
        desk.opportunities.review_contract(deal, approved=True, by=LEGAL)
        for side in ("us", "customer"):
            desk.opportunities.sign(deal, side, by=REP)
        (owed,) = [item for item in desk.due() if item.kind == "win"]
        signed = START.astimezone(desk.policy.time_zone)
        assert owed.due_at.astimezone(desk.policy.time_zone).date() == signed.date() + timedelta(days=1)


class TestReview:
    """What a month or a quarter came to."""

    def test_the_conversion_rate(self):
        """Won opportunities over valid leads: 24 of 320 are 7.5 %."""
        figures = Figures(
            key=None, leads=500, valid_leads=320, opportunities=80, a_opportunities=20, won=24, lost=30,
            won_amount=Decimal(0), average_deal_size=None, sales_cycle_days=Decimal(45), sales_cycle_median_days=None,
        )  # fmt: skip
        assert str(figures.lead_to_win_rate) == "7.5% (24/320)"

    def test_the_mean_cycle(self, desk):
        """Days from the opening of a deal to its signature."""
        deal = negotiating(desk)
        desk.opportunities.draft_contract(deal, "30 days net", by=REP)
        desk.opportunities.review_contract(deal, approved=True, by=LEGAL)
        desk.opportunities.sign(deal, "us", by=REP)
        desk.clock.pass_(days=12)
        desk.opportunities.sign(deal, "customer", by=REP)
        desk.opportunities.win(deal, amount=800_000, by=REP)
        review = desk.review("2023-09", as_of=datetime(2023, 10, 1, tzinfo=UTC))
        assert review.total.sales_cycle_days == 12

    def test_by_channel_and_grade(self, desk):
        """Rates and deal sizes by channel, win rates by grade."""
        desk.capture(lead(3, source=lk.Source(channel="展会")))
        lost = graded(desk, "B", 2)
        desk.opportunities.lose(lost, "price", by=REP)
        review = desk.review("2023-09", as_of=datetime(2023, 10, 1, tzinfo=UTC))
        channels = {figures.key: figures for figures in review.by["channel"]}
        assert (channels["官网"].opportunities, channels["展会"].opportunities) == (1, 0)
        assert {figures.key: figures.lost for figures in review.by["grade"]}["B"] == 1

    def test_losses_have_shares(self, desk):
        """Each reason of a loss with its share of the losses."""
        for number, reason in enumerate(("price", "price", "competitor", "no_decision"), 1):
            desk.opportunities.lose(graded(desk, "B", number), reason, by=REP)
        review = desk.review("2023-09", as_of=datetime(2023, 10, 1, tzinfo=UTC))
        shares = {share.reason: str(share.rate) for share in review.losses}
        assert shares["price"] == "50.0% (2/4)"

    def test_any_period(self, desk):
        """A month or a quarter, as the team meets."""
        for period in ("2023-09", "2023-Q3"):
            assert desk.review(period, as_of=datetime(2023, 10, 1, tzinfo=UTC)).total.leads == 0

    def test_channel_quality_is_fed_back(self, desk):
        """For each channel the share of its leads that were converted within 30 days; young leads are counted apart."""
        graded(desk)
        desk.clock.pass_(days=20)
        desk.capture(lead(2))
        cohort = {
            each.key: each for each in desk.review("2023-09", as_of=datetime(2023, 10, 10, tzinfo=UTC)).channel_cohorts
        }["官网"]
        assert (cohort.leads, str(cohort.within[0]), cohort.immature[0]) == (2, "100.0% (1/1)", 1)
