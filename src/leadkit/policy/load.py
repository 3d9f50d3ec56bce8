"""Loading a policy: a shipped name, a path or a mapping; `extends` resolved, every problem with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from leadkit.errors import PolicyError, Problem
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy.branches import TOGETHER, Branch, branches, misfits
from leadkit.policy.document import Document
from leadkit.policy.files import read_text
from leadkit.policy.layers import layers_of
from leadkit.policy.merging import merged
from leadkit.policy.names import Names
from leadkit.policy.overrides import removals_of_nothing
from leadkit.policy.policy import Policy
from leadkit.policy.problems import Layer, problems_of
from leadkit.policy.problems import shown as shown_path
from leadkit.policy.route import OTHERWISE
from leadkit.policy.toml import read_toml

Record = TypeVar("Record", bound=BaseModel)


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
    home = None if within is None else Path(within)
    return _loaded(list(layers_of(source, limits, home)), limits, commands, home)


def policy_with_text(file: Path, text: str, *, limits: Limits = DEFAULT_LIMITS) -> Policy:
    """The policy that `file` would be if it had this text.

    Raises:
        PolicyError: as `load_policy`.
    """
    layer = Layer(str(file), text, read_toml(text, str(file), limits), file.parent)
    return _loaded(list(layers_of(layer, limits, None)), limits, None, None)


def _loaded(layers: Sequence[Layer], limits: Limits, commands: Collection[str] | None, within: Path | None) -> Policy:
    content = _merged(layers)
    if "route" not in content:
        return Policy(_document(content, layers, limits, commands))
    routing = next(layer for layer in layers if "route" in layer.content)
    named, problems = _named(routing, limits, within)
    for table in TOGETHER:
        theirs = {name: value for content_of, _ in named.values() for name, value in content_of.get(table, {}).items()}
        content[table] = theirs | content.get(table, {})
    try:
        document = _document(content, layers, limits, commands)
    except PolicyError as error:
        raise PolicyError((*error.problems, *problems)) from None
    return Policy(document, _branches(document, routing, named, problems))


def _merged(layers: Sequence[Layer]) -> dict[str, Any]:
    try:
        content: dict[str, Any] = tuples(merged(layer.content for layer in layers))
    except RecursionError:
        raise PolicyError(Problem("is nested too deep", place=layers[0].file)) from None
    return content


Named = dict[str, tuple[dict[str, Any], Document]]
"""The policies that a `[route]` names, by the values that they are for: what each says, and its document."""


def _named(routing: Layer, limits: Limits, within: Path | None) -> tuple[Named, list[Problem]]:
    """The policies that a `[route]` names, and what is wrong with them."""
    route = routing.content["route"]
    sources = route.items() if isinstance(route, Mapping) else ()
    named: Named = {}
    problems: list[Problem] = []
    for value, source in sources:
        if value != "field" and isinstance(source, str):
            try:
                chain = list(layers_of(source, limits, within, (routing, ("route", value))))
                content = _merged(chain)
                named[value] = content, _document(content, chain, limits, None)
            except PolicyError as error:
                problems += (problem for problem in error.problems if problem not in problems)
    return named, problems


def _branches(document: Document, routing: Layer, named: Named, problems: Sequence[Problem]) -> dict[str, Branch]:
    """The branches of a document with `[route]`, `otherwise` last."""
    strays = list(problems)
    for value, (_, policy) in named.items():
        for message, hint in misfits(document, policy) if value != OTHERWISE else ():
            path = ("route", value)
            strays.append(Problem(message, hint, place=routing.place(path), path=shown_path(path)))
    if strays:
        raise PolicyError(strays)
    last = {OTHERWISE: named.pop(OTHERWISE)}
    return branches(document, {value: policy for value, (_, policy) in (named | last).items()})


def _document(
    content: dict[str, Any], layers: Sequence[Layer], limits: Limits, commands: Collection[str] | None
) -> Document:
    return _validate(content, layers, limits, commands, list(_removals_of_nothing(layers)))


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
