"""Stored rows as what a desk answers: leads as they stand, what is due, lines of history."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from leadkit.desk.results import Check, DueItem, HistoryItem, LeadState, NotedSignal, OverrideState
from leadkit.process.duties import DutyKind
from leadkit.process.service_levels import standing
from leadkit.process.states import DueState
from leadkit.records import Activity
from leadkit.records.fields import FrozenDict
from leadkit.store.mapping import lead_of
from leadkit.store.process_rows import DutyRow, EntryRow
from leadkit.store.rows import NOTHING, LeadRow, PersonRow


def due_item(duty: DutyRow, now: datetime, paused_at: datetime | None = None) -> DueItem:
    """A duty as it stands at `now`; while we wait for the customer, as it stood when that began."""
    stands = standing(duty.due_at, duty.met_at, now if paused_at is None else min(now, paused_at))
    return DueItem(
        kind=cast("DutyKind", duty.kind),
        means=duty.id.partition(":")[0].partition(".")[2] or None,
        lead_id=duty.lead_id,
        opportunity_id=duty.opportunity_id,
        owner=duty.owner,
        due_at=duty.due_at,
        provisional=duty.provisional,
        state=cast("DueState", "paused" if duty.state == "paused" and stands.state == "due" else stands.state),
        left=stands.left,
    )


def state_of(row: LeadRow, person: PersonRow | None) -> LeadState:
    """A lead as it stands in its rows."""
    same = (
        "version", "status", "owner", "captured_at", "screening", "reasons", "missing", "points", "priority",
        "nurture_stage", "scored_at", "policy", "pooled_at", "erased_at", "accepted_at", "accepted_by", "ready_at",
    )  # fmt: skip
    signals = {
        name: NotedSignal(at=datetime.fromisoformat(noted["at"]), by=noted["by"])
        for name, noted in sorted(row.signals.items())
    }
    checks = {
        name: Check(**{**check, "at": datetime.fromisoformat(check["at"])})
        for name, check in sorted(row.checks.items())
    }
    values: dict[str, Any] = {name: getattr(row, name) for name in same}
    values["version"] = row.last_changed
    values["override"] = _override(row)
    return LeadState(lead=lead_of(row, person), signals=FrozenDict(signals), checks=FrozenDict(checks), **values)


def _override(row: LeadRow) -> OverrideState | None:
    if row.override_band is None:
        return None
    values = row.override
    until = None if values["until"] is None else datetime.fromisoformat(values["until"])
    at = datetime.fromisoformat(values["at"])
    return OverrideState(
        band=row.override_band, at=at, by=values["by"], reason=values["reason"], until=until, before=values["before"]
    )


def of_entry(entry: EntryRow, remark: str | None, changes: FrozenDict = NOTHING) -> HistoryItem:
    """A line of the journal."""
    return HistoryItem(
        at=entry.at,
        actor=entry.actor,
        role=entry.role,
        what=entry.command,
        details=entry.details,
        text=remark,
        changes=changes,
        entered_at=entry.entered_at,
    )


def of_activity(activity: Activity, recorded_by: str | None) -> HistoryItem:
    """An activity as a line of history; whoever recorded it did it, where it names nobody."""
    facts = {
        "means": activity.means,
        "contact": activity.contact,
        "content_id": activity.content_id,
        "subject": activity.subject,
        "amount": None if activity.amount is None else f"{activity.amount:f}",
        "next_at": activity.next_at and activity.next_at.isoformat(),
    }
    words = [word for word in (activity.content, activity.feedback, activity.next_step) if word]
    details: dict[str, Any] = {name: value for name, value in facts.items() if value}
    return HistoryItem(
        at=activity.occurred_at,
        actor=activity.by or recorded_by,
        role=None,
        what=activity.kind,
        details=FrozenDict(details),
        text=" / ".join(words) or None,
    )
