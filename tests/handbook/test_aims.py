"""What the process is for: one way for every lead, for dear goods and long cycles, and for several departments."""

from __future__ import annotations

from datetime import timedelta

import pytest

import leadkit as lk
from tests.desk.desks import ACTORS, BOSS, POOR, SIGNALS, lead, notices, open_desk, touch

REP, DIRECTOR, LEGAL, DELIVERY = (ACTORS[role] for role in ("sales_rep", "director", "legal", "delivery"))
PLAN = {"pains": "too slow", "advantages": "30% faster", "strategy": "no discount below 5%"}
HIGH = {"urgency": "urgent", "budget": "high", "competition": "ahead"}


def converted(desk: lk.Desk) -> str:
    """An opportunity that waits for its assessment."""
    desk.capture(lead())
    return str(desk.opportunities.convert("L1", SIGNALS, by=REP).opportunity_id)


class TestWholeLife:
    """A lead is looked after from its first enquiry to the customer's service."""

    def test_every_phase_is_on_one_desk(self, desk):
        """Capture, nurture, evaluation, talks, contract and handover follow one another, and one history has them."""
        deal, deals = converted(desk), desk.opportunities
        desk.clock.pass_(hours=1)
        desk.record(touch(1, occurred_at=desk.clock.now), by=REP)
        desk.clock.pass_(hours=1)
        deals.assess(deal, **HIGH, by=REP)
        deals.confirm_grade(deal, by=BOSS)
        deals.plan(deal, **PLAN, by=REP)
        deals.approve_plan(deal, by=DIRECTOR)
        deals.draft_contract(deal, amount=1_200_000, by=REP)
        deals.review_contract(deal, approved=True, by=LEGAL)
        for side in ("us", "customer"):
            deals.sign(deal, side, by=REP)
        deals.win(deal, by=REP)
        deals.hand_over(deal, by=REP)
        deals.accept_handover(deal, by=DELIVERY)
        assert (desk.lead("L1").status, deals.get(deal).stage) == ("converted", "won")
        assert [item.what for item in deals.history(deal)] == [
            "convert", "reply", "assess", "confirm_grade", "plan", "approve_plan", "draft_contract", "review_contract",
            "sign", "sign", "win", "hand_over", "accept_handover",
        ]  # fmt: skip

    def test_a_sold_deal_is_not_the_end(self, desk):
        """A customer may have a second deal beside the first."""
        first = converted(desk)
        second = desk.opportunities.convert("L1", SIGNALS, name="生产线改造", by=REP)
        assert {state.id for state in desk.opportunities.list()} == {first, second.opportunity_id}


class TestOneWay:
    """The same steps for everybody, in the same order."""

    @pytest.mark.parametrize(
        ("step", "given"),
        [
            ("confirm_grade", {"by": BOSS}),
            ("approve_plan", {"by": DIRECTOR}),
            ("draft_contract", {"terms": "30 days net", "by": REP}),
            ("sign", {"side": "us", "by": REP}),
            ("win", {"amount": 500_000, "by": REP}),
            ("hand_over", {"by": REP}),
            ("accept_handover", {"by": DELIVERY}),
        ],
    )
    def test_a_step_out_of_order_is_refused_with_what_is_possible(self, desk, step, given):
        """Nobody leaves a step out, and who tries is told what comes next."""
        deal = converted(desk)
        with pytest.raises(lk.CommandError) as refusal:
            getattr(desk.opportunities, step)(deal, **given)
        assert any(problem.hint for problem in refusal.value.problems)
        assert desk.opportunities.get(deal).stage == "assessing"

    def test_an_invalid_lead_is_no_opportunity(self, desk):
        """What screening found invalid can't be converted around it."""
        desk.capture(lead(**POOR))
        with pytest.raises(lk.CommandError):
            desk.opportunities.convert("L1", SIGNALS, by=REP)
        assert desk.opportunities.list() == ()


