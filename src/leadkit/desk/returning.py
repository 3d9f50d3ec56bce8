"""Leads that their owners forget return to the pool: what `tick` does at the end of the duty `return`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import define, evolve, setters

from leadkit.desk.commands.team import Release
from leadkit.desk.context import Changes, Request, write
from leadkit.desk.execute import Executor
from leadkit.desk.owed import Owed, owed_to_lead
from leadkit.desk.work_set import WorkSet
from leadkit.records.people import SYSTEM
from leadkit.store.process_rows import DutyRow
from leadkit.store.protocol import Unit
from leadkit.store.rows import LeadRow

BATCH = 100
"""How many leads one transaction returns at most: it holds each of them."""

SILENT = "silent"
"""The code of the reason for which a lead returns."""


@define(on_setattr=setters.frozen)
class Returned:
    """The leads that one transaction returned, and the kinds of the notices about them."""

    leads: int
    notices: tuple[str, ...]


def ended(duties: Sequence[DutyRow], now: datetime) -> list[str]:
    """The leads of a batch whose time with their owners is over."""
    return [str(duty.lead_id) for duty in duties if duty.kind == "return" and duty.due_at <= now][:BATCH]


def return_leads(executor: Executor, lead_ids: Sequence[str], now: datetime) -> Returned:
    """Release leads whose owners were silent for too long, as they are now; the duty of any other is settled."""

    def work(unit: Unit) -> Returned:
        unit.lock("tick", *(f"lead:{lead_id}" for lead_id in lead_ids))
        rows = executor.work_set(unit)
        rows.look_up(lead_ids)
        rows.settle(lead_ids)
        every = [_released(executor, rows, rows.leads[lead_id], now) for lead_id in lead_ids if lead_id in rows.leads]
        changes = [change for change in every if change is not None]
        rows.write()
        write(unit, changes)
        kinds = tuple(row.kind for change in changes for table, row in change.add if table.name == "outbox")
        return Returned(len(changes), kinds)

    return executor.transaction(work)


def _released(executor: Executor, rows: WorkSet, lead: LeadRow, now: datetime) -> Changes | None:
    """What the release of a lead changes; None where its owner may keep it."""
    owed = _return_of(executor, rows, lead)
    if owed is None or owed.paused or owed.due_at > now:
        return None
    context = executor.context(rows, Request(Release(lead.id, by=SYSTEM), now, executor.ids()))
    details = {"owner_before": lead.owner, "reason_code": SILENT, "began_at": owed.since.isoformat()}
    changes = context.lead_changed(lead, evolve(lead, owner=None), "released", details=details)
    notice = context.notice("lead_returned", lead, details)
    return evolve(changes, add=[*changes.add, *notice])


def _return_of(executor: Executor, rows: WorkSet, lead: LeadRow) -> Owed | None:
    every = owed_to_lead(executor.policy, rows.calendar(), lead, lead)
    return next((owed for owed in every if owed.duty.kind == "return"), None)
