"""Processes that are killed at any moment and at every line, and many that write at once."""

from __future__ import annotations

import random
import signal
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

import leadkit as lk
from leadkit.adapters.sql.schema import PREFIX
from leadkit.store.tables import TABLES
from leadkit.testing.storage.process_checks import locked_writers, versioned_writers
from tests.desk.desks import START, lead, touch
from tests.desk.kills import (
    Dump,
    ForkServer,
    Teller,
    belonging,
    connected,
    dump,
    killable,
    opened,
    prepare,
    send_key,
    tell,
    work_on,
    write,
)  # fmt: skip
from tests.desk.stores import address, folder_in_memory, opener

pytestmark = [
    pytest.mark.xdist_group("faults"),
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system can't kill a process at once"),
]
FEW, MANY = 60, 500
SOME = {"sqlite": 60, "postgres": 20}
"""At so many lines the quick run kills, at others each time; the heavy one at every line."""


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    server = ForkServer()
    yield server
    server.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    with folder_in_memory() as folder:
        yield folder


class Copies:
    """One database with a team and a lead in it, set back to that as often as it is asked for."""

    def __init__(self, kind: str, folder: Path, steps: int) -> None:
        self.url = address(kind, folder)
        with opened(self.url) as desk:
            prepare(desk)
        with killable(self.url) as run:
            list(islice(run(), steps))
        self._tables = [PREFIX + table.name for table in TABLES]
        self._do(f"CREATE TABLE kept_{name} AS SELECT * FROM {name}" for name in self._tables)

    def _do(self, statements: Iterable[str]) -> None:
        with connected(self.url) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def new(self) -> str:
        self._do(f"DELETE FROM {name}" for name in self._tables)
        self._do(f"INSERT INTO {name} SELECT * FROM kept_{name}" for name in self._tables)
        return self.url


def states(url: str) -> list[Dump]:
    """What a store keeps before the commands of a writer, and after each of them."""
    found = [dump(url)]
    with killable(url) as run:
        found += [dump(url) for _ in run()]
    return found


def some(lines: int, kills: int | None) -> Iterable[int]:
    """So many of the lines, evenly spread, at random from the first; all of them where no number is given."""
    assert lines > 200
    step = lines // kills if kills else 1
    return range(1 + random.randrange(step), lines + 1, step)


def pending(url: str) -> set[str]:
    with connected(url) as connection:
        found = connection.execute(f"SELECT id FROM {PREFIX}outbox WHERE state = 'pending'").fetchall()
    return {row for (row,) in found}


