"""What each command does with one opportunity, from conversion to handover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from attrs import define, evolve, setters

from leadkit.adapters.storage.protocol import Query
from leadkit.adapters.storage.tables import (
    OPPORTUNITIES,
    STATEMENTS,
    MilestoneRow,
    ObjectionRow,
    OpportunityRow,
    StatementRow,
    Table,
)  # fmt: skip
from leadkit.desk.book import Book
from leadkit.desk.changes import Asked, Changes
from leadkit.desk.duties import OpportunityFile
from leadkit.desk.judge import facts_of
from leadkit.desk.leads import lead_of_command
from leadkit.desk.results import Receipt
from leadkit.desk.rows import LEVELS, opportunity_record, sound
from leadkit.errors import CommandError, ConflictError, NotAllowedError, Problem
from leadkit.process.lifecycle import OPPORTUNITY_STEPS, check_step
from leadkit.records.fields import FrozenDict
from leadkit.records.text import CompanyName, read_company
from leadkit.rules.facts import near

Rows = list[tuple[Table[Any], Any]]


@define(on_setattr=setters.frozen, kw_only=True)
class Beginning:
    """What is known of an opportunity when a lead becomes one."""

    id: str
    signals: Mapping[str, Any]
    name: str | None = None
    amount: Decimal | None = None
    expected_close: datetime | None = None


def convert(book: Book, asked: Asked, new: Beginning) -> Changes:
    """Make an opportunity of a qualified lead, or attach the lead to the open one of the same account."""
    lead = lead_of_command(book, asked)
    facts = facts_of(asked.policy, book.lead(lead.id), lead.verified, asked.command.at)
    _qualified(asked, lead.id, facts, new.signals)
    company = read_company(lead.company_name or "")
    same = _open_ones(book, company) if company.core else []
    first = lead.converted_at or asked.command.at
    book.rows[lead.id] = evolve(lead, status="converted", in_queue=False, converted_at=first)
    signals = tuple(sorted(name for name, value in new.signals.items() if value is True))
    if same:
        receipt = _receipt(asked, same[0], "attached", lead_id=lead.id, version=same[0].version)
        return Changes(receipt=receipt, add=[_converted(asked, lead.id, same[0].id, signals)])
    row = OpportunityRow(
        id=new.id,
        lead_id=lead.id,
        name=new.name or lead.company_name,
        account=lead.company_name,
        account_key=company.core or None,
        owner=lead.owner,
        amount=new.amount if new.amount is not None else facts.get("budget"),
        expected_close=new.expected_close,
        opened_at=asked.command.at,
    )
    book.files[row.id] = OpportunityFile(sound(row, lead.id))
    receipt = _receipt(asked, row, "converted", lead_id=lead.id, version=1)
    return Changes(receipt=receipt, add=[_converted(asked, lead.id, row.id, signals)])


def assess(book: Book, asked: Asked, levels: Mapping[str, Any], reason: str | None) -> Changes:
    """Judge an opportunity; a grade other than the confirmed one waits for a supervisor."""
    file = _file(book, asked)
    unknown = [name for name in levels if name not in {*LEVELS, "amount", "expected_close"}]
    if unknown:
        hint = f"possible: {', '.join((*LEVELS, 'amount', 'expected_close'))}"
        raise CommandError([Problem(file.row.id, "is no part of an assessment", hint, path=name) for name in unknown])
    _levels_exist(asked, file.row.id, levels)
    row = sound(evolve(file.row, **levels, assessed_at=asked.command.at), file.row.id)
    grade = asked.policy.grade(opportunity_record(row), as_of=asked.command.at).grade
    row = evolve(row, proposed_grade=grade)
    told = "grade_to_confirm" if grade is not None and grade != row.grade else None
    return _changed(
        book, asked, file, row, "assessed", told=told, reason=reason, grade=grade, confirmed=row.grade, **_told(levels)
    )


def confirm_grade(book: Book, asked: Asked, reason: str | None) -> Changes:
    """Confirm the grade that was proposed; the grade before it is kept in the journal."""
    file = _file(book, asked)
    before = file.row
    if before.proposed_grade is None:
        hint = "assess it first; a grade is open while a level is not known"
        raise CommandError(Problem(before.id, "has no grade to confirm", hint))
    changed = before.proposed_grade != before.grade
    row = evolve(
        before,
        grade=before.proposed_grade,
        graded_at=asked.command.at if changed else before.graded_at,
        phase="graded" if before.phase == "assessing" else before.phase,
    )
    told = "grade_changed" if changed and before.grade is not None else None
    return _changed(book, asked, file, row, "graded", told=told, reason=reason, before=before.grade, after=row.grade)


def report(book: Book, asked: Asked, said: Mapping[str, Any]) -> Changes:
    """Hand in the project report: strategy and expected goal."""
    file = _file(book, asked)
    row = evolve(file.row, report_at=asked.command.at)
    return _changed(book, asked, file, row, "reported", said=said)


def plan(book: Book, asked: Asked, said: Mapping[str, Any], milestones: Sequence[tuple[str, datetime]]) -> Changes:
    """Submit the conversion plan; talks begin once it is approved."""
    file = _file(book, asked)
    naive = [name for name, due_at in milestones if due_at.tzinfo is None]
    if naive:
        said_of_it, hint = "is due at a time without a zone", "use .replace(tzinfo=...)"
        raise CommandError(Problem(file.row.id, said_of_it, hint, path=f"milestones.{name}") for name in naive)
    row = evolve(file.row, phase="planning", plan_at=asked.command.at, plan_approved_at=None)
    steps = tuple(
        MilestoneRow(
            id=f"{asked.entry_id}-{place}", opportunity_id=row.id, lead_id=row.lead_id, name=name, due_at=due_at
        )
        for place, (name, due_at) in enumerate(milestones, 1)
    )
    return _changed(
        book, asked, evolve(file, milestones=steps), row, "planned", told="approval_asked", said=said, grade=row.grade
    )


def decide_plan(book: Book, asked: Asked, reason: str | None, *, approved: bool) -> Changes:
    """Approve a plan, so that talks begin, or send it back."""
    file = _file(book, asked)
    roles = asked.policy.document.approvals.get(file.row.grade or "")
    if roles is not None and asked.command.actor.role not in roles:
        said = f"{asked.command.actor.role} may not decide on the plan of an opportunity of grade {file.row.grade}"
        raise NotAllowedError(Problem(file.row.id, said, f"{', '.join(roles)} may", path=asked.command.name))
    at = asked.command.at
    decided: dict[str, Any] = {"phase": "graded", "plan_at": None}
    row = evolve(file.row, **({"phase": "negotiating", "plan_approved_at": at} if approved else decided))
    outcome = "approved" if approved else "rejected"
    return _changed(book, asked, file, row, outcome, told=f"plan_{outcome}", reason=reason, grade=row.grade)


def reach(book: Book, asked: Asked, milestone: str) -> Changes:
    """Note that a milestone was reached; `milestone` is its id or its name."""
    file = _file(book, asked)
    found = [one for one in file.milestones if milestone in {one.id, one.name} and one.reached_at is None]
    if not found:
        names = ", ".join(one.name for one in file.milestones if one.reached_at is None) or "none is left"
        raise CommandError(Problem(file.row.id, "has no such milestone to reach", f"possible: {names}"))
    steps = tuple(evolve(one, reached_at=asked.command.at) if one is found[0] else one for one in file.milestones)
    return _changed(book, asked, evolve(file, milestones=steps), file.row, "reached", milestone=found[0].id)


def raise_objection(book: Book, asked: Asked, text: str, *, key: bool) -> Changes:
    """Keep an objection of the customer's; a key one goes to the whole team at once."""
    file = _file(book, asked)
    number = max((one.round for one in file.objections), default=0) + 1
    new = ObjectionRow(
        id=f"{file.row.id}-{number}",
        opportunity_id=file.row.id,
        lead_id=file.row.lead_id,
        round=number,
        key=key,
        raised_at=asked.command.at,
    )
    return _changed(
        book,
        asked,
        evolve(file, objections=(*file.objections, new)),
        file.row,
        "raised",
        told="objection_escalated" if key else None,
        said={"text": text},
        objection=new.id,
        key=key,
    )


