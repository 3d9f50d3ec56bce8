"""The JSON Schema of a policy's models as people write them in TOML: no null, numbers as numbers, keys described."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from leadkit.policy.descriptions import descriptions

Schema = dict[str, Any]

BOUNDS = {"gt": "exclusiveMinimum", "ge": "minimum", "lt": "exclusiveMaximum", "le": "maximum"}
"""What pydantic leaves in a schema where it can't apply a bound, and the keyword that means it."""


class WrittenSchema(GenerateJsonSchema):
    """What a TOML file may say in place of each model."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """A number. Editors compute `multipleOf` in floats, which refuses 1.1, so that decimals are not counted."""
        return {"type": "number"} | {word: _plain(schema[key]) for key, word in BOUNDS.items() if key in schema}  # type: ignore[literal-required]

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """TOML has no null: a key is left out."""
        return self.generate_inner(schema["schema"])

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """A table, its keys described."""
        model: Any = schema["cls"]
        written = super().model_schema(schema)
        for name, text in descriptions(model).items():
            if name in written.get("properties", {}):
                written["properties"][name]["description"] = text
        return written

    def encode_default(self, dft: Any) -> Any:
        """A default as a file would write it."""
        return _plain(dft) if isinstance(dft, Decimal) else super().encode_default(dft)


def _plain(number: Any) -> Any:
    return int(number) if number == int(number) else float(number)


def tidy(schema: Any) -> Any:
    """A schema without generated titles, empty defaults, and bounds under names that JSON Schema does not know."""
    if isinstance(schema, list):
        return [tidy(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {BOUNDS.get(key, key): value for key, value in schema.items() if not _is_noise(key, value)}
    tidied = {key: value if key in ("enum", "default", "const") else tidy(value) for key, value in kept.items()}
    if isinstance(parts := tidied.get("anyOf"), list):
        return {key: value for key, value in tidied.items() if key != "anyOf"} | either(parts)
    return tidied


def _is_noise(key: str, value: Any) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and value in (None, "", [], {}))


def either(parts: Iterable[Schema]) -> Schema:
    """One schema for several; with a list of types where each has its own, since such errors are short."""
    parts = list(parts)
    if not all(isinstance(part.get("type"), (str, list)) and "enum" not in part for part in parts):
        return {"anyOf": parts}
    merged: Schema = {}
    types: list[str] = []
    for part in parts:
        names = part["type"] if isinstance(part["type"], list) else [part["type"]]
        twice = set(names) & set(types)
        for key in [key for key in merged if twice and part.get(key) != merged[key]]:
            del merged[key]
        merged |= {key: value for key, value in part.items() if key != "type" and not twice}
        types += [name for name in names if name not in types]
    return {"type": types if len(types) > 1 else types[0], **merged}


def words(name: str) -> str:
    """The name of a model as a person reads it."""
    parts = re.findall(r"[A-Z][a-z]*", name.strip("_"))
    return " ".join([parts[0], *(part.lower() for part in parts[1:])]) if parts else name


def same(schema: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two schemas allow the same, whatever they say about it."""
    talk = ("description", "default")
    return {k: v for k, v in schema.items() if k not in talk} == {k: v for k, v in other.items() if k not in talk}
