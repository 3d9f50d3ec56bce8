"""What a desk keeps as a review of a period, and as cases that calibrate its policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

from leadkit.desk.execute import Executor
from leadkit.desk.queries import changes_of, record_at
from leadkit.desk.verdict import SEEN_BEFORE, facts_of
from leadkit.desk.work_set import WorkSet
from leadkit.process.lifecycle import IN_QUEUE
from leadkit.reviewing.calibration import Calibration, Outcome, calibrate
from leadkit.reviewing.cases import LeadCase, OpportunityCase, opportunity_case, reason_of, response_due
from leadkit.reviewing.duties import KINDS
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.period import Period
from leadkit.reviewing.records import reviewed_by
from leadkit.reviewing.review import Review
from leadkit.reviewing.standing import RESPONSE, DutyCase
from leadkit.store.mapping import activity_of
from leadkit.store.protocol import Unit, by_id, pages
from leadkit.store.rows import ActivityRow, DutyRow, LeadRow, OpportunityRow
from leadkit.store.tables import DUTIES, LEADS, OPPORTUNITIES

BREACHED = frozenset({"breached", "escalated"})
"""What was notified of a duty that was late."""

OTHER_DUTIES = tuple(kind for kind in KINDS if kind != RESPONSE)


def review(executor: Executor, period: Period, as_of: datetime, notes: ReviewNotes | None) -> Review:
    """The figures of a period, and of the one before it, from the store as it is now."""
    with executor.storage.transaction(read_only=True) as unit:
        work = executor.work_set(unit)
        leads: dict[str, LeadCase] = {}
        touches: dict[str, list[datetime]] = defaultdict(list)
        done: dict[str, list[ActivityRow]] = {}
        homes: dict[str, str] = {}
        for rows in pages(unit, LEADS):
            leads |= {case.id: case for case in _lead_cases(unit, rows)}
            activities = work.activities(row.id for row in rows if row.merged_into is None)
            _add_touches(work, activities, touches)
            done |= {row.id: activities[row.id] for row in rows if row.converted_at and row.id in activities}
            homes |= {row.id: row.merged_into for row in rows if row.merged_into is not None}
        opportunities = list(_opportunity_cases(unit, leads, done, homes))
        duties = list(_duty_cases(unit))
    return reviewed_by(
        executor.policy,
        leads.values(),
        opportunities,
        period,
        as_of=as_of,
        touches=touches,
        duties=duties,
        notes=notes,
    )


def _lead_cases(unit: Unit, rows: list[LeadRow]) -> Iterator[LeadCase]:
    duties = by_id(unit, DUTIES, (f"response:{row.id}" for row in rows))
    return (_lead_case(row, duties.get(f"response:{row.id}")) for row in rows if row.screening != SEEN_BEFORE)


def _lead_case(row: LeadRow, response: DutyRow | None) -> LeadCase:
    return LeadCase(
        id=row.id,
        channel=row.channel,
        industry=row.industry,
        owner=row.owner,
        priority=row.priority,
        status=row.status,
        reason=reason_of(row.status, row.reasons),
        received_at=row.received_at or row.entered_at or row.captured_at,
        first_response_at=row.first_follow_up_at,
        response_due_at=None if response is None else _response_due(row, response),
        converted_at=row.converted_at,
        duplicate=row.merged_into is not None,
    )


def _response_due(row: LeadRow, response: DutyRow) -> datetime | None:
    """When a lead should have been answered; None where that stands still in a pause, too.

    A breach that was notified stays one when the lead leaves the queue. An erasure cancels what is owed to a lead in
    the queue, and the figures must not show it.
    """
    if row.paused_at is not None and row.first_follow_up_at is None and row.paused_at < response.due_at:
        return None
    erased = row.erased_at is not None and row.status in IN_QUEUE
    waited = response.state != "cancelled" or (response.last_alert or "").partition("_")[0] in BREACHED or erased
    return response_due(response.due_at, waited=waited, converted_at=row.converted_at)


def _duty_cases(unit: Unit) -> Iterator[DutyCase]:
    """Every duty but the responses, which the leads say: open, met, or cancelled when it was notified as late."""
    for rows in pages(unit, DUTIES, {"kind": OTHER_DUTIES}):
        for row in rows:
            if row.state in {"open", "met"} or (row.state == "cancelled" and row.last_alert in BREACHED):
                waits = row.state == "open"
                subject = row.opportunity_id or row.lead_id or ""
                due, met = row.due_at, row.met_at
                yield DutyCase(kind=row.kind, subject=subject, owner=row.owner, due_at=due, met_at=met, waits=waits)


def _add_touches(
    work: WorkSet, activities: Mapping[str, list[ActivityRow]], touches: dict[str, list[datetime]]
) -> None:
    kinds = work.policy.document.service_levels.follow_ups
    for lead_id, rows in activities.items():
        touches[lead_id] += [activity.occurred_at for activity in rows if activity.kind in kinds]


def _opportunity_cases(
    unit: Unit, leads: dict[str, LeadCase], done: Mapping[str, list[ActivityRow]], homes: Mapping[str, str]
) -> Iterator[OpportunityCase]:
    """Every opportunity with its lead, and what was done with that or with the lead in which it lives on."""
    for rows in pages(unit, OPPORTUNITIES):
        for row in rows:
            lead_id = row.lead_id or ""
            yield opportunity_case(row, leads.get(lead_id), row.owner, done.get(homes.get(lead_id, lead_id), ()))


def calibration(executor: Executor, as_of: datetime) -> Calibration:
    """Every opportunity that was won or lost by `as_of`, its lead scored as of the day on which it was opened."""
    with executor.storage.transaction(read_only=True) as unit:
        work, outcomes = executor.work_set(unit), list[Outcome]()
        for rows in pages(unit, OPPORTUNITIES):
            outcomes += _outcomes(work, [row for row in rows if row.closed_at is not None and row.closed_at <= as_of])
    return calibrate(executor.policy, outcomes, as_of=as_of)


def _outcomes(work: WorkSet, closed: list[OpportunityRow]) -> Iterator[Outcome]:
    """The cases of closed opportunities; that of an erased lead is none, since nobody knows any more what it said."""
    work.look_up(str(row.lead_id) for row in closed)
    kept = [row for row in closed if row.lead_id in work.leads and work.leads[row.lead_id].erased_at is None]
    homes = {row.id: work.row(str(row.lead_id)) for row in kept}
    touches = work.activities(lead.id for lead in homes.values())
    changes = changes_of(work, (str(row.lead_id) for row in kept))
    for row in kept:
        lead, home = work.leads[str(row.lead_id)], homes[row.id]
        opened = row.opened_at or lead.captured_at
        yield Outcome(
            lead=facts_of(work.policy, record_at(work, lead.id, changes[lead.id], opened), lead.verified, opened),
            activities=[activity_of(touch, None) for touch in touches.get(home.id, ())],
            won=row.status == "won",
            grade=row.grade,
            at=opened,
        )
