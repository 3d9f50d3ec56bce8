"""From the first talk to the handover: milestones, objections, contract, signatures, won or lost."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from attrs import define, evolve, field

from leadkit.desk.commands.command import OpportunityCommand, Reason, as_tuple, gives
from leadkit.desk.context import Changes, CommandContext, check_reason
from leadkit.desk.duties import OpportunityFile, signed_at
from leadkit.desk.opportunities.contracts import handed_over, latest_draft, sum_details, with_findings, with_sum
from leadkit.desk.step_times import check_time
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.process.command import Argument
from leadkit.process.lifecycle import IN_PROGRESS, move, stay
from leadkit.records.fields import Amount, exact
from leadkit.rules.facts import near
from leadkit.store.protocol import Query
from leadkit.store.rows import ObjectionRow
from leadkit.store.tables import MEMBERS

__all__ = [
    "AnswerObjection",
    "AskExpert",
    "DraftContract",
    "HandOver",
    "Lose",
    "RaiseObjection",
    "Reach",
    "ReviewContract",
    "Sign",
    "Win",
]

ContractSum = Annotated[Amount | None, Argument("The sum of the contract, in the policy's currency.")]
SIGNATURES = ("signed_by_us_at", "signed_by_customer_at")
OF_THE_CONTRACT = ("contract_drafted_at", "contract_reviewed_at", "contract_rejected_at", *SIGNATURES)


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
        row = evolve(file.row, **verdict)
        outcome = "approved" if self.approved else "rejected"
        return context.opportunity_changed(file, row, outcome, notice=f"contract_{outcome}", reason=self.reason)


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
    raise_objection = gives(RaiseObjection)
    answer_objection = gives(AnswerObjection)
    ask_expert = gives(AskExpert)
    draft_contract = gives(DraftContract)
    review_contract = gives(ReviewContract)
    sign = gives(Sign)
    win = gives(Win)
    lose = gives(Lose)
    hand_over = gives(HandOver)
