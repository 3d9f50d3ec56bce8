"""The queue and what is due come from an index in their order: no scan of the table, no sort, however long they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

import leadkit as lk
from leadkit.store.process_rows import DutyRow
from leadkit.store.protocol import Query
from leadkit.store.rows import LeadRow
from leadkit.store.tables import DUTIES, LEADS
from tests.desk.desks import START, address, open_desk
from tests.desk.stores import opener

ASKED = {
    "everybody's": lambda desk: desk.queue(limit=50),
    "an owner's": lambda desk: desk.queue(owner="li", limit=50),
    "nobody's": lambda desk: desk.queue(owner="nobody", limit=50),
    "of a priority": lambda desk: desk.queue(priority="low", limit=50),
    "of a status that none has": lambda desk: desk.queue(status="new", limit=50),
}
DUE = {
    "everybody's": (lambda desk: desk.due(limit=50), "state_due_at_id"),
    "an owner's": (lambda desk: desk.due(owner="li", limit=50), "state_owner_due_at_id"),
    "nobody's": (lambda desk: desk.due(owner="nobody", limit=50), "state_owner_due_at_id"),
    "of a kind": (lambda desk: desk.due(kind="response", limit=50), "state_kind_due_at_id"),
    "of a kind that none has": (lambda desk: desk.due(kind="handover", limit=50), "state_kind_due_at_id"),
    "until a day": (lambda desk: desk.upcoming(START + timedelta(days=2), limit=50), "state_due_at_id"),
}
"""What is asked, and the columns of the index that answers it."""


def filled(desk: lk.Desk, number: int) -> None:
    """Leads straight into the store: one in ten is out of the queue, four in five have an owner."""
    owners = ("li", "bo", "ann", "zoe", None)
    rows = [
        LeadRow(
            id=f"L{n:06}",
            captured_at=START + timedelta(minutes=n * 7919 % 10_000),
            points=Decimal(n * 7907 % 101),
            owner=owners[n % 5],
            in_queue=n % 10 != 0,
            status="valid" if n % 10 else "archived",
            priority=("high", "medium", None)[n % 3],
        )
        for n in range(number)
    ]
    with desk.storage.transaction() as unit:
        unit.add(LEADS, rows)


def owed(desk: lk.Desk, number: int) -> None:
    """Duties straight into the store: one in seven is met, one in ten paused, two kinds of five owners."""
    owners = ("li", "bo", "ann", "zoe", None)
    rows = [
        DutyRow(
            id=f"D{n:06}",
            kind=("response", "follow_up")[n % 2],
            owner=owners[n % 5],
            since=START,
            due_at=START + timedelta(minutes=n * 7919 % 10_000),
            state="met" if n % 7 == 0 else "paused" if n % 10 == 0 else "open",
        )
        for n in range(number)
    ]
    with desk.storage.transaction() as unit:
        unit.add(DUTIES, rows)


@contextmanager
def explained(desk: lk.Desk, how: str, table: str = "leads") -> Iterator[list[str]]:
    """The plans of the questions about leads that are asked inside."""
    engine, plans, busy = desk.storage._of, [], []

    def explain(connection: Any, _: Any, statement: str, parameters: Any, *__: Any) -> None:
        if busy or not statement.startswith("SELECT") or f"FROM leadkit_{table}" not in statement:
            return
        busy.append(True)
        found = connection.exec_driver_sql(f"{how} {statement}", parameters)
        plans.append("\n".join(str(row[-1]) for row in found))
        busy.pop()

    event.listen(engine, "before_cursor_execute", explain)
    yield plans
    event.remove(engine, "before_cursor_execute", explain)


@pytest.mark.parametrize("asked", ASKED)
def test_in_sqlite_the_queue_comes_from_an_index(tmp_path, asked):
    with open_desk(address("sqlite", tmp_path)) as desk:
        filled(desk, 3_000)
        with explained(desk, "EXPLAIN QUERY PLAN") as plans:
            ASKED[asked](desk)
        (plan,) = plans
        assert "USING INDEX" in plan
        assert "SCAN" not in plan
        assert "B-TREE" not in plan


@pytest.mark.parametrize("asked", ASKED)
def test_in_postgresql_the_queue_comes_from_an_index(asked, tmp_path):
    with open_desk(opener("postgres", tmp_path)()) as desk:
        filled(desk, 3_000)
        with desk.storage._of.begin() as connection:
            connection.exec_driver_sql("ANALYZE leadkit_leads")
        with explained(desk, "EXPLAIN") as plans:
            ASKED[asked](desk)
        (plan,) = plans
        assert "Index Scan" in plan
        assert "Seq Scan" not in plan
        assert "Sort" not in plan


@pytest.mark.parametrize(("ask", "columns"), DUE.values(), ids=DUE)
def test_in_sqlite_what_is_due_comes_from_an_index(tmp_path, ask, columns):
    with open_desk(address("sqlite", tmp_path)) as desk:
        owed(desk, 3_000)
        with explained(desk, "EXPLAIN QUERY PLAN", "duties") as plans:
            ask(desk)
        assert len(plans) == 2
        for plan in plans:
            assert f"USING INDEX ix_leadkit_duties_{columns} " in plan
            assert "SCAN" not in plan
            assert "B-TREE" not in plan


@pytest.mark.parametrize(("ask", "columns"), DUE.values(), ids=DUE)
def test_in_postgresql_what_is_due_comes_from_an_index(tmp_path, ask, columns):
    with open_desk(opener("postgres", tmp_path)()) as desk:
        owed(desk, 3_000)
        with desk.storage._of.begin() as connection:
            connection.exec_driver_sql("ANALYZE leadkit_duties")
        with explained(desk, "EXPLAIN", "duties") as plans:
            ask(desk)
        assert len(plans) == 2
        for plan in plans:
            assert "Index Scan" in plan
            assert "Seq Scan" not in plan


def test_what_is_due_is_in_order_whatever_its_state(tmp_path):
    """The plain way is to take all of it and sort."""
    with open_desk(address("sqlite", tmp_path)) as desk:
        owed(desk, 300)
        with desk.storage.transaction(read_only=True) as unit:
            every = unit.find(Query(DUTIES, {"state": ("open", "paused")}))
        for limit in (0, 1, 7, 1_000):
            plain = sorted(every, key=lambda duty: (duty.due_at, duty.id))[:limit]
            assert [item.due_at for item in desk.due(START, limit=limit)] == [duty.due_at for duty in plain]
            assert [item.owner for item in desk.due(START, limit=limit)] == [duty.owner for duty in plain]
