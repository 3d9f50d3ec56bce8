"""Verdicts on one lead: screening, review, the nurture pool, and the ways back."""

from __future__ import annotations

from decimal import Decimal

import pytest

import leadkit as lk
from leadkit.desk.commands.catalogue import LEAD_STEPS
from tests.desk.desks import ACTORS, BOSS, POOR, START, VAGUE, kept, lead, notices, refused, team, touch

RICH = {"need.description": "采购设备,预算60万,Q4落地"}


class TestReview:
    """1.7 An invalid verdict is reviewed by a supervisor; confirmed, the lead is archived; overturned, it is valid."""

    def test_confirmed_it_is_archived_and_no_longer_followed_up(self, desk):
        desk.capture(lead(1, **POOR))
        receipt = desk.archive("L1", reason="too small for us", by=BOSS)
        assert (receipt.outcome, receipt.status, desk.queue()) == ("archived", "archived", ())

    def test_overturned_it_is_valid_and_in_the_pool(self, desk):
        desk.capture(lead(1, **POOR))
        desk.clock.pass_(hours=1)
        desk.overturn("L1", reason="a key account", by=BOSS)
        state = desk.lead("L1")
        assert (state.status, state.pooled_at, [one.id for one in desk.queue()]) == ("valid", desk.clock.now, ["L1"])

    @pytest.mark.parametrize("again", ["screen", "amend", "duplicate"])
    def test_overturned_reasons_do_not_come_back(self, desk, again):
        desk.capture(lead(1, **POOR))
        desk.overturn("L1", by=BOSS)
        if again == "duplicate":
            desk.capture(lead(2, company={"name": lead(1).company.name}, **POOR))
        else:
            desk.screen("L1") if again == "screen" else desk.amend("L1", {"company.region": "华东"})
        assert desk.lead("L1").status == "valid"

    def test_new_reasons_do(self, desk):
        desk.capture(lead(1, **POOR))
        desk.overturn("L1", by=BOSS)
        desk.amend("L1", {"contact.phone": "138****"})
        assert (desk.lead("L1").status, desk.lead("L1").reasons) == ("invalid", ("budget_too_small", "contact_false"))

    def test_the_reason_is_kept_in_the_words_of_who_gave_it(self, desk):
        desk.capture(lead(1, **POOR))
        desk.overturn("L1", reason="a key account", by=BOSS)
        last = desk.history("L1")[-1]
        assert (last.what, last.actor, last.role, last.text) == (
            "overturn",
            "the_supervisor",
            "supervisor",
            "a key account",
        )

    @pytest.mark.parametrize("command", ["archive", "overturn"])
    def test_only_an_invalid_verdict_can_be_reviewed(self, desk, command):
        desk.capture(lead(1))
        with refused(desk, f"L1: cannot {command} what is valid", "possible now: screen, disqualify, override, amend"):
            getattr(desk, command)("L1", by=BOSS)


class TestDisqualify:
    """1.6, 1.7 Somebody judges a lead invalid with a reason; a supervisor reviews it."""

    def test_it_leaves_the_queue_with_its_reason_and_waits_for_review(self, desk):
        desk.capture(lead(1))
        desk.disqualify("L1", "lost_interest", reason="says so", by=ACTORS["sales_rep"])
        assert (desk.lead("L1").status, desk.lead("L1").reasons, desk.queue()) == ("invalid", ("lost_interest",), ())
        assert len(notices(desk, "lead_needs_review")) == 1

    def test_only_a_supervisor_takes_it_back(self, desk):
        desk.capture(lead(1))
        desk.disqualify("L1", "lost_interest", by=ACTORS["sales_rep"])
        desk.amend("L1", RICH)
        desk.screen("L1")
        desk.capture(lead(1).model_copy(update={"id": "again"}))
        assert (desk.lead("L1").status, desk.lead("L1").reasons) == ("invalid", ("lost_interest",))
        desk.overturn("L1", by=BOSS)
        desk.amend("L1", RICH)
        assert desk.lead("L1").status == "valid"

    @pytest.mark.parametrize("code", ["Mr Wang is silly", "", "budget__small", "budget_small\n", "x" * 64])
    def test_the_reason_is_a_code_and_no_text(self, desk, code):
        desk.capture(lead(1))
        with refused(desk, "must be a code"):
            desk.disqualify("L1", code, by=BOSS)


