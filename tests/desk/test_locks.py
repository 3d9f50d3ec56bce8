"""What each command holds while it decides: its subject and its key, and what it looks at beyond them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import leadkit as lk
from leadkit.desk.keys import key_id
from leadkit.store import MemoryStorage
from leadkit.store.mapping import match_rows
from tests.desk.desks import ACTORS, BOSS, SIGNALS, lead, open_desk, team, touch

STANDARD = lk.load_policy("standard")


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


def finding(*ids: str) -> set[str]:
    """What holds all by which the leads of this number are found."""
    names = {match.found_by for number in ids for match in match_rows(lead(int(number)), STANDARD)}
    assert names
    return {f"match:{name}" for name in names}


class TestLocks:
    """Two commands on one subject, or that look at the same, come one after the other; all others go on."""

    @pytest.mark.parametrize("name", ["screen", "pause", "release"])
    def test_a_command_on_a_lead_holds_it_and_its_key(self, desk, name):
        getattr(desk, name)("L1", by=ACTORS["director"], key="k")
        assert desk.storage.names == [f"key:{key_id('k')}", "lead:L1"]

    def test_an_assignment_holds_who_may_get_it(self, desk):
        desk.assign("L1", "mo", by=BOSS)
        assert desk.storage.names == ["lead:L1", "member:mo"]
        desk.assign("L2", by=BOSS)
        assert desk.storage.names == ["lead:L2", "member:li", "member:mo"]

    def test_an_enrolment_holds_the_member(self, desk):
        desk.enrol(lk.Member(id="li", role="senior_rep", capacity=3), by=BOSS)
        assert desk.storage.names == ["member:li"]

    def test_a_correction_holds_what_will_find_the_lead(self, desk):
        desk.amend("L1", {"company.region": "华东"}, by=BOSS)
        assert set(desk.storage.names) == {"lead:L1"} | finding("1")

    def test_a_merge_holds_what_finds_either_lead(self, desk):
        desk.merge("L1", "L2", by=BOSS)
        assert set(desk.storage.names) == {"lead:L1", "lead:L2"} | finding("1", "2")
        desk.unmerge("L1", "L2", by=BOSS)
        assert set(desk.storage.names) == {"lead:L1", "lead:L2"} | finding("1", "2")

    def test_an_erasure_holds_what_finds_the_lead_and_what_waits_to_be_sent(self, desk):
        desk.erase("L1", by=ACTORS["director"])
        assert set(desk.storage.names) == {"lead:L1", "outbox"} | finding("1")

    def test_a_conversion_holds_the_account(self, desk):
        deal = desk.opportunities.convert("L1", SIGNALS, by=BOSS).opportunity_id
        (account,) = set(desk.storage.names) - {"lead:L1"}
        assert account.startswith("account:")
        desk.opportunities.assign(deal, "li", by=BOSS)
        assert desk.storage.names == [f"opportunity:{deal}", "member:li"]

    @pytest.mark.parametrize("name", ["L1", "crm-1"])
    def test_an_opportunity_of_a_sheet_holds_its_lead_whatever_its_customer_is_called(self, desk, name):
        desk.amend("L1", {"external_id": "crm-1", "external_system": "crm"}, by=BOSS)
        desk.opportunities.import_opportunity("O1", lead_ids=[name], name="x", account="另一家有限公司", by=BOSS)
        (account,) = set(desk.storage.names) - {"lead:L1", f"lead:{name}", "opportunity:O1"}
        assert "lead:L1" in desk.storage.names[:2]
        assert account.startswith("account:")

    def test_what_comes_in_holds_itself_and_what_may_be_the_same(self, desk):
        desk.capture(lead(3))
        assert set(desk.storage.names) == {"lead:L3"} | finding("3")

    def test_a_follow_up_holds_its_lead_alone(self, desk):
        desk.record(touch(1))
        assert desk.storage.names == ["lead:L1"]

    def test_a_new_score_holds_the_leads_that_get_it(self, desk):
        desk.rescore(by=BOSS)
        assert desk.storage.names == ["lead:L1", "lead:L2"]
