"""What a command writes, decided before anything is written: rows, a line of the journal, notices, a receipt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from attrs import define, setters
from pydantic import BaseModel

from leadkit.desk.results import Receipt
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.plugins.hooks import Command
from leadkit.policy import Policy
from leadkit.records.fields import FrozenDict, is_code
from leadkit.store.protocol import Unit
from leadkit.store.rows import EntryRow, LeadRow, NoticeRow, OpportunityRow, RemarkRow
from leadkit.store.tables import JOURNAL, OUTBOX, REMARKS, Table

OWNER, APPROVER = "owner", "approver"


@define(on_setattr=setters.frozen)
class Asked:
    """A command on its way: what is asked, by which policy it is decided, and the id its journal entry will have."""

    policy: Policy
    command: Command
    entry_id: str

    def entry(self, lead_id: str | None, **details: Any) -> tuple[Table[EntryRow], EntryRow]:
        """The line of the journal."""
        row = EntryRow(
            id=self.entry_id,
            at=self.command.at,
            actor=self.command.actor.id,
            role=self.command.actor.role,
            command=self.command.name,
            lead_id=lead_id,
            opportunity_id=self.command.opportunity_id,
            policy=self.policy.id,
            details=FrozenDict({name: value for name, value in details.items() if value not in (None, ())}),
        )
        return JOURNAL, row

    def remark(self, lead_id: str, text: str | None) -> list[tuple[Table[RemarkRow], RemarkRow]]:
        """The reason in the actor's own words, where one was given."""
        return [(REMARKS, RemarkRow(id=self.entry_id, lead_id=lead_id, text=text))] if text else []

    def notice(self, kind: str, row: LeadRow | OpportunityRow, **details: Any) -> list[tuple[Table[Any], Any]]:
        """The notice `kind` about a lead or an opportunity as it is stored now; none where the policy names nobody.

        The id comes from what happened: the kind, the lead or opportunity, and the command.
        """
        opportunity = None if isinstance(row, LeadRow) else row
        return notice_row(
            self.policy,
            kind,
            digest(kind, row.id, self.entry_id)[:32],
            self.command.at,
            lead_id=opportunity.lead_id if opportunity else row.id,
            opportunity_id=opportunity.id if opportunity else None,
            owner=row.owner,
            grade=opportunity.grade if opportunity else None,
            details=details,
        )

    def receipt(self, outcome: str, row: LeadRow) -> Receipt:
        """The receipt of a command on a lead, as it is stored now."""
        return Receipt(
            command=self.command.name,
            outcome=outcome,
            lead_id=row.id,
            status=row.status,
            version=row.version,
            owner=row.owner,
        )


def check_version(asked: Asked, row: LeadRow | OpportunityRow) -> None:
    """Let a command through that names no version, or the one that its lead or opportunity has.

    Raises:
        ConflictError: it names another one.
    """
    expected = asked.command.given.get("version")
    if expected is not None and expected != row.version:
        what = "lead" if isinstance(row, LeadRow) else "opportunity"
        said = f"somebody else changed this {what} first: version {row.version}, not {expected}"
        raise ConflictError(Problem(row.id, said, "read it again and decide anew"))


def notice_row(
    policy: Policy,
    kind: str,
    notice_id: str,
    at: datetime,
    *,
    lead_id: str | None,
    opportunity_id: str | None,
    owner: str | None,
    grade: str | None = None,
    details: Mapping[str, Any],
) -> list[tuple[Table[Any], Any]]:
    """A notice in the outbox for the first that the policy names and that there is: the owner, or a role.

    `approver` stands for the first role that may approve the plan of an opportunity of this `grade`.
    """
    approver = next(iter(policy.document.approvals.get(grade or "", ())), None)
    wanted = [approver if one == APPROVER else one for one in policy.document.notices.get(kind, ())]
    to = next((one for one in wanted if one is not None and (one != OWNER or owner)), None)
    if to is None:
        return []
    notice = NoticeRow(
        id=notice_id,
        kind=kind,
        at=at,
        lead_id=lead_id,
        opportunity_id=opportunity_id,
        recipient=owner if to == OWNER else None,
        role=None if to == OWNER else to,
        details=FrozenDict({name: value for name, value in details.items() if value not in (None, ())}),
        next_at=at,
    )
    return [(OUTBOX, notice)]


@define(on_setattr=setters.frozen, kw_only=True)
class Changes:
    """Everything that one command writes, and the receipt for it."""

    receipt: Receipt
    add: Iterable[tuple[Table[Any], Any]] = ()
    replace: Iterable[tuple[Table[Any], Any]] = ()

    def write(self, unit: Unit) -> None:
        """Write it all in one transaction."""
        for table, rows in _by_table(self.add):
            unit.add(table, rows)
        for table, rows in _by_table(self.replace):
            unit.replace(table, rows)


def _by_table(pairs: Iterable[tuple[Table[Any], Any]]) -> Iterable[tuple[Table[Any], list[Any]]]:
    found: dict[Table[Any], list[Any]] = {}
    for table, row in pairs:
        found.setdefault(table, []).append(row)
    return found.items()


def digest(*parts: str) -> str:
    """SHA-256 of some texts, as hexadecimal digits."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def storable(text: str) -> bool:
    """Whether every store can keep a text: without NUL and without half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def unstorable(said: Any, path: str = "") -> Iterator[str]:
    """The paths of the texts in plain values that no store can keep; a strange key of a mapping counts by itself."""
    if isinstance(said, str):
        if not storable(said):
            yield path
    elif isinstance(said, Mapping):
        for key, value in said.items():
            yield from unstorable(key, path)
            yield from unstorable(value, f"{path}.{key}".strip("."))
    elif isinstance(said, (tuple, list)):
        for value in said:
            yield from unstorable(value, path)


def payload_of(given: Mapping[str, Any]) -> str:
    """The hash of a command's arguments, equal for equal ones."""
    return digest(json.dumps(given, default=_plain, sort_keys=True, ensure_ascii=True))


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)


def check_code(subject: str, said: str, path: str, example: str) -> None:
    """Refuse words where a code is wanted, which is counted and outlives an erasure.

    Raises:
        CommandError: it is none.
    """
    if not is_code(said):
        hint = "small letters, digits and single underscores; the words go into `reason`"
        raise CommandError(Problem(subject, f"is no code such as {example}", hint, path=path))
