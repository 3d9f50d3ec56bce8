"""What a store is asked about opportunities: where they stand, and all that was done with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from leadkit.desk.opportunities.presenting import state_of_opportunity
from leadkit.desk.opportunities.state import OpportunityState
from leadkit.desk.opportunities.written import NOTHING_WRITTEN, written
from leadkit.desk.presenting import of_entry
from leadkit.desk.queries import activity_items, activity_rows_of, given, records_of
from leadkit.desk.results import HistoryItem
from leadkit.desk.work_set import WorkSet
from leadkit.policy import Policy
from leadkit.records.fields import FrozenDict
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.process_rows import EntryRow
from leadkit.store.protocol import Query, Unit
from leadkit.store.rows import NOTHING, ActivityRow
from leadkit.store.tables import (
    ACTIVITIES,
    JOURNAL,
    OPPORTUNITIES,
    REMARKS,
    STATEMENTS,
)


def opportunity(work: WorkSet, opportunity_id: str) -> OpportunityState:
    """An opportunity with its milestones and objections, and what people wrote about it."""
    (state,) = states_of_opportunities(work, [opportunity_id])
    row = work.opportunity(opportunity_id).row
    about = [item for item in activities_on(work, row) if item.opportunity_id == row.id]
    return evolve(state, activities=tuple(records_of(work, about)))


def opportunities(work: WorkSet, where: Mapping[str, Any], limit: int) -> tuple[OpportunityState, ...]:
    """Opportunities by id, which is the order in which they came."""
    rows = work.unit.find(Query(OPPORTUNITIES, given(where), limit=limit))
    return states_of_opportunities(work, [row.id for row in rows])


def states_of_opportunities(work: WorkSet, ids: Sequence[str]) -> tuple[OpportunityState, ...]:
    """Opportunities by their ids, with what people wrote about them."""
    files, texts = [work.opportunity(key) for key in ids], written(work.unit, ids)
    states = (state_of_opportunity(file, texts.get(file.row.id, NOTHING_WRITTEN)) for file in files)
    return tuple(_with_answers(work.policy, state) for state in states)


def _with_answers(policy: Policy, state: OpportunityState) -> OpportunityState:
    """An opportunity with what the policy's content library has to answer each of its objections."""
    kinds = policy.document.objections
    known = [kinds.get(objection.kind or "") for objection in state.objections]
    if not any(known):
        return state
    objections = (
        evolve(objection, suggested=kind.answers) if kind else objection
        for objection, kind in zip(state.objections, known, strict=True)
    )
    return evolve(state, objections=tuple(objections))


def opportunity_ids(unit: Unit, beginning: str, limit: int) -> tuple[str, ...]:
    """The ids that begin with `beginning`, in their order."""
    itself = unit.get(OPPORTUNITIES, beginning)
    later = unit.find(Query(OPPORTUNITIES, above=("id", beginning), limit=limit))
    ids = [row.id for row in (*([itself] if itself else []), *later)]
    return tuple(each for each in ids if each.startswith(beginning))[:limit]


def opportunity_history(work: WorkSet, opportunity_id: str) -> tuple[HistoryItem, ...]:
    """All that was done with an opportunity and its lead, by whom and why, the oldest first.

    Activities that are about another opportunity of the lead are not among them.
    """
    row = work.opportunity(opportunity_id).row
    where = {"opportunity_id": opportunity_id}
    entries = work.unit.find(Query(JOURNAL, where, order=("seq",)))
    ids = tuple(entry.id for entry in entries)
    remarks = {remark.id: remark.text for remark in work.unit.find(Query(REMARKS, {"id": ids}))} if ids else {}
    statements = {statement.id: statement.fields for statement in work.unit.find(Query(STATEMENTS, where))}
    items = [_of_opportunity(entry, remarks.get(entry.id), statements.get(entry.id, NOTHING)) for entry in entries]
    items += activity_items(work, activities_on(work, row))
    return tuple(sorted(items, key=lambda item: item.at))


def activities_on(work: WorkSet, row: OpportunityRow) -> list[ActivityRow]:
    """The activities on an opportunity, and those on its lead that are about none; none of somebody who was erased."""
    rows = {item.id: item for item in work.unit.find(Query(ACTIVITIES, {"opportunity_id": row.id}))}
    work.look_up([row.lead_id] if row.lead_id else [])
    lead_row = work.leads.get(row.lead_id or "")
    if lead_row is not None and lead_row.erased_at is not None:
        return []
    if lead_row is not None:
        rows |= {item.id: item for item in activity_rows_of(work, work.row(lead_row.id)) if item.opportunity_id is None}
    return sorted(rows.values(), key=lambda item: (item.occurred_at, item.id))


def _of_opportunity(entry: EntryRow, remark: str | None, fields: FrozenDict) -> HistoryItem:
    """A line of an opportunity's history, with what somebody wrote, or the values that a sheet changed."""
    changes = fields.get("changes")
    words = {name: value for name, value in fields.items() if name != "changes"}
    return of_entry(entry, remark or _in_words(words), FrozenDict(changes) if changes else NOTHING)


def _in_words(fields: Mapping[str, Any] | None) -> str | None:
    if not fields:
        return None
    named = len(fields) > 1
    return " / ".join(f"{name}: {_text(value)}" if named else _text(value) for name, value in fields.items())


def _text(value: Any) -> str:
    return ", ".join(map(str, value.values())) if isinstance(value, Mapping) else str(value)
