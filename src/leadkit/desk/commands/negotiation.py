"""From the first talk to the handover: milestones, objections, contract, signatures, won or lost."""

from __future__ import annotations

from typing import Annotated, Any

from attrs import define, evolve, field

from leadkit.desk.commands.command import OpportunityCommand, Reason, as_tuple, gives
from leadkit.desk.commands.contracts import OF_THE_CONTRACT, SIGNATURES, ContractSum
from leadkit.desk.context import Changes, CommandContext
from leadkit.desk.opportunities.contracts import handed_over, sum_details, with_findings, with_sum
from leadkit.desk.owed import OpportunityFile, signed_at
from leadkit.desk.reasons import check_reason
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.process.command import Argument
from leadkit.process.lifecycle import move, stay
from leadkit.process.states import IN_PROGRESS
from leadkit.records.fields import exact

__all__ = ["HandOver", "Lose", "Reach", "Win"]


@define(frozen=True)
class Reach(OpportunityCommand):
    """Note that a milestone, by its name or id, was reached."""

    moves = stay("negotiating", "contracting", "signed")
    after = ("plan_approved_at",)

    milestone: Annotated[str, Argument("Its name or its id.")]

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        ahead = [step for step in file.milestones if step.reached_at is None]
        reached = next((step for step in ahead if self.milestone in {step.id, step.name}), None)
        if reached is None:
            names = ", ".join(step.name for step in ahead) or "none is left"
            raise CommandError(Problem("has no such milestone to reach", f"possible: {names}", place=file.row.id))
        steps = tuple(evolve(step, reached_at=context.at) if step is reached else step for step in file.milestones)
        return context.opportunity_changed(
            evolve(file, milestones=steps), file.row, "reached", details={"milestone": reached.id}
        )


@define(frozen=True)
class Win(OpportunityCommand):
    """Mark a signed opportunity as won, for which sum, and why. It was won with the second signature.

    The sum is the contract's where none is given; one below the price floor of its plan is a finding.

    Raises:
        CommandError: neither the contract nor this says a sum.
    """

    moves = move("signed", to="won")
    after = SIGNATURES

    factors: Annotated[tuple[str, ...], Argument("Why we won; repeat it for each reason.", "--factor")] = field(
        default=(), kw_only=True, converter=as_tuple, repr=False
    )
    amount: ContractSum = field(default=None, kw_only=True, converter=exact)

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        amount = file.row.contract_amount if self.amount is None else self.amount
        if amount is None:
            hint = "give amount, the sum of the contract; in the terminal --amount"
            raise CommandError(Problem("can't be won without a sum", hint, place=file.row.id, path="amount"))
        won: dict[str, Any] = {"stage": "won", "status": "won", "win_factors": self.factors}
        row = with_sum(evolve(file.row, won_at=context.at, closed_at=signed_at(file.row), **won), amount)
        details = sum_details(file.row, row)
        changes = context.opportunity_changed(file, row, "won", notice="opportunity_won", details=details)
        changes = with_findings(context, file.row, row, changes)
        return evolve(changes, add=[*changes.add, *context.notice("lead_won", row, {"amount": details["amount"]})])


@define(frozen=True)
class Lose(OpportunityCommand):
    """Mark an opportunity as lost, with the code that the review counts and the reason in your own words.

    `[reasons.lost]` says which codes there are. Who won it is one of its rivals from then on.
    """

    moves = move(*IN_PROGRESS, to="lost")
    after = (
        "assessed_at",
        "graded_at",
        "report_at",
        "plan_at",
        "plan_approved_at",
        "plan_rejected_at",
        *OF_THE_CONTRACT,
    )

    lost_reason: Annotated[str, Argument("What the review counts, such as price.", "--reason-code")]
    competitor: Annotated[str | None, Argument("Who won it.")] = field(default=None, kw_only=True, repr=False)
    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        check_reason(context.policy, file.row.id, self.lost_reason, "lost")
        details: dict[str, Any] = {"lost_reason": self.lost_reason, "competitor": self.competitor}
        known = file.row.rivals
        rivals = known if self.competitor is None or self.competitor in known else (*known, self.competitor)
        row = evolve(file.row, stage="lost", status="lost", closed_at=context.at, rivals=rivals, **details)
        changes = context.opportunity_changed(
            file, row, "lost", notice="opportunity_lost", reason=self.reason, details=details
        )
        return evolve(changes, add=[*changes.add, *context.notice_to_owner(row, row.owner)])


@define(frozen=True)
class HandOver(OpportunityCommand):
    """Hand the customer, their need and the contract's terms over to delivery, which accepts them or sends them back.

    Raises:
        CommandError: there are neither terms nor a contract.
        ConflictError: it was handed over already.
    """

    moves = stay("signed", "won")
    after = (*SIGNATURES, "handover_returned_at")

    terms: Annotated[str | None, Argument("What was promised beside the contract.", "--terms")] = field(
        default=None, repr=False
    )

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        row = file.row
        if row.handed_over_at is not None:
            possible = "nothing to do" if row.handover_accepted_at else "possible now: accept_handover, return_handover"
            raise ConflictError(Problem("was handed over already", possible, place=row.id))
        statement = handed_over(context, row, self.terms)
        after = evolve(row, handed_over_at=context.at)
        return context.opportunity_changed(file, after, "handed_over", notice="handed_over", statement=statement)


class NegotiationCommands:
    """The commands from the first talk to the handover, as methods of `desk.opportunities`."""

    reach = gives(Reach)
    win = gives(Win)
    lose = gives(Lose)
    hand_over = gives(HandOver)
