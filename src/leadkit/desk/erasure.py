"""Erasing a person: everything that could name them goes, what the figures are made of stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from attrs import evolve

from leadkit.desk.erased import note_erased
from leadkit.desk.rare_words import WordsOfOthers
from leadkit.desk.work_set import WorkSet
from leadkit.records.fields import FrozenDict
from leadkit.store.process_rows import UNDELIVERED
from leadkit.store.protocol import Query, Unit
from leadkit.store.remains import DETAILS, REMAINS, REMOVED, Remains
from leadkit.store.rows import LeadRow
from leadkit.store.tables import DELIVERIES, LEADS, MATCHES, OUTBOX, PERSONS, Table


def erase_family(work: WorkSet, lead: LeadRow, at: datetime, new_secret: Callable[[], str]) -> int:
    """Remove the person behind a lead, and behind every lead that was merged into it; give how many leads these are.

    What stays stands in `REMAINS`: ids, codes, numbers and times, and the words that other leads say, too. Used keys
    stay used, so that what comes again under them does not bring the person back; what they stood for is forgotten. Of
    phones, addresses and ids in other systems keyed hashes stay, by which the person is known again.
    """
    unit = work.unit
    work.hold_matches([lead.id])
    family = (lead.id, *(row.id for row in unit.find(Query(LEADS, {"merged_into": lead.id}))))
    work.look_up(family)
    note_erased(unit, unit.find(Query(MATCHES, {"lead_id": family})), at, new_secret)
    words = WordsOfOthers(unit, work.policy, family)
    for table in REMOVED:
        unit.remove(Query(table, {"id" if table is PERSONS else "lead_id": family}))
    for lead_id in family:
        bare = _bare(LEADS, REMAINS[LEADS], work.leads[lead_id], words)
        work.leads[lead_id] = evolve(bare, in_queue=False, erased_at=at)
        work.persons.pop(lead_id, None)
    for table, remains in REMAINS.items():
        if table is not LEADS:
            rows = _rows_of(unit, table, family)
            unit.replace(table, [_bare(table, remains, row, words) for row in rows])
    return len(family)


def _rows_of(unit: Unit, table: Table[Any], family: tuple[str, ...]) -> list[Any]:
    if table is DELIVERIES:
        notices = tuple(notice.id for notice in unit.find(Query(OUTBOX, {"lead_id": family})))
        return unit.find(Query(table, {"notice_id": notices}))
    return unit.find(Query(table, {"lead_id": family}))


def _bare(table: Table[Any], remains: Remains, row: Any, words: WordsOfOthers) -> Any:
    """A row without what could name the person."""
    blank = remains.blank(table).items()
    values: dict[str, Any] = {
        name: row.id if value is None and not table.nullable(name) else value for name, value in blank
    }
    for column in remains.shared:
        values[column] = words.kept(table, column, getattr(row, column))
    if remains.details is not None:
        details = getattr(row, remains.details)
        values[remains.details] = FrozenDict({name: value for name, value in details.items() if name in DETAILS})
    if table is OUTBOX and row.state in UNDELIVERED:
        values["state"] = "cancelled"
    return evolve(row, **values)
