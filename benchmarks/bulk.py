"""The long ways of the desk against bare sqlite3 doing their reads and writes, and what they hold in memory.

- rescore: leads with three activities each; once when every score changes, and once more when none does.
- tick: every response breached, two notices a lead.
- Both against bare sqlite3 sending the very statements that they send, in the same transactions, turn by turn, so that
  both meet the same machine; the fastest turn of each.
- due: the first hundred of open duties with random ends, everybody's, an owner's, of a kind, in both databases.
- memory: the peak of a process that does each of it, at a tenth of the leads and at all of them.
- processes: captures and records by one, two and four processes over one PostgreSQL.

Usage: python benchmarks/bulk.py [LEADS]
"""

from __future__ import annotations

import multiprocessing
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from attrs import evolve
from desk import NOW, OWNERS, fresh, postgresql, some_leads, three_activities, timed
from sqlalchemy import event
from sqlalchemy.engine import make_url

import leadkit as lk
from leadkit.store.mapping import new_row, person_row
from leadkit.store.process_rows import DutyRow, NoticeRow
from leadkit.store.tables import ACTIVITIES, DUTIES, LEADS, OUTBOX, PERSONS

COMMANDS = 200
TURNS = 3
DUTIES_OWED = 100_000
Statement = tuple[str, Any, bool]


def scored(address: str, number: int) -> None:
    """Leads with three activities each, straight into the store."""
    leads = some_leads(number)
    with lk.Desk("standard", address) as desk:
        while batch := list(islice(leads, 5_000)):
            with desk.storage.transaction() as unit:
                unit.add(LEADS, [evolve(new_row(lead, NOW), status="valid") for lead in batch])
                unit.add(PERSONS, [person_row(lead) for lead in batch])
                unit.add(ACTIVITIES, [activity for lead in batch for activity in three_activities(lead.id)])


def captured(address: str, number: int) -> None:
    """Leads whose response is owed."""
    with lk.Desk("standard", address, clock=lambda: NOW) as desk:
        for _ in desk.capture_all((lead, None) for lead in some_leads(number)):
            pass
        desk.tick()


def rescore(address: str) -> float:
    with lk.Desk("standard", address, clock=lambda: NOW) as desk:
        return timed(desk.rescore)[0]


def tick(address: str) -> float:
    with lk.Desk("standard", address, clock=lambda: NOW + timedelta(days=1)) as desk:
        return timed(desk.tick)[0]


@contextmanager
def noted() -> Iterator[list[Statement]]:
    """What every engine sends inside, the beginnings and ends of transactions among it."""
    from sqlalchemy import Engine

    sent: list[Statement] = []

    def statement(_: Any, __: Any, sql: str, parameters: Any, ___: Any, many: bool) -> None:
        sent.append((sql, parameters, many))

    def ended(_: Any) -> None:
        sent.append(("COMMIT", (), False))

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", ended)
    yield sent
    event.remove(Engine, "before_cursor_execute", statement)
    event.remove(Engine, "commit", ended)


