"""What is wrong with a policy file, said at the place that says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import define, setters
from pydantic import ValidationError

from leadkit.errors import Problem
from leadkit.limits import Limits
from leadkit.policy.toml import place_of

Path = Sequence[str | int]

_MESSAGES = {
    "extra_forbidden": "no such key",
    "missing": "is missing",
    "string_type": "must be a text",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "is_instance_of": "must be a number",
    "tuple_type": "must be an array",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
}


@define(on_setattr=setters.frozen)
class Layer:
    """One document of a chain of `extends`, the child first: where it came from and what it says."""

    file: str
    text: str
    content: dict[str, Any]

    def has(self, path: Path) -> bool:
        """Whether the document says something at `path`."""
        content: Any = self.content
        for step in path:
            inside: Any = content if isinstance(content, Mapping) else {}
            if isinstance(content, list):
                inside = dict(enumerate(content))
            if step not in inside:
                return False
            content = inside[step]
        return True

    def place(self, path: Path) -> str | None:
        """The file, line and column of `path`, or of the part of it that the document has."""
        if not self.text:
            return None
        file = self.file if self.file.endswith(".toml") else f"{self.file}.toml"
        while path and not self.has(path):
            path = path[:-1]
        spot = place_of(self.text, path) if path else None
        return f"{file}:{spot[0]}:{spot[1]}" if spot else None


def problems_of(error: ValidationError, layers: Sequence[Layer], limits: Limits) -> list[Problem]:
    """What pydantic refused, as many problems as `limits` list and a line for the rest."""
    faults = list(_without_echoes(error.errors(include_url=False, include_input=False)))
    left = len(faults) - limits.problems
    more = [Problem(f"and {left} more problems")] if left > 0 else []
    return [*(_problem(fault, layers) for fault in faults[: limits.problems]), *more]


def _without_echoes(faults: Sequence[Any]) -> Iterator[Any]:
    """The faults, but none for an array that looks too short only because an item of it was refused."""
    paths = [tuple(fault["loc"]) for fault in faults]
    for fault in faults:
        location = tuple(fault["loc"])
        echo = fault["type"] == "too_short" and any(
            path[: len(location) - 1] == location[:-1] and path != location for path in paths
        )
        if not echo:
            yield fault


def _problem(fault: Any, layers: Sequence[Layer]) -> Problem:
    path = _without_tags(fault["loc"])
    message = str(_MESSAGES.get(fault["type"], fault["msg"]))
    saying = [layer for layer in layers if layer.has(path)][:1]
    places = (layer.place(path) or (layer.file if saying else None) for layer in saying or layers)
    place = next(filter(None, places), layers[0].file)
    shown = ".".join(str(step)[:80] for step in path)[:300]
    return Problem(message[:300], str(fault.get("ctx", {}).get("hint", ""))[:300], place=place, path=shown)


def _without_tags(location: Path) -> list[str | int]:
    """A pydantic location without the tags of unions, which are no keys of the document."""
    path: list[str | int] = []
    steps = iter(location)
    for step in steps:
        path.append(step)
        if _is_union(path):
            next(steps, None)
    return path


def _is_union(path: Path) -> bool:
    """Whether the document may hold one of several kinds at `path`: a rule, or a condition."""
    match path:
        case ["scoring", "groups", _, "rules", _]:
            return True
        case [*_, "all" | "any", int()]:
            return True
        case ["grading", *_]:
            return False
        case [*_, "when" | "not"]:
            return True
    return False
