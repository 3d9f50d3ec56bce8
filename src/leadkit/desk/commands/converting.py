"""From a lead to an opportunity: a valid lead that is ready for it becomes one, or joins one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar

from attrs import define, evolve, field

from leadkit.desk.commands.command import LeadCommand, StepTime, frozen_mapping, gives
from leadkit.desk.context import NO_DETAILS, Changes, CommandContext
from leadkit.desk.opportunities.deciders import Involvement, involvement
from leadkit.desk.opportunities.opening import Wanted, joined_deal, worth_of
from leadkit.desk.opportunities.rules import account_lock, deals_of, of_the_team
from leadkit.desk.owed import OpportunityFile
from leadkit.desk.readiness import noted
from leadkit.desk.step_times import check_time
from leadkit.desk.verdict import facts_of, known_facts
from leadkit.errors import CommandError, Problem
from leadkit.policy import Policy
from leadkit.process.command import Argument
from leadkit.process.lifecycle import Move, move, stay
from leadkit.records.fields import Amount, FrozenDict, exact
from leadkit.records.text import CompanyName, read_company
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.rows import LeadRow
from leadkit.store.soundness import sound
from leadkit.store.tables import STATEMENTS, Table

__all__ = ["Convert"]

Worth = Annotated[Amount | None, Argument("What it is worth, in the policy's currency.")]

Close = Annotated[datetime | None, Argument("When the customer wants to sign.", "--close")]


@define(frozen=True)
class Convert(LeadCommand):
    """Make an opportunity of a valid lead that is ready for it by the policy's `[qualification.conversion]`.

    Signals are facts that you know of the customer, in the standard policy two of `intent`, `budget_confirmed`,
    `decision_maker_involved` and `date_set`; those that were noted with `signal` count, too. Amount and expected close
    follow from the lead's budget and purchase date where they are left out. A converted lead opens its next
    opportunity. Whether a lead joins an open opportunity of its company is in the policy's `[opportunities]`, or as
    `attach` says; the receipt names what then differs.

    Raises:
        CommandError: it is not qualified; the message says what is not met. Or there is no opportunity to join.
    """

    moves = (*move("valid", to="converted"), *stay("converted"))
    also_moves: ClassVar[Mapping[str, tuple[Move, ...]]] = {"opportunity": move(to="assessing")}

    signals: Annotated[
        Mapping[str, Any], Argument("What you know of the customer, such as intent; repeat it for each.", "--signal")
    ] = field(default=NO_DETAILS, converter=frozen_mapping)
    name_: Annotated[str | None, Argument("What the opportunity is called; else as the company.", "--name")] = field(
        default=None, kw_only=True, alias="name", repr=False
    )
    amount: Worth = field(default=None, kw_only=True, converter=exact)
    expected_close: Close = field(default=None, kw_only=True)
    attach: Annotated[
        bool | None, Argument("Join the company's open opportunity, or open another.", "--attach/--no-attach")
    ] = field(default=None, kw_only=True)
    at: StepTime = field(default=None, kw_only=True)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        check_time(context, lead.id, [("capture", lead.received_at or lead.captured_at)])
        work = context.work
        facts = facts_of(context.policy, work.lead(lead.id), known_facts(context.policy, lead), context.at)
        involved = involvement(context, lead.id, facts, {**noted(lead), **self.signals})
        _check_qualified(context.policy, lead.id, facts, involved.signals)
        company = read_company(lead.company_name or "")
        work.unit.lock(*account_lock(company.core))
        same = deals_of(work, company, status="open")
        wanted = Wanted(name=self.name_, amount=self.amount, expected_close=self.expected_close)
        joined = joined_deal(lead, same, wanted, context.policy.document.opportunities, attach=self.attach)
        row = joined or self._opened(lead, company, worth_of(lead, facts, wanted, context), context)
        if lead.status != "converted":
            first = lead.converted_at or context.at
            work.leads[lead.id] = evolve(lead, status="converted", in_queue=False, converted_at=first)
        values = wanted.differences(row) if joined else NO_DETAILS
        receipt = context.opportunity_receipt("attached" if joined else "converted", row, lead.id)
        others = tuple(deal.id for deal in same if deal.id != row.id)
        receipt = evolve(receipt, differences=tuple(values), differing_values=FrozenDict(values), others=others)
        receipt = evolve(receipt, findings=involved.findings, derived=involved.derived)
        return Changes(receipt=receipt, add=self._written(lead, row, values, involved, context))

    def _written(
        self,
        lead: LeadRow,
        row: OpportunityRow,
        values: Mapping[str, Any],
        involved: Involvement,
        context: CommandContext,
    ) -> Iterator[tuple[Table[Any], Any]]:
        """The line of the journal, and what was given and did not become the opportunity's."""
        signals = tuple(sorted(name for name, value in involved.signals.items() if value is True))
        earlier = (name for name in sorted(noted(lead)) if name not in self.signals)
        by = tuple(f"{name} {lead.signals[name]['at'][:10]} {lead.signals[name]['by']}" for name in earlier)
        basis = {"amount_basis": row.amount_basis, "close_basis": row.close_basis} if row.lead_id == lead.id else {}
        details = {"opportunity": row.id, "signals": signals, "noted_before": by, "differences": tuple(values), **basis}
        details |= {"derived": tuple(involved.derived), "activities": tuple(involved.derived.values())}
        yield context.entry(lead.id, details, row.id)
        yield from context.notice("lead_converted", lead, {"opportunity": row.id})
        if values:
            given = context.statement(row, {name: new for name, (new, _) in values.items()})
            yield STATEMENTS, evolve(given, lead_id=lead.id)

    def _opened(
        self, lead: LeadRow, company: CompanyName, worth: Mapping[str, Any], context: CommandContext
    ) -> OpportunityRow:
        row = OpportunityRow(
            id=context.new_id(),
            lead_id=lead.id,
            name=self.name_ or lead.company_name,
            account=lead.company_name,
            account_key=company.core or None,
            owner=lead.owner or of_the_team(context.work, context.actor.id),
            opened_at=context.at,
            **worth,
        )
        context.work.opportunities[row.id] = OpportunityFile(sound(row, lead.id))
        return row


def _check_qualified(policy: Policy, lead_id: str, facts: Mapping[str, Any], signals: Mapping[str, Any]) -> None:
    qualification = policy.qualify(facts, signals)
    if qualification.outcome == "yes":
        return
    message = "is not qualified" if qualification.outcome == "no" else "is not known to be qualified"
    missing = ", ".join((*qualification.unmet, *qualification.unknown))
    raise CommandError(Problem(message, f"not met: {missing}", place=lead_id, path="qualification.conversion"))


class ConvertingCommands:
    """The command that makes an opportunity, as a method of `desk.opportunities`."""

    convert = gives(Convert)
