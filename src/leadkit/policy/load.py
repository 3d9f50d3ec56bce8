"""Loading a policy: a shipped name, a path or a mapping; `extends` resolved, every problem with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from attrs import define, setters
from pydantic import ValidationError

from leadkit.errors import PolicyError, Problem
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy.claims import Names
from leadkit.policy.document import Document
from leadkit.policy.policy import Policy
from leadkit.policy.toml import place_of, read_toml
from leadkit.rules.facts import near

REMOVE = "remove"


@define(on_setattr=setters.frozen)
class Layer:
    """One document of a chain of `extends`, the child first: where it came from and what it says."""

    file: str
    text: str
    said: dict[str, Any]


def shipped() -> tuple[str, ...]:
    """The names of the policies that come with leadkit."""
    return tuple(
        sorted(
            entry.name.removesuffix(".toml")
            for entry in files("leadkit.policies").iterdir()
            if entry.name.endswith(".toml")
        )
    )


def load_policy(
    source: str | Path | Mapping[str, Any],
    *,
    limits: Limits = DEFAULT_LIMITS,
    commands: Collection[str] | None = None,
) -> Policy:
    """The policy called `source`, in the file `source`, or said by the mapping `source`.

    A text that ends in `.toml` or has a path separator is a path; any other is a shipped name. `extends` is looked up
    the same way, beside the file that says it. `commands` are the commands that its permissions may name; a desk gives
    its own, and without them the names are not checked.

    Raises:
        PolicyError: it can't be found or read, `extends` runs in a circle, or what it says makes no sense; all problems
            at once, with file, line and column where toml-rs is installed.
    """
    layers = list(_layers(source, limits))
    merged: dict[str, Any] = {}
    try:
        for layer in reversed(layers):
            merged = _extended(merged, layer.said)
        said = tuples(merged)
    except RecursionError:
        raise PolicyError(Problem(layers[0].file, "is nested too deep")) from None
    return Policy(_validate(said, layers, limits, commands))


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a policy file, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Document.model_json_schema(by_alias=True)


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


def _extended(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` laid over the policy that it extends: invariants are inherited beside its own, examples are not."""
    merged = merge({key: value for key, value in below.items() if key != "examples"}, above)
    inherited, own = below.get("invariants"), above.get("invariants")
    if isinstance(inherited, (list, tuple)) and isinstance(own, (list, tuple)):
        merged["invariants"] = [*own, *inherited]
    return merged


def _layers(source: str | Path | Mapping[str, Any], limits: Limits) -> Iterator[Layer]:
    beside = Path()
    seen: list[str] = []
    asked: Any = source
    while asked is not None:
        layer, beside = _layer(asked, beside, limits)
        if layer.file in seen or len(seen) >= limits.policy_parents:
            chain = " -> ".join([*seen, layer.file])
            raise PolicyError(Problem(seen[-1], f"extends runs in a circle: {chain}", path="extends"))
        seen.append(layer.file)
        yield layer
        asked = layer.said.get("extends")
        if asked is not None and not isinstance(asked, str):
            raise PolicyError(Problem(layer.file, "must be the name or path of a policy", path="extends"))


def _layer(source: str | Path | Mapping[str, Any], beside: Path, limits: Limits) -> tuple[Layer, Path]:
    if isinstance(source, Mapping):
        return Layer("policy", "", _own(source)), beside
    if isinstance(source, str) and not source.endswith(".toml") and not set(source) & set("/\\"):
        if source not in shipped():
            raise PolicyError(Problem(source[:200], "no such policy", near(source, shipped())))
        text = (files("leadkit.policies") / f"{source}.toml").read_text(encoding="utf-8")
        return Layer(source, text, read_toml(text, f"{source}.toml", limits)), beside
    path = beside / source
    text = read_text(path, limits, f"shipped policies: {', '.join(shipped())}")
    return Layer(str(path), text, read_toml(text, str(path), limits)), path.parent


