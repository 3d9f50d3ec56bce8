"""Processes that are killed: a fork server of one thread, so that a kill costs some milliseconds, and what they do."""

from __future__ import annotations

import gc
import os
import pickle
import select
import signal
import sqlite3
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import IO, Any

import psycopg
from attrs import define
from sqlalchemy import make_url

import leadkit as lk
from leadkit.adapters.sql.schema import PREFIX
from leadkit.store.tables import TABLES, Table
from tests.desk.desks import BOSS, START, lead, touch

Say = Callable[[str], None]
HOME = Path(lk.__file__).parent
WATCHED = tuple(str(HOME / part) for part in ("adapters/sql", "desk"))
_MAIN = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from tests.desk.kills import serve
serve(sys.stdin.buffer, sys.stdout.buffer)
"""


@define(frozen=True)
class Ended:
    """What a process said before its end, and its exit status: 0, or the negative number of the signal."""

    said: list[str]
    status: int


class ForkServer:
    """A process that forks itself for every piece of work, with everything imported that the work needs."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _MAIN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
        )
        pickle.dump([path for path in sys.path if path], self._process.stdin)

    def run(self, work: Callable[..., None], *arguments: Any, after: float | None = None) -> Ended:
        """Run `work(say, *arguments)` in a process of its own; kill it `after` so many seconds."""
        return Ended(*self._answer(work, arguments, after))

    def warm(self, work: Callable[..., None], *arguments: Any) -> None:
        """Run `work` in the server itself, so that what it compiles is there in all its forks."""
        self._answer(work, arguments, "here")

    def _answer(self, *job: Any) -> Any:
        pickle.dump(job, self._process.stdin)
        self._process.stdin.flush()
        return pickle.load(self._process.stdout)

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def serve(asked: IO[bytes], answers: IO[bytes]) -> None:
    """Fork for every piece of work that is asked for, until there is no more."""
    with opened("memory:") as desk:
        prepare(desk)
    while True:
        try:
            work, arguments, after = pickle.load(asked)
        except EOFError:
            return
        pickle.dump(_done(work, arguments, after), answers)
        answers.flush()


def _done(work: Callable[..., None], arguments: tuple[Any, ...], after: Any) -> Any:
    if after != "here":
        return _forked(work, arguments, after)
    work(str, *arguments)
    gc.freeze()
    return None


