"""Leads that lack facts for too long are proposed as invalid: what `tick` does at the end of the duty `screening`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve

from leadkit.desk.commands.verdicts import Screen
from leadkit.desk.context import Changes, Request, write
from leadkit.desk.execute import Executor
from leadkit.desk.owed import owed_to_lead
from leadkit.desk.verdict import OPEN_TOO_LONG
from leadkit.desk.work_set import WorkSet
from leadkit.records.people import SYSTEM
from leadkit.store.process_rows import DutyRow
from leadkit.store.protocol import Unit
from leadkit.store.rows import LeadRow

BATCH = 100
"""How many leads one transaction proposes at most: it holds each of them."""


def open_too_long(duties: Sequence[DutyRow], now: datetime) -> list[str]:
    """The leads of a batch that lack facts for too long."""
    return [str(duty.lead_id) for duty in duties if duty.kind == "screening" and duty.due_at <= now][:BATCH]


def propose_invalid(executor: Executor, lead_ids: Sequence[str], now: datetime) -> None:
    """Give leads the reason for which they should be judged invalid; a person decides."""

    def work(unit: Unit) -> None:
        unit.lock("tick", *(f"lead:{lead_id}" for lead_id in lead_ids))
        rows = executor.work_set(unit)
        rows.look_up(lead_ids)
        every = [_proposed(executor, rows, rows.leads[lead_id], now) for lead_id in lead_ids if lead_id in rows.leads]
        rows.write()
        write(unit, [change for change in every if change is not None])

    executor.transaction(work)


def _proposed(executor: Executor, rows: WorkSet, lead: LeadRow, now: datetime) -> Changes | None:
    """What the proposal changes in a lead; None where it is no longer open, or was proposed before."""
    every = owed_to_lead(executor.policy, rows.calendar(), lead, lead)
    owed = next((owed for owed in every if owed.duty.kind == "screening"), None)
    if owed is None or owed.paused or owed.due_at > now or OPEN_TOO_LONG in lead.reasons:
        return None
    context = executor.context(rows, Request(Screen(lead.id, by=SYSTEM), now, executor.ids()))
    reasons = (*lead.reasons, OPEN_TOO_LONG)
    details = {"reasons": reasons, "missing": lead.missing, "began_at": owed.since.isoformat()}
    return context.lead_changed(lead, evolve(lead, reasons=reasons), "proposed", details=details)
