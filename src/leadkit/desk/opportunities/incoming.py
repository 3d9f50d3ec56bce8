"""What becomes of opportunities that come in from a sheet: new ones, corrections, and those that say nothing new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, evolve, field, setters

from leadkit.desk.context import Changes, CommandContext, Request
from leadkit.desk.execute import Batch
from leadkit.desk.opportunities.corrections import ASSESSED, COLUMNS, LEVELS, Correction, corrected, ended
from leadkit.desk.opportunities.homes import Homes, Named
from leadkit.desk.opportunities.opening import BASES, GIVEN
from leadkit.desk.owed import OpportunityFile
from leadkit.desk.touches import touched_opportunities
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.process.states import UNSIGNED
from leadkit.store.mapping import account_key, opportunity_record
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.protocol import Query
from leadkit.store.rows import LeadRow
from leadkit.store.soundness import sound
from leadkit.store.tables import REMARKS, STATEMENTS


@define(on_setattr=setters.frozen, kw_only=True)
class Incoming:
    """One opportunity that comes in: what its row names, and what it says by the names of a sheet's columns.

    `by_name`: its name and account say which it is, and its id is only that of a row.
    """

    request: Request
    named: Named
    given: Mapping[str, Any]
    stage: str | None
    by_name: bool
    reason: str | None = field(repr=False)


def decide(batch: Batch, incoming: Sequence[Incoming]) -> list[Changes | CommandError]:
    """What becomes of each of the opportunities, in their order."""
    work = batch.work
    rows = [item.named for item in incoming]
    homes = Homes.read(work, rows)
    known = set(work.opportunities)
    claimed = {row.id for row in rows} & known
    claimed |= {deals[0].id for row in rows if len(deals := homes.named(row)) == 1}
    if incoming:
        claimed |= touched_opportunities(work, batch.context(incoming[0].request).import_id, known)
    outcomes: list[Changes | CommandError] = []
    for item, row in zip(incoming, rows, strict=True):
        try:
            outcomes.append(_imported(batch.context(item.request), item, row, homes, claimed))
        except CommandError as error:
            outcomes.append(error)
    return outcomes


def _imported(context: CommandContext, incoming: Incoming, row: Named, homes: Homes, claimed: set[str]) -> Changes:
    file = context.work.opportunities.get(row.id)
    if file is None and incoming.by_name:
        deal = homes.deal_by_name(row, claimed)
        file = context.work.opportunities[deal.id] if deal else None
    if file is None:
        changes = _opened(context, incoming, row, homes)
        homes.note(context.work.opportunities[row.id].row)
        claimed.add(row.id)
        return changes
    if _is_another(row, file.row):
        hint = "give it another id, or correct its name and its customer one by one"
        raise ConflictError(Problem("this id is that of another customer's opportunity", hint, place=row.id))
    return _known(context, incoming, file, homes)


def _is_another(row: Named, deal: OpportunityRow) -> bool:
    """Whether neither the name nor the customer of a row is that of the opportunity with its id."""
    names = (row.account, row.name, deal.account, deal.name)
    return all(names) and row.account != deal.account and not (row.is_of(deal) or row.is_called(deal))


def _opened(context: CommandContext, incoming: Incoming, named: Named, homes: Homes) -> Changes:
    """A new opportunity, and its lead, which is converted where that is valid."""
    work, given = context.work, incoming.given
    lead, others = homes.lead(named), homes.others(named)
    columns = {COLUMNS.get(name, name): value for name, value in given.items() if name != "closed_at"}
    columns |= {BASES[name]: GIVEN for name in columns.keys() & BASES.keys() if columns[name] is not None}
    closed_at, first = given.get("closed_at"), "graded" if given.get("grade") else "assessing"
    stage = incoming.stage if incoming.stage not in {None, "open"} else first
    row = OpportunityRow(
        id=named.id,
        lead_id=lead.id if lead else None,
        account_key=account_key(named.account),
        **{"owner": lead.owner if lead else None, "opened_at": None if closed_at else context.at, **columns},
    )
    row = _judged(context, ended(row, str(stage), closed_at), None)
    context.check_plan("opened", row.lead_id, opportunity_id=row.id, lead_status=_status_then(lead))
    work.opportunities[row.id] = OpportunityFile(sound(row, row.id))
    status = _converted(context, lead, row)
    details = {"outcome": "opened", "stage": row.stage, "grade": row.grade}
    notice = "grade_to_confirm" if row.stage in UNSIGNED and row.proposed_grade not in {None, row.grade} else None
    add = [
        context.entry(row.lead_id, details, row.id),
        *context.remark(row.lead_id or row.id, incoming.reason if row.stage == "lost" else None),
        *context.notice(notice, row, {"grade": row.proposed_grade, "confirmed": row.grade}),
    ]
    receipt = context.opportunity_receipt("opened", row)
    return Changes(receipt=evolve(receipt, lead_status=status, others=others), add=add)


def _status_then(lead: LeadRow | None) -> str | None:
    """The status that the lead of an opportunity will have."""
    if lead is None:
        return None
    return "converted" if lead.status == "valid" else lead.status


def _converted(context: CommandContext, lead: LeadRow | None, row: OpportunityRow) -> str | None:
    """The status of the lead of an opportunity: a valid one is converted; any other stays."""
    if lead is None:
        return None
    if lead.status == "valid":
        opened = row.opened_at if row.opened_at is not None and row.opened_at <= context.at else context.at
        first = lead.converted_at or opened
        context.work.leads[lead.id] = evolve(lead, status="converted", in_queue=False, converted_at=first)
    return context.work.leads[lead.id].status


def _judged(context: CommandContext, row: OpportunityRow, before: OpportunityRow | None) -> OpportunityRow:
    """`row` with the grade that follows from its levels, once it has some; a signed one is judged no more."""
    if row.stage not in UNSIGNED or context.policy.document.grading is None:
        return row
    known = before or OpportunityRow(id=row.id)
    judged = {name: getattr(row, name) for name in ASSESSED}
    assessed = any(judged[name] is not None for name in LEVELS) or known.assessed_at is not None
    if assessed and judged != {name: getattr(known, name) for name in ASSESSED}:
        proposed = context.policy.grade(opportunity_record(sound(row, row.id)), as_of=context.at).grade
        row = evolve(row, proposed_grade=proposed, assessed_at=context.at)
    if row.grade != known.grade:
        # A sheet that says the grade together with its report says that the grade was there by then.
        reported = row.report_at if row.report_at != known.report_at else None
        row = evolve(row, graded_at=min(filter(None, (reported, context.at))))
    return row


def _known(context: CommandContext, incoming: Incoming, file: OpportunityFile, homes: Homes) -> Changes:
    """What a sheet corrects in an opportunity; one that says nothing new changes nothing."""
    before = file.row
    _check_not_erased(homes, before)
    correction = corrected(context.policy, before, incoming.given, incoming.stage)
    lead = _lead_of(incoming, before, homes)
    row = correction.row if lead is None else evolve(correction.row, lead_id=lead.id)
    row = _judged(context, row, before)
    changes = Correction(row=row).changes(before)
    status = _status_then(lead) if changes else None
    context.check_plan(
        "amended" if changes else "repeated", row.lead_id, changes, opportunity_id=row.id, lead_status=status
    )
    if not changes:
        receipt = context.opportunity_receipt("repeated", before)
        return Changes(receipt=evolve(receipt, differences=correction.differences))
    if lead is not None:
        file = _attached(file, lead)
    decided = context.opportunity_changed(
        file,
        row,
        "amended",
        notice=_notice(before, row),
        reason=incoming.reason if row.stage == "lost" and before.stage != "lost" else None,
        statement={"changes": changes},
        details=_details(before, row),
    )
    receipt = evolve(
        decided.receipt,
        differences=correction.differences,
        changes=changes,
        lead_status=_converted(context, lead, row),
    )
    moved = [] if lead is None else _texts_of(context, before, lead)
    return evolve(decided, receipt=receipt, replace=moved)


def _check_not_erased(homes: Homes, deal: OpportunityRow) -> None:
    """Let an opportunity through that is not of a person who was erased, and whose words would come back with it.

    Raises:
        CommandError: it is.
    """
    lead = homes.work.leads.get(deal.lead_id or "")
    if lead is not None and lead.erased_at is not None:
        hint = "take the row out of the sheet"
        raise CommandError(Problem("the person behind its lead was erased", hint, place=deal.id))


def _details(before: OpportunityRow, row: OpportunityRow) -> dict[str, Any]:
    """What the history and the notices tell: the stage, the grade, and why it was lost."""
    details: dict[str, Any] = {"grade": row.proposed_grade, "confirmed": row.grade}
    if row.stage != before.stage:
        details |= {"stage": row.stage, "lost_reason": row.lost_reason}
    if row.grade != before.grade:
        details |= {"before": before.grade, "after": row.grade}
    if row.stage == "won" and row.stage != before.stage:
        details |= {"amount": None if row.amount is None else str(row.amount)}
    return details


def _notice(before: OpportunityRow, row: OpportunityRow) -> str | None:
    """What people are told of a correction: its end, another grade, or one that waits for a supervisor."""
    if row.stage != before.stage and row.stage in {"won", "lost"}:
        return f"opportunity_{row.stage}"
    if row.grade != before.grade and before.grade is not None:
        return "grade_changed"
    waits = row.stage in UNSIGNED and row.proposed_grade not in {None, row.grade, before.proposed_grade}
    return "grade_to_confirm" if waits else None


def _lead_of(incoming: Incoming, before: OpportunityRow, homes: Homes) -> LeadRow | None:
    """The lead that an opportunity without one is attached to.

    Raises:
        CommandError: the sheet names another lead than the one it has.
    """
    if before.lead_id is not None and not incoming.named.leads:
        return None
    try:
        lead = homes.lead(incoming.named)
    except CommandError:
        if incoming.named.leads:
            raise
        return None
    if before.lead_id is None:
        return lead
    if lead is not None and homes.work.row(before.lead_id).id != lead.id:
        message = f"is of the lead {before.lead_id}, and the sheet says {lead.id}"
        raise ConflictError(Problem(message, "leave the cell empty, or merge these leads", place=before.id))
    return None


def _attached(file: OpportunityFile, lead: LeadRow) -> OpportunityFile:
    """An opportunity whose milestones and objections belong to a lead from now on."""
    return evolve(
        file,
        milestones=tuple(evolve(step, lead_id=lead.id) for step in file.milestones),
        objections=tuple(evolve(objection, lead_id=lead.id) for objection in file.objections),
    )


def _texts_of(context: CommandContext, before: OpportunityRow, lead: LeadRow) -> list[tuple[Any, Any]]:
    """What people wrote about an opportunity, as that of its lead: an erasure takes it along."""
    unit = context.work.unit
    statements = unit.find(Query(STATEMENTS, {"opportunity_id": before.id}))
    remarks = unit.find(Query(REMARKS, {"lead_id": before.id}))
    return [
        *((STATEMENTS, evolve(statement, lead_id=lead.id)) for statement in statements),
        *((REMARKS, evolve(remark, lead_id=lead.id)) for remark in remarks),
    ]