class TestPool:
    """1.8 A valid lead enters the nurture pool, which triggers a first nurture action."""

    def test_it_is_pooled_when_it_becomes_valid(self, desk):
        desk.capture(lead(1, **VAGUE))
        assert desk.lead("L1").pooled_at is None
        desk.clock.pass_(days=1)
        desk.amend("L1", RICH)
        assert desk.lead("L1").pooled_at == desk.clock.now

    def test_the_first_action_is_told_once_each_time_a_lead_comes_in(self, desk):
        desk.capture(lead(1))
        desk.clock.pass_(days=1)
        desk.screen("L1")
        desk.disqualify("L1", "lost_interest", by=BOSS)
        desk.overturn("L1", by=BOSS)
        desk.amend("L1", {"need.description": "设备"})
        desk.amend("L1", RICH)
        assert desk.lead("L1").pooled_at == desk.clock.now
        told = notices(desk, "lead_entered_pool")
        assert [notice.at for notice in told] == [START, desk.clock.now]
        stages = desk.policy.document.nurture.stages
        assert {notice.details["content"] for notice in told} == {
            stages[notice.details["nurture_stage"]].content[0] for notice in told
        }

    def test_it_goes_to_the_owner_or_to_marketing(self, desk):
        desk.capture(lead(1))
        assert [(row.recipient, row.role) for row in notices(desk, "lead_entered_pool")] == [(None, "marketing")]


class TestAmend:
    """A lead is corrected or completed, and judged anew."""

    def test_parts_that_are_not_there_are_begun(self, desk):
        desk.capture(lead(1))
        desk.amend("L1", {"need.budget.high": Decimal(900_000), "custom.product": "system"})
        assert desk.lead("L1").lead.need.budget == lk.Budget(high=Decimal(900_000))

    @pytest.mark.parametrize(
        ("changes", "path"),
        [
            ({"contact.phon": "1"}, "contact.phon"),
            ({"company.name.legal": "1"}, "company.name"),
            ({"tags.first": "1"}, "tags"),
            ({"contact.phone": 138}, "contact.phone"),
            ({"received_at": START.replace(tzinfo=None)}, "received_at"),
            ({"custom.budget": "lots"}, "budget"),
        ],
    )
    def test_what_is_no_field_or_no_value_of_it_is_refused(self, desk, changes, path):
        desk.capture(lead(1, tags=("展会",)))
        with refused(desk, "L1", path):
            desk.amend("L1", changes)

    def test_a_text_that_no_store_keeps_is_refused(self, desk):
        desk.capture(lead(1))
        with refused(desk, "changes: holds a character that no store keeps"):
            desk.amend("L1", {"contact.name": "\0"})

    @pytest.mark.parametrize("path", ["id", "status", "owner", "entered_by", "other_sources", ""])
    def test_what_is_not_said_by_the_customer_can_not_be_amended(self, desk, path):
        desk.capture(lead(1))
        with refused(desk, "can't be amended"):
            desk.amend("L1", {path: "x"})

    def test_several_faults_are_named_at_once(self, desk):
        desk.capture(lead(1))
        with refused(desk, "contact.phone", "company.size"):
            desk.amend("L1", {"contact.phone": 1, "company.size": 2})

    def test_the_journal_names_the_fields_and_no_values(self, desk):
        desk.capture(lead(1))
        desk.amend("L1", {"contact.phone": "13800199999"}, by=ACTORS["sales_rep"])
        assert desk.history("L1")[-1].details["fields"] == ("contact.phone",)
        assert "13800199999" not in str(kept(desk, "journal"))

    def test_it_is_found_by_what_it_says_now_and_by_what_it_said(self, desk):
        namesakes = [{"name": f"{place}北辰智能装备有限公司"} for place in ("北京", "上海", "")]
        desk.capture_all([(lead(n, company=namesakes[n - 1]), None) for n in (1, 2)])
        desk.amend("L1", {"contact.phone": "13800199999"})
        for n, phone in ((3, "+8613800199999"), (4, lead(1).contact.phone)):
            assert desk.capture(lead(n, company=namesakes[2], contact={"phone": phone})).lead_id == "L1"


