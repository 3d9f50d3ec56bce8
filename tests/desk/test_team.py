"""Who works on which lead, and who may give which command: 2.3 and 5.3 of the handbook."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.process.assignment import choose
from tests.desk.desks import ACTORS, BOSS, POOR, ROLES, dump, kept, lead, notices, open_desk, refused, team, touch

HIGH = {"need": {"description": "采购设备,预算500万,Q4落地"}}


def hot(desk: lk.Desk, number: int = 1) -> None:
    """A lead of high priority."""
    desk.capture(lead(number, **HIGH))
    desk.record_all([touch(10 * number + n, f"L{number}", kind="webinar") for n in (1, 2)])
    assert desk.lead(f"L{number}").priority == "high"


class TestMembers:
    """5.3 The sales team, with roles and with a capacity."""

    def test_they_are_kept_as_they_were_told_and_sorted_by_id(self, desk):
        said = (lk.Member(id="li", role="sales_rep", capacity=3), lk.Member(id="ann", role="senior_rep", active=False))
        assert [desk.enrol(one, by=BOSS).outcome for one in said] == ["enrolled", "enrolled"]
        assert desk.members() == (said[1], said[0])

    def test_enrolled_again_they_are_changed(self, desk):
        team(desk, li="sales_rep")
        assert desk.enrol(lk.Member(id="li", role="senior_rep", capacity=1), by=BOSS).outcome == "changed"
        assert desk.members() == (lk.Member(id="li", role="senior_rep", capacity=1),)


class TestAssignment:
    """2.3 High-priority leads go to senior reps, the others to ordinary reps."""

    def test_high_priority_goes_to_senior_reps_and_the_rest_to_ordinary_ones(self, desk):
        team(desk, ann="senior_rep", li="sales_rep")
        hot(desk, 1)
        desk.capture(lead(2))
        assert [desk.assign(one, by=BOSS).owner for one in ("L1", "L2")] == ["ann", "li"]

    def test_the_journal_says_who_and_why(self, desk):
        team(desk, li=("sales_rep", 5))
        desk.capture(lead(1))
        desk.assign("L1", reason="knows the firm", by=BOSS)
        last = desk.history("L1")[-1]
        assert (last.what, last.actor, last.text) == ("assign", "the_supervisor", "knows the firm")
        assert dict(last.details) == {
            "to": "li",
            "priority": "medium",
            "reason_code": "least_loaded",
            "load": 0,
            "capacity": 5,
        }
        assert [row.recipient for row in notices(desk, "lead_assigned")] == ["li"]

    def test_the_least_loaded_is_chosen_and_of_equal_ones_the_lower_id(self, desk):
        team(desk, li="sales_rep", bo="sales_rep")
        for number in (1, 2, 3):
            desk.capture(lead(number))
        assert [desk.assign(f"L{number}", by=BOSS).owner for number in (1, 2, 3)] == ["bo", "li", "bo"]

    def test_the_share_of_the_capacity_counts_not_the_number(self, desk):
        team(desk, bo=("sales_rep", 2), li=("sales_rep", 10))
        for number in (1, 2, 3):
            desk.capture(lead(number))
        assert [desk.assign(f"L{number}", by=BOSS).owner for number in (1, 2, 3)] == ["bo", "li", "li"]

    def test_a_capacity_is_never_exceeded(self, desk):
        team(desk, li=("sales_rep", 1))
        desk.capture_all([(lead(1), None), (lead(2), None)])
        desk.assign("L1", by=BOSS)
        with refused(desk, "L2: can't be assigned", "nobody active in the role sales_rep has room"):
            desk.assign("L2", by=BOSS)

    def test_a_lead_that_left_the_queue_makes_room(self, desk):
        team(desk, li=("sales_rep", 1))
        desk.capture_all([(lead(1), None), (lead(2), None)])
        desk.assign("L1", by=BOSS)
        desk.disqualify("L1", "lost_interest", by=BOSS)
        assert desk.assign("L2", by=BOSS).owner == "li"

    def test_given_to_its_owner_again_it_does_not_count_twice(self, desk):
        team(desk, li=("sales_rep", 1))
        desk.capture(lead(1))
        assert [desk.assign("L1", by=BOSS).owner for _ in range(2)] == ["li", "li"]

    @pytest.mark.parametrize(
        ("to", "why"),
        [
            ("zoe", "there is no such member"),
            ("out", "they are not active"),
            ("ann", "leads of this priority go to sales_rep"),
            ("full", "they have 0 of 0 leads"),
        ],
    )
    def test_somebody_named_who_may_not_have_it_is_refused_with_the_reason(self, desk, to, why):
        team(desk, ann="senior_rep", full=("sales_rep", 0), li="sales_rep")
        desk.enrol(lk.Member(id="out", role="sales_rep", active=False), by=BOSS)
        desk.capture(lead(1))
        with refused(desk, f"L1: can't be assigned to {to}", why):
            desk.assign("L1", to=to, by=BOSS)

    def test_the_inactive_are_never_chosen_but_keep_what_they_have(self, desk):
        team(desk, li="sales_rep")
        desk.capture_all([(lead(1), None), (lead(2), None)])
        desk.assign("L1", by=BOSS)
        desk.enrol(lk.Member(id="li", role="sales_rep", active=False), by=BOSS)
        with refused(desk, "nobody active"):
            desk.assign("L2", by=BOSS)
        assert desk.lead("L1").owner == "li"

    def test_released_it_has_no_owner(self, desk):
        team(desk, li="sales_rep")
        desk.capture(lead(1))
        desk.assign("L1", by=BOSS)
        assert desk.release("L1", reason="on leave", by=BOSS).owner is None
        assert desk.history("L1")[-1].details == {"owner_before": "li"}

    @given(
        members=st.lists(
            st.builds(
                lk.Member,
                id=st.sampled_from("abcdef"),
                role=st.sampled_from(["sales_rep", "senior_rep"]),
                capacity=st.none() | st.integers(0, 3),
                active=st.booleans(),
            ),
            max_size=6,
            unique_by=lambda one: one.id,
        ),
        loads=st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 4)),
    )
    def test_nobody_who_may_have_it_is_freer_than_the_one_chosen(self, members, loads):
        able = [
            one
            for one in members
            if one.active and one.role == "sales_rep" and (one.capacity is None or loads.get(one.id, 0) < one.capacity)
        ]
        try:
            choice = choose(members, loads, ("sales_rep",), wanted=None, subject="L1")
        except lk.CommandError:
            assert able == []
        else:
            shares = {one.id: Decimal(loads.get(one.id, 0)) / one.capacity if one.capacity else 0 for one in able}
            assert shares[choice.member] == min(shares.values())


def _prepared(desk: lk.Desk) -> None:
    team(desk, li="sales_rep", ann="senior_rep")
    desk.capture_all([(lead(1), None), (lead(2, **POOR), None), (lead(3, **POOR), None), (lead(4), None)])
    desk.archive("L3", by=BOSS)
    with desk.storage.transaction() as unit:
        from attrs import evolve

        from leadkit.store.tables import LEADS

        unit.replace(LEADS, [evolve(unit.get(LEADS, "L4"), status="converted", in_queue=False)])


COMMANDS = {
    "capture": lambda desk, by: desk.capture(lead(9), by=by),
    "amend": lambda desk, by: desk.amend("L1", {"company.region": "华东"}, by=by),
    "screen": lambda desk, by: desk.screen("L1", by=by),
    "record": lambda desk, by: desk.record(touch(9), by=by),
    "merge": lambda desk, by: desk.merge("L1", "L2", by=by),
    "disqualify": lambda desk, by: desk.disqualify("L1", "lost_interest", by=by),
    "archive": lambda desk, by: desk.archive("L2", by=by),
    "overturn": lambda desk, by: desk.overturn("L2", by=by),
    "assign": lambda desk, by: desk.assign("L1", by=by),
    "release": lambda desk, by: desk.release("L1", by=by),
    "reopen": lambda desk, by: desk.reopen("L3", by=by),
    "recycle": lambda desk, by: desk.recycle("L4", by=by),
    "rescore": lambda desk, by: desk.rescore(by=by),
    "enrol": lambda desk, by: desk.enrol(lk.Member(id="zoe", role="sales_rep"), by=by),
    "erase": lambda desk, by: desk.erase("L1", by=by),
    "deliver": lambda desk, by: desk.deliver(by=by),
}
"""Every command on a lead, given so that it succeeds where its actor may give it."""


class TestPermissions:
    """5.3 Roles and who owes what: the policy says which role may give which command."""

    @pytest.mark.parametrize("role", ROLES)
    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_in_every_role(self, command, role):
        desk = open_desk()
        _prepared(desk)
        allowed = desk.policy.document.permissions.root[command]
        give = COMMANDS[command]
        if role in allowed:
            give(desk, ACTORS[role])
        else:
            said = f"{command}: {role} may not do this (hint: allowed roles: {', '.join(allowed)})"
            with refused(desk, said, error=lk.NotAllowedError):
                give(desk, ACTORS[role])

    def test_a_policy_may_leave_a_command_to_everybody(self):
        open_ = lk.Policy(open_desk().policy.document.model_copy(update={"permissions": _nobody_is_named()}))
        desk = open_desk(policy=open_)
        _prepared(desk)
        assert desk.erase("L1", by=ACTORS["legal"]).outcome == "erased"

    def test_in_many_commands_at_once_each_is_refused(self, desk):
        outcomes = desk.capture_all([(lead(1), None), (lead(2), "key")], by=ACTORS["legal"])
        assert [type(one) for one in outcomes] == [lk.NotAllowedError] * 2
        assert all(rows == [] for rows in dump(desk).values())

    def test_the_journal_names_who_gave_a_command_and_in_which_role(self, desk):
        desk.capture(lead(1), by=ACTORS["marketing"])
        assert [(row.actor, row.role) for row in kept(desk, "journal")] == [("the_marketing", "marketing")]


def _nobody_is_named() -> object:
    from leadkit.process.permissions import Permissions

    return Permissions()


class Objector:
    """A plugin that objects to one command."""

    name = "objector"

    def __init__(self, to, error):
        self.to, self.error = to, error

    @lk.hookimpl
    def leadkit_veto(self, command):
        if command.name == self.to:
            raise self.error


class TestVeto:
    """A plugin may keep any command from being carried out; nothing is stored."""

    @pytest.mark.parametrize("command", [name for name in COMMANDS if name != "capture"])
    @pytest.mark.parametrize("error", [RuntimeError("secret"), lk.CommandError(lk.Problem("not on Sundays"))])
    def test_every_command(self, command, error):
        desk = open_desk(plugins=[Objector(command, error)])
        _prepared_without(desk, command)
        words = "not on Sundays" if isinstance(error, lk.CommandError) else "the plugin objector objects (RuntimeError)"
        with refused(desk, words):
            COMMANDS[command](desk, ACTORS[desk.policy.document.permissions.root[command][0]])

    def test_a_lead_that_is_kept_out_stops_no_other(self):
        class NoSecond:
            name = "no_second"

            @lk.hookimpl
            def leadkit_veto(self, command):
                if command.lead.id == "L2":
                    raise RuntimeError

        desk = open_desk(plugins=[NoSecond()])
        outcomes = desk.capture_all([(lead(n), None) for n in (1, 2, 3)])
        assert [isinstance(one, lk.CommandError) for one in outcomes] == [False, True, False]


def _prepared_without(desk: lk.Desk, command: str) -> None:
    """What `_prepared` does, as far as the objection to one command lets it; the rest is not reached."""
    try:
        _prepared(desk)
    except lk.CommandError:
        assert command in {"archive", "enrol"}


class TestLimits:
    """How many is asked for is a number of rows on every store, or refused."""

    @pytest.mark.parametrize("limit", [-5, 10**20])
    @pytest.mark.parametrize("ask", ["queue", "due", "dead_letters"])
    def test_no_number_of_rows(self, desk, ask, limit):
        with pytest.raises(lk.CommandError, match="limit: must be a number of rows"):
            getattr(desk, ask)(limit=limit)


class TestDuties:
    """5.3 Everyone sees the same state: what is due to a lead is due from whoever has it now."""

    def test_they_follow_the_lead_to_its_owner(self, desk):
        team(desk, li="sales_rep", mo="senior_rep")
        desk.capture(lead(1))
        assert {item.owner for item in desk.due()} == {None}
        owner = desk.assign("L1", by=BOSS).owner
        assert {item.owner for item in desk.due()} == {owner}
        desk.release("L1", by=BOSS)
        assert {item.owner for item in desk.due()} == {None}
