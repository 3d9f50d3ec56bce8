"""Work on a store done by other processes, which can be killed: how they are started, and what they do."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import IO, Any

from attrs import define, evolve, setters

from leadkit.errors import ConflictError
from leadkit.records.fields import FrozenDict
from leadkit.store.process_rows import EntryRow, KeyRow
from leadkit.store.protocol import Storage
from leadkit.store.rows import LeadRow, PersonRow
from leadkit.store.tables import JOURNAL, KEYS, LEADS, PERSONS

Open = Callable[[], Storage]
AT = datetime(2023, 9, 30, 8, tzinfo=UTC)
_MAIN = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
work, arguments = pickle.load(sys.stdin.buffer)
work(*arguments)
"""


@define(on_setattr=setters.frozen)
class Child:
    """A process at work; what it says comes line by line."""

    _process: subprocess.Popen[bytes]

    @property
    def output(self) -> IO[bytes]:
        """Its standard output; it ends when the process has ended."""
        assert self._process.stdout is not None
        return self._process.stdout

    def kill(self) -> None:
        """End it at once, as the system would: with SIGKILL, where there are signals."""
        self._process.kill()

    def ended(self) -> int:
        """Wait for its end, and give its exit status."""
        return self._process.wait()


@contextmanager
def started(work: Callable[..., None], *arguments: Any) -> Iterator[Child]:
    """A fresh Python process in which `work(*arguments)` runs; both are pickled. It is killed when the block ends."""
    command = [sys.executable, "-c", _MAIN]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdin is not None
        try:
            pickle.dump([path for path in sys.path if path], process.stdin)
            pickle.dump((work, arguments), process.stdin)
            process.stdin.close()
            yield Child(process)
        finally:
            process.kill()


def say(number: int) -> None:
    """Acknowledge something to whoever started this process."""
    sys.stdout.buffer.write(b"%d\n" % number)
    sys.stdout.buffer.flush()


def count_up(open: Open, lead_id: str, times: int, locked: bool) -> None:  # noqa: A002
    """Add one to a lead's points so many times: holding its lock, or anew wherever somebody else was first."""
    with closing(open()) as storage:
        for _ in range(times):
            while not _added_point(storage, lead_id, locked):
                pass
    say(times)


def _added_point(storage: Storage, lead_id: str, locked: bool) -> bool:
    try:
        with storage.transaction() as unit:
            unit.lock(*[f"lead:{lead_id}"] if locked else [])
            row = unit.get(LEADS, lead_id)
            assert row is not None
            unit.replace(LEADS, [evolve(row, points=row.points + 1)])
    except ConflictError:
        if locked:
            raise
        return False
    return True


def use_keys(open: Open, name: str, times: int) -> None:  # noqa: A002
    """Try to be the first with each of so many keys; say how many of them it was first with."""
    won = 0
    with closing(open()) as storage:
        for number in range(times):
            row = KeyRow(id=f"{name}-{number}", payload=None, command="capture", at=AT, receipt=FrozenDict())
            try:
                with storage.transaction() as unit:
                    unit.add(KEYS, [row])
                won += 1
            except ConflictError:
                pass
    say(won)


def write_on(open: Open, name: str) -> None:  # noqa: A002
    """Keep lead after lead with all that belongs to it, and acknowledge each, until the process is ended."""
    with closing(open()) as storage:
        for number in count():
            with storage.transaction() as unit:
                for table, row in parts(f"{name}-{number}"):
                    unit.add(table, [row])
            say(number)


def parts(lead_id: str) -> list[tuple[Any, Any]]:
    """What is kept together of one lead, each with its table."""
    return [
        (LEADS, LeadRow(id=lead_id, captured_at=AT)),
        (PERSONS, PersonRow(id=lead_id, description="x" * 3000)),
        (JOURNAL, EntryRow(id=lead_id, at=AT, actor="a", role="system", command="capture", lead_id=lead_id)),
        (KEYS, KeyRow(id=lead_id, payload=None, command="capture", at=AT, receipt=FrozenDict())),
    ]
