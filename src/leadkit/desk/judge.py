"""A lead judged by the policy, as columns of its row; and what the change of a judgement has to tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from attrs import evolve

from leadkit.decisions import events
from leadkit.desk.changes import Asked
from leadkit.errors import CommandError, FactError
from leadkit.policy import Policy
from leadkit.process.lifecycle import IN_QUEUE
from leadkit.records import Lead
from leadkit.store.rows import ActivityRow, LeadRow

Columns = dict[str, Any]
BY_HAND = "disqualified"


def scored(policy: Policy, facts: Mapping[str, Any], touches: Iterable[ActivityRow], at: datetime) -> Columns:
    """The columns of the score at `at`."""
    score = policy.score(facts, list(events(touches)), as_of=at)
    nurturing = policy.document.nurture
    return {
        "points": score.points,
        "priority": score.bands.get(policy.document.assignment.bands),
        "nurture_stage": score.bands.get(nurturing.bands) if nurturing else None,
        "scored_at": at,
        "policy": policy.id,
    }


def screened(policy: Policy, facts: Mapping[str, Any], row: LeadRow) -> Columns:
    """The columns of the screening, and the status that follows; without [screening] every lead is valid.

    A reason that a supervisor has overturned does not make a valid lead invalid again, and what somebody disqualified
    by hand stays invalid until a supervisor has seen it.
    """
    if row.status == "invalid" and row.screening == BY_HAND:
        return {"screening": BY_HAND, "reasons": row.reasons, "missing": (), "status": "invalid"}
    if policy.document.screening is None:
        return {"screening": "valid", "reasons": (), "missing": (), "status": "valid"}
    found = policy.screen(facts)
    overturned = row.status == "valid" and set(found.reasons) <= set(row.reasons)
    if found.outcome == "invalid" and overturned:
        return {"screening": "valid", "reasons": found.reasons, "missing": (), "status": "valid"}
    status = {"valid": "valid", "invalid": "invalid"}.get(found.outcome, "new")
    return {"screening": found.outcome, "reasons": found.reasons, "missing": found.missing, "status": status}


def facts_of(policy: Policy, lead: Lead, verified: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    """The facts of a lead at `at`; what an outside register says wins."""
    facts = policy.facts_of(lead, at)
    return {**facts, **verified} if verified else facts


def touched(policy: Policy, touches: Iterable[ActivityRow]) -> Columns:
    """The columns of our touches: the first, the last, and the next one that was agreed; their order is irrelevant."""
    kinds = policy.document.service_levels.follow_ups
    ours = sorted((touch.occurred_at, touch.id, touch) for touch in touches if touch.kind in kinds)
    return {
        "first_follow_up_at": ours[0][0] if ours else None,
        "last_follow_up_at": ours[-1][0] if ours else None,
        "next_follow_up_at": ours[-1][2].next_at if ours else None,
    }


def judged(
    policy: Policy, row: LeadRow, lead: Lead, touches: Iterable[ActivityRow], at: datetime, *, screen: bool = True
) -> LeadRow:
    """`row` with the columns of a new score, of our touches and, where `screen`, of a new screening.

    Raises:
        CommandError: a fact that somebody entered, or that a register gave, is of the wrong type.
    """
    every = list(touches)
    try:
        facts = facts_of(policy, lead, row.verified, at)
        columns = scored(policy, facts, every, at) | (screened(policy, facts, row) if screen else {})
    except FactError as error:
        raise CommandError(evolve(problem, place=row.id) for problem in error.problems) from None
    if screen:
        if columns["status"] == "valid" and row.pooled_at is None:
            columns["pooled_at"] = at
        columns["in_queue"] = columns["status"] in IN_QUEUE
    told = notified_priority(policy, row.notified_priority, columns)
    return evolve(row, **columns, **touched(policy, every), notified_priority=told)


def notified_priority(policy: Policy, before: str | None, columns: Columns) -> str | None:
    """The priority that a lead's owner knows of: the one it has, unless it fell by too little to speak of."""
    thresholds = policy.document.scoring.bands.get(policy.document.assignment.bands, {})
    floor = thresholds.get(before or "")
    fell_by_little = floor is not None and floor - policy.document.rescoring.hysteresis <= columns["points"] < floor
    return before if fell_by_little else columns["priority"]


def tidings(asked: Asked, before: LeadRow | None, after: LeadRow) -> list[Any]:
    """The notices that follow from what a lead was, None where it is new, and how it is stored now."""
    found: list[Any] = []
    if after.pooled_at is not None and (before is None or before.pooled_at != after.pooled_at):
        found += _first_action(asked, after)
    elif before is None or before.status != after.status or before.missing != after.missing:
        found += _of_status(asked, before.status if before else None, after)
    if before is not None and before.notified_priority != after.notified_priority and after.in_queue:
        points = {"before": before.notified_priority, "after": after.notified_priority, "points": str(after.points)}
        found += asked.notice("priority_changed", after, **points)
    return found


def _first_action(asked: Asked, after: LeadRow) -> list[Any]:
    """The notice of the first nurture action, which a lead is owed once for each time it enters the pool."""
    nurturing = asked.policy.document.nurture
    first = nurturing.stages[after.nurture_stage].content[0] if nurturing and after.nurture_stage else None
    details = {"nurture_stage": after.nurture_stage, "content": first, "points": str(after.points)}
    return asked.notice("lead_entered_pool", after, **details)


def _of_status(asked: Asked, before: str | None, after: LeadRow) -> list[Any]:
    if after.status == "invalid" and before != "invalid":
        return asked.notice("lead_needs_review", after, reasons=", ".join(after.reasons))
    if after.status == "new" and after.missing:
        return asked.notice("lead_needs_facts", after, missing=", ".join(after.missing))
    return []
