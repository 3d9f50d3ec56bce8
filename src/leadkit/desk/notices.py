"""The notices that follow from a command: what changed in a lead, and whom the policy names for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from leadkit.desk.checks import contradictions
from leadkit.plugins.notice import bounded
from leadkit.policy import Policy
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.process_rows import NoticeRow
from leadkit.store.rows import LeadRow
from leadkit.store.tables import OUTBOX, Table
from leadkit.store.values import digest

Rows = list[tuple[Table[Any], Any]]
OWNER, APPROVER, ENTERED_BY, EXPERT = "owner", "approver", "entered_by", "expert"
Receiver = tuple[str | None, str | None]
"""Who receives a notice: a member, or a role."""
Entered = Callable[[str | None], str | None]
"""Who of the team entered a lead, by its id; None where nobody did, or where it is they who act."""


def nobody(_: str | None) -> None:
    """Who entered a lead, where that is not asked."""


def notice_rows(
    policy: Policy,
    kind: str,
    row: LeadRow | OpportunityRow,
    at: datetime,
    cause: str,
    details: Mapping[str, Any],
    entered: Entered = nobody,
    expert: str | None = None,
) -> Rows:
    """The notice `kind` about a lead or an opportunity as it is stored now; none where the policy names nobody.

    `expert` is who was asked, where the notice is about that. The id comes from what happened: the kind, the lead or
    opportunity, and `cause`, the id of the journal's line.
    """
    opportunity = None if isinstance(row, LeadRow) else row
    return outbox_rows(
        policy,
        kind,
        digest(kind, row.id, cause)[:32],
        at,
        lead_id=opportunity.lead_id if opportunity else row.id,
        opportunity_id=opportunity.id if opportunity else None,
        owner=row.owner,
        grade=opportunity.grade if opportunity else None,
        expert=expert,
        details=details,
        entered=entered,
    )


def outbox_rows(
    policy: Policy,
    kind: str,
    notice_id: str,
    at: datetime,
    *,
    lead_id: str | None,
    opportunity_id: str | None,
    owner: str | None,
    grade: str | None = None,
    to: str | None = None,
    expert: str | None = None,
    details: Mapping[str, Any],
    entered: Entered = nobody,
) -> Rows:
    """A notice in the outbox for the first that the policy names and that there is, the owner or a role; or for all.

    `to` is whom the policy names elsewhere than in `[notices]`. `approver` is the first role that may approve the plan
    of an opportunity of this `grade`, `entered_by` who entered the lead, `expert` who was asked.
    """
    notices = policy.document.notices
    names, everybody = ((to,), False) if to is not None else (notices.receivers(kind), notices.reaches_all(kind))
    receivers: list[Receiver] = []
    for name in names:
        if receivers and not everybody:
            break
        if name == OWNER:
            receiver: Receiver = (owner, None)
        elif name == ENTERED_BY:
            receiver = (entered(lead_id), None)
        elif name == EXPERT and expert is not None:
            receiver = (expert, None)
        else:
            receiver = (None, _approver(policy, grade) if name == APPROVER else name)
        if any(receiver) and receiver not in receivers:
            receivers.append(receiver)
    kept = bounded({name: value for name, value in details.items() if value not in (None, ())})
    return [
        (
            OUTBOX,
            NoticeRow(
                id=digest(notice_id, recipient or "", role or "")[:32] if place else notice_id,
                kind=kind,
                at=at,
                lead_id=lead_id,
                opportunity_id=opportunity_id,
                recipient=recipient,
                role=role,
                details=kept,
                next_at=at,
            ),
        )
        for place, (recipient, role) in enumerate(receivers)
    ]


def _approver(policy: Policy, grade: str | None) -> str | None:
    """The first role that may approve the plan of an opportunity of this grade."""
    return next(iter(policy.document.approvals.grades.get(grade or "", ())), None)


def notices_after(
    policy: Policy, before: LeadRow | None, after: LeadRow, at: datetime, cause: str, entered: Entered = nobody
) -> Rows:
    """The notices that follow from what a lead was, None where it is new, and how it is stored now."""
    kind, details = _of_status(policy, before, after)
    rows = notice_rows(policy, kind, after, at, cause, details, entered) if kind else []
    if before is not None and before.notified_priority != after.notified_priority and after.in_queue:
        crossed = {"before": before.notified_priority, "after": after.notified_priority, "points": str(after.points)}
        rows += notice_rows(policy, "priority_changed", after, at, cause, crossed, entered)
    contradicts = contradictions(before, after)
    if contradicts:
        sources = ", ".join(sorted({check["source"] for check in contradicts.values()}))
        details = {"facts": ", ".join(contradicts), "source": sources}
        rows += notice_rows(policy, "register_contradicts", after, at, cause, details, entered)
    if after.ready_at is not None and (before is None or before.ready_at is None):
        signals = {"signals": ", ".join(sorted(after.signals))}
        rows += notice_rows(policy, "ready_to_convert", after, at, cause, signals, entered)
    return rows


def _of_status(policy: Policy, before: LeadRow | None, after: LeadRow) -> tuple[str | None, Mapping[str, Any]]:
    """The notice about where a lead is now: in the pool, whose first action is due once, or in need of somebody."""
    if after.pooled_at is not None and (before is None or before.pooled_at != after.pooled_at):
        nurturing = policy.document.nurture
        stage = after.nurture_stage
        first = nurturing.stages[stage].content[0] if nurturing and stage else None
        return "lead_entered_pool", {"nurture_stage": stage, "content": first, "points": str(after.points)}
    if before is not None and before.status == after.status and before.missing == after.missing:
        return None, {}
    if after.status == "invalid" and (before is None or before.status != "invalid"):
        return "lead_needs_review", {"reasons": ", ".join(after.reasons)}
    if after.status == "new" and after.missing:
        return "lead_needs_facts", {"missing": ", ".join(after.missing)}
    return None, {}
