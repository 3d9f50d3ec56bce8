"""The pool: who may claim a lead without an owner, and how long an owner keeps one without a follow-up."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, Field, field_validator, model_validator

from leadkit.process.service_levels import Level, Step, in_order
from leadkit.records.fields import RECORD, Role
from leadkit.rules.facts import refuse

MOST_DAYS = 3_650
DAY = timedelta(days=1)
NumberOfDays = Annotated[int, Field(ge=1, le=MOST_DAYS)]


class Return(Level):
    """The end of an owner's time with a lead; warnings come after so many days of silence, the last to a supervisor."""

    warn_after_days: tuple[NumberOfDays, ...] = ()

    def steps(self, *, reminder: bool = False, until: timedelta = timedelta()) -> tuple[Step, ...]:  # noqa: ARG002
        end = timedelta(hours=int(self.hours or 0))
        before = [day * DAY - end for day in self.warn_after_days]
        of_owner = (Step("due", after) for after in before[:-1])
        of_supervisor = (Step("escalated", after) for after in before[-1:])
        return in_order([*of_owner, *of_supervisor, Step("returned", timedelta())])


class Pool(BaseModel):
    """How leads without an owner find one, and lose one that forgets them: `[pool]`. A day of these is 24 hours.

    `claim` are the roles that may claim. `per_day` bounds the claims of one person in the company's day, `hold` the
    leads in the queue that one person owns by claiming. For `protected_days` after a claim or an assignment nobody is
    reminded or relieved. After `warn_after_days` without a follow-up the owner is warned, the last time a supervisor;
    after `return_after_days` the lead has no owner any more, who may claim it again after `again_after_days`.
    """

    model_config = RECORD

    claim: tuple[Role, ...] = Field(min_length=1)
    """The roles that may claim leads."""
    per_day: int | None = Field(default=None, ge=1, le=1_000_000)
    """How many leads one person may claim in a day."""
    hold: int | None = Field(default=None, ge=1, le=1_000_000)
    """How many claimed leads of the queue one person may own."""
    protected_days: int = Field(default=0, ge=0, le=MOST_DAYS)
    """Days after a claim or an assignment without a reminder or a return."""
    warn_after_days: tuple[NumberOfDays, ...] = Field(default=(), max_length=20)
    """Days without a follow-up after which the owner is warned, the last time a supervisor."""
    return_after_days: NumberOfDays | None = None
    """Days without a follow-up after which the lead returns to the pool; never by default."""
    again_after_days: int = Field(default=0, ge=0, le=MOST_DAYS)
    """Days after which the former owner may claim it again."""

    @field_validator("warn_after_days")
    @classmethod
    def _the_days_rise(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if any(later <= sooner for sooner, later in pairwise(days)):
            raise refuse("must rise from warning to warning", "such as [3, 5, 7]")
        return days

    @model_validator(mode="after")
    def _warned_before_it_returns(self) -> Self:
        end, warnings = self.return_after_days, self.warn_after_days
        if warnings and end is None:
            raise refuse("warn_after_days goes with return_after_days", "such as return_after_days = 14")
        if warnings and end is not None and warnings[-1] >= end:
            raise refuse("warn_after_days must end before return_after_days", f"days below {end}")
        first = next(iter(warnings), end)
        if first is not None and self.protected_days > first:
            hint = f"at most {first}: nobody is reminded or relieved while they are protected"
            raise refuse("protected_days is longer than the time to the first warning or the return", hint)
        return self

    @cached_property
    def level(self) -> Return | None:
        """The service level of a lead's return; None where leads don't return by themselves."""
        if self.return_after_days is None:
            return None
        return Return(hours=Decimal(24 * self.return_after_days), warn_after_days=self.warn_after_days)

    @property
    def protected(self) -> timedelta:
        """How long a new owner is left alone."""
        return self.protected_days * DAY
