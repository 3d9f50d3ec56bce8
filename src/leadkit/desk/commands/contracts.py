"""The contract of an opportunity: drafted, reviewed by legal, signed by both sides."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from attrs import define, evolve, field

from leadkit.desk.commands.command import OpportunityCommand, Reason, gives
from leadkit.desk.context import Changes, CommandContext
from leadkit.desk.opportunities.contracts import latest_draft, sum_details, with_findings, with_sum
from leadkit.desk.opportunities.rules import check_independent
from leadkit.desk.owed import OpportunityFile, signed_at
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.process.codes import Outcome
from leadkit.process.command import Argument
from leadkit.process.lifecycle import move, stay
from leadkit.records.fields import Amount, exact

__all__ = ["DraftContract", "ReviewContract", "Sign"]

ContractSum = Annotated[Amount | None, Argument("The sum of the contract, in the policy's currency.")]

SIGNATURES = ("signed_by_us_at", "signed_by_customer_at")

OF_THE_CONTRACT = ("contract_drafted_at", "contract_reviewed_at", "contract_rejected_at", *SIGNATURES)


@define(frozen=True)
class DraftContract(OpportunityCommand):
    """Record the draft of the contract; it goes to legal. A new draft needs a new review.

    What a new draft leaves out is as in the one before. The opportunity is worth the contract's sum from now on; one
    below the price floor of its plan is a finding.

    Raises:
        CommandError: it says nothing.
    """

    terminal = "draft"
    moves = move("negotiating", "contracting", to="contracting")
    after = ("plan_approved_at", *OF_THE_CONTRACT)

    terms: Annotated[str | None, Argument("What else the contract says.", "--terms")] = field(default=None, repr=False)
    number: Annotated[str | None, Argument("Its number.")] = field(default=None, kw_only=True, repr=False)
    amount: ContractSum = field(default=None, kw_only=True, converter=exact)
    payment: Annotated[str | None, Argument("The terms of payment.")] = field(default=None, kw_only=True, repr=False)
    delivery: Annotated[str | None, Argument("The standard of delivery.")] = field(
        default=None, kw_only=True, repr=False
    )
    liability: Annotated[str | None, Argument("Who is liable for what.")] = field(
        default=None, kw_only=True, repr=False
    )

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        names = ("number", "amount", "payment", "delivery", "liability", "terms")
        given = {name: value for name in names if (value := getattr(self, name)) is not None}
        if not given:
            hint = "give its number, amount, payment, delivery, liability or terms"
            raise CommandError(Problem("has a contract that says nothing", hint, place=file.row.id))
        if self.amount is not None:
            given["amount"] = str(self.amount)
        unsigned: dict[str, Any] = {"signed_by_us_at": None, "signed_by_customer_at": None}
        row = evolve(
            file.row,
            stage="contracting",
            contract_drafted_at=context.at,
            contract_reviewed_at=None,
            contract_rejected_at=None,
            **unsigned,
        )
        row = with_sum(row, self.amount)
        changes = context.opportunity_changed(
            file,
            row,
            "drafted",
            notice="contract_to_review",
            statement={**latest_draft(context, row), **given},
            details=sum_details(file.row, row),
        )
        return with_findings(context, file.row, row, changes)


@define(frozen=True)
class ReviewContract(OpportunityCommand):
    """Record the legal review of the contract: delivery standard, terms of payment, liability."""

    terminal = "review"
    moves = stay("contracting")
    after = OF_THE_CONTRACT

    approved: Annotated[bool, Argument("The verdict.", "--approve/--reject")] = field(kw_only=True)
    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        verdict: dict[str, Any] = {
            "contract_reviewed_at": context.at if self.approved else None,
            "contract_rejected_at": None if self.approved else context.at,
        }
        findings = check_independent(context, file.row, DraftContract.name) if self.approved else ()
        row = evolve(file.row, **verdict)
        outcome: Outcome = "approved" if self.approved else "rejected"
        changes = context.opportunity_changed(file, row, outcome, notice=f"contract_{outcome}", reason=self.reason)
        return evolve(changes, receipt=evolve(changes.receipt, findings=findings))


@define(frozen=True)
class Sign(OpportunityCommand):
    """Note that one side signed, we or the customer. With both signatures the opportunity can be won."""

    moves = move("contracting", to=("contracting", "signed"))
    after = ("contract_drafted_at", "contract_reviewed_at")

    side: Annotated[Literal["us", "customer"], Argument("Who signed.", "--side")]

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        row = file.row
        if row.contract_reviewed_at is None:
            message, hint = "can't be signed before the legal review", "possible now: review_contract"
            raise CommandError(Problem(message, hint, place=row.id))
        column = f"signed_by_{self.side}_at"
        if getattr(row, column) is not None:
            raise ConflictError(Problem(f"was signed by {self.side} already", "nothing to do", place=row.id))
        signature: dict[str, Any] = {column: context.at}
        row = evolve(row, **signature)
        row = evolve(row, stage="signed" if signed_at(row) else row.stage)
        return context.opportunity_changed(file, row, "signed", details={"side": self.side})


class ContractCommands:
    """The commands on the contract, as methods of `desk.opportunities`."""

    draft_contract = gives(DraftContract)
    review_contract = gives(ReviewContract)
    sign = gives(Sign)
