"""The tables of a policy in which the order decides: the first row that holds, the first level of a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

ORDERED = ("scoring.tables.*.rows", "grading.table.rows", "grading.dimensions.*.points", "derive.words.*.words")
"""Their paths; a star stands for any key."""


def in_order(content: Mapping[str, Any]) -> Any:
    """A document in which such tables are lists of pairs, so that their order counts."""
    return _in_order(content, ())


def orders(content: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The path of each such table, and its keys in order."""
    yield from _orders(content, ())


def _in_order(value: Any, path: tuple[str, ...]) -> Any:
    if not isinstance(value, Mapping):
        return value
    content = {key: _in_order(inner, (*path, key)) for key, inner in value.items()}
    return list(content.items()) if _is_ordered(path) else content


def _orders(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(value, Mapping):
        if _is_ordered(path):
            yield ".".join(path), tuple(value)
        for key, inner in value.items():
            yield from _orders(inner, (*path, str(key)))


def _is_ordered(path: tuple[str, ...]) -> bool:
    return any(_fits(path, pattern.split(".")) for pattern in ORDERED)


def _fits(path: tuple[str, ...], pattern: Sequence[str]) -> bool:
    return len(path) == len(pattern) and all(wanted in ("*", key) for key, wanted in zip(path, pattern, strict=True))
