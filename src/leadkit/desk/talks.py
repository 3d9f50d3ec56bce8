"""From the first talk to the handover: milestones, objections, contract, signatures, won or lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from leadkit.desk.book import Book
from leadkit.desk.changes import Asked, Changes, check_code
from leadkit.desk.duties import signed_at
from leadkit.desk.opportunity_changes import changed, opportunity_of_command
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.store.rows import ObjectionRow


def reach(book: Book, asked: Asked, milestone: str) -> Changes:
    """Note that a milestone was reached; `milestone` is its id or its name."""
    file = opportunity_of_command(book, asked)
    found = [one for one in file.milestones if milestone in {one.id, one.name} and one.reached_at is None]
    if not found:
        names = ", ".join(one.name for one in file.milestones if one.reached_at is None) or "none is left"
        raise CommandError(Problem(file.row.id, "has no such milestone to reach", f"possible: {names}"))
    steps = tuple(evolve(one, reached_at=asked.command.at) if one is found[0] else one for one in file.milestones)
    return changed(book, asked, evolve(file, milestones=steps), file.row, "reached", milestone=found[0].id)


def raise_objection(book: Book, asked: Asked, text: str, *, key: bool) -> Changes:
    """Keep an objection of the customer's; a key one goes to the whole team at once."""
    file = opportunity_of_command(book, asked)
    number = max((one.round for one in file.objections), default=0) + 1
    new = ObjectionRow(
        id=f"{file.row.id}-{number}",
        opportunity_id=file.row.id,
        lead_id=file.row.lead_id,
        round=number,
        key=key,
        raised_at=asked.command.at,
    )
    return changed(
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
    """Keep the answer to an objection; `objection` is its id or its number."""
    file = opportunity_of_command(book, asked)
    left_open = [one for one in file.objections if one.answered_at is None]
    found = next((one for one in left_open if objection in {one.id, str(one.round)}), None)
    if found is None:
        left = ", ".join(str(one.round) for one in left_open) or "none is open"
        raise CommandError(Problem(file.row.id, "has no such objection to answer", f"possible: {left}"))
    answered = tuple(evolve(one, answered_at=asked.command.at) if one is found else one for one in file.objections)
    return changed(
        book,
        asked,
        evolve(file, objections=answered),
        file.row,
        "answered",
        said={"text": text},
        objection=found.id,
    )


def draft_contract(book: Book, asked: Asked, said: Mapping[str, Any]) -> Changes:
    """Keep the draft of the contract; a new draft needs a new legal review."""
    file = opportunity_of_command(book, asked)
    drafted: dict[str, Any] = {"contract_drafted_at": asked.command.at, "contract_reviewed_at": None}
    unsigned: dict[str, Any] = {"signed_by_us_at": None, "signed_by_customer_at": None}
    row = evolve(file.row, stage="contracting", **drafted, **unsigned)
    return changed(book, asked, file, row, "drafted", told="contract_to_review", said=said)


def review_contract(book: Book, asked: Asked, reason: str | None, *, approved: bool) -> Changes:
    """The verdict of the legal review."""
    file = opportunity_of_command(book, asked)
    row = evolve(file.row, contract_reviewed_at=asked.command.at if approved else None)
    outcome = "approved" if approved else "rejected"
    return changed(book, asked, file, row, outcome, told=f"contract_{outcome}", reason=reason)


def sign(book: Book, asked: Asked, side: str) -> Changes:
    """One side signs; with the second signature the deal is signed."""
    file = opportunity_of_command(book, asked)
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
    row = evolve(row, stage="signed" if signed_at(row) else row.stage)
    return changed(book, asked, file, row, "signed", side=side)


def win(book: Book, asked: Asked, factors: tuple[str, ...]) -> Changes:
    """Mark a signed opportunity as won, at the time of the second signature."""
    file = opportunity_of_command(book, asked)
    won: dict[str, Any] = {"won_at": asked.command.at, "closed_at": signed_at(file.row), "win_factors": factors}
    row = evolve(file.row, stage="won", status="won", **won)
    amount = None if row.amount is None else str(row.amount)
    return changed(book, asked, file, row, "won", told="opportunity_won", amount=amount)


def lose(book: Book, asked: Asked, lost_reason: str, competitor: str | None, reason: str | None) -> Changes:
    """Mark an opportunity as lost, with the reason that the review counts."""
    file = opportunity_of_command(book, asked)
    check_code(file.row.id, lost_reason, "lost_reason", "price")
    row = evolve(
        file.row,
        stage="lost",
        status="lost",
        closed_at=asked.command.at,
        lost_reason=lost_reason,
        competitor=competitor,
    )
    told = "opportunity_lost"
    return changed(
        book, asked, file, row, "lost", told=told, reason=reason, lost_reason=lost_reason, competitor=competitor
    )


def hand_over(book: Book, asked: Asked, terms: str) -> Changes:
    """Hand customer, need and terms over to delivery."""
    file = opportunity_of_command(book, asked)
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
    return changed(book, asked, file, row, "handed_over", told="handed_over", said=said)
