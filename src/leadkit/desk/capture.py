"""Leads that come in: checked, found again or new, screened and scored, many in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import define, evolve, setters
from pydantic import BaseModel

from leadkit.desk.book import Book
from leadkit.desk.carry_out import Carrier, Keyed, batches
from leadkit.desk.changes import Asked, Changes, unstorable
from leadkit.desk.duties import entry_of
from leadkit.desk.judge import judged, tidings
from leadkit.desk.results import Receipt
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.policy import Policy
from leadkit.process.lifecycle import IN_QUEUE, SCREENED
from leadkit.records import Lead, lead_fields
from leadkit.records.fields import FrozenDict
from leadkit.records.join import join
from leadkit.records.people import Actor
from leadkit.store.mapping import match_rows, new_row
from leadkit.store.protocol import Query
from leadkit.store.rows import ActivityRow, LeadRow, MatchRow
from leadkit.store.tables import OPPORTUNITIES


@define(on_setattr=setters.frozen)
class Incoming:
    """One lead that comes in, with what registers say about it and what it can be found again by."""

    asked: Asked
    lead: Lead
    verified: FrozenDict
    failed_plugins: tuple[str, ...]
    matches: tuple[MatchRow, ...]


def capture_all(
    carrier: Carrier, leads: Iterable[tuple[Lead, str | None]], by: Actor | None
) -> Iterator[Receipt | CommandError]:
    """Take leads in, each with its key, a batch in one transaction."""
    for batch in batches(leads):
        keyed = [Keyed(carrier.asked("capture", by, lead=lead), key) for lead, key in batch]
        ready = [_ready(carrier, one.asked, lead) for one, (lead, _) in zip(keyed, batch, strict=True)]
        yield from carrier.many(keyed, ready, capture)


def _ready(carrier: Carrier, asked: Asked, lead: Lead) -> Incoming | CommandError:
    try:
        carrier.permit(asked)
        return incoming(asked, lead, *carrier.plugins.verify(lead))
    except CommandError as error:
        return error


def incoming(asked: Asked, lead: Lead, verified: Mapping[str, Any], failed: tuple[str, ...]) -> Incoming:
    """A lead made ready, outside of any transaction.

    Raises:
        CommandError: what the policy requires is missing, or a text can't be stored; all problems at once.
    """
    problems = [*missing(asked.policy, lead), *faults_of(lead, lead.id)]
    if problems:
        raise CommandError(problems)
    return Incoming(asked, lead, FrozenDict(verified), failed, tuple(match_rows(lead, asked.policy)))


def capture(book: Book, leads: Sequence[Incoming]) -> list[Changes | CommandError]:
    """What becomes of each of `leads`, in their order; a later one may be the duplicate of an earlier one."""
    book.look_up(one.lead.id for one in leads)
    book.look_for(match for one in leads for match in one.matches)
    touches = book.touches(key for key, row in book.read.items() if row.merged_into is None)
    in_talks = _in_talks(book)
    return [_judged(book, one, touches, in_talks) for one in leads]


def _in_talks(book: Book) -> frozenset[str | None]:
    """The leads in the book whose opportunity is open."""
    converted = tuple(key for key, row in book.read.items() if row.status == "converted")
    found = book.unit.find(Query(OPPORTUNITIES, {"lead_id": converted, "stage": "open"})) if converted else []
    return frozenset(row.lead_id for row in found)


def _judged(
    book: Book, one: Incoming, touches: Mapping[str, list[ActivityRow]], in_talks: Collection[str | None]
) -> Changes | CommandError:
    try:
        return _one(book, one, touches, in_talks)
    except CommandError as error:
        return error


def _one(
    book: Book, one: Incoming, touches: Mapping[str, list[ActivityRow]], in_talks: Collection[str | None]
) -> Changes | CommandError:
    if one.lead.id in book.rows:
        hint = "give it another id, or amend the one that is there"
        return ConflictError(Problem(one.lead.id, "there is a lead with this id already", hint))
    same = (row for row in book.same_as(one.matches) if row.id in in_talks or not _is_history(one, row))
    found = next(same, None)
    return _new(book, one) if found is None else _joined(book, one, found, touches.get(found.id, ()))


def _is_history(one: Incoming, row: LeadRow) -> bool:
    """Whether a lead came to an end so long before another that this is a new enquiry."""
    days = one.asked.policy.document.duplicates.fresh_after_days
    if days is None or row.status in IN_QUEUE:
        return False
    received = one.lead.received_at or one.lead.entered_at or one.asked.command.at
    return received - (row.received_at or row.captured_at) >= timedelta(days=days)


def _new(book: Book, one: Incoming) -> Changes:
    asked, at = one.asked, one.asked.command.at
    row = judged(asked.policy, new_row(one.lead, at, one.verified), one.lead, (), at)
    book.enter(one.lead, row, one.matches)
    entered = entry_of(asked.policy, book.calendar(), row)
    late = entered is not None and entered.met_at is not None and entered.met_at > entered.due_at
    entry = asked.entry(row.id, **_told(one, row), entered_late=late or None)
    notices = asked.notice("entry_late", row, due_at=entered.due_at.isoformat()) if entered and late else []
    return Changes(receipt=asked.receipt("captured", row), add=[entry, *notices, *tidings(asked, None, row)])


def _joined(book: Book, one: Incoming, before: LeadRow, touches: Iterable[ActivityRow]) -> Changes:
    asked, at = one.asked, one.asked.command.at
    lead = join(book.lead(before.id), one.lead, asked.policy.document.phone_region)
    known = evolve(before, verified=FrozenDict({**one.verified, **before.verified}))
    after = judged(asked.policy, known, lead, touches, at, screen=before.status in SCREENED)
    book.amend(lead, after, one.matches)
    judged_row = book.rows[before.id]
    alias = LeadRow(
        id=one.lead.id,
        channel=one.lead.source.channel if one.lead.source else None,
        received_at=one.lead.received_at,
        entered_at=one.lead.entered_at,
        captured_at=at,
        status="new",
        in_queue=False,
        merged_into=before.id,
    )
    book.alias(alias)
    version = _next(judged_row, book)
    entry = asked.entry(before.id, joined=one.lead.id, **_told(one, judged_row))
    stored = evolve(judged_row, version=version)
    notices = asked.notice("lead_joined", stored, channel=alias.channel)
    return Changes(receipt=asked.receipt("joined", stored), add=[entry, *notices, *tidings(asked, before, stored)])


def _next(row: LeadRow, book: Book) -> int:
    """The version that a changed row will have: one more, unless it is new in this transaction."""
    return row.version + 1 if row.id in book.read else row.version


def _told(one: Incoming, row: LeadRow) -> dict[str, Any]:
    return {
        "channel": one.lead.source.channel if one.lead.source else None,
        "screening": row.screening,
        "reasons": row.reasons,
        "missing": row.missing,
        "points": str(row.points),
        "priority": row.priority,
        "not_verified_by": one.failed_plugins,
    }


def missing(policy: Policy, lead: Lead) -> list[Problem]:
    """What a lead must have and has not."""
    names = lead_fields.missing(lead, policy.document.capture.required)
    hint = "[capture] required in the policy says what a lead must have"
    return [Problem(lead.id, "is missing", hint, path=name) for name in names]


def faults_of(record: BaseModel, place: str) -> list[Problem]:
    """The fields of a record whose text holds a NUL character, which no database keeps, or a time no calendar has."""
    odd = [name for name, value in record if isinstance(value, datetime) and not 1900 < value.year < 2999]
    if odd:
        return [Problem(place, "lies outside the years 1901 to 2998", "check the date", path=name) for name in odd]
    if "\\u0000" not in record.model_dump_json():
        return []
    paths = unstorable(record.model_dump(mode="json"))
    return [Problem(place, "holds a NUL character", "remove it", path=path) for path in paths]
