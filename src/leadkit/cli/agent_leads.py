"""A lead as an agent gives it, or as the store has it; and what goes out about one: no text but what was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, setters

from leadkit.errors import FactError, Problem
from leadkit.rules.facts import near

if TYPE_CHECKING:
    from leadkit.desk.desk import Desk
    from leadkit.desk.results import LeadState
    from leadkit.policy import Policy
    from leadkit.scoring.contributions import Contribution
    from leadkit.scoring.score import Score

KEPT_BACK = "…"
"""What stands in the place of a text that nobody asked for."""
WANTED = {
    "category": "no such level",
    "number": "must be a number",
    "text": "must be a text",
    "boolean": "must be true or false",
}
"""What is wrong with a value that a fact does not take."""
SHOWN = ("id", "status", "owner", "points", "priority", "nurture_stage", "missing", "reasons", "version", "scored_at")


@define(on_setattr=setters.frozen)
class Case:
    """One lead at one time: its facts, what happened, and the texts that may go out."""

    facts: Mapping[str, Any]
    events: list[Any]
    as_of: datetime
    texts: frozenset[str] | None
    """The fields that were asked for by name; None where the agent gave the facts itself."""


def case_of(policy: Policy, desk: Desk | None, given: Mapping[str, Any], now: datetime) -> Case:
    """The lead that an agent speaks of: by `facts` and `events`, or by `lead_id`.

    Raises:
        FactError: neither, both, or no store.
        NotFoundError: there is no such lead.
    """
    as_of = moment(given["as_of"], "as_of") if "as_of" in given else now
    by_id, by_facts = "lead_id" in given, "facts" in given or "events" in given
    if by_id == by_facts:
        raise FactError(Problem("give either lead_id, or facts and events", path="lead_id"))
    if by_facts:
        facts = given.get("facts", {})
        check_facts(policy, facts, "facts")
        return Case(facts, events_of(policy, given.get("events", []), as_of), as_of, None)
    if desk is None:
        raise FactError(Problem("there is no store", "give facts and events", path="lead_id"))
    from leadkit.decisions import events

    # As a plain mapping: the words from which facts were read stay behind.
    facts = dict(desk.facts(given["lead_id"], at=as_of))
    happened = [each for each in desk.activities(given["lead_id"]) if each.occurred_at <= as_of]
    counted = events(happened, details=policy.uses_details)
    return Case(facts, list(counted), as_of, frozenset(given.get("include", ())))


def check_facts(policy: Policy, facts: Mapping[str, Any], path: str) -> None:
    """Refuse facts, levels and values that the policy does not have: a score would pass over them as unknown.

    Raises:
        FactError: there are some; all problems at once.
    """
    if not isinstance(facts, Mapping):
        raise FactError(Problem("must be object", path=path))
    problems = []
    for name, value in facts.items():
        fact = policy.facts.get(name)
        if fact is None:
            problems.append(Problem("no such fact", near(name, policy.facts), path=f"{path}.{name[:100]}"))
        elif not fact.takes(value):
            hint = near(str(value)[:100], fact.levels)
            problems.append(Problem(WANTED[fact.type], hint, path=f"{path}.{name}"))
    if problems:
        raise FactError(problems)


def events_of(policy: Policy, given: Any, as_of: datetime) -> list[Any]:
    """Events from JSON: how many by kind, or a list with times.

    Raises:
        FactError: a kind that the policy does not count, no number or no time.
    """
    if not isinstance(given, (Mapping, list)):
        raise FactError(Problem("must be object or array", path="events"))
    kinds = (
        list(given) if isinstance(given, Mapping) else [each.get("kind") for each in given if isinstance(each, dict)]
    )
    strange = [kind for kind in kinds if not isinstance(kind, str) or kind not in policy.event_kinds]
    if strange:
        hint = near(str(strange[0])[:100], policy.event_kinds)
        raise FactError(Problem("no such kind of event", hint, path=f"events.{str(strange[0])[:100]}"))
    if isinstance(given, Mapping):
        for kind, number in given.items():
            if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= 10_000:
                raise FactError(Problem("must be a whole number from 0 to 10000", path=f"events.{kind[:100]}"))
        return [(kind, as_of) for kind, number in given.items() for _ in range(number)]
    events = []
    for place, each in enumerate(given):
        path = f"events.{place}"
        if not isinstance(each, Mapping) or not isinstance(each.get("kind"), str):
            raise FactError(Problem("must have a kind and the time when it occurred", path=path))
        at = moment(each["occurred_at"], f"{path}.occurred_at") if "occurred_at" in each else as_of
        events.append({**each, "occurred_at": at})
    return events


def moment(value: Any, path: str) -> datetime:
    """A time of JSON.

    Raises:
        FactError: it is none, or has no zone.
    """
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        at = None
    if at is None or at.tzinfo is None:
        raise FactError(Problem("must be a time with its zone, such as 2026-11-24T09:00:00+08:00", path=path))
    return at


@define(on_setattr=setters.frozen)
class Explained:
    """A score as its explanation reads it, with the texts kept back that nobody asked for."""

    policy: str
    branch: str | None
    points: Decimal
    bands: Mapping[str, str]
    contributions: tuple[Contribution, ...]
    unknown: tuple[str, ...]
    possible: tuple[Decimal, Decimal]
    facts: Mapping[str, Any]
    as_of: datetime


def explained(policy: Policy, score: Score, case: Case) -> Explained:
    """The score as it may go out."""
    rows = tuple(
        evolve(row, value=KEPT_BACK) if _is_text(policy, row, case.texts) else row for row in score.contributions
    )
    known = (score.policy, score.branch, score.points, score.bands, rows, score.unknown, score.possible)
    return Explained(*known, score.facts, score.as_of)


def _is_text(policy: Policy, row: Contribution, texts: frozenset[str] | None) -> bool:
    if texts is None or row.fact is None or row.fact in texts or row.value is None:
        return False
    fact = policy.facts.get(row.fact)
    return fact is not None and fact.type == "text"


def score_dict(policy: Policy, score: Score, case: Case) -> dict[str, Any]:
    """A score as JSON."""
    shown = score.to_dict()
    shown["contributions"] = [row.to_dict() for row in explained(policy, score, case).contributions]
    return shown


def lead_dict(state: LeadState, include: Iterable[str]) -> dict[str, Any]:
    """A lead of the store as JSON: where it stands, and the fields that were asked for by name."""
    from leadkit.records.lead_fields import BY_NAME

    whole = state.to_dict()
    shown = {name: whole[name] for name in SHOWN}
    fields = {name: _plain(BY_NAME[name].of(state.lead)) for name in include}
    return {**shown, "fields": fields} if fields else shown


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
