"""What a desk answers: receipts of commands, leads as they stand, and their history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any

from attrs import define, field, fields, setters

from leadkit.plugins.notice import Notice
from leadkit.process.codes import Outcome
from leadkit.process.duties import DutyKind
from leadkit.process.states import DueState
from leadkit.qualification.qualify import Verdict
from leadkit.records import Lead, LeadStatus
from leadkit.records.fields import FrozenDict
from leadkit.results import Result
from leadkit.store.rows import NOTHING


@define(on_setattr=setters.frozen, kw_only=True)
class Receipt(Result):
    """A command was carried out and stored: on which lead, and where that stands now.

    `outcome` says what became of it, in one code: `captured`, `joined`, `valid`, `archived`, `assigned`, ... `version`
    is the lead's after the command. `differences` names the fields of which a lead that was joined says something else,
    `matched_by` what it was found by: `phone`, `email`, `company`, `external`, `number`. `changes` are the values that
    were changed, by field, before and after. The same key gives the same receipt again, but for the changes.

    `findings` are codes of what somebody should look at, such as `visit_before_approval`; they refuse nothing.
    `derived` are signals that nobody gave, each with the id of the activity from which it follows.
    `suggested` are the ids of the pieces of content that answer an objection, `notes` those of the notes of a review.

    `freed` are the members whom the grade of an opportunity needs no more.

    Of a lead that came in `won_deals` is how many opportunities of its company were won before: with one, it is a
    customer already.

    Of an opportunity that came from a sheet `lead_status` is where its lead stands now, and `others` are the further
    open opportunities of its account. Of a lead that joined an open opportunity `differing_values` are, by the fields
    in `differences`, what was given and what was kept; they too are not given again.
    """

    command: str
    outcome: Outcome
    lead_id: str | None = None
    opportunity_id: str | None = None
    status: str | None = None
    version: int | None = None
    owner: str | None = None
    differences: tuple[str, ...] = ()
    matched_by: str | None = None
    changes: FrozenDict = field(default=NOTHING, repr=False, eq=False)
    lead_status: str | None = None
    others: tuple[str, ...] = ()
    differing_values: FrozenDict = field(default=NOTHING, repr=False, eq=False)
    findings: tuple[str, ...] = ()
    derived: FrozenDict = NOTHING
    suggested: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    won_deals: int = 0
    freed: tuple[str, ...] = ()

    def kept(self) -> FrozenDict:
        """The receipt as a store keeps it: without the values, which name people."""
        return FrozenDict({name: getattr(self, name) for name in _KEPT})


_KEPT = tuple(attribute.name for attribute in fields(Receipt) if attribute.name not in {"changes", "differing_values"})


@define(on_setattr=setters.frozen, kw_only=True)
class NotedSignal(Result):
    """A signal that speaks for a conversion: since when it is known, and to whom."""

    at: datetime
    by: str


@define(on_setattr=setters.frozen, kw_only=True)
class Check(Result):
    """What a register, or a person, found a fact of a lead to be.

    `stated` is what the lead itself says, where that is something else. `counts` is False where somebody amended the
    lead against the register.
    """

    value: Any
    source: str
    at: datetime
    by: str | None
    stated: Any
    counts: bool


@define(on_setattr=setters.frozen, kw_only=True)
class OverrideState(Result):
    """The band that a person sees a lead in: who said so, when and why, until when, and the score's band of then."""

    band: str
    at: datetime
    by: str
    reason: str = field(repr=False)
    until: datetime | None
    before: str | None

    def stands(self, at: datetime) -> bool:
        """Whether it has not ended at a time."""
        return self.until is None or self.until > at


@define(on_setattr=setters.frozen, kw_only=True)
class LeadState(Result):
    """A lead and where it stands.

    `status` is `new`, `valid`, `invalid`, `archived` or `converted`; `reasons` are why it is invalid, or why a new one
    is proposed as invalid; `missing` the facts that its screening still asks for. `accepted_by` found it valid by hand
    at `accepted_at`; `screening`, `reasons` and `missing` say what the policy finds. `signals` are what speaks for its
    conversion, by name, and `ready_at` is since when that is enough. `checks` are its facts that were checked.
    `points`, `priority` and `nurture_stage` are its latest score, taken at `scored_at` by `policy`, and
    `override` is the band that a person sees it in. `version` counts its changes:
    give it with a command to be refused when somebody else was first.
    """

    ADDED = ("id", "channel", "company")

    lead: Lead = field(repr=attrgetter("id"))
    version: int
    status: LeadStatus
    owner: str | None
    captured_at: datetime
    screening: Verdict | None
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    points: Decimal
    priority: str | None
    nurture_stage: str | None
    scored_at: datetime | None
    policy: str | None
    pooled_at: datetime | None
    erased_at: datetime | None
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    signals: Mapping[str, NotedSignal] = NOTHING
    ready_at: datetime | None = None
    checks: Mapping[str, Check] = field(default=NOTHING, repr=False)
    override: OverrideState | None = None

    @property
    def id(self) -> str:
        """The lead's id."""
        return self.lead.id

    @property
    def channel(self) -> str | None:
        """The channel through which it came."""
        return self.lead.source.channel if self.lead.source else None

    @property
    def company(self) -> str | None:
        """Its company's name."""
        return self.lead.company.name


