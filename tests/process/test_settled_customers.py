"""The process as it is settled: leads and opportunities that join, people who come and go, and times."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, get_args, get_type_hints

import pytest
from attrs import fields
from pydantic import BaseModel

import leadkit as lk
from leadkit.desk.commands.catalogue import COMMANDS
from leadkit.desk.importing import import_activities, import_leads
from leadkit.errors import FactError
from leadkit.store.soundness import HAPPENED
from tests.desk.desks import (
    ACTORS,
    BOSS,
    POOR,
    SIGNALS,
    START,
    kept,
    lead,
    notices,
    open_desk,
    refused,
    team,
    touch,
)
from tests.process.test_settled import DAY, A, B, graded

DIRECTOR = ACTORS["director"]
AHEAD = START + DAY + timedelta(seconds=1)


@pytest.fixture
def desk() -> lk.Desk:
    return open_desk()


def converted(desk: lk.Desk, number: int) -> str:
    desk.capture(lead(number))
    deal = desk.opportunities.convert(f"L{number}", SIGNALS, by=BOSS).opportunity_id
    assert deal is not None
    return deal


class TestMerge:
    """The surviving lead takes the opportunities and, where it has none, the owner; into an archived lead: refused."""

    def test_it_takes_the_open_opportunity_and_is_converted(self, desk):
        """What the other sells goes on under the lead that stays, which nobody works on beside it."""
        desk.capture(lead(1))
        deal = converted(desk, 2)
        desk.merge("L1", "L2", by=BOSS)
        assert [state.id for state in desk.opportunities.list(lead_id="L1")] == [deal]
        assert (desk.lead("L1").status, desk.queue()) == ("converted", ())
        assert {row.lead_id for row in kept(desk, "duties") if row.opportunity_id == deal} == {"L1"}

    def test_a_closed_one_comes_along_and_the_lead_is_worked_on(self, desk):
        desk.capture(lead(1))
        deal = converted(desk, 2)
        desk.opportunities.lose(deal, "price", by=BOSS)
        desk.merge("L1", "L2", by=BOSS)
        assert [state.id for state in desk.opportunities.list(lead_id="L1")] == [deal]
        assert desk.lead("L1").status == "valid"

    @pytest.mark.parametrize(
        ("first", "other", "owner"), [(None, "li", "li"), ("wang", "li", "wang"), ("li", None, "li")]
    )
    def test_the_owner(self, desk, first, other, owner):
        team(desk, li="sales_rep", wang="sales_rep")
        for number, member in ((1, first), (2, other)):
            desk.capture(lead(number))
            if member is not None:
                desk.assign(f"L{number}", to=member, by=BOSS)
        desk.merge("L1", "L2", by=BOSS)
        assert desk.lead("L1").owner == owner

    def test_into_an_archived_lead_it_is_refused(self, desk):
        desk.capture(lead(1, **POOR))
        desk.archive("L1", by=BOSS)
        desk.capture(lead(2))
        with refused(desk, "cannot merge what is archived"):
            desk.merge("L1", "L2", by=BOSS)

    def test_parted_again_each_has_its_own(self, desk):
        team(desk, li="sales_rep")
        desk.capture(lead(1))
        desk.capture(lead(2))
        desk.assign("L2", to="li", by=BOSS)
        deal = desk.opportunities.convert("L2", SIGNALS, by=BOSS).opportunity_id
        desk.merge("L1", "L2", by=BOSS)
        desk.unmerge("L1", "L2", by=BOSS)
        assert [state.id for state in desk.opportunities.list(lead_id="L2")] == [deal]
        states = [(desk.lead(lead_id).status, desk.lead(lead_id).owner) for lead_id in ("L1", "L2")]
        assert states == [("valid", None), ("converted", "li")]


class TestRecycle:
    """A lead is not put back into the pool while an opportunity of it is open."""

    def test_it_is_refused(self, desk):
        deal = converted(desk, 1)
        with refused(desk, "has an open opportunity", deal):
            desk.recycle("L1", by=BOSS)
        desk.opportunities.lose(deal, "price", by=BOSS)
        assert desk.recycle("L1", by=BOSS).outcome == "recycled"


class TestResources:
    """Resources by grade: an A opportunity has a team, each told what is theirs; the freed are named when it falls."""

    def test_a_team_of_the_director_and_a_senior(self, desk):
        team(desk, chen="director", wang="senior_rep", zhao="senior_rep", li="sales_rep")
        deal = graded(desk, A)
        assert desk.opportunities.get(deal).team == ("chen", "wang")
        parts = [(row.recipient, row.details["part"]) for row in notices(desk, "team_joined")]
        assert parts == [("chen", "director"), ("wang", "senior_rep")]

    def test_who_has_least_to_do_is_chosen(self, desk):
        team(desk, wang="senior_rep", zhao="senior_rep")
        graded(desk, A)
        second = converted(desk, 2)
        graded(desk, A, second)
        assert desk.opportunities.get(second).team == ("zhao",)

    def test_when_the_grade_falls_the_free_are_named(self, desk):
        """In the receipt, in the notice to the supervisor, and in the history."""
        team(desk, chen="director", wang="senior_rep")
        deal = graded(desk, A)
        desk.opportunities.assess(deal, **B, by=BOSS)
        receipt = desk.opportunities.confirm_grade(deal, by=BOSS)
        (notice,) = notices(desk, "team_freed")
        assert receipt.freed == ("chen", "wang")
        assert (notice.role, notice.details["freed"]) == ("supervisor", "chen, wang")
        assert desk.opportunities.history(deal)[-1].details["freed"] == ("chen", "wang")
        assert desk.opportunities.get(deal).team == ()

    def test_a_policy_that_names_a_role_or_a_grade_that_there_is_not_is_refused(self):
        for grades in ({"A": {"team": ["nobody"]}}, {"Z": {"team": ["director"]}}):
            with pytest.raises(lk.PolicyError, match=r"opportunities\.grades"):
                lk.load_policy({"name": "ours", "extends": "standard", "opportunities": {"grades": grades}})


class TestPeople:
    """A lead above its owner's role, and the work of a member who is made inactive, are told to the supervisor."""

    def test_a_lead_that_rises_to_high_while_an_ordinary_rep_has_it(self, desk):
        team(desk, li="sales_rep")
        desk.capture(lead(1, need={"description": "采购设备,预算50-80万,Q4落地"}))
        desk.assign("L1", to="li", by=BOSS)
        for number in range(4):
            desk.record(touch(number, kind="webinar"))
        (notice,) = notices(desk, "lead_above_owner")
        assert (notice.role, notice.details["owner_role"]) == ("supervisor", "sales_rep")

    def test_a_member_who_is_made_inactive_keeps_leads_and_that_is_told(self, desk):
        team(desk, li="sales_rep")
        desk.capture(lead(1))
        desk.assign("L1", to="li", by=BOSS)
        receipt = desk.enrol(lk.Member(id="li", role="sales_rep", active=False), by=BOSS)
        assert receipt.findings == ("member_has_work",)
        (notice,) = notices(desk, "member_inactive")
        assert (notice.details["member"], notice.details["leads"]) == ("li", "1")

    def test_one_who_has_nothing_is_no_news(self, desk):
        team(desk, li="sales_rep")
        assert desk.enrol(lk.Member(id="li", role="sales_rep", active=False), by=BOSS).findings == ()
        assert notices(desk, "member_inactive") == []


