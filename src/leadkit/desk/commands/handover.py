"""The end of a handover: delivery accepts it, or sends it back with what is missing."""

from __future__ import annotations

from typing import Annotated

from attrs import define, evolve, field

from leadkit.desk.commands.command import OpportunityCommand, Reason, as_tuple, gives
from leadkit.desk.context import Changes, CommandContext
from leadkit.desk.opportunities.rules import check_independent
from leadkit.desk.owed import OpportunityFile
from leadkit.desk.reasons import check_code
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.process.command import Argument
from leadkit.process.lifecycle import stay
from leadkit.store.opportunity_rows import OpportunityRow

__all__ = ["AcceptHandover", "ReturnHandover"]


@define(frozen=True)
class AcceptHandover(OpportunityCommand):
    """Accept what was handed over, as delivery; with it the handover is done."""

    moves = stay("signed", "won")
    after = ("handed_over_at",)

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        _check_waits(file.row)
        findings = check_independent(context, file.row, "hand_over")
        row = evolve(file.row, handover_accepted_at=context.at)
        changes = context.opportunity_changed(file, row, "accepted", notice="handover_accepted")
        return evolve(changes, receipt=evolve(changes.receipt, findings=findings))


@define(frozen=True)
class ReturnHandover(OpportunityCommand):
    """Send a handover back, as delivery, with what is missing; its sender owes it again.

    Raises:
        CommandError: it says nothing that is missing.
    """

    moves = stay("signed", "won")
    after = ("handed_over_at",)

    missing: Annotated[tuple[str, ...], Argument("What is missing, as a code; repeat it for each.")] = field(
        default=(), kw_only=True, converter=as_tuple
    )
    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        row = file.row
        _check_waits(row)
        if not self.missing and not self.reason:
            raise CommandError(Problem("is returned for nothing", "say what is missing", place=row.id, path="missing"))
        for code in self.missing:
            check_code(row.id, code, "missing", "delivery_standard")
        returned = evolve(row, handed_over_at=None, handover_returned_at=context.at)
        return context.opportunity_changed(
            file,
            returned,
            "sent_back",
            notice="handover_returned",
            reason=self.reason,
            details={"missing": self.missing},
        )


def _check_waits(row: OpportunityRow) -> None:
    """Let a verdict on a handover through that waits for one.

    Raises:
        CommandError: there is none, or it was accepted already.
    """
    if row.handover_accepted_at is not None:
        raise ConflictError(Problem("its handover was accepted already", "nothing to do", place=row.id))
    if row.handed_over_at is None:
        raise CommandError(Problem("was not handed over", "possible now: hand_over", place=row.id))


class HandoverCommands:
    """The commands of delivery on a handover, as methods of `desk.opportunities`."""

    accept_handover = gives(AcceptHandover)
    return_handover = gives(ReturnHandover)
