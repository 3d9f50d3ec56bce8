"""Questions to the store: one lead, the queue, a lead's history, who is in the team."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from leadkit.desk.book import Book
from leadkit.desk.results import DueItem, HistoryItem, LeadState, due_item, of_activity, of_entry, state_of
from leadkit.records import Activity
from leadkit.store.mapping import activity_of
from leadkit.store.protocol import Query, Unit, by_id
from leadkit.store.rows import ActivityRow, LeadRow
from leadkit.store.tables import DUTIES, JOURNAL, LEADS, PERSONS, REMARKS, TEXTS

CALL_ORDER = ("-points", "captured_at", "id")


def lead(book: Book, lead_id: str) -> LeadState:
    """The lead with this id, or the one that it was merged into."""
    row = book.row(lead_id)
    return state_of(row, book.persons.get(row.id))


def queue(unit: Unit, where: dict[str, Any], limit: int) -> tuple[LeadState, ...]:
    """Leads to work on, the highest score first; of equal ones the one captured first."""
    wanted = {"in_queue": True} | {name: value for name, value in where.items() if value is not None}
    rows = unit.find(Query(LEADS, wanted, order=CALL_ORDER, limit=limit))
    persons = by_id(unit, PERSONS, [row.id for row in rows])
    return tuple(state_of(row, persons.get(row.id)) for row in rows)


def activities(book: Book, lead_id: str) -> tuple[Activity, ...]:
    """The activities of a lead and of those merged into it, the oldest first."""
    return tuple(activity for _, activity in _touches(book, lead_id))


def _touches(book: Book, lead_id: str) -> list[tuple[ActivityRow, Activity]]:
    row = book.row(lead_id)
    touches = book.touches([row.id]).get(row.id, [])
    texts = by_id(book.unit, TEXTS, [touch.id for touch in touches])
    return [(touch, activity_of(touch, texts.get(touch.id))) for touch in touches]


def history(book: Book, lead_id: str) -> tuple[HistoryItem, ...]:
    """All that was done with a lead, erased ones included, the oldest first."""
    book.look_up([lead_id])
    row = book.rows.get(lead_id) or book.row(lead_id)
    while row.merged_into is not None:
        row = book.rows[row.merged_into]
    family = (row.id, *(one.id for one in book.unit.find(Query(LEADS, {"merged_into": row.id}))))
    remarks = {one.id: one.text for one in book.unit.find(Query(REMARKS, {"lead_id": family}))}
    entries = book.unit.find(Query(JOURNAL, {"lead_id": family}, order=("seq",)))
    items = [of_entry(entry, remarks.get(entry.id)) for entry in entries]
    if row.erased_at is None:
        items += [of_activity(one, touch.recorded_by) for touch, one in _touches(book, row.id)]
    return tuple(sorted(items, key=lambda item: item.at))


def stale(unit: Unit, before: datetime | None, above: str, limit: int) -> list[LeadRow]:
    """Leads in the queue beyond the id `above`, those scored up to `before` where that is given."""
    until = ("scored_at", before) if before is not None else None
    return unit.find(Query(LEADS, {"in_queue": True}, until=until, above=("id", above), limit=limit))


def due(unit: Unit, where: dict[str, Any], now: datetime, limit: int) -> tuple[DueItem, ...]:
    """What is owed, the most urgent first; what stands still is among it, as it stood when the pause began."""
    wanted = {"state": ("open", "paused")} | {name: value for name, value in where.items() if value is not None}
    duties = unit.find(Query(DUTIES, wanted, order=("due_at", "id"), limit=limit))
    waiting = by_id(unit, LEADS, {duty.lead_id for duty in duties if duty.state == "paused" and duty.lead_id})
    since = {duty.id: waiting[duty.lead_id].paused_at for duty in duties if duty.lead_id in waiting}
    return tuple(due_item(duty, now, since.get(duty.id) if duty.state == "paused" else None) for duty in duties)
