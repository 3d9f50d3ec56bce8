"""What a policy takes away from, or changes in, the policy that it extends and that is not there."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from leadkit.rules.facts import near

Path = tuple[str | int, ...]
REMOVE = "remove"


def removals_of_nothing(
    below: Mapping[str, Any], above: Mapping[str, Any], path: Path = ()
) -> Iterator[tuple[Path, str]]:
    """The keys with `remove = true` that the policy `below` does not have, each with a hint."""
    for key, value in above.items():
        if not isinstance(value, Mapping):
            continue
        if value.get(REMOVE) is True:
            if key not in below:
                yield (*path, key), near(str(key), map(str, below))
        else:
            inner = below.get(key)
            yield from removals_of_nothing(inner if isinstance(inner, Mapping) else {}, value, (*path, key))


def misspelt_override(below: Mapping[str, Any], path: Path) -> tuple[Path, str] | None:
    """The first key of a path that the policy `below` has by a similar name only, with that name."""
    table: Any = below
    for number, step in enumerate(path):
        if not isinstance(table, Mapping) or not isinstance(step, str):
            return None
        if step not in table:
            close = difflib.get_close_matches(step[:100], [name for name in table if isinstance(name, str)], n=1)
            return (path[: number + 1], close[0]) if close else None
        table = table[step]
    return None
