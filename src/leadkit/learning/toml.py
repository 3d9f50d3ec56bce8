"""Writing TOML: tables with their keys in order, and comments above them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+")
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
WIDTH = 118


def tables(content: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[str]:
    """The lines of a table and of those in it, plain keys first."""
    inner = {key: value for key, value in content.items() if _is_table(value) or (not path and _is_mapping(value))}
    plain = {key: value for key, value in content.items() if value is not None and key not in inner}
    if path and (plain or not inner):
        yield f"[{_path(path)}]"
    for key, value in plain.items():
        yield from _pair(key, value)
    if plain or (path and not inner):
        yield ""
    for key, value in inner.items():
        if isinstance(value, Mapping):
            yield from tables(value, (*path, key))
        else:
            for entry in value:
                yield f"[[{_path((*path, key))}]]"
                for name, part in entry.items():
                    if part is not None:
                        yield from _pair(name, part)
                yield ""


def _is_mapping(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_table(value: Any) -> bool:
    if isinstance(value, Mapping):
        return not _is_short(value)
    return isinstance(value, (list, tuple)) and bool(value) and all(isinstance(part, Mapping) for part in value)


def _is_short(value: Mapping[str, Any]) -> bool:
    """Whether a table reads better on one line: a condition, or a few points."""
    if any(isinstance(part, Mapping) and not _is_short(part) for part in value.values()):
        return False
    return bool(value) and ("field" in value or len(literal(value)) <= 60) and len(literal(value)) <= WIDTH


def _pair(key: str, value: Any) -> Iterator[str]:
    line = f"{_key(key)} = {literal(value)}"
    if len(line) <= WIDTH or not isinstance(value, (list, tuple)):
        yield line
        return
    yield f"{_key(key)} = ["
    row = "   "
    for part in value:
        written = f" {literal(part)},"
        if len(row) + len(written) > WIDTH:
            yield row
            row = "   "
        row += written
    yield row
    yield "]"


def literal(value: Any) -> str:
    """One value as TOML writes it."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {literal(part)}" for key, part in value.items() if part is not None)
        return "{ " + inner + " }" if inner else "{}"
    if isinstance(value, (set, frozenset)):
        return literal(sorted(value))
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(literal(part) for part in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case Decimal():
            return f"{value:f}"
        case float():
            return plain_number(value)
        case datetime() | date() | time():
            return value.isoformat()
    return str(value) if isinstance(value, int) else text(str(value))


def plain_number(value: float) -> str:
    """A number without an exponent, whole where it is."""
    return f"{Decimal(repr(value)).normalize():f}"


def text(value: str) -> str:
    """A text in quotes; what is no letter to read is escaped."""
    signs = (ESCAPES.get(sign) or (sign if sign.isprintable() else f"\\U{ord(sign):08X}") for sign in value)
    return '"' + "".join(signs) + '"'


def _key(key: str) -> str:
    return key if BARE.fullmatch(key) else text(key)


def _path(path: Sequence[str]) -> str:
    return ".".join(map(_key, path))
