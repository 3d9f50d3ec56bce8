"""How results go out: as a dict, as JSON, and as a schema for web frameworks, all from the types of their values.

| value | in JSON |
|---|---|
| Decimal | text in plain digits, so that it stays exact: `"60.5"` |
| datetime, date | text in ISO 8601, a time with its offset: `"2026-10-01T09:00:00+08:00"` |
| timedelta | seconds, a number |
| a time zone | its name |
| tuple | list |
| a record (Lead, Activity, ...) | as pydantic dumps it |
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Union, cast, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from attrs import fields

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema


class Result:
    """What leadkit answers. Every attribute goes out under its name but those of `OMITTED`; `ADDED` are properties."""

    __slots__ = ()

    ADDED: ClassVar[tuple[str, ...]] = ()
    OMITTED: ClassVar[tuple[str, ...]] = ()

    def to_dict(self) -> dict[str, Any]:
        """The result as `json.dumps` takes it: dicts, lists, texts, numbers, booleans and None."""
        document: dict[str, Any] = _adapter(_kind(self)).dump_python(self, mode="json")
        return document

    def to_json(self) -> str:
        """The result as JSON, on one line."""
        return _adapter(_kind(self)).dump_json(self).decode()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        kind: Any = cls
        parts = {
            name: core_schema.typed_dict_field(handler.generate_schema(_outgoing(hint)), required=True)
            for name, hint in shown(kind).items()
        }
        shape = core_schema.typed_dict_schema(parts)
        return core_schema.is_instance_schema(
            cls,
            ref=f"{cls.__module__}.{cls.__qualname__}:{id(cls)}",
            serialization=core_schema.plain_serializer_function_ser_schema(cls._parts, return_schema=shape),
        )

    def _parts(self) -> dict[str, Any]:
        """The values that go out, by name."""
        values = {name: getattr(self, name) for name in shown(_kind(self))}
        called = {name: value() if callable(value) else value for name, value in values.items()}
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in called.items()}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        document = handler(cast("Any", schema)["serialization"]["return_schema"])
        inner = handler.resolve_ref_schema(document)
        inner.update(title=cls.__name__, description=(cls.__doc__ or "").partition("\n")[0])
        return document


def _kind(result: Result) -> Any:
    """The class of a result; mypy takes no class for hashable."""
    return type(result)


@cache
def shown(kind: Any) -> dict[str, Any]:
    """The types of what goes out of a kind of result, by name."""
    hints = get_type_hints(kind, include_extras=True)
    names = [each.name for each in fields(kind) if each.name not in kind.OMITTED]
    added = {name: getattr(kind, name) for name in kind.ADDED}
    return {name: hints[name] for name in names if name[0] != "_"} | {
        name: get_type_hints(getattr(member, "fget", member))["return"] for name, member in added.items()
    }


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _outgoing(hint: Any) -> Any:
    """A type with how its values go out, all the way down."""
    if hint in _forms():
        return _forms()[hint]
    if isinstance(hint, type) and issubclass(hint, dict):
        return dict[str, Any]
    origin, inner = get_origin(hint), get_args(hint)
    if not inner or origin in {Literal, Annotated}:
        return hint
    parts = tuple(part if part is Ellipsis else _outgoing(part) for part in inner)
    if origin in {Union, UnionType}:
        return reduce(or_, parts)
    generic: Any = dict if origin is Mapping else origin
    return generic[parts]


@cache
def _forms() -> dict[Any, Any]:
    from pydantic import PlainSerializer, WithJsonSchema

    def form(kind: type, plain: Any, **schema: str) -> Any:
        return Annotated[kind, PlainSerializer(plain), WithJsonSchema(schema)]

    return {
        Decimal: form(Decimal, "{:f}".format, type="string", format="decimal"),
        datetime: form(datetime, datetime.isoformat, type="string", format="date-time"),
        timedelta: form(timedelta, _seconds, type="number"),
        ZoneInfo: form(ZoneInfo, str, type="string"),
    }


def _seconds(span: timedelta) -> int | float:
    seconds = span.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds
