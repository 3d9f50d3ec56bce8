"""The files that a policy is made of: itself, the one it extends, and so on, each read once and within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Any

from attrs import evolve

from leadkit.errors import PolicyError, Problem
from leadkit.limits import Limits
from leadkit.policy.files import inside, read_text
from leadkit.policy.lists import with_lists
from leadkit.policy.problems import Layer
from leadkit.policy.problems import Path as Spot
from leadkit.policy.taken import shown
from leadkit.policy.toml import read_toml
from leadkit.rules.facts import near

Source = str | Path | Mapping[str, Any]
Naming = tuple[Layer, Spot]
"""The layer that names a policy, and where in it."""

OF_THE_BRANCH = frozenset({"examples", "invariants"})
"""What the policy that a `[route]` names says about its own leads alone."""


def shipped() -> tuple[str, ...]:
    """The names of the policies that come with leadkit."""
    names = (entry.name for entry in files("leadkit.policies").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def layers_of(
    source: Source | Layer, limits: Limits, within: Path | None, named: Naming | None = None
) -> Iterator[Layer]:
    """A policy and those below it, which it extends or is otherwise routed to, the one that extends all others first.

    `within` is the folder of every file but the first. `named` is what names a branch of a `[route]`: it lies beside
    that, and has no `[route]` itself.

    Raises:
        PolicyError: a policy can't be found or read, or they run in a circle.
    """
    seen: list[Layer] = []
    is_branch, routed = named is not None, False
    asked: Any = source
    while asked is not None:
        layer = _named_layer(asked, limits, within, named)
        _check_chain(layer, seen, limits, _key(named))
        if routed:
            layer = evolve(
                layer, content={key: layer.content[key] for key in layer.content if key not in OF_THE_BRANCH}
            )
        seen.append(layer)
        yield layer
        asked, spot = _below(layer, routed=routed, is_branch=is_branch)
        routed = routed or "route" in layer.content
        named = (layer, spot)


def _below(layer: Layer, *, routed: bool, is_branch: bool) -> tuple[str | None, Spot]:
    """The policy that one builds on, and where that is said."""
    extends = layer.content.get("extends")
    if extends is not None and not isinstance(extends, str):
        raise PolicyError(Problem("must be the name or path of a policy", place=layer.file, path="extends"))
    if "route" not in layer.content:
        return extends, ("extends",)
    problem = None
    if is_branch:
        problem = Problem("has a [route] itself", "a branch is a policy without one")
    elif routed:
        problem = Problem("has a [route], as a policy that builds on it has", "route in one file")
    elif extends is not None:
        problem = Problem("has both extends and [route]", "name the policy to build on as otherwise, in [route]")
    if problem is not None:
        raise PolicyError(evolve(problem, place=layer.place(("route",)), path="route"))
    route = layer.content["route"]
    otherwise = route.get("otherwise") if isinstance(route, Mapping) else None
    return otherwise if isinstance(otherwise, str) else None, ("route", "otherwise")


def _named_layer(source: Source | Layer, limits: Limits, within: Path | None, named: Naming | None) -> Layer:
    """The layer that another one names, or the first."""
    if isinstance(source, Layer):
        layer = source
    elif named is None:
        layer = _layer(source, Path(), limits, None, None)
        layer = evolve(layer, folder=within) if within is not None and isinstance(source, Mapping) else layer
    else:
        above, spot = named
        try:
            layer = _layer(source, above.folder, limits, within, named)
        except PolicyError as error:
            raise _named_by(above, spot, error) from None
    try:
        return evolve(layer, content=with_lists(layer.content, layer.folder, limits, within, layer.file))
    except RecursionError:
        raise PolicyError(Problem("is nested too deep", place=layer.file)) from None


def _named_by(layer: Layer, spot: Spot, error: PolicyError) -> PolicyError:
    """The error about a policy that can't be found, at the place that names it; any other as it is."""
    problem = error.problems[0]
    if problem.path or re.search(r":\d+:\d+$", problem.place):
        return error
    message = f"{problem.place[:200]}: {problem.message}"
    return PolicyError(Problem(message, problem.hint, place=layer.place(spot), path=_key((layer, spot))))


def _key(named: Naming | None) -> str:
    """The key that names a policy, as a path in its document."""
    return ".".join(map(str, named[1])) if named is not None else ""


def _check_chain(layer: Layer, seen: Sequence[Layer], limits: Limits, key: str) -> None:
    """Refuse a policy that extends itself by a detour, or very many others."""
    if seen and Path(layer.file).resolve() in {Path(below.file).resolve() for below in seen}:
        chain = " -> ".join([*(below.file for below in seen), layer.file])
        raise PolicyError(Problem(f"extends runs in a circle: {chain}", place=seen[-1].file, path=key))
    if len(seen) >= limits.policy_parents:
        message = f"extends more than {limits.policy_parents} policies, one by the other"
        raise PolicyError(Problem(message, "put some of them together", place=seen[-1].file, path=key))


def _layer(source: Source, beside: Path, limits: Limits, within: Path | None, named: Naming | None) -> Layer:
    """A policy by itself; `within` is the folder that it has to come from, `named` what names it."""
    if not isinstance(source, (str, PathLike, Mapping)):
        hint = "give the name of a policy, the path of its file, or its content as a mapping"
        raise PolicyError(Problem(f"{shown(source)} is no policy", hint, place="policy"))
    if isinstance(source, Mapping):
        return Layer("policy", "", _with_text_keys(source), beside)
    if not _is_path(source):
        name = str(source)
        if name not in shipped():
            raise PolicyError(Problem("no such policy", near(name, shipped()), place=name[:200]))
        text = (files("leadkit.policies") / f"{name}.toml").read_text(encoding="utf-8")
        return Layer(name, text, read_toml(text, f"{name}.toml", limits), beside)
    path = beside / source
    if within is not None and named is not None:
        path = inside(path, within, named[0].file, _key(named))
    text = read_text(path, limits, f"shipped policies: {', '.join(shipped())}")
    return Layer(str(path), text, read_toml(text, str(path), limits), path.parent)


def _is_path(source: str | Path) -> bool:
    """Whether a source is a path, and no name."""
    return isinstance(source, Path) or source.endswith(".toml") or bool(set(source) & set("/\\"))


def _with_text_keys(content: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping from Python as TOML would give it: its keys are texts."""
    if not all(isinstance(key, str) for key in content):
        raise PolicyError(Problem("every key must be a text", place="policy"))
    return dict(content)
