"""The time that passes: what has become due since it was last looked at, told once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from leadkit.desk.carry_out import BATCH, Carrier
from leadkit.desk.changes import digest, notice_row
from leadkit.desk.duties import level_of, tell
from leadkit.rules.moments import seconds
from leadkit.store.protocol import Query, Storage, Unit, by_id
from leadkit.store.rows import DutyRow, LeadRow, NoticeRow, OpportunityRow
from leadkit.store.tables import DUTIES, LEADS, OPPORTUNITIES, OUTBOX

Rows = list[tuple[Any, Any]]


def anything(storage: Storage, now: datetime, stale: datetime) -> bool:
    """Whether a tick at `now` has anything to do: something to tell, or a score as old as `stale`.

    Raises:
        FactError: `now` has no time zone.
    """
    seconds(now, "now")
    old = Query(LEADS, {"in_queue": True}, until=("scored_at", stale), order=("scored_at",), limit=1)
    with storage.transaction(read_only=True) as unit:
        return bool(unit.find(_due(now, 1)) or unit.find(old))


def tell_duties(carrier: Carrier, now: datetime) -> Counter[str]:
    """Put a notice into the outbox for everything that was passed by `now`, batch by batch; each once."""
    counts: Counter[str] = Counter()
    while anything_to_tell(carrier.storage, now):
        told = carrier.transaction(lambda unit: _tell_some(unit, carrier, now))
        counts.update(told)
    return counts


def anything_to_tell(storage: Storage, now: datetime) -> bool:
    """Whether something was passed by `now` that nobody was told of."""
    with storage.transaction(read_only=True) as unit:
        return bool(unit.find(_due(now, 1)))


def _due(now: datetime, limit: int) -> Query[DutyRow]:
    return Query(DUTIES, {"state": "open"}, until=("next_at", now), order=("next_at", "id"), limit=limit)


def _tell_some(unit: Unit, carrier: Carrier, now: datetime) -> Counter[str]:
    unit.lock("tick")
    duties = unit.find(_due(now, BATCH))
    leads = by_id(unit, LEADS, (duty.lead_id for duty in duties))
    opportunities = by_id(unit, OPPORTUNITIES, (duty.opportunity_id for duty in duties))
    notices: list[NoticeRow] = []
    after = []
    for duty in duties:
        lead = leads.get(duty.lead_id or "")
        level = level_of(carrier.policy.document.service_levels, duty.kind, lead.priority if lead else None)
        alerts, told = tell(duty, level, now)
        after.append(told)
        for alert in alerts:
            opportunity = opportunities.get(duty.opportunity_id or "")
            notices += [row for _, row in _notice(carrier, duty, lead, opportunity, alert, now)]
    known = by_id(unit, OUTBOX, (row.id for row in notices))
    notices = [row for row in notices if row.id not in known]
    counts = Counter(row.kind for row in notices)
    unit.replace(DUTIES, after)
    unit.add(OUTBOX, notices)
    return counts


def _notice(
    carrier: Carrier,
    duty: DutyRow,
    lead: LeadRow | None,
    opportunity: OpportunityRow | None,
    alert: str,
    now: datetime,
) -> Rows:
    """One notice; its id comes from the duty, its end and what is told, so that a second tick tells nothing new."""
    details = {"due_at": duty.due_at.isoformat(), "provisional": duty.provisional or None}
    if lead is not None and duty.opportunity_id is None:
        details |= {"priority": lead.priority, "nurture_stage": lead.nurture_stage}
    if duty.kind in {"objection", "milestone"}:
        details[duty.kind] = duty.id.partition(":")[2]
    return notice_row(
        carrier.policy,
        f"{duty.kind}_{alert}",
        digest(duty.id, duty.due_at.isoformat(), alert)[:32],
        now,
        lead_id=duty.lead_id,
        opportunity_id=duty.opportunity_id,
        owner=duty.owner,
        grade=opportunity.grade if opportunity else None,
        details=details,
    )
