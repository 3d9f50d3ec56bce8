"""Facts: the flat, typed names that rules speak of."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from numbers import Integral
from typing import Annotated, Any, Literal, Self

from attrs import define, setters
from pydantic import AfterValidator, BaseModel, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from leadkit.errors import FactError, Problem
from leadkit.records.fields import RECORD, Code, names_of
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

    def knows(self, value: object) -> bool:
        """Whether a value counts as known: the same question as `known`, for one value."""
        if self.type == "category":
            return value in self.levels
        return value is not None and not _is_nan(value) and value != ""

    def read(self, value: object) -> int | Decimal | str | bool | None:
        """A value as scoring compares it, None where it is unknown: the same question as `known`, answered in full.

        Raises:
            FactError: the value has the wrong type.
        """
        read = _READERS[self.type](self.name, value)
        return read if self.knows(read) else None

    def takes(self, value: object) -> bool:
        """Whether a value is one of the fact's, or None, which says nothing."""
        if self.type == "category":
            return value is None or value in self.levels
        kinds = {"number": (int, float, Decimal), "text": (str,), "boolean": (bool,)}[self.type]
        return value is None or (isinstance(value, kinds) and (self.type == "boolean" or not isinstance(value, bool)))


class Field(BaseModel):
    """A fact that a policy declares, or a built-in category whose levels it replaces: `[fields.installed_base]`."""

    model_config = RECORD

    type: FactType
    """What kind of values the fact has."""
    levels: tuple[Code, ...] = ()
    """The levels of a category, best first; nothing else has levels."""

    @model_validator(mode="after")
    def _categories_have_levels(self) -> Self:
        if (self.type == "category") != bool(self.levels):
            raise refuse("a category has levels, and nothing else has", "give levels = [...], best first")
        if len(set(self.levels)) < len(self.levels):
            raise refuse("names a level twice")
        return self


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
    Fact("mail_domain", "text"),
    Fact("need_described", "boolean"),
    Fact("purchase_plan", "category", ("planned", "none")),
    Fact("intent", "boolean"),
    Fact("budget_confirmed", "boolean"),
    Fact("decision_maker_involved", "boolean"),
    Fact("date_set", "boolean"),
)


def near(name: str, names: Iterable[str]) -> str:
    """A hint for a name that doesn't exist: the nearest one that does, or all of them where they are few."""
    names = sorted(names)
    close = difflib.get_close_matches(name[:100], names, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return "one of " + ", ".join(names) if names and len(names) <= 30 else ""


def refuse(message: str, hint: str = "", at: tuple[str | int, ...] = ()) -> PydanticCustomError:
    """The error that a policy's own validators raise; the loader gives it its place, `at` a path below it."""
    return PydanticCustomError("policy", "{message}", {"message": message, "hint": hint, "at": at})


def facts_in(info: ValidationInfo) -> Mapping[str, Fact]:
    """The facts of the policy that is being validated."""
    return (info.context or {}).get("facts", BUILT_IN)  # type: ignore[no-any-return]


def _exists(name: str, info: ValidationInfo) -> str:
    if name not in facts_in(info):
        raise refuse("no such fact", near(name, facts_in(info)))
    return name


FactName = Annotated[str, AfterValidator(_exists), names_of("fact")]


def declared(fields: Mapping[str, Field]) -> dict[str, Fact]:
    """The built-in facts together with a policy's own."""
    return dict(BUILT_IN) | {name: Fact(name, field.type, field.levels) for name, field in fields.items()}


def as_number(name: str, value: object) -> int | Decimal | None:
    """A number fact's value as rules compare it; None for NaN, and a float as the shortest decimal that reads as it.

    Raises:
        FactError: it is not a number, or infinite.
    """
    if value is None or (isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)):
        if value is None or _is_nan(value):
            return None
        if value not in (float("inf"), float("-inf")):
            return Decimal(float.__repr__(value)) if isinstance(value, float) else value
    elif isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    raise FactError(_wrong(name, "a finite number", value))


def _is_nan(value: object) -> bool:
    return value.is_nan() if isinstance(value, Decimal) else value != value  # noqa: PLR0124


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


_READERS: Mapping[FactType, Callable[[str, object], Any]] = {
    "category": as_text,
    "text": as_text,
    "number": as_number,
    "boolean": as_boolean,
}


def _wrong(name: str, wanted: str, value: object) -> Problem:
    return Problem(f"must be {wanted}, not {type(value).__name__}", path=name)
