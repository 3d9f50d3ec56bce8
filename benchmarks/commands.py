"""Single commands, one transaction each, against the bare driver sending the very statements that they send.

Each command runs three times over equal stores: once while its statements are noted, once timed, and once as those
statements alone, in the same transactions, by sqlite3 and by psycopg; the last two turn by turn, so that both meet the
same machine. What the desk decides, and what SQLAlchemy adds, is in its figure and not in theirs. SQLite syncs every
commit to the disk (synchronous FULL), in both.

Usage: python benchmarks/commands.py [COMMANDS]
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from attrs import Factory, define
from desk import NOW, fresh, postgresql, some_leads
from sqlalchemy import event
from sqlalchemy.engine import make_url

import leadkit as lk

LI = lk.Actor(id="li", role="sales_rep")
BOSS = lk.Actor(id="boss", role="supervisor")
Statement = tuple[str, Any, bool]
Give = Callable[[lk.Desk, int], Any]


@define
class Noted:
    """The statements of one command, by transaction."""

    transactions: list[list[Statement]] = Factory(list)

    def begin(self, *_: Any) -> None:
        self.transactions.append([])

    def statement(self, _: Any, __: Any, sql: str, parameters: Any, ___: Any, many: bool) -> None:
        if not sql.startswith(("BEGIN", "PRAGMA")):
            self.transactions[-1].append((sql, parameters, many))


def kinds(number: int) -> Iterator[tuple[str, Give]]:
    """The commands that are given, each with what gives the n-th of its kind."""
    leads = list(some_leads(number))
    follow_ups = [
        lk.Activity(id=f"a{n}", lead_id=lead.id, kind="reply", occurred_at=NOW, content="询问预算")
        for n, lead in enumerate(leads)
    ]
    yield "capture", lambda desk, n: desk.capture(leads[n], key=leads[n].id)
    yield "record", lambda desk, n: desk.record(follow_ups[n])
    yield "screen", lambda desk, n: desk.screen(leads[n].id, by=BOSS)
    yield "assign", lambda desk, n: desk.assign(leads[n].id, by=BOSS)


def opened(address: str) -> lk.Desk:
    desk = lk.Desk("standard", address, clock=lambda: NOW)
    for member in (lk.Member(id="li", role="sales_rep"), lk.Member(id="boss", role="supervisor", capacity=0)):
        desk.enrol(member)
    return desk


def noted(address: str, number: int) -> dict[str, list[Noted]]:
    """What each command sends, by kind."""
    sent: dict[str, list[Noted]] = {}
    with opened(address) as desk:
        engine: Any = desk.storage._of  # type: ignore[attr-defined]  # noqa: SLF001
        for kind, give in kinds(number):
            sent[kind] = [notes_of(engine, partial(give, desk, n)) for n in range(number)]
    return sent


def notes_of(engine: Any, give: Callable[[], Any]) -> Noted:
    notes = Noted()
    event.listen(engine, "begin", notes.begin)
    event.listen(engine, "before_cursor_execute", notes.statement)
    give()
    event.remove(engine, "begin", notes.begin)
    event.remove(engine, "before_cursor_execute", notes.statement)
    return notes


def alone(connection: Any, begin: Callable[[], Any], notes: Noted) -> None:
    """The statements of one command by themselves."""
    for statements in notes.transactions:
        begin()
        cursor = connection.cursor()
        for sql, parameters, many in statements:
            (cursor.executemany if many else cursor.execute)(sql, parameters)
            if cursor.description is not None:
                cursor.fetchall()
        connection.commit()


def seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def by_sqlite3(address: str) -> tuple[Any, Callable[[], Any]]:
    connection = sqlite3.connect(make_url(address).database or "", isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    return connection, partial(connection.execute, "BEGIN IMMEDIATE")


def by_psycopg(address: str) -> tuple[Any, Callable[[], Any]]:
    connection = psycopg.connect(make_url(address).set(drivername="postgresql").render_as_string(hide_password=False))
    return connection, lambda: None


def compare(name: str, database: Callable[[str], str], bare: Callable[[str], Any], number: int) -> None:
    """Each command and its statements alone, turn by turn, so that both meet the same machine; the median of each."""
    sent = noted(database(f"noted_{name}"), number)
    address = database(f"alone_{name}")
    opened(address).close()
    connection, begin = bare(address)
    with closing(connection), opened(database(f"timed_{name}")) as desk:
        for kind, give in kinds(number):
            pairs = [
                (seconds(partial(give, desk, n)), seconds(partial(alone, connection, begin, notes)))
                for n, notes in enumerate(sent[kind])
            ]
            ours, floor = (median(each) for each in zip(*pairs, strict=True))
            statements = sum(len(part) for notes in sent[kind] for part in notes.transactions) / number
            print(
                f"  {name:<11}{kind:<9}{1 / ours:7,.0f}/s  {ours * 1000:5.2f} ms  {ours / floor:5.2f} x"
                f" {bare.__name__.removeprefix('by_')} ({statements:.0f} statements, {floor * 1000:.2f} ms)"
            )


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print(f"{number} commands of each kind, one transaction each")
    with tempfile.TemporaryDirectory() as name, postgresql(Path(name)) as database:
        compare("sqlite", partial(fresh, Path(name)), by_sqlite3, number)
        compare("postgresql", database, by_psycopg, number)


if __name__ == "__main__":
    main()
