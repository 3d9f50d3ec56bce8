"""Lists of texts that a policy keeps in files of their own: `in_file = "rivals.txt"`, or a shipped one by its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from attrs import evolve

from leadkit.errors import PolicyError, Problem
from leadkit.limits import Limits
from leadkit.policy.files import inside, read_text
from leadkit.rules.conditions import MOST_LISTED
from leadkit.rules.facts import near

KEY = "in_file"
Read = Callable[[str], tuple[str, ...]]


def with_lists(
    content: Mapping[str, Any], folder: Path, limits: Limits, within: Path | None, place: str
) -> dict[str, Any]:
    """A policy as it was read, with the lines of its files in place of their names.

    A file lies beside the policy at `place`, in `folder`, and inside `within` where that is given; a name without dots
    is that of a shipped list.

    Raises:
        PolicyError: a file can't be read, has no line, or too many.
    """
    problems: list[Problem] = []

    def read(name: str) -> tuple[str, ...]:
        try:
            if re.fullmatch("[a-z_]+", name):
                return listed(_shipped(name, place), f"{name}.txt")
            path = folder / name if within is None else inside(folder / name, within, place)
            text = read_text(path, evolve(limits, policy_bytes=limits.list_bytes), f"named in {place}")
            return listed(text, str(path))
        except PolicyError as error:
            problems.extend(error.problems)
            return ()

    resolved: dict[str, Any] = _read(content, read)
    if problems:
        raise PolicyError(problems)
    return resolved


def shipped_lists() -> tuple[str, ...]:
    """The names of the lists that come with leadkit."""
    names = (file.name for file in (files("leadkit.policies") / "lists").iterdir())
    return tuple(sorted(name.removesuffix(".txt") for name in names if name.endswith(".txt")))


def _shipped(name: str, place: str) -> str:
    if name not in shipped_lists():
        hint = near(name, shipped_lists()) or "name a file beside the policy: rivals.txt"
        raise PolicyError(Problem(f"there is no list {name}", hint, place=place))
    return (files("leadkit.policies") / "lists" / f"{name}.txt").read_text(encoding="utf-8")


def listed(text: str, place: str) -> tuple[str, ...]:
    """The lines of a list, each once, in order; blank ones and those that begin with `#` say nothing.

    Raises:
        PolicyError: it has no line, or too many.
    """
    lines = (line.strip() for line in text.splitlines())
    values = tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    if not values:
        raise PolicyError(Problem("names nothing", "write one text a line", place=place))
    if len(values) > MOST_LISTED:
        raise PolicyError(Problem(f"has {len(values)} lines, more than {MOST_LISTED}", place=place))
    return values


def _read(value: Any, read: Read) -> Any:
    if isinstance(value, Mapping):
        return {key: read(inner) if _names_a_file(key, inner) else _read(inner, read) for key, inner in value.items()}
    return [_read(inner, read) for inner in value] if isinstance(value, (list, tuple)) else value


def _names_a_file(key: str, value: Any) -> bool:
    return key == KEY and isinstance(value, str)
