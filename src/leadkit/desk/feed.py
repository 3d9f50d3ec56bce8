"""The journal across leads and opportunities, as a feed for other systems."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import define, field, setters

from leadkit.errors import CommandError, Problem
from leadkit.records.fields import FrozenDict
from leadkit.records.lead_fields import BY_NAME
from leadkit.results import Result
from leadkit.store.process_rows import EntryRow
from leadkit.store.protocol import Query, Settling, Storage, by_id
from leadkit.store.rows import NOTHING
from leadkit.store.tables import CHANGES, JOURNAL, STATEMENTS

MOST_CHANGES = 10_000
PERSONAL = frozenset(name for name, known in BY_NAME.items() if known.erased is True or known.table == "persons")
OF_A_DEAL = frozenset({"name", "account", "competitor"})
"""The personal values of an opportunity."""


@define(on_setattr=setters.frozen, kw_only=True)
class JournalChange(Result):
    """One command that was carried out: its number, when, by whom, on what, and what it changed.

    `details` are codes and numbers that the command told, such as the priority, the reasons, or whose it was before.
    `changes` are the values that it changed, by field, before and after. Values that name people or say their words are
    left out unless they are asked for; `personal` are the names of these fields. Of an erased person nothing else is
    left.
    """

    seq: int
    at: datetime
    actor: str
    role: str
    action: str
    lead_id: str | None
    opportunity_id: str | None
    policy: str | None
    details: FrozenDict = NOTHING
    changes: FrozenDict = field(default=NOTHING, repr=False)
    personal: tuple[str, ...] = ()


def changes_since(storage: Storage, since: int, limit: int, *, personal: bool) -> tuple[JournalChange, ...]:
    """What came into the journal after the number `since`, in the order of the numbers.

    Raises:
        CommandError: a number is out of its range.
        StorageError: a transaction that began to write before has not ended for long; ask again.
    """
    if since < 0:
        raise CommandError(Problem("must be 0 or the last number that was read", "begin with 0", path="since"))
    if not 1 <= limit <= MOST_CHANGES:
        raise CommandError(Problem(f"must be 1 to {MOST_CHANGES}", "ask again for the next ones", path="limit"))
    until = storage.settled(JOURNAL) if isinstance(storage, Settling) else None
    bound = None if until is None else ("seq", until)
    with storage.transaction(read_only=True) as unit:
        entries = unit.find(Query(JOURNAL, above=("seq", since), until=bound, order=("seq",), limit=limit))
        ids = [entry.id for entry in entries]
        amended, written = by_id(unit, CHANGES, ids), by_id(unit, STATEMENTS, ids)
    values = {key: row.values for key, row in amended.items()}
    values |= {key: row.fields["changes"] for key, row in written.items() if "changes" in row.fields}
    return tuple(_change(entry, values.get(entry.id, NOTHING), personal=personal) for entry in entries)


def _change(entry: EntryRow, values: Mapping[str, Any], *, personal: bool) -> JournalChange:
    names = PERSONAL if entry.opportunity_id is None else PERSONAL | OF_A_DEAL
    hidden = () if personal else tuple(name for name in values if name.partition(".")[0] in names)
    return JournalChange(
        seq=entry.seq or 0,
        at=entry.at,
        actor=entry.actor,
        role=entry.role,
        action=entry.command,
        lead_id=entry.lead_id,
        opportunity_id=entry.opportunity_id,
        policy=entry.policy,
        details=entry.details,
        changes=FrozenDict({name: value for name, value in values.items() if name not in hidden}),
        personal=hidden,
    )
