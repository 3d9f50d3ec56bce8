"""What a store holds of the process: duties, the journal, the outbox, keys, imports and the team."""

from __future__ import annotations

from datetime import date, datetime

from attrs import define, field, setters

from leadkit.records.fields import FrozenDict
from leadkit.store.rows import NOTHING


@define(on_setattr=setters.frozen, kw_only=True)
class DutyRow:
    """Something owed until `due_at`: `open`, `paused`, `met` or `cancelled`.

    `last_alert` is the last one that was sent (`due`, `breached`, `escalated`, `escalated_2`, ...), `next_at` the time
    of the next.
    `provisional`: holidays on the way are not official yet. `term` is how long the policy gave it, of those whose end
    does not move by itself.
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
    term: str | None = None


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
    """A notice in the outbox: `pending` until every notifier has it or has given it up, then `done`.

    It is `open` where it waits only for notifiers that are at work elsewhere, `cancelled` where nobody is to be told.
    """

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


UNDELIVERED = ("pending", "open")
"""The states of a notice that somebody has still to be told of."""


@define(on_setattr=setters.frozen, kw_only=True)
class DeliveryRow:
    """One notice and one notifier: `delivered`, `waiting` for the next attempt, `dead`, or `cancelled` with its notice.

    `id` is `notice|plugin`.
    """

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

    `period` is the label of the period that was reviewed; `id` is that with the number of the note. `figure` is what a
    measure is to move.
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
    figure: str | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class SettlementRow:
    """By which `policy` the duties of a store were settled last; `duties` is a hash of the rules of this version."""

    id: str
    policy: str
    duties: str
    at: datetime


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