@define(on_setattr=setters.frozen, kw_only=True)
class HistoryItem(Result):
    """One line of a lead's history: a command or an activity. `text` is what somebody said or gave as the reason.

    `entered_at` is when it was entered, where that was later than it happened. `changes` are the values that it
    changed, by field: before and after, as JSON has them.
    """

    at: datetime
    actor: str | None
    role: str | None
    what: str
    details: FrozenDict = field(default=NOTHING, repr=False)
    text: str | None = field(default=None, repr=False)
    changes: FrozenDict = field(default=NOTHING, repr=False)
    entered_at: datetime | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class ImportRun(Result):
    """An import that was run: of which file, when, by whom, and how many rows of each kind it had.

    `finished_at` is None where it was cut off: run it again. `undone_at` is when it was taken back.
    """

    id: str
    file: str
    begun_at: datetime
    begun_by: str
    finished_at: datetime | None
    counts: FrozenDict
    undone_at: datetime | None


@define(on_setattr=setters.frozen, kw_only=True)
class Undone(Result):
    """What was taken back of an import: leads that were `removed`, leads that were `restored` to what they were before.

    The same of opportunities. `kept` are the ids of leads and opportunities that stay as they are, each with what
    touched it since.
    """

    import_id: str
    removed: int = 0
    restored: int = 0
    removed_opportunities: int = 0
    restored_opportunities: int = 0
    kept: tuple[tuple[str, str], ...] = ()

    def plus(self, other: Undone) -> Undone:
        """Both together."""
        return Undone(
            import_id=self.import_id,
            removed=self.removed + other.removed,
            restored=self.restored + other.restored,
            removed_opportunities=self.removed_opportunities + other.removed_opportunities,
            restored_opportunities=self.restored_opportunities + other.restored_opportunities,
            kept=(*self.kept, *other.kept),
        )


@define(on_setattr=setters.frozen, kw_only=True)
class Rescored(Result):
    """How many leads were scored again, how many have other points now, and how many changed their priority."""

    leads: int
    changed: int
    crossed: int


@define(on_setattr=setters.frozen, kw_only=True)
class Settled(Result):
    """How many open leads, and how many opportunities, have duties that follow from the policy as it is now."""

    leads: int
    opportunities: int


@define(on_setattr=setters.frozen, kw_only=True)
class Delivered(Result):
    """What one `deliver` did: notices that every notifier of this desk has, attempts that failed, and notices given up.

    `waiting` counts the notices of this call that will be tried again. `missing` are the notifiers that
    `[notices] notifiers` names, and that this desk has not: notices of this call stay open for them.
    """

    delivered: int
    failed: int
    waiting: int
    dead: int
    missing: tuple[str, ...] = ()


@define(on_setattr=setters.frozen, kw_only=True)
class Ticked(Result):
    """What one `tick` found: notices put into the outbox, by kind, and how many leads it scored again.

    `returned` counts the leads that lost their owner to the pool, `settled` the leads and opportunities whose duties
    were looked at anew, because the policy is another one. `removed` counts the notices that were kept for as long as
    `[retention]` says.
    """

    notices: FrozenDict
    rescored: int
    returned: int = 0
    settled: int = 0
    removed: int = 0


@define(on_setattr=setters.frozen, kw_only=True)
class DueItem(Result):
    """Something owed: what, about whom, to be done by whom and when, and how it stands.

    `state` is `due`, `breached` or `paused`; `left` is the time that is left, negative where it is late. Both stand
    still during a pause; what was breached before it stays so. `provisional`: the holidays on the way are not official
    yet. `means` is by which means a lead is to be nurtured.
    """

    ADDED = ("seconds_left",)
    OMITTED = ("left",)

    kind: DutyKind
    lead_id: str | None
    opportunity_id: str | None
    owner: str | None
    due_at: datetime
    means: str | None = field(default=None, kw_only=True)
    provisional: bool
    state: DueState
    left: timedelta

    @property
    def seconds_left(self) -> int:
        """The time that is left, in whole seconds."""
        return int(self.left.total_seconds())


@define(on_setattr=setters.frozen, kw_only=True)
class DeadLetter(Result):
    """A notice that one plugin could not deliver and that is not tried again, with what was said last."""

    notice: Notice
    plugin: str
    attempts: int
    error: str
