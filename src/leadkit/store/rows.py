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


@define(on_setattr=setters.frozen, kw_only=True)
class OpportunityRow:
    """One possible deal: where it stands in the process, and when it got there. What people wrote is in `STATEMENTS`.

    `proposed_grade` is what the levels come to, `grade` what a supervisor confirmed. `account_key` is what deals of
    one company are found by. `amount_low` and `amount_high` are the range of the lead's budget; `amount_basis` is what
    the amount stands on: `given`, `budget` or `contract`. `close_basis` is the same of the expected close: `given` or
    `purchase_date`. Of what came before there were these, both are None.
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


@define(on_setattr=setters.frozen, kw_only=True)
class DutyRow:
    """Something owed until `due_at`: `open`, `paused`, `met` or `cancelled`.

    `last_alert` is the last one that was sent (`due`, `breached`, `escalated`, `escalated_2`, ...), `next_at` the time
    of the next.
    `provisional`: holidays on the way are not official yet.
    """

    id: str
    version: int = 1
    kind: str
    lead_id: str | None = None
    opportunity_id: str | None = None
    owner: str | None = None
    since: datetime
    due_at: datetime
    provisional: bool = False
    state: str = "open"
    met_at: datetime | None = None
    last_alert: str | None = None
    next_at: datetime | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class EntryRow:
    """One line of the journal: who did what, when, by which policy. `seq` is given by the store, rising.

    `details` holds codes, numbers and the names of fields, never what a person is called or said. `at` is when it was
    done, and `entered_at` when it was entered, None where that was at once.
    """

    id: str
    seq: int | None = None
    at: datetime
    entered_at: datetime | None = None
    actor: str
    role: str
    command: str
    lead_id: str | None = None
    opportunity_id: str | None = None
    policy: str | None = None
    details: FrozenDict = NOTHING

    @property
    def given_at(self) -> datetime:
        """When the command was given, whatever time it speaks of."""
        return self.entered_at or self.at


@define(on_setattr=setters.frozen, kw_only=True)
class ChangeRow:
    """What a line of the journal changed in a lead's own words: `values` by field, each before and after.

    `id` is the journal entry's; `seq` is given by the store, rising.
    """

    id: str
    seq: int | None = None
    lead_id: str
    at: datetime
    values: FrozenDict = field(repr=False)


@define(on_setattr=setters.frozen, kw_only=True)
class RemarkRow:
    """The reason that somebody gave in their own words; `id` is the journal entry's."""

    id: str
    lead_id: str
    text: str = field(repr=False)


@define(on_setattr=setters.frozen, kw_only=True)
class NoticeRow:
    """A notice in the outbox: `pending` until every notifier has it or has given it up, then `done`."""

    id: str
    seq: int | None = None
    kind: str
    at: datetime
    lead_id: str | None = None
    opportunity_id: str | None = None
    recipient: str | None = None
    role: str | None = None
    details: FrozenDict = NOTHING
    state: str = "pending"
    next_at: datetime


@define(on_setattr=setters.frozen, kw_only=True)
class DeliveryRow:
    """One notice and one notifier: `delivered`, `waiting` for the next attempt, or `dead`. `id` is `notice|plugin`."""

    id: str
    notice_id: str
    plugin: str
    state: str
    attempts: int
    next_at: datetime | None = None
    error: str | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class KeyRow:
    """An idempotency key that was used: its hash, the hash of what it was used for, and the answer.

    After an erasure `payload` is None: the key stays used, and what it was used for can't be told any more.
    """

    id: str
    payload: str | None
    command: str
    lead_id: str | None = None
    at: datetime
    receipt: FrozenDict


@define(on_setattr=setters.frozen, kw_only=True)
class ErasedRow:
    """A phone, address or id of somebody who was erased, as a hash keyed by `secret`, which the row `key` holds."""

    id: str
    erased_at: datetime
    secret: str | None = field(default=None, repr=False)


@define(on_setattr=setters.frozen, kw_only=True)
class ImportRow:
    """One import of a file: `id` is the beginning of the file's hash, `rows` the last row of each of its sheets.

    `finished_at` is None while it is under way, or was cut off; `undone_at` is when it was taken back.
    """

    id: str
    file: str = field(repr=False)
    source: str
    rows: FrozenDict = NOTHING
    begun_at: datetime
    begun_by: str
    finished_at: datetime | None = None
    counts: FrozenDict = NOTHING
    undone_at: datetime | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class TouchRow:
    """A lead that an import made or changed; `before` are its rows as they were, empty where the lead is new."""

    id: str
    import_id: str
    lead_id: str
    before: FrozenDict = field(repr=False)


@define(on_setattr=setters.frozen, kw_only=True)
class ReviewNoteRow:
    """One note of a review: `worked`, `failed`, `improve`, or a `measure`, which alone has an owner and a due day.

    `period` is the label of the period that was reviewed; `id` is that with the number of the note.
    """

    id: str
    period: str
    kind: str
    text: str = field(repr=False)
    owner: str | None = None
    due: date | None = None
    at: datetime
    by: str
    done_at: datetime | None = None
    done_by: str | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class MemberRow:
    """A member of the sales team; `capacity` is how many leads they work on at once, None without a bound."""

    id: str
    version: int = 1
    role: str
    capacity: int | None = None
    active: bool = True


@define(on_setattr=setters.frozen, kw_only=True)
class ClaimRow:
    """A lead was claimed, whatever became of it; `id` is the journal entry's."""

    id: str
    member: str
    lead_id: str
    at: datetime
