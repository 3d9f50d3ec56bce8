"""The queue is read from an index in its order: no scan of the table, no sort, however many leads there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

import leadkit as lk
from leadkit.store.rows import LeadRow
from leadkit.store.tables import LEADS
from tests.desk.desks import START, address, open_desk
from tests.desk.stores import opener

ASKED = {
    "everybody's": lambda desk: desk.queue(limit=50),
    "an owner's": lambda desk: desk.queue(owner="li", limit=50),
    "nobody's": lambda desk: desk.queue(owner="nobody", limit=50),
}


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
        )
        for n in range(number)
    ]
    with desk.storage.transaction() as unit:
        unit.add(LEADS, rows)


@contextmanager
def explained(desk: lk.Desk, how: str) -> Iterator[list[str]]:
    """The plans of the questions about leads that are asked inside."""
    engine, plans, busy = desk.storage._of, [], []

    def explain(connection: Any, _: Any, statement: str, parameters: Any, *__: Any) -> None:
        if busy or not statement.startswith("SELECT") or "FROM leadkit_leads" not in statement:
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
