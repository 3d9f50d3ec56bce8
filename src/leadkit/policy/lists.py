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
MOST_IN_ALL = 500_000
"""So many texts may all lists of a policy have, each counted as often as it is asked for."""
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
    lists = _Lists(folder, limits, within, place)
    resolved: dict[str, Any] = _read(content, lists.lines)
    if lists.problems:
        raise PolicyError(lists.problems)
    return resolved


class _Lists:
    """The lists that a policy names, each read once, so many lines of them in all."""

    def __init__(self, folder: Path, limits: Limits, within: Path | None, place: str) -> None:
        self._folder, self._limits, self._within, self._place = folder, limits, within, place
        self._lines: dict[str, tuple[str, ...]] = {}
        self._listed = 0
        self.problems: list[Problem] = []

    def lines(self, name: str) -> tuple[str, ...]:
        """The lines of the file of this name; none where there is a problem, which is kept."""
        if name not in self._lines:
            try:
                self._lines[name] = self._read(name)
            except PolicyError as error:
                self.problems.extend(error.problems)
                self._lines[name] = ()
        self._listed += len(self._lines[name])
        if self._listed > MOST_IN_ALL:
            hint = "ask for a list once, in a condition of its own"
            raise PolicyError(Problem(f"asks for more than {MOST_IN_ALL} listed texts", hint, place=self._place))
        return self._lines[name]

    def _read(self, name: str) -> tuple[str, ...]:
        if re.fullmatch("[a-z_]+", name):
            return listed(_shipped(name, self._place), f"{name}.txt")
        path = (
            self._folder / name if self._within is None else inside(self._folder / name, self._within, self._place, KEY)
        )
        limits = evolve(self._limits, policy_bytes=self._limits.list_bytes)
        return listed(read_text(path, limits, f"named in {self._place}"), str(path))


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


def _read(value: Any, lines: Read) -> Any:
    if isinstance(value, Mapping):
        condition = "field" in value
        return {
            key: lines(inner) if condition and key == KEY and isinstance(inner, str) else _read(inner, lines)
            for key, inner in value.items()
        }
    return [_read(inner, lines) for inner in value] if isinstance(value, (list, tuple)) else value