class TestKilledAtAnyMoment:
    """An acknowledged write is there exactly once after kill -9; what was not acknowledged, whole or not at all."""

    def kill(self, server: ForkServer, url: str, kills: int, seed: int) -> None:
        draw = random.Random(seed)
        nothing, captured, recorded = self.parts(url)
        first = done = 10
        for _ in range(kills):
            ended = server.run(work_on, url, first, after=draw.uniform(0.005, 0.12))
            assert ended.status == -signal.SIGKILL, seed
            acknowledged = Counter(said.partition(":")[0] for said in ended.said)
            last = first + acknowledged["captured"] - 1
            done = first + acknowledged["recorded"] - 1
            for number in range(first, done + 1):
                assert belonging(url, f"L{number}") == recorded, (seed, number)
            if last > done:
                assert belonging(url, f"L{last}") in (captured, recorded), (seed, last)
            elif last >= first:
                assert belonging(url, f"L{last + 1}") in (nothing, captured), (seed, last + 1)
            else:
                assert belonging(url, f"L{first}") in (nothing, captured, recorded), (seed, first)
            first = done + 1
        self.nothing_is_there_twice(url, first)

    def parts(self, url: str) -> list[dict[str, int]]:
        """What belongs to a lead before it is captured, after that, and after its touch."""
        with opened(url) as desk:
            found = [belonging(url, "L9")]
            desk.capture(lead(9), key="capture-9")
            found.append(belonging(url, "L9"))
            desk.record(touch(9, "L9"))
            return [*found, belonging(url, "L9")]

    def nothing_is_there_twice(self, url: str, first: int) -> None:
        with opened(url) as desk:
            desk.capture(lead(first), key=f"capture-{first}")
            desk.record(touch(first, f"L{first}"))
            ids = sorted(int(one.id[1:]) for one in desk.queue(limit=100_000))
        assert ids == list(range(9, first + 1))

    @pytest.mark.parametrize("kind", ["sqlite", "postgres"])
    def test_some_kills(self, server, kind, folder):
        self.kill(server, address(kind, folder), FEW // 2, seed=random.randrange(2**32))

    @pytest.mark.heavy
    @pytest.mark.parametrize("kind", ["sqlite", "postgres"])
    def test_many_kills(self, server, kind, folder):
        self.kill(server, address(kind, folder), MANY, seed=random.randrange(2**32))


class TestWriterKilledAtALine:
    """An acknowledged write is there exactly once after kill -9 at any line."""

    def kill(self, server: ForkServer, kind: str, folder: Path, kills: int | None) -> None:
        copies = Copies(kind, folder, steps=0)
        expected = states(copies.new())
        server.warm(write, copies.new(), None)
        lines = int(server.run(write, copies.new(), None).said[-1].removeprefix("lines:"))
        for line in some(lines, kills):
            url = copies.new()
            ended = server.run(write, url, line)
            assert ended.status == -signal.SIGKILL, (line, ended)
            acknowledged = sum(said.startswith("done:") for said in ended.said)
            assert dump(url) in expected[acknowledged : acknowledged + 2], (line, ended)
            self.goes_on(url)
            assert dump(url) == expected[-1], (line, ended)

    def goes_on(self, url: str) -> None:
        with killable(url) as run:
            assert list(run()) == [0, 1, 2]

    @pytest.mark.parametrize("kind", ["sqlite", "postgres"])
    def test_at_some_lines(self, server, kind, folder):
        self.kill(server, kind, folder, SOME[kind])

    @pytest.mark.heavy
    @pytest.mark.parametrize("kind", ["sqlite", "postgres"])
    def test_at_every_line(self, server, kind, folder):
        self.kill(server, kind, folder, None)


class TestDelivererKilledAtALine:
    """A notice is delivered at least once under one id, and never noted as told without having been told."""

    def kill(self, server: ForkServer, kind: str, folder: Path, kills: int | None) -> None:
        copies = Copies(kind, folder, steps=3)
        server.warm(tell, copies.new(), None)
        lines = int(server.run(tell, copies.new(), None).said[-1].removeprefix("lines:"))
        for line in some(lines, kills):
            url = copies.new()
            due = pending(url)
            ended = server.run(tell, url, line)
            assert ended.status == -signal.SIGKILL, (line, ended)
            told = [said for said in ended.said if not said.startswith("lines:")]
            self.nothing_is_noted_that_was_not_told(url, told)
            told += self.delivered_later(url)
            wanted = {f"{name}:{notice}" for name in ("one", "two") for notice in due}
            assert set(told) == wanted, line
            assert max(Counter(told).values()) <= 2, line
            assert not pending(url), line

    def nothing_is_noted_that_was_not_told(self, url: str, told: list[str]) -> None:
        with connected(url) as connection:
            noted = connection.execute(f"SELECT plugin, notice_id FROM {PREFIX}deliveries WHERE state = 'delivered'")
            delivered = {f"{plugin}:{notice}" for plugin, notice in noted.fetchall()}
            outbox = connection.execute(f"SELECT id, state FROM {PREFIX}outbox").fetchall()
        assert delivered <= set(told)
        for notice, state in outbox:
            assert state == "pending" or {f"one:{notice}", f"two:{notice}"} <= delivered

    def delivered_later(self, url: str) -> list[str]:
        told: list[str] = []
        after = START + lk.Retries().lease + timedelta(seconds=1)
        plugins = [Teller(name, told.append) for name in ("one", "two")]
        with opened(url, clock=lambda: after, plugins=plugins) as desk:
            desk.deliver()
        return told

    @pytest.mark.parametrize("kind", ["sqlite", "postgres"])
    def test_at_some_lines(self, server, kind, folder):
        self.kill(server, kind, folder, SOME[kind])

    @pytest.mark.heavy
    @pytest.mark.parametrize("kind", ["sqlite", "postgres"])
    def test_at_every_line(self, server, kind, folder):
        self.kill(server, kind, folder, None)


class TestManyWriters:
    """Concurrent writers lose nothing."""

    @pytest.mark.parametrize("kind", ["sqlite", "postgres"])
    @pytest.mark.parametrize("times", [25, pytest.param(250, marks=pytest.mark.heavy)])
    def test_eight_processes_that_lock_count_right(self, kind, times, folder):
        locked_writers(opener(kind, folder), 8, times)

    @pytest.mark.heavy
    @pytest.mark.parametrize("kind", ["sqlite", "postgres"])
    def test_eight_processes_that_begin_anew_count_right(self, kind, folder):
        versioned_writers(opener(kind, folder), 8, 250)

    @pytest.mark.parametrize("kind", ["sqlite", "postgres"])
    def test_a_key_sent_a_thousand_times_by_two_processes_has_one_effect(self, kind, folder):
        url, other = address(kind, folder), address(kind, folder / "other")
        servers = [ForkServer(), ForkServer()]
        with ThreadPoolExecutor(2) as both:
            ended = list(both.map(lambda server: server.run(send_key, url, 500), servers))
        for server in servers:
            server.close()
        assert [(one.said, one.status) for one in ended] == [(["captured:1"], 0)] * 2
        with opened(other) as desk:
            desk.capture(lead(5), key="the key")
        assert {name: len(rows) for name, rows in dump(url).items()} == {
            name: len(rows) for name, rows in dump(other).items()
        }
