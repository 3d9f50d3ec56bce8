"""What is owed to a lead or an opportunity as it is now, by the policy and the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from attrs import define, setters

from leadkit.desk.nurturing import after, turns
from leadkit.policy import Policy
from leadkit.process.calendar import Due, WorkCalendar
from leadkit.process.duties import BY_KIND, NURTURE, SIGNED, duties_of
from leadkit.process.duty import Duty, counted_from
from leadkit.process.service_levels import Level
from leadkit.store.making import with_columns
from leadkit.store.opportunity_rows import MilestoneRow, ObjectionRow, OpportunityRow
from leadkit.store.rows import LeadRow


@define(on_setattr=setters.frozen)
class OpportunityFile:
    """An opportunity with its milestones and objections, in their order."""

    row: OpportunityRow
    milestones: tuple[MilestoneRow, ...] = ()
    objections: tuple[ObjectionRow, ...] = ()


@define(on_setattr=setters.frozen, kw_only=True)
class Owed:
    """A duty as it should be now.

    `sooner`: its end moves forward to this. `paused`: we wait for the customer. `pause` is the beginning and the end of
    the pause that has just ended.
    """

    id: str
    duty: Duty
    since: datetime
    due_at: datetime
    provisional: bool = False
    met_at: datetime | None = None
    owner: str | None = None
    level: Level | None = None
    sooner: datetime | None = None
    paused: bool = False
    pause: tuple[datetime, datetime] | None = None


def owed_to_lead(policy: Policy, calendar: WorkCalendar, before: LeadRow | None, row: LeadRow) -> Iterator[Owed]:
    """What is due to a lead as it is now: its entry, a first response, and no silence for too long."""
    if row.merged_into is not None or row.erased_at is not None:
        return
    yield from _owed_by_means(policy, row)
    for duty in duties_of("lead"):
        owed = _owed(policy, calendar, duty, row, row)
        if owed is not None:
            yield _as_of_lead(policy, calendar, owed, before, row)


def _owed_by_means(policy: Policy, row: LeadRow) -> Iterator[Owed]:
    """What is due by each means of the cadence; each turn is a duty of its own, so that it stays on record."""
    for turn in turns(policy, row):
        yield Owed(
            id=f"{NURTURE.kind}.{turn.means}:{row.id}:{int(turn.since.timestamp())}",
            duty=NURTURE,
            since=turn.since,
            due_at=turn.due_at,
            met_at=turn.met_at,
            owner=row.owner,
            paused=turn.met_at is None and row.paused_at is not None,
        )


def owed_to_opportunity(policy: Policy, calendar: WorkCalendar, file: OpportunityFile) -> Iterator[Owed]:
    """What is due to an opportunity; of a lost one only what was done."""
    parts: list[tuple[Duty, Any]] = [(duty, file.row) for duty in duties_of("opportunity")]
    parts += [(duty, part) for duty in duties_of("objection") for part in file.objections]
    parts += [(duty, part) for duty in duties_of("milestone") for part in file.milestones]
    owed = (_owed(policy, calendar, duty, part, file.row) for duty, part in parts)
    return (_as_planned(duty, file.row) for duty in owed if duty is not None)


def _as_planned(owed: Owed, row: OpportunityRow) -> Owed:
    """A duty of an opportunity; a follow-up that was agreed is due when it was agreed for."""
    agreed = _agreed(owed, row)
    return owed if agreed is None else with_columns(owed, {"due_at": agreed})


def _agreed(owed: Owed, row: LeadRow | OpportunityRow) -> datetime | None:
    """When a follow-up was agreed for, where the duty waits for one and it is still to come when that begins."""
    agreed = row.next_follow_up_at if owed.duty.planned else None
    return agreed if agreed is not None and agreed > owed.since else None


def entry_of(policy: Policy, calendar: WorkCalendar, row: LeadRow) -> Owed | None:
    """The entry of a lead after it was received; None where it is not monitored, or nothing says when it was."""
    return _owed(policy, calendar, BY_KIND["entry"], row, row)


def _owed(policy: Policy, calendar: WorkCalendar, duty: Duty, part: Any, subject: Any) -> Owed | None:
    """One duty of a row; `part` is the milestone, objection or row with its times, `subject` what it belongs to."""
    levels = policy.document.service_levels
    since = duty.since.of(part)
    if since is None:
        return None
    level = level_of(policy, duty, subject)
    met_at = duty.met.of(part) if duty.met else None
    if duty.renewed and met_at is not None and met_at < since:
        met_at = None
    if (level is None and not duty.dated) or not (met_at or duty.is_owed(subject, levels)):
        return None
    if duty.by_day and since != part.back_at:
        since = counted_from(since, policy.time_zone, part.captured_at)
    due = level.due(since, calendar) if level else Due(since, provisional=False)
    return Owed(
        id=f"{duty.kind}:{part.id}",
        duty=duty,
        since=since,
        due_at=due.at,
        provisional=due.provisional,
        met_at=met_at,
        owner=subject.owner if duty.owned else None,
        level=level,
    )


def level_of(policy: Policy, duty: Duty, subject: Any) -> Level | None:
    """The service level of a duty of a lead or an opportunity; None where the policy has none."""
    document, value = policy.document, getattr(subject, duty.by, None) if duty.by else None
    return duty.level(document.service_levels, value, document.pool, document.screening_level)


def _as_of_lead(policy: Policy, calendar: WorkCalendar, owed: Owed, before: LeadRow | None, row: LeadRow) -> Owed:
    """A duty of a lead with what its pause, its plan and a change of its priority do to it."""
    if not owed.duty.pausable:
        return owed if owed.owner is None else with_columns(owed, {"owner": None})
    paused = row.paused_at is not None
    began = before.paused_at if before is not None else None
    pause = (began, row.resumed_at) if began is not None and row.resumed_at is not None and not paused else None
    if owed.duty.fixed:
        sooner = _after_rise(owed.level, calendar, before, row)
        return with_columns(owed, {"paused": paused, "pause": pause, "sooner": sooner})
    due_at = _planned(policy, owed, row) if owed.duty.planned else owed.due_at
    return with_columns(owed, {"paused": paused, "due_at": due_at})


def _planned(policy: Policy, owed: Owed, row: LeadRow) -> datetime:
    """When the next follow-up is due: as agreed, else by its level or its cadence, whichever is later."""
    agreed = _agreed(owed, row)
    later = (planned_follow_up(policy, row),) if agreed is None else ()
    moments = (agreed or owed.due_at, *later, _protected_until(policy, row))
    due: datetime = max(moment for moment in moments if moment is not None)
    return due


def _protected_until(policy: Policy, row: LeadRow) -> datetime | None:
    """Until when nobody reminds the owner of a lead; None where nobody is protected."""
    pool = policy.document.pool
    return row.owned_at + pool.protected if pool is not None and row.owned_at is not None else None


def _after_rise(level: Level | None, calendar: WorkCalendar, before: LeadRow | None, row: LeadRow) -> datetime | None:
    """When a lead whose priority has just changed should be answered, computed from the change."""
    if level is None or before is None or before.priority == row.priority or row.scored_at is None:
        return None
    return level.due(row.scored_at, calendar).at


def signed_at(row: OpportunityRow) -> datetime | None:
    """When the second side signed; None before."""
    return SIGNED.of(row)


def planned_follow_up(policy: Policy, row: LeadRow) -> datetime | None:
    """The next follow-up by the cadence of the nurture stage, computed from the last one; None before the first."""
    nurturing = policy.document.nurture
    if nurturing is None or row.nurture_stage is None or row.last_follow_up_at is None:
        return None
    cadences = nurturing.stages[row.nurture_stage].cadence.values()
    fixed = [cadence for cadence in cadences if not cadence.where_needed]
    return min((after(row.last_follow_up_at, cadence, policy) for cadence in fixed), default=None)
