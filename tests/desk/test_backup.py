"""A backup is the store at one moment, and restores to the same rows, whatever either store is."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from typing import Any

import pytest

import leadkit as lk
from leadkit.adapters.backup import backup, check, restore
from leadkit.errors import StorageError
from leadkit.store.memory import MemoryStorage
from leadkit.store.protocol import Query
from leadkit.store.tables import JOURNAL, TABLES
from tests.desk.desks import ACTORS, BOSS, START, lead, open_desk, team, touch
from tests.desk.kills import standard
from tests.desk.stores import opener

pytestmark = pytest.mark.xdist_group("stores")
KINDS = ("memory", "sqlite", "postgres")


def rows_of(storage: Any) -> dict[str, list[Any]]:
    with storage.transaction(read_only=True) as unit:
        return {table.name: [table.to_json(row) for row in unit.find(Query(table))] for table in TABLES}


def used(storage: Any) -> None:
    """A store with something of everything."""
    desk = open_desk(storage)
    team(desk, li="sales_rep", bo="senior_rep")
    desk.capture_all([(lead(number), f"k{number}") for number in range(1, 40)])
    desk.record(touch(1, "L1"))
    desk.amend("L2", {"company.region": "北京"}, by=BOSS, reason="😀")
    desk.erase("L3", by=ACTORS["director"])
    desk.deliver()


@pytest.fixture
def stores(tmp_path) -> Iterator[Any]:
    opened: list[Any] = []

    def new(kind: str) -> Any:
        folder = tmp_path / f"{len(opened)}"
        folder.mkdir()
        opened.append(opener(kind, folder)())
        return opened[-1]

    yield new
    for storage in opened:
        storage.close()


@pytest.mark.parametrize("there", KINDS)
@pytest.mark.parametrize("here", KINDS)
def test_from_any_store_to_any_other(stores, tmp_path, here, there):
    first, second = stores(here), stores(there)
    used(first)
    written = backup(first, tmp_path / "b.gz")
    assert stat.S_IMODE((tmp_path / "b.gz").stat().st_mode) == 0o600
    assert restore(second, tmp_path / "b.gz") == written == check(tmp_path / "b.gz")
    assert written.rows == {name: len(rows) for name, rows in rows_of(first).items()}
    assert rows_of(second) == rows_of(first)
    last = max(row["seq"] for row in rows_of(first)["journal"])
    lk.Desk(standard(), second).capture(lead(99))
    with second.transaction(read_only=True) as unit:
        assert max(row.seq for row in unit.find(Query(JOURNAL))) == last + 1


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_under_running_writers_it_is_the_store_at_one_moment(kind, tmp_path):
    """Each command writes a lead, its journal line and its notice together: a backup has all three, or none."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    again = opener(kind, tmp_path / "a")
    stop, written = threading.Event(), []

    def write(first: int) -> None:
        with closing(again()) as storage:
            desk, number = lk.Desk(standard(), storage, clock=lambda: START), first
            while not stop.is_set():
                desk.capture(lead(number))
                written.append(number)
                number += 3

    writers = [threading.Thread(target=write, args=(first,)) for first in range(3)]
    for writer in writers:
        writer.start()
    try:
        with closing(again()) as storage:
            for number in range(4):
                before = len(written)
                while len(written) < before + 15:
                    time.sleep(0.01)
                found = backup(storage, tmp_path / f"{number}.gz")
                assert found.rows["leads"] == found.rows["persons"] == found.rows["journal"] >= before
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    with closing(opener(kind, tmp_path / "b")()) as other:
        restore(other, tmp_path / "3.gz")
        rows = rows_of(other)
        assert {row["id"] for row in rows["leads"]} == {row["lead_id"] for row in rows["journal"]}
        assert len(open_desk(other).queue(limit=10_000)) == len(rows["leads"])