def answer_objection(book: Book, asked: Asked, objection: str, text: str) -> Changes:
    """Keep the answer to an objection."""
    file = _file(book, asked)
    found = next((one for one in file.objections if one.id == objection and one.answered_at is None), None)
    if found is None:
        left = ", ".join(one.id for one in file.objections if one.answered_at is None) or "none is open"
        raise CommandError(Problem(file.row.id, "has no such objection to answer", f"possible: {left}"))
    answered = tuple(evolve(one, answered_at=asked.command.at) if one is found else one for one in file.objections)
    return _changed(
        book,
        asked,
        evolve(file, objections=answered),
        file.row,
        "answered",
        said={"text": text},
        objection=objection,
    )


def draft_contract(book: Book, asked: Asked, said: Mapping[str, Any]) -> Changes:
    """Keep the draft of the contract; a new draft needs a new legal review."""
    file = _file(book, asked)
    drafted: dict[str, Any] = {"contract_drafted_at": asked.command.at, "contract_reviewed_at": None}
    unsigned: dict[str, Any] = {"signed_by_us_at": None, "signed_by_customer_at": None}
    row = evolve(file.row, phase="contracting", **drafted, **unsigned)
    return _changed(book, asked, file, row, "drafted", told="contract_to_review", said=said)


def review_contract(book: Book, asked: Asked, reason: str | None, *, approved: bool) -> Changes:
    """The verdict of the legal review."""
    file = _file(book, asked)
    row = evolve(file.row, contract_reviewed_at=asked.command.at if approved else None)
    outcome = "approved" if approved else "rejected"
    return _changed(book, asked, file, row, outcome, told=f"contract_{outcome}", reason=reason)


