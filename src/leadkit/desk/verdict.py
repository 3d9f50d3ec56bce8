"""The verdict of the policy on a lead, as columns of its row: score, screening, and what follows from follow-ups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from attrs import evolve

from leadkit.decisions import events
from leadkit.desk.nurturing import reached
from leadkit.desk.overriding import without_ended
from leadkit.desk.readiness import ready_at
from leadkit.errors import CommandError, FactError
from leadkit.policy import Policy
from leadkit.process.states import IN_QUEUE
from leadkit.records import Lead
from leadkit.scoring.score import Score
from leadkit.store.making import with_columns
from leadkit.store.rows import ActivityRow, LeadRow

Columns = dict[str, Any]
BY_HAND = "disqualified"
OPEN_TOO_LONG = "open_too_long"
"""The reason for which a lead is proposed as invalid that lacks facts for too long."""
SEEN_BEFORE = "seen_before"
"""What stands for the screening of a lead that said nothing new: it was no enquiry."""


def verdict(
    policy: Policy, row: LeadRow, lead: Lead, activities: Iterable[ActivityRow], at: datetime, *, screen: bool = True
) -> LeadRow:
    """`row` with the columns of a new score, of our follow-ups and, where `screen`, of a new screening.

    Raises:
        CommandError: a fact that somebody entered, or that a register gave, is of the wrong type.
    """
    every = list(activities)
    row = without_ended(row, at)
    try:
        facts = facts_of(policy, lead, known_facts(policy, row), at)
        columns = scored(policy, facts, every, at) | (screened(policy, facts, row) if screen else {})
    except FactError as error:
        raise CommandError(evolve(problem, place=row.id) for problem in error.problems) from None
    if screen:
        if columns["status"] == "valid" and (row.pooled_at is None or not row.in_queue):
            columns["pooled_at"] = at
        columns["in_queue"] = columns["status"] in IN_QUEUE
        columns["open_since"] = (row.open_since or at) if columns["status"] == "new" else None
    notified = notified_priority(policy.branch_of(facts), row.notified_priority, columns)
    follow_ups = followed_up(policy, every, row.back_at)
    after = with_columns(row, {**columns, **follow_ups, "notified_priority": notified})
    ready = ready_at(policy, after, facts, at)
    after = after if ready == after.ready_at else with_columns(after, {"ready_at": ready})
    return with_verdict_times(row, after, at) if screen else after


def with_verdict_times(before: LeadRow, after: LeadRow, at: datetime) -> LeadRow:
    """`after` with since when it is invalid, and when somebody said whether it is; what a screening takes back is none.

    A lead that leaves `invalid` by somebody's verdict is archived, or valid in spite of its reasons.
    """
    after = _back(before, after, at)
    if after.status == before.status:
        return after
    if after.status == "invalid":
        return after if after.invalid_at == at else evolve(after, invalid_at=at, verdict_at=None)
    taken_back = before.status == "invalid" and after.verdict_at != at
    return evolve(after, invalid_at=None, verdict_at=None) if taken_back else after


def _back(before: LeadRow, after: LeadRow, at: datetime) -> LeadRow:
    """`after` with when it came back, where nobody worked on it before: all is owed anew from that moment."""
    if not after.in_queue or before.in_queue or after.back_at == at:
        return after
    return evolve(after, back_at=at, back_follow_up_at=None)


def scored(policy: Policy, facts: Mapping[str, Any], activities: Iterable[ActivityRow], at: datetime) -> Columns:
    """The columns of the score at `at`."""
    score = policy.score(facts, events(activities, details=policy.uses_details), as_of=at)
    nurturing = policy.document.nurture
    return {
        "points": score.points,
        "priority": _band(policy, score, policy.document.assignment.bands),
        "nurture_stage": _band(policy, score, nurturing.bands) if nurturing else None,
        "scored_at": at,
        "policy": policy.id,
    }


def _band(policy: Policy, score: Score, name: str) -> str | None:
    """The band of a score in a set, or what a table of that name gave; None where the policy has neither."""
    scoring = policy.document.scoring
    return score[name] if name in scoring.bands or name in scoring.tables else None


def screened(policy: Policy, facts: Mapping[str, Any], row: LeadRow) -> Columns:
    """The columns of the screening, and the status that follows; without [screening] every lead is valid.

    A reason that a supervisor has overturned does not make a valid lead invalid again, and what somebody disqualified
    by hand stays invalid until a supervisor has seen it. What somebody accepted stays valid, whatever it is found to
    be.
    """
    if row.status == "invalid" and row.screening == BY_HAND:
        return {"screening": BY_HAND, "reasons": row.reasons, "missing": (), "status": "invalid"}
    if policy.document.screening is None:
        return {"screening": "valid", "reasons": (), "missing": (), "status": "valid"}
    screening = policy.screen(facts)
    overturned = row.status == "valid" and set(screening.reasons) <= set(row.reasons)
    if screening.outcome == "invalid" and overturned:
        return {"screening": "valid", "reasons": screening.reasons, "missing": (), "status": "valid"}
    status = {"valid": "valid", "invalid": "invalid"}.get(screening.outcome, "new")
    proposed = status == row.status == "new" and OPEN_TOO_LONG in row.reasons
    status = "valid" if row.status == "valid" and row.accepted_at is not None else status
    return {
        "screening": screening.outcome,
        "reasons": (*screening.reasons, OPEN_TOO_LONG) if proposed else screening.reasons,
        "missing": (
            *screening.missing,
            *(f"{name}:{why.reason}:{why.currency}" for name, why in screening.unusable.items()),
        ),
        "status": status,
    }


def facts_of(policy: Policy, lead: Lead, verified: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    """The facts of a lead at `at`; what an outside register says wins."""
    facts = policy.facts_of(lead, at)
    if not verified:
        return facts
    branch = policy.branch_of({**facts, **verified})
    return {**(facts if branch is policy else branch.facts_of(lead, at)), **verified}


def known_facts(policy: Policy, row: LeadRow) -> Mapping[str, Any]:
    """What is known of a lead beside what it says: the facts of its company, and those that were checked."""
    if not row.account_facts:
        return row.verified
    declared = policy.document.account.facts
    read = ((name, _as_now(policy, name, value)) for name, value in row.account_facts.items() if name in declared)
    values = {name: value for name, value in read if value is not None}
    return {**values, **row.verified}


def _as_now(policy: Policy, name: str, value: str | int) -> Any:
    """A stored fact of a company as the policy reads it now; None where it was of another kind, or has other levels."""
    fact = policy.facts[name]
    if fact.type != "number":
        return value if value in fact.levels else None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def followed_up(policy: Policy, activities: Iterable[ActivityRow], back_at: datetime | None) -> Columns:
    """The columns of our follow-ups: the first, the last, and the next that was agreed; their order is irrelevant.

    And the first since the lead came back at `back_at`, where it did.
    """
    kinds = policy.document.service_levels.follow_ups
    ours = sorted((activity.occurred_at, activity.id, activity) for activity in activities if activity.kind in kinds)
    return {
        "first_follow_up_at": ours[0][0] if ours else None,
        "last_follow_up_at": ours[-1][0] if ours else None,
        "next_follow_up_at": ours[-1][2].next_at if ours else None,
        "back_follow_up_at": next((at for at, _, _ in ours if at >= back_at), None) if back_at is not None else None,
        "reached": reached(policy, (activity for _, _, activity in ours)),
    }


def notified_priority(policy: Policy, before: str | None, columns: Columns) -> str | None:
    """The priority that a lead's owner knows of: the one it has, unless it fell by too little to speak of."""
    bands = policy.document.scoring.bands.get(policy.document.assignment.bands)
    floor = bands.thresholds.get(before or "") if bands is not None and bands.of is None else None
    fell_by_little = floor is not None and floor - policy.document.rescoring.hysteresis <= columns["points"] < floor
    return before if fell_by_little else columns["priority"]
