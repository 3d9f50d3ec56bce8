"""The texts that every store can keep, and the hash under which one is found again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import asdict, has


def digest(*parts: str) -> str:
    """SHA-256 of some texts, as hexadecimal digits."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def storable(text: str) -> bool:
    """Whether every store can keep a text: without NUL and without half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def unstorable(value: Any, path: str = "") -> Iterator[str]:
    """The paths of the texts in plain values that no store can keep; a strange key of a mapping counts by itself."""
    if isinstance(value, str):
        if not storable(value):
            yield path
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from unstorable(key, path)
            yield from unstorable(inner, f"{path}.{key}".strip("."))
    elif isinstance(value, (tuple, list)):
        for inner in value:
            yield from unstorable(inner, path)
    elif has(type(value)):
        yield from unstorable(asdict(value, recurse=False), path)
