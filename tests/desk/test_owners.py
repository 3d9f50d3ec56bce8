"""What is somebody's: who else may act on it, and what its owner and those who entered it are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import leadkit as lk
from leadkit.desk.importing import import_activities
from tests.desk.desks import ACTORS, BOSS, POOR, SIGNALS, lead, notices, open_desk, refused, team, touch
from tests.desk.test_undo import sheet
from tests.desk.test_updates import FOLLOW_UPS

CHEN, LI = lk.Actor(id="chen", role="sales_rep"), lk.Actor(id="li", role="sales_rep")
MEI = lk.Actor(id="mei", role="marketing")
DIRECTOR = ACTORS["director"]
RULES = {
    name: ["owner", "supervisor"]
    for name in ("record", "disqualify", "lose", "amend", "convert", "assign", "merge", "pause", "erase")
}


def desk(**permissions: Any) -> lk.Desk:
    """A desk where lead 1 is Chen's and lead 2 is Li's."""
    policy = {"extends": "standard", "name": "ours", "language": "en", "permissions": permissions}
    made = open_desk(policy=policy)
    team(made, chen="sales_rep", li="sales_rep", mei="marketing")
    for number, member in ((1, "chen"), (2, "li")):
        made.capture(lead(number), by=MEI)
        made.assign(f"L{number}", member, by=BOSS)
    return made


class TestPermission:
    def test_its_owner_may_and_nobody_else_of_that_role(self):
        made = desk(**RULES)
        said = "record: sales_rep may not do this to what is chen's (hint: allowed roles: owner, supervisor)"
        with refused(made, "L1", said, error=lk.NotAllowedError):
            made.record(touch(), by=LI)
        assert made.record(touch(), by=CHEN).outcome == "recorded"
        assert made.record(touch(2), by=BOSS).outcome == "recorded"

    @pytest.mark.parametrize(
        "act",
        [
            lambda made, by: made.disqualify("L1", "wrong_number", by=by),
            lambda made, by: made.amend("L1", {"contact.job_title": "总监"}, by=by),
            lambda made, by: made.pause("L1", by=by),
            lambda made, by: made.assign("L1", "li", by=by),
            lambda made, by: made.opportunities.convert("L1", SIGNALS, by=by),
            lambda made, by: made.erase("L1", by=by),
        ],
    )
    def test_every_command_on_a_lead(self, act):
        made = desk(**RULES)
        for stranger in (LI, MEI, lk.Actor(id="chen2", role="owner")):
            with refused(made, "may not do this", error=lk.NotAllowedError):
                act(made, stranger)
        act(made, CHEN)

    def test_on_an_opportunity(self):
        made = desk(**RULES)
        deal = made.opportunities.convert("L1", SIGNALS, by=CHEN).opportunity_id
        with refused(made, "to what is chen's", error=lk.NotAllowedError):
            made.opportunities.lose(deal, "price", by=LI)
        assert made.opportunities.lose(deal, "price", by=CHEN).status == "lost"

    def test_of_two_leads_both_must_be_theirs(self):
        made = desk(**RULES)
        with refused(made, "to what is li's", error=lk.NotAllowedError):
            made.merge("L1", "L2", by=CHEN)
        made.assign("L2", "chen", by=BOSS)
        assert made.merge("L1", "L2", by=CHEN).outcome == "merged"

    def test_what_is_nobodys_is_for_the_roles_alone(self):
        made = desk(**RULES)
        made.capture(lead(3), by=MEI)
        with refused(
            made, "sales_rep may not do this (hint: allowed roles: owner, supervisor)", error=lk.NotAllowedError
        ):
            made.record(touch(lead_id="L3"), by=LI)

    def test_a_repeated_key_gives_the_receipt_of_then(self):
        made = desk(**RULES)
        first = made.disqualify("L1", "wrong_number", key="k", by=CHEN)
        assert made.disqualify("L1", "wrong_number", key="k", by=CHEN) == first

    def test_a_sheet_brings_what_is_theirs(self, tmp_path: Path):
        made = desk(**RULES)
        rows = [(f"L{number}", "2023-09-04 10:00", "电话", "问预算", "") for number in (1, 2)]
        done = import_activities(made, sheet(tmp_path / "f.csv", rows, FOLLOW_UPS), by=CHEN)
        assert [row.outcome for row in done.follow_ups] == ["recorded", "set_aside"]

    @pytest.mark.parametrize("name", ["capture", "enrol", "tick", "claim", "import_opportunity", "undo"])
    @pytest.mark.parametrize("compiled", [False, True])
    def test_is_refused_for_what_has_no_owner(self, name, compiled):
        policy: Any = {"extends": "standard", "name": "ours", "permissions": {name: ["owner"]}}
        with pytest.raises(lk.PolicyError, match="is about nothing that has one"):
            lk.Desk(lk.load_policy(policy) if compiled else policy)

    def test_owner_is_no_role_of_the_team(self):
        pool = {"claim": ["owner"]}
        with pytest.raises(lk.PolicyError, match="owner"):
            lk.load_policy({"extends": "standard", "name": "ours", "permissions": RULES, "pool": pool})


class TestToldToTheOwner:
    """By the standard policy everybody of the team may, and the owner learns of it."""

    def test_a_follow_up_of_somebody_else(self):
        made = desk()
        made.record(touch(), by=LI)
        (told,) = notices(made, "acted_on_by_other")
        assert (told.recipient, told.role, told.lead_id) == ("chen", None, "L1")
        assert dict(told.details) == {"action": "record", "actor": "li", "actor_role": "sales_rep"}

    def test_nothing_of_ones_own_nor_of_a_program(self):
        made = desk()
        made.record(touch(), by=CHEN)
        made.record(touch(2))
        made.record(touch(3, by="chen"), by=MEI)
        made.record(touch(4, lead_id="L2"), by=LI)
        made.disqualify("L1", "wrong_number", by=CHEN)
        assert notices(made, "acted_on_by_other") == []

    def test_many_at_once_once(self):
        made = desk()
        made.record_all([touch(number) for number in range(1, 6)], by=LI)
        assert len(notices(made, "acted_on_by_other")) == 1

    def test_a_disqualified_lead_and_a_lost_deal(self):
        made = desk()
        made.disqualify("L2", "wrong_number", by=CHEN)
        deal = made.opportunities.convert("L1", SIGNALS, by=CHEN).opportunity_id
        made.record(touch(7, opportunity_id=deal), by=LI)
        made.opportunities.lose(deal, "price", by=BOSS)
        told = [
            (row.recipient, row.details["action"], row.opportunity_id) for row in notices(made, "acted_on_by_other")
        ]
        assert told == [("li", "disqualify", None), ("chen", "record", deal), ("chen", "lose", deal)]


class TestToldToWhoEntered:
    def entered(self, by: lk.Actor = MEI, **values: Any) -> lk.Desk:
        made = open_desk()
        team(made, mei="marketing", chen="sales_rep", li="sales_rep")
        made.capture(lead(1, **POOR, **values), by=by)
        return made

    def receivers(self, made: lk.Desk, kind: str) -> list[Any]:
        return [row.recipient or row.role for row in notices(made, kind)]

    def test_archived_and_overturned(self):
        made = self.entered()
        made.archive("L1", by=BOSS)
        made.reopen("L1", by=BOSS)
        made.overturn("L1", by=BOSS)
        assert (self.receivers(made, "lead_archived"), self.receivers(made, "lead_overturned")) == (["mei"], ["mei"])
        (told,) = notices(made, "lead_archived")
        assert told.details["reasons"] == ("budget_too_small",)

    def test_the_member_that_the_record_names_goes_before_who_typed_it(self):
        made = self.entered(entered_by="li")
        made.archive("L1", by=BOSS)
        assert self.receivers(made, "lead_archived") == ["li"]

    @pytest.mark.parametrize("who", [{"by": ACTORS["system"]}, {"entered_by": "王芳", "by": ACTORS["system"]}])
    def test_where_nobody_of_the_team_did_it_is_marketing(self, who):
        made = self.entered(**who)
        made.archive("L1", by=BOSS)
        assert self.receivers(made, "lead_archived") == ["marketing"]

    def test_who_left_is_told_nothing(self):
        made = self.entered()
        made.enrol(lk.Member(id="mei", role="marketing", active=False), by=BOSS)
        made.archive("L1", by=BOSS)
        assert self.receivers(made, "lead_archived") == ["marketing"]

    def test_who_does_it_is_not_told(self):
        made = self.entered(by=lk.Actor(id="chen", role="sales_rep"))
        made.overturn("L1", by=BOSS)
        made.opportunities.convert("L1", SIGNALS, by=CHEN)
        assert notices(made, "lead_converted") == []

    def test_a_conversion(self):
        made = self.entered()
        made.overturn("L1", by=BOSS)
        deal = made.opportunities.convert("L1", SIGNALS, by=CHEN).opportunity_id
        (told,) = notices(made, "lead_converted")
        assert (told.recipient, told.details["opportunity"]) == ("mei", deal)

    def test_of_a_lead_that_comes_in_now(self):
        policy = {"extends": "standard", "name": "ours", "notices": {"lead_needs_review": ["entered_by", "supervisor"]}}
        made = open_desk(policy=policy)
        team(made, mei="marketing", li="sales_rep")
        made.capture_all([(lead(1, entered_by="li", **POOR), None), (lead(2, **POOR), None)], by=MEI)
        assert self.receivers(made, "lead_needs_review") == ["li", "supervisor"]

    def test_every_kind_of_notice_may_name_them(self):
        policy = {"extends": "standard", "name": "ours", "notices": {"response_breached": ["entered_by"]}}
        made = open_desk(policy=policy)
        team(made, mei="marketing")
        made.capture(lead(1), by=MEI)
        made.clock.pass_(days=5)
        made.tick()
        assert self.receivers(made, "response_breached") == ["mei"]
