"""What a policy claims of itself: `[[examples]]`, single leads, and `[[invariants]]`, all leads of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, ValidationInfo, field_validator, model_validator

from leadkit.policy.names import names_in
from leadkit.records.fields import RECORD, Code, Moment, Number, Text, names_of
from leadkit.rules.conditions import Condition, check_value
from leadkit.rules.facts import FactName, facts_in, near, refuse
from leadkit.scoring.witness import EVENT_NAME, Events, Witness

Count = Annotated[int, Field(ge=0, le=100_000)]
EventName = Annotated[str, Field(pattern=f"^{EVENT_NAME}$", max_length=300), names_of("event")]
"""A kind of event, and behind it what it was about, its amount and its age, where that matters."""


class Example(BaseModel):
    """A lead, and what the policy must say about it.

    `lead` are its facts, `events` how often each kind happened, `assessment` the levels, amount and date of its
    opportunity. `expect` maps `points`, a band set, `screening`, a qualification or `grade` to the answer.
    """

    model_config = RECORD

    name: Text = ""
    """What the example is about."""
    lead: dict[FactName, Any] = Field(default_factory=dict)
    """The facts of the lead."""
    events: dict[EventName, Count] = Field(default_factory=dict)
    """How often each kind of event happened, just before `as_of` or as `"visit[pricing]@90d"` says."""
    assessment: dict[Code, str | Number | Moment | date] = Field(default_factory=dict)
    """The levels, the amount and the date of its opportunity."""
    as_of: Moment | None = None
    """The time at which the lead is judged."""
    expect: dict[str, str | Number] = Field(min_length=1)
    """What the policy must say: `points`, a band set, `screening`, a qualification or `grade`."""

    @property
    def witness(self) -> Witness:
        """The lead with its events, each kind with its subject, amount and age."""
        return Witness(self.lead, tuple(Events.called(name, number) for name, number in self.events.items()))

    @field_validator("lead")
    @classmethod
    def _values_fit(cls, lead: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        for name, value in lead.items():
            number = isinstance(value, int) and not isinstance(value, bool)
            check_value(facts_in(info)[name], Decimal(value) if number else value, name)
        return lead

    @field_validator("assessment")
    @classmethod
    def _levels_exist(cls, assessment: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        names = names_in(info)
        for name, value in assessment.items():
            if name not in names.levels and name not in names.sources:
                raise refuse(f"grading reads no {name}", near(name, [*names.levels, *names.sources]))
            if name in names.levels and value not in names.levels[name]:
                raise refuse(f"{value} is not a level of {name}", near(str(value), names.levels[name]))
        return assessment

    @field_validator("expect")
    @classmethod
    def _answers_exist(cls, expect: dict[str, str | Decimal], info: ValidationInfo) -> dict[str, str | Decimal]:
        names = names_in(info)
        _check_answers(expect, {**names.bands, **names.answers})
        return expect


class Invariant(BaseModel):
    """A claim about every lead for which `when` is answered yes, or about every lead where it is left out.

    `at_most` and `at_least` map `points` to a number, and a band set to a band of it.
    """

    model_config = RECORD

    name: Text = ""
    """What the claim is about."""
    when: Condition | None = None
    """The leads that the claim is about; all by default."""
    at_most: dict[str, str | Number] = Field(default_factory=dict)
    """The most that these leads get: `points`, or a band of a band set."""
    at_least: dict[str, str | Number] = Field(default_factory=dict)
    """The least that these leads get: `points`, or a band of a band set."""

    @field_validator("at_most", "at_least")
    @classmethod
    def _bounds_exist(cls, bounds: dict[str, str | Decimal], info: ValidationInfo) -> dict[str, str | Decimal]:
        _check_answers(bounds, names_in(info).bands)
        return bounds

    @model_validator(mode="after")
    def _claims_something(self) -> Self:
        if not self.at_most and not self.at_least:
            raise refuse("claims nothing", "give at_most or at_least, such as at_most = { points = 50 }")
        return self


def _check_answers(answers: Mapping[str, object], allowed: Mapping[str, tuple[str, ...]]) -> None:
    for name, answer in answers.items():
        if name == "points":
            if not isinstance(answer, Decimal):
                raise refuse("points must be a number")
        elif name not in allowed:
            raise refuse(f"there is no {name}", near(name, ["points", *allowed]))
        elif answer not in allowed[name]:
            raise refuse(f"{name} is never {answer}", near(str(answer), allowed[name]))
