"""What each command does with one lead: reads through the book, decides, and says what changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from leadkit.desk.book import Book
from leadkit.desk.capture import faults_of, missing
from leadkit.desk.changes import Asked, Changes, check_code, check_version
from leadkit.desk.judge import BY_HAND, judged, tidings
from leadkit.desk.results import Receipt
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.process.assignment import choose
from leadkit.process.lifecycle import LEAD_STEPS, SCREENED, check_step
from leadkit.records import Lead
from leadkit.records.fields import FrozenDict
from leadkit.records.join import join
from leadkit.records.lead_fields import amended
from leadkit.records.people import Member
from leadkit.store.mapping import match_rows
from leadkit.store.protocol import Query
from leadkit.store.rows import LeadRow, MatchRow, MemberRow
from leadkit.store.tables import LEADS, MATCHES, MEMBERS, Table


def screen(book: Book, asked: Asked) -> Changes:
    """Screen and score a lead again."""
    before = lead_of_command(book, asked)
    after = _judged(book, asked, before, book.lead(before.id))
    return _changed(book, asked, before, after, after.status, reasons=after.reasons, missing=after.missing)


def amend(book: Book, asked: Asked, changes: Mapping[str, Any], reason: str | None) -> Changes:
    """Say something else of a lead; `changes` are fields by their path, such as `contact.phone`."""
    before = lead_of_command(book, asked)
    known = book.lead(before.id)
    lead = amended(known, changes)
    faults = faults_of(lead, lead.id)
    if faults:
        raise CommandError(faults)
    blank = {one.path for one in missing(asked.policy, known)}
    emptied = [one for one in missing(asked.policy, lead) if one.path not in blank]
    if emptied:
        raise CommandError(emptied)
    matches = match_rows(lead, asked.policy)
    book.look_for(matches)
    book.amend(lead, before, matches)
    after = _judged(book, asked, book.rows[before.id], lead)
    fields = tuple(sorted(changes))
    return _changed(book, asked, before, after, "amended", reason=reason, fields=fields, points=str(after.points))


def disqualify(book: Book, asked: Asked, reason_code: str, reason: str | None) -> Changes:
    """Judge a lead invalid by hand; it stays so until a supervisor has reviewed it."""
    before = lead_of_command(book, asked)
    check_code(before.id, reason_code, "reason_code", "budget_too_small")
    after = evolve(before, status="invalid", screening=BY_HAND, reasons=(reason_code,), missing=(), in_queue=False)
    return _changed(book, asked, before, after, "invalid", reason=reason, reasons=after.reasons)


def archive(book: Book, asked: Asked, reason: str | None) -> Changes:
    """Uphold an invalid verdict: nobody follows the lead up any more."""
    before = lead_of_command(book, asked)
    after = evolve(before, status="archived", in_queue=False)
    return _changed(book, asked, before, after, "archived", reason=reason, reasons=before.reasons)


def overturn(book: Book, asked: Asked, reason: str | None) -> Changes:
    """Overturn an invalid verdict: the lead is valid, and its reasons can't make it invalid again."""
    before = lead_of_command(book, asked)
    after = evolve(before, status="valid", screening="valid", in_queue=True, pooled_at=before.pooled_at or _at(asked))
    return _changed(book, asked, before, after, "valid", reason=reason, reasons=before.reasons)


def reopen(book: Book, asked: Asked, reason: str | None) -> Changes:
    """Take a lead out of the archive: it is screened and scored as if it had come in now."""
    before = lead_of_command(book, asked)
    fresh = evolve(before, status="new", **_awake(asked, before))
    after = _judged(book, asked, fresh, book.lead(before.id))
    return _changed(book, asked, before, after, "reopened", told="lead_reopened", reason=reason, reasons=after.reasons)


def recycle(book: Book, asked: Asked, reason: str | None) -> Changes:
    """Put a converted lead back into the pool, for somebody else to work on."""
    before = lead_of_command(book, asked)
    fresh = evolve(before, status="valid", owner=None, in_queue=True, pooled_at=_at(asked), **_awake(asked, before))
    after = _judged(book, asked, fresh, book.lead(before.id), screened=False)
    return _changed(
        book, asked, before, after, "recycled", told="lead_recycled", reason=reason, owner_before=before.owner
    )


def assign(book: Book, asked: Asked, to: str | None, reason: str | None) -> Changes:
    """Give a lead to a member who may have it and has room."""
    before = lead_of_command(book, asked)
    members = [member_of(row) for row in book.unit.find(Query(MEMBERS))]
    loads = {
        one.id: book.unit.count(Query(LEADS, {"in_queue": True, "owner": one.id})) - (before.owner == one.id)
        for one in members
    }
    roles = asked.policy.document.assignment.roles.get(before.priority or "")
    choice = choose(members, loads, roles, wanted=to, subject=before.id)
    after = evolve(before, owner=choice.member)
    why: dict[str, Any] = {
        "to": choice.member,
        "priority": before.priority,
        "reason_code": choice.reason,
        "load": choice.load,
        "capacity": choice.capacity,
    }
    return _changed(book, asked, before, after, "assigned", told="lead_assigned", reason=reason, **why)


