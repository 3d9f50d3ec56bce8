"""What a review counts: leads and opportunities as flat rows, and the cells that equal ones add up to.

Every source gives the same cells: records one by one, a table engine by grouping. What follows is reckoned from cells.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Protocol

from attrs import define, frozen, setters

VALID = ("valid", "converted")
INVALID = ("invalid", "archived")
BLANKS = " \u3000"
"""A text of these alone says nothing."""
CENTS = Decimal("0.01")
WINDOWS = (30, 60, 90)
"""The days within which a lead is counted as converted."""


@define(on_setattr=setters.frozen, kw_only=True)
class LeadCase:
    """One lead as the review sees it. `converted_at` is when its first opportunity was opened.

    `response_due_at` is None where no service level applies. A `duplicate` was joined to another lead.
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


@define(on_setattr=setters.frozen, kw_only=True)
class OpportunityCase:
    """One opportunity as the review sees it; what its lead says of channel, industry and priority belongs to it."""

    id: str
    channel: str | None = None
    industry: str | None = None
    owner: str | None = None
    priority: str | None = None
    grade: str | None = None
    status: str = "open"
    lost_reason: str | None = None
    amount: Decimal | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    lead_received_at: datetime | None = None


class Closing(Protocol):
    """What a record and a store's row say of an opportunity alike."""

    @property
    def id(self) -> str: ...

    @property
    def grade(self) -> str | None: ...

    @property
    def status(self) -> str: ...

    @property
    def lost_reason(self) -> str | None: ...

    @property
    def amount(self) -> Decimal | None: ...

    @property
    def opened_at(self) -> datetime | None: ...

    @property
    def closed_at(self) -> datetime | None: ...


def opportunity_case(one: Closing, lead: LeadCase | None, owner: str | None) -> OpportunityCase:
    """An opportunity as the review sees it, with what its lead says, where it is known."""
    return OpportunityCase(
        id=one.id,
        channel=lead.channel if lead else None,
        industry=lead.industry if lead else None,
        owner=owner,
        priority=lead.priority if lead else None,
        grade=one.grade,
        status=one.status,
        lost_reason=one.lost_reason,
        amount=one.amount,
        opened_at=one.opened_at,
        closed_at=one.closed_at,
        lead_received_at=lead.received_at if lead else None,
    )


@frozen(kw_only=True)
class Group:
    """What cases are grouped by; None is "not known", which is a group of its own and named so."""

    channel: str | None = None
    industry: str | None = None
    owner: str | None = None
    priority: str | None = None
    grade: str | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class LeadCell:
    """Leads received in the period that are alike. `cohort` is the place of their month among the period's months.

    `mature` and `converted` are for windows of 30, 60 and 90 days: leads old enough to be judged, and those of them
    that became an opportunity in time.
    """

    group: Group
    cohort: int
    status: str
    reason: str | None
    leads: int
    mature: tuple[int, int, int]
    converted: tuple[int, int, int]


@define(on_setattr=setters.frozen, kw_only=True)
class ResponseCell:
    """Leads received in the period by how soon they were answered: so many whole minutes, None where not at all.

    `due` counts those whose response was due by the time of the review, `late` those of them that had none in time.
    """

    priority: str | None
    owner: str | None
    minutes: int | None
    leads: int
    due: int
    late: int


@define(on_setattr=setters.frozen, kw_only=True)
class OpportunityCell:
    """Opportunities that are alike. `opened` and `closed` say whether that was in the period, `entered` whether their
    lead was received in it. `amounts` counts those with an amount, `amount` is their sum.
    """

    group: Group
    status: str
    lost_reason: str | None
    opened: bool
    closed: bool
    entered: bool
    opportunities: int
    amounts: int
    amount: Decimal


@define(on_setattr=setters.frozen, kw_only=True)
class CycleCell:
    """Won opportunities by the whole seconds from opening to signature; negative where they are the wrong way round."""

    group: Group
    closed: bool
    entered: bool
    seconds: int
    opportunities: int


@define(on_setattr=setters.frozen, kw_only=True)
class IntervalCell:
    """Follow-ups in the period that came so many whole hours after the one before."""

    hours: int
    touches: int


@define(on_setattr=setters.frozen, kw_only=True)
class Cells:
    """Everything that a review of one period is reckoned from.

    `problems` are what could not be counted where it belongs, by code: `lead_without_date`, `duplicate_lead`,
    `repeated_lead`, `opportunity_without_date`, `closed_without_date`, `repeated_opportunity`.
    """

    leads: tuple[LeadCell, ...]
    responses: tuple[ResponseCell, ...]
    opportunities: tuple[OpportunityCell, ...]
    cycles: tuple[CycleCell, ...]
    intervals: tuple[IntervalCell, ...] = ()
    problems: tuple[tuple[str, int], ...] = ()
