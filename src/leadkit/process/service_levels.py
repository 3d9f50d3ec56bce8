"""How soon things are owed: the levels that a policy sets, and how one stands at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Literal, Self, get_args

from attrs import define, evolve, setters
from pydantic import BaseModel, Field, model_validator

from leadkit.process.calendar import Due, WorkCalendar
from leadkit.records.fields import RECORD, BandName, Code, Number, Role, Text
from leadkit.rules.facts import refuse

LONGEST = 87_600
"""No level is longer than ten years of hours."""

Alert = Literal["due", "breached", "escalated", "returned"]
"""What people are notified of about a duty, in the order of time; a lead is `returned` to the pool."""

ALERTS: tuple[Alert, ...] = get_args(Alert)


@define(on_setattr=setters.frozen)
class Step:
    """One alert of a duty: how long `after` its end it comes, negative where before it, and whom it is for.

    `number` counts the alerts of one kind. `to` is `owner`, `approver` or a role; None for whom `[notices]` names.
    """

    alert: Alert
    after: timedelta
    to: str | None = None
    number: int = 1

    @property
    def code(self) -> str:
        """What a store keeps of it: `escalated`, and `escalated_2` for the second of its kind."""
        return self.alert if self.number == 1 else f"{self.alert}_{self.number}"

    def is_past(self, code: str | None) -> bool:
        """Whether it was told, where the alert `code` was the last one."""
        if code is None:
            return False
        alert, _, number = code.partition("_")
        return (ALERTS.index(self.alert), self.number) <= (ALERTS.index(alert), int(number or 1))


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps in the order of time, those of one kind numbered."""
    counts: Counter[str] = Counter()
    numbered = []
    for step in sorted(steps, key=lambda step: step.after):
        counts[step.alert] += 1
        numbered.append(evolve(step, number=counts[step.alert]))
    return tuple(numbered)


class Escalation(BaseModel):
    """One step of a ladder: `after_hours` behind the end of a duty it is told to `to`.

    `to` is a role, or as in `[notices]` `owner` or `approver`.
    """

    model_config = RECORD

    after_hours: Number = Field(gt=0, le=LONGEST)
    """Hours after the end of the duty."""
    to: Role
    """Who is notified: a role, `owner` or `approver`."""


