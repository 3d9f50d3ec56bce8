"""Erasing a person: everything that could name them goes, what the figures are made of stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from attrs import evolve

from leadkit.desk.erased import note_erased
from leadkit.desk.work_set import WorkSet
from leadkit.store.protocol import Query
from leadkit.store.rows import LeadRow
from leadkit.store.tables import (
    IDENTIFYING,
    KEYS,
    LEADS,
    MATCHES,
    MILESTONES,
    OPPORTUNITIES,
    OUTBOX,
    PERSONAL,
    PERSONS,
)


def erase_family(work: WorkSet, lead: LeadRow, at: datetime, new_secret: Callable[[], str]) -> int:
    """Remove the person behind a lead, and behind every lead that was merged into it; give how many leads these are.

    Channel, industry, size, need in money, dates, status, owner, points and grades stay. Used keys stay used, so that
    what comes again under them does not bring the person back; what they stood for is forgotten. Of phones, addresses
    and ids in other systems keyed hashes stay, by which an import knows the person again.
    """
    unit = work.unit
    work.hold_matches([lead.id])
    family = (lead.id, *(row.id for row in unit.find(Query(LEADS, {"merged_into": lead.id}))))
    note_erased(unit, unit.find(Query(MATCHES, {"lead_id": family})), at, new_secret)
    for table in PERSONAL:
        unit.remove(Query(table, {"lead_id": family}))
    unit.remove(Query(PERSONS, {"id": family}))
    work.look_up(family)
    nothing: dict[str, Any] = {**IDENTIFYING, "in_queue": False, "erased_at": at}
    for lead_id in family:
        work.leads[lead_id] = evolve(work.leads[lead_id], **nothing)
        work.persons.pop(lead_id, None)
    deals = unit.find(Query(OPPORTUNITIES, {"lead_id": family}))
    unit.replace(OPPORTUNITIES, [evolve(deal, name=None, account=None, account_key=None) for deal in deals])
    steps = unit.find(Query(MILESTONES, {"lead_id": family}))
    unit.replace(MILESTONES, [evolve(step, name=step.id) for step in steps])
    pending = unit.find(Query(OUTBOX, {"lead_id": family, "state": "pending"}))
    unit.replace(OUTBOX, [evolve(notice, state="cancelled") for notice in pending])
    keys = unit.find(Query(KEYS, {"lead_id": family}))
    unit.replace(KEYS, [evolve(key, payload=None) for key in keys])
    return len(family)
