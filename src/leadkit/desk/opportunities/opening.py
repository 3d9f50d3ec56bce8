"""A lead that becomes an opportunity: a new one with what the lead says of it, or an open one that it joins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from attrs import define, field, setters

from leadkit.desk.context import CommandContext
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.process.opportunities import Opportunities
from leadkit.records.fields import FrozenDict, exact
from leadkit.records.text import comparable
from leadkit.rules.lead_facts import LeadFacts
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.rows import LeadRow
from leadkit.store.tables import OPPORTUNITIES

GIVEN, BUDGET, CONTRACT, PURCHASE_DATE = "given", "budget", "contract", "purchase_date"
"""What an amount or an expected close stands on."""
BASES: Mapping[str, str] = {"amount": "amount_basis", "expected_close": "close_basis"}
"""The columns that say so."""
FURTHEST = timedelta(days=36_500)


@define(on_setattr=setters.frozen, kw_only=True)
class Wanted:
    """What whoever converts a lead says of the opportunity; None for what they leave out."""

    name: str | None = field(repr=False)
    amount: Decimal | None
    expected_close: datetime | None

    def differences(self, row: OpportunityRow) -> FrozenDict:
        """What was given and is not what an opportunity has, by field: as given, and as kept, as JSON can hold it."""
        given = {"name": self.name, "amount": self.amount, "expected_close": self.expected_close}
        as_json = OPPORTUNITIES.as_json
        pairs = {name: (value, getattr(row, name)) for name, value in given.items() if value is not None}
        return FrozenDict({name: (as_json(new), as_json(kept)) for name, (new, kept) in pairs.items() if new != kept})


def joined_deal(
    lead: LeadRow, same: Sequence[OpportunityRow], wanted: Wanted, rules: Opportunities, *, attach: bool | None
) -> OpportunityRow | None:
    """The open opportunity of the company that a lead joins, of `same`; None where it opens one of its own.

    Of several it is the one that is called so, else the oldest; who asks for it by `attach` has to say which.

    Raises:
        CommandError: there is none to join, or it may be any of several, or it is the lead's own.
    """
    if attach is False or (attach is None and not (rules.one_per_account and same)):
        return None
    if not same:
        hint = "leave attach out, and it opens one of its own"
        raise CommandError(Problem("has no open opportunity of its company to join", hint, place=lead.id))
    called = [row for row in same if wanted.name and comparable(row.name or "") == comparable(wanted.name)]
    candidates = called or same
    if attach and len(candidates) > 1:
        named = ", ".join(row.id for row in candidates)
        hint = "give the name of the one that it joins"
        raise ConflictError(Problem(f"may join any of the opportunities {named}", hint, place=lead.id))
    if candidates[0].lead_id == lead.id and lead.status == "converted":
        message = f"has the open opportunity {candidates[0].id} already"
        raise ConflictError(Problem(message, "attach=False opens another, in the terminal --no-attach", place=lead.id))
    return candidates[0]


def worth_of(lead: LeadRow, facts: Mapping[str, Any], wanted: Wanted, context: CommandContext) -> dict[str, Any]:
    """The amount of a new opportunity, its expected close, and what both stand on, by column.

    What nobody gives follows from what the lead says. A lead that was converted before has said that of another one:
    of the next opportunity only what is given is known.
    """
    rules, first = context.policy.document.opportunities, lead.status != "converted"
    low, high = _budget(lead, facts, context) if first else (None, None)
    amount, close = rules.amount(low, high), _purchase(facts, context) if first else None
    return {
        "amount": amount if wanted.amount is None else wanted.amount,
        "amount_low": low,
        "amount_high": high,
        "amount_basis": _basis(wanted.amount, amount, BUDGET),
        "expected_close": close if wanted.expected_close is None else wanted.expected_close,
        "close_basis": _basis(wanted.expected_close, close, PURCHASE_DATE),
    }


def _basis(given: Any, derived: Any, of: str) -> str | None:
    return GIVEN if given is not None else of if derived is not None else None


def _budget(lead: LeadRow, facts: Mapping[str, Any], context: CommandContext) -> tuple[Decimal | None, Decimal | None]:
    """Both ends of what the lead wants to spend; a budget that was entered as a fact, or looked up, is both."""
    known, budget = context.policy.facts_of(context.work.lead(lead.id), context.at), exact(facts.get("budget"))
    low, high = known.budget_range if isinstance(known, LeadFacts) else (None, None)
    return (budget, budget) if budget != (low if high is None else high) else (low, high)


def _purchase(facts: Mapping[str, Any], context: CommandContext) -> datetime | None:
    """The beginning of the day by which the customer wants to buy, in the policy's zone."""
    days, zone = facts.get("days_to_purchase"), context.policy.time_zone
    if days is None or abs(days) > FURTHEST.days:
        return None
    day = context.at.astimezone(zone).date() + timedelta(days=int(days))
    return datetime.combine(day, time(), zone).astimezone(UTC)
