"""The conversion plan of an opportunity: submitted, and approved or sent back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated

from attrs import define, evolve, field

from leadkit.desk.commands.command import OpportunityCommand, Reason, as_tuple, gives
from leadkit.desk.context import Changes, CommandContext
from leadkit.desk.opportunities.rules import check_independent
from leadkit.desk.owed import OpportunityFile
from leadkit.errors import CommandError, NotAllowedError, Problem
from leadkit.process.command import Argument
from leadkit.process.lifecycle import move
from leadkit.records.fields import Amount, exact
from leadkit.store.opportunity_rows import MilestoneRow, OpportunityRow

__all__ = ["ApprovePlan", "Plan", "RejectPlan"]


@define(frozen=True)
class Plan(OpportunityCommand):
    """Submit the conversion plan; negotiation begins once it is approved. A new plan replaces the old one.

    It names the customer's pains, our advantages, how to negotiate, and milestones with aware times.
    """

    moves = move("graded", "planning", to="planning")
    after = ("graded_at", "plan_at", "plan_rejected_at")

    pains: Annotated[str, Argument("What hurts the customer.")] = field(kw_only=True, repr=False)
    advantages: Annotated[str, Argument("What our solution does better.")] = field(kw_only=True, repr=False)
    strategy: Annotated[str, Argument("How to negotiate: price floor, extras, the way to the deciders.")] = field(
        kw_only=True, repr=False
    )
    milestones: Annotated[
        tuple[tuple[str, datetime], ...], Argument("A milestone and its date; repeat it for each.", "--milestone")
    ] = field(default=(), kw_only=True, converter=as_tuple, repr=False)
    price_floor: Annotated[Amount | None, Argument("The lowest sum that we sign for.")] = field(
        default=None, kw_only=True, converter=exact
    )

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        if self.price_floor is not None and self.price_floor < 0:
            hint = "an amount, or leave it out"
            raise CommandError(Problem("is below 0", hint, place=file.row.id, path="price_floor"))
        naive = [name for name, due_at in self.milestones if due_at.tzinfo is None]
        if naive:
            message, hint = "is due at a time without a zone", "use .replace(tzinfo=...)"
            raise CommandError(Problem(message, hint, place=file.row.id, path=f"milestones.{name}") for name in naive)
        row = evolve(
            file.row, stage="planning", plan_at=context.at, plan_approved_at=None, price_floor=self.price_floor
        )
        planned = evolve(file, milestones=tuple(self._rows(row, context)))
        statement = {"pains": self.pains, "advantages": self.advantages, "strategy": self.strategy}
        details = {"grade": row.grade, "price_floor": None if row.price_floor is None else str(row.price_floor)}
        changes = context.opportunity_changed(
            planned, row, "planned", notice="approval_asked", statement=statement, details=details
        )
        return evolve(changes, receipt=evolve(changes.receipt, findings=tuple(self._findings())))

    def _findings(self) -> Iterator[str]:
        """What a plan lacks that it may lack."""
        if not self.strategy.strip():
            yield "plan_without_strategy"
        if not self.milestones:
            yield "plan_without_milestones"

    def _rows(self, row: OpportunityRow, context: CommandContext) -> Iterable[MilestoneRow]:
        entry_id = context.request.entry_id
        for number, (name, due_at) in enumerate(self.milestones, 1):
            yield MilestoneRow(
                id=f"{entry_id}-{number}", opportunity_id=row.id, lead_id=row.lead_id, name=name, due_at=due_at
            )


@define(frozen=True)
class ApprovePlan(OpportunityCommand):
    """Approve the plan, so that negotiation with the customer begins. Plans of A opportunities need a director.

    Who may is in the policy's `[approvals]`; with `own = false` nobody approves their own.
    """

    terminal = "approve"
    moves = move("planning", to="negotiating")
    after = ("plan_at",)

    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        _check_approver(file, context)
        findings = check_independent(context, file.row, Plan.name)
        row = evolve(file.row, stage="negotiating", plan_approved_at=context.at)
        changes = context.opportunity_changed(
            file, row, "approved", notice="plan_approved", reason=self.reason, details={"grade": row.grade}
        )
        return evolve(changes, receipt=evolve(changes.receipt, findings=findings))


@define(frozen=True)
class RejectPlan(OpportunityCommand):
    """Send the plan back."""

    terminal = "reject"
    moves = move("planning", to="graded")
    after = ("plan_at",)

    reason: Annotated[str, Argument("What has to change.")] = field(kw_only=True, repr=False)

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        _check_approver(file, context)
        row = evolve(file.row, stage="graded", plan_at=None, plan_rejected_at=context.at)
        return context.opportunity_changed(
            file, row, "rejected", notice="plan_rejected", reason=self.reason, details={"grade": row.grade}
        )


def _check_approver(file: OpportunityFile, context: CommandContext) -> None:
    roles, role = context.policy.document.approvals.grades.get(file.row.grade or ""), context.actor.role
    if roles is not None and role not in roles:
        message = f"{role} may not decide on the plan of an opportunity of grade {file.row.grade}"
        raise NotAllowedError(
            Problem(message, f"allowed roles: {', '.join(roles)}", place=file.row.id, path=context.name)
        )


class PlanningCommands:
    """The commands on the plan, as methods of `desk.opportunities`."""

    plan = gives(Plan)
    approve_plan = gives(ApprovePlan)
    reject_plan = gives(RejectPlan)