def alone(address: str, sent: list[Statement]) -> float:
    """Seconds for the statements by themselves."""
    with closing(sqlite3.connect(make_url(address).database or "", isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        started = time.perf_counter()
        for sql, parameters, many in sent:
            if sql == "COMMIT" and not connection.in_transaction:
                continue
            cursor = (connection.executemany if many else connection.execute)(sql, parameters)
            if cursor.description is not None:
                cursor.fetchall()
        return time.perf_counter() - started


def against_sqlite3(folder: Path, number: int) -> None:
    for name, fill, works in (
        ("rescore", scored, (("all change", rescore), ("none changes", rescore))),
        ("tick", captured, (("all breached", tick),)),
    ):
        filled, noting = fresh(folder, name), fresh(folder, f"{name}-noting")
        fill(filled, number)
        _copy(filled, noting)
        sent = [_sent_by(work, noting) for _, work in works]
        seconds = [_turn(folder / f"{name}-{turn}", filled, works, sent) for turn in range(TURNS)]
        for place, (what, _) in enumerate(works):
            ours, floor = (min(turn[place][which] for turn in seconds) for which in (0, 1))
            print(f"  {name:<9}{what:<14}{ours:7.2f} s  {number / ours:8,.0f} leads/s  {ours / floor:5.2f} x sqlite3")


def _sent_by(work: Callable[[str], float], address: str) -> list[Statement]:
    with noted() as sent:
        work(address)
    return sent


def _turn(
    folder: Path, filled: str, works: Sequence[tuple[str, Callable[[str], float]]], sent: Sequence[list[Statement]]
) -> list[tuple[float, float]]:
    """The seconds of each piece of work and of its statements alone, one after the other on equal stores."""
    folder.mkdir()
    ours, bare = fresh(folder, "ours"), fresh(folder, "bare")
    for address in (ours, bare):
        _copy(filled, address)
    return [(work(ours), alone(bare, statements)) for (_, work), statements in zip(works, sent, strict=True)]


def _copy(address: str, other: str) -> None:
    files = [make_url(each).database or "" for each in (address, other)]
    with closing(sqlite3.connect(files[0])) as of, closing(sqlite3.connect(files[1])) as to:
        of.backup(to)


def owed(address: str, number: int) -> None:
    """Open duties with random ends."""
    random = Random(1)
    with lk.Desk("standard", address) as desk:
        for start in range(0, number, 10_000):
            rows = [
                DutyRow(
                    id=f"D{n}",
                    kind=("response", "follow_up")[n % 2],
                    owner=OWNERS[n % 5],
                    since=NOW,
                    due_at=NOW + timedelta(seconds=random.randrange(10**6)),
                )
                for n in range(start, start + 10_000)
            ]
            with desk.storage.transaction() as unit:
                unit.add(DUTIES, rows)


def due(kind: str, address: str) -> None:
    owed(address, DUTIES_OWED)
    with lk.Desk("standard", address) as desk:
        asked: tuple[tuple[str, Callable[[], Any]], ...] = (
            ("everybody's", desk.due),
            ("an owner's", lambda: desk.due(owner="li")),
            ("of a kind", lambda: desk.due(kind="response")),
            ("of a kind that none has", lambda: desk.due(kind="handover")),
        )
        for name, ask in asked:
            fastest = min(timed(ask)[0] for _ in range(20))
            print(f"  due {kind:<11}{name:<25}{fastest * 1000:6.2f} ms of {DUTIES_OWED:,} open ones")


def capture_all(address: str, number: int) -> None:
    with lk.Desk("standard", address) as desk:
        desk.capture_all((lead, None) for lead in some_leads(number))


def record_all(address: str, number: int) -> None:
    kept = ((f"a{n}", f"L{n:06}") for n in range(number))
    with lk.Desk("standard", address) as desk:
        desk.record_all(lk.Activity(id=key, lead_id=lead, kind="reply", occurred_at=NOW) for key, lead in kept)


def pending(address: str, number: int) -> None:
    """As many notices that nobody was told of."""
    with lk.Desk("standard", address) as desk:
        for start in range(0, number, 10_000):
            rows = [
                NoticeRow(id=f"N{n}", kind="response_breached", at=NOW, lead_id=f"L{n:06}", recipient="li", next_at=NOW)
                for n in range(start, min(start + 10_000, number))
            ]
            with desk.storage.transaction() as unit:
                unit.add(OUTBOX, rows)


class Silent:
    """A notifier that tells nobody."""

    @lk.hookimpl
    def leadkit_notify(self, notice: lk.Notice) -> None: ...


def deliver(address: str, number: int) -> None:
    with lk.Desk("standard", address, plugins=[Silent()], clock=lambda: NOW) as desk:
        desk.deliver(limit=number)


def review(address: str, _: int) -> None:
    with lk.Desk("standard", address, clock=lambda: NOW) as desk:
        desk.review("2023-Q3")


MEMORY: dict[str, tuple[Callable[[str, int], Any], Callable[[str, int], Any]]] = {
    "capture_all": (lambda *_: None, capture_all),
    "record_all": (scored, record_all),
    "rescore": (scored, lambda address, _: rescore(address)),
    "tick": (captured, lambda address, _: tick(address)),
    "deliver": (pending, deliver),
    "review": (scored, review),
}


def memory(folder: Path, number: int) -> None:
    """The peak of one process for each, filled by another."""
    spawn = multiprocessing.get_context("spawn")
    for name in MEMORY:
        peaks = []
        for leads in (number // 10, number):
            address = fresh(folder, f"memory-{name}-{leads}")
            with spawn.Pool(1) as pool:
                pool.apply(MEMORY[name][0], (address, leads)) if name != "capture_all" else None
            with spawn.Pool(1) as pool:
                peaks.append(pool.apply(peak, (name, address, leads)))
        print(f"  memory {name:<12}{peaks[0]:5.0f} MiB at {number // 10:,}, {peaks[1]:5.0f} MiB at {number:,} leads")


def peak(name: str, address: str, number: int) -> float:
    """The most that this process held, in MiB; what `getrusage` says counts what its parent held before it began."""
    MEMORY[name][1](address, number)
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return float(status.partition("VmHWM:")[2].split()[0]) / 1024


def processes(database: Callable[[str], str]) -> None:
    """Captures and records a second, all processes together."""
    spawn = multiprocessing.get_context("spawn")
    alone_rate = 0.0
    for number in (1, 2, 4):
        address = database(f"processes_{number}")
        with spawn.Pool(number) as pool:
            pool.map(partial(commands, address, 20), range(number, 2 * number), chunksize=1)
            seconds, _ = timed(partial(pool.map, partial(commands, address, COMMANDS), range(number), chunksize=1))
        rate = 2 * COMMANDS * number / seconds
        alone_rate = alone_rate or rate
        print(f"  {number} processes, PostgreSQL {rate:8,.0f} commands/s  {rate / alone_rate:5.2f} x one")


def commands(address: str, number: int, process: int) -> None:
    """Captures and records of leads of this process's own."""
    with lk.Desk("standard", address) as desk:
        for lead in islice(some_leads(1_000 * (process + 1)), 1_000 * process, 1_000 * process + number):
            desk.capture(lead)
            desk.record(lk.Activity(id=f"a{lead.id}", lead_id=lead.id, kind="reply", occurred_at=NOW))


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"bulk: {number:,} leads")
        against_sqlite3(folder, number)
        memory(folder, number)
        due("sqlite", fresh(folder, "due"))
        with postgresql(folder) as database:
            due("postgresql", database("due"))
            processes(database)


if __name__ == "__main__":
    main()