class TestWaysBack:
    """An archived lead can be reopened, a converted one recycled into the pool."""

    def test_reopened_it_is_screened_as_if_it_had_come_in_now(self, desk):
        desk.capture(lead(1, **POOR))
        desk.archive("L1", by=BOSS)
        desk.clock.pass_(days=30)
        assert desk.reopen("L1", reason="new budget", by=BOSS).status == "invalid"
        desk.amend("L1", RICH)
        assert (desk.lead("L1").status, desk.lead("L1").scored_at) == ("valid", desk.clock.now)
        assert len(notices(desk, "lead_reopened")) == 1

    def test_recycling_needs_a_converted_lead(self, desk):
        desk.capture(lead(1))
        with refused(desk, "cannot recycle what is valid"):
            desk.recycle("L1", by=BOSS)

    def test_a_recycled_lead_is_in_the_pool_anew_without_an_owner(self, desk):
        team(desk, li="sales_rep")
        desk.capture(lead(1))
        desk.assign("L1", by=BOSS)
        _convert(desk, "L1")
        desk.clock.pass_(days=90)
        receipt = desk.recycle("L1", reason="lost to price", by=BOSS)
        state = desk.lead("L1")
        assert (receipt.outcome, state.status, state.owner, state.pooled_at) == (
            "recycled",
            "valid",
            None,
            desk.clock.now,
        )
        assert len(notices(desk, "lead_entered_pool")) == 2
        assert [row.details["owner_before"] for row in notices(desk, "lead_recycled")] == ["li"]


class TestSteps:
    """A command may be given in the states that the table of steps names, and in no other."""

    STATES = ("new", "valid", "invalid", "archived", "converted")

    @pytest.mark.parametrize("state", STATES)
    @pytest.mark.parametrize(
        "step",
        [
            one
            for one in LEAD_STEPS
            if one.command
            in (
                "screen",
                "amend",
                "accept",
                "disqualify",
                "archive",
                "overturn",
                "assign",
                "release",
                "reopen",
                "recycle",
            )
        ],
        ids=lambda one: one.command,
    )
    def test_every_command_in_every_state(self, desk, step, state):
        team(desk, li="sales_rep")
        _bring(desk, state)
        arguments = {"amend": [{"company.region": "华东"}], "disqualify": ["lost_interest"]}.get(step.command, [])
        said = {"reason": "knows them"} if step.command == "accept" else {}
        if state in step.starts:
            receipt = getattr(desk, step.command)("L1", *arguments, **said, by=BOSS)
            assert not step.ends or receipt.status in step.ends
            assert receipt.status == desk.lead("L1").status
        else:
            with refused(desk, f"L1: cannot {step.command} what is {state}"):
                getattr(desk, step.command)("L1", *arguments, **said, by=BOSS)

    @pytest.mark.parametrize("state", STATES)
    def test_a_follow_up_is_recorded_in_every_state(self, desk, state):
        _bring(desk, state)
        assert desk.record(touch(1)).outcome == "recorded"
        assert desk.lead("L1").status == state


def _bring(desk: lk.Desk, state: str) -> None:
    said = {"new": VAGUE, "invalid": POOR, "archived": POOR}.get(state, {})
    desk.capture(lead(1, **said))
    if state == "archived":
        desk.archive("L1", by=BOSS)
    if state == "converted":
        _convert(desk, "L1")


def _convert(desk: lk.Desk, lead_id: str) -> None:
    """Put a lead's row into the state that an opportunity leaves it in."""
    from attrs import evolve

    from leadkit.store.tables import LEADS

    with desk.storage.transaction() as unit:
        unit.replace(LEADS, [evolve(unit.get(LEADS, lead_id), status="converted", in_queue=False)])
