"""What a desk answers: receipts of commands, leads as they stand, and their history."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from attrs import asdict, define, field, setters

from leadkit.adapters.storage.tables import NOTHING, EntryRow, LeadRow, PersonRow
from leadkit.desk.rows import lead_of
from leadkit.records import Activity, Lead
from leadkit.records.fields import FrozenDict


@define(on_setattr=setters.frozen, kw_only=True)
class Receipt:
    """A command was carried out and stored: on which lead, and where that stands now.

    `outcome` says what became of it, in one code: `captured`, `joined`, `valid`, `archived`, `assigned`, ... `version`
    is the lead's after the command. The same key gives the same receipt again.
    """

    command: str
    outcome: str
    lead_id: str | None = None
    opportunity_id: str | None = None
    status: str | None = None
    version: int | None = None
    owner: str | None = None

    def to_json(self) -> FrozenDict:
        """The receipt as a store keeps it."""
        return FrozenDict(asdict(self))


@define(on_setattr=setters.frozen, kw_only=True)
class LeadState:
    """A lead and where it stands.

    `status` is `new`, `valid`, `invalid`, `archived` or `converted`; `reasons` are why it is invalid, `missing` the
    facts that its screening still asks for. `points`, `priority` and `stage` are its latest score, taken at `scored_at`
    by `policy`. `version` counts its changes: give it with a command to be refused when somebody else was first.
    """

    lead: Lead
    version: int
    status: str
    owner: str | None
    captured_at: datetime
    screening: str | None
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    points: Decimal
    priority: str | None
    stage: str | None
    scored_at: datetime | None
    policy: str | None
    pooled_at: datetime | None
    erased_at: datetime | None

    @property
    def id(self) -> str:
        """The lead's id."""
        return self.lead.id


@define(on_setattr=setters.frozen, kw_only=True)
class HistoryItem:
    """One line of a lead's history: a command or an activity. `text` is what somebody said or gave as the reason."""

    at: datetime
    actor: str | None
    role: str | None
    what: str
    details: FrozenDict = NOTHING
    text: str | None = field(default=None, repr=False)


@define(on_setattr=setters.frozen, kw_only=True)
class Rescored:
    """How many leads were scored again, how many have other points now, and how many changed their priority."""

    leads: int
    changed: int
    crossed: int


@define(on_setattr=setters.frozen, kw_only=True)
class Delivered:
    """What one `deliver` did: notices that every notifier has, attempts that failed, and notices given up.

    `waiting` counts the notices of this call that will be tried again.
    """

    delivered: int
    failed: int
    waiting: int
    dead: int


def state_of(row: LeadRow, person: PersonRow | None) -> LeadState:
    """A lead as it stands in its rows."""
    same = (
        "version", "status", "owner", "captured_at", "screening", "reasons", "missing", "points", "priority", "stage",
        "scored_at", "policy", "pooled_at", "erased_at",
    )  # fmt: skip
    return LeadState(lead=lead_of(row, person), **{name: getattr(row, name) for name in same})


def of_entry(entry: EntryRow, remark: str | None) -> HistoryItem:
    """A line of the journal."""
    return HistoryItem(
        at=entry.at, actor=entry.actor, role=entry.role, what=entry.command, details=entry.details, text=remark
    )


def of_activity(activity: Activity, recorded_by: str | None) -> HistoryItem:
    """An activity as a line of history; whoever recorded it did it, where it names nobody."""
    said = {"means": activity.means, "next_at": activity.next_at and activity.next_at.isoformat()}
    words = [word for word in (activity.content, activity.feedback, activity.next_step) if word]
    details: dict[str, Any] = {name: value for name, value in said.items() if value}
    return HistoryItem(
        at=activity.occurred_at,
        actor=activity.by or recorded_by,
        role=None,
        what=activity.kind,
        details=FrozenDict(details),
        text=" / ".join(words) or None,
    )
