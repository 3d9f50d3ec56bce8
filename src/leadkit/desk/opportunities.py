"""From a lead to an approved plan: conversion, assessment, grade, report and plan of one opportunity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from attrs import define, evolve, setters

from leadkit.desk.book import Book
from leadkit.desk.changes import Asked, Changes
from leadkit.desk.duties import OpportunityFile
from leadkit.desk.judge import facts_of
from leadkit.desk.leads import lead_of_command, member_of
from leadkit.desk.opportunity_changes import changed, opportunity_of_command, receipt_of
from leadkit.errors import CommandError, NotAllowedError, Problem
from leadkit.policy import Policy
from leadkit.process.assignment import choose
from leadkit.records.text import CompanyName, read_company
from leadkit.rules.facts import near
from leadkit.store.mapping import LEVELS, opportunity_record, sound
from leadkit.store.protocol import Query
from leadkit.store.rows import MilestoneRow, OpportunityRow
from leadkit.store.tables import MEMBERS, OPPORTUNITIES, Table


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
        receipt = receipt_of(asked, same[0], "attached", lead_id=lead.id, version=same[0].version)
        return Changes(receipt=receipt, add=[_converted(asked, lead.id, same[0].id, signals)])
    row = OpportunityRow(
        id=new.id,
        lead_id=lead.id,
        name=new.name or lead.company_name,
        account=lead.company_name,
        account_key=company.core or None,
        owner=lead.owner or _of_the_team(book, asked.command.actor.id),
        amount=new.amount if new.amount is not None else facts.get("budget"),
        expected_close=new.expected_close,
        opened_at=asked.command.at,
    )
    book.files[row.id] = OpportunityFile(sound(row, lead.id))
    receipt = receipt_of(asked, row, "converted", lead_id=lead.id, version=1)
    return Changes(receipt=receipt, add=[_converted(asked, lead.id, row.id, signals)])


def assess(book: Book, asked: Asked, levels: Mapping[str, Any], reason: str | None) -> Changes:
    """Judge an opportunity; a grade other than the confirmed one waits for a supervisor."""
    file = opportunity_of_command(book, asked)
    unknown = [name for name in levels if name not in {*LEVELS, "amount", "expected_close"}]
    if unknown:
        hint = f"possible: {', '.join((*LEVELS, 'amount', 'expected_close'))}"
        raise CommandError([Problem(file.row.id, "is no part of an assessment", hint, path=name) for name in unknown])
    _levels_exist(asked, file.row.id, levels)
    row = sound(evolve(file.row, **levels, assessed_at=asked.command.at), file.row.id)
    grade = asked.policy.grade(opportunity_record(row), as_of=asked.command.at).grade
    row = evolve(row, proposed_grade=grade)
    told = "grade_to_confirm" if grade is not None and grade != row.grade else None
    return changed(
        book, asked, file, row, "assessed", told=told, reason=reason, grade=grade, confirmed=row.grade, **_told(levels)
    )


def confirm_grade(book: Book, asked: Asked, reason: str | None) -> Changes:
    """Confirm the grade that was proposed; the grade before it is kept in the journal."""
    file = opportunity_of_command(book, asked)
    before = file.row
    if before.proposed_grade is None:
        hint = "assess it first; a grade is open while a level is not known"
        raise CommandError(Problem(before.id, "has no grade to confirm", hint))
    other = before.proposed_grade != before.grade
    row = evolve(
        before,
        grade=before.proposed_grade,
        graded_at=asked.command.at if other else before.graded_at,
        stage="graded" if before.stage == "assessing" else before.stage,
    )
    told = "grade_changed" if other and before.grade is not None else None
    if row.stage == "negotiating" and _needs_others(asked.policy, before.grade, row.grade):
        row, told = evolve(row, stage="planning", plan_at=asked.command.at, plan_approved_at=None), "approval_asked"
    details: dict[str, Any] = {"before": before.grade, "after": row.grade, "grade": row.grade}
    return changed(book, asked, file, row, "graded", told=told, reason=reason, **details)


def _needs_others(policy: Policy, before: str | None, after: str | None) -> bool:
    """Whether a grade has risen to one whose plans are for others to approve."""
    grades = list(policy.grades)
    risen = before in grades and after in grades and grades.index(after) < grades.index(before)
    approvals = policy.document.approvals
    may_now = approvals.get(after or "")
    return risen and may_now is not None and not set(approvals.get(before or "", ("",))) <= set(may_now)


def assign(book: Book, asked: Asked, to: str | None, reason: str | None) -> Changes:
    """Give an opportunity to a member who may have it."""
    file = opportunity_of_command(book, asked)
    grade = file.row.grade
    members = [member_of(row).model_copy(update={"capacity": None}) for row in book.unit.find(Query(MEMBERS))]
    loads = {
        one.id: book.unit.count(Query(OPPORTUNITIES, {"status": "open", "owner": one.id})) - (file.row.owner == one.id)
        for one in members
    }
    roles = asked.policy.document.assignment.grades.get(grade or "")
    choice = choose(members, loads, roles, wanted=to, subject=file.row.id, what=f"opportunities of grade {grade}")
    row = evolve(file.row, owner=choice.member)
    details: dict[str, Any] = {"to": choice.member, "grade": grade, "reason_code": choice.reason, "load": choice.load}
    return changed(book, asked, file, row, "assigned", told="opportunity_assigned", reason=reason, **details)


def report(book: Book, asked: Asked, said: Mapping[str, Any]) -> Changes:
    """Hand in the project report: strategy and expected goal."""
    file = opportunity_of_command(book, asked)
    row = evolve(file.row, report_at=asked.command.at)
    return changed(book, asked, file, row, "reported", said=said)


def plan(book: Book, asked: Asked, said: Mapping[str, Any], milestones: Sequence[tuple[str, datetime]]) -> Changes:
    """Submit the conversion plan; talks begin once it is approved."""
    file = opportunity_of_command(book, asked)
    naive = [name for name, due_at in milestones if due_at.tzinfo is None]
    if naive:
        said_of_it, hint = "is due at a time without a zone", "use .replace(tzinfo=...)"
        raise CommandError(Problem(file.row.id, said_of_it, hint, path=f"milestones.{name}") for name in naive)
    row = evolve(file.row, stage="planning", plan_at=asked.command.at, plan_approved_at=None)
    steps = tuple(
        MilestoneRow(
            id=f"{asked.entry_id}-{place}", opportunity_id=row.id, lead_id=row.lead_id, name=name, due_at=due_at
        )
        for place, (name, due_at) in enumerate(milestones, 1)
    )
    return changed(
        book, asked, evolve(file, milestones=steps), row, "planned", told="approval_asked", said=said, grade=row.grade
    )


def decide_plan(book: Book, asked: Asked, reason: str | None, *, approved: bool) -> Changes:
    """Approve a plan, so that talks begin, or send it back."""
    file = opportunity_of_command(book, asked)
    roles = asked.policy.document.approvals.get(file.row.grade or "")
    if roles is not None and asked.command.actor.role not in roles:
        said = f"{asked.command.actor.role} may not decide on the plan of an opportunity of grade {file.row.grade}"
        raise NotAllowedError(Problem(file.row.id, said, f"{', '.join(roles)} may", path=asked.command.name))
    at = asked.command.at
    decided: dict[str, Any] = {"stage": "graded", "plan_at": None}
    row = evolve(file.row, **({"stage": "negotiating", "plan_approved_at": at} if approved else decided))
    outcome = "approved" if approved else "rejected"
    return changed(book, asked, file, row, outcome, told=f"plan_{outcome}", reason=reason, grade=row.grade)


def _qualified(asked: Asked, lead_id: str, facts: Mapping[str, Any], signals: Mapping[str, Any]) -> None:
    found = asked.policy.qualify(facts, signals)
    if found.outcome == "yes":
        return
    said = "is not qualified" if found.outcome == "no" else "is not known to be qualified"
    missing = ", ".join((*found.unmet, *found.unknown))
    raise CommandError(Problem(lead_id, said, f"not met: {missing}", path="qualification.conversion"))


def _of_the_team(book: Book, actor: str) -> str | None:
    """Who gives the command, if they are an active member."""
    member = book.unit.get(MEMBERS, actor)
    return actor if member is not None and member.active else None


def _open_ones(book: Book, company: CompanyName) -> list[OpportunityRow]:
    """The open opportunities of a company, in whatever spelling; places may not contradict each other."""
    found = book.unit.find(Query(OPPORTUNITIES, {"account_key": company.core, "status": "open"}))
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


def _told(levels: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) for name, value in levels.items()}
