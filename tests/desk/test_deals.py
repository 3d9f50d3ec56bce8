"""Several deals a customer, what each is worth, the contract and its floor, and the handover that delivery accepts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

import leadkit as lk
from tests.desk.desks import ACTORS, BOSS, SIGNALS, START, kept, lead, notices, open_desk, refused, team
from tests.desk.test_opportunities import PLAN, B, bring, graded

REP, DIRECTOR, LEGAL, DELIVERY = (ACTORS[role] for role in ("sales_rep", "director", "legal", "delivery"))
RANGE = (Decimal(500_000), Decimal(800_000))


@pytest.fixture
def desk() -> lk.Desk:
    return open_desk()


def policy(**rules: Any) -> dict[str, Any]:
    return {"name": "ours", "extends": "standard", "opportunities": rules}


def convert(desk: lk.Desk, lead_id: str = "L1", **given: Any) -> lk.Receipt:
    return desk.opportunities.convert(lead_id, SIGNALS, by=REP, **given)


def same_company(desk: lk.Desk) -> None:
    """Two valid leads of one company."""
    desk.capture(lead(1))
    desk.capture(lead(2))
    desk.amend("L2", {"company.name": lead(1).company.name})


class TestSeveral:
    def test_a_converted_lead_opens_the_next_and_nothing_of_it_is_lost(self, desk):
        desk.capture(lead(1))
        first, second = convert(desk), convert(desk, name="生产线改造", amount=3_000_000)
        assert (second.outcome, second.others) == ("converted", (first.opportunity_id,))
        state = desk.opportunities.get(second.opportunity_id)
        record = state.opportunity
        assert (record.lead_id, record.name, record.amount) == ("L1", "生产线改造", Decimal(3_000_000))
        assert (state.amount_basis, state.amount_low, record.expected_close) == ("given", None, None)
        assert desk.lead("L1").status == "converted"
        assert [each.id for each in desk.opportunities.list(lead_id="L1")] == [first.opportunity_id, record.id]

    def test_the_next_one_is_qualified_as_the_first(self, desk):
        desk.capture(lead(1))
        convert(desk)
        with refused(desk, "is not known to be qualified"):
            desk.opportunities.convert("L1", {"intent": True}, by=REP)

    def test_another_lead_of_the_company_opens_its_own(self, desk):
        same_company(desk)
        assert convert(desk).opportunity_id != convert(desk, "L2").opportunity_id

    def test_attached_on_request_with_what_differs(self, desk):
        same_company(desk)
        first = convert(desk, name="设备")
        close = START + timedelta(days=9)
        second = convert(desk, "L2", attach=True, amount=3_000_000, expected_close=close)
        assert (second.outcome, second.opportunity_id) == ("attached", first.opportunity_id)
        assert second.differences == ("amount", "expected_close")
        assert second.differing_values["amount"] == ("3000000", "650000")
        (said,) = [row for row in kept(desk, "statements") if row.kind == "convert"]
        assert (said.lead_id, said.fields["amount"]) == ("L2", "3000000")
        assert "3000000" in str(desk.opportunities.history(first.opportunity_id)[-1].text)
        assert [deal.lead_id for deal in kept(desk, "opportunities")] == ["L1"]

    def test_the_policy_may_say_one_an_account(self):
        desk = open_desk(policy=policy(one_per_account=True))
        same_company(desk)
        assert [convert(desk, each).outcome for each in ("L1", "L2")] == ["converted", "attached"]
        assert convert(desk, "L2", attach=False).outcome == "converted"
        with refused(desk, "has the open opportunity", "attach=False opens another", error=lk.ConflictError):
            convert(desk)

    def test_one_of_several_is_joined_by_its_name(self, desk):
        same_company(desk)
        convert(desk, name="设备")
        second = convert(desk, name="产线")
        with refused(desk, "may join any of the opportunities", error=lk.ConflictError):
            convert(desk, "L2", attach=True)
        assert convert(desk, "L2", attach=True, name="产线").opportunity_id == second.opportunity_id

    def test_there_has_to_be_one_to_join(self, desk):
        desk.capture(lead(1))
        with refused(desk, "has no open opportunity of its company to join"):
            convert(desk, attach=True)
        assert desk.lead("L1").status == "valid"

    def test_a_used_key_opens_no_other(self, desk):
        desk.capture(lead(1))
        assert convert(desk, key="k").opportunity_id == convert(desk, key="k").opportunity_id
        assert len(desk.opportunities.list()) == 1

    def test_recycled_merged_and_parted_leads_go_on(self, desk):
        desk.capture(lead(1))
        desk.capture(lead(2))
        for deal in (convert(desk), convert(desk)):
            desk.opportunities.lose(deal.opportunity_id, "timing", by=BOSS)
        desk.recycle("L1", by=BOSS)
        assert convert(desk).outcome == "converted"
        desk.merge("L1", "L2", by=BOSS)
        assert convert(desk).outcome == "converted"
        desk.unmerge("L1", "L2", by=BOSS)
        assert convert(desk, "L2").outcome == "converted"
        assert len(desk.opportunities.list()) == 5
        assert desk.review("2023-Q3").total.opportunities == 5


class TestWorth:
    @pytest.mark.parametrize(("place", "amount"), [("low", 500_000), ("middle", 650_000), ("high", 800_000)])
    def test_a_place_in_the_leads_budget(self, place, amount):
        desk = open_desk(policy=policy(amount_from=place))
        desk.capture(lead(1))
        state = desk.opportunities.get(convert(desk).opportunity_id)
        assert (state.opportunity.amount, state.amount_basis) == (Decimal(amount), "budget")
        assert (state.amount_low, state.amount_high) == RANGE

    def test_a_given_amount_leaves_the_range_as_it_is(self, desk):
        desk.capture(lead(1))
        state = desk.opportunities.get(convert(desk, amount=120_000).opportunity_id)
        assert (state.opportunity.amount, state.amount_basis, state.amount_low) == (120_000, "given", RANGE[0])

    @pytest.mark.parametrize(
        ("need", "amount"),
        [("采购设备,预算不超过30万,Q4落地", 300_000), ("采购设备,预算100万以上,Q4落地", 1_000_000)],
    )
    def test_of_an_open_range_the_end_that_is_known(self, desk, need, amount):
        desk.capture(lead(1, need={"description": need}))
        assert desk.opportunities.get(convert(desk).opportunity_id).opportunity.amount == amount

    def test_the_middle_of_an_odd_range_is_exact_to_cents(self, desk):
        budget = lk.Budget(low=Decimal("100000.01"), high=Decimal("200000.02"))
        desk.capture(lead(1, need={"description": "采购设备,Q4落地", "budget": budget}))
        assert desk.opportunities.get(convert(desk).opportunity_id).opportunity.amount == Decimal("150000.02")

    def test_another_currency_by_its_rate(self):
        rates = {"derive": {"exchange_rates": {"USD": 7}}}
        desk = open_desk(policy={"name": "ours", "extends": "standard", **rates})
        budget = lk.Budget(low=Decimal(100_000), high=Decimal(200_000), currency="USD")
        desk.capture(lead(1, need={"description": "采购设备,Q4落地", "budget": budget}))
        state = desk.opportunities.get(convert(desk).opportunity_id)
        assert (state.opportunity.amount, state.amount_high) == (1_050_000, 1_400_000)

    def test_the_grade_reads_it(self, desk):
        desk.capture(lead(1, need={"description": "采购设备,预算50-120万,1个月内落地"}))
        deal = str(convert(desk).opportunity_id)
        desk.opportunities.assess(deal, competition="even", decision_chain="medium", by=REP)
        assert desk.opportunities.get(deal).proposed_grade == "B"

    def test_the_close_follows_from_the_purchase_date(self, desk):
        desk.capture(lead(1, need={"purchase_by": datetime(2023, 9, 30, tzinfo=UTC).date()}))
        state = desk.opportunities.get(convert(desk).opportunity_id)
        close = state.opportunity.expected_close.astimezone(desk.policy.time_zone)
        assert (close.isoformat(), state.close_basis) == ("2023-09-30T00:00:00+08:00", "purchase_date")

    def test_the_close_follows_from_the_words(self, desk):
        desk.capture(lead(1, need={"description": "采购设备,预算50-80万,1个月内落地"}))
        state = desk.opportunities.get(convert(desk).opportunity_id)
        assert state.opportunity.expected_close.astimezone(desk.policy.time_zone).date().isoformat() == "2023-10-04"
        grade = desk.policy.grade(state.opportunity, as_of=START)
        assert next(each for each in grade.ratings if each.dimension == "urgency").level == "immediate"

    def test_what_is_judged_anew_stands_on_what_was_given(self, desk):
        desk.capture(lead(1))
        deal = str(convert(desk).opportunity_id)
        desk.opportunities.assess(deal, amount=700_000, clear=["expected_close"], by=REP)
        state = desk.opportunities.get(deal)
        assert (state.amount_basis, state.close_basis) == ("given", None)


def negotiating(desk: lk.Desk, floor: int | None = None) -> str:
    deal = graded(desk, B)
    desk.opportunities.plan(deal, **PLAN, price_floor=floor, by=REP)
    desk.opportunities.approve_plan(deal, by=DIRECTOR)
    return deal


def sign(desk: lk.Desk, deal: str) -> None:
    desk.opportunities.review_contract(deal, approved=True, by=LEGAL)
    for side in ("us", "customer"):
        desk.clock.pass_(hours=1)
        desk.opportunities.sign(deal, side, by=REP)


DRAFT = {"number": "HT-7", "amount": 600_000, "payment": "30/60/10", "delivery": "FAT on site", "liability": "5 %"}


class TestContract:
    def test_it_is_kept_whole(self, desk):
        deal = negotiating(desk)
        receipt = desk.opportunities.draft_contract(deal, "two years of service", **DRAFT, by=REP)
        assert receipt.changes["amount"] == ("650000", "600000")
        sign(desk, deal)
        state = desk.opportunities.get(deal)
        contract = state.contract
        assert {name: getattr(contract, name) for name in DRAFT} == DRAFT
        assert (contract.terms, contract.signed_at) == ("two years of service", contract.signed_by_customer_at)
        assert (state.opportunity.amount, state.amount_basis, state.amount_high) == (600_000, "contract", RANGE[1])
        assert not [words for words in ("HT-7", "30/60", "FAT", "5 %") if words in repr(state)]

    def test_a_new_draft_changes_what_it_names(self, desk):
        deal = negotiating(desk)
        desk.opportunities.draft_contract(deal, **DRAFT, by=REP)
        desk.clock.pass_(hours=1)
        desk.opportunities.draft_contract(deal, payment="50/50", by=REP)
        contract = desk.opportunities.get(deal).contract
        assert (contract.number, contract.payment, contract.amount) == ("HT-7", "50/50", 600_000)

    def test_one_that_says_nothing_is_refused(self, desk):
        deal = negotiating(desk)
        with refused(desk, "has a contract that says nothing"):
            desk.opportunities.draft_contract(deal, by=REP)

    def test_its_sum_is_changed_by_another_draft_alone(self, desk):
        deal = negotiating(desk)
        desk.opportunities.draft_contract(deal, **DRAFT, by=REP)
        with refused(desk, "its contract says the sum", "draft the contract anew"):
            desk.opportunities.assess(deal, amount=1, by=REP)
        with refused(desk, "its contract says the sum"):
            desk.opportunities.assess(deal, clear=["amount"], by=REP)

    def test_it_is_erased_with_the_person_and_its_sum_is_not(self, desk):
        deal = negotiating(desk)
        desk.opportunities.draft_contract(deal, **DRAFT, by=REP)
        desk.erase("L1", by=DIRECTOR)
        state = desk.opportunities.get(deal)
        assert (state.contract, state.opportunity.amount) == (None, 600_000)
        assert "HT-7" not in str(kept(desk, "statements"))

    def test_a_win_needs_a_sum(self, desk):
        deal = negotiating(desk)
        desk.opportunities.draft_contract(deal, "terms", by=REP)
        sign(desk, deal)
        with refused(desk, "can't be won without a sum", "--amount"):
            desk.opportunities.win(deal, by=REP)
        desk.opportunities.win(deal, amount=700_000, by=REP)
        assert desk.opportunities.get(deal).contract.amount == 700_000
        assert notices(desk, "opportunity_won")[0].details["amount"] == "700000"

    def test_the_contract_says_it_else_whoever_marks_it_won_and_the_figures_stand_on_it(self, desk):
        deal = negotiating(desk)
        desk.opportunities.draft_contract(deal, **DRAFT, by=REP)
        sign(desk, deal)
        receipt = desk.opportunities.win(deal, amount=640_000, by=REP)
        assert receipt.changes["amount"] == ("600000", "640000")
        entry = desk.opportunities.history(deal)[-1]
        assert (entry.details["amount"], entry.details["amount_before"]) == ("640000", "600000")
        review = desk.review("2023-Q3")
        figures = review.total
        assert (figures.won_amount, figures.average_deal_size) == (640_000, 640_000)

    @pytest.mark.parametrize(("amount", "found"), [(599_999, ("below_price_floor",)), (600_000, ())])
    def test_below_the_floor_is_a_finding_when_it_is_drafted_and_when_it_is_won(self, desk, amount, found):
        deal = negotiating(desk, floor=600_000)
        assert desk.opportunities.get(deal).plan.price_floor == 600_000
        drafted = desk.opportunities.draft_contract(deal, amount=amount, by=REP)
        sign(desk, deal)
        won = desk.opportunities.win(deal, by=REP)
        assert (drafted.findings, won.findings) == (found, found)
        told = notices(desk, "below_price_floor")
        assert [row.role for row in told] == ["supervisor"] * 2 * len(found)
        entries = [item for item in desk.opportunities.history(deal) if item.what in {"draft_contract", "win"}]
        assert [item.details.get("findings", ()) for item in entries] == [found] * 2

    def test_a_floor_below_nothing_is_refused(self, desk):
        deal = graded(desk, B)
        with refused(desk, "price_floor", "is below 0"):
            desk.opportunities.plan(deal, **PLAN, price_floor=-1, by=REP)


class TestHandover:
    def won(self, desk: lk.Desk) -> str:
        deal = negotiating(desk)
        desk.opportunities.draft_contract(deal, "two years of service", **DRAFT, by=REP)
        sign(desk, deal)
        desk.opportunities.win(deal, by=REP)
        return deal

    def owed(self, desk: lk.Desk) -> set[str]:
        return {item.kind for item in desk.due()} & {"handover", "acceptance"}

    def test_terms_come_from_the_contract(self, desk):
        deal = self.won(desk)
        desk.opportunities.hand_over(deal, by=REP)
        handover = desk.opportunities.get(deal).handover
        assert (handover.terms, handover.contract["payment"]) == ("two years of service", "30/60/10")
        assert handover.contract["amount"] == "600000"
        assert handover.customer["company"] == lead(1).company.name

    def test_there_has_to_be_something_to_hand_over(self, desk):
        deal = bring(desk, "won")
        with desk.storage.transaction() as unit:
            from leadkit.store.protocol import Query
            from leadkit.store.tables import STATEMENTS

            unit.remove(Query(STATEMENTS, {"opportunity_id": deal}))
        with refused(desk, "has no terms to hand over"):
            desk.opportunities.hand_over(deal, by=REP)
        desk.opportunities.hand_over(deal, "as promised", by=REP)
        assert desk.opportunities.get(deal).handover.terms == "as promised"

    def test_it_is_owed_until_delivery_accepts(self, desk):
        team(desk, li="senior_rep")
        deal = self.won(desk)
        assert self.owed(desk) == {"handover"}
        desk.opportunities.hand_over(deal, by=REP)
        assert self.owed(desk) == {"handover", "acceptance"}
        assert [item.owner for item in desk.due(kind="acceptance")] == [None]
        desk.opportunities.accept_handover(deal, by=DELIVERY)
        assert self.owed(desk) == set()
        assert desk.opportunities.get(deal).handover.verdict.approved is True
        assert len(notices(desk, "handover_accepted")) == 1

    def test_sent_back_it_is_owed_anew(self, desk):
        deal = self.won(desk)
        desk.opportunities.hand_over(deal, by=REP)
        desk.clock.pass_(days=5)
        desk.opportunities.return_handover(deal, missing=["drawings"], reason="no layout", by=DELIVERY)
        assert self.owed(desk) == {"handover"}
        (item,) = desk.due(kind="handover")
        assert (item.state, item.due_at > desk.clock.now) == ("due", True)
        handover = desk.opportunities.get(deal).handover
        assert (handover.missing, handover.verdict.approved, handover.verdict.reason) == (
            ("drawings",),
            False,
            "no layout",
        )
        assert notices(desk, "handover_returned")[0].details["missing"] == ("drawings",)
        desk.opportunities.hand_over(deal, "with the layout", by=REP)
        assert desk.opportunities.get(deal).handover.verdict is None
        desk.opportunities.accept_handover(deal, by=DELIVERY)
        assert self.owed(desk) == set()

    def test_twice_is_refused_with_what_is_possible(self, desk):
        deal, deals = self.won(desk), desk.opportunities
        for verdict in (deals.accept_handover, lambda one, by: deals.return_handover(one, reason="x", by=by)):
            with refused(desk, "was not handed over", "possible now: hand_over"):
                verdict(deal, by=DELIVERY)
        deals.hand_over(deal, by=REP)
        with refused(desk, "possible now: accept_handover, return_handover", error=lk.ConflictError):
            deals.hand_over(deal, by=REP)
        deals.accept_handover(deal, by=DELIVERY)
        for again in (deals.accept_handover, lambda one, by: deals.return_handover(one, reason="x", by=by)):
            with refused(desk, "its handover was accepted already", error=lk.ConflictError):
                again(deal, by=DELIVERY)
        with refused(desk, "was handed over already", "nothing to do", error=lk.ConflictError):
            deals.hand_over(deal, by=REP)

    def test_it_is_delivery_that_decides_and_says_why(self, desk):
        deal = self.won(desk)
        desk.opportunities.hand_over(deal, by=REP)
        with pytest.raises(lk.NotAllowedError):
            desk.opportunities.accept_handover(deal, by=REP)
        with refused(desk, "is returned for nothing"):
            desk.opportunities.return_handover(deal, by=DELIVERY)
        with refused(desk, "must be a code"):
            desk.opportunities.return_handover(deal, missing=["The drawings!"], by=DELIVERY)
