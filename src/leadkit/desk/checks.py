"""What registers and persons know of a lead's facts, beside what the lead itself says: what counts, what differs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from attrs import evolve

from leadkit.errors import FactError
from leadkit.plugins.manager import Answer
from leadkit.policy import Policy
from leadkit.records import Lead
from leadkit.records.fields import FrozenDict
from leadkit.rules.lead_facts import ENTERED, TEXTS
from leadkit.store.rows import LeadRow

PERSON = "person"
"""The source of what somebody checked by hand."""

OF_FORM = frozenset({"phone_valid", "email_valid", "need_described"})
"""The facts that a lead never says itself: they are found from the form of what it says."""

_NEED = frozenset({"need", "product", "budget_low", "budget_high", "currency", "budget_match", "purchase_by"})
_READ_FROM: Mapping[str, frozenset[str]] = {
    "phone_valid": frozenset({"phone"}),
    "email_valid": frozenset({"email"}),
    **dict.fromkeys(("budget", "budget_match", "days_to_purchase", "need_described", "purchase_plan"), _NEED),
}


def with_answers(
    policy: Policy,
    row: LeadRow,
    lead: Lead,
    answers: Mapping[str, Answer],
    at: datetime,
    *,
    by_hand: Collection[str] = (),
) -> LeadRow:
    """`row` with what registers say of facts. What they say counts, but against a fact that somebody gave `by_hand`."""
    if not answers:
        return row
    stated = _stated(policy, lead, answers, at)
    differs = {name for name, value in stated.items() if value != answers[name].value}
    checks = {
        name: _check(
            answer, at, stated[name] if name in differs else None, counts=not (name in differs and name in by_hand)
        )
        for name, answer in answers.items()
    }
    verified = {name: answer.value for name, answer in answers.items() if checks[name]["counts"]}
    return evolve(row, verified=FrozenDict({**row.verified, **verified}), checks=FrozenDict({**row.checks, **checks}))


def strange_fields(policy: Policy, custom: Iterable[str]) -> tuple[str, ...]:
    """The finding that a lead has a field of its own which the policy does not know, such as a misspelt one."""
    return ("custom_unknown",) if any(name not in policy.facts for name in custom) else ()


def without_changed(policy: Policy, row: LeadRow, changed: Mapping[str, Any]) -> tuple[LeadRow, tuple[str, ...]]:
    """`row` without the checks of facts that are read from changed fields, and the names of these facts.

    `changed` are the values before and after, by the names of the fields.
    """
    known = {*row.verified, *row.checks}
    gone = tuple(sorted(name for name in known if _is_changed(policy, name, changed)))
    if not gone:
        return row, ()
    verified = {name: value for name, value in row.verified.items() if name not in gone}
    checks = {name: check for name, check in row.checks.items() if name not in gone}
    return evolve(row, verified=FrozenDict(verified), checks=FrozenDict(checks)), gone


def facts_changed(policy: Policy, changed: Mapping[str, Any]) -> frozenset[str]:
    """The facts of a policy that are read from changed fields."""
    return frozenset(name for name in policy.facts if _is_changed(policy, name, changed))


def contradictions(before: LeadRow | None, after: LeadRow) -> dict[str, Any]:
    """What registers say otherwise than a lead since `before`: the check by the fact. A person's check settles it."""
    known = before.checks if before is not None else {}
    return {
        name: check
        for name, check in sorted(after.checks.items())
        if check["stated"] is not None and check["by"] is None and known.get(name) != check
    }


def by_person(policy: Policy, row: LeadRow, lead: Lead, name: str, value: Any, at: datetime, by: str) -> LeadRow:
    """`row` with a fact that somebody checked; it counts, whatever the lead or a register says."""
    answer = Answer(value, PERSON, at)
    stated = _stated(policy, lead, {name: answer}, at).get(name)
    check = {**_check(answer, at, stated if stated != value else None, counts=True), "by": by}
    return evolve(
        row,
        verified=FrozenDict({**row.verified, name: value}),
        checks=FrozenDict({**row.checks, name: FrozenDict(check)}),
    )


def stated_of(policy: Policy, lead: Lead, name: str, at: datetime) -> Any:
    """What a lead itself says of a fact; None where it says nothing."""
    return _stated(policy, lead, (name,), at).get(name)


def _check(answer: Answer, at: datetime, stated: Any, *, counts: bool) -> FrozenDict:
    return FrozenDict(
        {
            "value": answer.value,
            "source": answer.source,
            "at": (answer.at or at).isoformat(),
            "by": None,
            "stated": stated,
            "counts": counts,
        }
    )


def _stated(policy: Policy, lead: Lead, names: Collection[str], at: datetime) -> dict[str, Any]:
    return dict(_facts(policy, lead, names, at))


def _facts(policy: Policy, lead: Lead, names: Collection[str], at: datetime) -> Iterator[tuple[str, Any]]:
    facts = policy.facts_of(lead, at)
    for name in names:
        if name in policy.facts and name not in OF_FORM:
            try:
                value = facts.get(name)
            except FactError:
                continue
            if policy.facts[name].knows(value):
                yield name, str(value) if isinstance(value, Decimal) else value


def _is_changed(policy: Policy, name: str, changed: Mapping[str, Any]) -> bool:
    before, after = changed.get("custom", ({}, {}))
    if (before or {}).get(name) != (after or {}).get(name):
        return True
    entered, rule = ENTERED.get(name), policy.document.derive.words.get(name)
    fields = {*_READ_FROM.get(name, ())} | ({entered.name} if entered else set())
    fields |= {TEXTS[rule.source].name} if rule else set()
    return not fields.isdisjoint(changed)
