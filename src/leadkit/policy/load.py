"""Loading a policy: a shipped name, a path or a mapping; `extends` resolved, every problem with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from leadkit.errors import PolicyError, Problem
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy.document import Document
from leadkit.policy.names import Names
from leadkit.policy.policy import Policy
from leadkit.policy.problems import Layer, problems_of
from leadkit.policy.taken import shown
from leadkit.policy.toml import read_toml
from leadkit.rules.facts import near

Record = TypeVar("Record", bound=BaseModel)

REMOVE = "remove"


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
    the same way, beside the file that says it. `commands` are the commands that its permissions may name; as a mapping
    they say whether each is about something that has an owner. A desk gives its own; without them nothing is checked.

    Raises:
        PolicyError: it can't be found or read, `extends` runs in a circle, or what it says makes no sense; all problems
            at once, with file, line and column where toml-rs is installed.
    """
    layers = list(_layers(source, limits))
    merged: dict[str, Any] = {}
    try:
        for layer in reversed(layers):
            merged = _extended(merged, layer.content)
        content = tuples(merged)
    except RecursionError:
        raise PolicyError(Problem("is nested too deep", place=layers[0].file)) from None
    return Policy(_validate(content, layers, limits, commands))


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
    inherited, added = below.get("invariants"), above.get("invariants")
    if isinstance(inherited, (list, tuple)) and isinstance(added, (list, tuple)):
        merged["invariants"] = [*added, *inherited]
    return merged


def _layers(source: str | Path | Mapping[str, Any], limits: Limits) -> Iterator[Layer]:
    beside = Path()
    seen: list[str] = []
    asked: Any = source
    while asked is not None:
        layer, beside = _layer(asked, beside, limits)
        if layer.file in seen or len(seen) >= limits.policy_parents:
            chain = " -> ".join([*seen, layer.file])
            raise PolicyError(Problem(f"extends runs in a circle: {chain}", place=seen[-1], path="extends"))
        seen.append(layer.file)
        yield layer
        asked = layer.content.get("extends")
        if asked is not None and not isinstance(asked, str):
            raise PolicyError(Problem("must be the name or path of a policy", place=layer.file, path="extends"))


def _layer(source: Any, beside: Path, limits: Limits) -> tuple[Layer, Path]:
    if not isinstance(source, (str, PathLike, Mapping)):
        hint = "give the name of a policy, the path of its file, or its content as a mapping"
        raise PolicyError(Problem(f"{shown(source)} is no policy", hint, place="policy"))
    if isinstance(source, Mapping):
        return Layer("policy", "", _with_text_keys(source)), beside
    if isinstance(source, str) and not source.endswith(".toml") and not set(source) & set("/\\"):
        if source not in shipped():
            raise PolicyError(Problem("no such policy", near(source, shipped()), place=source[:200]))
        text = (files("leadkit.policies") / f"{source}.toml").read_text(encoding="utf-8")
        return Layer(source, text, read_toml(text, f"{source}.toml", limits)), beside
    path = beside / source
    text = read_text(path, limits, f"shipped policies: {', '.join(shipped())}")
    return Layer(str(path), text, read_toml(text, str(path), limits)), path.parent


def _with_text_keys(content: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping from Python as TOML would give it: its keys are texts."""
    if not all(isinstance(key, str) for key in content):
        raise PolicyError(Problem("every key must be a text", place="policy"))
    return dict(content)


def read_text(path: Path, limits: Limits, hint: str = "") -> str:
    try:
        with path.open("rb") as file:
            content = file.read(limits.policy_bytes + 1)
    except OSError as error:
        raise PolicyError(Problem(error.strerror or "can't be read", hint, place=str(path))) from None
    if len(content) > limits.policy_bytes:
        raise PolicyError(Problem(f"is larger than {limits.policy_bytes} bytes", place=str(path)))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PolicyError(Problem(f"is not UTF-8 (byte {error.start})", "save it as UTF-8", place=str(path))) from None


def _validate(
    content: dict[str, Any], layers: Sequence[Layer], limits: Limits, commands: Collection[str] | None
) -> Document:
    names = Names.of(content)
    context = {"names": names, "facts": names.facts, "levels": names.levels, "commands": commands}
    try:
        return Document.model_validate(content, context=context)
    except ValidationError as error:
        raise PolicyError(problems_of(error, layers, limits)) from None


def load_record(
    record: type[Record],
    source: str | Path | Mapping[str, Any],
    limits: Limits,
    *,
    context: Mapping[str, Any] | None = None,
) -> Record:
    """The record in the TOML file `source`, or given as the mapping `source`; `context` is what its validators know.

    Raises:
        PolicyError: it can't be read, or what it says makes no sense; all problems at once, with their places.
    """
    if isinstance(source, Mapping):
        layer = Layer("content", "", dict(source))
    else:
        text = read_text(Path(source), limits)
        layer = Layer(str(source), text, read_toml(text, str(source), limits))
    try:
        return record.model_validate(tuples(layer.content), context=context)
    except ValidationError as error:
        raise PolicyError(problems_of(error, [layer], limits)) from None


def tuples(value: Any) -> Any:
    """Arrays as tuples, all the way down: documents are strict and frozen."""
    if isinstance(value, Mapping):
        return {key: tuples(inner) for key, inner in value.items()}
    return tuple(tuples(inner) for inner in value) if isinstance(value, (list, tuple)) else value
