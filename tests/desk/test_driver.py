"""What the driver is sent at once is what SQLAlchemy would have sent, and comes to the same."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

import leadkit as lk
from leadkit.adapters.sql import open_sql
from leadkit.adapters.sql.core import Core
from leadkit.adapters.sql.driver import Driver
from leadkit.errors import StorageError
from leadkit.store.protocol import Query, replace_columns
from leadkit.store.tables import DUTIES, LEADS, TABLES
from leadkit.testing.storage.rows import rows
from tests.desk.desks import BOSS, START, lead, open_desk, team, touch
from tests.desk.stores import address


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def base(request, tmp_path_factory) -> str:
    return address(request.param, tmp_path_factory.mktemp("driver"))


@pytest.fixture(scope="module")
def plain(base) -> Iterator[Any]:
    """A store to whose statements somebody listens, so that SQLAlchemy executes them."""
    storage = open_sql(base)
    event.listen(storage._of, "before_cursor_execute", lambda *_: None)
    yield storage
    storage.close()


@pytest.fixture(scope="module")
def direct(base) -> Iterator[Any]:
    storage = open_sql(base)
    yield storage
    storage.close()


@pytest.fixture(scope="module")
def forty_duties(direct) -> None:
    with direct.transaction() as unit:
        unit.remove(Query(DUTIES))
        unit.add(DUTIES, some_duties())


def statements_of(storage: Any) -> type:
    with storage.transaction(read_only=True) as unit:
        return type(unit._statements)


def test_a_host_that_listens_hears_every_statement(plain, direct):
    assert statements_of(plain) is Core
    assert statements_of(direct) is Driver


def test_a_log_of_statements_has_every_statement(direct, caplog):
    with caplog.at_level(logging.INFO, "sqlalchemy.engine.Engine"):
        assert statements_of(direct) is Core


@pytest.mark.parametrize("table", TABLES, ids=repr)
def test_rows_are_written_and_read_alike(plain, direct, table):
    columns = [*table.columns][1:]

    @given(st.lists(rows(table), min_size=1, max_size=3, unique_by=lambda row: row.id))
    @settings(max_examples=15, deadline=None)
    def check(some):
        everything = Query(table)
        for write, other in ((plain, direct), (direct, plain)):
            with write.transaction() as unit:
                unit.remove(everything)
                unit.add(table, some)
            with write.transaction() as unit:
                unit.replace(table, unit.find(everything))
            with write.transaction(read_only=True) as one, other.transaction(read_only=True) as another:
                assert one.find(everything) == another.find(everything)
                assert one.count(everything) == another.count(everything) == len(some)
                assert list(one.find_columns(everything, columns)) == list(another.find_columns(everything, columns))

    check()


IDS = st.lists(st.sampled_from([f"D{n:02}" for n in range(40)]), max_size=40).map(tuple)


ASKED = st.fixed_dictionaries({"id": IDS, "state": st.sampled_from(["open", "met", ("open", "paused"), ()])})


@pytest.mark.usefixtures("forty_duties")
@given(where=ASKED, limit=st.none() | st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_questions_are_answered_alike(plain, direct, where, limit):
    """Any number of values, none and repeated ones too: they are asked for in powers of two."""
    query = Query(DUTIES, {**where, "owner": None}, order=("due_at", "id"), limit=limit)
    with plain.transaction(read_only=True) as one, direct.transaction(read_only=True) as another:
        assert one.find(query) == another.find(query)
        assert one.count(query) == another.count(query)


@pytest.mark.parametrize("columns", [set(), {"owner"}, {"owner", "next_at"}, set(DUTIES.columns)], ids=len)
def test_of_a_changed_row_only_some_columns_are_written(plain, direct, columns):
    rows = some_duties()[:3]
    other = {"owner": "li", "next_at": START, "term": "2 hours"}
    for storage in (plain, direct):
        with storage.transaction() as unit:
            unit.remove(Query(DUTIES))
            unit.add(DUTIES, rows)
            replace_columns(unit, DUTIES, [evolve(row, **other) for row in rows], columns)
        written = {name: value for name, value in other.items() if name in columns}
        with storage.transaction(read_only=True) as unit:
            assert unit.find(Query(DUTIES)) == [evolve(row, version=2, **written) for row in rows]
        with pytest.raises(lk.ConflictError), storage.transaction() as unit:
            replace_columns(unit, DUTIES, rows, columns)


def some_duties() -> list[Any]:
    states = ("open", "paused", "met")
    return [
        DUTIES.row(id=f"D{n:02}", kind="response", since=START, due_at=START, state=states[n % 3]) for n in range(40)
    ]


def test_commands_leave_the_same_rows(tmp_path, base):
    """One desk is listened to, the other not."""
    kept = []
    kind = "sqlite" if base.startswith("sqlite") else "postgres"
    for listened in (True, False):
        with open_desk(address(kind, tmp_path / str(listened))) as desk:
            if listened:
                event.listen(desk.storage._of, "before_cursor_execute", lambda *_: None)
            team(desk, li="sales_rep")
            desk.capture_all([(lead(n), f"k{n}") for n in range(1, 6)])
            desk.assign("L1", by=BOSS)
            desk.record_all([touch(n, f"L{n}") for n in range(1, 6)])
            desk.amend("L2", {"company.industry": "物流"})
            desk.clock.pass_(days=40)
            desk.tick()
            desk.erase("L3", by=lk.Actor(id="boss", role="director"))
            with desk.storage.transaction(read_only=True) as unit:
                kept.append([(row.id, row.version, row.status, row.points) for row in unit.find(Query(LEADS))])
    assert kept[0] == kept[1]


WRONG = [
    {"due_at": "tomorrow"},
    {"due_at": 3},
    {"kind": "\ud800"},
    {"id": "a\0b"},
    {"provisional": "perhaps"},
    {"version": 2**80},
    {"kind": object()},
]


@pytest.mark.parametrize("values", WRONG, ids=[",".join(values) + str(n) for n, values in enumerate(WRONG)])
def test_a_value_that_no_column_takes_is_an_error_of_the_store(plain, direct, base, values):
    """Whether its type can't write it, or the driver can't send it; PostgreSQL may take what SQLite does not."""
    (row, *_) = some_duties()
    wrong = evolve(row, **values)
    for storage in (plain, direct):
        for use in (
            lambda unit: unit.add(DUTIES, [wrong]),
            lambda unit: unit.add(DUTIES, [row, wrong]),
            lambda unit: unit.replace(DUTIES, [wrong]),
            lambda unit: unit.find(Query(DUTIES, dict(values))),
            lambda unit: unit.count(Query(DUTIES, {name: (value, value) for name, value in values.items()})),
            lambda unit: unit.remove(Query(DUTIES, dict(values))),
        ):
            with suppress(StorageError, lk.ConflictError), storage.transaction() as unit:
                use(unit)
                unit.count(Query(DUTIES))


def test_the_error_of_a_value_says_its_type_and_not_the_value(plain, direct):
    (row, *_) = some_duties()
    said = set()
    for storage in (plain, direct):
        with pytest.raises(StorageError) as refused, storage.transaction() as unit:
            unit.add(DUTIES, [evolve(row, provisional=object(), due_at="tomorrow", lead_id=object())])
        assert "tomorrow" not in str(refused.value)
        said |= {problem.message for problem in refused.value.problems}
    assert len(said) == 1
