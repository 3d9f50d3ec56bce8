"""What is due, in step with its subject: written when a lead or an opportunity changes, told by `tick`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from attrs import define, evolve, setters

from leadkit.desk.nurturing import after, turns
from leadkit.policy import Policy
from leadkit.process.calendar import Due, WorkCalendar
from leadkit.process.duties import BY_KIND, NURTURE, SIGNED, duties_of
from leadkit.process.duty import Duty, counted_from
from leadkit.process.service_levels import Level, Step, steps_left
from leadkit.store.making import with_columns
from leadkit.store.opportunity_rows import MilestoneRow, ObjectionRow, OpportunityRow
from leadkit.store.process_rows import DutyRow
from leadkit.store.rows import LeadRow

LATE = frozenset({"breached", "escalated"})
"""What was notified of a duty that was late."""

REPEATED = frozenset({"due", "breached"})
"""What may be told again and again of one duty."""


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
    return owed if agreed is None else evolve(owed, due_at=agreed)


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


@define(on_setattr=setters.frozen)
class Settled:
    """The rows that bring the stored duties in step with what is owed."""

    add: list[DutyRow]
    replace: list[DutyRow]


def settled(
    owed: Iterable[Owed],
    stored: Mapping[str, DutyRow],
    calendar: WorkCalendar,
    *,
    lead_id: str | None,
    opportunity_id: str | None = None,
) -> Settled:
    """The duties to add and to replace, so that what is stored is what is owed by a lead or an opportunity.

    What is stored and not owed any more is cancelled, unless it was met. What was met, or was late when it was
    cancelled, stays on record: what is owed again is a duty of its own.
    """
    wanted = {duty.id: duty for duty in (_in_its_turn(duty, stored) for duty in owed)}
    subject: dict[str, Any] = {"lead_id": lead_id, "opportunity_id": opportunity_id}
    begun = [duty for key, duty in wanted.items() if key not in stored]
    new = [_with_next(DutyRow(**_columns(duty), **subject), duty.level) for duty in begun]
    now = {key: _brought_up(before, wanted[key], calendar) for key, before in stored.items() if key in wanted}
    now = {key: row if row.lead_id == lead_id else evolve(row, **subject) for key, row in now.items()}
    over = [row for key, row in stored.items() if key not in wanted and row.state in {"open", "paused"}]
    changed = [row for key, row in now.items() if row != stored[key]]
    return Settled(new, [*changed, *(evolve(row, state="cancelled", next_at=None) for row in over)])


TURN = "@"
"""What stands in the id of a duty before the time at which it began again."""


def _in_its_turn(owed: Owed, stored: Mapping[str, DutyRow]) -> Owed:
    """A duty with the id of the stored one that it is, or its own where that is over and it begins again."""
    turns = [row for key, row in stored.items() if key == owed.id or key.startswith(owed.id + TURN)]
    if not turns:
        return owed
    latest = max(turns, key=lambda row: (row.since, row.id))
    late = latest.state == "cancelled" and not owed.duty.lasting and (latest.last_alert or "").partition("_")[0] in LATE
    over = late or (latest.met_at is not None and latest.met_at <= owed.since and owed.met_at != latest.met_at)
    again = over and owed.since > latest.since
    return with_columns(owed, {"id": f"{owed.id}{TURN}{int(owed.since.timestamp())}" if again else latest.id})


def _still_waiting(before: DutyRow, owed: Owed, calendar: WorkCalendar) -> Owed:
    """A duty that somebody else has to meet counts from when it first waited for them."""
    waited = before.state == "open" or _goes_on(before, owed)
    if not owed.duty.waits or owed.level is None or not waited or owed.since <= before.since:
        return owed
    due = owed.level.due(before.since, calendar)
    return with_columns(owed, {"since": before.since, "due_at": due.at, "provisional": due.provisional})


def _goes_on(before: DutyRow, owed: Owed) -> bool:
    """Whether a duty that was not owed for a while is owed as if it had been all the time."""
    return owed.duty.lasting and before.state == "cancelled"


def _brought_up(before: DutyRow, owed: Owed, calendar: WorkCalendar) -> DutyRow:
    """A stored duty as it should be; one that was cancelled, or has another end, begins anew. What was met stays."""
    owed = _still_waiting(before, owed, calendar)
    fixed = owed.duty.fixed
    other = owed.since != before.since if fixed else owed.due_at != before.due_at
    if before.state == "met" and owed.met_at == before.met_at and not (fixed and other):
        return before
    if fixed and not other and before.state in {"open", "paused"} and _has_other_term(before, owed):
        before = _by_its_term(before, owed, calendar)
    if (before.state == "cancelled" and not _goes_on(before, owed)) or other:
        return _with_next(with_columns(before, {**_columns(owed), "last_alert": None}), owed.level)
    due_at, last_alert = before.due_at, before.last_alert
    if before.state == "paused" and owed.pause is not None and owed.level is not None:
        due_at = owed.level.later(due_at, *owed.pause, calendar)
        last_alert = last_alert if due_at == before.due_at else None
    if before.state == "open" and owed.sooner is not None and owed.sooner < due_at:
        due_at, last_alert = owed.sooner, None
    provisional = before.provisional if fixed else owed.provisional
    same = {**_columns(owed), "due_at": due_at, "provisional": provisional, "last_alert": last_alert}
    return _with_next(with_columns(before, same), owed.level)


def _has_other_term(before: DutyRow, owed: Owed) -> bool:
    """Whether the policy gives more or less time than it did, where the priority is still the same."""
    known = before.term is not None and owed.level is not None
    return known and owed.sooner is None and before.term != _term(owed)


def _by_its_term(before: DutyRow, owed: Owed, calendar: WorkCalendar) -> DutyRow:
    """A duty with the end that the policy gives it now; what pauses and a rise did to it stays."""
    assert owed.level is not None
    assert before.term is not None
    moved = before.due_at - Level.of_term(before.term).due(before.since, calendar).at
    return evolve(before, due_at=owed.due_at + moved, last_alert=None)


def _term(owed: Owed) -> str | None:
    return owed.level.term if owed.duty.fixed and owed.level is not None else None


def _columns(owed: Owed) -> dict[str, Any]:
    waiting = "paused" if owed.paused else "open"
    return {
        "id": owed.id,
        "kind": owed.duty.kind,
        "owner": owed.owner,
        "since": owed.since,
        "due_at": owed.due_at,
        "provisional": owed.provisional,
        "met_at": owed.met_at,
        "term": _term(owed),
        "state": "met" if owed.met_at is not None else waiting,
    }


def _with_next(row: DutyRow, level: Level | None) -> DutyRow:
    """A duty with the time of its next alert."""
    if row.state != "open":
        return row if row.next_at is None else with_columns(row, {"next_at": None})
    left = [row.due_at + step.after for step in _steps_left(row, level)]
    return with_columns(row, {"next_at": min(left, default=None)})


def _steps_left(row: DutyRow, level: Level | None, until: timedelta = timedelta()) -> tuple[Step, ...]:
    """The alerts of a duty that are still to come, the repeated ones up to the first beyond `until` after its end."""
    duty = BY_KIND[row.kind]
    return () if duty.silent else steps_left(level, row.last_alert, reminder=duty.reminder, until=until)


@define(on_setattr=setters.frozen)
class Alerted:
    """The alerts of a duty that have come, and the duty after them."""

    steps: tuple[Step, ...]
    row: DutyRow


def alerted(row: DutyRow, level: Level | None, now: datetime) -> Alerted:
    """What is to be told about an open duty at `now`: no reminder after the breach, and of those repeated the last."""
    elapsed = now - row.due_at
    passed = [step for step in _steps_left(row, level, elapsed) if step.after <= elapsed]
    after = with_columns(row, {"last_alert": passed[-1].code}) if passed else row
    over = any(step.alert == "breached" for step in passed)
    last = {step.alert: step for step in passed if step.alert in REPEATED}
    steps = (step for step in passed if step is last.get(step.alert, step) and (step.alert != "due" or not over))
    return Alerted(tuple(steps), _with_next(after, level))
