"""Erasing a person: everything that could name them goes, what the figures are made of stays."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from leadkit.desk.book import Book
from leadkit.desk.changes import Asked, Changes
from leadkit.desk.results import Receipt
from leadkit.errors import ConflictError, NotFoundError, Problem
from leadkit.store.protocol import Query
from leadkit.store.rows import LeadRow, OpportunityRow
from leadkit.store.tables import (
    IDENTIFYING,
    KEYS,
    LEADS,
    MILESTONES,
    OPPORTUNITIES,
    OUTBOX,
    PERSONAL,
    PERSONS,
)


def erase(book: Book, asked: Asked) -> Changes:
    """Remove the person behind a lead, and behind every lead that was merged into it.

    Channel, industry, size, need in money, dates, status, owner, points and grades stay. Used keys stay used, so that
    what comes again under them does not bring the person back; what they stood for is forgotten.
    """
    unit = book.unit
    row = _row(book, str(asked.command.lead_id))
    family = (row.id, *(one.id for one in unit.find(Query(LEADS, {"merged_into": row.id}))))
    for table in PERSONAL:
        unit.remove(Query(table, {"lead_id": family}))
    unit.remove(Query(PERSONS, {"id": family}))
    book.look_up(family)
    nothing: dict[str, Any] = {**IDENTIFYING, "in_queue": False, "erased_at": asked.command.at}
    for lead_id in family:
        book.rows[lead_id] = evolve(book.rows[lead_id], **nothing)
        book.persons.pop(lead_id, None)
    unit.replace(OPPORTUNITIES, [_nameless(one) for one in unit.find(Query(OPPORTUNITIES, {"lead_id": family}))])
    steps = unit.find(Query(MILESTONES, {"lead_id": family}))
    unit.replace(MILESTONES, [evolve(one, name=one.id) for one in steps])
    pending = unit.find(Query(OUTBOX, {"lead_id": family, "state": "pending"}))
    unit.replace(OUTBOX, [evolve(one, state="cancelled") for one in pending])
    keys = unit.find(Query(KEYS, {"lead_id": family}))
    unit.replace(KEYS, [evolve(one, payload=None) for one in keys])
    version = row.version + 1
    receipt = Receipt(command="erase", outcome="erased", lead_id=row.id, status=row.status, version=version)
    return Changes(receipt=receipt, add=[asked.entry(row.id, leads=len(family))])


def _row(book: Book, lead_id: str) -> LeadRow:
    try:
        return book.row(lead_id)
    except NotFoundError:
        if lead_id in book.rows:
            raise ConflictError(Problem(lead_id, "this lead was erased before", "nothing is left to erase")) from None
        raise


def _nameless(one: OpportunityRow) -> OpportunityRow:
    return evolve(one, name=None, account=None, account_key=None)
