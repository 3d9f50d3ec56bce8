"""Who decides about which leads: the branches of a policy with `[route]`, each with the condition that leads to it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, setters

from leadkit.policy import Policy
from leadkit.policy.route import OTHERWISE, Route
from leadkit.rules.conditions import All, Any_, Condition, Not_, Test


@define(on_setattr=setters.frozen)
class Decider:
    """A policy that scores, where it stands in the document, and its leads; all leads where there is no condition.

    `claims` is where its own examples and invariants stand; empty where they are those of the whole policy.
    """

    policy: Policy
    path: str = ""
    claims: str = ""
    leads: Condition | None = None


def deciders(policy: Policy) -> Iterator[Decider]:
    """The policies that score leads, by `[route]`, else the policy itself."""
    route = policy.document.route
    if route is None:
        yield Decider(policy)
        return
    for value, branch in policy.branches.items():
        place = f"route.{value}."
        yield Decider(branch, "" if value == OTHERWISE else place, place, _leads(route, value))


def _leads(route: Route, value: str) -> Condition:
    """The leads of a branch, as a condition that is answered yes for them, and never unknown."""
    if value != OTHERWISE:
        return Test.model_construct(field=route.field, equals=value)
    tests = tuple(Test.model_construct(field=route.field, equals=each) for each in route.sources)
    other = Any_.model_construct(any=tests)
    unknown = Test.model_construct(field=route.field, known=False)
    return Any_.model_construct(any=(unknown, Not_.model_construct(part=other)))


def both(*conditions: Condition | None) -> Condition | None:
    """The leads of all conditions; None for all leads."""
    given = tuple(condition for condition in conditions if condition is not None)
    return All.model_construct(all=given) if len(given) > 1 else next(iter(given), None)
