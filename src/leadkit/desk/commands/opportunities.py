"""From a lead to an approved plan: conversion, assessment, grade, report and plan of one opportunity."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from attrs import define, evolve, field

from leadkit.desk.commands.command import OpportunityCommand, Reason, as_tuple, gives
from leadkit.desk.commands.converting import Close, Worth
from leadkit.desk.context import Changes, CommandContext
from leadkit.desk.opportunities.opening import BASES, GIVEN
from leadkit.desk.opportunities.rules import check_independent, check_levels, needs_others
from leadkit.desk.opportunities.teams import team_notices, team_of
from leadkit.desk.owed import OpportunityFile
from leadkit.errors import CommandError, Problem
from leadkit.process.command import Argument
from leadkit.process.lifecycle import move, stay
from leadkit.process.states import UNSIGNED
from leadkit.records.fields import exact
from leadkit.store.mapping import opportunity_record
from leadkit.store.soundness import sound

__all__ = ["Assess", "ConfirmGrade", "Report"]

Judged = Literal["urgency", "budget", "competition", "decision_chain", "amount", "expected_close", "rivals"]
"""What an assessment says of an opportunity."""


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
    amount: Worth = field(default=None, kw_only=True, converter=exact)
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

    The grade brings the people that the policy's `[opportunities.grades]` name for it, each of whom is told; those whom
    it needs no more are named as free. A grade that rises during negotiation to one whose plans others approve takes it
    back to planning.
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
        findings = check_independent(context, before, Assess.name)
        findings = ("confirmed_by_owner",) if before.owner == context.actor.id else findings
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
        team = team_of(context, row)
        row = evolve(row, team=team.members)
        details: dict[str, Any] = {"before": before.grade, "after": row.grade, "grade": row.grade}
        details |= {"team": team.members, "freed": team.freed}
        changes = context.opportunity_changed(file, row, "graded", notice=notice, reason=self.reason, details=details)
        stored = evolve(row, version=row.version + 1)
        add = [*changes.add, *team_notices(context, before.grade, stored, team)]
        return evolve(changes, receipt=evolve(changes.receipt, findings=findings, freed=team.freed), add=add)


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


class DealCommands:
    """The commands from the conversion to the approved plan, as methods of `desk.opportunities`."""

    assess = gives(Assess)
    confirm_grade = gives(ConfirmGrade)
    report = gives(Report)
