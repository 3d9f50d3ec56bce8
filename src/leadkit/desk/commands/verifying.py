"""A fact of a lead that a person checked, with its date."""

from __future__ import annotations

from typing import Annotated, Any

from attrs import define, field

from leadkit.desk.checks import OF_FORM, by_person, stated_of
from leadkit.desk.commands.command import LeadCommand, Reason, StepTime, gives
from leadkit.desk.context import Changes, CommandContext
from leadkit.desk.step_times import check_time
from leadkit.errors import CommandError, Problem
from leadkit.process.command import Argument
from leadkit.process.lifecycle import move
from leadkit.process.states import SCREENED
from leadkit.rules.facts import Fact, near
from leadkit.store.rows import LeadRow

__all__ = ["Verify"]


@define(frozen=True)
class Verify(LeadCommand):
    """Note that somebody checked a fact of a lead, such as `company_size`; it is screened and scored again.

    Without a value what the lead says was found right. What a person checked counts before the lead's own words and
    before a register, until the lead is amended there.

    Raises:
        CommandError: there is no such fact, it never has such a value, or the lead says nothing that could be right.
    """

    moves = move(*SCREENED, to=SCREENED)

    fact: Annotated[str, Argument("The fact that was checked, such as company_size.")]
    value: Annotated[bool | str | int | None, Argument("What it is; what the lead says where it is left out.")] = None
    reason: Reason = field(default=None, kw_only=True, repr=False)
    at: StepTime = field(default=None, kw_only=True)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        check_time(context, lead.id, [("capture", lead.received_at or lead.captured_at)])
        known = context.policy.facts.get(self.fact)
        if known is None:
            hint = near(self.fact, context.policy.facts)
            raise CommandError(Problem(f"there is no fact {self.fact}", hint, place=lead.id, path="fact"))
        record = context.work.lead(lead.id)
        value = self._checked(lead, known, stated_of(context.policy, record, self.fact, context.at))
        row = by_person(context.policy, lead, record, self.fact, value, context.at, context.actor.id)
        after = context.verdict(row, record)
        differs = row.checks[self.fact]["stated"] is not None
        details = {"fact": self.fact, "differs": differs or None, "points": str(after.points)}
        return context.lead_changed(lead, after, "verified", reason=self.reason, details=details)

    def _checked(self, lead: LeadRow, fact: Fact, stated: Any) -> Any:
        value = stated if self.value is None else self.value
        if value is None and self.fact in OF_FORM:
            return True
        if value is None:
            hint = "give a value"
            raise CommandError(Problem(f"the lead says nothing of {self.fact}", hint, place=lead.id, path="value"))
        wanted = {"category": str, "text": str, "number": int, "boolean": bool}[fact.type]
        if self.value is not None and type(value) is not wanted:
            kind = {str: "a text", int: "a whole number", bool: "True or False"}[wanted]
            raise CommandError(Problem(f"{self.fact} takes {kind}", place=lead.id, path="value"))
        if fact.type == "category" and value not in fact.levels:
            hint = near(str(value), fact.levels)
            raise CommandError(Problem(f"{self.fact} has no such level", hint, place=lead.id, path="value"))
        return value


class VerifyingCommands:
    """The command that keeps what a person checked, as a method of a desk."""

    verify = gives(Verify)
