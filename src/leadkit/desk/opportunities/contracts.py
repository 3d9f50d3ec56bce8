"""The contract of an opportunity: what its drafts say, its sum against the price floor, and what delivery is given."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from attrs import evolve

from leadkit.desk.context import Changes, CommandContext
from leadkit.desk.opportunities.opening import CONTRACT
from leadkit.errors import CommandError, Problem
from leadkit.records.fields import FrozenDict
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.protocol import Query
from leadkit.store.rows import NOTHING
from leadkit.store.tables import OPPORTUNITIES, STATEMENTS

BELOW_PRICE_FLOOR = "below_price_floor"


def latest_draft(context: CommandContext, row: OpportunityRow) -> Mapping[str, Any]:
    """What the latest draft of the contract says, by field; nothing where there is none."""
    where = {"opportunity_id": row.id, "kind": "draft_contract"}
    drafts = context.work.unit.find(Query(STATEMENTS, where, order=("written_at", "id")))
    return drafts[-1].fields if drafts else NOTHING


def with_sum(row: OpportunityRow, amount: Decimal | None) -> OpportunityRow:
    """An opportunity that is worth what its contract says; as it is where that says no sum."""
    return row if amount is None else evolve(row, amount=amount, amount_basis=CONTRACT, contract_amount=amount)


def sum_details(before: OpportunityRow, row: OpportunityRow) -> dict[str, Any]:
    """What the journal tells of an opportunity's worth: the sum, the one before it, and whether it is too low."""
    as_json = OPPORTUNITIES.as_json
    other = {"amount_before": as_json(before.amount)} if row.amount != before.amount else {}
    findings = findings_of(row)
    floor = {"findings": findings, "price_floor": as_json(row.price_floor)} if findings else {}
    return {"amount": as_json(row.amount if row.amount_basis == CONTRACT else None), **other, **floor}


def findings_of(row: OpportunityRow) -> tuple[str, ...]:
    """What people should look at in a contract's sum."""
    amount, floor = row.contract_amount, row.price_floor
    return (BELOW_PRICE_FLOOR,) if amount is not None and floor is not None and amount < floor else ()


def with_findings(context: CommandContext, before: OpportunityRow, row: OpportunityRow, changes: Changes) -> Changes:
    """What a command changes, with what became of the amount in its receipt, and a notice where that is too low."""
    findings, as_json = findings_of(row), OPPORTUNITIES.as_json
    values = {"amount": (as_json(before.amount), as_json(row.amount))} if row.amount != before.amount else {}
    receipt = evolve(changes.receipt, findings=findings, changes=FrozenDict(values))
    details = {"amount": as_json(row.amount), "price_floor": as_json(row.price_floor)}
    notices = context.notice(BELOW_PRICE_FLOOR if findings else None, row, details)
    return evolve(changes, receipt=receipt, add=[*changes.add, *notices])


def handed_over(context: CommandContext, row: OpportunityRow, terms: str | None) -> dict[str, Any]:
    """What delivery is given: the contract's terms and those promised beside it, the customer, and their need.

    Raises:
        CommandError: there are neither terms nor a contract.
    """
    draft = dict(latest_draft(context, row))
    if terms is None and not draft:
        hint = "draft the contract, or give the terms"
        raise CommandError(Problem("has no terms to hand over", hint, place=row.id, path="terms"))
    if row.contract_amount is not None:
        draft["amount"] = OPPORTUNITIES.as_json(row.contract_amount)
    promised = draft.pop("terms", None) if terms is None else terms
    statement: dict[str, Any] = {"terms": promised, "contract": draft} if draft else {"terms": promised}
    work = context.work
    if row.lead_id:
        lead = work.lead(work.row(row.lead_id).id)
        statement |= {
            "customer": {"company": lead.company.name, **lead.contact.model_dump(exclude_none=True)},
            "need": lead.need.description or lead.need.product,
        }
    return {name: value for name, value in statement.items() if value is not None}