def moments_of(owner: Any) -> dict[str, Any]:
    """The fields of a command, or of a record in it, that hold a time."""
    found = {}
    for name, hint in get_type_hints(owner).items():
        parts = [part for part in (hint, *get_args(hint)) if isinstance(part, type)]
        if datetime in parts:
            found[name] = owner
        for part in parts:
            found |= moments_of(part) if issubclass(part, BaseModel) else {}
    return found


class TestTimes:
    """Times more than a day ahead of the clock are refused wherever they come in."""

    PLANS = frozenset({"next_at", "expected_close", "until", "now", "at"})
    """When something is to be; `now` and `at` may not lie ahead at all."""

    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
    def test_every_time_of_every_command_is_known(self, command):
        """A new command with a new time has to say whether that happened or is to come."""
        names = set(moments_of(command)) - {field.name for field in fields(command) if field.name == "milestones"}
        assert names <= HAPPENED | self.PLANS | {"milestones", "next_step_at"}

    def test_a_follow_up(self, desk):
        desk.capture(lead(1))
        with refused(desk, "lies ahead of the clock"):
            desk.record(touch(1, occurred_at=AHEAD))
        desk.record(touch(1, occurred_at=START + DAY))

    @pytest.mark.parametrize("name", ["received_at", "entered_at"])
    def test_a_lead(self, desk, name):
        with refused(desk, "lies ahead of the clock"):
            desk.capture(lead(1, **{name: AHEAD}))
        desk.capture(lead(1, **{name: START + DAY}))
        with refused(desk, "lies ahead of the clock"):
            desk.amend("L1", {"received_at": AHEAD}, by=BOSS)

    @pytest.mark.parametrize("name", ["opened_at", "closed_at", "reported_at"])
    def test_an_opportunity_of_a_sheet(self, desk, name):
        desk.capture(lead(1))
        times = {"opened_at": START, "closed_at": START, name: AHEAD}
        with refused(desk, "lies ahead of the clock"):
            desk.opportunities.import_opportunity("O1", lead_ids=["L1"], stage="won", amount=5, **times)

    def test_a_follow_up_of_a_sheet_is_set_aside_and_a_lead_is_flagged(self, desk, tmp_path):
        file = tmp_path / "leads.csv"
        heads = "序号,线索来源,企业名称,行业,企业规模,联系人,职位,电话,邮箱,初步需求描述,来源标签,录入人,录入时间"
        row = "{0},官网-产品咨询,北辰{0}科技有限公司,智能制造,中型,王{0},采购经理,1380010000{0},,采购设备,官网,,{1}"
        file.write_text("\n".join([heads, row.format(1, "2023-09-01"), row.format(2, "2033-09-01")]), encoding="utf-8")
        done = import_leads(desk, file)
        assert [[fault.code for fault in row.faults] for row in done.leads.rows] == [[], ["in_future"]]
        assert [desk.lead(number).lead.entered_at is None for number in ("1", "2")] == [False, True]
        follow_ups = "线索ID,跟进时间,跟进方式,跟进内容,客户反馈,下次跟进计划,跟进人\n1,2033-08-05,邮件,手册,,,\n"
        file.write_text(follow_ups, encoding="utf-8")
        assert [row.outcome for row in import_activities(desk, file).follow_ups] == ["set_aside"]


