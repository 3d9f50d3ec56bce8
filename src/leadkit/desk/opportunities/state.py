"""An opportunity as a desk answers it: where it stands, and all that people wrote about it, with who and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, cast

from attrs import define, field, setters

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
from leadkit.records import Activity, Opportunity
from leadkit.records.fields import FrozenDict
from leadkit.results import Result
from leadkit.store.mapping import opportunity_record
from leadkit.store.opportunity_rows import MilestoneRow, ObjectionRow, StatementRow
from leadkit.store.process_rows import EntryRow
from leadkit.store.rows import NOTHING


@define(on_setattr=setters.frozen)
class Milestone(Result):
    """A step of the conversion plan: when it is due, and when it was reached; None before."""

    id: str
    name: str
    due_at: datetime
    reached_at: datetime | None


@define(on_setattr=setters.frozen)
class Objection(Result):
    """An objection of the customer's, and our answer; a `key` one went to the whole team.

    `kind` is one of the policy's, and `suggested` are the pieces of content that answer it. `expert` was asked for help
    last, at `expert_asked_at`, with a `question`.
    """

    id: str
    number: int
    key: bool
    raised_at: datetime
    answered_at: datetime | None
    text: str | None = field(default=None, repr=False)
    raised_by: str | None = field(default=None, repr=False)
    answer: str | None = field(default=None, repr=False)
    answered_by: str | None = None
    kind: str | None = None
    suggested: tuple[str, ...] = ()
    expert: str | None = None
    expert_asked_at: datetime | None = None
    question: str | None = field(default=None, repr=False)


@define(on_setattr=setters.frozen, kw_only=True)
class Approval(Result):
    """The verdict on a plan or a contract: approved, or sent back; `reason` is in the words of who gave it."""

    approved: bool
    reason: str | None = field(default=None, repr=False)
    at: datetime
    by: str


@define(on_setattr=setters.frozen, kw_only=True)
class ConversionPlan(Result):
    """The latest plan, as it was submitted, and the verdict on it; None while it waits for one.

    `price_floor` is the lowest sum that we sign for.
    """

    pains: str = field(repr=False)
    advantages: str = field(repr=False)
    strategy: str = field(repr=False)
    price_floor: Decimal | None = None
    at: datetime
    by: str
    approval: Approval | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class ProjectReport(Result):
    """The latest project report."""

    strategy: str = field(repr=False)
    goal: str = field(repr=False)
    at: datetime
    by: str


@define(on_setattr=setters.frozen, kw_only=True)
class Contract(Result):
    """The contract by its latest draft, the legal verdict on this draft, and the signatures; None before each.

    `amount` is its sum, `payment`, `delivery` and `liability` are its terms, and `terms` what else it says. It is
    signed at the second signature.
    """

    number: str | None = field(default=None, repr=False)
    amount: Decimal | None = None
    payment: str | None = field(default=None, repr=False)
    delivery: str | None = field(default=None, repr=False)
    liability: str | None = field(default=None, repr=False)
    terms: str | None = field(default=None, repr=False)
    at: datetime
    by: str
    legal_review: Approval | None = None
    signed_by_us_at: datetime | None = None
    signed_by_customer_at: datetime | None = None
    signed_at: datetime | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class Handover(Result):
    """What delivery was given: the terms, those of the contract, and the customer and their need as they were then.

    `verdict` is what delivery made of it, None while it waits for one; `missing` are the codes of what was missing.
    """

    terms: str | None = field(default=None, repr=False)
    contract: FrozenDict = field(default=NOTHING, repr=False)
    customer: FrozenDict = field(default=NOTHING, repr=False)
    need: str | None = field(default=None, repr=False)
    at: datetime
    by: str
    verdict: Approval | None = None
    missing: tuple[str, ...] = ()


MOST_EVEN = 3
"""With more rivals than this we are one of many."""


@define(on_setattr=setters.frozen, kw_only=True)
class OpportunityState(Result):
    """An opportunity and where it stands.

    `stage` is the step of the process: `assessing`, `graded`, `planning`, `negotiating`, `contracting`, `signed`, `won`
    or `lost`. `proposed_grade` is what its levels come to; the record's `grade` is the confirmed one. `amount_basis` is
    what the record's amount stands on: `given`, `budget` (of the lead, from `amount_low` to `amount_high`) or
    `contract`; `close_basis` the same of its expected close: `given` or `purchase_date`. `team` stands by it beside its
    owner. `plan`, `report`, `contract` and `handover` are the latest of their kind, `activities` those that are about
    it, and `loss_reason` is why it was lost in somebody's own words. What nobody wrote, or was erased with the person
    behind the lead, is None.
    """

    ADDED = ("id", "suggested_competition")

    opportunity: Opportunity = field(repr=attrgetter("id"))
    version: int
    stage: Stage
    proposed_grade: str | None
    graded_at: datetime | None
    handed_over_at: datetime | None
    competitor: str | None = field(repr=False)
    milestones: tuple[Milestone, ...]
    objections: tuple[Objection, ...]
    last_follow_up_at: datetime | None = None
    next_follow_up_at: datetime | None = None
    team: tuple[str, ...] = ()
    amount_basis: str | None = None
    amount_low: Decimal | None = None
    amount_high: Decimal | None = None
    close_basis: str | None = None
    plan: ConversionPlan | None = None
    report: ProjectReport | None = None
    contract: Contract | None = None
    handover: Handover | None = None
    loss_reason: str | None = field(default=None, repr=False)
    activities: tuple[Activity, ...] = field(default=(), repr=False)

    @property
    def id(self) -> str:
        """The opportunity's id."""
        return self.opportunity.id

    @property
    def suggested_competition(self) -> str | None:
        """The level of competition that the rivals speak for, where another one was entered, or none; else None.

        Up to three rivals speak for `even`, more for `behind`. It is a hint: the level stays as somebody entered it.
        """
        number, entered = len(self.opportunity.rivals), self.opportunity.assessment.competition
        suggested = None if not number else "even" if number <= MOST_EVEN else "behind"
        return None if entered in {suggested, "behind"} else suggested


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
