"""Names that a policy uses and nothing has: kinds of events, labels, kinds of notices, roles."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from leadkit.checking.findings import Finding
from leadkit.checking.routed import deciders
from leadkit.policy import Policy
from leadkit.rules.facts import near
from leadkit.texts import texts

KIND = "unknown_name"
SOMEBODY = frozenset({"owner", "approver", "entered_by", "expert"})
"""Receivers of notices that are no roles."""

NEAR = 0.8
"""How alike two names are of which one is taken for the other, misspelt."""


NO_NAMES = {"labels", "description"}


def name_findings(policy: Policy) -> Iterator[Finding]:
    """The names that nothing has, each with the nearest that there is."""
    yield from _events(policy)
    yield from _labels(policy)
    yield from _receivers(policy)
    yield from _roles(policy)


def _events(policy: Policy) -> Iterator[Finding]:
    """Kinds in rules that look like one of `[activities]`, and kinds in examples that nothing counts."""
    document = policy.document
    counted = {kind: path for path, kind in _counted(policy)}
    for kind, path in counted.items():
        meant = _alike(kind, document.activities)
        if kind not in document.activities and meant:
            yield Finding(KIND, path, f"no [activities] has the kind {kind}; did you mean {meant!r}?")
    known = {*counted, *document.activities}
    for number, example in enumerate(document.examples):
        for name, events in zip(example.events, example.witness.events, strict=True):
            if events.kind not in known:
                message = f"no rule and no [activities] has the kind {events.kind}; {near(events.kind, known)}"
                yield Finding(KIND, f"examples.{number}.events.{name}", message.rstrip("; "))


def _counted(policy: Policy) -> Iterator[tuple[str, str]]:
    """The kinds of events that rules name, with their places."""
    rules = ((each.path, rule) for each in deciders(policy) for rule in each.policy.document.scoring.rules)
    for branch, (group, code, rule) in rules:
        path = f"{branch}scoring.groups.{group}.rules.{code}"
        kind, kinds = getattr(rule, "event", None), getattr(rule, "events", None)
        if kind is not None:
            yield f"{path}.event", kind
        for other in kinds or ():
            yield f"{path}.events", other


def _labels(policy: Policy) -> Iterator[Finding]:
    """Labels of codes that neither the policy nor leadkit has."""
    document = policy.document
    documents = (document, *(each.document for each in policy.deciding))
    known = {name for each in documents for name in _names(each.model_dump(by_alias=True, exclude=NO_NAMES))}
    known |= {name for fact in policy.facts.values() for name in (fact.name, *fact.levels)}
    known |= {name for table in ("desk", "fields", "notices", "review") for name in _names(texts(table, "en"))}
    for language, labels in document.labels.items():
        for code in labels:
            whole, _, part = code.rpartition(".")
            wrong = next((name for name in (whole, part) if name and name not in known), None)
            meant = _alike(wrong, known) if wrong is not None and code not in known else ""
            if meant:
                path = f"labels.{language}.{code}"
                yield Finding(KIND, path, f"nothing in the policy is called {wrong}; did you mean {meant!r}?")


def _receivers(policy: Policy) -> Iterator[Finding]:
    """Kinds of notices that there are not."""
    kinds = texts("notices", "en")
    for kind in policy.document.notices.__pydantic_extra__ or ():
        if kind not in kinds and _alike(kind, kinds):
            message = f"there is no notice {kind}; did you mean {_alike(kind, kinds)!r}?"
            yield Finding(KIND, f"notices.{kind}", message)


def _roles(policy: Policy) -> Iterator[Finding]:
    """Roles that look like another one which `[permissions]`, `[assignment]` or `[approvals]` name more often."""
    document = policy.document
    named = list(_named_roles(policy))
    counts: dict[str, int] = {}
    for _, role in named:
        counts[role] = counts.get(role, 0) + 1
    for path, role in named:
        meant = _alike(role, [other for other in counts if other != role and counts[other] > counts[role]])
        if counts[role] == 1 and role not in SOMEBODY and meant and len(document.roles) > 1:
            yield Finding(KIND, path, f"only this says the role {role}; did you mean {meant!r}?")


def _named_roles(policy: Policy) -> Iterator[tuple[str, str]]:
    document = policy.document
    tables: dict[str, Mapping[str, Collection[str]]] = {
        "permissions": document.permissions.root,
        "assignment.roles": document.assignment.roles,
        "assignment.grades": document.assignment.grades,
        "approvals": document.approvals.grades,
        "notices": {kind: document.notices.receivers(kind) for kind in document.notices.__pydantic_extra__ or ()},
        "reports": {"monthly": document.reports.monthly, "quarterly": document.reports.quarterly},
    }
    for place, table in tables.items():
        yield from ((f"{place}.{key}", role) for key, roles in table.items() for role in roles)


def _alike(name: str, names: Collection[str]) -> str:
    """The name that is most alike; empty where none is, and for a plural or a number more, which may be meant."""
    close = difflib.get_close_matches(name[:100], sorted(names), n=1, cutoff=NEAR)
    return close[0] if close and close[0].rstrip("s0123456789_") != name.rstrip("s0123456789_") else ""


def _names(content: Any) -> Iterator[str]:
    """Every key and every text of a document."""
    match content:
        case str():
            yield content
        case Mapping():
            for key, value in content.items():
                yield str(key)
                yield from _names(value)
        case list() | tuple():
            for value in content:
                yield from _names(value)
