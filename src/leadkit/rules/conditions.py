"""Conditions: questions about facts that are answered yes, no or unknown.

Unknown follows Kleene: `all` is no as soon as one part is no, `any` is yes as soon as one is yes, and what a missing
fact could still change is unknown. `holds` and `fails` give the two expressions that say when the
answer is yes and when it is no; where neither is true, it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BaseModel, Discriminator, Tag, ValidationInfo, WithJsonSchema, model_validator
from pydantic import Field as Key

from leadkit.records.fields import LEVELS_OF, RECORD, Number, Text
from leadkit.rules.algebra import Among, And, AtLeast, Column, EndsWith, Equals, Expression, LessThan, Literal, Not, Or
from leadkit.rules.facts import Fact, FactName, facts_in, near, refuse

Scalar = bool | Number | Text
MOST_LISTED = 100_000
"""So many texts may a file of `in_file` have."""
Listed = Annotated[
    tuple[Text, ...], Key(min_length=1, max_length=MOST_LISTED), WithJsonSchema({"type": "string", "minLength": 1})
]
Ending = Annotated[Text, Key(min_length=1)]
Endings = Ending | Annotated[tuple[Ending, ...], Key(min_length=1, max_length=100)]


class Test(BaseModel):
    """Questions about one fact: `field` with `equals`, `in`, `at_least` and others; all must hold.

    `in_file` asks for one of the texts in a file beside the policy, a line each; `ends_with` for an ending, or one of
    several, letter by letter.
    """

    model_config = RECORD

    field: FactName
    """The fact that is asked."""
    equals: Scalar | None = Key(default=None, json_schema_extra={LEVELS_OF: "field"})
    """Yes where the fact has this value."""
    among: tuple[Scalar, ...] | None = Key(
        default=None, alias="in", min_length=1, max_length=1000, json_schema_extra={LEVELS_OF: "field"}
    )
    """Yes where the fact has one of these values."""
    in_file: Listed | None = None
    """A file beside the policy with the texts of which the fact has to be one, a line each."""
    ends_with: Endings | None = None
    """How the text has to end, or a list of endings."""
    at_least: Number | None = None
    """Yes where the number is at least this one."""
    less_than: Number | None = None
    """Yes where the number is less than this one."""
    known: bool | None = None
    """`true`: yes where the fact is known; `false`: yes where it is not."""

    @model_validator(mode="after")
    def _fits_the_fact(self, info: ValidationInfo) -> Self:
        asked = {name for name in self.model_fields_set - {"field"} if getattr(self, name) is not None}
        if not asked:
            raise refuse("asks nothing", "give equals, in, in_file, ends_with, at_least, less_than or known")
        _check(self, facts_in(info)[self.field])
        if self.at_least is not None and self.less_than is not None and self.at_least >= self.less_than:
            raise refuse(f"no number is at least {self.at_least} and less than {self.less_than}")
        return self


class All(BaseModel):
    """Yes when every part is yes, no when one is no."""

    model_config = RECORD

    all: tuple[Condition, ...] = Key(min_length=1, max_length=1000)
    """The conditions that must all be met."""


class Any_(BaseModel):  # noqa: N801
    """Yes when one part is yes, no when every one is no."""

    model_config = RECORD

    any: tuple[Condition, ...] = Key(min_length=1, max_length=1000)
    """The conditions of which one must be met."""


class Not_(BaseModel):  # noqa: N801
    """Yes when its part is no, no when it is yes."""

    model_config = RECORD

    part: Condition = Key(alias="not")
    """The condition that must not be met."""


def _check(test: Test, fact: Fact) -> None:
    if (test.in_file is not None or test.ends_with is not None) and fact.type != "text":
        raise refuse(f"{fact.name} is a {fact.type}: in_file and ends_with need a text")
    if (test.at_least is not None or test.less_than is not None) and fact.type != "number":
        raise refuse(f"{fact.name} is a {fact.type}: at_least and less_than need a number")
    for number, value in enumerate(test.among or ()):
        check_value(fact, value, "in", number)
    if test.equals is not None:
        check_value(fact, test.equals, "equals")


def check_value(fact: Fact, value: object, *at: str | int) -> None:
    """Refuse a value that `fact` can never have; it stands `at` a path below what is being validated."""
    wanted = {"category": str, "text": str, "number": Decimal, "boolean": bool}[fact.type]
    if not isinstance(value, wanted):
        raise refuse(f"{fact.name} is a {fact.type}; it never has such a value", at=at)
    if value == "":
        raise refuse("a blank text is unknown and never counts as a value", "ask for known = false", at)
    if fact.type == "category" and value not in fact.levels:
        raise refuse(f"{str(value)[:100]!r} is not a level of {fact.name}", near(str(value), fact.levels), at)


_TAGS: dict[type[Any], str] = {All: "all", Any_: "any", Not_: "not", Test: "field"}


def _kind(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((key for key in ("all", "any", "not") if key in value), "field")
    return _TAGS.get(type(value))


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


def holds(condition: Condition, facts: Mapping[str, Fact]) -> Expression:
    """True when the answer is yes."""
    match condition:
        case All(all=parts):
            return And(tuple(holds(part, facts) for part in parts))
        case Any_(any=parts):
            return Or(tuple(holds(part, facts) for part in parts))
        case Not_(part=part):
            return fails(part, facts)
        case _:
            return _joined(And, [yes for yes, _ in _questions(condition, facts)])


def fails(condition: Condition, facts: Mapping[str, Fact]) -> Expression:
    """True when the answer is no."""
    match condition:
        case All(all=parts):
            return Or(tuple(fails(part, facts) for part in parts))
        case Any_(any=parts):
            return And(tuple(fails(part, facts) for part in parts))
        case Not_(part=part):
            return holds(part, facts)
        case _:
            return _joined(Or, [no for _, no in _questions(condition, facts)])


def fields_of(condition: Condition) -> Iterator[str]:
    """The facts that a condition asks about, in its order; a fact asked twice comes twice."""
    for test in tests_of(condition):
        yield test.field


def tests_of(condition: Condition) -> Iterator[Test]:
    """The single questions of a condition, in its order."""
    match condition:
        case All(all=parts) | Any_(any=parts):
            for part in parts:
                yield from tests_of(part)
        case Not_(part=part):
            yield from tests_of(part)
        case _:
            yield condition


def _questions(test: Test, facts: Mapping[str, Fact]) -> Iterator[tuple[Expression, Expression]]:
    """For each question of a test: when it is answered yes, and when no."""
    fact = facts[test.field]
    column = Column(fact.name)
    if test.known is not None:
        yes, no = fact.known, Not(fact.known)
        yield (yes, no) if test.known else (no, yes)
    if test.equals is not None:
        yield _compared(fact, Equals(column, Literal(test.equals)))
    if test.among is not None:
        yield _compared(fact, _joined(Or, [Equals(column, Literal(value)) for value in test.among]))
    if test.in_file is not None:
        yield _compared(fact, Among(column, test.in_file))
    if test.ends_with is not None:
        endings = (test.ends_with,) if isinstance(test.ends_with, str) else test.ends_with
        yield _compared(fact, EndsWith(column, endings))
    if test.at_least is not None:
        yield _compared(fact, And((fact.known, AtLeast(column, Literal(test.at_least)))))
    if test.less_than is not None:
        yield _compared(fact, And((fact.known, LessThan(column, Literal(test.less_than)))))


def _compared(fact: Fact, yes: Expression) -> tuple[Expression, Expression]:
    return yes, And((fact.known, Not(yes)))


def _joined(joined: type[And] | type[Or], parts: list[Expression]) -> Expression:
    return parts[0] if len(parts) == 1 else joined(tuple(parts))
