"""A store follows its policy: what open leads and opportunities owe is settled when the rules are others."""

from __future__ import annotations

from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

import leadkit as lk
from leadkit.desk.importing import import_leads
from leadkit.desk.settling import OF_DUTIES
from leadkit.store.protocol import Query
from leadkit.store.tables import DUTIES, SETTLEMENTS
from tests.desk.desks import BOSS, SIGNALS, START, Clock, address, dump, kept, lead, open_desk, touch

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def policy(**levels: Any) -> dict[str, Any]:
    return {"name": "ours", "extends": "standard", "service_levels": levels}


LATER = policy(response={"medium": {"hours": 1}}, deal_follow_up={"A": {"hours": 5}}, regrade={"hours": 24})


def filled(folder: Path, kind: str) -> lk.Desk:
    """A desk with the standard policy, three open leads and an opportunity."""
    desk = open_desk(address(kind, folder))
    for number in (1, 2, 3):
        desk.capture(lead(number))
    desk.opportunities.convert("L3", SIGNALS, by=BOSS)
    return desk


def ends(desk: lk.Desk, kind: str) -> list[timedelta]:
    return sorted(row.due_at - START for row in kept(desk, "duties") if row.kind == kind and row.state == "open")


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
class TestChangedPolicy:
    """A changed policy: the duties of open leads and of open opportunities are settled."""

    def test_by_tick(self, tmp_path, kind):
        desk = filled(tmp_path, kind)
        desk.tick()
        with open_desk(desk.storage, policy=LATER, clock=desk.clock) as other:
            assert other.tick().settled == 3
            assert ends(other, "response") == [HOUR, HOUR]
            assert ends(other, "regrade") == [DAY]
            assert other.tick().settled == 0

    def test_by_settle(self, tmp_path, kind):
        desk = filled(tmp_path, kind)
        with open_desk(desk.storage, policy=LATER, clock=desk.clock) as other:
            assert other.settle(by=BOSS) == lk.Settled(leads=2, opportunities=1)
            assert (ends(other, "response"), ends(other, "regrade")) == ([HOUR, HOUR], [DAY])
            before = dump(other)["duties"]
            other.settle(by=BOSS)
            assert dump(other)["duties"] == before

    def test_pauses_and_a_rise_stay(self, tmp_path, kind):
        """Half a day of a pause, and the hour after which a lead became high, count under the new policy too."""
        desk = filled(tmp_path, kind)
        desk.pause("L1", by=BOSS)
        desk.clock.pass_(hours=1)
        for number in range(4):
            desk.record(touch(number, "L2", kind="webinar"))
        desk.clock.pass_(hours=11)
        desk.resume("L1", by=BOSS)
        assert ends(desk, "response") == [3 * HOUR, 16 * HOUR]
        longer = policy(response={"medium": {"hours": 6}, "high": {"hours": 3}})
        with open_desk(desk.storage, policy=longer, clock=desk.clock) as other:
            other.settle(by=BOSS)
            assert ends(other, "response") == [4 * HOUR, 18 * HOUR]

    def test_the_store_remembers_by_which_policy(self, tmp_path, kind):
        desk = filled(tmp_path, kind)
        desk.tick()
        with desk.storage.transaction(read_only=True) as unit:
            (row,) = unit.find(Query(SETTLEMENTS))
        assert (row.id, row.policy) == (OF_DUTIES, desk.policy.id)

    def test_columns_are_derived_anew(self, tmp_path, kind):
        """Another kind of activity counts as a follow-up: who had one has answered."""
        desk = filled(tmp_path, kind)
        desk.record(touch(1, kind="webinar"))
        desk.tick()
        counts = policy(follow_ups=("follow_up", "reply", "webinar"))
        with open_desk(desk.storage, policy=counts, clock=desk.clock) as other:
            other.tick()
            states = {row.lead_id: row.state for row in kept(other, "duties") if row.kind == "response"}
        assert states["L1"] == "met"

    def test_more_than_one_batch(self, tmp_path, kind, monkeypatch):
        desk = filled(tmp_path, kind)
        monkeypatch.setattr("leadkit.desk.settling.BATCH", 1)
        monkeypatch.setattr("leadkit.desk.rescoring.BATCH", 1)
        with open_desk(desk.storage, policy=LATER, clock=desk.clock) as other:
            assert other.settle(by=BOSS) == lk.Settled(leads=2, opportunities=1)
            assert ends(other, "response") == [HOUR, HOUR]


class TestUpgrade:
    """An upgraded store: duties that an earlier version did not know are owed after the next tick."""

    def test_what_was_never_settled_is(self, tmp_path):
        desk = filled(tmp_path, "sqlite")
        with desk.storage.transaction() as unit:
            unit.remove(Query(DUTIES))
        assert kept(desk, "duties") == []
        desk.tick()
        kinds = {(row.kind, row.lead_id) for row in kept(desk, "duties")}
        assert {("response", "L1"), ("follow_up", "L2"), ("regrade", "L3")} <= kinds


def _import(place: str, file: Path, start: Any, answers: Any) -> None:
    clock = Clock()
    with lk.Desk("standard", place, clock=clock) as desk:
        start.wait()
        done = import_leads(desk, file)
        answers.put(sum(row.before for row in done.rows))


class TestTwoImports:
    """Two imports of one file at once: a row that one captured, the other says was done before."""

    def test_each_row_is_new_to_one_of_them(self, tmp_path):
        place, file, rows = address("sqlite", tmp_path), tmp_path / "leads.csv", 60
        heads = "序号,线索来源,企业名称,行业,企业规模,联系人,职位,电话,邮箱,初步需求描述,来源标签,录入人,录入时间"
        line = "{0},官网-产品咨询,北辰{0}号有限公司,智能制造,中型,王{0},经理,138001{0:05},,采购设备,官网,,2023-09-01"
        file.write_text("\n".join([heads, *(line.format(number) for number in range(1, rows + 1))]), encoding="utf-8")
        context = get_context("spawn")
        start, answers = context.Barrier(2), context.Queue()
        both = [context.Process(target=_import, args=(place, file, start, answers)) for _ in range(2)]
        for process in both:
            process.start()
        before = [answers.get() for _ in both]
        for process in both:
            process.join()
        assert sum(before) == rows
