"""When a step was taken, as somebody says it: not ahead of the clock, and not before a step that it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from leadkit.desk.context import CommandContext
from leadkit.errors import CommandError, Problem
from leadkit.store.opportunity_rows import OpportunityRow

COMMANDS = {
    "opened_at": "convert",
    "assessed_at": "assess",
    "graded_at": "confirm_grade",
    "report_at": "report",
    "plan_at": "plan",
    "plan_approved_at": "approve_plan",
    "plan_rejected_at": "reject_plan",
    "contract_drafted_at": "draft_contract",
    "contract_reviewed_at": "review_contract",
    "contract_rejected_at": "review_contract",
    "signed_by_us_at": "sign",
    "signed_by_customer_at": "sign",
    "won_at": "win",
    "handed_over_at": "hand_over",
    "handover_returned_at": "return_handover",
}
"""The columns of an opportunity that say when a step was taken, and the command that takes it."""

SECOND = timedelta(seconds=1)


def check_time(context: CommandContext, subject: str, before: Iterable[tuple[str, datetime | None]]) -> None:
    """Let a command through that says no time, or one that is possible.

    `before` are the steps that it needs, by the command that took them, and when that was.

    Raises:
        CommandError: its time has no zone, is ahead of the clock, or is before one of those steps.
    """
    at: datetime | None = getattr(context.request.command, "at", None)
    if at is None:
        return
    if at.tzinfo is None:
        raise CommandError(Problem("has no time zone", "use .replace(tzinfo=...)", place=subject, path="at"))
    if at > context.entered_at:
        latest = _shown(context, context.entered_at)
        raise CommandError(Problem("lies ahead of the clock", f"latest possible: {latest}", place=subject, path="at"))
    taken = [(moment, place, command) for place, (command, moment) in enumerate(before) if moment is not None]
    needed, _, command = max(taken, default=(at, 0, ""))
    if at < needed:
        earliest = _shown(context, _next_second(needed))
        message, hint = f"lies before the step that it needs: {command}", f"earliest possible: {earliest}"
        raise CommandError(Problem(message, hint, place=subject, path="at"))


def times(row: OpportunityRow, columns: Iterable[str]) -> Iterator[tuple[str, datetime | None]]:
    """The steps of an opportunity by the command that takes each, and when that was."""
    return ((COMMANDS[column], getattr(row, column)) for column in columns)


def _next_second(moment: datetime) -> datetime:
    """The whole second that is not before a moment, so that what is shown is possible."""
    return moment.replace(microsecond=0) + SECOND if moment.microsecond else moment


def _shown(context: CommandContext, moment: datetime) -> str:
    return moment.astimezone(context.policy.time_zone).isoformat(" ", "seconds")
