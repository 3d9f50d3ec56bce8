"""What a customer objects to, and what we answer: raised, answered, an expert asked."""

from __future__ import annotations

from typing import Annotated, Any

from attrs import define, evolve, field

from leadkit.desk.commands.command import OpportunityCommand, gives
from leadkit.desk.context import Changes, CommandContext
from leadkit.desk.owed import OpportunityFile
from leadkit.desk.step_times import check_time
from leadkit.errors import CommandError, Problem
from leadkit.process.command import Argument
from leadkit.process.lifecycle import stay
from leadkit.rules.facts import near
from leadkit.store.opportunity_rows import ObjectionRow
from leadkit.store.protocol import Query
from leadkit.store.tables import MEMBERS

__all__ = ["AnswerObjection", "AskExpert", "RaiseObjection"]


@define(frozen=True)
class RaiseObjection(OpportunityCommand):
    """Record an objection of the customer's, which needs an answer; a key one goes to the whole team at once."""

    terminal = "object"
    moves = stay("negotiating", "contracting")
    after = ("plan_approved_at",)

    text: Annotated[str, Argument("What the customer objects to.")] = field(repr=False)
    key_objection: Annotated[bool, Argument("The whole team should know.")] = field(default=False, kw_only=True)
    kind: Annotated[str | None, Argument("A kind of the policy's `[objections]`, such as price.")] = field(
        default=None, kw_only=True
    )

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        kinds = context.policy.document.objections
        if self.kind is not None and self.kind not in kinds:
            hint = near(self.kind, kinds) if kinds else "the policy's [objections] has none"
            raise CommandError(
                Problem(f"there is no kind of objection {self.kind}", hint, place=file.row.id, path="kind")
            )
        number = max((objection.round for objection in file.objections), default=0) + 1
        new = ObjectionRow(
            id=f"{file.row.id}-{number}",
            opportunity_id=file.row.id,
            lead_id=file.row.lead_id,
            round=number,
            key=self.key_objection,
            kind=self.kind,
            raised_at=context.at,
        )
        changes = context.opportunity_changed(
            evolve(file, objections=(*file.objections, new)),
            file.row,
            "raised",
            notice="objection_escalated" if self.key_objection else None,
            statement={"text": self.text},
            details={"objection": new.id, "key": self.key_objection, "kind": self.kind},
        )
        suggested = kinds[self.kind].answers if self.kind is not None else ()
        return evolve(changes, receipt=evolve(changes.receipt, suggested=suggested))


@define(frozen=True)
class AnswerObjection(OpportunityCommand):
    """Record the answer to an objection, named by its id or its number in `show`."""

    terminal = "answer"
    moves = stay("planning", "negotiating", "contracting", "signed")

    objection: Annotated[str, Argument("Its id or its number.")]
    text: Annotated[str, Argument("The answer.")] = field(repr=False)

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        answered = _open_objection(file, self.objection)
        check_time(context, file.row.id, [("raise_objection", answered.raised_at)])
        rows = tuple(evolve(row, answered_at=context.at) if row is answered else row for row in file.objections)
        return context.opportunity_changed(
            evolve(file, objections=rows),
            file.row,
            "answered",
            statement={"text": self.text},
            details={"objection": answered.id},
        )


@define(frozen=True)
class AskExpert(OpportunityCommand):
    """Ask an expert of the team for help with an objection; they are notified.

    Raises:
        CommandError: they are nobody of the team, not active, or not in a role of the policy's `experts`.
    """

    moves = stay("planning", "negotiating", "contracting", "signed")
    after = ("plan_approved_at",)

    objection: Annotated[str, Argument("Its id or its number.")]
    expert: Annotated[str, Argument("The member who is asked.")]
    text: Annotated[str, Argument("The question.")] = field(repr=False)

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        asked = _open_objection(file, self.objection)
        check_time(context, file.row.id, [("raise_objection", asked.raised_at)])
        _check_expert(self.expert, file.row.id, context)
        given: dict[str, Any] = {"expert": self.expert, "expert_asked_at": context.at}
        rows = tuple(evolve(row, **given) if row is asked else row for row in file.objections)
        return context.opportunity_changed(
            evolve(file, objections=rows),
            file.row,
            "asked",
            notice="expert_asked",
            statement={"text": self.text},
            details={"objection": asked.id, "expert": self.expert},
            expert=self.expert,
        )


def _open_objection(file: OpportunityFile, named: str) -> ObjectionRow:
    """The objection with this id or number that has no answer yet.

    Raises:
        CommandError: there is none.
    """
    left_open = [row for row in file.objections if row.answered_at is None]
    objection = next((row for row in left_open if named in {row.id, str(row.round)}), None)
    if objection is None:
        left = ", ".join(str(row.round) for row in left_open) or "none is open"
        raise CommandError(Problem("has no such objection to answer", f"possible: {left}", place=file.row.id))
    return objection


def _check_expert(expert: str, place: str, context: CommandContext) -> None:
    """Let an active member of the team through in a role of experts.

    Raises:
        CommandError: they are none; the hint names those who are.
    """
    roles = context.policy.document.assignment.experts
    members = context.work.unit.find(Query(MEMBERS, {"active": True}))
    experts = [row.id for row in members if row.role in roles]
    if expert not in experts:
        hint = f"possible: {', '.join(experts)}" if experts else f"enrol somebody first as: {', '.join(roles)}"
        raise CommandError(Problem(f"{expert} is no expert of the team", hint, place=place, path="expert"))


class ObjectionCommands:
    """The commands on what a customer objects to, as methods of `desk.opportunities`."""

    raise_objection = gives(RaiseObjection)
    answer_objection = gives(AnswerObjection)
    ask_expert = gives(AskExpert)
