"""The branches of a policy with `[route]`: what each says for itself, and what all of them have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import define, setters

from leadkit.policy.document import Document
from leadkit.policy.route import OTHERWISE
from leadkit.rules.derive import Derivation
from leadkit.rules.facts import declared

BY_BRANCH = ("derive", "scoring", "screening", "qualification")
"""What a branch says for itself: how it reads a lead, and what it makes of it."""
TOGETHER = ("fields", "activities")
"""What all branches declare together: the facts, and the kinds of events with their words."""
COMMON = ("account", "channels", "currency", "phone_region", "time_zone")
"""What comes before a branch is chosen."""
ABOUT = ("name", "version", "extends", "description", "labels", "examples", "invariants", "route")
Misfit = tuple[str, str]
"""Why a policy can't be a branch, and a hint."""


@define(on_setattr=setters.frozen)
class Branch:
    """The policy for one value of the fact that chooses, complete, and the tables of its file that have no effect."""

    document: Document
    idle: tuple[str, ...] = ()


def branches(document: Document, named: Mapping[str, Document]) -> dict[str, Branch]:
    """The branches of a routing policy that has the facts of them all, each with all that the policy says for them.

    `named` are the policies that it names, as they are by themselves.
    """
    return {value: _branch(document, policy, value) for value, policy in named.items()}


def _branch(document: Document, policy: Document, value: str) -> Branch:
    claims = {"route": None, "examples": policy.examples, "invariants": policy.invariants}
    if value == OTHERWISE:
        return Branch(document.model_copy(update=claims))
    of_branch = {each: {**document.labels.get(each, {}), **names} for each, names in policy.labels.items()}
    labels = {**document.labels, **of_branch}
    decides = {name: getattr(policy, name) for name in BY_BRANCH}
    written = policy.model_fields_set - {*BY_BRANCH, *TOGETHER, *ABOUT}
    idle = [name for name in Document.model_fields if name in written and _differ(document, policy, name)]
    return Branch(document.model_copy(update={**claims, **decides, "labels": labels}), tuple(idle))


def misfits(document: Document, policy: Document) -> Iterator[Misfit]:
    """Why a policy can't be a branch of a routing one."""
    yield from _declarations(document, policy)
    yield from _reading(document, policy)
    yield from _results(document, policy)


def _declarations(document: Document, policy: Document) -> Iterator[Misfit]:
    facts, branch_facts = declared(document.fields), declared(policy.fields)
    for name in branch_facts:
        if name in facts and facts[name] != branch_facts[name]:
            yield f"declares {name} otherwise", "a fact is the same in all branches"
    for name, kind in policy.activities.items():
        if kind != document.activities[name]:
            yield f"says the activity {name} otherwise", "a kind of event is the same in all branches"


def _reading(document: Document, policy: Document) -> Iterator[Misfit]:
    for name in COMMON:
        if name in policy.model_fields_set and _differ(document, policy, name):
            yield f"says {name} otherwise", "it comes before the branch is chosen; say it in the routing file"
    field = document.route.field if document.route is not None else ""
    if not _read_alike(document.derive, policy.derive, field):
        yield f"reads {field} from other words", "it chooses the branch, and is read in one way"


def _results(document: Document, policy: Document) -> Iterator[Misfit]:
    if policy.scoring.outcomes != document.scoring.outcomes:
        bands = "; ".join(f"{name}: {', '.join(bands)}" for name, bands in document.scoring.outcomes.items())
        yield "has other bands", f"the bands of all branches are {bands}"
    if set(policy.qualification) != set(document.qualification):
        names = ", ".join(sorted(document.qualification)) or "none"
        yield "has other qualifications", f"those of all branches are {names}"
    if (policy.screening is None) != (document.screening is None):
        yield f"has {'a' if policy.screening else 'no'} [screening]", "either all branches screen or none"
    elif policy.screening_level != document.screening_level:
        yield "says screening.open_days otherwise", "a lead is open equally long in all branches"


def _differ(document: Document, policy: Document, name: str) -> bool:
    return bool(getattr(document, name) != getattr(policy, name))


def _read_alike(derivation: Derivation, other: Derivation, field: str) -> bool:
    if field == "budget_match":
        return derivation == other
    return derivation.words.get(field) == other.words.get(field)
