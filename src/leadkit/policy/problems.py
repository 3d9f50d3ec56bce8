"""What is wrong with a policy file, said at the place that says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

from attrs import define, setters
from pydantic import BaseModel, ValidationError

from leadkit.errors import Problem
from leadkit.limits import Limits
from leadkit.policy.keys import hint_for
from leadkit.policy.merging import merged
from leadkit.policy.messages import TYPES, Fault, words
from leadkit.policy.overrides import misspelt_override
from leadkit.policy.toml import place_of

Path = tuple[str | int, ...]

NOTHING = object()


@define(on_setattr=setters.frozen)
class Layer:
    """One document of a chain of `extends`, the child first: where it came from and what it says."""

    file: str
    text: str
    content: dict[str, Any]
    folder: FilePath = FilePath()
    """Where the files that it names are looked up."""

    def at(self, path: Sequence[str | int]) -> Any:
        """What the document says at `path`, else NOTHING."""
        content: Any = self.content
        for step in path:
            inside: Any = content if isinstance(content, Mapping) else {}
            if isinstance(content, (list, tuple)):
                inside = dict(enumerate(content))
            if step not in inside:
                return NOTHING
            content = inside[step]
        return content

    def depth(self, path: Path) -> int:
        """How many steps of `path` the document has."""
        return next(length for length in range(len(path), -1, -1) if self.at(path[:length]) is not NOTHING)

    def place(self, path: Path) -> str:
        """The file, line and column of `path`, or of the part of it that the document has; else the file."""
        spot = place_of(self.text, path[: self.depth(path)]) if self.text else None
        file = self.file if self.file.endswith(".toml") or spot is None else f"{self.file}.toml"
        return f"{file}:{spot[0]}:{spot[1]}" if spot else file


def saying(layers: Sequence[Layer], path: Path) -> Layer:
    """The layer that says most of a path; an array hides those of the layers below."""
    seen = []
    for layer in layers:
        seen.append(layer)
        if isinstance(layer.at(path[: layer.depth(path)]), (list, tuple)):
            break
    return max(seen, key=lambda layer: layer.depth(path))


@define(on_setattr=setters.frozen)
class _Located:
    """An error, and the path in the document that it is about."""

    fault: Fault
    path: Path

    @property
    def of_type(self) -> bool:
        """Whether a value has the wrong type."""
        return self.fault["type"] in TYPES


def problems_of(
    error: ValidationError, layers: Sequence[Layer], limits: Limits, document: tuple[type[BaseModel], Mapping[str, Any]]
) -> list[Problem]:
    """What pydantic refused in a document, given by its model and its content, the `layers` laid over each other.

    There are as many problems as `limits` list, and a line for the rest.
    """
    model, content = document
    whole = Layer("", "", dict(content))
    located = [_Located(fault, _path(fault, whole)) for fault in error.errors(include_url=False, include_input=False)]
    located, strays = _without_strays(located, layers)
    faults = list(_without_echoes(located))
    problems = [*strays, *(_problem(several, layers, model) for several in faults[: limits.problems])]
    left = len(strays) + len(faults) - limits.problems
    return [*problems[: limits.problems], *([Problem(f"and {left} more problems")] if left > 0 else [])]


def _without_strays(faults: Sequence[_Located], layers: Sequence[Layer]) -> tuple[list[_Located], list[Problem]]:
    """The errors without those of a table that lacks something and was meant to override another, and these tables."""
    strays: dict[Path, Problem] = {}
    below = merged(layer.content for layer in layers[1:])
    for fault in faults:
        override = misspelt_override(below, fault.path[:-1]) if fault.fault["type"] == "missing" else None
        if override is not None and override[0] not in strays:
            path, meant = override
            message = f"the policy that this extends has no {str(path[-1])[:80]}"
            strays[path] = Problem(message, f"did you mean {meant!r}?", place=layers[0].place(path), path=shown(path))
    left = [fault for fault in faults if not any(fault.path[: len(path)] == path for path in strays)]
    return left, list(strays.values())


def _without_echoes(faults: Sequence[_Located]) -> Iterator[list[_Located]]:
    """The errors, those together that say of one value which types it may have.

    None for an array that looks too short only because an item of it was refused, or for a value that may be of several
    kinds and is of one that has another problem.
    """
    below = {fault.path[:length] for fault in faults for length in range(len(fault.path))}
    below |= {fault.path for fault in faults if not fault.of_type and fault.fault["type"] != "too_short"}
    types: dict[Path, list[_Located]] = {}
    for fault in faults:
        if fault.of_type or fault.fault["type"] == "too_short":
            if fault.path in below:
                continue
            if fault.of_type:
                known = types.setdefault(fault.path, [])
                known.append(fault)
                if len(known) == 1:
                    yield known
                continue
        yield [fault]


def shown(path: Path) -> str:
    """A path as people read it."""
    return ".".join(str(step)[:80] for step in path)[:300]


def _problem(faults: Sequence[_Located], layers: Sequence[Layer], model: type[BaseModel]) -> Problem:
    fault, path = faults[0].fault, faults[0].path
    layer = saying(layers, path)
    message, hint = words(fault, path[-1] if _is_key(fault) and path else layer.at(path))
    if len(faults) > 1:
        kinds = list(dict.fromkeys(TYPES[other.fault["type"]] for other in faults))
        message = "must be " + ", ".join(kinds[:-1]) + (" or " if kinds[:-1] else "") + kinds[-1]
    if fault["type"] == "extra_forbidden":
        hint = hint_for(str(path[-1]), model, fault["loc"])
    return Problem(message[:300], hint[:300], place=layer.place(path), path=shown(path))


def _is_key(fault: Fault) -> bool:
    return bool(fault["loc"][-1:] == ("[key]",))


def _path(fault: Fault, whole: Layer) -> Path:
    """The path of an error in the document: without the tags of unions, down to the key that its validator names."""
    location = _without_tags(fault["loc"])
    exact = (*location, *(fault.get("ctx") or {}).get("at", ()))
    path: Path = ()
    for number, step in enumerate(exact):
        longer = (*path, step)
        if whole.at(longer) is not NOTHING:
            path = longer
        elif fault["type"] == "missing" and number == len(exact) - 1:
            return longer
    return path


def _without_tags(location: Sequence[str | int]) -> list[str | int]:
    """A pydantic location without the tags of unions, which are no keys of the document."""
    path: list[str | int] = []
    steps = iter(location)
    for step in steps:
        path.append(step)
        if _is_union(path):
            next(steps, None)
    return path


def _is_union(path: Sequence[str | int]) -> bool:
    """Whether the document may hold one of several kinds at `path`: a rule, or a condition."""
    match path:
        case ["scoring", "groups", _, "rules", _]:
            return True
        case [*_, "all" | "any", int()]:
            return True
        case ["grading", *_]:
            return False
        case ["scoring", "tables", *_]:
            return False
        case [*_, "when" | "not"]:
            return True
    return False
