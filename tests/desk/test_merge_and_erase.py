"""Two stored leads become one; a person is erased."""

from __future__ import annotations

import pytest

import leadkit as lk
from tests.desk.desks import ACTORS, BOSS, POOR, dump, kept, lead, notices, open_desk, refused, team, touch

SECRETS = ("王1", "王2", "138001", "北辰", "天工", "秘密", "wang@", "13800199999")


class TestMerge:
    """1.4 Merged, keeping both sources; nothing that was said or done is lost."""

    def test_sources_contacts_activities_and_history_of_both_are_kept(self, desk):
        desk.capture(lead(1))
        desk.capture(lead(2, source=lk.Source(channel="展会")))
        desk.record_all([touch(1, "L1"), touch(2, "L2", kind="webinar")])
        receipt = desk.merge("L1", "L2", reason="same firm", by=BOSS)
        state = desk.lead("L1")
        assert (receipt.outcome, receipt.lead_id, receipt.version) == ("merged", "L1", state.version)
        assert ([one.channel for one in state.lead.other_sources], state.lead.other_contacts[0].name) == (
            ["展会"],
            "王2",
        )
        assert {one.id for one in desk.activities("L1")} == {"A1", "A2"}
        assert state.points == 60 + 10 + 15
        assert [one.what for one in desk.history("L1")].count("capture") == 2
        assert "same firm" in [one.text for one in desk.history("L1")]

    def test_the_id_that_went_keeps_working_and_both_are_found_again(self, desk):
        desk.capture_all([(lead(1), None), (lead(2), None)])
        desk.merge("L1", "L2", by=BOSS)
        assert (desk.lead("L2").id, desk.screen("L2").lead_id, desk.record(touch(1, "L2")).lead_id) == ("L1",) * 3
        again = lead(3, contact={"phone": lead(2).contact.phone}, company={"name": lead(2).company.name})
        assert desk.capture(again).lead_id == "L1"
        assert desk.capture(lead(4, company={"name": lead(2).company.name})).lead_id == "L1"

    def test_what_a_register_said_of_the_other_is_kept(self, desk):
        class Register:
            @lk.hookimpl
            def leadkit_verify(self, lead):
                return lk.Verification(facts={"region" if lead.id == "L1" else "industry": "x"})

        desk.plugins.__init__([Register()])
        desk.capture_all([(lead(1), None), (lead(2), None)])
        desk.merge("L1", "L2", by=BOSS)
        (row,) = [row for row in kept(desk, "leads") if row.id == "L1"]
        assert row.verified == {"region": "x", "industry": "x"}

    def test_chains_are_flattened(self, desk):
        desk.capture_all([(lead(n), None) for n in (1, 2, 3, 4)])
        desk.merge("L3", "L4", by=BOSS)
        desk.merge("L2", "L3", by=BOSS)
        desk.merge("L1", "L2", by=BOSS)
        assert {row.id: row.merged_into for row in kept(desk, "leads")} == {
            "L1": None,
            "L2": "L1",
            "L3": "L1",
            "L4": "L1",
        }
        assert {desk.lead(f"L{n}").id for n in (1, 2, 3, 4)} == {"L1"}
        assert len(desk.lead("L1").lead.other_contacts) == 3

    @pytest.mark.parametrize(("into", "other"), [("L1", "L1"), ("L1", "L2"), ("L2", "L1"), ("L2", "L2")])
    def test_with_itself_or_again_it_is_refused(self, desk, into, other):
        desk.capture_all([(lead(1), None), (lead(2), None)])
        desk.merge("L1", "L2", by=BOSS)
        with refused(desk, f"{other}: is the same lead"):
            desk.merge(into, other, by=BOSS)

    def test_with_nobody_it_is_refused(self, desk):
        desk.capture(lead(1))
        with refused(desk, "nobody", error=lk.errors.NotFoundError):
            desk.merge("L1", "nobody", by=BOSS)

    def test_into_an_archived_lead_it_is_refused(self, desk):
        desk.capture_all([(lead(1, **POOR), None), (lead(2), None)])
        desk.archive("L1", by=BOSS)
        with refused(desk, "cannot merge what is archived"):
            desk.merge("L1", "L2", by=BOSS)

    def test_only_the_one_that_stays_stands_in_the_queue(self, desk):
        desk.capture_all([(lead(1), None), (lead(2), None)])
        desk.merge("L2", "L1", by=BOSS)
        assert [one.id for one in desk.queue()] == ["L2"]


