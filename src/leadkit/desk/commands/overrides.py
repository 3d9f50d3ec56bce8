"""A person's verdict on a lead beside the score: the band that they see it in, why, and for how long."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from attrs import define, evolve, field

from leadkit.desk.commands.command import LeadCommand, gives
from leadkit.desk.context import Changes, CommandContext
from leadkit.desk.overriding import ENDED
from leadkit.errors import CommandError, Problem
from leadkit.process.command import Argument
from leadkit.process.lifecycle import stay
from leadkit.process.states import IN_QUEUE
from leadkit.records.fields import FrozenDict
from leadkit.rules.facts import near
from leadkit.store.rows import LeadRow

__all__ = ["Override"]


@define(frozen=True)
class Override(LeadCommand):
    """Say which band a lead belongs to, beside the band of its score; without a band, end what was said.

    The points and the score's own band stay as they are. It ends by itself at `until`. `[desk] overrides` says whether
    it is shown, or decides who gets the lead and where the queue has it. A new one takes the place of one before.

    Raises:
        CommandError: there is no such band, no reason is given, `until` is past, or there is nothing to end.
    """

    moves = stay(*IN_QUEUE)

    band: Annotated[str | None, Argument("The band, such as high; without one, what was said ends.", "--band")] = field(
        default=None, kw_only=True
    )
    reason: Annotated[str, Argument("Why, in your own words.", "--reason")] = field(kw_only=True, repr=False)
    until: Annotated[datetime | None, Argument("When it ends by itself; never where it is left out.", "--until")] = (
        field(default=None, kw_only=True)
    )

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        problems = list(self._problems(lead, context))
        if problems:
            raise CommandError(problems)
        if self.band is None:
            after = evolve(lead, **ENDED)
            details = {"before": lead.override_band}
            changes = context.lead_changed(lead, after, "override_ended", reason=self.reason, details=details)
        else:
            until = None if self.until is None else self.until.isoformat()
            values = {
                "at": context.at.isoformat(),
                "by": context.actor.id,
                "reason": self.reason,
                "until": until,
                "before": lead.priority,
            }
            after = evolve(lead, override_band=self.band, override=FrozenDict(values))
            details = {"band": self.band, "priority": lead.priority, "until": until}
            changes = context.lead_changed(lead, after, "overridden", reason=self.reason, details=details)
        return evolve(changes, add=[*changes.add, *context.notice_to_owner(after, lead.owner)])

    def _problems(self, lead: LeadRow, context: CommandContext) -> list[Problem]:
        bands, until = context.policy.priorities, self.until
        naive = until is not None and until.tzinfo is None
        faults = [
            (not self.reason.strip(), "is empty", "say why", "reason"),
            (self.band is not None and self.band not in bands, "is no band", near(self.band or "", bands), "band"),
            (self.band is None and lead.override_band is None, "there is nothing to end", "give a band", "band"),
            (naive, "is a time without a zone", "use datetime.now(UTC) or .replace(tzinfo=...)", "until"),
            (not naive and until is not None and until <= context.at, "is past", "give a later time", "until"),
        ]
        return [Problem(message, hint, place=lead.id, path=path) for wrong, message, hint, path in faults if wrong]


class OverrideCommands:
    """The command that says what a person sees in a lead, as a method of a desk."""

    override = gives(Override)