class TestLookingAhead:
    """`due` and `upcoming` write nothing; `tick` takes no time beyond the clock."""

    def test_due_takes_aware_times_only(self, desk):
        for ask in (desk.due, desk.upcoming):
            with pytest.raises(FactError, match="without a zone"):
                ask(datetime(2026, 3, 3))  # noqa: DTZ001

    def test_upcoming_is_what_is_due_until_then(self, desk):
        desk.capture(lead(1))
        assert [item.kind for item in desk.upcoming(START + DAY)] == ["response"]
        kinds = [item.kind for item in desk.upcoming(START + 3 * DAY)]
        assert kinds == ["response", "follow_up"]
        assert {item.state for item in desk.upcoming(START + 3 * DAY)} == {"due"}
        assert notices(desk, "response_breached") == []

    def test_tick_is_not_ahead(self, desk):
        desk.capture(lead(1))
        with refused(desk, "lies ahead of the clock", error=FactError):
            desk.tick(START + timedelta(seconds=1))


class TestVersions:
    """A rescore or a tick that changes nothing raises no version."""

    def test_who_read_a_lead_before_may_still_act(self, desk):
        desk.capture(lead(1))
        read = desk.lead("L1").version
        for _ in range(5):
            desk.clock.pass_(days=8)
            desk.tick()
            desk.rescore("L1")
        assert desk.lead("L1").version == read
        assert desk.pause("L1", by=BOSS, version=read).outcome == "paused"
        with refused(desk, "somebody else changed this lead first", error=lk.ConflictError):
            desk.resume("L1", by=BOSS, version=read)

    def test_a_rescore_that_changes_points_raises_it(self, desk):
        desk.capture(lead(1))
        desk.record(touch(1))
        read = desk.lead("L1").version
        other = open_desk(desk.storage, clock=desk.clock, policy=_with_reply(5))
        other.rescore("L1")
        assert other.lead("L1").version > read


def _with_reply(points: int) -> dict[str, Any]:
    rules = {"groups": {"behaviour": {"rules": {"reply": {"points": points}}}}}
    return {"name": "ours", "extends": "standard", "scoring": rules}


class TestKeys:
    """The key of a plan knows all of its milestones."""

    def test_two_of_one_name(self, desk):
        deal = graded(desk, A)
        plan: dict[str, Any] = {"pains": "p", "advantages": "a", "strategy": "s", "by": BOSS, "key": "k"}
        desk.opportunities.plan(deal, **plan, milestones=[("demo", START + DAY), ("demo", START + 9 * DAY)])
        assert len(desk.opportunities.get(deal).milestones) == 2
        with refused(desk, "this key was used for something else", error=lk.ConflictError):
            desk.opportunities.plan(deal, **plan, milestones=[("demo", START + 2 * DAY), ("demo", START + 9 * DAY)])
