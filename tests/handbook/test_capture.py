"""Capture and screening: what a lead must say, what makes it invalid, and who decides it."""

from __future__ import annotations

from datetime import timedelta

import pytest

import leadkit as lk
from leadkit.records.fields import exact
from leadkit.records.text import read_source
from tests.desk.desks import ACTORS, BOSS, POOR, START, VAGUE, kept, lead, notices, touch

MARKETING = ACTORS["marketing"]
CLEAR = {"product": "equipment", "days_to_purchase": 60, "need_described": True, "budget": 500_000}


class TestCapture:
    """One entry for every channel."""

    @pytest.mark.parametrize(
        ("missing", "change"),
        [
            ("source", {"source": None}),
            ("contact", {"contact": {"name": None}}),
            ("job_title", {"contact": {"job_title": None}}),
            ("phone", {"contact": {"phone": None}}),
            ("company", {"company": {"name": None}}),
            ("industry", {"company": {"industry": None}}),
            ("company_size", {"company": {"size": None}}),
            ("need", {"need": {"description": None}}),
        ],
    )
    def test_what_is_mandatory(self, desk, missing, change):
        """A lead says where it comes from, who asks, for which company, and what they need; else it is refused."""
        with pytest.raises(lk.CommandError) as refusal:
            desk.capture(lead(**change))
        assert missing in {problem.path for problem in refusal.value.problems}

    @pytest.mark.parametrize(
        ("written", "channel", "detail"),
        [
            ("官网-产品咨询", "官网", "产品咨询"),
            ("展会-2023年行业展", "展会", "2023年行业展"),
            ("客户推荐-远航科技", "客户推荐", "远航科技"),
        ],
    )
    def test_a_source_has_a_channel_and_a_detail(self, written, channel, detail):
        """A source is written as channel and detail, and read as both."""
        assert read_source(written) == (channel, detail)

    def test_source_tags_are_kept(self, desk):
        """A lead carries the tags of where it came from, such as 线上广告, 展会 and 老客户转介绍."""
        desk.capture(lead(tags=("线上广告", "老客户转介绍")))
        assert desk.lead("L1").lead.tags == ("线上广告", "老客户转介绍")

    def test_a_late_entry_is_told(self, desk):
        """A lead is entered within one working day of being received; a later one is told to the supervisor."""
        desk.capture(lead(received_at=START - timedelta(days=6), entered_at=START))
        desk.tick()
        assert [row.role for row in notices(desk, "entry_late")] == ["supervisor"]

    def test_nobody_is_entered_twice(self, desk):
        """The same person through two channels is one lead that keeps both sources."""
        desk.capture(lead())
        again = desk.capture(lead(id="L2", source=lk.Source(channel="展会", detail="工博会")))
        assert (again.outcome, again.lead_id, again.matched_by) == ("joined", "L1", "phone")
        assert desk.lead("L1").lead.other_sources == (lk.Source(channel="展会", detail="工博会"),)

    def test_a_masked_budget_is_asked_for(self, desk):
        """A need whose sum is blacked out has no known budget: the lead stays open, and the budget is asked for."""
        desk.capture(lead(need={"description": "采购设备,预算**万,计划3个月内落地"}))
        state = desk.lead("L1")
        assert (state.status, "budget" in state.missing) == ("new", True)


class TestScreening:
    """Valid, invalid with a reason, or open for what is not known yet."""

    def test_who_screens(self, desk):
        """Marketing screens first: it may screen and disqualify, and may not archive or assign."""
        desk.capture(lead(), by=MARKETING)
        desk.screen("L1", by=MARKETING)
        desk.disqualify("L1", "not_target_industry", by=MARKETING)
        for forbidden in (lambda: desk.archive("L1", by=MARKETING), lambda: desk.assign("L1", by=MARKETING)):
            with pytest.raises(lk.NotAllowedError):
                forbidden()

    def test_a_clear_need_makes_a_lead_valid(self, desk):
        """Product, budget and date are read from the words of the need; nothing else is asked for."""
        desk.capture(lead(need={"description": "采购设备,预算50-80万,Q4落地"}))
        facts = desk.facts("L1", at=START)
        assert (facts["product"], facts["budget"], desk.lead("L1").status) == ("equipment", exact(800_000), "valid")
        assert facts["days_to_purchase"] > 0

    @pytest.mark.parametrize("phone", ["138", "1395678"])
    @pytest.mark.parametrize("email", ["zhangxx", "wangyy"])
    def test_a_contact_must_be_verifiable(self, desk, phone, email):
        """A masked or cut phone with a mail address that is none makes a lead invalid."""
        desk.capture(lead(contact={"phone": phone, "email": email}))
        state = desk.lead("L1")
        assert (state.status, state.reasons) == ("invalid", ("contact_false",))

    def test_an_invalid_lead_has_a_reason(self, desk):
        """A verdict of invalid comes with its reason, whether the policy or a person gives it."""
        desk.capture(lead(1, **POOR))
        desk.capture(lead(2))
        desk.disqualify("L2", "not_target_industry", reason="makes toys", by=MARKETING)
        assert desk.lead("L1").reasons == ("budget_too_small",)
        assert desk.lead("L2").reasons == ("not_target_industry",)
        assert desk.history("L2")[-1].text == "makes toys"

    def test_criteria_differ_by_industry(self):
        """A company's own policy sets other criteria: the machinery policy screens other industries out."""
        facts = {"industry": "教育", "company_size": "large", "phone_valid": True, **CLEAR}
        assert "not_target_industry" in lk.load_policy("machinery").screen(facts).reasons
        assert "not_target_industry" not in lk.load_policy("standard").screen(facts).reasons

    def test_a_supervisor_reviews_the_verdict(self, desk):
        """A supervisor confirms an invalid lead, which is archived and worked on no more, or overturns it."""
        desk.capture(lead(1, **POOR))
        desk.capture(lead(2, **POOR))
        assert len(notices(desk, "lead_needs_review")) == 2
        desk.archive("L1", by=BOSS)
        desk.overturn("L2", by=BOSS)
        assert (desk.lead("L1").status, desk.lead("L2").status) == ("archived", "valid")
        assert [state.id for state in desk.queue()] == ["L2"]

    def test_what_is_unknown_leaves_a_lead_open(self, desk):
        """Unknown is not invalid: a lead that says too little waits for facts."""
        desk.capture(lead(**VAGUE))
        state = desk.lead("L1")
        assert (state.status, set(state.missing)) == ("new", {"budget", "days_to_purchase"})

    def test_a_valid_lead_enters_the_pool(self, desk):
        """A valid lead is told to marketing with what to send first."""
        desk.capture(lead())
        (told,) = notices(desk, "lead_entered_pool")
        assert told.role == "marketing"
        assert desk.lead("L1").pooled_at == START

    def test_duplicates_are_not_followed_up_twice(self, desk):
        """A follow-up on a lead that was joined stands in the one history that there is."""
        desk.capture(lead())
        desk.capture(lead(id="L2"))
        desk.record(touch(1, "L2"))
        assert len(desk.activities("L1")) == 1
        assert len(kept(desk, "leads")) == 2

    def test_an_invalid_lead_waits_for_its_verdict(self, desk):
        """The supervisor owes a verdict on an invalid lead, and hears of it when it is late."""
        desk.capture(lead(**POOR))
        assert [item.kind for item in desk.due()] == ["verdict"]
        desk.clock.pass_(days=9)
        desk.tick()
        assert [row.role for row in notices(desk, "verdict_breached")] == ["supervisor"]
