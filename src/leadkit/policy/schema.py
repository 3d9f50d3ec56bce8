"""The JSON Schema of one policy file: a layer, which may say a part of what the policies that it extends say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import define, field

from leadkit.policy.document import Document
from leadkit.policy.schema_names import PolicyNames, named
from leadkit.policy.written import Schema, WrittenSchema, either, same, tidy, words

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The draft that editors of TOML know."""

REMOVE: Schema = {"const": True, "description": "Take this key of the extended policy away."}


def layer_schema(names: PolicyNames | None = None) -> Schema:
    """The schema of a file, with the `names` of a policy as what may be written where one is meant."""
    written = tidy(Document.model_json_schema(by_alias=True, schema_generator=WrittenSchema))
    layer = _Layer(written.pop("$defs"), names)
    root = layer.table(written, whole=False)
    root["properties"].pop("remove")
    builds_on_another = {"anyOf": [{"required": ["extends"]}, {"required": ["route"]}]}
    complete = {"if": {"not": builds_on_another}, "then": {"required": ["name", "scoring"]}}
    return {"$schema": DRAFT, "title": "leadkit policy", **root, **complete, "definitions": layer.definitions}


@define
class _Layer:
    """Turns schemas of models into those of a layer.

    Tables are merged key by key, so that nothing in them is required and each may be removed. What stands in an array
    is replaced `whole`, and needs all its keys.
    """

    models: dict[str, Schema]
    names: PolicyNames | None
    definitions: dict[str, Schema] = field(factory=dict)

    def of(self, schema: Any, *, whole: bool) -> Any:
        """The schema of any value."""
        if not isinstance(schema, dict):
            return schema
        about = {key: schema[key] for key in ("description", "default") if key in schema}
        plain = {key: value for key, value in schema.items() if key not in about}
        if "$ref" in plain:
            return about | {"allOf": [self.definition([plain["$ref"]], whole=whole)]}
        if "oneOf" in plain:
            return about | {"allOf": [self.definition([part["$ref"] for part in plain["oneOf"]], whole=whole)]}
        if "anyOf" in plain:
            return about | either(self.inlined(part, whole=whole) for part in plain["anyOf"])
        types = plain.get("type", ())
        if "array" in types:
            plain |= self.array(plain)
        if "object" in types:
            plain = self.table(plain, whole=whole)
        return named(about | plain, self.names)

    def inlined(self, schema: Schema, *, whole: bool) -> Schema:
        """A part of a union, in place."""
        model = self.models.get(schema["$ref"].rpartition("/")[2]) if "$ref" in schema else None
        return self.table(model, whole=whole) if model else self.of(schema, whole=whole)

    def array(self, schema: Schema) -> Schema:
        """The keywords about the items of an array."""
        items = schema.pop("prefixItems", [schema.get("items", {})])[0]
        return {"items": self.of(items, whole=True)}

    def table(self, schema: Schema, *, whole: bool) -> Schema:
        """The schema of a table."""
        keys = {name: self.of(value, whole=whole) for name, value in schema.get("properties", {}).items()}
        table = {key: value for key, value in schema.items() if key not in ("properties", "patternProperties")}
        other, pattern = table.get("additionalProperties", True), {}
        for key, value in schema.get("patternProperties", {}).items():
            other, pattern = value, {"pattern": key}
        other = self.of(other, whole=whole)
        if pattern or "propertyNames" in table:
            table["propertyNames"] = pattern | table.get("propertyNames", {})
        if not whole:
            required = table.pop("required", ())
            table.pop("minProperties", None)
            keys = {name: value if name in required else removable(value) for name, value in keys.items()}
            keys["remove"] = REMOVE
            other = removable(other)
        return named(table | {"properties": keys, "additionalProperties": other}, self.names)

    def definition(self, references: list[str], *, whole: bool) -> Schema:
        """A reference to a model, or to one of several, which is defined when it is first asked for."""
        models = [reference.rpartition("/")[2] for reference in references]
        name = "_or_".join(models) + ("_in_full" if whole else "")
        if name not in self.definitions:
            self.definitions[name] = {}
            tables = [self.table(self.models[model], whole=whole) for model in models]
            joined = tables[0] if len(tables) == 1 else kinds(tables)
            self.definitions[name] = {"title": " or ".join(map(words, models)), **joined}
        return {"$ref": f"#/definitions/{name}"}


def removable(schema: Any) -> Any:
    """The schema of a value that may also be `{ remove = true }`; a table of a layer may be that anyway."""
    if not isinstance(schema, dict) or "allOf" in schema or "object" in schema.get("type", ()):
        return schema
    about = {key: schema[key] for key in ("description", "default") if key in schema}
    value = {key: value for key, value in schema.items() if key not in about}
    gone = {"type": "object", "properties": {"remove": REMOVE}, "required": ["remove"]}
    if "enum" in value:
        return about | {"enum": [*value["enum"], {"remove": True}]}
    return about | either([*value.get("anyOf", [value]), gone])


def kinds(tables: list[Schema]) -> Schema:
    """One of several kinds of tables: what a key says about the kind decides which others go with it."""
    names = list(dict.fromkeys(name for table in tables for name in table["properties"]))
    choices = {name: [table["properties"][name] for table in tables if name in table["properties"]] for name in names}
    conditions = [*_conditions(tables, choices), *_required(tables)]
    return {
        "description": "\n".join(table["description"].partition("\n")[0] for table in tables if "description" in table),
        "type": "object",
        "properties": {name: _any_of(options) for name, options in choices.items()},
        "additionalProperties": False,
        "allOf": [*conditions, *(part for table in tables for part in table.get("allOf", ()))],
    }


def _any_of(options: list[Schema]) -> Schema:
    texts = dict.fromkeys(option["description"] for option in options if "description" in option)
    about = {"description": "\n".join(texts)} if texts else {}
    if all(same(option, options[0]) for option in options):
        return options[0] | about
    joined = either({key: value for key, value in option.items() if key != "description"} for option in options)
    return about if "anyOf" in joined else joined | about


def _deciding(tables: list[Schema], choices: dict[str, list[Schema]]) -> Iterator[tuple[str, list[Schema]]]:
    """The keys that say something about the kind, since half of them at most have it, with those kinds."""
    for name in choices:
        having = [table for table in tables if name in table["properties"]]
        if 2 * len(having) <= len(tables):
            yield name, having


def _conditions(tables: list[Schema], choices: dict[str, list[Schema]]) -> Iterator[Schema]:
    seen: list[list[Schema]] = []
    for name, having in _deciding(tables, choices):
        allowed = [key for key in choices if any(key in table["properties"] for table in having)]
        narrower = {}
        for key in allowed:
            options = [table["properties"][key] for table in having if key in table["properties"]]
            alike = all(same(option, options[0]) for option in options)
            if alike and not all(same(option, options[0]) for option in choices[key]):
                narrower[key] = options[0]
        if having in seen:
            continue
        seen.append(having)
        then: Schema = {"propertyNames": {"enum": allowed}} | ({"properties": narrower} if narrower else {})
        yield {"if": {"required": [name]}, "then": then}


def _required(tables: list[Schema]) -> Iterator[Schema]:
    """What a table in full needs: the first kind is meant where no key tells of another."""
    first, *others = tables
    telling = []
    for table in others:
        needed = table.get("required", [])
        telling += [key for key in needed if key not in first["properties"]]
        if needed:
            yield {"if": {"required": telling[-1:]}, "then": {"required": needed}}
    if first.get("required"):
        known = [{"required": [key]} for key in telling]
        yield {"if": {"not": {"anyOf": known}}, "then": {"required": first["required"]}}
