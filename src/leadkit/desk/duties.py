"""What is owed, in step with what it is owed for: written when a lead or an opportunity changes, told by `tick`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from attrs import define, evolve, setters

from leadkit.policy import Policy
from leadkit.process.calendar import WorkCalendar
from leadkit.process.nurture import Cadence
from leadkit.process.service_levels import Alert, Level, ServiceLevels, alerts
from leadkit.rules.moments import months_later
from leadkit.store.rows import DutyRow, LeadRow, MilestoneRow, ObjectionRow, OpportunityRow


@define(on_setattr=setters.frozen, kw_only=True)
class Owed:
    """A duty as it should stand now.

    `fixed`: its end is reckoned once, and moves only with a pause, or to `sooner`. `paused`: we wait for the customer.
    `pause` is the beginning and the end of the pause that has just ended.
    """

    id: str
    kind: str
    since: datetime
    due_at: datetime
    provisional: bool = False
    met_at: datetime | None = None
    owner: str | None = None
    level: Level | None = None
    fixed: bool = False
    sooner: datetime | None = None
    paused: bool = False
    pause: tuple[datetime, datetime] | None = None


@define(on_setattr=setters.frozen)
class OpportunityFile:
    """An opportunity with its milestones and objections, in their order."""

    row: OpportunityRow
    milestones: tuple[MilestoneRow, ...] = ()
    objections: tuple[ObjectionRow, ...] = ()


def level_of(levels: ServiceLevels, kind: str, priority: str | None) -> Level | None:
    """The service level of a kind of duty; a response has one for each priority."""
    found: Level | None = levels.response.get(priority or "") if kind == "response" else getattr(levels, kind, None)
    return found


def of_lead(policy: Policy, calendar: WorkCalendar, before: LeadRow | None, row: LeadRow) -> Iterator[Owed]:
    """What is owed to a lead as it is now: a first response, and no silence for too long."""
    if row.merged_into is not None or row.erased_at is not None:
        return
    levels = policy.document.service_levels
    entered = entry_of(policy, calendar, row)
    if entered is not None:
        yield entered
    paused = row.paused_at is not None
    began = before.paused_at if before is not None else None
    pause = (began, row.resumed_at) if began is not None and row.resumed_at is not None and not paused else None
    response = level_of(levels, "response", row.priority)
    if response is not None and (row.in_queue or row.first_follow_up_at is not None):
        since = row.received_at or row.captured_at
        due_at, provisional = response.due(since, calendar)
        yield Owed(
            id=f"response:{row.id}",
            kind="response",
            since=since,
            due_at=due_at,
            provisional=provisional,
            met_at=row.first_follow_up_at,
            owner=row.owner,
            level=response,
            fixed=True,
            sooner=_after_rise(response, calendar, before, row),
            paused=paused,
            pause=pause,
        )
    if levels.follow_up is not None and row.in_queue:
        since = max(filter(None, (row.last_follow_up_at, row.pooled_at, row.resumed_at, row.captured_at)))
        due_at, provisional = levels.follow_up.due(since, calendar)
        planned = row.next_follow_up_at if row.next_follow_up_at is not None else planned_touch(policy, row)
        yield Owed(
            id=f"follow_up:{row.id}",
            kind="follow_up",
            since=since,
            due_at=max(due_at, planned) if planned is not None else due_at,
            provisional=provisional,
            owner=row.owner,
            level=levels.follow_up,
            paused=paused,
        )


def _after_rise(level: Level, calendar: WorkCalendar, before: LeadRow | None, row: LeadRow) -> datetime | None:
    """When a lead whose priority has just changed should be answered, reckoned from the change."""
    if before is None or before.priority == row.priority or row.scored_at is None:
        return None
    return level.due(row.scored_at, calendar)[0]


def entry_of(policy: Policy, calendar: WorkCalendar, row: LeadRow) -> Owed | None:
    """The entry of a lead after it was received; None where nobody keeps watch over it, or nothing says when it was."""
    level = policy.document.service_levels.entry
    if level is None or row.received_at is None:
        return None
    due_at, provisional = level.due(row.received_at, calendar)
    return Owed(
        id=f"entry:{row.id}",
        kind="entry",
        since=row.received_at,
        due_at=due_at,
        provisional=provisional,
        met_at=row.entered_at or row.captured_at,
        level=level,
        fixed=True,
    )


def of_opportunity(policy: Policy, calendar: WorkCalendar, file: OpportunityFile) -> Iterator[Owed]:
    """What is owed to an opportunity; of what was lost only what was done."""
    levels, row = policy.document.service_levels, file.row
    signed = signed_at(row)
    reviewed = max(filter(None, (row.graded_at, row.assessed_at, row.opened_at)), default=None)
    in_talks, kept = row.status == "open" and row.stage != "signed", row.status != "lost"
    proposed = row.proposed_grade is not None
    owed: list[tuple[str, str, datetime | None, datetime | None, bool]] = [
        ("grading", row.id, row.assessed_at, _answered(row.assessed_at, row.graded_at, row), in_talks and proposed),
        ("regrade", row.id, reviewed, None, in_talks),
        ("report", row.id, row.graded_at, row.report_at, in_talks and row.grade in levels.report_for),
        ("approval", row.id, row.plan_at, row.plan_approved_at, row.stage == "planning"),
        ("win", row.id, signed, row.won_at, kept),
        ("handover", row.id, signed, row.handed_over_at, kept),
        *(("objection", one.id, one.raised_at, one.answered_at, row.status == "open") for one in file.objections),
    ]
    for kind, about, since, met_at, wanted in owed:
        level: Level | None = getattr(levels, kind)
        if level is not None and since is not None and (wanted or met_at is not None):
            due_at, provisional = level.due(since, calendar)
            yield Owed(
                id=f"{kind}:{about}",
                kind=kind,
                since=since,
                due_at=due_at,
                provisional=provisional,
                met_at=met_at,
                owner=row.owner,
                level=level,
            )
    talks = row.status == "open" and row.plan_approved_at is not None
    for step in file.milestones:
        if talks or step.reached_at is not None:
            yield Owed(
                id=f"milestone:{step.id}",
                kind="milestone",
                since=step.due_at,
                due_at=step.due_at,
                met_at=step.reached_at,
                owner=row.owner,
            )


def signed_at(row: OpportunityRow) -> datetime | None:
    """When the second side signed; None before."""
    both = (row.signed_by_us_at, row.signed_by_customer_at)
    return max(filter(None, both)) if all(both) else None


def _answered(asked_at: datetime | None, graded_at: datetime | None, row: OpportunityRow) -> datetime | None:
    """When a proposed grade was confirmed: at once where it is the one that was confirmed before."""
    if asked_at is None or row.proposed_grade is None or graded_at is None:
        return None
    if row.proposed_grade != row.grade:
        return None
    return max(asked_at, graded_at)


def planned_touch(policy: Policy, row: LeadRow) -> datetime | None:
    """The next touch by the cadence of the lead's stage, reckoned from the last one; None before the first."""
    nurturing = policy.document.nurture
    if nurturing is None or row.nurture_stage is None or row.last_follow_up_at is None:
        return None
    cadence = [touch for touch in nurturing.stages[row.nurture_stage].cadence.values() if not touch.where_needed]
    return min((_after(row.last_follow_up_at, touch, policy) for touch in cadence), default=None)


