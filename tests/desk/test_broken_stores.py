"""Stores that can't be read or written: each says what to do, nothing is stored, and after the repair all goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from traceback import format_exception
from typing import Any

import pytest
from sqlalchemy import create_engine, event

import leadkit as lk
from leadkit.store.process_rows import MemberRow
from leadkit.store.protocol import Query
from leadkit.store.tables import MEMBERS
from tests.desk.desks import BOSS, START, lead, touch
from tests.desk.kills import dump, standard
from tests.desk.stores import own_postgres_server, postgres_database, postgres_server, sqlite_file

pytestmark = pytest.mark.xdist_group("stores")
QUICK = "?timeout=0.05"
NAME, PHONE = "李雷", "13812345678"
PRIVATE = f"{NAME} {PHONE} 采购设备"
COMMANDS: dict[str, Callable[[lk.Desk], object]] = {
    "capture": lambda desk: desk.capture(lead(2, contact={"name": NAME}), key="k-2"),
    "record": lambda desk: desk.record(touch(2, content=PRIVATE)),
    "amend": lambda desk: desk.amend("L1", {"contact.phone": PHONE}, reason=PRIVATE, key="k-3"),
    "assign": lambda desk: desk.assign("L1", "li", by=BOSS, reason=PRIVATE, key="k-4"),
    "erase": lambda desk: desk.erase("L1"),
}


def opened(url: str) -> lk.Desk:
    return lk.Desk(standard(), url, clock=lambda: START)


@pytest.fixture
def file(tmp_path) -> Path:
    """An SQLite file with a team and a lead."""
    with opened(sqlite_file(tmp_path)) as desk:
        desk.enrol(lk.Member(id="li", role="sales_rep"), by=BOSS)
        desk.capture(lead(1))
    return tmp_path / "leads.db"


@contextmanager
def told(*words: str) -> Iterator[None]:
    """Expect an error of the store that says `words`, has a hint, and names nobody."""
    with pytest.raises(lk.errors.StorageError) as caught:
        yield
    said = str(caught.value)
    assert [word for word in words if word not in said] == [], said
    assert all(problem.hint for problem in caught.value.problems)
    whole = repr(caught.value) + "".join(format_exception(caught.value))
    assert [part for part in (*PRIVATE.split(), "王1", "138001") if part in whole] == []


@pytest.mark.parametrize("command", COMMANDS)
class TestEveryCommand:
    """A command that raises has stored nothing; the same command succeeds after the repair."""

    def refused(self, url: str, file: Path, command: str, *words: str) -> None:
        before = dump(f"sqlite:///{file}")
        with opened(url) as desk, told("leads.db", *words):
            COMMANDS[command](desk)
        assert dump(f"sqlite:///{file}") == before

    def succeeds(self, file: Path, command: str) -> None:
        before = dump(f"sqlite:///{file}")
        with opened(f"sqlite:///{file}") as desk:
            COMMANDS[command](desk)
        assert dump(f"sqlite:///{file}") != before

    def test_read_only(self, file, command):
        self.refused(f"sqlite:///file:{file}?mode=ro&uri=true", file, command, "is read only", "rights")
        self.succeeds(file, command)

    def test_locked_for_longer_than_one_waits(self, file, command):
        with closing(sqlite3.connect(file)) as other:
            other.execute("BEGIN IMMEDIATE")
            self.refused(f"sqlite:///{file}{QUICK}", file, command, "is locked by another program", "try again")
        self.succeeds(file, command)

    def test_full(self, file, command):
        engine = create_engine(f"sqlite:///{file}")

        @event.listens_for(engine, "connect")
        def no_page_more(connection, _):
            connection.execute("PRAGMA max_page_count = 1")

        before = dump(f"sqlite:///{file}")
        desk = lk.Desk(standard(), engine, clock=lambda: START)
        with told("leads.db", "is full", "free space"):
            for number in range(10, 400):
                desk.record(touch(number, kind="note", content=PRIVATE * 50))
                before = dump(f"sqlite:///{file}")
        assert dump(f"sqlite:///{file}") == before
        engine.dispose()
        self.succeeds(file, command)

    def test_damaged(self, file, command):
        whole = file.read_bytes()
        file.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
        with told("leads.db", "is damaged", "backup"), opened(f"sqlite:///{file}") as desk:
            COMMANDS[command](desk)
        file.write_bytes(whole)
        self.succeeds(file, command)


class TestOpening:
    """What can't be opened is refused at once, and nothing is created."""

    def test_no_database(self, tmp_path):
        file = tmp_path / "leads.db"
        file.write_text("Not a database.\n" * 100)
        with told("leads.db", "is not an SQLite database", "address"):
            opened(f"sqlite:///{file}")
        assert file.read_text() == "Not a database.\n" * 100

    def test_a_folder(self, tmp_path):
        with told(tmp_path.name, "can't be opened", "folder"):
            opened(f"sqlite:///{tmp_path}")

    @pytest.mark.parametrize("address", ["sqlite:///{}/leads.db", "sqlite:///file:{}/leads.db?uri=true"])
    def test_nothing_there(self, tmp_path, address):
        with told("has no leadkit schema", "leadkit migrate --db"):
            opened(address.format(tmp_path))
        assert list(tmp_path.iterdir()) == []

    def test_no_folder(self, tmp_path):
        with told("leads.db", "can't be opened", "folder"):
            lk.migrate(f"sqlite:///{tmp_path / 'nowhere' / 'leads.db'}")

    @pytest.mark.parametrize(
        "address", ["", "leads.db", "mysql://h/d", "sqlite://li:secret@/x.db", "sqlite://x.db", "::"]
    )
    def test_no_address(self, address):
        with pytest.raises(lk.errors.StorageError) as caught:
            opened(address)
        assert "secret" not in str(caught.value)
        assert caught.value.problems[0].hint

    def test_no_server(self):
        with told("leads", "can't be reached", "check the address"):
            opened("postgresql://li:secret@127.0.0.1:9/leads?connect_timeout=2")

    def test_no_such_database(self):
        with told("nowhere", "does not exist", "create it"):
            opened(postgres_server().get_uri("nowhere"))

    def test_a_password_in_the_address_is_not_told(self):
        url = postgres_server().get_uri()
        for address in (url.replace("postgres:@", "postgres:secret@"), f"{url}&password=secret"):
            with pytest.raises(lk.errors.StorageError, match="has no leadkit schema") as caught:
                opened(address)
            assert "secret" not in str(caught.value)


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with own_postgres_server() as server:
        lk.migrate(server.get_uri())
        yield server