class TestErase:
    """Erased means erased: nothing in the store names the person, and the figures stay."""

    def test_nothing_names_the_person_any_more_and_the_figures_stay(self, desk):
        said = {"contact": {"email": "wang@example.com"}, "tags": ("秘密",), "custom": {"product": "秘密"}}
        desk.capture_all([(lead(1, **said), "秘密-1"), (lead(2), "k2")])
        desk.record(touch(1, content="秘密", feedback="秘密", next_step="秘密"))
        desk.amend("L1", {"contact.phone": "13800199999"}, reason="秘密")
        desk.merge("L1", "L2", reason="秘密", by=BOSS)
        before = {row.id: row for row in kept(desk, "leads")}["L1"]
        assert desk.erase("L2").outcome == "erased"
        everything = str({name: [str(row) for row in rows] for name, rows in dump(desk).items()})
        assert [word for word in SECRETS if word in everything] == []
        after = {row.id: row for row in kept(desk, "leads")}["L1"]
        for column in ("channel", "points", "priority", "status", "captured_at"):
            assert getattr(after, column) == getattr(before, column)
        assert (after.industry, after.company_size) == (None, None)

    def test_its_id_answers_no_more_but_its_history_has_who_erased_it(self, desk):
        desk.capture(lead(1))
        desk.erase("L1", by=ACTORS["director"])
        with refused(desk, "L1: this lead was erased", error=lk.errors.NotFoundError):
            desk.lead("L1")
        with refused(desk, "L1", error=lk.errors.NotFoundError):
            desk.record(touch(1))
        assert [(one.what, one.actor) for one in desk.history("L1")][-1] == ("erase", "the_director")
        assert desk.queue() == ()

    def test_a_second_time_it_is_a_conflict(self, desk):
        desk.capture(lead(1))
        desk.erase("L1")
        with refused(desk, "L1: this lead was erased before", error=lk.ConflictError):
            desk.erase("L1")

    def test_pending_notices_are_cancelled(self, desk):
        desk.capture(lead(1))
        desk.erase("L1")
        assert {row.state for row in kept(desk, "outbox")} == {"cancelled"}

    def test_the_same_person_does_not_come_back_unless_they_enquire_anew(self, desk):
        desk.capture(lead(1))
        desk.erase("L1")
        with refused(desk, "L9: this person was erased"):
            desk.capture(lead(1, id="L9"), key="form-9")
        (refusal,) = desk.capture_all([(lead(1, id="L9"), None)])
        assert isinstance(refusal, lk.CommandError)
        assert desk.capture(lead(1, id="L9"), anew=True, key="form-9").outcome == "captured"

    def test_a_colleague_at_the_same_company_is_somebody_else(self, desk):
        desk.capture(lead(1))
        desk.erase("L1")
        assert desk.capture(lead(1, id="L9", contact={"name": "李", "phone": "13900000009"})).outcome == "captured"

    def test_a_used_key_brings_nobody_back(self, desk):
        first = desk.capture(lead(1), key="form-1")
        desk.erase("L1")
        assert desk.capture(lead(1), key="form-1") == first
        with refused(desk, "L1", error=lk.errors.NotFoundError):
            desk.lead("L1")

    def test_what_its_keys_stood_for_is_forgotten(self, desk):
        desk.capture(lead(1), key="form-1")
        desk.screen("L1", key="s")
        desk.erase("L1")
        assert [row.payload for row in kept(desk, "keys")] == [None, None]

    def test_its_owner_has_room_again(self, desk):
        team(desk, li=("sales_rep", 1))
        desk.capture_all([(lead(1), None), (lead(2), None)])
        desk.assign("L1", by=BOSS)
        desk.erase("L1")
        assert desk.assign("L2", by=BOSS).owner == "li"

    def test_nothing_of_the_others_is_touched(self):
        desk, alone = open_desk(), open_desk()
        desk.capture_all([(lead(1), None), (lead(2), None)])
        alone.capture_all([(lead(1), None), (lead(2), None)])
        desk.erase("L1")
        assert desk.lead("L2") == alone.lead("L2")
        assert notices(desk, "lead_entered_pool")[1] == notices(alone, "lead_entered_pool")[1]