def _own(said: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping from Python as TOML would give it: its keys are texts."""
    if not all(isinstance(key, str) for key in said):
        raise PolicyError(Problem("policy", "every key must be a text"))
    return dict(said)


def read_text(path: Path, limits: Limits, hint: str = "") -> str:
    try:
        with path.open("rb") as file:
            content = file.read(limits.policy_bytes + 1)
    except OSError as error:
        raise PolicyError(Problem(str(path), error.strerror or "can't be read", hint)) from None
    if len(content) > limits.policy_bytes:
        raise PolicyError(Problem(str(path), f"is larger than {limits.policy_bytes} bytes"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PolicyError(Problem(str(path), f"is not UTF-8 (byte {error.start})", "save it as UTF-8")) from None


def _validate(
    said: dict[str, Any], layers: Sequence[Layer], limits: Limits, commands: Collection[str] | None
) -> Document:
    names = Names.of(said)
    context = {"names": names, "facts": names.facts, "levels": names.levels, "commands": commands}
    try:
        return Document.model_validate(said, context=context)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        own = list(without_echoes(found))
        left = len(own) - limits.problems
        more = [Problem("", f"and {left} more problems")] if left > 0 else []
        raise PolicyError([*(problem_at(one, layers) for one in own[: limits.problems]), *more]) from None


def tuples(value: Any) -> Any:
    """Arrays as tuples, all the way down: documents are strict and frozen."""
    if isinstance(value, Mapping):
        return {key: tuples(inner) for key, inner in value.items()}
    return tuple(tuples(inner) for inner in value) if isinstance(value, (list, tuple)) else value


_SAID = {
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


def without_echoes(found: Sequence[Any]) -> Iterator[Any]:
    """The errors, but none for an array that looks too short only because an item of it was refused."""
    paths = [tuple(error["loc"]) for error in found]
    for error in found:
        location = tuple(error["loc"])
        echo = error["type"] == "too_short" and any(
            path[: len(location) - 1] == location[:-1] and path != location for path in paths
        )
        if not echo:
            yield error


def problem_at(error: Any, layers: Sequence[Layer]) -> Problem:
    path = _path(error["loc"])
    message = str(_SAID.get(error["type"], error["msg"]))
    saying = [layer for layer in layers if _has(layer.said, path)][:1]
    spots = (_place(layer, path) or (layer.file if saying else None) for layer in saying or layers)
    place = next((spot for spot in spots if spot), layers[0].file)
    shown = ".".join(str(step)[:80] for step in path)[:300]
    return Problem(place, message[:300], str(error.get("ctx", {}).get("hint", ""))[:300], shown)


def _path(location: Sequence[str | int]) -> list[str | int]:
    """A pydantic location without the tags of unions, which are no keys of the document.

    A tag follows wherever the document may hold one of several kinds: a rule, or a condition.
    """
    path: list[str | int] = []
    expected = False
    for step in location:
        if expected:
            expected = False
            continue
        path.append(step)
        is_rule = len(path) == 5 and path[0] == "scoring" and path[3] == "rules"
        is_part = isinstance(step, int) and path[-2] in ("all", "any")
        expected = is_rule or is_part or (step in ("when", "not") and path[0] != "grading")
    return path


def _has(said: Any, path: Sequence[str | int]) -> bool:
    """Whether a document says something at `path`."""
    for step in path:
        inside: Any = said if isinstance(said, Mapping) else dict(enumerate(said)) if isinstance(said, list) else {}
        if step not in inside:
            return False
        said = inside[step]
    return True


def _place(layer: Layer, path: Sequence[str | int]) -> str | None:
    """The place of `path` in a layer that says it, or the part of it that the layer has."""
    if not layer.text:
        return None
    file = layer.file if layer.file.endswith(".toml") else f"{layer.file}.toml"
    while path and not _has(layer.said, path):
        path = path[:-1]
    spot = place_of(layer.text, path) if path else None
    return f"{file}:{spot[0]}:{spot[1]}" if spot else None
