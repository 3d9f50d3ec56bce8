"""Conditions: questions about facts that are answered yes, no or unknown.

Unknown follows Kleene: `all` is no as soon as one part is no, `any` is yes as soon as one is yes, and what a missing fact
could still change is unknown. `holds` and `fails` give the two expressions that say when the answer is yes and when it
is no; where neither is true, it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import BaseModel, Discriminator, Tag, ValidationInfo, model_validator
from pydantic import Field as Key

from leadkit.records.fields import RECORD, Amount
from leadkit.rules.algebra import And, AtLeast, Column, Equals, Expression, LessThan, Literal, Not, Or
from leadkit.rules.facts import Fact
from leadkit.rules.names import FactName, LevelList, LevelOrText, fact_of, levels_exist

Scalar = bool | Amount | LevelOrText


class Test(BaseModel):
    """One question about one fact: `field` with `equals`, `in`, `at_least`, `less_than` or `known`; several must all hold."""

    model_config = RECORD

    field: FactName
    equals: Scalar | None = None
    among: LevelList | None = Key(default=None, alias="in", min_length=1, max_length=1000)
    at_least: Amount | None = None
    less_than: Amount | None = None
    known: bool | None = None

    @model_validator(mode="after")
    def _fits_the_fact(self, info: ValidationInfo) -> Self:
        asked = self.model_fields_set - {"field"}
        if not asked:
            raise ValueError("asks nothing: give equals, in, at_least, less_than or known")
        fact = fact_of(self.field, info)
        if fact is not None:
            _check(self, fact)
        return self


class All(BaseModel):
    """Yes when every part is yes, no when one is no."""

    model_config = RECORD

    all: tuple[Condition, ...] = Key(min_length=1, max_length=1000)


class Any_(BaseModel):  # noqa: N801
    """Yes when one part is yes, no when every one is no."""

    model_config = RECORD

    any: tuple[Condition, ...] = Key(min_length=1, max_length=1000)


class Not_(BaseModel):  # noqa: N801
    """Yes when its part is no, no when it is yes."""

    model_config = RECORD

    part: Condition = Key(alias="not")


def _kind(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((key for key in ("all", "any", "not") if key in value), "field")
    return {All: "all", Any_: "any", Not_: "not", Test: "field"}.get(type(value))


Condition = Annotated[
    Annotated[Test, Tag("field")]
    | Annotated[All, Tag("all")]
    | Annotated[Any_, Tag("any")]
    | Annotated[Not_, Tag("not")],
    Discriminator(
        _kind,
        custom_error_type="condition",
        custom_error_message='must be a condition such as { field = "role", equals = "user" } or { all = [...] }',
    ),
]

for _model in (All, Any_, Not_):
    _model.model_rebuild(_types_namespace={"Condition": Condition})