def release(book: Book, asked: Asked, reason: str | None) -> Changes:
    """Take a lead from its owner."""
    before = lead_of_command(book, asked)
    return _changed(
        book, asked, before, evolve(before, owner=None), "released", reason=reason, owner_before=before.owner
    )


def pause(book: Book, asked: Asked, reason: str | None) -> Changes:
    """Wait for the customer: what is owed to the lead stands still."""
    before = lead_of_command(book, asked)
    if before.paused_at is not None:
        raise ConflictError(Problem(before.id, "is paused already", "nothing to do"))
    return _changed(book, asked, before, evolve(before, paused_at=_at(asked)), "paused", reason=reason)


def resume(book: Book, asked: Asked, reason: str | None) -> Changes:
    """Go on: what is owed to the lead is put off by the length of the pause."""
    before = lead_of_command(book, asked)
    if before.paused_at is None:
        raise ConflictError(Problem(before.id, "is not paused", "nothing to do"))
    after = evolve(before, **_awake(asked, before))
    return _changed(book, asked, before, after, "resumed", reason=reason)


def merge(book: Book, asked: Asked, other: str, reason: str | None) -> Changes:
    """Join the lead `other` to this one: both sources, both contacts and all activities are kept."""
    before, gone = lead_of_command(book, asked), book.row(other)
    if gone.id == before.id:
        raise CommandError(Problem(other, "is this lead already", "name two different leads"))
    lead = join(book.lead(before.id), book.lead(gone.id), asked.policy.document.phone_region)
    book.rows[gone.id] = evolve(gone, merged_into=before.id, in_queue=False)
    for one in book.unit.find(Query(LEADS, {"merged_into": gone.id})):
        book.look_up([one.id])
        book.rows[one.id] = evolve(one, merged_into=before.id)
    converted_at = min(filter(None, (before.converted_at, gone.converted_at)), default=None)
    verified = FrozenDict({**gone.verified, **before.verified})
    book.amend(lead, evolve(before, verified=verified, converted_at=converted_at), ())
    matches = book.unit.find(Query(MATCHES, {"lead_id": gone.id}))
    touches = book.touches([before.id, gone.id])
    at = _at(asked)
    every = [touch for found in touches.values() for touch in found]
    after = judged(asked.policy, book.rows[before.id], lead, every, at, screen=before.status in SCREENED)
    done = _changed(book, asked, before, after, "merged", reason=reason, merged=gone.id)
    return evolve(done, replace=[(MATCHES, _moved(match, before.id)) for match in matches])


def enrol(book: Book, asked: Asked, member: Member) -> Changes:
    """Add a member to the team, or change one."""
    before = book.unit.get(MEMBERS, member.id)
    row = [(MEMBERS, MemberRow(version=before.version if before else 1, **member.model_dump()))]
    entry = asked.entry(None, member=member.id, member_role=member.role, active=member.active)
    receipt = Receipt(command="enrol", outcome="changed" if before else "enrolled")
    return Changes(receipt=receipt, add=[entry, *([] if before else row)], replace=row if before else [])


def member_of(row: Any) -> Member:
    """The record of a member's row."""
    return Member(id=row.id, role=row.role, capacity=row.capacity, active=row.active)


def lead_of_command(book: Book, asked: Asked) -> LeadRow:
    """The lead of the command, in a state that allows it, at the version that was asked for."""
    row = book.row(str(asked.command.lead_id))
    check_version(asked, row)
    check_step(LEAD_STEPS, asked.command.name, row.status, row.id)
    return row


def _judged(book: Book, asked: Asked, row: LeadRow, lead: Lead, *, screened: bool = True) -> LeadRow:
    touches = book.touches([row.id]).get(row.id, ())
    return judged(asked.policy, row, lead, touches, _at(asked), screen=screened)


def _changed(
    book: Book,
    asked: Asked,
    before: LeadRow,
    after: LeadRow,
    outcome: str,
    *,
    reason: str | None = None,
    told: str | None = None,
    **details: Any,
) -> Changes:
    """The lead as it is now, a line of the journal, the reason apart from it, and the notices that follow."""
    book.rows[before.id] = after
    stored = evolve(after, version=before.version + 1)
    notices = asked.notice(told, stored, **details) if told else []
    add: list[tuple[Table[Any], Any]] = [asked.entry(before.id, **details), *asked.remark(before.id, reason), *notices]
    return Changes(receipt=asked.receipt(outcome, stored), add=[*add, *tidings(asked, before, stored)])


def _awake(asked: Asked, row: LeadRow) -> dict[str, Any]:
    """What ends a pause, where there is one."""
    return {} if row.paused_at is None else {"paused_at": None, "resumed_at": _at(asked)}


def _at(asked: Asked) -> Any:
    return asked.command.at


def _moved(match: MatchRow, lead_id: str) -> MatchRow:
    return evolve(match, lead_id=lead_id)
