"""Stored rows and what people wrote as the opportunity that a desk answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from leadkit.desk.opportunities.state import (
    Approval,
    Contract,
    ConversionPlan,
    Handover,
    Milestone,
    Objection,
    OpportunityState,
    ProjectReport,
)
from leadkit.desk.opportunities.written import (
    ACCEPTED,
    ANSWERED,
    APPROVED,
    ASKED,
    DRAFTED,
    HANDED_OVER,
    IMPORTED,
    LOST,
    NOTHING_WRITTEN,
    PLANNED,
    RAISED,
    REJECTED,
    REPORTED,
    RETURNED,
    REVIEWED,
    Written,
)
from leadkit.desk.owed import OpportunityFile, signed_at
from leadkit.process.states import Stage
from leadkit.records.fields import FrozenDict
from leadkit.store.mapping import opportunity_record
from leadkit.store.opportunity_rows import MilestoneRow, ObjectionRow, StatementRow
from leadkit.store.process_rows import EntryRow


def state_of_opportunity(file: OpportunityFile, texts: Written = NOTHING_WRITTEN) -> OpportunityState:
    """An opportunity as it stands in its rows, with what people wrote about it."""
    row = file.row
    return OpportunityState(
        opportunity=opportunity_record(row),
        version=row.version,
        stage=cast("Stage", row.stage),
        proposed_grade=row.proposed_grade,
        graded_at=row.graded_at,
        handed_over_at=row.handed_over_at,
        competitor=row.competitor,
        last_follow_up_at=row.last_follow_up_at,
        next_follow_up_at=row.next_follow_up_at,
        team=row.team,
        milestones=tuple(map(_milestone, file.milestones)),
        objections=tuple(_objection(objection, texts) for objection in file.objections),
        amount_basis=row.amount_basis,
        amount_low=row.amount_low,
        amount_high=row.amount_high,
        close_basis=row.close_basis,
        plan=_plan(file, texts),
        report=_report(texts),
        contract=_contract(file, texts),
        handover=_handover(texts),
        loss_reason=_loss_reason(texts) if row.stage == "lost" else None,
    )


def _loss_reason(texts: Written) -> str | None:
    """Why it was lost, as whoever gave it up wrote, or a sheet from which it came."""
    lines = (entry for entry in reversed(texts.entries) if entry.command in {LOST, IMPORTED})
    return next(filter(None, map(texts.reason, lines)), None)


def _milestone(row: MilestoneRow) -> Milestone:
    return Milestone(row.id, row.name, row.due_at, row.reached_at)


def _objection(row: ObjectionRow, texts: Written) -> Objection:
    raised, answered = texts.of_objection(RAISED, row.id), texts.of_objection(ANSWERED, row.id)
    asked = texts.of_objection(ASKED, row.id)
    return Objection(
        row.id,
        row.round,
        row.key,
        row.raised_at,
        row.answered_at,
        text=raised.fields["text"] if raised else None,
        raised_by=raised.written_by if raised else None,
        answer=answered.fields["text"] if answered else None,
        answered_by=answered.written_by if answered else None,
        kind=row.kind,
        expert=row.expert,
        expert_asked_at=row.expert_asked_at,
        question=asked.fields["text"] if asked else None,
    )


def _plan(file: OpportunityFile, texts: Written) -> ConversionPlan | None:
    statement = texts.latest(PLANNED)
    if statement is None:
        return None
    floor = file.row.price_floor
    return ConversionPlan(**_signed(statement), price_floor=floor, approval=_plan_approval(file, texts))


def _plan_approval(file: OpportunityFile, texts: Written) -> Approval | None:
    """The verdict that holds: a grade that rose since may have taken an approval back."""
    if file.row.plan_approved_at is not None:
        return _approval(texts.last(APPROVED), texts, approved=True)
    return _approval(texts.last(REJECTED), texts, approved=False) if file.row.plan_at is None else None


def _report(texts: Written) -> ProjectReport | None:
    statement = texts.latest(REPORTED)
    return None if statement is None else ProjectReport(**_signed(statement))


def _contract(file: OpportunityFile, texts: Written) -> Contract | None:
    statement, last = texts.latest(DRAFTED), texts.last(DRAFTED, REVIEWED)
    if statement is None:
        return None
    reviewed = last if last is not None and last.command == REVIEWED else None
    return Contract(
        **{**_signed(statement), "amount": file.row.contract_amount, "signed_at": signed_at(file.row)},
        legal_review=_approval(reviewed, texts, approved=file.row.contract_reviewed_at is not None),
        signed_by_us_at=file.row.signed_by_us_at,
        signed_by_customer_at=file.row.signed_by_customer_at,
    )


def _handover(texts: Written) -> Handover | None:
    statement = texts.latest(HANDED_OVER)
    if statement is None:
        return None
    last = texts.last(HANDED_OVER, ACCEPTED, RETURNED)
    waits = last is None or last.command == HANDED_OVER
    verdict = None if last is None or waits else _approval(last, texts, approved=last.command == ACCEPTED)
    missing = tuple(last.details.get("missing", ())) if last is not None else ()
    return Handover(**_signed(statement), verdict=verdict, missing=missing)


def _approval(entry: EntryRow | None, texts: Written, *, approved: bool) -> Approval | None:
    if entry is None:
        return None
    return Approval(approved=approved, reason=texts.reason(entry), at=entry.at, by=entry.actor)


def _signed(statement: StatementRow) -> dict[str, Any]:
    """What was written, with when and by whom."""
    return {**dict(_fields(statement)), "at": statement.written_at, "by": statement.written_by}


def _fields(statement: StatementRow) -> Iterator[tuple[str, Any]]:
    for name, value in statement.fields.items():
        yield name, FrozenDict(value) if isinstance(value, Mapping) else value
