"""What a review counts: leads and opportunities as flat rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from attrs import define, setters

from leadkit.reviewing.traits import UNKNOWN, Traits
from leadkit.rules.moments import seconds

if TYPE_CHECKING:
    from leadkit.records import Opportunity
    from leadkit.store.opportunity_rows import OpportunityRow

VALID = ("valid", "converted")
INVALID = ("invalid", "archived")
GROUPED = ("channel", "industry", "owner", "priority")
"""What cases are grouped by; None is "not known", which is a group of its own and named so."""

WINDOWS = (30, 60, 90)
"""The days within which a lead is counted as converted."""


@define(on_setattr=setters.frozen, kw_only=True)
class LeadCase:
    """One lead as the review sees it. `converted_at` is when its first opportunity was opened.

    `traits` are its tags and what else few leads have. `response_due_at` is None where no service level applies. A
    `duplicate` was joined to another lead.
    """

    id: str
    channel: str | None = None
    industry: str | None = None
    owner: str | None = None
    priority: str | None = None
    status: str = "new"
    reason: str | None = None
    received_at: datetime | None = None
    first_response_at: datetime | None = None
    response_due_at: datetime | None = None
    converted_at: datetime | None = None
    duplicate: bool = False
    traits: Traits = UNKNOWN


def reason_of(status: str, reasons: Sequence[str]) -> str | None:
    """Why a lead is invalid: the first of the reasons that its screening gave; None where it is not invalid."""
    return next(iter(reasons), None) if status in INVALID else None


def response_due(due_at: datetime | None, *, waited: bool, converted_at: datetime | None) -> datetime | None:
    """When a lead should have been answered, as a review counts it; None where nobody waited for that.

    `waited` is whether somebody waits, or was answered. A response that was late when its lead was converted stays so.
    """
    late = due_at is not None and converted_at is not None and converted_at > due_at
    return due_at if waited or late else None


@define(on_setattr=setters.frozen, kw_only=True)
class OpportunityCase:
    """One opportunity as the review sees it; what its lead says of channel, industry and priority belongs to it.

    `kinds` and `means` are those of the activities that its lead had by the time it was closed; of an open one, none.
    `competitor` is who won a lost one, and `rivals` are those known to compete for it. `stage_since` is when an open
    one came to its stage, `last_touch_at` our last follow-up on its lead, and `furthest_stage` the furthest stage that
    it is known to have reached.
    """

    id: str
    channel: str | None = None
    industry: str | None = None
    owner: str | None = None
    priority: str | None = None
    grade: str | None = None
    status: str = "open"
    lost_reason: str | None = None
    competitor: str | None = None
    rivals: tuple[str, ...] = ()
    amount: Decimal | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    lead_received_at: datetime | None = None
    stage: str | None = None
    expected_close: datetime | None = None
    kinds: frozenset[str] = frozenset()
    means: frozenset[str] = frozenset()
    stage_since: datetime | None = None
    last_touch_at: datetime | None = None
    furthest_stage: str | None = None
    traits: Traits = UNKNOWN


class Happened(Protocol):
    """An activity, as a record or as a row."""

    @property
    def kind(self) -> str: ...
    @property
    def means(self) -> str | None: ...
    @property
    def occurred_at(self) -> datetime: ...


def opportunity_case(
    opportunity: Opportunity | OpportunityRow,
    lead: LeadCase | None,
    owner: str | None,
    activities: Iterable[Happened] = (),
    last_touch_at: datetime | None = None,
    *,
    stage_since: datetime | None = None,
    furthest_stage: str | None = None,
) -> OpportunityCase:
    """A record, or a row of a store, as the review sees it, with what its lead says and had where that is known."""
    closed_at = opportunity.closed_at
    last = None if closed_at is None else seconds(closed_at)
    before = [] if last is None else [each for each in activities if seconds(each.occurred_at) <= last]
    return OpportunityCase(
        id=opportunity.id,
        channel=lead.channel if lead else None,
        industry=lead.industry if lead else None,
        owner=owner,
        priority=lead.priority if lead else None,
        grade=opportunity.grade,
        status=opportunity.status,
        lost_reason=opportunity.lost_reason,
        competitor=opportunity.competitor,
        rivals=opportunity.rivals,
        amount=opportunity.amount,
        opened_at=opportunity.opened_at,
        closed_at=opportunity.closed_at,
        lead_received_at=lead.received_at if lead else None,
        stage=getattr(opportunity, "stage", None),
        expected_close=opportunity.expected_close,
        kinds=frozenset(each.kind for each in before),
        means=frozenset(each.means for each in before if each.means),
        last_touch_at=last_touch_at,
        stage_since=stage_since,
        furthest_stage=furthest_stage,
        traits=lead.traits if lead else UNKNOWN,
    )


def last_touch(times: Iterable[datetime], as_of: datetime) -> datetime | None:
    """The last of our follow-ups that is known at the time of the review."""
    return max((time for time in times if seconds(time) <= seconds(as_of)), default=None)
