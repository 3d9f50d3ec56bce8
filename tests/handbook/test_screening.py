"""What the handbook asks of screening: who is valid, who is not and why, and who decides where facts are missing."""

from __future__ import annotations

import pytest

import leadkit as lk
from tests.desk.desks import ACTORS, BOSS, VAGUE, lead

MARKETING, SALES = ACTORS["marketing"], ACTORS["sales_rep"]


def need(text):
    return {"need": {"description": text}}


@pytest.mark.parametrize(
    "text",
    ["知晓下产品", "了解下产品", "想了解下产品", "咨询一下", "just browsing", "general inquiry", "allgemeine Anfrage"],
)
def test_a_vague_need_is_no_need(desk, text):
    """A lead that only wants to get to know the products is invalid: its need is vague."""
    desk.capture(lead(**need(text)))
    assert (desk.lead("L1").status, desk.lead("L1").reasons) == ("invalid", ("need_vague",))


@pytest.mark.parametrize(
    "text", ["暂无采购计划", "采购设备,目前没有预算", "robots, no budget yet", "kein Budget für Roboter"]
)
def test_no_plan_and_no_budget_is_a_reason(desk, text):
    """A lead that says it has neither a budget nor a plan to buy is invalid for that reason."""
    desk.capture(lead(**need(text)))
    assert (desk.lead("L1").status, desk.lead("L1").reasons) == ("invalid", ("no_plan",))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("采购设备,没有预算限制,Q4落地", "new"),
        ("有没有采购计划系统", "new"),
        ("采购设备,没有预算,明年3月落地", "new"),
        ("采购设备,预算50万,暂无采购计划", "new"),
        ("采购设备,没有预算上限,预算80万,Q4落地", "valid"),
    ],
)
def test_words_that_only_sound_like_it_make_nobody_invalid(desk, text, status):
    """Who names a sum or a date, or asks, has not said that nothing is to be bought."""
    desk.capture(lead(**need(text)))
    assert (desk.lead("L1").status, desk.lead("L1").reasons) == (status, ())


class TestOpenTooLong:
    """A lead whose facts never come does not stay open for ever."""

    def test_it_is_told_once_and_proposed_as_invalid(self, desk):
        """Who has neither a clear budget nor a plan after a month is to be judged."""
        desk.capture(lead(**VAGUE))
        desk.clock.pass_(days=29)
        assert "screening_due" not in desk.tick().notices
        assert desk.leads(proposed=True) == ()
        desk.clock.pass_(days=2)
        assert desk.tick().notices["screening_due"] == 1
        assert "screening_due" not in desk.tick().notices
        state = desk.lead("L1")
        assert (state.status, state.reasons) == ("new", ("open_too_long",))
        assert [item.id for item in desk.leads(proposed=True)] == ["L1"]
        (line,) = [item for item in desk.history("L1") if item.details.get("reasons") == ("open_too_long",)]
        assert (line.what, line.actor) == ("screen", "system")

    def test_facts_that_come_end_the_proposal(self, desk):
        """A lead that tells its budget and date after all is valid."""
        desk.capture(lead(**VAGUE))
        desk.clock.pass_(days=31)
        desk.tick()
        desk.amend("L1", {"company.region": "华东"}, by=SALES)
        assert desk.lead("L1").reasons == ("open_too_long",)
        desk.amend("L1", {"need.description": "采购设备,预算50-80万,Q4落地"}, by=SALES)
        assert (desk.lead("L1").status, desk.lead("L1").reasons) == ("valid", ())
        assert desk.leads(proposed=True) == ()

    def test_a_lead_that_is_reopened_has_its_time_anew(self, desk):
        """What comes back is owed everything from that moment."""
        desk.capture(lead(**VAGUE))
        desk.clock.pass_(days=31)
        desk.tick()
        desk.disqualify("L1", "open_too_long", by=SALES)
        desk.archive("L1", by=BOSS)
        desk.clock.pass_(days=100)
        desk.reopen("L1", by=BOSS)
        assert desk.lead("L1").reasons == ()
        desk.clock.pass_(days=29)
        assert "screening_due" not in desk.tick().notices
        desk.clock.pass_(days=2)
        assert desk.tick().notices["screening_due"] == 1

    def test_while_we_wait_for_the_customer_no_time_runs(self, desk):
        """A pause holds the time of an open lead."""
        desk.capture(lead(**VAGUE))
        desk.pause("L1", by=SALES)
        desk.clock.pass_(days=60)
        assert "screening_due" not in desk.tick().notices
        assert desk.leads(proposed=True) == ()

    def test_a_company_says_how_long(self, desk):
        """How long is the company's affair."""
        policy = {"extends": "standard", "name": "ours", "screening": {"open_days": 5}}
        soon = lk.Desk(policy, clock=desk.clock)
        soon.capture(lead(**VAGUE))
        desk.clock.pass_(days=6)
        soon.tick()
        assert soon.lead("L1").reasons == ("open_too_long",)


class TestAccept:
    """A person may find a lead valid, as a person may find it invalid."""

    def test_with_a_reason_and_who(self, desk):
        """Sales marks a lead as valid; who and why is on record, and what the screening says stands beside it."""
        desk.capture(lead(**VAGUE))
        receipt = desk.accept("L1", reason="见过客户,预算已口头确认", by=SALES)
        state = desk.lead("L1")
        assert (receipt.status, state.accepted_by, state.accepted_at) == ("valid", SALES.id, desk.clock.now)
        assert (state.screening, state.missing) == ("open", ("days_to_purchase", "budget"))
        line = desk.history("L1")[-1]
        assert (line.what, line.actor, line.text) == ("accept", SALES.id, "见过客户,预算已口头确认")
        assert [item.id for item in desk.queue(status="valid")] == ["L1"]

    def test_it_is_not_taken_back_in_silence(self, desk):
        """What a later screening finds is shown, and the lead stays valid until somebody disqualifies it."""
        desk.capture(lead(**VAGUE))
        desk.accept("L1", reason="knows them", by=SALES)
        desk.screen("L1", by=SALES)
        desk.rescore("L1", by=BOSS)
        assert desk.lead("L1").status == "valid"
        desk.amend("L1", {"need.description": "采购设备,预算5万,Q4落地"}, by=SALES)
        state = desk.lead("L1")
        assert (state.status, state.screening, state.reasons) == ("valid", "invalid", ("budget_too_small",))
        desk.disqualify("L1", "budget_too_small", by=SALES)
        assert (desk.lead("L1").status, desk.lead("L1").accepted_by) == ("invalid", None)

    def test_only_an_open_lead_with_a_reason_by_who_may(self, desk):
        """A step out of order, without a reason or by the wrong role is refused."""
        desk.capture(lead(**VAGUE))
        with pytest.raises(lk.CommandError, match="is empty"):
            desk.accept("L1", reason=" ", by=SALES)
        with pytest.raises(lk.errors.NotAllowedError):
            desk.accept("L1", reason="x", by=ACTORS["legal"])
        desk.accept("L1", reason="x", by=MARKETING)
        with pytest.raises(lk.CommandError, match="cannot accept what is valid"):
            desk.accept("L1", reason="x", by=MARKETING)
