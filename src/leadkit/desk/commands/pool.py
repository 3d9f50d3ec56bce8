"""The command on the pool: who takes a lead that has no owner, within what `[pool]` allows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from attrs import define, evolve

from leadkit.desk.commands.command import LeadCommand, gives
from leadkit.desk.context import Changes, CommandContext
from leadkit.errors import CommandError, ConflictError, NotAllowedError, Problem
from leadkit.policy import Policy
from leadkit.process.lifecycle import stay
from leadkit.process.pool import DAY, Pool
from leadkit.process.states import IN_QUEUE
from leadkit.store.process_rows import ClaimRow
from leadkit.store.protocol import Query
from leadkit.store.rows import LeadRow
from leadkit.store.tables import CLAIMS, LEADS, MEMBERS

__all__ = ["Claim"]


@define(frozen=True)
class Claim(LeadCommand):
    """Take a lead that has no owner, for oneself; `[pool]` says who may, and how many.

    Raises:
        NotAllowedError: the role of who claims is none of the pool's.
        ConflictError: the lead has an owner already.
        CommandError: there is no pool, or who claims has used the day, holds too many, or had the lead last.
    """

    moves = stay(*IN_QUEUE)
    table = "pool"
    owned = False

    @property
    def locks(self) -> tuple[str, ...]:
        member = () if self.by is None else (f"member:{self.by.id}",)
        return (f"lead:{self.lead_id}", *member)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        pool = _pool(context)
        if lead.owner is not None:
            raise ConflictError(Problem("has an owner already", "claim another lead", place=lead.id))
        counts = _counts(context)
        problems = [*_unfit(lead, context), *_too_many(lead, pool, counts), *_too_soon(lead, pool, context)]
        if problems:
            raise CommandError(problems)
        member = context.actor.id
        after = evolve(lead, owner=member, claimed_by=member)
        details = {"to": member, "claims": counts.claims + 1, "held": counts.held + 1}
        changes = context.lead_changed(lead, after, "claimed", details=details)
        row = ClaimRow(id=context.request.entry_id, member=member, lead_id=lead.id, at=context.at)
        return evolve(changes, add=[*changes.add, (CLAIMS, row)])


def _pool(context: CommandContext) -> Pool:
    """The policy's pool, where the actor's role may claim."""
    pool = context.policy.document.pool
    if pool is None:
        raise CommandError(Problem("there is no pool", "a policy with the table [pool] has one", path=context.name))
    if context.actor.role not in pool.claim:
        hint = f"allowed roles: {', '.join(pool.claim)}"
        raise NotAllowedError(Problem(f"{context.actor.role} may not do this", hint, path=context.name))
    return pool


@define(frozen=True)
class _Counts:
    """What a member has claimed today, given back or not, and what they hold of what they claimed."""

    claims: int
    held: int


def _counts(context: CommandContext) -> _Counts:
    unit, member = context.work.unit, context.actor.id
    before, end = day_of(context.policy, context.at)
    today = Query(CLAIMS, {"member": member}, above=("at", before), until=("at", end))
    held = Query(LEADS, {"in_queue": True, "owner": member, "claimed_by": member})
    return _Counts(unit.count(today), unit.count(held))


def day_of(policy: Policy, at: datetime) -> tuple[datetime, datetime]:
    """The last moments of the day before, and of the day itself, as the policy's time zone has them."""
    day = at.astimezone(policy.time_zone).date()
    ends = (datetime.combine(date, time(), policy.time_zone) for date in (day, day + DAY))
    before, end = (midnight.astimezone(at.tzinfo) - timedelta.resolution for midnight in ends)
    return before, end


def _unfit(lead: LeadRow, context: CommandContext) -> Iterator[Problem]:
    """Why the actor may be given nothing: they are not of the team, not active, or full."""
    unit, member_id = context.work.unit, context.actor.id
    member = unit.get(MEMBERS, member_id)
    if member is None:
        yield Problem("who claims is not a member of the team", "enrol them first", place=lead.id)
    elif not member.active:
        yield Problem("who claims is not active", "a supervisor can enrol them as active", place=lead.id)
    elif member.capacity is not None:
        load = unit.count(Query(LEADS, {"in_queue": True, "owner": member_id}))
        if load >= member.capacity:
            message = f"who claims has {load} of {member.capacity} leads"
            yield Problem(message, "give one back, or raise the capacity", place=lead.id)


def _too_many(lead: LeadRow, pool: Pool, counts: _Counts) -> Iterator[Problem]:
    if pool.per_day is not None and counts.claims >= pool.per_day:
        message = f"{counts.claims} of {pool.per_day} claims of the day are used"
        yield Problem(message, "claim it tomorrow; what was given back counts", place=lead.id, path="pool.per_day")
    if pool.hold is not None and counts.held >= pool.hold:
        message = f"who claims holds {counts.held} of {pool.hold} claimed leads"
        yield Problem(message, "finish one or give one back", place=lead.id, path="pool.hold")


def _too_soon(lead: LeadRow, pool: Pool, context: CommandContext) -> Iterator[Problem]:
    if lead.released_at is None or lead.last_owner != context.actor.id:
        return
    free_at = lead.released_at + pool.again_after_days * DAY
    if context.at < free_at:
        when = free_at.astimezone(context.policy.time_zone).isoformat(sep=" ", timespec="minutes")
        hint = f"they may from {when} on; others may at once"
        yield Problem("who claims had it last", hint, place=lead.id, path="pool.again_after_days")


class PoolCommands:
    """The command on the pool, as a method of a desk."""

    claim = gives(Claim)
