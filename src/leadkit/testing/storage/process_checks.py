"""What a store promises to several processes, some of which are killed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from random import Random
from time import sleep
from typing import Any

from leadkit.store.protocol import Query, Storage
from leadkit.store.rows import LeadRow
from leadkit.store.tables import LEADS
from leadkit.testing.storage.checks import add, all_of, expect, fresh, there, whole
from leadkit.testing.storage.processes import AT, count_up, started, use_keys, write_on

Open = Callable[[], Storage]
WRITERS = 4
TIMES = 25
KILLS = 4


def locked_writers(open: Open, writers: int = WRITERS, times: int = TIMES) -> None:  # noqa: A002
    _count_up(open, writers, times, locked=True)


def versioned_writers(open: Open, writers: int = WRITERS, times: int = TIMES) -> None:  # noqa: A002
    _count_up(open, writers, times, locked=False)


def _count_up(open: Open, writers: int, times: int, *, locked: bool) -> None:  # noqa: A002
    key = fresh()
    with closing(open()) as storage:
        add(storage, (LEADS, LeadRow(id=key, captured_at=AT)))
        counts = together([(count_up, open, key, times, locked)] * writers)
        expect(counts == [times] * writers, "a writer failed; what it said of it stands above")
        row = all_of(storage, Query(LEADS, {"id": key}))[0]
        expect(row.points == writers * times, f"of {writers * times} additions {row.points} are there")
        expect(row.version == 1 + writers * times, f"after {writers * times} changes the version is {row.version}")


def one_winner(open: Open) -> None:  # noqa: A002
    counts = together([(use_keys, open, fresh_name, TIMES) for fresh_name in [fresh()] for _ in range(WRITERS)])
    expect(sum(counts) == TIMES, f"of {WRITERS} writers {sum(counts)} were first with {TIMES} rows")


def crash(open: Open, kills: int = KILLS, seed: int = 0) -> None:  # noqa: A002
    draw = Random(seed)
    for _ in range(kills):
        name = fresh()
        with started(write_on, open, name) as child:
            expect(child.output.readline(), "the writer failed before its first lead; what it said of it stands above")
            sleep(draw.uniform(0, 0.1))
            child.kill()
            acknowledged = 1 + sum(line.endswith(b"\n") for line in child.output)
            child.ended()
        with closing(open()) as storage:
            for number in range(acknowledged):
                present = there(storage, f"{name}-{number}")
                expect(present == whole(name), f"of an acknowledged lead these parts are there: {present}")
            present = there(storage, f"{name}-{acknowledged}")
            expect(
                present in ([], whole(name)), f"of a lead that was not acknowledged these parts are there: {present}"
            )
            add(storage, (LEADS, LeadRow(id=fresh(), captured_at=AT)))


def together(work: list[tuple[Any, ...]]) -> list[int]:
    """Do each piece of work in a process of its own, all at once; give the number that each of them said last."""
    with ExitStack() as stack:
        children = [stack.enter_context(started(*arguments)) for arguments in work]
        outputs = [child.output.read().split() for child in children]
        return [
            int(lines[-1]) if lines and child.ended() == 0 else -1
            for child, lines in zip(children, outputs, strict=True)
        ]
