"""What a policy claims of itself: `[[examples]]`, single leads, and `[[invariants]]`, all leads of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self, get_args

from attrs import define, field, setters
from pydantic import BaseModel, Field, ValidationInfo, field_validator, model_validator

from leadkit.records.fields import RECORD, Code, Moment, Number, Text
from leadkit.rules.conditions import Condition, check_value
from leadkit.rules.facts import BUILT_IN, Fact, FactName, FactType, facts_in, near, refuse

OUTCOMES = {"screening": ("valid", "invalid", "open"), "qualification": ("yes", "no", "open")}


@define(on_setattr=setters.frozen)
class Names:
    """The names that a document may speak of, gathered before it is validated."""

    facts: Mapping[str, Fact] = field(factory=lambda: dict(BUILT_IN))
    levels: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """The levels of every dimension of grading."""
    sources: frozenset[str] = frozenset()
    """The values that levels are derived from."""
    bands: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """The bands of every band set."""
    answers: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """What screening, each qualification and grading may answer."""

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Names:
        """The names in a document as it was read; what is malformed is left out, validation will say so."""
        scoring, grading = _table(said, "scoring"), _table(said, "grading")
        bands = {name: tuple(own) for name, own in _table(scoring, "bands").items() if isinstance(own, Mapping)}
        table = _table(grading, "table")
        rows = [row for row in _table(table, "rows").values() if isinstance(row, Mapping)]
        grades = [*_table(grading, "grades"), *(row.get("grade") for row in rows), table.get("otherwise")]
        answers: dict[str, tuple[str, ...]] = dict.fromkeys(_table(said, "qualification"), OUTCOMES["qualification"])
        answers |= {"screening": OUTCOMES["screening"]} if "screening" in said else {}
        answers |= {"grade": tuple(grade for grade in grades if isinstance(grade, str))} if grading else {}
        dimensions = [own for own in _table(grading, "dimensions").values() if isinstance(own, Mapping)]
        sources = frozenset(str(own["from"]) for own in dimensions if "from" in own)
        return cls(_facts(said), _levels(grading), sources, bands, answers)


def _table(said: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = said.get(key)
    return found if isinstance(found, Mapping) else {}


def _facts(said: Mapping[str, Any]) -> Mapping[str, Fact]:
    """The facts; one that is malformed is taken for what it seems to be, so that it is complained of once."""
    fields = {name: own for name, own in _table(said, "fields").items() if isinstance(own, Mapping)}
    types = {name: own.get("type") for name, own in fields.items()}
    facts = {name: Fact(name, _type(types[name], own), _names(own.get("levels"))) for name, own in fields.items()}
    return dict(BUILT_IN) | facts


def _type(said: object, field_: Mapping[str, Any]) -> FactType:
    known = next((type_ for type_ in get_args(FactType) if type_ == said), None)
    return known or ("category" if field_.get("levels") else "text")


def _levels(grading: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    dimensions = {name: own for name, own in _table(grading, "dimensions").items() if isinstance(own, Mapping)}
    return {name: _names(own.get("levels")) or tuple(_table(own, "points")) for name, own in dimensions.items()}


def _names(said: object) -> tuple[str, ...]:
    return tuple(one for one in said if isinstance(one, str)) if isinstance(said, (list, tuple)) else ()


def names_in(info: ValidationInfo) -> Names:
    """The names of the policy that is being validated."""
    found = (info.context or {}).get("names")
    return found if isinstance(found, Names) else Names()


Count = Annotated[int, Field(ge=0, le=100_000)]


class Example(BaseModel):
    """A lead, and what the policy must say about it.

    `lead` are its facts, `events` how often each kind happened just before `as_of`, `assessment` the levels, amount and
    date of its opportunity. `expect` maps `points`, a band set, `screening`, a qualification or `grade` to the answer.
    """

    model_config = RECORD

    name: Text = ""
    lead: dict[FactName, Any] = Field(default_factory=dict)
    events: dict[Code, Count] = Field(default_factory=dict)
    assessment: dict[Code, str | Number | Moment | date] = Field(default_factory=dict)
    as_of: Moment | None = None
    expect: dict[str, str | Number] = Field(min_length=1)

    @field_validator("lead")
    @classmethod
    def _values_fit(cls, lead: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        for name, value in lead.items():
            number = isinstance(value, int) and not isinstance(value, bool)
            check_value(facts_in(info)[name], Decimal(value) if number else value)
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
    when: Condition | None = None
    at_most: dict[str, str | Number] = Field(default_factory=dict)
    at_least: dict[str, str | Number] = Field(default_factory=dict)

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


def _check_answers(said: Mapping[str, object], allowed: Mapping[str, tuple[str, ...]]) -> None:
    for name, answer in said.items():
        if name == "points":
            if not isinstance(answer, Decimal):
                raise refuse("points must be a number")
        elif name not in allowed:
            raise refuse(f"there is no {name}", near(name, ["points", *allowed]))
        elif answer not in allowed[name]:
            raise refuse(f"{name} is never {answer}", near(str(answer), allowed[name]))
