"""From a lead to an approved plan: conversion, assessment, grade, report and plan of one opportunity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, get_args

from attrs import define, evolve, field

from leadkit.desk.commands.command import (
    LeadCommand,
    OpportunityCommand,
    Reason,
    StepTime,
    as_tuple,
    frozen_mapping,
    gives,
)
from leadkit.desk.context import NO_DETAILS, Changes, CommandContext
from leadkit.desk.duties import OpportunityFile
from leadkit.desk.opportunities.deciders import Involvement, involvement
from leadkit.desk.opportunities.opening import BASES, GIVEN, Wanted, joined_deal, worth_of
from leadkit.desk.opportunities.rules import check_levels, needs_others, of_the_team, open_deals
from leadkit.desk.readiness import noted
from leadkit.desk.step_times import check_time
from leadkit.desk.verdict import facts_of
from leadkit.errors import CommandError, NotAllowedError, Problem
from leadkit.policy import Policy
from leadkit.process.command import Argument
from leadkit.process.lifecycle import UNSIGNED, Move, move, stay
from leadkit.records.fields import Amount, FrozenDict, exact
from leadkit.records.text import CompanyName, read_company
from leadkit.store.mapping import opportunity_record, sound
from leadkit.store.rows import LeadRow, MilestoneRow, OpportunityRow
from leadkit.store.tables import STATEMENTS, Table

__all__ = ["ApprovePlan", "Assess", "ConfirmGrade", "Convert", "Plan", "RejectPlan", "Report"]

Judged = Literal["urgency", "budget", "competition", "decision_chain", "amount", "expected_close", "rivals"]
"""What an assessment says of an opportunity."""

Worth = Annotated[Amount | None, Argument("What it is worth, in the policy's currency.")]
Close = Annotated[datetime | None, Argument("When the customer wants to sign.", "--close")]


def _worth(amount: Decimal | int | None) -> Decimal | None:
    """A whole number, or a number in plain decimal text, as an exact one; anything else as it is."""
    return exact(amount)  # type: ignore[no-any-return]


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
    wide_locks = ("convert",)

    signals: Annotated[
        Mapping[str, Any], Argument("What you know of the customer, such as intent; repeat it for each.", "--signal")
    ] = field(default=NO_DETAILS, converter=frozen_mapping)
    name_: Annotated[str | None, Argument("What the opportunity is called; else as the company.", "--name")] = field(
        default=None, kw_only=True, alias="name", repr=False
    )
    amount: Worth = field(default=None, kw_only=True, converter=_worth)
    expected_close: Close = field(default=None, kw_only=True)
    attach: Annotated[
        bool | None, Argument("Join the company's open opportunity, or open another.", "--attach/--no-attach")
    ] = field(default=None, kw_only=True)
    at: StepTime = field(default=None, kw_only=True)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        check_time(context, lead.id, [("capture", lead.received_at or lead.captured_at)])
        work = context.work
        facts = facts_of(context.policy, work.lead(lead.id), lead.verified, context.at)
        involved = involvement(context, lead.id, facts, {**noted(lead), **self.signals})
        _check_qualified(context.policy, lead.id, facts, involved.signals)
        company = read_company(lead.company_name or "")
        same = open_deals(work, company) if company.core else []
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


@define(frozen=True)
class Assess(OpportunityCommand):
    """Judge an opportunity. What is left out stays as it was, and what is cleared is not known any more.

    Rivals that are named take the place of those named before; they change no level. The grade that follows waits for a
    supervisor where it is another one.

    Raises:
        CommandError: there is no such level.
    """

    moves = stay(*UNSIGNED)
    after = ("assessed_at", "graded_at")

    urgency: Annotated[str | None, Argument("immediate, urgent, normal; else by the expected close.")] = field(
        default=None, kw_only=True
    )
    budget: Annotated[str | None, Argument("high, medium, low; else by the amount.")] = field(
        default=None, kw_only=True
    )
    competition: Annotated[str | None, Argument("ahead, even, behind.")] = field(default=None, kw_only=True)
    decision_chain: Annotated[str | None, Argument("simple, medium, complex.")] = field(default=None, kw_only=True)
    amount: Worth = field(default=None, kw_only=True, converter=_worth)
    expected_close: Close = field(default=None, kw_only=True)
    rivals: Annotated[tuple[str, ...], Argument("Who competes with us; repeat it for each.", "--rival")] = field(
        default=(), kw_only=True, converter=as_tuple, repr=False
    )
    clear: Annotated[tuple[Judged, ...], Argument("What is no longer known; repeat it for each.", "--clear")] = field(
        default=(), kw_only=True, converter=as_tuple
    )
    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        given: dict[str, Any] = {name: () if name == "rivals" else None for name in self.clear}
        given |= {name: value for name in get_args(Judged) if (value := getattr(self, name)) not in {None, ()}}
        given |= {"rivals": tuple(dict.fromkeys(self.rivals))} if self.rivals else {}
        check_levels(context.policy, file.row.id, given)
        if "amount" in given and file.row.contract_amount is not None:
            hint = "draft the contract anew with another amount"
            raise CommandError(Problem("its contract says the sum", hint, place=file.row.id, path="amount"))
        basis: dict[str, Any] = {column: given[name] and GIVEN for name, column in BASES.items() if name in given}
        row = sound(evolve(file.row, **given, **basis, assessed_at=context.at), file.row.id)
        grade = context.policy.grade(opportunity_record(row), as_of=context.at).grade
        row = evolve(row, proposed_grade=grade)
        notice = "grade_to_confirm" if grade is not None and grade != row.grade else None
        details = {"grade": grade, "confirmed": row.grade, **{name: _noted(value) for name, value in given.items()}}
        return context.opportunity_changed(file, row, "assessed", notice=notice, reason=self.reason, details=details)


def _noted(value: Any) -> Any:
    """A value as the journal holds it: rivals as a list of names, all else as a text."""
    return value if isinstance(value, tuple) else str(value)


@define(frozen=True)
class ConfirmGrade(OpportunityCommand):
    """Confirm the grade that was proposed, as a supervisor; the grade before it is kept in the journal.

    A grade that rises during negotiation to one whose plans others approve takes it back to planning.
    """

    terminal = "confirm"
    moves = (
        *move("assessing", to="graded"),
        *stay("graded", "planning", "contracting"),
        *move("negotiating", to=("negotiating", "planning")),
    )
    after = ("assessed_at", "graded_at")

    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        before = file.row
        if before.proposed_grade is None:
            hint = "assess it first; a grade is open while a level is not known"
            raise CommandError(Problem("has no grade to confirm", hint, place=before.id))
        other = before.proposed_grade != before.grade
        row = evolve(
            before,
            grade=before.proposed_grade,
            graded_at=context.at if other else before.graded_at,
            stage="graded" if before.stage == "assessing" else before.stage,
        )
        notice = "grade_changed" if other and before.grade is not None else None
        if row.stage == "negotiating" and needs_others(context.policy, before.grade, row.grade):
            row = evolve(row, stage="planning", plan_at=context.at, plan_approved_at=None)
            notice = "approval_asked"
        details = {"before": before.grade, "after": row.grade, "grade": row.grade}
        findings = ("confirmed_by_owner",) if row.owner == context.actor.id else ()
        changes = context.opportunity_changed(file, row, "graded", notice=notice, reason=self.reason, details=details)
        return evolve(changes, receipt=evolve(changes.receipt, findings=findings))


@define(frozen=True)
class Report(OpportunityCommand):
    """Hand in the project report that an opportunity of the first grade owes: strategy and expected goal."""

    moves = stay("graded", "planning", "negotiating", "contracting")
    after = ("graded_at", "report_at")

    strategy: Annotated[str, Argument("How you want to win it.", "--strategy")] = field(kw_only=True, repr=False)
    goal: Annotated[str, Argument("What you expect to reach.", "--goal")] = field(kw_only=True, repr=False)

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        row = evolve(file.row, report_at=context.at)
        statement = {"strategy": self.strategy, "goal": self.goal}
        return context.opportunity_changed(file, row, "reported", statement=statement)


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
        default=None, kw_only=True, converter=_worth
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

    Who may is in the policy's `[approvals]`.
    """

    terminal = "approve"
    moves = move("planning", to="negotiating")
    after = ("plan_at",)

    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        _check_approver(file, context)
        row = evolve(file.row, stage="negotiating", plan_approved_at=context.at)
        return context.opportunity_changed(
            file, row, "approved", notice="plan_approved", reason=self.reason, details={"grade": row.grade}
        )


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
    roles, role = context.policy.document.approvals.get(file.row.grade or ""), context.actor.role
    if roles is not None and role not in roles:
        message = f"{role} may not decide on the plan of an opportunity of grade {file.row.grade}"
        raise NotAllowedError(
            Problem(message, f"allowed roles: {', '.join(roles)}", place=file.row.id, path=context.name)
        )


def _check_qualified(policy: Policy, lead_id: str, facts: Mapping[str, Any], signals: Mapping[str, Any]) -> None:
    qualification = policy.qualify(facts, signals)
    if qualification.outcome == "yes":
        return
    message = "is not qualified" if qualification.outcome == "no" else "is not known to be qualified"
    missing = ", ".join((*qualification.unmet, *qualification.unknown))
    raise CommandError(Problem(message, f"not met: {missing}", place=lead_id, path="qualification.conversion"))


class DealCommands:
    """The commands from the conversion to the approved plan, as methods of `desk.opportunities`."""

    convert = gives(Convert)
    assess = gives(Assess)
    confirm_grade = gives(ConfirmGrade)
    report = gives(Report)
    plan = gives(Plan)
    approve_plan = gives(ApprovePlan)
    reject_plan = gives(RejectPlan)