def _after(moment: datetime, touch: Cadence, policy: Policy) -> datetime:
    if touch.unit != "month":
        return moment + timedelta(days=touch.every * (7 if touch.unit == "week" else 1))
    local = moment.astimezone(policy.time_zone)
    return local.combine(months_later(local.date(), touch.every), local.timetz()).astimezone(moment.tzinfo)


def settled(
    owed: Iterable[Owed], stored: Mapping[str, DutyRow], calendar: WorkCalendar, **subject: Any
) -> tuple[list[DutyRow], list[DutyRow]]:
    """The duties to add and to replace, so that what is stored is what is owed.

    What is stored and not owed any more is cancelled, unless it was met. `subject` names the lead and the opportunity.
    """
    wanted = {one.id: one for one in owed}
    new = [_begun(one, subject) for key, one in wanted.items() if key not in stored]
    now = {key: _brought_up(before, wanted[key], calendar) for key, before in stored.items() if key in wanted}
    over = [row for key, row in stored.items() if key not in wanted and row.state in {"open", "paused"}]
    changed = [row for key, row in now.items() if row != stored[key]]
    return new, [*changed, *(evolve(row, state="cancelled", next_at=None) for row in over)]


def _begun(one: Owed, subject: Mapping[str, Any]) -> DutyRow:
    return _told_next(DutyRow(**_said(one), **subject), one.level)


def _brought_up(before: DutyRow, one: Owed, calendar: WorkCalendar) -> DutyRow:
    """A stored duty as it should be; one that was cancelled, or has another end, begins anew. What was met stays."""
    other = one.since != before.since if one.fixed else one.due_at != before.due_at
    if before.state == "met" and one.met_at == before.met_at and not (one.fixed and other):
        return before
    if before.state == "cancelled" or other:
        return _told_next(evolve(before, **_said(one), last_alert=None), one.level)
    due_at = before.due_at
    if before.state == "paused" and one.pause is not None and one.level is not None:
        due_at = one.level.later(due_at, *one.pause, calendar)
    told = before.last_alert
    if before.state == "open" and one.sooner is not None and one.sooner < due_at:
        due_at, told = one.sooner, None
    provisional = before.provisional if one.fixed else one.provisional
    same: dict[str, Any] = {**_said(one), "due_at": due_at, "provisional": provisional, "last_alert": told}
    return _told_next(evolve(before, **same), one.level)


def _said(one: Owed) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "owner": one.owner,
        "since": one.since,
        "due_at": one.due_at,
        "provisional": one.provisional,
        "met_at": one.met_at,
        "state": _state(one),
    }


def _state(one: Owed) -> str:
    if one.met_at is not None:
        return "met"
    return "paused" if one.paused else "open"


def _told_next(row: DutyRow, level: Level | None) -> DutyRow:
    """A duty with the time at which there is something to say about it."""
    left = [at for alert, at in alerts(row.kind, row.due_at, level) if not _is_past(alert, row.last_alert)]
    return evolve(row, next_at=min(left, default=None) if row.state == "open" else None)


ALERTS: tuple[Alert, ...] = ("due", "breached", "escalated")


def _is_past(alert: Alert, last_alert: str | None) -> bool:
    return last_alert is not None and alert in ALERTS[: ALERTS.index(last_alert) + 1]


def tell(row: DutyRow, level: Level | None, now: datetime) -> tuple[list[Alert], DutyRow]:
    """What is to be told about an open duty at `now`, and the duty after that; no reminder after the breach."""
    every = alerts(row.kind, row.due_at, level)
    passed: list[Alert] = [alert for alert, at in every if at <= now and not _is_past(alert, row.last_alert)]
    said: list[Alert] = [alert for alert in passed if alert != "due" or "breached" not in passed]
    return said, _told_next(evolve(row, last_alert=passed[-1] if passed else row.last_alert), level)


def owes_the_same(before: LeadRow | None, after: LeadRow) -> bool:
    """Whether nothing changed in a lead that its duties depend on."""
    return before is not None and all(getattr(before, name) == getattr(after, name) for name in _DEPENDS_ON)


_DEPENDS_ON = (
    "in_queue", "priority", "nurture_stage", "owner", "received_at", "pooled_at", "first_follow_up_at",
    "last_follow_up_at", "next_follow_up_at", "paused_at", "resumed_at", "merged_into", "erased_at",
)  # fmt: skip