class TestServerStopped:
    """A server that is stopped in the middle loses nothing that was acknowledged."""

    def test_a_transaction_that_it_interrupts_is_undone(self, server):
        before = dump(server.get_uri())
        with opened(server.get_uri()) as desk:
            with told("postgres", "can't be reached"), desk.storage.transaction() as unit:
                unit.add(MEMBERS, [MemberRow(id="x", role="sales_rep")])
                unit.count(Query(MEMBERS))
                server.stop()
                unit.count(Query(MEMBERS))
            server.ensure_postgres_running()
            assert dump(server.get_uri()) == before
            desk.enrol(lk.Member(id="x", role="sales_rep"), by=BOSS)

    def test_commands_fail_while_it_is_away_and_go_on_when_it_is_back(self, server):
        with opened(server.get_uri()) as desk:
            desk.enrol(lk.Member(id="li", role="sales_rep"), by=BOSS)
            desk.capture(lead(1))
            before = dump(server.get_uri())
            server.stop()
            for command in COMMANDS.values():
                with told("postgres", "can't be reached", "check"):
                    command(desk)
            server.ensure_postgres_running()
            assert dump(server.get_uri()) == before
            for command in COMMANDS.values():
                command(desk)


class TestOddRecords:
    """One that is refused stops no other: what no store and no calendar can hold is a CommandError of its own."""

    @pytest.mark.parametrize("when", ["0001-01-01T00:00+08:00", "9999-12-31T23:59-08:00", "1900-12-31T00:00Z"])
    def test_an_odd_date_is_refused_alone(self, when):
        at = datetime.fromisoformat(when)
        with lk.Desk(standard(), "memory:", clock=lambda: START) as desk:
            good, bad = desk.capture_all([(lead(1), None), (lead(2, received_at=at), None)])
            assert isinstance(good, lk.Receipt)
            assert "1901 to 2998" in str(bad)
            kept, bad = desk.record_all([touch(1), touch(2, occurred_at=at)])
            assert isinstance(kept, lk.Receipt)
            assert "1901 to 2998" in str(bad)

    def test_what_a_database_can_not_search_by_is_told(self):
        with opened(postgres_database()) as desk, told("can't find rows", "shorten it"):
            desk.capture(lead(1, owner="".join(map(chr, range(0x4E00, 0x9000)))))