def sign(book: Book, asked: Asked, side: str) -> Changes:
    """One side signs; with the second signature the deal is signed."""
    file = _file(book, asked)
    sides = {"us": "signed_by_us_at", "customer": "signed_by_customer_at"}
    if side not in sides:
        raise CommandError(Problem(file.row.id, "is signed by one of two sides", "us or customer", path="side"))
    if file.row.contract_reviewed_at is None:
        raise CommandError(
            Problem(file.row.id, "can't be signed before the legal review", "possible now: review_contract")
        )
    if getattr(file.row, sides[side]) is not None:
        raise ConflictError(Problem(file.row.id, f"was signed by {side} already", "nothing to do"))
    signature: dict[str, Any] = {sides[side]: asked.command.at}
    row = evolve(file.row, **signature)
    both = row.signed_by_us_at is not None and row.signed_by_customer_at is not None
    row = evolve(row, phase="signed" if both else row.phase)
    return _changed(book, asked, file, row, "signed", side=side)


def win(book: Book, asked: Asked, factors: tuple[str, ...]) -> Changes:
    """Mark a signed opportunity as won, at the time of the second signature."""
    file = _file(book, asked)
    signed = max(filter(None, (file.row.signed_by_us_at, file.row.signed_by_customer_at)))
    row = evolve(file.row, phase="won", stage="won", won_at=asked.command.at, closed_at=signed, win_factors=factors)
    amount = None if row.amount is None else str(row.amount)
    return _changed(book, asked, file, row, "won", told="opportunity_won", amount=amount)


def lose(book: Book, asked: Asked, lost_reason: str, competitor: str | None, reason: str | None) -> Changes:
    """Mark an opportunity as lost, with the reason that the review counts."""
    file = _file(book, asked)
    row = evolve(
        file.row, phase="lost", stage="lost", closed_at=asked.command.at, lost_reason=lost_reason, competitor=competitor
    )
    told = "opportunity_lost"
    return _changed(
        book, asked, file, row, "lost", told=told, reason=reason, lost_reason=lost_reason, competitor=competitor
    )


def hand_over(book: Book, asked: Asked, terms: str) -> Changes:
    """Hand customer, need and terms over to delivery."""
    file = _file(book, asked)
    if file.row.handed_over_at is not None:
        raise ConflictError(Problem(file.row.id, "was handed over already", "nothing to do"))
    lead = book.lead(book.row(file.row.lead_id).id) if file.row.lead_id else None
    said: dict[str, Any] = {"terms": terms}
    if lead is not None:
        said |= {
            "customer": {"company": lead.company.name, **lead.contact.model_dump(exclude_none=True)},
            "need": lead.need.description or lead.need.product,
        }
    row = evolve(file.row, handed_over_at=asked.command.at)
    return _changed(book, asked, file, row, "handed_over", told="handed_over", said=said)


