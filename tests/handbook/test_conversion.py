"""From the plan to the signature, and the review of a period."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

import leadkit as lk
from leadkit.reviewing.figures import Figures
from tests.desk.desks import ACTORS, BOSS, SIGNALS, START, lead, notices

REP, DIRECTOR, LEGAL = ACTORS["sales_rep"], ACTORS["director"], ACTORS["legal"]
LEVELS = {"A": {"urgency": "immediate", "budget": "high"}, "B": {"urgency": "urgent", "budget": "medium"}}
TERMS = {"number": "HT-7", "payment": "30/60/10", "delivery": "accepted on site", "liability": "5 %"}
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


class TestObjections:
    """Kinds, help, and what the team learns of."""

    def test_they_are_of_kinds_and_counted(self, desk):
        """What customers object to is counted by kind: how often, answered in time, and won after."""
        deal = negotiating(desk)
        desk.opportunities.raise_objection(deal, "too dear", kind="price", by=REP)
        desk.opportunities.answer_objection(deal, "1", "three payments", by=REP)
        (price,) = desk.review("2023-Q3").objections
        assert (price.kind, price.share.met, price.in_time.met) == ("price", 1, 1)

    def test_a_round_without_one_is_recorded(self, desk):
        """Each round of talks is recorded on the deal, also where nothing was objected."""
        deal = negotiating(desk)
        talk = lk.Activity(id="T1", lead_id="L1", kind="follow_up", occurred_at=START, means="会议", contact="王1")
        desk.record(talk, by=REP)
        assert "follow_up" in [item.what for item in desk.opportunities.history(deal)]

    def test_a_key_one_reaches_the_whole_team(self, desk):
        """A key objection goes to the team: senior reps, supervisor, director and experts."""
        deal = negotiating(desk)
        desk.opportunities.raise_objection(deal, "no trust", key_objection=True, by=REP)
        roles = [row.role for row in notices(desk, "objection_escalated")]
        assert roles == ["senior_rep", "supervisor", "director", "expert"]

    def test_an_expert_is_invited(self, desk):
        """A product expert is asked, hears of it, and may answer."""
        desk.enrol(lk.Member(id="ada", role="expert"), by=BOSS)
        deal = negotiating(desk)
        desk.opportunities.raise_objection(deal, "too slow", by=REP)
        desk.opportunities.ask_expert(deal, "1", "ada", "how fast is ours?", by=REP)
        assert [row.recipient for row in notices(desk, "expert_asked")] == ["ada"]
        desk.opportunities.answer_objection(deal, "1", "twice as fast", by=lk.Actor(id="ada", role="expert"))


class TestInTime:
    """What is owed between the grade and the signature, and when it happened."""

    def test_the_plan_is_owed(self, desk):
        """A graded deal owes a plan, and its owner is reminded of it."""
        deal = graded(desk)
        assert "plan" in {item.kind for item in desk.due() if item.opportunity_id == deal}

    def test_legal_owes_the_review(self, desk):
        """Legal owes the review of a drafted contract, and hears of it when it is late."""
        deal = negotiating(desk)
        desk.opportunities.draft_contract(deal, "30 days net", by=REP)
        desk.clock.pass_(days=15)
        desk.tick()
        assert [row.role for row in notices(desk, "contract_review_breached")] == ["legal"]

    def test_a_signature_has_its_own_day(self, desk):
        """A deal signed on Friday and entered on Monday was closed on Friday."""
        deal, deals = negotiating(desk), desk.opportunities
        deals.draft_contract(deal, "30 days net", by=REP)
        deals.review_contract(deal, approved=True, by=LEGAL)
        desk.clock.pass_(days=3)
        for side in ("us", "customer"):
            deals.sign(deal, side, at=START + timedelta(hours=1), by=REP)
        deals.win(deal, amount=400_000, by=REP)
        assert deals.get(deal).opportunity.closed_at == START + timedelta(hours=1)

    def test_talks_before_the_approval_are_noticed(self, desk):
        """A visit before the plan is approved is taken in and noticed; so is a plan without milestones."""
        deal = graded(desk)
        visit = lk.Activity(id="V1", lead_id="L1", kind="follow_up", occurred_at=START, means="拜访")
        assert desk.record(visit, by=REP).findings == ("visit_before_approval",)
        assert desk.opportunities.plan(deal, **PLAN, by=REP).findings == ("plan_without_milestones",)


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


class TestContractAndHandover:
    """The contract as a record of its own, and service that takes over without a gap."""

    def signed(self, desk: lk.Desk, amount: int = 600_000) -> str:
        """A deal that both sides have signed."""
        deal = graded(desk)
        desk.opportunities.plan(deal, **PLAN, price_floor=550_000, by=REP)
        desk.opportunities.approve_plan(deal, by=BOSS)
        desk.opportunities.draft_contract(deal, amount=amount, **TERMS, by=REP)
        desk.opportunities.review_contract(deal, approved=True, by=LEGAL)
        for side in ("us", "customer"):
            desk.opportunities.sign(deal, side, by=REP)
        return deal

    def test_a_contract_says_what_legal_looks_at(self, desk):
        """Standard of delivery, terms of payment and liability each have a place, beside number, sum and signature."""
        contract = desk.opportunities.get(self.signed(desk)).contract
        assert {name: getattr(contract, name) for name in TERMS} == TERMS
        assert (contract.amount, contract.signed_at) == (600_000, START)

    @pytest.mark.parametrize(("amount", "findings"), [(540_000, ("below_price_floor",)), (550_000, ())])
    def test_a_sale_below_the_price_floor_is_noticed(self, desk, amount, findings):
        """The lowest price of the plan is a number, and a contract below it is told to who approves the plan."""
        deal = self.signed(desk, amount)
        assert desk.opportunities.win(deal, by=REP).findings == findings
        assert len(notices(desk, "below_price_floor")) == 2 * len(findings)

    def test_what_was_agreed_goes_over_by_itself(self, desk):
        """Customer, need and the contract's terms are handed over; nobody types them again."""
        deal = self.signed(desk)
        desk.opportunities.hand_over(deal, by=REP)
        handover = desk.opportunities.get(deal).handover
        assert handover.contract["payment"] == TERMS["payment"]
        assert (handover.customer["company"], handover.need) == (lead().company.name, lead().need.description)

    def test_delivery_takes_over_or_sends_back(self, desk):
        """Service begins where sales ends: delivery owes an answer, and what it sends back is owed again."""
        deal, delivery = self.signed(desk), ACTORS["delivery"]
        desk.opportunities.hand_over(deal, by=REP)
        assert {item.kind for item in desk.due()} >= {"handover", "acceptance"}
        desk.opportunities.return_handover(deal, missing=["layout"], by=delivery)
        assert "acceptance" not in {item.kind for item in desk.due()}
        desk.opportunities.hand_over(deal, by=REP)
        desk.opportunities.accept_handover(deal, by=delivery)
        assert {item.kind for item in desk.due()} & {"handover", "acceptance"} == set()

    def test_the_size_of_a_deal_is_that_of_its_contract(self, desk):
        """Mean deal size and won amount stand on what was signed, not on what the customer once had in mind."""
        desk.opportunities.win(self.signed(desk), by=REP)
        total = desk.review("2023-09", as_of=datetime(2023, 10, 1, tzinfo=UTC)).total
        assert (total.won_amount, total.average_deal_size) == (600_000, 600_000)
