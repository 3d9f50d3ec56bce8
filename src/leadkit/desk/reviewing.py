"""What a desk keeps, as a review of a period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from attrs import evolve

from leadkit.desk.duties import LATE
from leadkit.desk.execute import Executor
from leadkit.desk.review_notes import measures, notes_of
from leadkit.desk.stage_times import STAGE_COLUMNS, furthest_stage, stage_since
from leadkit.desk.verdict import SEEN_BEFORE
from leadkit.policy.channels import Channels
from leadkit.process.service_levels import ServiceLevels
from leadkit.process.states import IN_QUEUE
from leadkit.reviewing.cases import LeadCase, OpportunityCase, last_touch, opportunity_case, reason_of, response_due
from leadkit.reviewing.content_rates import ContentCase, content_rates
from leadkit.reviewing.duties import KINDS
from leadkit.reviewing.measures import measures_beside
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.objections import ObjectionCase, objections
from leadkit.reviewing.overrides import OverrideCase, overrides
from leadkit.reviewing.period import Period
from leadkit.reviewing.records import SizeLevel, reviewed_by, size_level, tallies_of
from leadkit.reviewing.review import Review
from leadkit.reviewing.spend import Spend
from leadkit.reviewing.standing import RESPONSE, DutyCase
from leadkit.reviewing.traits import Traits
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.process_rows import DutyRow
from leadkit.store.protocol import Query, Unit, by_id, column_pages, pages
from leadkit.store.rows import ActivityRow, LeadRow
from leadkit.store.tables import ACTIVITIES, DUTIES, JOURNAL, LEADS, OBJECTIONS, OPPORTUNITIES, Table

OBJECTION = "objection"
OTHER_DUTIES = tuple(kind for kind in KINDS if kind != RESPONSE)
COLUMNS: Mapping[Table[Any], tuple[str, ...]] = {
    LEADS: (
        "id", "channel", "industry", "owner", "priority", "status", "screening", "reasons", "received_at", "entered_at",
        "captured_at", "first_follow_up_at", "converted_at", "paused_at", "merged_into", "erased_at", "tags",
        "channel_detail", "product", "region", "company_size",
    ),
    DUTIES: ("id", "kind", "lead_id", "opportunity_id", "owner", "due_at", "state", "met_at", "last_alert"),
    ACTIVITIES: ("id", "lead_id", "kind", "means", "occurred_at", "content_id"),
    OPPORTUNITIES: (
        "id", "lead_id", "owner", "status", "stage", "grade", "amount", "expected_close", "closed_at", "lost_reason",
        "competitor", "rivals",
        *STAGE_COLUMNS,
    ),
}  # fmt: skip
"""What a review reads; of a large store it reads every row."""


def review(
    executor: Executor, period: Period, as_of: datetime, notes: ReviewNotes | None, spend: tuple[Spend, ...] = ()
) -> Review:
    """The figures of a period, and of the one before it, from the store as it is now."""
    channels, levels = executor.policy.document.channels, executor.policy.document.service_levels
    size_of = size_level(executor.policy)
    now, before = tallies = tallies_of(period, as_of)
    with executor.storage.transaction(read_only=True) as unit:
        deals = list(_rows(unit, OPPORTUNITIES))
        wanted = {row.lead_id for row in deals}
        leads: dict[str, LeadCase] = {}
        homes: dict[str, str] = {}
        responses: list[DutyRow] = []
        for row, response in _with_response(unit, responses):
            if row.merged_into is not None:
                homes[row.id] = row.merged_into
            if row.screening != SEEN_BEFORE:
                case = _lead_case(row, response, channels, size_of)
                now.lead(case)
                before.lead(case)
                if row.id in wanted or row.converted_at is not None:
                    leads[row.id] = case
        touches, done, sent = _activities(unit, leads, homes, levels)
        for duty in _duty_cases(unit, responses):
            now.duty(duty)
        cases = list(_objection_cases(unit, deals))
        overridden = list(_override_cases(unit, executor.policy.priorities, deals, homes, period))
        written = notes_of(unit, period) if notes is None else notes
        decided = measures_beside(measures(unit), period, as_of)
    for row in deals:
        lead_id = row.lead_id or ""
        home = homes.get(lead_id, lead_id)
        last = last_touch(touches.get(home, ()), as_of)
        opportunity = _opportunity_case(row, leads.get(lead_id), done.get(home, ()), last)
        now.opportunity(opportunity)
        before.opportunity(opportunity)
    for times in touches.values():
        now.touches(times)
    result = reviewed_by(executor.policy, tallies, period, as_of=as_of, notes=written, spend=spend)
    return evolve(
        result,
        objections=objections(cases, period, as_of),
        content_rates=content_rates(sent, period, as_of),
        overrides=overrides(overridden, period, as_of),
        measures=decided,
    )


def _rows(unit: Unit, table: Table[Any], where: Mapping[str, Any] | None = None) -> Iterator[Any]:
    """All rows of a table by id, with what a review needs of them."""
    return chain.from_iterable(column_pages(unit, table, COLUMNS[table], where))


def _with_response(unit: Unit, others: list[DutyRow]) -> Iterator[tuple[LeadRow, DutyRow | None]]:
    """Every lead with the duty to respond to it: both come by id, and that of a duty is made from that of its lead.

    The responses to those that came back are put into `others`.
    """
    duties = _rows(unit, DUTIES, {"kind": RESPONSE})
    duty = next(duties, None)
    for row in _rows(unit, LEADS):
        key = f"{RESPONSE}:{row.id}"
        while duty is not None and duty.id < key:
            others.append(duty)
            duty = next(duties, None)
        if duty is None or duty.id != key:
            yield row, None
            continue
        yield row, duty
        duty = next(duties, None)
    others += [duty] if duty is not None else []
    others += duties


def _lead_case(row: LeadRow, response: DutyRow | None, channels: Channels, size_of: SizeLevel) -> LeadCase:
    channel = channels.canonical(row.channel)
    return LeadCase(
        id=row.id,
        channel=channel,
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
        traits=Traits.of(row.tags, channel, row.channel_detail, row.product, row.region, size_of(row.company_size)),
    )


def _response_due(row: LeadRow, response: DutyRow) -> datetime | None:
    """When a lead should have been answered; None where that stands still in a pause, too.

    A breach that was notified stays one when the lead leaves the queue. An erasure cancels what is owed to a lead in
    the queue, and the figures must not show it.
    """
    if row.paused_at is not None and row.first_follow_up_at is None and row.paused_at < response.due_at:
        return None
    erased = row.erased_at is not None and row.status in IN_QUEUE
    waited = response.state != "cancelled" or _was_late(response) or erased
    return response_due(response.due_at, waited=waited, converted_at=row.converted_at)


def _duty_cases(unit: Unit, responses: Iterable[DutyRow]) -> Iterator[DutyCase]:
    """Every duty but the first responses, which the leads say: open, met, or cancelled when it was notified as late."""
    for row in chain(_rows(unit, DUTIES, {"kind": OTHER_DUTIES}), responses):
        if row.state in {"open", "met"} or (row.state == "cancelled" and _was_late(row)):
            waits = row.state == "open"
            subject = row.opportunity_id or row.lead_id or ""
            due, met = row.due_at, row.met_at
            yield DutyCase(kind=row.kind, subject=subject, owner=row.owner, due_at=due, met_at=met, waits=waits)


def _was_late(row: DutyRow) -> bool:
    return (row.last_alert or "").partition("_")[0] in LATE


def _objection_cases(unit: Unit, deals: Iterable[OpportunityRow]) -> Iterator[ObjectionCase]:
    """Every objection, with its duty and how its opportunity ended."""
    by_deal = {row.id: row for row in deals}
    due = {row.id.partition(":")[2]: row.due_at for row in _rows(unit, DUTIES, {"kind": OBJECTION})}
    for page in pages(unit, OBJECTIONS):
        for row in page:
            deal = by_deal.get(row.opportunity_id)
            yield ObjectionCase(
                kind=row.kind,
                raised_at=row.raised_at,
                due_at=due.get(row.id),
                answered_at=row.answered_at,
                status=deal.status if deal else "open",
                closed_at=deal.closed_at if deal else None,
            )


def _override_cases(
    unit: Unit, bands: Sequence[str], deals: Iterable[OpportunityRow], homes: Mapping[str, str], period: Period
) -> Iterator[OverrideCase]:
    """Every band that a person said in the period, with what became of the lead, or of the one that it lives on in."""
    entries = unit.find(Query(JOURNAL, {"command": "override"}, until=("at", period.end), order=("seq",)))
    verdicts = [entry for entry in entries if entry.details.get("band") in bands and entry.at >= period.start]
    rows = by_id(unit, LEADS, {homes.get(str(entry.lead_id), str(entry.lead_id)) for entry in verdicts})
    won = {homes.get(str(row.lead_id), row.lead_id) for row in deals if row.status == "won"}
    for entry in verdicts:
        lead_id = homes.get(str(entry.lead_id), str(entry.lead_id))
        status = rows[lead_id].status if lead_id in rows else "erased"
        result = "won" if lead_id in won else status if status in {"converted", "invalid", "archived"} else "open"
        band, before = entry.details["band"], entry.details.get("priority")
        steps = bands.index(before) - bands.index(band) if before in bands else 0
        yield OverrideCase(lead_id=lead_id, by=entry.actor, at=entry.at, steps=steps, result=result)


def _activities(
    unit: Unit, leads: Mapping[str, LeadCase], homes: Mapping[str, str], levels: ServiceLevels
) -> tuple[dict[str, list[datetime]], dict[str, list[ActivityRow]], list[ContentCase]]:
    """The times of our follow-ups by lead, the activities of converted leads, and what content was sent.

    A merged lead's activities are those of the lead in which it lives on.
    """
    sent: list[ContentCase] = []
    touches: dict[str, list[datetime]] = defaultdict(list)
    done: dict[str, list[ActivityRow]] = defaultdict(list)
    for row in _rows(unit, ACTIVITIES):
        home = homes.get(row.lead_id, row.lead_id)
        if home in homes:
            continue
        if row.content_id is not None:
            answered = row.kind in levels.answers
            sent.append(ContentCase(content_id=row.content_id, sent_at=row.occurred_at, answered=answered))
        if row.kind in levels.follow_ups:
            touches[home].append(row.occurred_at)
        lead = leads.get(home)
        if lead is not None and lead.converted_at is not None:
            done[home].append(row)
    return touches, done, sent


def _opportunity_case(
    row: OpportunityRow, lead: LeadCase | None, activities: Iterable[ActivityRow], last: datetime | None
) -> OpportunityCase:
    """An opportunity with its lead, what was done with that or with the lead in which it lives on, and its stages."""
    since, furthest = stage_since(row), furthest_stage(row)
    return opportunity_case(row, lead, row.owner, activities, last, stage_since=since, furthest_stage=furthest)
