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
from leadkit.policy.files import inside, read_text
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
    within: str | Path | None = None,
) -> Policy:
    """The policy called `source`, in the file `source`, or said by the mapping `source`.

    A text that ends in `.toml` or has a path separator is a path; any other is a shipped name. `extends` is looked up
    the same way, beside the file that says it. `commands` are the commands that its permissions may name; as a mapping
    they say whether each is about something that has an owner. A desk gives its own; without them nothing is checked.

    With `within` every file that is extended has to lie in that folder, links followed: for policies that come from
    others. The files that a mapping extends are looked up there. A file elsewhere is refused, and the error says
    neither what is in it nor whether there is one.

    Raises:
        PolicyError: it can't be found or read, `extends` runs in a circle or out of the folder, or what it says makes
            no sense; all problems at once, with file, line and column.
    """
    layers = list(_layers(source, limits, None if within is None else Path(within)))
    merged: dict[str, Any] = {}
    try:
        for layer in reversed(layers):
            merged = _extended(merged, layer.content)
        content = tuples(merged)
    except RecursionError:
        raise PolicyError(Problem("is nested too deep", place=layers[0].file)) from None
    return Policy(_validate(content, layers, limits, commands))


def json_schema(policy: Policy | None = None) -> dict[str, Any]:
    """The JSON Schema of a policy file, for editors; each key is described.

    It is that of one file: where the file extends another policy, it may say any part of a rule or a table. With a
    `policy` an editor can offer its facts and their levels, its kinds of events, bands, roles and reason codes.
    """
    from leadkit.policy.schema import layer_schema
    from leadkit.policy.schema_names import PolicyNames

    return layer_schema(None if policy is None else PolicyNames.in_policy(policy))


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


def _layers(source: str | Path | Mapping[str, Any], limits: Limits, within: Path | None) -> Iterator[Layer]:
    beside = Path()
    seen: list[Layer] = []
    asked: Any = source
    while asked is not None:
        place = seen[-1].file if seen else ""
        layer, beside = _layer(asked, beside, limits, within if seen else None, place)
        if within is not None and isinstance(asked, Mapping):
            beside = within
        _check_chain(layer, seen, limits)
        seen.append(layer)
        yield layer
        asked = layer.content.get("extends")
        if asked is not None and not isinstance(asked, str):
            raise PolicyError(Problem("must be the name or path of a policy", place=layer.file, path="extends"))


def _check_chain(layer: Layer, seen: Sequence[Layer], limits: Limits) -> None:
    """Refuse a policy that extends itself by a detour, or very many others."""
    if seen and Path(layer.file).resolve() in {Path(below.file).resolve() for below in seen}:
        chain = " -> ".join([*(below.file for below in seen), layer.file])
        raise PolicyError(Problem(f"extends runs in a circle: {chain}", place=seen[-1].file, path="extends"))
    if len(seen) >= limits.policy_parents:
        message = f"extends more than {limits.policy_parents} policies, one by the other"
        raise PolicyError(Problem(message, "put some of them together", place=seen[-1].file, path="extends"))


def _layer(
    source: str | Path | Mapping[str, Any], beside: Path, limits: Limits, within: Path | None, place: str
) -> tuple[Layer, Path]:
    """A policy by itself, and the folder that it lies in; `within` is the folder that it has to come from."""
    if not isinstance(source, (str, PathLike, Mapping)):
        hint = "give the name of a policy, the path of its file, or its content as a mapping"
        raise PolicyError(Problem(f"{shown(source)} is no policy", hint, place="policy"))
    if isinstance(source, Mapping):
        return Layer("policy", "", _with_text_keys(source)), beside
    if not _is_path(source):
        name = str(source)
        if name not in shipped():
            raise PolicyError(Problem("no such policy", near(name, shipped()), place=name[:200]))
        text = (files("leadkit.policies") / f"{name}.toml").read_text(encoding="utf-8")
        return Layer(name, text, read_toml(text, f"{name}.toml", limits)), beside
    path = beside / source if within is None else inside(beside / source, within, place)
    text = read_text(path, limits, f"shipped policies: {', '.join(shipped())}")
    return Layer(str(path), text, read_toml(text, str(path), limits)), path.parent


def _is_path(source: str | Path | Mapping[str, Any]) -> bool:
    """Whether a source is a path, and no name."""
    return isinstance(source, Path) or (
        isinstance(source, str) and (source.endswith(".toml") or bool(set(source) & set("/\\")))
    )


def _with_text_keys(content: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping from Python as TOML would give it: its keys are texts."""
    if not all(isinstance(key, str) for key in content):
        raise PolicyError(Problem("every key must be a text", place="policy"))
    return dict(content)


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
