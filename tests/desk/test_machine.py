"""Random commands, on a desk in memory, on one in an SQLite file, and on a naive model, side by side."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import leadkit as lk
from tests.desk.desks import ACTORS, BOSS, NAMES, NEED, START, Clock, address, dump, lead, open_desk, touch
from tests.desk.model import STARTS, Answer, Model

IDS = st.sampled_from([f"L{number}" for number in range(1, 7)])
PEOPLE = st.integers(0, 3)
NEEDS = st.sampled_from([NEED, "采购设备", "采购设备,预算5万,Q4落地", "采购设备,预算500万,Q4落地"])
KEYS = st.none() | st.sampled_from(["k1", "k2", "k3"])


def contact(person: int) -> dict[str, Any]:
    return {"name": f"王{person}", "job_title": "采购总监", "phone": f"1380010000{person}"}


class Desks(RuleBasedStateMachine):
    """Three desks that are given the same commands at the same times."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.clock = Clock()
        self.desks = [open_desk(address(kind, self.folder), clock=self.clock) for kind in ("memory", "sqlite")]
        self.model = Model(self.desks[0].policy, self.clock)

    def teardown(self) -> None:
        for desk in self.desks:
            desk.close()
        shutil.rmtree(self.folder)

    def give(self, command: Callable[[lk.Desk], Any], wanted: Answer) -> None:
        """Give a command to both desks; the answers are alike and what the model foretold; what failed kept nothing."""
        told = []
        for desk in self.desks:
            before = dump(desk)
            try:
                done = command(desk)
                told.append((done.outcome, done.lead_id, done.status, done.version, done.owner))
            except lk.LeadkitError as error:
                told.append((type(error), str(error)))
                assert dump(desk) == before
        assert told[0] == told[1]
        assert (wanted if isinstance(wanted, tuple) else (wanted, told[0][1])) == told[0]

    @rule(lead_id=IDS, person=PEOPLE, firm=PEOPLE, need=NEEDS, key=KEYS)
    def capture(self, lead_id: str, person: int, firm: int, need: str, key: str | None) -> None:
        company = {"name": f"{NAMES[firm]}{NAMES[firm]}智造有限公司"}
        new = lead(1, id=lead_id, contact=contact(person), company=company, need={"description": need})
        wanted = self.model.once(key, ("capture", new), lambda: self.model.capture(new, person, firm))
        self.give(lambda desk: desk.capture(new, key=key), wanted)

    @rule(
        command=st.sampled_from(["screen", "accept", "disqualify", "archive", "overturn", "reopen", "release"]),
        lead_id=IDS,
        key=KEYS,
        off=st.sampled_from([None, None, 0, 0, 1]),
    )
    def step(self, command: str, lead_id: str, key: str | None, off: int | None) -> None:
        row = self.model.find(lead_id)
        version = None if off is None or row is None else row.version - off
        given = ["lost_interest"] if command == "disqualify" else []
        said = {"reason": "knows them"} if command == "accept" else {}
        wanted = self.model.once(key, (command, lead_id), lambda: self.model.step(command, lead_id, version))
        self.give(
            lambda desk: getattr(desk, command)(lead_id, *given, **said, by=BOSS, key=key, version=version),
            wanted,
        )

    @rule(lead_id=IDS, person=PEOPLE, need=NEEDS)
    def amend(self, lead_id: str, person: int, need: str) -> None:
        given = {"contact": lk.Contact(**contact(person)), "need": lk.Need(description=need)}
        wanted = self.model.step("amend", lead_id, person=person, **given)
        self.give(lambda desk: desk.amend(lead_id, given), wanted)

    @rule(lead_id=IDS, to=st.sampled_from([None, None, "ann", "bo", "li", "nobody"]))
    def assign(self, lead_id: str, to: str | None) -> None:
        self.give(lambda desk: desk.assign(lead_id, to=to, by=BOSS), self.model.step("assign", lead_id, to=to))

    @rule(
        member=st.builds(
            lk.Member,
            id=st.sampled_from(["ann", "bo", "li"]),
            role=st.sampled_from(["sales_rep", "sales_rep", "senior_rep"]),
            capacity=st.none() | st.integers(0, 2),
            active=st.sampled_from([True, True, False]),
        )
    )
    def enrol(self, member: lk.Member) -> None:
        outcome = "changed" if member.id in self.model.members else "enrolled"
        self.model.members[member.id] = member
        self.give(lambda desk: desk.enrol(member, by=BOSS), (outcome, None, None, None, None))

    @rule(lead_id=IDS, number=st.integers(1, 6), kind=st.sampled_from(["webinar", "reply"]), hours=st.integers(-30, 30))
    def record(self, lead_id: str, number: int, kind: str, hours: int) -> None:
        activity = touch(number, lead_id, kind=kind, occurred_at=START + timedelta(hours=hours))
        self.give(lambda desk: desk.record(activity), self.model.record(activity))

    @rule(lead_id=IDS, other=IDS)
    def merge(self, lead_id: str, other: str) -> None:
        self.give(lambda desk: desk.merge(lead_id, other, by=BOSS), self.model.merge(lead_id, other))

    @precondition(lambda self: len(self.model.rows) > 2)
    @rule(lead_id=IDS)
    def erase(self, lead_id: str) -> None:
        self.give(lambda desk: desk.erase(lead_id), self.model.erase(lead_id))

    @rule()
    def rescore(self) -> None:
        wanted = self.model.rescore()
        found = [desk.rescore() for desk in self.desks]
        assert (found[0], found[0].leads) == (found[1], wanted)

    @rule(command=st.sampled_from(sorted(STARTS)), lead_id=IDS)
    def ask_in_a_role_that_may_not(self, command: str, lead_id: str) -> None:
        given = {"disqualify": ["x"], "amend": [{}]}.get(command, [])
        said = {"reason": "x"} if command == "accept" else {}
        self.give(lambda desk: getattr(desk, command)(lead_id, *given, **said, by=ACTORS["legal"]), lk.NotAllowedError)

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        self.clock.pass_(hours=hours)

    @invariant()
    def both_stores_keep_the_same(self) -> None:
        assert dump(self.desks[0]) == dump(self.desks[1])

    @invariant()
    def each_lead_stands_where_the_model_says(self) -> None:
        desk = self.desks[1]
        assert [one.id for one in desk.queue()] == self.model.queue()
        for lead_id in self.model.home:
            row = self.model.find(lead_id)
            if row is None:
                continue
            state = desk.lead(lead_id)
            assert state.lead.model_copy(update={"status": "new", "owner": None}) == row.record
            assert (state.status, state.reasons, state.owner, state.version, state.points, state.pooled_at) == (
                row.status,
                row.reasons,
                row.owner,
                row.same_since or row.version,
                row.points,
                row.pooled_at,
            )
            told = [one.what for one in desk.history(lead_id) if one.role is not None and one.what != "rescore"]
            assert sorted(told) == sorted(row.done)
            assert {one.id for one in desk.activities(lead_id)} == {one.id for one in row.touches}


TestDesks = Desks.TestCase
TestDesks.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
