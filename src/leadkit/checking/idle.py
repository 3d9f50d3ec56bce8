"""What a check finds that says something and does nothing: limits, half-lives and declared fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from leadkit.checking.findings import Finding
from leadkit.policy import Policy
from leadkit.rules.bands import as_points, micro
from leadkit.scoring.event_rules import EventRule, SilenceRule
from leadkit.scoring.space import Space

LONG = 10
"""A half-life of more than so many windows hardly lets an event decay in its window."""


def idle_findings(policy: Policy, space: Space) -> Iterator[Finding]:
    """Limits that cut one event already or that nothing reaches, and half-lives without an effect."""
    yield from _limits(policy, space)
    for group, code, rule in policy.document.scoring.rules:
        if isinstance(rule, EventRule):
            yield from _event_rule(f"scoring.groups.{group}.rules.{code}", rule)
        elif isinstance(rule, SilenceRule):
            yield from _silence(f"scoring.groups.{group}.rules.{code}", rule, policy)


def _limits(policy: Policy, space: Space) -> Iterator[Finding]:
    scoring = policy.document.scoring
    for name, group in scoring.groups.items():
        most = sum(part.high.get((0, name), 0) for part in space.parts)
        if group.limit is not None and most < micro(group.limit):
            message = f"the rules of the group never add up to more than {as_points(most)} points"
            yield Finding("limit_never_reached", f"scoring.groups.{name}.limit", message)


def _event_rule(path: str, rule: EventRule) -> Iterator[Finding]:
    if rule.limit is not None and rule.limit < abs(rule.points):
        message = f"one event is worth {rule.points} points, and the limit of {rule.limit} cuts it already"
        yield Finding("limit_below_points", f"{path}.limit", message)
    half_life, window = rule.half_life_days, rule.within_days
    if half_life is not None and window is not None and half_life > LONG * window:
        left = round(100 * 0.5 ** (window / half_life), 1)
        message = f"an event still weighs {left:g} % at the end of its window of {window} days"
        yield Finding("hardly_decays", f"{path}.half_life_days", message)


def _silence(path: str, rule: SilenceRule, policy: Policy) -> Iterator[Finding]:
    """Kinds that a silence waits for, where the policy tells what kinds there are and they are not among them."""
    known = {*policy.document.activities, *policy.document.scoring.event_kinds}
    for kind in rule.events or ():
        if policy.document.activities and kind not in known:
            message = f"no rule counts {kind}, and no [activities] has it: perhaps nothing ever breaks this silence"
            yield Finding("silence_of_nothing", f"{path}.events", message)


def field_findings(policy: Policy) -> Iterator[Finding]:
    """Declared fields that no other part of the policy names."""
    left_out = {"fields", "labels", "examples"}
    documents = (policy.document, *(each.document for each in policy.deciding))
    named = {
        word
        for document in documents
        for word in _words(document.model_dump(by_alias=True, exclude=left_out, exclude_none=True))
    }
    for name in policy.document.fields:
        if name not in named:
            message = "nothing in the policy reads or fills this field"
            yield Finding("field_never_read", f"fields.{name}", message)


def _words(content: Any) -> Iterator[str]:
    """Every key and text of a document."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            yield str(key)
            yield from _words(value)
    elif isinstance(content, (list, tuple)):
        for value in content:
            yield from _words(value)
    elif isinstance(content, str):
        yield content
