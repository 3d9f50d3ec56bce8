"""Activities on an opportunity: which it is that one is about, and what our follow-ups change in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from attrs import evolve

from leadkit.desk.work_set import WorkSet
from leadkit.errors import CommandError, Problem
from leadkit.policy import Policy
from leadkit.records import Activity
from leadkit.records.text import comparable
from leadkit.records.text.names.companies import read_company
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.protocol import Query, in_parts
from leadkit.store.rows import LeadRow
from leadkit.store.tables import OPPORTUNITIES

BEFORE_APPROVAL = frozenset({"assessing", "graded", "planning"})
"""The stages before the talks with the customer may begin."""

Deals = Mapping[str, list[OpportunityRow]]


def open_deals_of(work: WorkSet, lead_ids: Iterable[str]) -> Deals:
    """The open opportunities of some leads, by lead."""
    deals: dict[str, list[OpportunityRow]] = defaultdict(list)
    for part in in_parts(dict.fromkeys(lead_ids)):
        for row in work.unit.find(Query(OPPORTUNITIES, {"lead_id": part, "status": "open"})):
            deals[str(row.lead_id)].append(row)
    return deals


def deal_of(work: WorkSet, activity: Activity, home: LeadRow, deals: Deals) -> str | None:
    """The opportunity that an activity of the lead `home` is about: the one that it names, else the only open one.

    What was before the only one was opened is about the lead alone.

    Raises:
        CommandError: there is no such opportunity, or it is of another customer.
    """
    if activity.opportunity_id is not None:
        row = work.opportunity(activity.opportunity_id).row
        _check_customer(work, row, home, activity)
        return row.id
    candidates = deals.get(home.id, ())
    if len(candidates) != 1:
        return None
    opened = candidates[0].opened_at
    return candidates[0].id if opened is None or opened <= activity.occurred_at else None


def _check_customer(work: WorkSet, row: OpportunityRow, home: LeadRow, activity: Activity) -> None:
    """Let an activity through whose lead is the opportunity's, or one of the same company that joined it."""
    if row.lead_id is None or row.lead_id == home.id:
        return
    work.look_up([row.lead_id, home.id])
    other = work.leads.get(row.lead_id)
    same = other is not None and (
        other.merged_into == home.id
        or read_company(other.company_name or "").same_as(read_company(home.company_name or ""))
    )
    if not same:
        message, hint = f"is of another lead: {row.lead_id}", "name that lead, or no opportunity"
        raise CommandError(Problem(message, hint, place=activity.opportunity_id or "", path="opportunity_id"))


def follow_up(work: WorkSet, policy: Policy, opportunity_id: str, activity: Activity) -> None:
    """Bring the times of our follow-ups on an opportunity up to date."""
    if activity.kind not in policy.document.service_levels.follow_ups:
        return
    file = work.opportunity(opportunity_id)
    last = file.row.last_follow_up_at
    if last is None or activity.occurred_at >= last:
        row = evolve(file.row, last_follow_up_at=activity.occurred_at, next_follow_up_at=activity.next_at)
        work.opportunities[opportunity_id] = evolve(file, row=row)


def findings_of(work: WorkSet, policy: Policy, opportunity_id: str, activity: Activity) -> tuple[str, ...]:
    """What should be looked at in a follow-up on an opportunity: a visit before the plan for it was approved."""
    row = work.opportunity(opportunity_id).row
    approved = row.plan_approved_at is not None and row.plan_approved_at <= activity.occurred_at
    early = not approved and (row.stage in BEFORE_APPROVAL or row.plan_approved_at is not None)
    return ("visit_before_approval",) if early and is_visit(policy, activity.means) else ()


def is_visit(policy: Policy, means: str | None) -> bool:
    """Whether a follow-up was a visit, by the words of the policy."""
    words = policy.document.service_levels.visits
    return means is not None and any(comparable(word) in comparable(means) for word in words)
