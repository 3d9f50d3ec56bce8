"""How soon things are owed: the levels that a policy sets, and how one stands at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, Self

from attrs import define, evolve, setters
from pydantic import BaseModel, Field, model_validator

from leadkit.process.calendar import Due, WorkCalendar
from leadkit.records.fields import RECORD, Code, Number, Text
from leadkit.rules.facts import refuse

LONGEST = 87_600
"""No level is longer than ten years of hours."""

Alert = Literal["due", "breached", "escalated"]


class Level(BaseModel):
    """One service level: so many `hours`, elapsed or, where `working`, of working time; or `working_days`.

    `remind_before_hours` is how long before the end a reminder is told, none where it is left out.
    `escalate_after_hours` is how long after the end somebody else is told.
    """

    model_config = RECORD

    hours: Number | None = Field(default=None, gt=0, le=LONGEST)
    working_days: int | None = Field(default=None, ge=1, le=3_650)
    working: bool = False
    remind_before_hours: Number | None = Field(default=None, gt=0, le=LONGEST)
    escalate_after_hours: Number | None = Field(default=None, gt=0, le=LONGEST)

    @model_validator(mode="after")
    def _hours_or_days(self) -> Self:
        if (self.hours is None) == (self.working_days is None):
            raise refuse("must have either hours or working_days", "such as { hours = 2 } or { working_days = 1 }")
        if self.working and self.hours is None:
            raise refuse("working goes with hours", "working days are working time already")
        return self

    def due(self, start: datetime, calendar: WorkCalendar) -> Due:
        """When a level that began at `start` ends, in UTC."""
        if self.working_days is not None:
            due = calendar.add_days(start, self.working_days)
        elif self.working:
            due = calendar.add(start, _hours(self.hours))
        else:
            due = calendar.add_elapsed(start, _hours(self.hours))
        return evolve(due, at=due.at.astimezone(UTC))

    def later(self, due_at: datetime, paused_at: datetime, resumed_at: datetime, calendar: WorkCalendar) -> datetime:
        """An end put off by a pause; one that had passed before the pause stays."""
        if due_at <= paused_at:
            return due_at
        if self.working or self.working_days is not None:
            return calendar.add(due_at, calendar.between(paused_at, resumed_at)).at.astimezone(UTC)
        return due_at + (resumed_at - paused_at)


class ServiceLevels(BaseModel):
    """What is owed, and how soon: `[service_levels]`. A level that is not named is not kept watch over.

    `response` is by priority; `report_for` are the grades that owe a project report. `follow_ups` are the kinds of
    activities by which we get in touch with a customer, `answers` those by which the customer does, which end a pause.
    """

    model_config = RECORD

    follow_ups: tuple[Code, ...] = ("follow_up", "reply")
    answers: tuple[Code, ...] = ("reply",)
    response: dict[Code, Level] = Field(default_factory=dict)
    entry: Level | None = None
    follow_up: Level | None = None
    grading: Level | None = None
    regrade: Level | None = None
    report: Level | None = None
    report_for: tuple[Text, ...] = ("A",)
    approval: Level | None = None
    objection: Level | None = None
    win: Level | None = None
    handover: Level | None = None


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


def alerts(due_at: datetime, level: Level | None, *, reminder: bool) -> tuple[tuple[Alert, datetime], ...]:
    """The alerts of a duty and their times, the earliest first; a `reminder` comes when it is due, not before."""
    timed: list[tuple[Alert, datetime]] = []
    if reminder:
        timed.append(("due", due_at))
    else:
        if level is not None and level.remind_before_hours is not None:
            timed.append(("due", due_at - _hours(level.remind_before_hours)))
        timed.append(("breached", due_at))
    if level is not None and level.escalate_after_hours is not None:
        timed.append(("escalated", due_at + _hours(level.escalate_after_hours)))
    return tuple(timed)


def _hours(number: Number | None) -> timedelta:
    return timedelta(microseconds=int((number or 0) * 3_600_000_000))