class TestWhoSells:
    """Firms with dear goods and long cycles, and firms that sell to persons."""

    def test_dear_goods_take_long(self, desk):
        """A purchase of millions that is a year away is valid, and its date and sum are known from its words."""
        desk.capture(lead(need={"description": "采购整条生产线,预算500-800万,明年9月落地"}))
        facts = desk.facts("L1", at=desk.clock.now)
        assert desk.lead("L1").status == "valid"
        assert (facts["budget"], facts["days_to_purchase"] > 300) == (8_000_000, True)

    def test_persons_are_sold_to_by_a_policy_of_ones_own(self):
        """Who sells to persons asks for no company, industry or size, by a few lines of their own policy."""
        policy = {
            "extends": "standard",
            "name": "persons",
            "capture": {"required": ["source", "contact", "phone", "need"]},
            "screening": {"criteria": {"profile_fits": {"remove": True}}},
        }
        person = lk.Lead(
            id="L1",
            source=lk.Source(channel="线上广告"),
            contact=lk.Contact(name="王一", phone="13812345001"),
            need=lk.Need(description="采购设备,预算50万,Q4落地"),
        )
        desk = open_desk(policy=policy)
        desk.capture(person)
        assert desk.lead("L1").status == "valid"


class TestDepartments:
    """Marketing, sales, legal and service work on the same customers, each within its rights."""

    @pytest.mark.parametrize(
        ("role", "may", "may_not"),
        [
            ("marketing", "screen", "archive"),
            ("sales_rep", "disqualify", "archive"),
            ("senior_rep", "disqualify", "overturn"),
            ("supervisor", "archive", "erase"),
            ("director", "erase", "review"),
            ("legal", "record", "disqualify"),
            ("delivery", "record", "disqualify"),
        ],
    )
    def test_each_role_has_its_rights(self, desk, role, may, may_not):
        """What each of the seven roles may do, and what it may not."""
        desk.capture(lead(**POOR))
        desk.capture(lead(2))
        deal = str(desk.opportunities.convert("L2", SIGNALS, by=REP).opportunity_id) if may_not == "review" else ""
        steps = {
            "review": lambda by: desk.opportunities.review_contract(deal, approved=True, by=by),
            "record": lambda by: desk.record(touch(1), by=by),
            "disqualify": lambda by: desk.disqualify("L2", "other", by=by),
            **{
                name: lambda by, name=name: getattr(desk, name)("L1", by=by)
                for name in ("archive", "overturn", "erase")
            },
            "screen": lambda by: desk.screen("L2", by=by),
        }
        with pytest.raises(lk.NotAllowedError):
            steps[may_not](ACTORS[role])
        assert steps[may](ACTORS[role]).lead_id in {"L1", "L2"}

    def test_resources_follow_the_grade(self, desk):
        """A deal of the first grade goes to a senior rep, and of several to the one with the fewest."""
        desk.enrol(lk.Member(id="yang", role="senior_rep"), by=BOSS)
        deals, owners = desk.opportunities, []
        for number in (1, 2):
            desk.capture(lead(number))
            deal = str(deals.convert(f"L{number}", SIGNALS, by=REP).opportunity_id)
            deals.assess(deal, **HIGH, by=REP)
            deals.confirm_grade(deal, by=BOSS)
            owners.append(deals.assign(deal, by=BOSS).owner)
        assert sorted(owners) == ["yang", "zhou"]

    def test_time_is_not_lost(self, desk):
        """What nobody works on comes up by itself: an answer that is late is told to the supervisor."""
        desk.capture(lead())
        desk.clock.pass_(hours=9)
        desk.tick()
        assert [row.role for row in notices(desk, "response_breached")] == ["supervisor"]
        (owed,) = [item for item in desk.due(kind="response") if item.state == "breached"]
        assert desk.clock.now - owed.due_at == timedelta(hours=5)
