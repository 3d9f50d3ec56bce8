"""Leads of a work set that are scored again, with a line of the journal for each that has other points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leadkit.desk.account_facts import Accounts, with_account_key, without_account_facts
from leadkit.desk.context import Changes, CommandContext
from leadkit.desk.results import Receipt, Rescored
from leadkit.desk.verdict import verdict
from leadkit.store.making import with_columns
from leadkit.store.process_rows import EntryRow
from leadkit.store.rows import LeadRow
from leadkit.store.tables import JOURNAL


def score_again(context: CommandContext, lead_ids: Sequence[str]) -> tuple[Changes, Rescored]:
    """Score leads again at the time of the command; a line of the journal for each that has other points now."""
    activities = context.work.activities(lead_ids)
    rows = _with_account_facts(context, lead_ids)
    add: list[tuple[Any, Any]] = []
    changed = crossed = 0
    for lead_id in lead_ids:
        before, row = context.work.leads[lead_id], rows[lead_id]
        lead = context.work.lead(lead_id)
        after = verdict(context.policy, row, lead, activities.get(lead_id, ()), context.at, screen=False)
        context.work.leads[lead_id] = after
        if (after.points, after.priority, after.policy) != (before.points, before.priority, before.policy):
            changed += 1
            crossed += after.priority != before.priority
            add.append((JOURNAL, _entry(context, before, after)))
        add += context.notices_after(before, after)
    receipt = Receipt(command=context.name, outcome="rescored")
    return Changes(receipt=receipt, add=add), Rescored(leads=len(lead_ids), changed=changed, crossed=crossed)


def renewed(context: CommandContext, lead_ids: Sequence[str]) -> Changes:
    """The same of leads whose company other leads changed; one of which the facts are the same stays as it is."""
    rows = _with_account_facts(context, lead_ids)
    moved = [key for key in lead_ids if rows[key].account_facts != context.work.leads_read[key].account_facts]
    return score_again(context, moved)[0]


def only_scored(entry: EntryRow) -> bool:
    """Whether a line says only that a lead has other points, such as by a command on another lead of its company."""
    return {"before", "points"} <= entry.details.keys()


def _entry(context: CommandContext, before: LeadRow, after: LeadRow) -> EntryRow:
    crossed = after.priority if after.priority != before.priority else None
    details = {"before": str(before.points), "points": str(after.points), "priority": crossed}
    _, entry = context.entry(after.id, details)
    return with_columns(entry, {"id": f"{entry.id}-{after.id}"})


def _with_account_facts(context: CommandContext, lead_ids: Sequence[str]) -> dict[str, LeadRow]:
    """The rows of leads with the facts of their companies, which are read together."""
    work = context.work
    if not context.policy.document.account.facts:
        return {key: without_account_facts(work.leads[key]) for key in lead_ids}
    work.leads |= {key: with_account_key(work.leads[key]) for key in lead_ids}
    accounts = Accounts(work, context.at)
    accounts.read(work.leads[key].account_key for key in lead_ids)
    return {key: accounts.with_facts(work.leads[key], work.lead(key)) for key in lead_ids}
