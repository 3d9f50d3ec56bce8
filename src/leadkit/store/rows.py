"""The rows that a store keeps: one frozen class for each table.

What is personal stands in `PersonRow`, `MatchRow`, `TextRow`, `RemarkRow`, `StatementRow`, `ChangeRow` and `TouchRow`
alone, each with the lead it belongs to; a lead's own row holds what stays after an erasure, and a few columns that are
blanked.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from attrs import define, field, setters

from leadkit.records.fields import FrozenDict

NOTHING = FrozenDict()
Points = Annotated[Decimal, "points"]
Codes = tuple[str, ...]
EXTERNAL = "external:"
"""How the key of an id in another system begins."""


@define(on_setattr=setters.frozen, kw_only=True)
class LeadRow:
    """A lead without the person: what it is about, where it stands, and its latest score.

    `open_since` is since when its screening lacks facts; `accepted_by` found it valid nevertheless at `accepted_at`.
    `signals` are what speaks for a conversion, each with its date and person; `ready_at` is since when it is enough.
    `reached` are the times of our latest follow-ups by each means of the cadence. `verified` are facts that were
    checked, and `checks` by whom and when.

    `back_at` is when it came back into the queue last, and `back_follow_up_at` our first follow-up since. Where nothing
    but the time of its score changed since a version, that is `same_since`.

    `account_key` is what the leads of one company are found by, `account_facts` are what the policy asks of it, as they
    were when the lead was scored.

    `override_band` is the band that a person sees it in, and `override` by whom, since when, why, and until when.

    `owned_at` is since when the owner has it, `claimed_by` the owner where they claimed it. Of a lead without an owner
    `last_owner` had it until `released_at`. It is invalid since `invalid_at`, until somebody's verdict at `verdict_at`.
    """

    id: str
    version: int = 1
    channel: str | None = None
    channel_detail: str | None = None
    other_sources: tuple[Any, ...] = ()
    tags: Codes = ()
    received_at: datetime | None = None
    entered_at: datetime | None = None
    entered_by: str | None = None
    external_id: str | None = None
    external_system: str | None = None
    captured_at: datetime
    company_name: str | None = None
    account_key: str | None = None
    account_facts: FrozenDict = NOTHING
    industry: str | None = None
    company_size: str | None = None
    region: str | None = None
    website: str | None = None
    product: str | None = None
    budget_low: Decimal | None = None
    budget_high: Decimal | None = None
    currency: str | None = None
    budget_match: str | None = None
    purchase_by: date | None = None
    custom: FrozenDict = NOTHING
    verified: FrozenDict = NOTHING
    checks: FrozenDict = NOTHING
    signals: FrozenDict = NOTHING
    status: str = "new"
    owner: str | None = None
    in_queue: bool = True
    screening: str | None = None
    reasons: Codes = ()
    missing: Codes = ()
    points: Points = Decimal(0)
    priority: str | None = None
    nurture_stage: str | None = None
    scored_at: datetime | None = None
    policy: str | None = None
    open_since: datetime | None = None
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    ready_at: datetime | None = None
    pooled_at: datetime | None = None
    notified_priority: str | None = None
    first_follow_up_at: datetime | None = None
    last_follow_up_at: datetime | None = None
    next_follow_up_at: datetime | None = None
    reached: FrozenDict = NOTHING
    converted_at: datetime | None = None
    paused_at: datetime | None = None
    resumed_at: datetime | None = None
    owned_at: datetime | None = None
    claimed_by: str | None = None
    last_owner: str | None = None
    released_at: datetime | None = None
    invalid_at: datetime | None = None
    verdict_at: datetime | None = None
    back_at: datetime | None = None
    back_follow_up_at: datetime | None = None
    override_band: str | None = None
    override: FrozenDict = field(default=NOTHING, repr=False)
    same_since: int | None = None

    @property
    def last_changed(self) -> int:
        """The version since which nothing changed but the time of the score: what people read and name."""
        return self.version if self.same_since is None else self.same_since

    merged_into: str | None = None
    erased_at: datetime | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class PersonRow:
    """Who stands behind a lead, and their own words; `id` is the lead's."""

    id: str
    name: str | None = field(default=None, repr=False)
    job_title: str | None = field(default=None, repr=False)
    role: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    description: str | None = field(default=None, repr=False)
    other_contacts: tuple[Any, ...] = field(default=(), repr=False)
    other_values: FrozenDict = field(default=NOTHING, repr=False)


@define(on_setattr=setters.frozen, kw_only=True)
class MatchRow:
    """What a lead can be found again by: a phone, a mail address, or the core of a company's name with its place.

    Or the id that another system gives it, which says by itself which lead is meant.
    """

    id: str = field(repr=False)
    lead_id: str
    found_by: str = field(repr=False)
    place: str = ""

    @property
    def names_a_person(self) -> bool:
        """Whether it is a phone or an address, and not a company or an id."""
        return not self.found_by.startswith(("company:", EXTERNAL))

    @property
    def is_external(self) -> bool:
        """Whether it is the id of the lead in another system."""
        return self.found_by.startswith(EXTERNAL)


@define(on_setattr=setters.frozen, kw_only=True)
class ActivityRow:
    """One activity, never rewritten; what was said stands in `TEXTS`."""

    id: str
    lead_id: str
    kind: str
    occurred_at: datetime
    by: str | None = None
    means: str | None = None
    opportunity_id: str | None = None
    content_id: str | None = None
    subject: str | None = None
    amount: Decimal | None = None
    next_at: datetime | None = None
    recorded_at: datetime
    recorded_by: str | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class TextRow:
    """What was said in an activity, and with whom; `id` is the activity's."""

    id: str
    lead_id: str
    contact: str | None = field(default=None, repr=False)
    content: str | None = field(default=None, repr=False)
    feedback: str | None = field(default=None, repr=False)
    next_step: str | None = field(default=None, repr=False)
