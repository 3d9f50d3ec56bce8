"""What an import touches, kept as it was before: so that it can be taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from leadkit.desk.work_set import WorkSet
from leadkit.records.fields import FrozenDict
from leadkit.store.process_rows import TouchRow
from leadkit.store.protocol import Query, Unit, by_id
from leadkit.store.rows import NOTHING
from leadkit.store.tables import (
    ACTIVITIES,
    DUTIES,
    KEYS,
    LEADS,
    MATCHES,
    OPPORTUNITIES,
    PERSONS,
    TOUCHES,
    Table,
    hashable,
)

IMPORTED = "import-"
"""How the id of a follow-up begins that came from a sheet."""

WHOLE: tuple[Table[Any], ...] = (MATCHES, DUTIES)
"""The tables whose rows of a lead are kept whole, by `lead_id`."""

BY_NAME: tuple[Table[Any], ...] = (ACTIVITIES, KEYS)
"""Those of which the ids are enough, since nothing changes a row of theirs."""


OF_OPPORTUNITY = "opportunities"
"""Where a touch keeps the row of an opportunity as it was; None where the opportunity is new."""


def touches(work: WorkSet, import_id: str) -> list[TouchRow]:
    """The leads and opportunities that a work set changes, as they were before this import first touched them."""
    return [*_touched_leads(work, import_id), *_touched_opportunities(work, import_id)]


def touched_opportunities(work: WorkSet, import_id: str | None, opportunity_ids: Iterable[str]) -> set[str]:
    """Those of some opportunities that an import has touched already."""
    ids = {_opportunity_touch(import_id, key): key for key in opportunity_ids} if import_id else {}
    return {ids[key] for key in by_id(work.unit, TOUCHES, ids)}


def opportunity_touched(touch: TouchRow) -> str | None:
    """The id of the opportunity that a touch is of; None where it is of a lead."""
    return touch.id.partition(_BETWEEN)[2] or None


_BETWEEN = "|opportunity|"


def _opportunity_touch(import_id: str | None, opportunity_id: str) -> str:
    return f"{import_id}{_BETWEEN}{opportunity_id}"


def _touched_opportunities(work: WorkSet, import_id: str) -> list[TouchRow]:
    read = work.opportunities_read
    changed = [key for key, file in work.opportunities.items() if read.get(key) is not file]
    known = by_id(work.unit, TOUCHES, (_opportunity_touch(import_id, key) for key in changed))
    first = [key for key in changed if _opportunity_touch(import_id, key) not in known]
    rows = []
    for key in first:
        row, was = work.opportunities[key].row, read.get(key)
        duties = work.unit.find(Query(DUTIES, {"opportunity_id": key})) if was else []
        before = {
            OF_OPPORTUNITY: OPPORTUNITIES.to_json(was.row) if was else None,
            DUTIES.name: [DUTIES.to_json(duty) for duty in duties],
        }
        touch = _opportunity_touch(import_id, key)
        rows.append(TouchRow(id=touch, import_id=import_id, lead_id=row.lead_id or key, before=hashable(before)))
    return rows


def _touched_leads(work: WorkSet, import_id: str) -> list[TouchRow]:
    changed = [key for key, row in work.leads.items() if work.leads_read.get(key) is not row]
    known = by_id(work.unit, TOUCHES, (touch_id(import_id, key) for key in changed))
    first = [key for key in changed if touch_id(import_id, key) not in known]
    before = _before(work, [key for key in first if key in work.leads_read])
    return [
        TouchRow(id=touch_id(import_id, key), import_id=import_id, lead_id=key, before=_moved(work, key, before))
        for key in first
    ]


def touch_id(import_id: str, lead_id: str) -> str:
    """The id of what an import touched of a lead."""
    return f"{import_id}|{lead_id}"


def _before(work: WorkSet, lead_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    wanted = tuple(lead_ids)
    rows = {table.name: rows_of(work.unit, table, wanted) for table in (*WHOLE, *BY_NAME)}
    before: dict[str, dict[str, Any]] = {}
    for key in wanted:
        person = work.persons_read.get(key)
        before[key] = {
            "leads": LEADS.to_json(work.leads_read[key]),
            "persons": PERSONS.to_json(person) if person else None,
            **{table.name: [table.to_json(row) for row in rows[table.name][key]] for table in WHOLE},
            **{table.name: [row.id for row in rows[table.name][key]] for table in BY_NAME},
        }
    return before


def _moved(work: WorkSet, key: str, before: Mapping[str, Any]) -> FrozenDict:
    """What is kept of a lead, with the matches that led elsewhere before."""
    moved = [MATCHES.to_json(match) for match in work.matches_moved.get(key, ())]
    kept: FrozenDict = hashable({**before.get(key, NOTHING), **({"moved": moved} if moved else {})})
    return kept


def rows_of(unit: Unit, table: Table[Any], lead_ids: tuple[str, ...]) -> dict[str, list[Any]]:
    """The rows of a table that belong to leads, by lead."""
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in unit.find(Query(table, {"lead_id": lead_ids})) if lead_ids else ():
        rows[row.lead_id].append(row)
    return rows
