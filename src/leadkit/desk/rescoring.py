"""Scores brought up to date: what changed is kept, what crossed into another priority is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from attrs import evolve

from leadkit.desk.book import Book
from leadkit.desk.carry_out import BATCH, Carrier
from leadkit.desk.changes import Asked, Changes
from leadkit.desk.judge import judged, tidings
from leadkit.desk.reading import stale
from leadkit.desk.results import Receipt, Rescored
from leadkit.records.people import Actor
from leadkit.store.protocol import Unit
from leadkit.store.rows import EntryRow, LeadRow
from leadkit.store.tables import JOURNAL


def rescore_all(carrier: Carrier, by: Actor | None, before: datetime | None) -> Rescored:
    """Score every lead in the queue again, those scored up to `before` where that is given, batch by batch."""
    total, above, more = Rescored(leads=0, changed=0, crossed=0), "", True
    while more:
        asked = carrier.asked("rescore", by)
        rows, done = _carried_out(carrier, asked, partial(stale, before=before, above=above, limit=BATCH))
        total = Rescored(
            leads=total.leads + done.leads,
            changed=total.changed + done.changed,
            crossed=total.crossed + done.crossed,
        )
        more = len(rows) == BATCH
        above = rows[-1] if rows else above
    return total


def rescore_one(carrier: Carrier, asked: Asked, lead_id: str) -> Rescored:
    """Score one lead again, or the one that it was merged into."""
    return _carried_out(carrier, asked, lambda unit: [carrier.book(unit).row(lead_id)])[1]


def _carried_out(carrier: Carrier, asked: Asked, choose: Callable[[Unit], list[LeadRow]]) -> tuple[list[str], Rescored]:
    """Score the leads that are chosen in one transaction, and give their ids."""

    def work(unit: Unit) -> tuple[list[str], Rescored]:
        book = carrier.book(unit)
        rows = choose(unit)
        book.take(rows)
        lead_ids = [row.id for row in rows]
        changes, done = rescore(book, asked, lead_ids)
        book.write()
        changes.write(unit)
        return lead_ids, done

    return carrier.transaction(work)


def rescore(book: Book, asked: Asked, lead_ids: Sequence[str]) -> tuple[Changes, Rescored]:
    """Score leads again at the time of the command; a line of the journal for each that has other points now."""
    touches = book.touches(lead_ids)
    add: list[tuple[Any, Any]] = []
    moved = crossed = 0
    for lead_id in lead_ids:
        before = book.rows[lead_id]
        after = judged(
            asked.policy, before, book.lead(lead_id), touches.get(lead_id, ()), asked.command.at, screen=False
        )
        book.rows[lead_id] = after
        if (after.points, after.priority, after.policy) != (before.points, before.priority, before.policy):
            moved += 1
            crossed += after.priority != before.priority
            add.append((JOURNAL, _entry(asked, before, after)))
            add += tidings(asked, before, evolve(after, version=before.version + 1))
    receipt = Receipt(command=asked.command.name, outcome="rescored")
    return Changes(receipt=receipt, add=add), Rescored(leads=len(lead_ids), changed=moved, crossed=crossed)


def _entry(asked: Asked, before: LeadRow, after: LeadRow) -> EntryRow:
    _, entry = asked.entry(
        after.id,
        before=str(before.points),
        points=str(after.points),
        priority=after.priority if after.priority != before.priority else None,
    )
    return evolve(entry, id=f"{entry.id}-{after.id}")
