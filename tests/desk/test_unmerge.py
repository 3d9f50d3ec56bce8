"""A lead that was joined to another by mistake is a lead of its own again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from tests.desk.desks import ACTORS, BOSS, POOR, kept, lead, open_desk, refused, touch


def record(desk, lead_id):
    return desk.lead(lead_id).lead.model_dump(exclude={"status"})


VALUES = {
    "source": st.sampled_from([lk.Source(channel="官网"), lk.Source(channel="展会", detail="工博会")]),
    "company": st.sampled_from(
        [{}, {"name": "北辰智造有限公司"}, {"size": "20人"}, {"industry": "食品", "region": "华东"}]
    ),
    "contact": st.sampled_from([{}, {"name": "李四", "job_title": "总经理"}, {"email": "a@b.example"}]),
    "need": st.sampled_from([{}, {"description": "看看"}, {"product": "机器人"}, POOR["need"]]),
    "tags": st.sampled_from([(), ("重点",), ("重点", "展会")]),
}
LEADS = st.fixed_dictionaries(VALUES)


class TestMergedByHand:
    @given(LEADS, LEADS)
    def test_both_are_as_they_were(self, first, second):
        with open_desk() as desk:
            desk.capture(lead(1, **first))
            desk.capture(lead(2, **second))
            if desk.lead("L2").id == "L1":
                return
            before = record(desk, "L1"), record(desk, "L2")
            desk.merge("L1", "L2", by=BOSS)
            receipt = desk.unmerge("L1", "L2", by=BOSS)
            assert (receipt.outcome, receipt.differences) == ("unmerged", ())
            assert (record(desk, "L1"), record(desk, "L2")) == before

    def test_activities_scores_and_queue_are_each_their_own(self, desk):
        desk.capture_all([(lead(1), None), (lead(2), None)])
        desk.record_all([touch(1, "L1"), touch(2, "L2", kind="webinar")])
        points = desk.lead("L1").points, desk.lead("L2").points
        desk.merge("L1", "L2", by=BOSS)
        desk.record(touch(3, "L2", kind="webinar"))
        desk.unmerge("L1", "L2", reason="two sites", by=BOSS)
        assert (desk.lead("L1").points, desk.lead("L2").points) == (points[0], points[1] + 15)
        assert {each.id for each in desk.activities("L2")} == {"A2", "A3"}
        assert {state.id for state in desk.queue()} == {"L1", "L2"}
        assert "two sites" in [item.text for item in desk.history("L1")]
        assert "L1" in [item.details.get("unmerged_from") for item in desk.history("L2")]

    def test_both_are_found_again(self, desk):
        desk.capture_all([(lead(1), None), (lead(2), None)])
        desk.merge("L1", "L2", by=BOSS)
        desk.unmerge("L1", "L2", by=BOSS)
        for number in (1, 2):
            again = lead(
                number + 10, contact={"phone": lead(number).contact.phone}, company={"name": lead(number).company.name}
            )
            assert desk.capture(again).lead_id == f"L{number}"

    def test_what_was_amended_since_stays_and_is_named(self, desk):
        desk.capture(lead(1, company={"region": None}))
        desk.capture(lead(2, company={"region": "华东"}))
        desk.merge("L1", "L2", by=BOSS)
        desk.amend("L1", {"company.region": "华南"}, by=BOSS)
        receipt = desk.unmerge("L1", "L2", by=BOSS)
        assert receipt.differences == ("region",)
        assert desk.lead("L1").lead.company.region == "华南"
        assert desk.lead("L1").lead.other_contacts == ()

    def test_of_three_one_goes_and_the_other_stays(self, desk):
        desk.capture_all([(lead(number), None) for number in (1, 2, 3)])
        desk.merge("L1", "L2", by=BOSS)
        desk.merge("L1", "L3", by=BOSS)
        desk.unmerge("L1", "L2", by=BOSS)
        assert [contact.name for contact in desk.lead("L1").lead.other_contacts] == ["王3"]
        assert (desk.lead("L2").id, desk.lead("L3").id) == ("L2", "L1")

    @pytest.mark.parametrize("other", ["L1", "L3", "nobody"])
    def test_what_was_not_merged_is_refused(self, desk, other):
        desk.capture_all([(lead(number), None) for number in (1, 2, 3)])
        desk.merge("L1", "L2", by=BOSS)
        with refused(desk, "was not merged into this lead"):
            desk.unmerge("L1", other, by=BOSS)

    def test_by_a_rep_it_is_refused(self, desk):
        desk.capture_all([(lead(1), None), (lead(2), None)])
        desk.merge("L1", "L2", by=BOSS)
        with refused(desk, "may not do this", error=lk.NotAllowedError):
            desk.unmerge("L1", "L2", by=lk.Actor(id="li", role="sales_rep"))


class TestJoinedWhenItCameIn:
    def test_a_partners_second_customer_is_a_lead_of_its_own(self, desk):
        desk.capture(lead(1))
        second = lead(2, contact={"phone": lead(1).contact.phone}, company={"name": lead(1).company.name}, **POOR)
        assert desk.capture(second).outcome == "joined"
        before = record(desk, "L1")
        receipt = desk.unmerge("L1", "L2", by=BOSS)
        assert (receipt.outcome, receipt.differences) == ("unmerged", ())
        assert record(desk, "L1") != before
        assert record(desk, "L1") == lead(1).model_dump(exclude={"status"})
        assert record(desk, "L2") == second.model_dump(exclude={"status"})
        assert desk.lead("L2").status == "invalid"

    def test_its_sheet_corrects_it_from_then_on(self, desk):
        desk.capture(lead(1))
        same = {"contact": {"phone": lead(1).contact.phone}, "company": {"name": lead(1).company.name}}
        desk.capture(lead(2, **same))
        desk.unmerge("L1", "L2", by=BOSS)
        later = lead(3, **same, need={"description": "采购产线,预算300万"})
        receipt = desk.capture(later, number="L2")
        assert (receipt.outcome, receipt.lead_id) == ("amended", "L2")
        assert "300万" not in desk.lead("L1").lead.need.description

    def test_what_said_nothing_of_its_own_is_refused(self, desk):
        desk.capture(lead(1))
        again = lead(1).model_copy(update={"id": "L2"})
        assert desk.capture(again).outcome == "repeated"
        with refused(desk, "says nothing of its own"):
            desk.unmerge("L1", "L2", by=BOSS)

    def test_an_erasure_takes_the_words_of_those_joined(self, desk):
        desk.capture(lead(1))
        desk.capture(
            lead(2, contact={"phone": lead(1).contact.phone, "name": "秘密"}, company={"name": lead(1).company.name})
        )
        desk.erase("L1", by=ACTORS["director"])
        assert "秘密" not in str([kept(desk, table) for table in ("leads", "persons", "changes")])
