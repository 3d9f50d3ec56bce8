"""Which keys a table of a document may have, for the hint to one that is misspelt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag

from leadkit.rules.facts import near

MEANT = {
    "at_most": "less_than", "max": "less_than", "lt": "less_than", "lte": "less_than", "up_to": "less_than",
    "greater_than": "at_least", "more_than": "at_least", "min": "at_least", "gt": "at_least", "gte": "at_least",
    "contains": "in", "one_of": "in", "any_of": "in", "is_in": "in", "values": "in",
    "is": "equals", "equal": "equals", "eq": "equals", "value": "equals", "exists": "known", "present": "known",
    "score": "points", "weight": "points", "cap": "limit", "maximum": "limit", "minimum": "floor",
    "fact": "field", "column": "field", "kind": "event", "activity": "event", "condition": "when", "if": "when",
    "decay": "half_life_days", "half_life": "half_life_days", "window": "within_days", "days": "within_days",
    "inherits": "extends", "parent": "extends", "base": "extends", "rules": "criteria", "title": "name",
}  # fmt: skip
"""Words of other tools, and the key that means the same here, where a table has it."""


def hint_for(key: str, model: type[BaseModel], location: Sequence[str | int]) -> str:
    """The nearest key that the table around `location` may have; `location` is where pydantic refused `key`."""
    known = keys_at(model, location[:-1])
    if MEANT.get(key) in known:
        return f"did you mean {MEANT[key]!r}?"
    return near(key, known)


def keys_at(model: type[BaseModel], location: Sequence[str | int]) -> frozenset[str]:
    """The keys of the table at a location of pydantic, which has the tags of unions in it."""
    kinds: list[Any] = [model]
    for step in location:
        tagged = [_model(kind) for kind in kinds if _tag(kind) == step]
        kinds = tagged or [inner for kind in kinds for inner in _inside(kind, step)]
        kinds = [inner for kind in kinds for inner in _alternatives(kind)]
    return frozenset(key for kind in kinds if (table := _model(kind)) for key in _fields(table))


def _alternatives(kind: Any) -> Iterator[Any]:
    """The kinds that a value may be of; those that have a tag keep it."""
    if get_origin(kind) is Annotated and _tag(kind) is None:
        yield from _alternatives(get_args(kind)[0])
    elif get_origin(kind) in (Union, UnionType):
        for part in get_args(kind):
            yield from _alternatives(part)
    else:
        yield kind


def _tag(kind: Any) -> str | None:
    if get_origin(kind) is Annotated:
        return next((part.tag for part in get_args(kind)[1:] if isinstance(part, Tag)), None)
    return kind.__name__ if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _model(kind: Any) -> type[BaseModel] | None:
    kind = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _fields(table: type[BaseModel]) -> Iterator[str]:
    return (field.alias or name for name, field in table.model_fields.items())


def _inside(kind: Any, step: str | int) -> Iterator[Any]:
    """What stands under one key, or number, of a value of this kind."""
    kind = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    table = _model(kind)
    if table is not None:
        table.model_rebuild()  # A model that speaks of itself has names for types until then.
        named = [field for name, field in table.model_fields.items() if (field.alias or name) == step]
        yield from (field.annotation for field in named)
    elif get_origin(kind) in (dict, tuple):
        inner = get_args(kind)[1 if get_origin(kind) is dict else 0]
        yield inner
