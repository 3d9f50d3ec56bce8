"""Stored duties in step with what is owed: written when a lead or an opportunity changes, told by `tick`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from attrs import define, evolve, setters

from leadkit.desk.owed import Owed
from leadkit.process.calendar import WorkCalendar
from leadkit.process.duties import BY_KIND
from leadkit.process.service_levels import Level, Step, steps_left
from leadkit.store.making import with_columns
from leadkit.store.process_rows import DutyRow

LATE = frozenset({"breached", "escalated"})
"""What was notified of a duty that was late."""

REPEATED = frozenset({"due", "breached"})
"""What may be told again and again of one duty."""


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
