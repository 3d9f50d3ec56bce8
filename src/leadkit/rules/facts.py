"""Facts: the flat, typed names that rules speak of."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from numbers import Integral
from typing import Literal

from attrs import define, setters
from pydantic import BaseModel

from leadkit.errors import FactError, Problem
from leadkit.records.fields import RECORD, Code
from leadkit.rules.algebra import And, Column, Equals, Expression, Known, Not, Or
from leadkit.rules.algebra import Literal as Constant

FactType = Literal["category", "text", "number", "boolean"]


@define(on_setattr=setters.frozen, hash=True)
class Fact:
    """One fact: its name, its type, and the levels that a category may take, best first.

    A value that is not one of a category's levels, a blank text and a number that is NaN are all unknown.
    """

    name: str
    type: FactType
    levels: tuple[str, ...] = ()

    @property
    def known(self) -> Expression:
        """The expression that tells whether a row knows this fact."""
        column = Column(self.name)
        if self.type == "category":
            return Or(tuple(Equals(column, Constant(level)) for level in self.levels))
        if self.type == "text":
            return And((Known(column), Not(Equals(column, Constant("")))))
        return Known(column)


class Field(BaseModel):
    """A fact that a policy declares, or a built-in category whose levels it replaces: `[fields.installed_base]`."""

    model_config = RECORD

    type: FactType
    levels: tuple[Code, ...] = ()


def _built_in(*facts: Fact) -> dict[str, Fact]:
    return {fact.name: fact for fact in facts}


BUILT_IN: Mapping[str, Fact] = _built_in(
    Fact("industry", "text"),
    Fact("company_size", "category", ("large", "medium", "small")),
    Fact("region", "text"),
    Fact("job_title", "text"),
    Fact("role", "category", ("decision_maker", "influencer", "user")),
    Fact("budget", "number"),
    Fact("budget_match", "category", ("full", "partial", "none")),
    Fact("product", "text"),
    Fact("days_to_purchase", "number"),
    Fact("channel", "text"),
    Fact("phone_valid", "boolean"),
    Fact("email_valid", "boolean"),
    Fact("need_described", "boolean"),
    Fact("intent", "boolean"),
    Fact("budget_confirmed", "boolean"),
    Fact("decision_maker_involved", "boolean"),
    Fact("date_set", "boolean"),
)


def declared(fields: Mapping[str, Field]) -> dict[str, Fact]:
    """The built-in facts together with a policy's own."""
    return dict(BUILT_IN) | {name: Fact(name, field.type, field.levels) for name, field in fields.items()}


def as_number(name: str, value: object) -> int | float | Decimal | None:
    """A number fact's value as rules compare it; None for NaN.

    Raises:
        FactError: it is not a number, or infinite.
    """
    if value is None or (isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)):
        if value is None or value != value:  # noqa: PLR0124
            return None
        if value not in (float("inf"), float("-inf")):
            return value
    elif isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    raise FactError(_wrong(name, "a finite number", value))


def as_text(name: str, value: object) -> str | None:
    """A text or category fact's value.

    Raises:
        FactError: it is not a text.
    """
    if value is None or isinstance(value, str):
        return value
    raise FactError(_wrong(name, "a text", value))


def as_boolean(name: str, value: object) -> bool | None:
    """A boolean fact's value.

    Raises:
        FactError: it is neither True, False nor None.
    """
    if value is None or isinstance(value, bool):
        return value
    raise FactError(_wrong(name, "True, False or None", value))


def _wrong(name: str, wanted: str, value: object) -> Problem:
    return Problem("", f"must be {wanted}, not {type(value).__name__}", path=name)
