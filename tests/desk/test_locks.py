"""What each command holds while it decides: its subject and its key, and what it looks at beyond them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import leadkit as lk
from leadkit.desk.commands.catalogue import COMMANDS
from leadkit.desk.keys import key_id
from leadkit.store import MemoryStorage
from tests.desk.desks import ACTORS, BOSS, SIGNALS, lead, open_desk, team, touch


class Unit:
    """A unit of work that writes down what it is asked to hold."""

    def __init__(self, unit: Any, names: list[str]) -> None:
        self._unit, self._names = unit, names

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)

    def lock(self, *names: str) -> None:
        self._names += names
        self._unit.lock(*names)


class Recording(MemoryStorage):
    """A store in memory that knows the locks of its last transaction that wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[Any]:
        names = self.names if read_only else []
        with super().transaction(read_only=read_only) as unit:
            yield Unit(unit, names)
        self.names = names


@pytest.fixture
def desk() -> lk.Desk:
    desk = open_desk(Recording())
    team(desk, li="senior_rep", mo="sales_rep")
    desk.capture_all([(lead(1), None), (lead(2), None)])
    return desk


WIDE = {
    "assign": {"assign"},
    "amend": {"capture"},
    "merge": {"capture"},
    "unmerge": {"capture"},
    "erase": {"capture", "outbox"},
    "convert": {"convert"},
    "import_opportunity": {"capture", "convert"},
    "note_review": {"review_notes"},
}
"""Who looks at everybody's load, at the same person or company elsewhere, or at what waits to be sent."""


class TestLocks:
    """Two commands on one subject, or that look at the same, come one after the other."""

    @pytest.mark.parametrize("name", ["screen", "pause", "release", "assign", "erase"])
    def test_a_command_on_a_lead_holds_it_and_its_key(self, desk, name):
        getattr(desk, name)("L1", by=ACTORS["director"], key="k")
        assert set(desk.storage.names) == {"lead:L1", f"key:{key_id('k')}"} | WIDE.get(name, set())

    def test_a_correction_and_a_merge_hold_what_finds_leads_again(self, desk):
        desk.amend("L1", {"company.region": "华东"}, by=BOSS)
        assert set(desk.storage.names) == {"lead:L1", "capture"}
        desk.merge("L1", "L2", by=BOSS)
        assert set(desk.storage.names) == {"lead:L1", "capture"}

    def test_an_opportunity_is_held_and_a_conversion_looks_at_the_others(self, desk):
        deal = desk.opportunities.convert("L1", SIGNALS, by=BOSS).opportunity_id
        assert set(desk.storage.names) == {"lead:L1", "convert"}
        desk.opportunities.assign(deal, by=BOSS)
        assert set(desk.storage.names) == {f"opportunity:{deal}", "assign"}

    def test_what_comes_in_holds_what_finds_leads_again(self, desk):
        desk.capture(lead(3))
        assert set(desk.storage.names) == {"capture"}
        desk.record(touch(1))
        assert set(desk.storage.names) == {"capture"}

    def test_no_other_command_looks_beyond_its_subject(self):
        assert {command.name: set(command.wide_locks) for command in COMMANDS if command.wide_locks} == WIDE
