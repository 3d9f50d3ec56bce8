"""An opportunity as a desk answers it: where it stands, and all that people wrote about it, with who and when."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from operator import attrgetter

from attrs import define, field, setters

from leadkit.process.states import Stage
from leadkit.records import Activity, Opportunity
from leadkit.records.fields import FrozenDict
from leadkit.results import Result
from leadkit.store.rows import NOTHING


@define(on_setattr=setters.frozen)
class Milestone(Result):
    """A step of the conversion plan: when it is due, and when it was reached; None before."""

    id: str
    name: str
    due_at: datetime
    reached_at: datetime | None


@define(on_setattr=setters.frozen)
class Objection(Result):
    """An objection of the customer's, and our answer; a `key` one went to the whole team.

    `kind` is one of the policy's, and `suggested` are the pieces of content that answer it. `expert` was asked for help
    last, at `expert_asked_at`, with a `question`.
    """

    id: str
    number: int
    key: bool
    raised_at: datetime
    answered_at: datetime | None
    text: str | None = field(default=None, repr=False)
    raised_by: str | None = field(default=None, repr=False)
    answer: str | None = field(default=None, repr=False)
    answered_by: str | None = None
    kind: str | None = None
    suggested: tuple[str, ...] = ()
    expert: str | None = None
    expert_asked_at: datetime | None = None
    question: str | None = field(default=None, repr=False)


@define(on_setattr=setters.frozen, kw_only=True)
class Approval(Result):
    """The verdict on a plan or a contract: approved, or sent back; `reason` is in the words of who gave it."""

    approved: bool
    reason: str | None = field(default=None, repr=False)
    at: datetime
    by: str


@define(on_setattr=setters.frozen, kw_only=True)
class ConversionPlan(Result):
    """The latest plan, as it was submitted, and the verdict on it; None while it waits for one.

    `price_floor` is the lowest sum that we sign for.
    """

    pains: str = field(repr=False)
    advantages: str = field(repr=False)
    strategy: str = field(repr=False)
    price_floor: Decimal | None = None
    at: datetime
    by: str
    approval: Approval | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class ProjectReport(Result):
    """The latest project report."""

    strategy: str = field(repr=False)
    goal: str = field(repr=False)
    at: datetime
    by: str


@define(on_setattr=setters.frozen, kw_only=True)
class Contract(Result):
    """The contract by its latest draft, the legal verdict on this draft, and the signatures; None before each.

    `amount` is its sum, `payment`, `delivery` and `liability` are its terms, and `terms` what else it says. It is
    signed at the second signature.
    """

    number: str | None = field(default=None, repr=False)
    amount: Decimal | None = None
    payment: str | None = field(default=None, repr=False)
    delivery: str | None = field(default=None, repr=False)
    liability: str | None = field(default=None, repr=False)
    terms: str | None = field(default=None, repr=False)
    at: datetime
    by: str
    legal_review: Approval | None = None
    signed_by_us_at: datetime | None = None
    signed_by_customer_at: datetime | None = None
    signed_at: datetime | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class Handover(Result):
    """What delivery was given: the terms, those of the contract, and the customer and their need as they were then.

    `verdict` is what delivery made of it, None while it waits for one; `missing` are the codes of what was missing.
    """

    terms: str | None = field(default=None, repr=False)
    contract: FrozenDict = field(default=NOTHING, repr=False)
    customer: FrozenDict = field(default=NOTHING, repr=False)
    need: str | None = field(default=None, repr=False)
    at: datetime
    by: str
    verdict: Approval | None = None
    missing: tuple[str, ...] = ()


MOST_EVEN = 3
"""With more rivals than this we are one of many."""


@define(on_setattr=setters.frozen, kw_only=True)
class OpportunityState(Result):
    """An opportunity and where it stands.

    `stage` is the step of the process: `assessing`, `graded`, `planning`, `negotiating`, `contracting`, `signed`, `won`
    or `lost`. `proposed_grade` is what its levels come to; the record's `grade` is the confirmed one. `amount_basis` is
    what the record's amount stands on: `given`, `budget` (of the lead, from `amount_low` to `amount_high`) or
    `contract`; `close_basis` the same of its expected close: `given` or `purchase_date`. `team` stands by it beside its
    owner. `plan`, `report`, `contract` and `handover` are the latest of their kind, `activities` those that are about
    it, and `loss_reason` is why it was lost in somebody's own words. What nobody wrote, or was erased with the person
    behind the lead, is None.
    """

    ADDED = ("id", "suggested_competition")

    opportunity: Opportunity = field(repr=attrgetter("id"))
    version: int
    stage: Stage
    proposed_grade: str | None
    graded_at: datetime | None
    handed_over_at: datetime | None
    competitor: str | None = field(repr=False)
    milestones: tuple[Milestone, ...]
    objections: tuple[Objection, ...]
    last_follow_up_at: datetime | None = None
    next_follow_up_at: datetime | None = None
    team: tuple[str, ...] = ()
    amount_basis: str | None = None
    amount_low: Decimal | None = None
    amount_high: Decimal | None = None
    close_basis: str | None = None
    plan: ConversionPlan | None = None
    report: ProjectReport | None = None
    contract: Contract | None = None
    handover: Handover | None = None
    loss_reason: str | None = field(default=None, repr=False)
    activities: tuple[Activity, ...] = field(default=(), repr=False)

    @property
    def id(self) -> str:
        """The opportunity's id."""
        return self.opportunity.id

    @property
    def suggested_competition(self) -> str | None:
        """The level of competition that the rivals speak for, where another one was entered, or none; else None.

        Up to three rivals speak for `even`, more for `behind`. It is a hint: the level stays as somebody entered it.
        """
        number, entered = len(self.opportunity.rivals), self.opportunity.assessment.competition
        suggested = None if not number else "even" if number <= MOST_EVEN else "behind"
        return None if entered in {suggested, "behind"} else suggested
