"""Loading a policy: a shipped name, a path or a mapping; `extends` resolved, every problem with its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from attrs import evolve
from pydantic import BaseModel, ValidationError

from leadkit.errors import PolicyError, Problem
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy.document import Document
from leadkit.policy.files import inside, read_text
from leadkit.policy.lists import with_lists
from leadkit.policy.merging import merged
from leadkit.policy.names import Names
from leadkit.policy.overrides import removals_of_nothing
from leadkit.policy.policy import Policy
from leadkit.policy.problems import Layer, problems_of
from leadkit.policy.problems import shown as shown_path
from leadkit.policy.taken import shown
from leadkit.policy.toml import read_toml
from leadkit.rules.facts import near

Record = TypeVar("Record", bound=BaseModel)


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
    return _loaded(list(_layers(source, limits, None if within is None else Path(within))), limits, commands)


def policy_with_text(file: Path, text: str, *, limits: Limits = DEFAULT_LIMITS) -> Policy:
    """The policy that `file` would be if it had this text.

    Raises:
        PolicyError: as `load_policy`.
    """
    layer = Layer(str(file), text, read_toml(text, str(file), limits))
    return _loaded(list(_layers(file, limits, None, (layer, file.parent))), limits, None)


def _loaded(layers: Sequence[Layer], limits: Limits, commands: Collection[str] | None) -> Policy:
    try:
        content = tuples(merged(layer.content for layer in layers))
        strays = list(_removals_of_nothing(layers))
    except RecursionError:
        raise PolicyError(Problem("is nested too deep", place=layers[0].file)) from None
    document = _validate(content, layers, limits, commands, strays)
    return Policy(document)


def json_schema(policy: Policy | None = None) -> dict[str, Any]:
    """The JSON Schema of a policy file, for editors; each key is described.

    It is that of one file: where the file extends another policy, it may say any part of a rule or a table. With a
    `policy` an editor can offer its facts and their levels, its kinds of events, bands, roles and reason codes.
    """
    from leadkit.policy.schema import layer_schema
    from leadkit.policy.schema_names import PolicyNames

    return layer_schema(None if policy is None else PolicyNames.in_policy(policy))


def _removals_of_nothing(layers: Sequence[Layer]) -> Iterator[Problem]:
    """A problem for each `remove = true` of a key that the policy below does not have."""
    for number, layer in enumerate(layers):
        below = merged(extended.content for extended in layers[number + 1 :])
        for path, hint in removals_of_nothing(below, layer.content):
            message = "is not there to be removed: the policy that this extends has no such key"
            yield Problem(message, hint, place=layer.place(path), path=shown_path(path))


def _layers(
    source: str | Path | Mapping[str, Any], limits: Limits, within: Path | None, first: tuple[Layer, Path] | None = None
) -> Iterator[Layer]:
    """A policy and those that it extends, the child first; `first` is what was read of it already."""
    beside = Path()
    seen: list[Layer] = []
    asked: Any = source
    while asked is not None:
        place = seen[-1].file if seen else ""
        try:
            layer, beside = (
                first if first and not seen else _layer(asked, beside, limits, within if seen else None, place)
            )
        except PolicyError as error:
            raise _named_by(seen[-1], error) if seen else error from None
        if within is not None and isinstance(asked, Mapping):
            beside = within
        layer = _with_lists(layer, beside, limits, within)
        _check_chain(layer, seen, limits)
        seen.append(layer)
        yield layer
        asked, first = layer.content.get("extends"), None
        if asked is not None and not isinstance(asked, str):
            raise PolicyError(Problem("must be the name or path of a policy", place=layer.file, path="extends"))


def _with_lists(layer: Layer, folder: Path, limits: Limits, within: Path | None) -> Layer:
    try:
        return evolve(layer, content=with_lists(layer.content, folder, limits, within, layer.file))
    except RecursionError:
        raise PolicyError(Problem("is nested too deep", place=layer.file)) from None


def _named_by(layer: Layer, error: PolicyError) -> PolicyError:
    """The error about a policy that can't be found, at the place that names it; any other as it is."""
    problem = error.problems[0]
    if problem.path or re.search(r":\d+:\d+$", problem.place):
        return error
    message = f"{problem.place[:200]}: {problem.message}"
    return PolicyError(Problem(message, problem.hint, place=layer.place(("extends",)), path="extends"))


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
    content: dict[str, Any],
    layers: Sequence[Layer],
    limits: Limits,
    commands: Collection[str] | None,
    strays: list[Problem],
) -> Document:
    names = Names.of(content)
    context = {"names": names, "facts": names.facts, "levels": names.levels, "commands": commands}
    try:
        document = Document.model_validate(content, context=context)
    except ValidationError as error:
        problems = [*strays, *problems_of(error, layers, limits, (Document, content))]
        raise PolicyError(problems) from None
    if strays:
        raise PolicyError(strays)
    return document


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
    content = tuples(layer.content)
    try:
        return record.model_validate(content, context=context)
    except ValidationError as error:
        raise PolicyError(problems_of(error, [layer], limits, (record, content))) from None


def tuples(value: Any) -> Any:
    """Arrays as tuples, all the way down: documents are strict and frozen."""
    if isinstance(value, Mapping):
        return {key: tuples(inner) for key, inner in value.items()}
    return tuple(tuples(inner) for inner in value) if isinstance(value, (list, tuple)) else value
