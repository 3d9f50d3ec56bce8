"""The names of one policy in its JSON Schema: an editor offers its facts, levels, kinds of events, bands and roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define, setters

from leadkit.policy.policy import Policy
from leadkit.records.fields import LEVELS_OF, NAMES
from leadkit.rules.facts import BUILT_IN, Fact

Schema = dict[str, Any]

CLOSED = frozenset({"fact"})
"""The kinds of names of which a file can use no other."""


@define(on_setattr=setters.frozen)
class PolicyNames:
    """What a policy has, to be offered where one of it is meant."""

    facts: Mapping[str, Fact]
    others: Mapping[str, tuple[str, ...]]
    """Names by their kind: `event`, `band_set`, `band`, `role`, `rule`, `group`."""

    @classmethod
    def in_policy(cls, policy: Policy) -> PolicyNames:
        """The names of a policy."""
        document = policy.document
        scoring = document.scoring
        bands = dict.fromkeys(band for bands in scoring.outcomes.values() for band in bands)
        return cls(
            facts=policy.facts,
            others={
                "event": tuple(sorted({*policy.event_kinds, *document.activities})),
                "band_set": tuple(scoring.outcomes),
                "band": tuple(bands),
                "role": tuple(sorted(document.roles)),
                "group": tuple(scoring.groups),
                "rule": tuple(code for _, code, _ in scoring.rules),
            },
        )

    def of(self, kind: str) -> tuple[str, ...]:
        """The names of one kind."""
        return tuple(self.facts) if kind == "fact" else self.others.get(kind, ())


def named(schema: Schema, names: PolicyNames | None) -> Schema:
    """A schema with the names of the policy in place of the marks that say which are meant."""
    marked = {key: value for key, value in schema.items() if key != NAMES}
    if NAMES in schema:
        return _value(marked, schema[NAMES], names)
    keys = marked.get("propertyNames", {})
    if NAMES in keys:
        marked["propertyNames"] = {key: value for key, value in keys.items() if key != NAMES}
        if names is not None:
            marked |= _keys(marked, keys[NAMES], names)
        marked = {key: value for key, value in marked.items() if value != {} or key != "propertyNames"}
    leveled = {name: value[LEVELS_OF] for name, value in marked.get("properties", {}).items() if LEVELS_OF in value}
    return _with_levels(marked, leveled, names) if leveled else marked


def _value(schema: Schema, kind: str, names: PolicyNames | None) -> Schema:
    if names is None:
        return schema | ({"examples": list(BUILT_IN)} if kind == "fact" else {})
    known = {"enum": list(names.of(kind))}
    if kind in CLOSED:
        return {key: value for key, value in schema.items() if key == "description"} | known
    about = {key: schema[key] for key in ("description", "default") if key in schema}
    other = {key: value for key, value in schema.items() if key not in about}
    return about | ({"anyOf": [known, other]} if names.of(kind) else other)


def _keys(schema: Schema, kind: str, names: PolicyNames) -> Schema:
    """The keywords of a table whose keys are names: those that the policy has are offered."""
    value = schema.get("additionalProperties", {})
    known = {name: _of_fact(names.facts[name], value) if kind == "fact" else value for name in names.of(kind)}
    keys = {"properties": known | schema.get("properties", {})}
    return keys | ({"additionalProperties": False} if kind in CLOSED else {})


def _of_fact(fact: Fact, value: Any) -> Any:
    """The values of a fact, where the schema has nothing to say about them."""
    if value not in (True, {}):
        return value
    return {"enum": list(fact.levels)} if fact.type == "category" else {"type": _TYPES[fact.type]}


_TYPES = {"number": "number", "boolean": "boolean", "text": "string"}


def _with_levels(schema: Schema, leveled: Mapping[str, str], names: PolicyNames | None) -> Schema:
    """A table of which some keys speak of the levels of the fact that another one names."""
    keys = {
        name: {key: value for key, value in of.items() if key != LEVELS_OF} for name, of in schema["properties"].items()
    }
    facts = [fact for fact in names.facts.values() if fact.type == "category"] if names else []
    rules = [
        {
            "if": {"properties": {by: {"const": fact.name}}, "required": [by]},
            "then": {"properties": {name: _levels(keys[name], fact) for name in leveled}},
        }
        for fact in facts
        for by in dict.fromkeys(leveled.values())
    ]
    return schema | {"properties": keys} | ({"allOf": [*schema.get("allOf", ()), *rules]} if rules else {})


def _levels(schema: Schema, fact: Fact) -> Schema:
    levels = list(fact.levels)
    if "array" in schema.get("type", ()):
        return {"items": {"enum": levels}}
    if "additionalProperties" in schema and "object" in schema.get("type", ()) and schema["type"] == "object":
        return {"properties": dict.fromkeys(levels, True), "propertyNames": {"enum": [*levels, "remove"]}}
    return {"enum": [*levels, {"remove": True}]}
