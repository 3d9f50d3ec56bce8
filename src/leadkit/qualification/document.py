"""What a policy says about criteria: `[screening]` and `[qualification.conversion]`."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from leadkit.records.fields import RECORD, Code
from leadkit.rules.conditions import Condition
from leadkit.rules.facts import FactName, refuse


class Criterion(BaseModel):
    """A condition to be met; `needs` are facts that must be known besides, `reason` is the code of failing it."""

    model_config = RECORD

    needs: tuple[FactName, ...] = ()
    """Facts that must be known."""
    when: Condition | None = None
    """The condition to be met."""
    reason: Code | None = None
    """The code of the reason where the criterion is not met."""

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.needs and self.when is None:
            raise refuse("asks nothing", "give when, needs or both")
        return self


class Criteria(BaseModel):
    """Criteria of which `at_least` so many must be met; all of them where it is left out."""

    model_config = RECORD

    at_least: int | None = Field(default=None, ge=1)
    """How many of the criteria must be met; all of them by default."""
    criteria: dict[Code, Criterion] = Field(min_length=1, max_length=200)
    """The criteria by name."""

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.at_least is not None and self.at_least > len(self.criteria):
            raise refuse(f"asks for {self.at_least} of {len(self.criteria)} criteria")
        return self

    @property
    def needed(self) -> int:
        """How many criteria must be met."""
        return len(self.criteria) if self.at_least is None else self.at_least


class ScreeningCriteria(Criteria):
    """Criteria that a lead is screened by: `[screening]`.

    A lead that lacks facts for so many `open_days` is proposed as invalid, and its owner is notified.
    """

    open_days: Annotated[int, Field(ge=1, le=3_650)] | None = None
    """Propose a lead as invalid that lacks facts for so many days; never by default."""
