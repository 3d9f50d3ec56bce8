"""The pool: when a lead that its owner forgets returns, and who is warned before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.desk.returning import return_leads
from leadkit.testing.storage.process_checks import together
from leadkit.testing.storage.processes import say
from tests.desk import stores
from tests.desk.desks import (
    ACTORS,
    BOSS,
    START,
    Clock,
    address,
    dump,
    kept,
    lead,
    notices,
    open_desk,
    refused,
    team,
    tick_at,
    touch,
)
from tests.desk.pools import POOL, policy, pooled, rep

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(params=["memory", "sqlite"])
def desk(request, tmp_path):
    with pooled(address(request.param, tmp_path)) as desk:
        yield desk


class TestReturn:
    """Without a follow-up a lead returns by itself on `tick`: told, journalled, and once."""

    def test_the_system_releases_it_and_both_hear_of_it(self, desk):
        desk.claim("L1", by=rep())
        assert tick_at(desk, START + 7 * DAY - timedelta.resolution).returned == 0
        ticked = tick_at(desk, START + 7 * DAY)
        assert (ticked.returned, ticked.notices["lead_returned"], desk.lead("L1").owner) == (1, 1, None)
        entry = kept(desk, "journal")[-1]
        assert (entry.actor, entry.role, entry.command, entry.lead_id) == ("system", "system", "release", "L1")
        assert dict(entry.details) == {
            "owner_before": "li",
            "reason_code": "silent",
            "began_at": START.isoformat(),
        }
        assert [row.recipient for row in notices(desk, "lead_returned")] == ["li"]

    def test_a_second_tick_adds_nothing(self, desk):
        for number in (1, 2, 3):
            desk.claim(f"L{number}", by=rep())
        tick_at(desk, START + 30 * DAY)
        before = dump(desk)
        assert tick_at(desk, START + 30 * DAY) == lk.Ticked(notices={}, rescored=0)
        assert dump(desk) == before

    def test_who_forgot_it_must_wait_and_others_need_not(self, desk):
        desk.claim("L1", by=rep())
        desk.clock.pass_(days=8)
        desk.tick()
        with refused(desk, "who claims had it last"):
            desk.claim("L1", by=rep())
        assert desk.claim("L1", by=rep("bo")).owner == "bo"

    def test_an_assigned_lead_returns_as_well_and_one_without_owner_has_nothing_to_return(self, desk):
        desk.assign("L1", to="bo", by=BOSS)
        assert tick_at(desk, START + 8 * DAY).returned == 1
        assert [row.lead_id for row in kept(desk, "duties") if row.kind == "return"] == ["L1"]

    def test_warnings_go_to_the_owner_and_the_last_to_the_supervisor(self, desk):
        desk.claim("L1", by=rep())
        for _ in range(8 * 24):
            desk.clock.pass_(hours=1)
            desk.tick()
        told = [(row.kind, row.recipient or row.role, row.at - START) for row in kept(desk, "outbox")]
        assert [one for one in told if one[0].startswith("return")] == [
            ("return_due", "li", 2 * DAY),
            ("return_due", "li", 3 * DAY),
            ("return_escalated", "supervisor", 5 * DAY),
        ]

    def test_more_than_one_batch_returns_in_one_tick(self):
        desk = pooled(leads=230, per_day=1000, hold=1000)
        for number in range(1, 231):
            desk.claim(f"L{number}", by=rep())
        assert tick_at(desk, START + 9 * DAY).returned == 230
        assert tick_at(desk, START + 9 * DAY).returned == 0

    def test_one_that_comes_back_into_the_queue_is_its_owners_anew(self, desk):
        desk.claim("L1", by=rep())
        desk.disqualify("L1", "lost_interest", by=BOSS)
        desk.clock.pass_(days=20)
        desk.tick()
        desk.overturn("L1", by=BOSS)
        assert desk.tick().returned == 0
        assert tick_at(desk, desk.clock.now + 7 * DAY).returned == 1

    def test_a_new_policy_reaches_the_leads_that_have_owners_already(self, tmp_path):
        place = address("sqlite", tmp_path)
        with open_desk(place) as old:
            team(old, li="sales_rep")
            old.capture(lead(1))
            old.assign("L1", by=BOSS)
            assert tick_at(old, START + 3 * DAY).returned == 0
        with lk.Desk(policy(return_after_days=14), place, clock=Clock()) as desk:
            assert [tick_at(desk, START + days * DAY).returned for days in (8, 13, 14)] == [0, 0, 1]

    def test_a_longer_time_in_the_policy_counts_at_once(self, tmp_path):
        place = address("sqlite", tmp_path)
        with pooled(place) as desk:
            desk.claim("L1", by=rep())
        later = {**policy(return_after_days=20), "rescoring": {"every_days": 90}}
        with lk.Desk(later, place, clock=Clock()) as desk:
            assert [tick_at(desk, START + days * DAY).returned for days in (8, 19, 20)] == [0, 0, 1]

    def test_what_happened_since_somebody_looked_counts(self, desk):
        for number in (1, 2, 3):
            desk.claim(f"L{number}", by=rep())
        desk.clock.pass_(days=8)
        desk.pause("L1", by=rep())
        desk.record(touch(1, "L2", kind="follow_up", occurred_at=desk.clock.now))
        returned = return_leads(desk.executor, ["L1", "L2", "L3", "nobody"], desk.clock.now)
        assert returned.leads == 1
        assert [desk.lead(lead_id).owner for lead_id in ("L1", "L2", "L3")] == ["li", "li", None]

    def test_an_erased_or_merged_lead_is_left_alone(self, desk):
        for number in (1, 2):
            desk.claim(f"L{number}", by=rep())
        desk.erase("L1", by=ACTORS["director"])
        desk.merge("L3", "L2", by=BOSS)
        desk.release("L3", by=BOSS)
        assert tick_at(desk, START + 9 * DAY).returned == 0

    @pytest.mark.xdist_group("stores")
    @pytest.mark.parametrize("kind", ["sqlite", "postgres"])
    def test_two_ticks_at_once_return_each_lead_once(self, kind, tmp_path):
        place = stores.address(kind, tmp_path)
        with pooled(place, leads=40, per_day=100, hold=100) as desk:
            for number in range(1, 41):
                desk.claim(f"L{number}", by=rep())
            counts = together([(tick_once, place)] * 3)
            assert (min(counts) >= 0, sum(counts)) == (True, 40)
            assert len(notices(desk, "lead_returned")) == 40
            assert [row.owner for row in kept(desk, "leads")] == [None] * 40


def tick_once(place: str) -> None:
    with lk.Desk(policy(), place, clock=lambda: START + 9 * DAY) as desk:
        say(desk.tick().returned)


CALMS = st.lists(
    st.tuples(
        st.sampled_from(["follow_up", "pause", "resume", "assign", "release", "claim", "nothing", "nothing"]),
        st.integers(1, 16),
    ),
    min_size=1,
    max_size=14,
)


class Silence:
    """One lead's owner, pause and silence, by hand; what is told of them at each look."""

    def __init__(self) -> None:
        self.owner: str | None = None
        self.paused = False
        self.since: dict[str, datetime] = {}
        self.told: set[tuple[datetime, int]] = set()
        self.found: list[tuple[str, datetime]] = []

    def look(self, now: datetime) -> None:
        if self.owner is None or self.paused:
            return
        since = max(self.since.values())
        if now >= since + POOL["return_after_days"] * DAY:
            self.owner = None
            self.found.append(("lead_returned", now))
            return
        for day in POOL["warn_after_days"]:
            if now >= since + day * DAY and (since, day) not in self.told:
                self.told.add((since, day))
                self.found.append(("return_escalated" if day == POOL["warn_after_days"][-1] else "return_due", now))


