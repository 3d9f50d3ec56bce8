"""Questions to the store: one lead, the queue, what is due, the history of a lead or an opportunity."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from attrs import define, setters

from leadkit.desk.overriding import stands
from leadkit.desk.presenting import due_item, of_activity, of_entry, state_of
from leadkit.desk.results import DueItem, HistoryItem, ImportRun, LeadState
from leadkit.desk.touches import opportunity_touched
from leadkit.desk.verdict import OPEN_TOO_LONG, facts_of, known_facts
from leadkit.desk.work_set import WorkSet
from leadkit.policy import Policy
from leadkit.policy.channels import Channels
from leadkit.records import Activity, Lead
from leadkit.records.text import comparable
from leadkit.store.mapping import activity_of, as_it_was
from leadkit.store.process_rows import ChangeRow
from leadkit.store.protocol import PAGE, Query, Unit, by_id, columns_of
from leadkit.store.rows import NOTHING, ActivityRow, LeadRow, PersonRow
from leadkit.store.tables import (
    CHANGES,
    DUTIES,
    IMPORTS,
    JOURNAL,
    LEADS,
    OPPORTUNITIES,
    PERSONS,
    REMARKS,
    TEXTS,
    TOUCHES,
)

Deciding = tuple[Policy, datetime]
CALL_ORDER = ("-points", "captured_at", "id")
DUE_ORDER = ("due_at", "id")
OWED = ("open", "paused")
"""The states of what is still owed; each is read in its order from an index, which both together are not."""


def lead(work: WorkSet, lead_id: str) -> LeadState:
    """The lead with this id, or the one that it was merged into."""
    row = work.row(lead_id)
    return state_of(row, work.persons.get(row.id))


def queue(
    unit: Unit, where: Mapping[str, Any], origin: Origin, limit: int, deciding: Deciding | None = None
) -> tuple[LeadState, ...]:
    """Leads to work on, the highest score first; of equal ones the one captured first.

    Where a person's verdict decides, `deciding` are the policy and the time: a priority is then the one that counts.
    """
    wanted = {"in_queue": True, **given(where)}
    by_hand = _overridden(unit, wanted, deciding) if deciding is not None and "priority" in wanted else {}
    most = None if origin.asked else limit + len(by_hand)
    every = unit.find(Query(LEADS, wanted, order=CALL_ORDER, limit=most))
    if by_hand:
        every = [row for row in every if row.id not in by_hand]
        every += [row for row in by_hand.values() if row.override_band == wanted["priority"]]
        every.sort(key=lambda row: (-row.points, row.captured_at, row.id))
    rows = [row for row in every if origin.has(row)][:limit]
    persons = by_id(unit, PERSONS, [row.id for row in rows])
    return tuple(state_of(row, persons.get(row.id)) for row in rows)


def _overridden(unit: Unit, wanted: Mapping[str, Any], deciding: Deciding) -> dict[str, LeadRow]:
    """The leads in the queue whose band is the one that a person said, whichever that is."""
    policy, at = deciding
    where = {name: value for name, value in wanted.items() if name != "priority"}
    rows = unit.find(Query(LEADS, {**where, "override_band": policy.priorities}))
    return {row.id: row for row in rows if stands(row, at)}


def leads(unit: Unit, where: Mapping[str, Any], wanted: Wanted, limit: int) -> tuple[LeadState, ...]:
    """The living leads that are wanted, the latest first."""
    rows: list[LeadRow] = []
    above, page = "", PAGE
    while page == PAGE:
        some = unit.find(Query(LEADS, {**given(where), "merged_into": None}, above=("id", above), limit=PAGE))
        page, above = len(some), some[-1].id if some else above
        persons = by_id(unit, PERSONS, [row.id for row in some]) if wanted.text else {}
        rows += [row for row in some if wanted.has(row, persons.get(row.id))]
    latest = sorted(rows, key=lambda row: (row.captured_at, row.id), reverse=True)[:limit]
    persons = by_id(unit, PERSONS, [row.id for row in latest])
    return tuple(state_of(row, persons.get(row.id)) for row in latest)


@define(on_setattr=setters.frozen, kw_only=True)
class Origin:
    """Where leads came from: a tag that they have, and a channel or a channel with its detail, in any spelling."""

    channels: Channels
    tag: str | None = None
    source: str | None = None

    @property
    def asked(self) -> bool:
        """Whether anything is asked."""
        return self.tag is not None or self.source is not None

    def has(self, row: LeadRow) -> bool:
        """Whether a lead came from there."""
        return (self.tag is None or comparable(self.tag) in map(comparable, row.tags)) and self._is_source(row)

    def _is_source(self, row: LeadRow) -> bool:
        if self.source is None:
            return True
        channel, detail = self.channels.read(self.source)
        same = self.channels.canonical(channel) == self.channels.canonical(row.channel)
        return same and (detail is None or comparable(detail) == comparable(row.channel_detail or ""))


@define(on_setattr=setters.frozen, kw_only=True)
class Wanted:
    """What a list of leads looks for beside the values of columns: times of capture, a text, some ids, a pause."""

    channels: Channels
    origin: Origin
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None
    channel: str | None = None
    ids: Collection[str] | None = None
    paused: bool | None = None
    proposed: bool | None = None
    ready: bool | None = None

    def has(self, row: LeadRow, person: PersonRow | None) -> bool:
        """Whether a lead is among them; one that was erased is not."""
        return (
            row.erased_at is None
            and self.origin.has(row)
            and (self.since is None or row.captured_at >= self.since)
            and (self.until is None or row.captured_at < self.until)
            and (self.ids is None or row.id in self.ids)
            and (self.channel is None or self.channels.canonical(row.channel) == self.channels.canonical(self.channel))
            and (self.paused is None or (row.paused_at is not None) == self.paused)
            and (self.proposed is None or (row.status == "new" and OPEN_TOO_LONG in row.reasons) == self.proposed)
            and (self.ready is None or (row.status == "valid" and row.ready_at is not None) == self.ready)
            and (self.text is None or _says(row, person, comparable(self.text)))
        )


def _says(row: LeadRow, person: PersonRow | None, text: str) -> bool:
    """Whether a lead has a text in its id, company, need, product, or among who stands behind it."""
    words = [row.id, row.external_id, row.company_name, row.product]
    words += [person.name, person.phone, person.email, person.description] if person else []
    return any(text in comparable(word) for word in words if word)


def named_by(unit: Unit, import_id: str | None, grade: str | None) -> frozenset[str] | None:
    """The leads of an import, and of them those with an opportunity of a grade; None where neither is asked for."""
    named = []
    if import_id is not None:
        touches = unit.find(Query(TOUCHES, {"import_id": import_id}))
        named.append({row.lead_id for row in touches if opportunity_touched(row) is None})
    if grade is not None:
        deals = unit.find(Query(OPPORTUNITIES, {"grade": grade}))
        named.append({row.lead_id for row in deals if row.lead_id is not None})
    return frozenset.intersection(*map(frozenset, named)) if named else None


def activities(work: WorkSet, lead_id: str) -> tuple[Activity, ...]:
    """The activities of a lead and of those merged into it, the oldest first."""
    rows = activity_rows_of(work, work.row(lead_id))
    return tuple(records_of(work, rows))


def activity_rows_of(work: WorkSet, row: LeadRow) -> list[ActivityRow]:
    """The activities of a lead and of its duplicates, the oldest first."""
    return work.activities([row.id]).get(row.id, [])


def records_of(work: WorkSet, rows: Sequence[ActivityRow]) -> Iterator[Activity]:
    """The records of activities, with what was said in them."""
    texts = by_id(work.unit, TEXTS, [row.id for row in rows])
    return (activity_of(row, texts.get(row.id)) for row in rows)


def history(work: WorkSet, lead_id: str) -> tuple[HistoryItem, ...]:
    """All that was done with a lead, erased ones included, the oldest first."""
    work.look_up([lead_id])
    row = work.leads.get(lead_id) or work.row(lead_id)
    while row.merged_into is not None:
        row = work.leads[row.merged_into]
    family = (row.id, *(merged.id for merged in work.unit.find(Query(LEADS, {"merged_into": row.id}))))
    remarks = {remark.id: remark.text for remark in work.unit.find(Query(REMARKS, {"lead_id": family}))}
    changes = {change.id: change.values for change in work.unit.find(Query(CHANGES, {"lead_id": family}))}
    entries = work.unit.find(Query(JOURNAL, {"lead_id": family}, order=("seq",)))
    items = [of_entry(entry, remarks.get(entry.id), changes.get(entry.id, NOTHING)) for entry in entries]
    if row.erased_at is None:
        items += activity_items(work, activity_rows_of(work, row))
    return tuple(sorted(items, key=lambda item: item.at))


def facts(work: WorkSet, lead_id: str, at: datetime) -> Mapping[str, Any]:
    """The facts of a lead at `at`, by what it said then."""
    row = work.row(lead_id)
    record = record_at(work, row.id, changes_of(work, [row.id])[row.id], at)
    return facts_of(work.policy, record, known_facts(work.policy, row), at)


def changes_of(work: WorkSet, lead_ids: Iterable[str]) -> dict[str, list[ChangeRow]]:
    """What was changed in leads, the latest first."""
    wanted = tuple(dict.fromkeys(lead_ids))
    changes: dict[str, list[ChangeRow]] = {lead_id: [] for lead_id in wanted}
    for change in work.unit.find(Query(CHANGES, {"lead_id": wanted}, order=("-seq",))) if wanted else ():
        changes[change.lead_id].append(change)
    return changes


def record_at(work: WorkSet, lead_id: str, changes: Iterable[ChangeRow], at: datetime) -> Lead:
    """What a lead that was read said at `at`; `changes` are all that were made in it, the latest first."""
    later = (change for change in changes if change.at > at)
    return as_it_was(work.leads[lead_id], work.persons.get(lead_id), later)


def imports(unit: Unit, limit: int) -> tuple[ImportRun, ...]:
    """The imports, the latest first."""
    rows = sorted(unit.find(Query(IMPORTS)), key=lambda row: row.begun_at, reverse=True)
    return tuple(
        ImportRun(
            id=row.id,
            file=row.file,
            begun_at=row.begun_at,
            begun_by=row.begun_by,
            finished_at=row.finished_at,
            counts=row.counts,
            undone_at=row.undone_at,
        )
        for row in rows[:limit]
    )


def stale_ids(unit: Unit, before: datetime | None, above: str, limit: int) -> list[str]:
    """The ids of leads in the queue beyond the id `above`, of those scored up to `before` where that is given."""
    until = ("scored_at", before) if before is not None else None
    asked = Query(LEADS, {"in_queue": True}, until=until, above=("id", above), limit=limit)
    return [row.id for row in columns_of(unit, asked, ("id",))]


def due(
    unit: Unit, where: Mapping[str, Any], now: datetime, limit: int, until: datetime | None = None
) -> tuple[DueItem, ...]:
    """What is due, up to `until` where that is given, the most urgent first; a paused duty as it stood at the pause."""
    end = None if until is None else ("due_at", until)
    wanted = [Query(DUTIES, {"state": state, **given(where)}, end, order=DUE_ORDER, limit=limit) for state in OWED]
    sorted_parts = (unit.find(query) for query in wanted)
    duties = list(islice(merge(*sorted_parts, key=lambda duty: (duty.due_at, duty.id)), limit))
    waiting = by_id(unit, LEADS, {duty.lead_id for duty in duties if duty.state == "paused" and duty.lead_id})
    since = {duty.id: waiting[duty.lead_id].paused_at for duty in duties if duty.lead_id in waiting}
    return tuple(due_item(duty, now, since.get(duty.id) if duty.state == "paused" else None) for duty in duties)


def activity_items(work: WorkSet, rows: Sequence[ActivityRow]) -> Iterator[HistoryItem]:
    """Activities as lines of a history."""
    records = zip(records_of(work, rows), rows, strict=True)
    return (of_activity(activity, row.recorded_by) for activity, row in records)


def given(where: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are asked for; None is any."""
    return {name: value for name, value in where.items() if value is not None}