class Level(BaseModel):
    """One service level: so many `hours`, elapsed or, where `working`, of working time; or `working_days`.

    `remind_before_hours` is how long before the end a reminder is told, none where it is left out.
    `escalate_after_hours` is how long after the end somebody else is told, whom `[notices]` names; `escalate` is a
    ladder of more such steps, each with its receiver. `repeat_after_hours` is how often the alert at the end is told
    again while nothing is done.
    """

    model_config = RECORD

    hours: Number | None = Field(default=None, gt=0, le=LONGEST)
    """The number of hours, nights and days off included."""
    working_days: int | None = Field(default=None, ge=1, le=3_650)
    """The number of working days instead of hours."""
    working: bool = False
    """`true`: the hours are working hours."""
    remind_before_hours: Number | None = Field(default=None, gt=0, le=LONGEST)
    """Hours before the end at which a reminder is sent; none by default."""
    escalate_after_hours: Number | None = Field(default=None, gt=0, le=LONGEST)
    """Hours after the end at which somebody else is notified; never by default."""
    escalate: tuple[Escalation, ...] = Field(default=(), max_length=20)
    """A ladder of more such steps, the earliest first."""
    repeat_after_hours: Number | None = Field(default=None, ge=1, le=LONGEST)
    """Hours after which the alert at the end is repeated; never by default."""

    @model_validator(mode="after")
    def _hours_or_days(self) -> Self:
        if (self.hours is None) == (self.working_days is None):
            raise refuse("must have either hours or working_days", "such as { hours = 2 } or { working_days = 1 }")
        if self.working and self.hours is None:
            raise refuse("working goes with hours", "working days are working time already")
        return self

    @model_validator(mode="after")
    def _the_ladder_rises(self) -> Self:
        if any(later.after_hours <= sooner.after_hours for sooner, later in pairwise(self.escalate)):
            raise refuse("after_hours must rise from step to step of escalate", "the earliest step comes first")
        return self

    @property
    def term(self) -> str:
        """How long it is, as a store keeps it; `of_term` reads it."""
        if self.working_days is not None:
            return f"{self.working_days} days"
        return f"{self.hours} {'working' if self.working else 'hours'}"

    @classmethod
    def of_term(cls, term: str) -> Level:
        """A level that is as long."""
        number, _, unit = term.partition(" ")
        if unit == "days":
            return Level(working_days=int(number))
        return Level(hours=Decimal(number), working=unit == "working")

    def due(self, start: datetime, calendar: WorkCalendar) -> Due:
        """When a level that began at `start` ends, in UTC."""
        if self.working_days is not None:
            due = calendar.add_days(start, self.working_days)
        elif self.working:
            due = calendar.add(start, _hours(self.hours))
        else:
            due = calendar.add_elapsed(start, _hours(self.hours))
        return Due(due.at.astimezone(UTC), due.provisional)

    def later(self, due_at: datetime, paused_at: datetime, resumed_at: datetime, calendar: WorkCalendar) -> datetime:
        """An end put off by a pause; one that had passed before the pause stays."""
        if due_at <= paused_at:
            return due_at
        if self.working or self.working_days is not None:
            return calendar.add(due_at, calendar.between(paused_at, resumed_at)).at.astimezone(UTC)
        return due_at + (resumed_at - paused_at)

    def steps(self, *, reminder: bool, until: timedelta) -> tuple[Step, ...]:
        """The alerts of a duty of this level; a `reminder` comes when it is due, not before, and is never a breach.

        Those that are repeated stand there up to the first beyond `until`.
        """
        steps = self._of_reminder if reminder else self._of_duty
        if self.repeat_after_hours is None:
            return steps
        every, end = _hours(self.repeat_after_hours), (END_OF_REMINDER if reminder else END)[0]
        numbers = range(1, max(until, timedelta()) // every + 2)
        again = [evolve(end, after=every * number, number=number + 1) for number in numbers]
        return tuple(sorted([*steps, *again], key=lambda step: step.after))

    @cached_property
    def _of_reminder(self) -> tuple[Step, ...]:
        return in_order([*END_OF_REMINDER, *self._escalations()])

    @cached_property
    def _of_duty(self) -> tuple[Step, ...]:
        before = self.remind_before_hours
        return in_order([*END, *([Step("due", -_hours(before))] if before is not None else []), *self._escalations()])

    def _escalations(self) -> list[Step]:
        first = self.escalate_after_hours
        ladder = [Step("escalated", _hours(step.after_hours), step.to) for step in self.escalate]
        return [*([Step("escalated", _hours(first))] if first is not None else []), *ladder]


END, END_OF_REMINDER = (Step("breached", timedelta()),), (Step("due", timedelta()),)
"""What is told at the end of a duty without a level."""


class ServiceLevels(BaseModel):
    """What is owed, and how soon: `[service_levels]`. A level that is not named is not kept watch over.

    `response` is by priority, `deal_follow_up` by grade; `report_for` are the grades that owe a project report.
    `follow_ups` are the kinds of activities by which we get in touch with a customer, `answers` those by which the
    customer does, which end a pause. `visits` are words for the means of a visit, which waits for the approval of an
    opportunity's plan.
    """

    model_config = RECORD

    follow_ups: tuple[Code, ...] = ("follow_up", "reply")
    """The kinds of activities by which we get in touch with a customer."""
    answers: tuple[Code, ...] = ("reply",)
    """The kinds of activities by which a customer answers."""
    visits: tuple[Text, ...] = Field(default=(), max_length=200)
    """Words for the means of a visit."""
    response: dict[BandName, Level] = Field(default_factory=dict)
    """The first follow-up of a lead, by band."""
    entry: Level | None = None
    """Entering a lead after it was received."""
    follow_up: Level | None = None
    """The next follow-up of a lead."""
    verdict: Level | None = None
    """Archiving a lead that was found invalid, or overturning the verdict."""
    deal_follow_up: dict[Text, Level] = Field(default_factory=dict)
    """The next follow-up of an opportunity, by grade."""
    grading: Level | None = None
    """Grading a new opportunity."""
    regrade: Level | None = None
    """Grading an opportunity again, after it was graded last."""
    report: Level | None = None
    """The report of a project."""
    report_for: tuple[Text, ...] = ("A",)
    """The grades that need a project report."""
    plan: Level | None = None
    """The plan of an opportunity."""
    approval: Level | None = None
    """Approving what others have prepared."""
    objection: Level | None = None
    """Answering an objection."""
    contract_review: Level | None = None
    """Reviewing a contract."""
    win: Level | None = None
    """Marking an opportunity as won once both sides have signed."""
    handover: Level | None = None
    """Handing a won opportunity over."""
    acceptance: Level | None = None
    """Accepting a handover."""

    @property
    def levels(self) -> dict[str, Level]:
        """Every level by its name, such as `response.high`."""
        named = {f"response.{priority}": level for priority, level in self.response.items()}
        named |= {f"deal_follow_up.{grade}": level for grade, level in self.deal_follow_up.items()}
        return named | {name: level for name, level in self if isinstance(level, Level)}


@define(on_setattr=setters.frozen)
class Standing:
    """How something owed stands: `due`, `met` or `breached`, and the time left, negative where it is late."""

    state: Literal["due", "met", "breached"]
    left: timedelta


def standing(due_at: datetime, met_at: datetime | None, now: datetime) -> Standing:
    """How something due at `due_at` stands at `now`; what was met late is breached."""
    left = (due_at - (met_at or now)) if met_at is None or met_at <= now else due_at - now
    if met_at is not None and met_at <= now:
        return Standing("met" if met_at <= due_at else "breached", left)
    return Standing("due" if now <= due_at else "breached", left)


def steps_of(level: Level | None, *, reminder: bool, until: timedelta = timedelta()) -> tuple[Step, ...]:
    """The alerts of a duty, the earliest first; without a level there is one, at its end.

    Those that are repeated stand there up to the first that comes later than `until` after the end.
    """
    if level is not None:
        return level.steps(reminder=reminder, until=until)
    return END_OF_REMINDER if reminder else END


def steps_left(
    level: Level | None, last: str | None, *, reminder: bool, until: timedelta = timedelta()
) -> tuple[Step, ...]:
    """The alerts of a duty behind the one with the code `last`, as `steps_of` has them."""
    again = level.repeat_after_hours if level is not None else None
    if last is not None and again is not None:
        ladder = [step.after for step in steps_of(level, reminder=reminder) if step.code == last]
        until = max([until, _hours(again) * int(last.partition("_")[2] or 1), *ladder])
    steps = steps_of(level, reminder=reminder, until=until)
    codes = [step.code for step in steps]
    if last in codes:
        return steps[codes.index(last) + 1 :]
    return tuple(step for step in steps if not step.is_past(last))


def alerts(due_at: datetime, level: Level | None, *, reminder: bool) -> tuple[tuple[str, datetime], ...]:
    """The codes of a duty's alerts and their times, the earliest first."""
    return tuple((step.code, due_at + step.after) for step in steps_of(level, reminder=reminder))


def _hours(number: Number | None) -> timedelta:
    return timedelta(microseconds=int((number or 0) * 3_600_000_000))
