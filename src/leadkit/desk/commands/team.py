"""The commands on who works: the team, and which lead or opportunity is whose."""

from __future__ import annotations

from typing import Annotated, Any

from attrs import define, evolve, field

from leadkit.desk.commands.command import LeadCommand, OpportunityCommand, Reason, SingleCommand, gives
from leadkit.desk.context import Changes, CommandContext
from leadkit.desk.notices import Rows, outbox_rows
from leadkit.desk.overriding import deciding_band
from leadkit.desk.owed import OpportunityFile
from leadkit.desk.results import Receipt
from leadkit.desk.work_set import WorkSet
from leadkit.errors import CommandError, Problem
from leadkit.process.assignment import Choice, choose
from leadkit.process.command import Argument
from leadkit.process.lifecycle import stay
from leadkit.process.states import IN_PROGRESS, IN_QUEUE
from leadkit.records.fields import FrozenDict
from leadkit.records.people import Member
from leadkit.rules.facts import near
from leadkit.store.mapping import member_of
from leadkit.store.process_rows import MemberRow
from leadkit.store.protocol import Query
from leadkit.store.rows import LeadRow
from leadkit.store.tables import LEADS, MEMBERS, OPPORTUNITIES, Table
from leadkit.store.values import digest

__all__ = ["Assign", "AssignOpportunity", "Enrol", "Release"]

To = Annotated[str | None, Argument("The member who gets it; whoever has most room where it is left out.")]


@define(frozen=True)
class Enrol(SingleCommand):
    """Add somebody to the team, or change their role, their capacity, or whether they are active.

    Who is made inactive keeps what they have, and the supervisor is told how much that is.

    Raises:
        CommandError: the policy says who may do what, and names no such role.
    """

    member: Annotated[Member, Argument("The member as they are from now on.")]

    @property
    def locks(self) -> tuple[str, ...]:
        return (f"member:{self.member.id}",)

    def apply(self, context: CommandContext) -> Changes:
        member, unit = self.member, context.work.unit
        roles = context.policy.document.roles
        if roles and member.role not in roles:
            hint = near(member.role, roles)
            raise CommandError(Problem("is no role of the policy", hint, place=member.id, path="member.role"))
        before = unit.get(MEMBERS, member.id)
        row = [(MEMBERS, MemberRow(version=before.version if before else 1, **member.model_dump()))]
        details = {"member": member.id, "member_role": member.role, "active": member.active}
        receipt = Receipt(command=self.name, outcome="changed" if before else "enrolled")
        entry = context.entry(None, details)
        left = {} if member.active else self._left(context)
        receipt = evolve(receipt, findings=("member_has_work",) if left else ())
        notices = self._notice(context, left) if left and before is not None and before.active else []
        return Changes(receipt=receipt, add=[entry, *notices, *([] if before else row)], replace=row if before else [])

    def _left(self, context: CommandContext) -> dict[str, str]:
        """How many leads and opportunities are the member's; nothing where none are."""
        work: dict[str, tuple[Table[Any], dict[str, Any]]] = {
            "leads": (LEADS, {"in_queue": True}),
            "opportunities": (OPPORTUNITIES, {"status": "open"}),
        }
        count = context.work.unit.count
        counts = {name: count(Query(table, {**busy, "owner": self.member.id})) for name, (table, busy) in work.items()}
        return {name: str(number) for name, number in counts.items()} if any(counts.values()) else {}

    def _notice(self, context: CommandContext, left: dict[str, str]) -> Rows:
        return outbox_rows(
            context.policy,
            "member_inactive",
            digest("member_inactive", self.member.id, context.request.entry_id)[:32],
            context.entered_at,
            lead_id=None,
            opportunity_id=None,
            owner=None,
            details={"member": self.member.id, **left},
        )


@define(frozen=True)
class Assign(LeadCommand):
    """Give a lead to somebody who may have it, or to the one of them with the most room.

    Raises:
        CommandError: they are not active, have no room, or don't take leads of this priority.
    """

    moves = stay(*IN_QUEUE)

    to: To = None
    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        members = _members(context.work, self.to)
        loads = _loads(context.work, members, LEADS, {"in_queue": True}, lead.owner)
        band = deciding_band(context.policy, lead, context.at)
        roles = context.policy.document.assignment.roles.get(band or "")
        choice = choose(members, loads, roles, wanted=self.to, subject=lead.id)
        details = {**_details(choice), "priority": band, "capacity": choice.capacity}
        context.check_plan("assigned", lead.id, FrozenDict({"owner": (lead.owner, choice.member)}))
        after = evolve(lead, owner=choice.member, owned_at=context.at, claimed_by=None)
        return context.lead_changed(
            lead, after, "assigned", notice="lead_assigned", reason=self.reason, details=details
        )


@define(frozen=True)
class Release(LeadCommand):
    """Take a lead from its owner; it waits for another."""

    moves = stay(*IN_QUEUE)

    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        after = evolve(lead, owner=None)
        return context.lead_changed(lead, after, "released", reason=self.reason, details={"owner_before": lead.owner})


@define(frozen=True)
class AssignOpportunity(OpportunityCommand):
    """Give an opportunity to somebody who may have it, or to the one of them with the fewest open ones.

    Which roles take which grade is in the policy's `[assignment.grades]`.

    Raises:
        CommandError: they are not active, or don't take opportunities of this grade.
    """

    name = "assign"
    moves = stay(*IN_PROGRESS)

    to: Annotated[str | None, Argument("The member who gets it; else the one with the fewest open ones.")] = None
    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, file: OpportunityFile, context: CommandContext) -> Changes:
        row = file.row
        members = [member.model_copy(update={"capacity": None}) for member in _members(context.work, self.to)]
        loads = _loads(context.work, members, OPPORTUNITIES, {"status": "open"}, row.owner)
        roles = context.policy.document.assignment.grades.get(row.grade or "")
        what = f"opportunities of grade {row.grade}"
        choice = choose(members, loads, roles, wanted=self.to, subject=row.id, what=what)
        details = {**_details(choice), "grade": row.grade}
        assigned = evolve(row, owner=choice.member)
        notice = "opportunity_assigned"
        return context.opportunity_changed(
            file, assigned, "assigned", notice=notice, reason=self.reason, details=details
        )


def _members(work: WorkSet, to: str | None) -> list[Member]:
    """The team, held as far as it may get something: `to` alone, or everybody where that is left open."""
    names = [to] if to is not None else [row.id for row in work.unit.find(Query(MEMBERS))]
    work.unit.lock(*(f"member:{name}" for name in names))
    return [member_of(row) for row in work.unit.find(Query(MEMBERS))]


def _loads(
    work: WorkSet, members: list[Member], table: Table[Any], busy: dict[str, Any], owner: str | None
) -> dict[str, int]:
    """How many each member works on, without the one that is to be assigned."""
    return {
        member.id: work.unit.count(Query(table, {**busy, "owner": member.id})) - (owner == member.id)
        for member in members
    }


def _details(choice: Choice) -> dict[str, Any]:
    return {"to": choice.member, "reason_code": choice.reason, "load": choice.load}


class TeamCommands:
    """The commands on the team and on the owners of leads, as methods of a desk."""

    enrol = gives(Enrol)
    assign = gives(Assign)
    release = gives(Release)


class OpportunityTeamCommands:
    """The command on the owner of an opportunity, as a method of `desk.opportunities`."""

    assign = gives(AssignOpportunity)