def _forked(work: Callable[..., None], arguments: tuple[Any, ...], after: float | None) -> tuple[list[str], int]:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            work(lambda said: os.write(write, f"{said}\n".encode()), *arguments)
            os._exit(0)
        except BaseException:  # noqa: BLE001
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(write)
    said = _heard(read, child, after)
    return said.decode().split(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _heard(read: int, child: int, after: float | None) -> bytes:
    """All that the child says until its end, or until it is killed at its time."""
    deadline = None if after is None else time.monotonic() + after
    said = b""
    while True:
        left = None if deadline is None else max(0, deadline - time.monotonic())
        if select.select([read], [], [], left)[0]:
            piece = os.read(read, 65536)
            if not piece:
                os.close(read)
                return said
            said += piece
        else:
            os.kill(child, signal.SIGKILL)
            deadline = None


# What the processes do.


class Ids:
    """Ids that depend on the command alone, so that a command that is given again has the same ones."""

    def __init__(self) -> None:
        self.begin(999_999)

    def begin(self, step: int) -> None:
        self._step, self._numbers = step, count()

    def __call__(self) -> str:
        return f"id{self._step:06}-{next(self._numbers)}"


STEPS: tuple[Callable[[lk.Desk], lk.Receipt], ...] = (
    lambda desk: desk.capture(lead(7), key="capture-7"),
    lambda desk: desk.record(touch(7, "L7")),
    lambda desk: desk.assign("L7", by=BOSS, key="assign-7", reason="knows them"),
)


@cache
def standard() -> lk.Policy:
    return lk.load_policy("standard")


@cache
def engine(address: str) -> Any:
    """The engine that leadkit makes for an address; its statements stay compiled, its connections don't stay open."""
    from leadkit.adapters.sql.engines import engine_of

    return engine_of(address)


@contextmanager
def opened(address: str, **how: Any) -> Iterator[lk.Desk]:
    """A desk at a fixed time."""
    storage: Any = address if address == "memory:" else engine(address)
    how.setdefault("clock", lambda: START)
    try:
        yield lk.Desk(standard(), storage, **how)
    finally:
        if address != "memory:":
            storage.dispose()


@contextmanager
def killable(address: str) -> Iterator[Callable[[], Iterator[int]]]:
    """A desk that gives the commands of STEPS one after the other, and counts those that were acknowledged."""
    ids = Ids()
    with opened(address, ids=ids) as desk:

        def run() -> Iterator[int]:
            for number, step in enumerate(STEPS):
                ids.begin(number)
                step(desk)
                yield number

        yield run


def prepare(desk: lk.Desk) -> None:
    """A team, and a lead that is there already."""
    for role in ("sales_rep", "senior_rep"):
        desk.enrol(lk.Member(id=f"a_{role}", role=role), by=BOSS)
    desk.capture(lead(1), key="capture-1")


def write(say: Say, address: str, kill_at: int | None) -> None:
    """Give the commands of STEPS and acknowledge each; count the lines, and be killed at one of them."""
    with killable(address) as run, watched(kill_at) as lines:
        for number in run():
            say(f"done:{number}")
    say(f"lines:{lines()}")


class Teller:
    """A notifier that says what it was told."""

    def __init__(self, name: str, say: Say) -> None:
        self.name, self._say = name, say

    @lk.hookimpl
    def leadkit_notify(self, notice: lk.Notice) -> None:
        self._say(f"{self.name}:{notice.id}")


def tell(say: Say, address: str, kill_at: int | None) -> None:
    """Deliver what is due to two notifiers; count the lines, and be killed at one of them."""
    plugins = [Teller(name, say) for name in ("one", "two")]
    with opened(address, plugins=plugins) as desk, watched(kill_at) as lines:
        desk.deliver()
    say(f"lines:{lines()}")


def work_on(say: Say, address: str, first: int) -> None:
    """Capture a lead and record a touch, again and again, acknowledging each command, until killed."""
    ids = Ids()
    with opened(address, ids=ids) as desk:
        for number in count(first):
            ids.begin(number)
            desk.capture(lead(number), key=f"capture-{number}")
            say(f"captured:{number}")
            desk.record(touch(number, f"L{number}"))
            say(f"recorded:{number}")


def send_key(say: Say, address: str, times: int) -> None:
    """Send one command under one key, again and again; say what came out, each outcome once."""
    with opened(address) as desk:
        receipts = [desk.capture(lead(5), key="the key") for _ in range(times)]
    for said in {f"{receipt.outcome}:{receipt.version}" for receipt in receipts}:
        say(said)


@contextmanager
def watched(kill_at: int | None) -> Iterator[Callable[[], int]]:
    """Count the lines of the desk and of the stores that are executed; be killed before line `kill_at`."""
    lines = 0

    def frame(frame: Any, event: str, _: Any) -> Any:
        return line if frame.f_code.co_filename.startswith(WATCHED) else None

    def line(_: Any, event: str, __: Any) -> Any:
        nonlocal lines
        if event == "line":
            lines += 1
            if lines == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return line

    sys.settrace(frame)
    try:
        yield lambda: lines
    finally:
        sys.settrace(None)


# What is left of it, read without leadkit.

Dump = dict[str, list[Any]]


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A connection of the database's own driver."""
    url = make_url(address)
    sqlite = url.get_backend_name() == "sqlite"
    connection = sqlite3.connect(url.database) if sqlite else psycopg.connect(address)
    with closing(connection):
        yield connection


def dump(address: str) -> Dump:
    """Everything that a database keeps; serial rows in their order, but without their numbers."""
    with connected(address) as connection:
        return {table.name: _all(connection, table) for table in TABLES}


def _all(connection: Any, table: Table[Any]) -> list[Any]:
    columns = ", ".join(f'"{name}"' for name in table.columns if name != "seq")
    order = "seq" if table.serial else "id"
    return list(connection.execute(f"SELECT {columns} FROM {PREFIX}{table.name} ORDER BY {order}").fetchall())


def belonging(address: str, lead_id: str) -> dict[str, int]:
    """How many rows of each table belong to one lead."""
    found = {}
    with connected(address) as connection:
        for table in TABLES:
            by = "lead_id" if "lead_id" in table.columns else "id"
            statement = f"SELECT count(*) FROM {PREFIX}{table.name} WHERE {by} = '{lead_id}'"
            found[table.name] = connection.execute(statement).fetchone()[0]
    return found
