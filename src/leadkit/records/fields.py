"""Field types that every record shares: strict, bounded, immutable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, PlainSerializer
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

RECORD = ConfigDict(
    frozen=True, strict=True, extra="forbid", allow_inf_nan=False, defer_build=True, hide_input_in_errors=True
)
"""How every record is built: frozen, strict, no unknown keys, and no input echoed in an error."""

LONGEST_TEXT = 32_767
"""A text has so many characters at most: what a cell of a spreadsheet holds."""

MOST_KEYS = 1_000
"""A mapping of a record has so many keys at most."""

Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,12})?")


class FrozenDict(dict[str, Any]):
    """A mapping that can't be changed and can be hashed when its values can."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this mapping can't be changed; make a new record with model_copy(update=...)")

    if not TYPE_CHECKING:
        __setitem__ = __delitem__ = update = setdefault = pop = popitem = clear = __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[FrozenDict], tuple[dict[str, Any]]]:
        return type(self), (dict(self),)

    @classmethod
    def __get_pydantic_core_schema__(cls, _: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        values = dict[Annotated[str, Field(min_length=1, max_length=100)], CustomValue]
        inner = handler.generate_schema(Annotated[values, Field(max_length=MOST_KEYS)])
        return core_schema.no_info_after_validator_function(cls, inner)


class TextsByField(FrozenDict):
    """Texts by the name of the field that they belong to; it can't be changed either."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        values = dict[Annotated[str, Field(min_length=1, max_length=200)], tuple[Text, ...]]
        inner = handler.generate_schema(Annotated[values, Field(max_length=MOST_KEYS)])
        return core_schema.no_info_after_validator_function(cls, inner)


def exact(value: Any) -> Any:
    """An int or a number in plain decimal text (as JSON carries it) becomes a Decimal; all else is left as it is."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and _PLAIN_NUMBER.fullmatch(value):
        return Decimal(value)
    return value


_CODE = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
Code = Annotated[str, Field(pattern=f"^{_CODE}$", max_length=63)]
_BAND_NAME = r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*"
NAMES, LEVELS_OF = "x-names", "x-levels-of"
"""Marks in a schema: which names are meant, such as `event`; and by which key the fact is named whose levels are."""


def names_of(kind: str) -> Any:
    """Says of a text, for the JSON Schema of one policy, that it is one of the policy's names of a kind."""
    return Field(json_schema_extra={NAMES: kind})


Role = Annotated[Code, names_of("role")]
EventKind = Annotated[Code, names_of("event")]
BandSetName = Annotated[Code, names_of("band_set")]
BandName = Annotated[str, Field(pattern=f"^{_BAND_NAME}$", max_length=63), names_of("band")]
"""The name of a band, which may have capitals: `A`, `MQL`, `A1`."""
Moment = AwareDatetime
Amount = Annotated[Decimal, Field(max_digits=30, decimal_places=12), BeforeValidator(exact)]


def is_amount(value: Decimal) -> bool:
    """Whether a number is one that an `Amount` holds."""
    if not value.is_finite():
        return False
    places = max(0, -int(value.as_tuple().exponent))
    return places <= 12 and value.adjusted() < 18


def is_code(text: str) -> bool:
    """Whether a text is a `Code`."""
    return len(text) <= 63 and re.fullmatch(_CODE, text) is not None


def is_band_name(text: str) -> bool:
    """Whether a text is a `BandName`."""
    return len(text) <= 63 and re.fullmatch(_BAND_NAME, text) is not None


def _exact_number(value: object) -> object:
    if isinstance(value, str):
        raise PydanticCustomError("number", "must be a number")
    if isinstance(value, float):
        return Decimal(repr(value))
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


Number = Annotated[Decimal, Field(max_digits=30, decimal_places=12), BeforeValidator(_exact_number)]
Points = Annotated[Decimal, Field(ge=-100_000, le=100_000, decimal_places=6), BeforeValidator(_exact_number)]
Weight = Annotated[Decimal, Field(gt=0, le=100, decimal_places=6), BeforeValidator(_exact_number)]
Days = Annotated[int, Field(ge=1, le=36_500)]


def frozen(values: Mapping[str, Any]) -> FrozenDict:
    """`values` as a mapping that can't be changed."""
    return FrozenDict(values)


def _to_json(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value


CustomNumber = Annotated[Decimal, Field(max_digits=15), BeforeValidator(_exact_number)]
CustomValue = Annotated[bool | int | CustomNumber | str, PlainSerializer(_to_json, when_used="json")]
"""A value of a declared field; JSON carries a number as a number, exact up to 15 digits."""