class TestRefused:
    """What can't be restored is named, and nothing of it is stored."""

    @pytest.fixture
    def file(self, stores, tmp_path):
        storage = stores("memory")
        used(storage)
        backup(storage, tmp_path / "b.gz")
        return tmp_path / "b.gz"

    def refused(self, storage: Any, file: Any, *words: str) -> None:
        before = rows_of(storage)
        with pytest.raises(StorageError) as caught:
            restore(storage, file)
        assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)
        assert rows_of(storage) == before

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_store_that_is_not_empty(self, file, stores, kind):
        storage = stores(kind)
        team(open_desk(storage), li="sales_rep")
        self.refused(storage, file, "the store is not empty: ", "members")

    def test_another_schema(self, file, stores):
        lines = gzip.decompress(file.read_bytes()).decode().splitlines()
        head = {**json.loads(lines[0]), "schema": "0003"}
        end = json.loads(lines[-1])
        body = "".join(f"{line}\n" for line in [json.dumps(head), *lines[1:-1]]).encode()
        end["sha256"] = hashlib.sha256(body).hexdigest()
        file.write_bytes(gzip.compress(body + json.dumps(end).encode() + b"\n"))
        self.refused(stores("memory"), file, "is of schema 0003")

    @pytest.mark.parametrize("share", [0, 1, 10, 50, 90, 99])
    def test_a_file_that_was_cut_off(self, file, stores, share):
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) * share // 100])
        self.refused(stores("sqlite"), file, "is damaged")

    def test_a_file_of_which_a_line_is_missing_or_changed(self, file, stores):
        lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
        for wrong in (lines[:5] + lines[6:], lines[:-1], [*lines, lines[-1]], [lines[0], *lines], lines[::-1]):
            file.write_bytes(gzip.compress(b"".join(wrong)))
            self.refused(stores("memory"), file, "is damaged")
        file.write_bytes(gzip.compress(b"".join(lines).replace("北京".encode(), "上海".encode())))
        self.refused(stores("memory"), file, "is damaged")

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x1f\x8b", b"{}\n", b"[1]\n", b'"x"\n', b"null\n"])
    def test_what_is_no_backup(self, stores, tmp_path, content):
        for name, written in (("plain", content), ("packed", gzip.compress(content))):
            (tmp_path / name).write_bytes(written)
            self.refused(stores("memory"), tmp_path / name, "is damaged, or no backup of leadkit")

    def test_a_file_that_is_there_is_left_alone(self, file):
        before = file.read_bytes()
        with pytest.raises(StorageError, match="is there already"):
            backup(MemoryStorage(), file)
        assert file.read_bytes() == before
        backup(MemoryStorage(), file, replace=True)
        assert sum(check(file).rows.values()) == 0

    def test_a_restore_that_is_interrupted_leaves_nothing(self, file, stores):
        class Interrupted:
            """A store whose restoring ends after some tables."""

            @contextmanager
            def transaction(self, **how: Any) -> Iterator[Any]:
                with storage.transaction(**how) as unit:
                    write, calls = unit.restore, count()

                    def restore(table: Any, rows: Any) -> None:
                        write(table, rows)
                        if next(calls) == 4:
                            raise KeyboardInterrupt

                    unit.restore = restore
                    yield unit

        storage = stores("sqlite")
        with pytest.raises(KeyboardInterrupt):
            restore(Interrupted(), file)
        assert not any(rows_of(storage).values())


def test_an_interrupted_backup_leaves_no_file(tmp_path):
    (tmp_path / "s").mkdir()
    with closing(opener("sqlite", tmp_path / "s")()) as storage:
        open_desk(storage).capture_all([(lead(number), None) for number in range(400)])
    url = f"sqlite:///{tmp_path / 's' / 'leads.db'}"
    command = [sys.executable, "-m", "leadkit", "backup", str(tmp_path / "b.gz"), "--db", url]
    for pause in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=dict(os.environ))
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if (tmp_path / "b.gz").exists():
            assert check(tmp_path / "b.gz").rows["leads"] == 400
            (tmp_path / "b.gz").unlink()
