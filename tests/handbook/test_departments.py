"""What the departments owe one another: who may act on what, who learns of it, who carries how much."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import leadkit as lk
from leadkit.cli.commands import cli
from leadkit.desk.importing import import_activities, import_leads
from tests.desk.desks import BOSS, POOR, SIGNALS, address, lead, notices, open_desk, refused, team, touch

MEI, CHEN, LI, LIN = (
    lk.Actor(id=name, role=role)
    for name, role in (("mei", "marketing"), ("chen", "sales_rep"), ("li", "sales_rep"), ("lin", "supervisor"))
)


@pytest.fixture
def busy(desk) -> lk.Desk:
    """Lead 1 is Chen's and is an opportunity, lead 2 is Li's, lead 3 is nobody's; Mei entered them all."""
    team(desk, li="sales_rep")
    for number in (1, 2, 3):
        desk.capture(lead(number), by=MEI)
    desk.assign("L1", "chen", by=LIN)
    desk.assign("L2", "li", by=LIN)
    desk.opportunities.convert("L1", SIGNALS, by=CHEN)
    return desk


class TestEntry:
    """Leads of every channel come in at once, and within a working day."""

    def test_a_salesperson_at_a_fair_enters_one_lead_without_a_sheet(self, tmp_path):
        """Forms, fairs, partners and adverts share one entry, which takes a single lead, too."""
        values = (
            "线索来源=展会-2026工博会", "企业名称=北辰智造", "行业=制造", "企业规模=大型", "联系人=王一", "职位=总监",
            "电话=13812345001", "初步需求描述=采购机器人,预算50-80万",
        )  # fmt: skip
        result = CliRunner().invoke(cli, ["capture", *values, "--db", address("sqlite", tmp_path)])
        assert (result.exit_code, " captured: " in result.output) == (0, True)

    def test_a_sheet_says_when_a_lead_came_in_and_a_late_row_is_told(self, tmp_path):
        """A lead is entered within one working day of its receipt, whichever way it is entered."""
        desk, file = open_desk(), tmp_path / "leads.csv"
        heads = "线索来源,企业名称,行业,企业规模,联系人,职位,电话,初步需求描述,录入时间,接收时间"
        row = "官网,北辰智造,制造,大型,王一,总监,13812345001,采购设备,2023-09-04 10:00,2023-08-28 09:00"
        file.write_text(f"{heads}\n{row}\n", encoding="utf-8")
        import_leads(desk, file)
        assert [told.role for told in notices(desk, "entry_late")] == ["supervisor"]


class TestNobodyActsTwice:
    """A customer is followed up by one person, and who helps out is seen."""

    def test_the_owner_learns_that_somebody_else_acted(self, busy):
        """Two salespeople do not follow up the same customer without knowing of each other."""
        busy.record(touch(lead_id="L2"), by=CHEN)
        busy.disqualify("L2", "wrong_number", by=CHEN)
        told = [(row.recipient, row.details["action"]) for row in notices(busy, "acted_on_by_other")]
        assert told == [("li", "record"), ("li", "disqualify")]

    def test_a_company_may_leave_the_customer_to_its_owner_alone(self):
        """Each department's and each person's right to act can be written down, down to whose the customer is."""
        rules = {"record": ["owner", "supervisor"], "lose": ["owner", "supervisor"]}
        desk = open_desk(policy={"extends": "standard", "name": "ours", "language": "en", "permissions": rules})
        team(desk, chen="sales_rep", li="sales_rep")
        desk.capture(lead(2), by=MEI)
        desk.assign("L2", "li", by=BOSS)
        with refused(desk, "to what is li's", "owner, supervisor", error=lk.NotAllowedError):
            desk.record(touch(lead_id="L2"), by=CHEN)
        assert desk.record(touch(lead_id="L2"), by=LI).outcome == "recorded"


class TestWhoReportedLearns:
    """Marketing learns what became of the leads that it brought."""

    def test_of_the_end_of_an_invalid_lead(self, desk):
        """An invalid lead is archived after the supervisor's review, and who reported it is told."""
        desk.capture(lead(1, **POOR), by=MEI)
        desk.archive("L1", by=LIN)
        assert [told.recipient for told in notices(desk, "lead_archived")] == ["mei"]

    def test_of_a_verdict_that_did_not_hold(self, desk):
        """What a supervisor finds valid after all is followed up again, and who reported it is told."""
        desk.capture(lead(1, **POOR), by=MEI)
        desk.overturn("L1", by=LIN)
        assert [told.recipient for told in notices(desk, "lead_overturned")] == ["mei"]

    def test_of_a_conversion(self, busy):
        """Marketing, sales and service see the same state of a lead at the same time."""
        assert [(told.recipient, told.lead_id) for told in notices(busy, "lead_converted")] == [("mei", "L1")]

    def test_who_entered_a_row_is_who_its_sheet_names(self, desk, tmp_path):
        """The sheet has a column for who entered a lead, and that person is told what became of it."""
        desk.capture(lead(1, entered_by="mei", **POOR))
        desk.archive("L1", by=LIN)
        assert [told.recipient for told in notices(desk, "lead_archived")] == ["mei"]


class TestResources:
    """Sales resources go where they are needed."""

    def test_who_carries_how_much_and_how_much_more(self, busy):
        """Loads, grades and what is overdue are seen by person, so that leads can be given to who has room."""
        busy.enrol(lk.Member(id="li", role="sales_rep", capacity=3), by=LIN)
        loads = {load.member: load for load in busy.team_load()}
        assert (loads["li"].lead_count, loads["li"].room) == (1, 2)
        assert dict(loads["chen"].opportunities) == {"no_grade": 1}
        assert loads[None].lead_count == 1


class TestOneStateForAll:
    """What one department does, the others can read."""

    def test_a_feed_tells_other_systems_what_was_done(self, busy):
        """Information is passed on in real time: by notices to people, and by a feed to systems."""
        last = busy.changes()[-1].seq
        busy.amend("L3", {"company.size": "中型"}, by=MEI)
        (change,) = busy.changes(last)
        assert (change.actor, change.action, change.lead_id) == ("mei", "amend", "L3")
        assert dict(change.changes) == {"company_size": ("500人", "中型")}

    def test_a_list_that_comes_back_is_held_to_what_was_agreed(self, busy, tmp_path: Path):
        """A shared sheet is told row by row before it is taken in, and nothing else comes of it then."""
        file = tmp_path / "calls.csv"
        file.write_text("线索ID,跟进时间,跟进方式,新负责人\nL3,2023-09-04 16:00,电话,chen\n", encoding="utf-8")
        plan = import_activities(busy, file, by=LIN, dry_run=True)
        assert [(row.was, row.owner, row.outcome) for row in plan.assigned] == [(None, "chen", "assigned")]
        busy.assign("L3", "li", by=LIN)
        done = import_activities(busy, file, by=LIN, plan=plan)
        assert [row.outcome for row in done.assigned] == ["set_aside"]
        assert busy.lead("L3").owner == "li"
