"""What a store holds of opportunities: where each stands, its milestones and objections, and what people wrote."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from attrs import define, field, setters

from leadkit.records.fields import FrozenDict
from leadkit.store.rows import Codes


@define(on_setattr=setters.frozen, kw_only=True)
class OpportunityRow:
    """One possible deal: where it stands in the process, and when it got there. What people wrote is in `STATEMENTS`.

    `proposed_grade` is what the levels come to, `grade` what a supervisor confirmed. `account_key` is what deals of one
    company are found by. `amount_low` and `amount_high` are the range of the lead's budget; `amount_basis` is what the
    amount stands on: `given`, `budget` or `contract`. `close_basis` is the same of the expected close: `given` or
    `purchase_date`. `team` are the members that its grade gives it, beside its owner. Of what came before there were
    these, both are None.
    """

    id: str
    version: int = 1
    lead_id: str | None = None
    name: str | None = None
    account: str | None = None
    account_key: str | None = None
    owner: str | None = None
    status: str = "open"
    stage: str = "assessing"
    urgency: str | None = None
    budget: str | None = None
    competition: str | None = None
    decision_chain: str | None = None
    amount: Decimal | None = None
    amount_low: Decimal | None = None
    amount_high: Decimal | None = None
    amount_basis: str | None = None
    expected_close: datetime | None = None
    close_basis: str | None = None
    proposed_grade: str | None = None
    grade: str | None = None
    opened_at: datetime | None = None
    assessed_at: datetime | None = None
    graded_at: datetime | None = None
    report_at: datetime | None = None
    plan_at: datetime | None = None
    plan_approved_at: datetime | None = None
    price_floor: Decimal | None = None
    plan_rejected_at: datetime | None = None
    contract_drafted_at: datetime | None = None
    contract_amount: Decimal | None = None
    contract_reviewed_at: datetime | None = None
    contract_rejected_at: datetime | None = None
    signed_by_us_at: datetime | None = None
    signed_by_customer_at: datetime | None = None
    won_at: datetime | None = None
    closed_at: datetime | None = None
    handed_over_at: datetime | None = None
    handover_returned_at: datetime | None = None
    handover_accepted_at: datetime | None = None
    last_follow_up_at: datetime | None = None
    next_follow_up_at: datetime | None = None
    lost_reason: str | None = None
    competitor: str | None = None
    win_factors: Codes = ()
    rivals: Codes = ()
    team: Codes = ()


@define(on_setattr=setters.frozen, kw_only=True)
class MilestoneRow:
    """One step of a conversion plan, such as the demonstration or the signature."""

    id: str
    opportunity_id: str
    lead_id: str | None = None
    name: str
    due_at: datetime
    reached_at: datetime | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class ObjectionRow:
    """An objection of the customer's in one round of talks; `key` ones go to the whole team.

    `kind` is one of the policy's, and `expert` who was asked for help last.
    """

    id: str
    opportunity_id: str
    lead_id: str | None = None
    round: int
    key: bool = False
    kind: str | None = None
    raised_at: datetime
    expert: str | None = None
    expert_asked_at: datetime | None = None
    answered_at: datetime | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class StatementRow:
    """What somebody wrote about a deal: a plan, an objection, an answer, a report, a contract, a handover."""

    id: str
    lead_id: str | None = None
    opportunity_id: str
    kind: str
    written_at: datetime
    written_by: str
    fields: FrozenDict = field(repr=False)
