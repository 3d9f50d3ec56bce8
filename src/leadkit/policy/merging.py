"""Laying one policy over another: key by key, as `extends` does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from leadkit.policy.overrides import REMOVE


def merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`, table by table and key by key; a table with `remove = true` takes its key away."""
    merged = dict(below)
    for key, value in above.items():
        if isinstance(value, Mapping) and value.get(REMOVE) is True:
            merged.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = merge({}, value) if isinstance(value, Mapping) else value
    return merged


def extended(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` laid over the policy that it extends: invariants are inherited beside its own, examples are not."""
    merged = merge({key: value for key, value in below.items() if key != "examples"}, above)
    inherited, added = below.get("invariants"), above.get("invariants")
    if isinstance(inherited, (list, tuple)) and isinstance(added, (list, tuple)):
        merged["invariants"] = [*added, *inherited]
    return merged


def merged(contents: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Documents laid over each other, the one that is extended by all others last."""
    content: dict[str, Any] = {}
    for above in reversed(list(contents)):
        content = extended(content, above)
    return content
