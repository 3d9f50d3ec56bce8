"""What speaks for a conversion, kept on a lead as it becomes known: with its date, and who knows it."""

from __future__ import annotations

from typing import Annotated

from attrs import define, evolve, field

from leadkit.desk.commands.command import LeadCommand, Reason, StepTime, gives
from leadkit.desk.context import Changes, CommandContext
from leadkit.desk.readiness import signals_of
from leadkit.desk.step_times import check_time
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.process.codes import Outcome
from leadkit.process.command import Argument
from leadkit.process.lifecycle import stay
from leadkit.process.states import IN_QUEUE
from leadkit.records.fields import FrozenDict
from leadkit.rules.facts import near
from leadkit.store.rows import LeadRow

__all__ = ["Signal"]


@define(frozen=True)
class Signal(LeadCommand):
    """Note a signal of a lead that speaks for its conversion, such as `intent`; `clear` takes it back.

    Signals are the yes-or-no facts of the policy's `[qualification.conversion]`. They count when the lead is converted,
    and once they are enough the owner is notified.

    Raises:
        CommandError: the policy has no such signal.
        ConflictError: there is nothing to take back.
    """

    moves = stay(*IN_QUEUE)

    signal: Annotated[str, Argument("What you know of the customer, such as intent.")]
    clear: Annotated[bool, Argument("Take it back.", "--clear")] = field(default=False, kw_only=True)
    reason: Reason = field(default=None, kw_only=True, repr=False)
    at: StepTime = field(default=None, kw_only=True)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        known = signals_of(context.policy)
        if self.signal not in known:
            hint = near(self.signal, known) or "[qualification.conversion] in the policy has none"
            raise CommandError(Problem(f"there is no signal {self.signal}", hint, place=lead.id, path="signal"))
        check_time(context, lead.id, [("capture", lead.received_at or lead.captured_at)])
        others = {name: noted for name, noted in lead.signals.items() if name != self.signal}
        if self.clear and self.signal not in lead.signals:
            hint = f"it has {', '.join(lead.signals) or 'none'}"
            raise ConflictError(Problem(f"has no signal {self.signal}", hint, place=lead.id, path="signal"))
        noted = FrozenDict({"at": context.at.isoformat(), "by": context.actor.id})
        signals = others if self.clear else {**others, self.signal: noted}
        before = lead.signals.get(self.signal)
        after = context.verdict(evolve(lead, signals=FrozenDict(signals)), context.work.lead(lead.id), screen=False)
        outcome: Outcome = "cleared" if self.clear else "noted"
        details = {"signal": self.signal, "noted_before": f"{before['at']} {before['by']}" if before else None}
        return context.lead_changed(lead, after, outcome, reason=self.reason, details=details)


class SignalCommands:
    """The command that keeps signals, as a method of a desk."""

    signal = gives(Signal)
