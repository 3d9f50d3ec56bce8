"""What is judged of a lead: by the policy, by whoever works on it, and by a supervisor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, cast

from attrs import define, evolve, field

from leadkit.desk.commands.command import LeadCommand, Reason, gives
from leadkit.desk.context import Changes, CommandContext
from leadkit.desk.reasons import check_reason
from leadkit.desk.verdict import BY_HAND, OPEN_TOO_LONG
from leadkit.errors import CommandError, Problem
from leadkit.process.codes import Outcome
from leadkit.process.command import Argument
from leadkit.process.lifecycle import move
from leadkit.process.states import SCREENED
from leadkit.store.rows import LeadRow

__all__ = ["Accept", "Archive", "Disqualify", "Overturn", "Screen"]

NOT_ACCEPTED: Mapping[str, Any] = {"accepted_at": None, "accepted_by": None}


@define(frozen=True)
class Screen(LeadCommand):
    """Screen and score a lead again."""

    moves = move(*SCREENED, to=SCREENED)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        after = context.verdict(lead, context.work.lead(lead.id))
        status = cast("Outcome", after.status)
        details = {"reasons": after.reasons, "missing": after.missing}
        return context.lead_changed(lead, after, status, details=details)


@define(frozen=True)
class Accept(LeadCommand):
    """Find a lead valid by hand that lacks facts for its screening; it is in the pool.

    It stays valid whatever a screening finds later: what that says stands beside it.

    Raises:
        CommandError: no reason is given.
    """

    moves = move("new", to="valid")

    reason: Annotated[str, Argument("Why, in your own words.", "--reason")] = field(kw_only=True, repr=False)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        if not self.reason.strip():
            raise CommandError(Problem("is empty", "say why the lead is valid", place=lead.id, path="reason"))
        reasons = tuple(reason for reason in lead.reasons if reason != OPEN_TOO_LONG)
        accepted: dict[str, Any] = {"status": "valid", "reasons": reasons, "in_queue": True, "open_since": None}
        by: dict[str, Any] = {"accepted_at": context.at, "accepted_by": context.actor.id}
        after = evolve(lead, **accepted, **by, pooled_at=lead.pooled_at or context.at)
        after = context.verdict(after, context.work.lead(lead.id), screen=False)
        details = {"screening": lead.screening, "missing": lead.missing}
        return context.lead_changed(lead, after, "valid", reason=self.reason, details=details)


@define(frozen=True)
class Disqualify(LeadCommand):
    """Judge a lead invalid by hand; a supervisor reviews it.

    The reason code, such as `budget_too_small`, is what figures count; `[reasons.invalid]` says which there are. The
    lead stays invalid until it is reviewed.
    """

    moves = move("new", "valid", to="invalid")

    reason_code: Annotated[str, Argument("What the review counts, such as budget_too_small.", "--reason-code")]
    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        check_reason(context.policy, lead.id, self.reason_code, "invalid")
        invalid: dict[str, Any] = {
            "status": "invalid",
            "screening": BY_HAND,
            "reasons": (self.reason_code,),
            "missing": (),
            "open_since": None,
            **NOT_ACCEPTED,
        }
        after = evolve(lead, **invalid, in_queue=False)
        changes = context.lead_changed(lead, after, "invalid", reason=self.reason, details={"reasons": after.reasons})
        return evolve(changes, add=[*changes.add, *context.notice_to_owner(after, lead.owner)])


@define(frozen=True)
class Archive(LeadCommand):
    """Uphold an invalid verdict: the lead is archived and no longer followed up."""

    moves = move("invalid", to="archived")

    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        after = evolve(lead, status="archived", in_queue=False, verdict_at=context.at)
        details = {"reasons": lead.reasons}
        return context.lead_changed(
            lead, after, "archived", notice="lead_archived", reason=self.reason, details=details
        )


@define(frozen=True)
class Overturn(LeadCommand):
    """Overturn an invalid verdict: the lead is valid and in the pool.

    The reasons that were overturned can't make it invalid again. A response and a first follow-up are due anew.
    """

    moves = move("invalid", to="valid")

    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        valid: dict[str, Any] = {"status": "valid", "screening": "valid", "in_queue": True}
        after = evolve(lead, **valid, pooled_at=context.at, verdict_at=context.at)
        details = {"reasons": lead.reasons}
        return context.lead_changed(lead, after, "valid", notice="lead_overturned", reason=self.reason, details=details)


class VerdictCommands:
    """The commands that judge a lead, as methods of a desk."""

    screen = gives(Screen)
    accept = gives(Accept)
    disqualify = gives(Disqualify)
    archive = gives(Archive)
    overturn = gives(Overturn)