class TestSilence:
    """Counted from the latest of the last follow-up, assignment or claim, and the end of a pause; never in a pause."""

    @settings(max_examples=50)
    @given(CALMS)
    def test_warnings_and_returns_come_when_they_should_and_not_within_the_protection(self, steps):
        desk, paper = pooled(leads=1, again_after_days=0, per_day=100), Silence()
        for number, (command, quarters) in enumerate(steps):
            self.do(desk, paper, command, number)
            for _ in range(quarters):
                desk.clock.pass_(hours=6)
                desk.tick()
                paper.look(desk.clock.now)
                assert desk.lead("L1").owner == paper.owner
        kinds = {"lead_returned", "return_due", "return_escalated"}
        assert [(row.kind, row.at) for row in kept(desk, "outbox") if row.kind in kinds] == paper.found

    def do(self, desk: lk.Desk, paper: Silence, command: str, number: int) -> None:
        now = desk.clock.now
        given: dict[str, Any] = {
            "follow_up": lambda: desk.record(touch(number, kind="follow_up", occurred_at=now)),
            "claim": lambda: desk.claim("L1", by=rep()),
            "assign": lambda: desk.assign("L1", to="bo", by=BOSS),
            "nothing": lambda: None,
        }
        try:
            given.get(command, lambda: getattr(desk, command)("L1", by=BOSS))()
        except lk.CommandError:
            return
        if command == "follow_up":
            paper.since["follow_up"] = now
        elif command in {"claim", "assign"}:
            paper.owner, paper.since["owned"] = ("li" if command == "claim" else "bo"), now
        elif command == "release":
            paper.owner = None
        elif command in {"pause", "resume"}:
            paper.paused = command == "pause"
            paper.since |= {"resumed": now} if command == "resume" else {}

    @settings(max_examples=40)
    @given(st.integers(0, 200), st.integers(0, 200), st.booleans())
    def test_nobody_is_reminded_of_a_follow_up_while_they_are_protected(self, before, after, planned):
        desk = pooled(leads=1, protected_days=2)
        desk.clock.pass_(hours=before)
        desk.record(touch(1, kind="follow_up", occurred_at=desk.clock.now, next_at=None if planned else START))
        desk.clock.pass_(hours=after)
        desk.claim("L1", by=rep())
        claimed_at = desk.clock.now
        for _ in range(5 * 8):
            desk.clock.pass_(hours=3)
            desk.tick()
        times = [row.at for row in notices(desk, "follow_up_due") if row.recipient == "li"]
        assert all(at >= claimed_at + 2 * DAY for at in times)
