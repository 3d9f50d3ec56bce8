"""Opportunities that come in from sheets: the command that brings one, and many in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from attrs import define, field

from leadkit.desk.commands.command import DeskCommand, Key, OpportunityId, as_tuple, gives
from leadkit.desk.context import Request
from leadkit.desk.execute import Executor, batches, only
from leadkit.desk.keys import Outcome
from leadkit.desk.opportunities.corrections import COLUMNS, STAGES
from leadkit.desk.opportunities.homes import Named, locks_of_leads
from leadkit.desk.opportunities.incoming import Incoming, decide
from leadkit.desk.opportunities.rules import account_lock, check_levels
from leadkit.desk.reasons import check_reason
from leadkit.desk.results import Receipt
from leadkit.errors import CommandError, Problem
from leadkit.policy import Policy
from leadkit.policy.reasons import OF_SHEETS
from leadkit.process.command import Argument
from leadkit.process.lifecycle import move, stay
from leadkit.process.states import IN_PROGRESS
from leadkit.records.fields import Amount, exact
from leadkit.store.soundness import ahead_of

__all__ = ["ImportOpportunity"]

Stage = Literal["open", "assessing", "graded", "planning", "negotiating", "contracting", "signed", "won", "lost"]
Level = Annotated[str | None, Argument("A level of the policy.")]
Moment = datetime | None
ENDED = ("signed", "won", "lost")
"""The stages in which a sheet's date of closing is one that has passed."""

TIMES = ("expected_close", "opened_at", "closed_at", "reported_at")


@define(frozen=True)
class ImportOpportunity(DeskCommand[Receipt]):
    """Take an opportunity in from a sheet: a new one is `opened`, one that is there is `amended` or `repeated`.

    What is left out stays as it was; the policy's `[imports]` say what a sheet may change. A new opportunity is of the
    lead that its ids name, else of the only one of its account; a valid lead is converted by that. Whatever stage the
    sheet says is a record of history: no step leads back, and none decides what waits for somebody.

    Raises:
        CommandError: there is no such level, grade or lead, or a date is missing.
        ConflictError: it may be any of several, is further along than the sheet says, or `key` was used already.
    """

    terminal = None
    from_sheets = True
    subject: ClassVar[str | None] = "opportunity"
    moves = (
        *move(to=STAGES),
        *(step for place, stage in enumerate(IN_PROGRESS) for step in move(stage, to=STAGES[place + 1 :])),
        *stay("won", "lost"),
    )
    also_moves: ClassVar[Any] = {"lead": move("valid", to="converted")}

    opportunity_id: OpportunityId
    by_name: Annotated[bool, Argument("Its name and account say which it is, and its id is only that of a row.")] = (
        field(default=False, kw_only=True)
    )
    lead_ids: Annotated[tuple[str, ...], Argument("Its lead, by an id of ours or in another system.")] = field(
        default=(), kw_only=True, converter=as_tuple
    )
    name_: Annotated[str | None, Argument("What it is called.")] = field(
        default=None, kw_only=True, alias="name", repr=False
    )
    account: Annotated[str | None, Argument("The customer.")] = field(default=None, kw_only=True, repr=False)
    owner: Annotated[str | None, Argument("Whose it is, where nobody has it.")] = field(default=None, kw_only=True)
    stage: Annotated[Stage | None, Argument("The step of the process, or `open`.")] = field(default=None, kw_only=True)
    urgency: Level = field(default=None, kw_only=True)
    budget: Level = field(default=None, kw_only=True)
    competition: Level = field(default=None, kw_only=True)
    decision_chain: Level = field(default=None, kw_only=True)
    grade: Annotated[str | None, Argument("The grade that was confirmed.")] = field(default=None, kw_only=True)
    amount: Annotated[Amount | None, Argument("What it is worth, in the policy's currency.")] = field(
        default=None, kw_only=True, converter=exact
    )
    expected_close: Annotated[Moment, Argument("When the customer wants to sign.")] = field(default=None, kw_only=True)
    opened_at: Annotated[Moment, Argument("When it was opened.")] = field(default=None, kw_only=True)
    closed_at: Annotated[Moment, Argument("When it was signed or lost.")] = field(default=None, kw_only=True)
    reported_at: Annotated[Moment, Argument("When its project report was handed in.")] = field(
        default=None, kw_only=True
    )
    lost_reason: Annotated[str | None, Argument("What the review counts, such as price.")] = field(
        default=None, kw_only=True
    )
    competitor: Annotated[str | None, Argument("Who won it.")] = field(default=None, kw_only=True, repr=False)
    reason: Annotated[str | None, Argument("Why it was lost, in the sheet's words.")] = field(
        default=None, kw_only=True, repr=False
    )
    key: Key = field(default=None, kw_only=True, repr=False)

    def run(self, executor: Executor) -> Receipt:
        return only(import_all(executor, [self]))

    @property
    def locks(self) -> tuple[str, ...]:
        return (f"opportunity:{self.opportunity_id}", *account_lock(self.named.account_key))

    @property
    def named(self) -> Named:
        """What it names."""
        return Named(id=self.opportunity_id, name=self.name_, account=self.account, leads=self.lead_ids)

    @property
    def given(self) -> dict[str, Any]:
        """What it says of the opportunity, by the names of a sheet's columns."""
        values = {name: getattr(self, "name_" if name == "name" else name) for name in (*COLUMNS, "owner")}
        return {name: value for name, value in values.items() if value is not None}


def import_all(executor: Executor, commands: Iterable[ImportOpportunity]) -> Iterator[Outcome]:
    """Take opportunities in, a batch in one transaction; one that is refused stops no other."""
    for batch in batches(commands):
        names = [name for command in batch for name in command.lead_ids]
        with executor.storage.transaction(read_only=True) as unit:
            leads = locks_of_leads(unit, names) if names else ()
        yield from executor.run_many(batch, lambda request: _incoming(executor.policy, request), decide, locks=leads)


def _incoming(policy: Policy, request: Request) -> Incoming:
    """An opportunity whose values the policy knows.

    Raises:
        CommandError: it has others; all of them at once.
    """
    command = request.command
    assert isinstance(command, ImportOpportunity)
    check_levels(policy, command.opportunity_id, command.given)
    problems = [
        Problem("has no zone", "use .replace(tzinfo=...)", place=command.opportunity_id, path=name)
        for name in TIMES
        if (at := getattr(command, name)) is not None and at.tzinfo is None
    ]
    late = ahead_of(command, command.opportunity_id, request.at)
    problems += [problem for problem in late if problem.path != "closed_at" or command.stage in ENDED]
    if command.grade is not None and command.grade not in policy.grades:
        hint = f"possible: {', '.join(policy.grades) or 'none'}"
        problems.append(Problem("there is no such grade", hint, place=command.opportunity_id, path="grade"))
    if problems:
        raise CommandError(problems)
    if command.lost_reason is not None:
        check_reason(policy, command.opportunity_id, command.lost_reason, "lost", also=OF_SHEETS)
    return Incoming(
        request=request,
        named=command.named,
        given=command.given,
        stage=command.stage,
        by_name=command.by_name,
        reason=command.reason,
    )


class ImportedOpportunityCommands:
    """The command by which opportunities come in from sheets, as a method of `desk.opportunities`."""

    import_opportunity = gives(ImportOpportunity)