def _qualified(asked: Asked, lead_id: str, facts: Mapping[str, Any], signals: Mapping[str, Any]) -> None:
    found = asked.policy.qualify(facts, signals)
    if found.outcome == "yes":
        return
    said = "is not qualified" if found.outcome == "no" else "is not known to be qualified"
    missing = ", ".join((*found.unmet, *found.unknown))
    raise CommandError(Problem(lead_id, said, f"not met: {missing}", path="qualification.conversion"))


def _open_ones(book: Book, company: CompanyName) -> list[OpportunityRow]:
    """The open opportunities of a company, in whatever spelling; places may not contradict each other."""
    found = book.unit.find(Query(OPPORTUNITIES, {"account_key": company.core, "stage": "open"}))
    return [row for row in found if company.same_as(read_company(row.account or ""))]


def _converted(asked: Asked, lead_id: str, opportunity_id: str, signals: tuple[str, ...]) -> tuple[Table[Any], Any]:
    """The line of the journal of a conversion, which belongs to the lead and to the opportunity."""
    table, entry = asked.entry(lead_id, opportunity=opportunity_id, signals=signals)
    return table, evolve(entry, opportunity_id=opportunity_id)


def _levels_exist(asked: Asked, opportunity_id: str, levels: Mapping[str, Any]) -> None:
    known = asked.policy.document.grading.levels if asked.policy.document.grading else {}
    strange = [(name, levels[name]) for name in known if levels.get(name) not in {None, *known[name]}]
    if strange:
        raise CommandError(
            Problem(opportunity_id, f"there is no level {level}", near(str(level), known[name]), path=name)
            for name, level in strange
        )


def _file(book: Book, asked: Asked) -> OpportunityFile:
    """The opportunity of the command, in a phase that allows it, at the version that was asked for."""
    file = book.file(str(asked.command.opportunity_id))
    expected = asked.command.given.get("version")
    if expected is not None and expected != file.row.version:
        said = f"somebody else changed this opportunity first: version {file.row.version}, not {expected}"
        raise ConflictError(Problem(file.row.id, said, "read it again and decide anew"))
    check_step(OPPORTUNITY_STEPS, asked.command.name, file.row.phase, file.row.id)
    return file


def _changed(
    book: Book,
    asked: Asked,
    file: OpportunityFile,
    row: OpportunityRow,
    outcome: str,
    *,
    told: str | None = None,
    reason: str | None = None,
    said: Mapping[str, Any] | None = None,
    **details: Any,
) -> Changes:
    """The opportunity as it is now, a line of the journal, what was written apart from it, and a notice."""
    touched = sound(evolve(row, lead_id=row.lead_id), row.id)
    book.files[row.id] = evolve(file, row=touched)
    stored = evolve(touched, version=row.version + 1)
    add: Rows = [asked.entry(row.lead_id, **details)]
    add += asked.remark(row.lead_id or row.id, reason)
    add += [(STATEMENTS, _statement(asked, row, said))] if said else []
    add += asked.notice(told, stored, **details) if told else []
    return Changes(receipt=_receipt(asked, row, outcome, lead_id=row.lead_id, version=stored.version), add=add)


def _statement(asked: Asked, row: OpportunityRow, said: Mapping[str, Any]) -> StatementRow:
    return StatementRow(
        id=asked.entry_id,
        lead_id=row.lead_id,
        opportunity_id=row.id,
        kind=asked.command.name,
        written_at=asked.command.at,
        written_by=asked.command.actor.id,
        said=FrozenDict(said),
    )


def _receipt(asked: Asked, row: OpportunityRow, outcome: str, *, lead_id: str | None, version: int) -> Receipt:
    return Receipt(
        command=asked.command.name,
        outcome=outcome,
        lead_id=lead_id,
        opportunity_id=row.id,
        status=row.phase,
        version=version,
        owner=row.owner,
    )


def _told(levels: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) for name, value in levels.items()}
