"""Leads and activities as the rows that a store keeps, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from attrs import evolve

from leadkit.policy import Policy
from leadkit.records import Activity, Assessment, Lead, Opportunity
from leadkit.records.duplicates import all_keys, companies_of
from leadkit.records.fields import FrozenDict
from leadkit.records.lead_fields import BY_NAME, FIELDS, Field, lead_at
from leadkit.records.people import Member
from leadkit.records.text import read_company
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.process_rows import ChangeRow, MemberRow
from leadkit.store.rows import EXTERNAL, ActivityRow, LeadRow, MatchRow, PersonRow, TextRow
from leadkit.store.tables import LEADS, PERSONS, Table

LEVELS = ("urgency", "budget", "competition", "decision_chain")
"""The dimensions of an assessment."""


def new_row(lead: Lead, captured_at: datetime) -> LeadRow:
    """A lead that is new to the store; whatever status it came with, it is judged here."""
    columns = {**_columns(lead, "leads"), "status": "new", "account_key": account_key(lead.company.name)}
    owned_at = captured_at if lead.owner is not None else None
    return LeadRow(captured_at=captured_at, owned_at=owned_at, **columns)


def account_key(name: str | None) -> str | None:
    """What the leads and opportunities of one company are found by; None for a name that is nobody's."""
    return read_company(name or "").core or None


def amended_row(row: LeadRow, lead: Lead) -> LeadRow:
    """`row` with what the record says now; its status and owner are moved by commands alone."""
    key = row.account_key if lead.company.name == row.company_name else account_key(lead.company.name)
    return evolve(row, **{**_columns(lead, "leads"), "status": row.status, "owner": row.owner, "account_key": key})


def changed_values(before: tuple[LeadRow, PersonRow | None], after: tuple[LeadRow, PersonRow]) -> FrozenDict:
    """What a record said and what it says now, as JSON can hold it, by the names of the fields that differ.

    The status is no word of the lead's own; the journal tells it.
    """
    values = {}
    for field in FIELDS:
        if field.name == "status":
            continue
        table, which = (LEADS, 0) if field.table == "leads" else (PERSONS, 1)
        old, new = getattr(before[which], field.column, None), getattr(after[which], field.column)
        if old != new:
            values[field.name] = (table.as_json(old), table.as_json(new))
    return FrozenDict(values)


def as_it_was(row: LeadRow, person: PersonRow | None, changes: Iterable[ChangeRow]) -> Lead:
    """The record before `changes` were made, the latest of which comes first."""
    columns: dict[str, dict[str, Any]] = {"leads": {}, "persons": {}}
    for change in changes:
        for name, (before, _) in change.values.items():
            field = BY_NAME[name]
            table: Table[Any] = LEADS if field.table == "leads" else PERSONS
            columns[field.table][field.column] = table.of_json(field.column, before)
    known = person or PersonRow(id=row.id)
    return lead_of(evolve(row, **columns["leads"]), evolve(known, **columns["persons"]))


def taken_back(row: LeadRow, person: PersonRow | None, values: FrozenDict) -> tuple[Lead, tuple[str, ...]]:
    """The record without what `values` brought, and the names of the fields that say something else by now.

    Of lists only what was brought goes. Values are before and after, as `changed_values` gives them.
    """
    behind = person or PersonRow(id=row.id)
    known: dict[str, Any] = {"leads": row, "persons": behind}
    columns: dict[str, dict[str, Any]] = {"leads": {}, "persons": {}}
    kept = []
    for name, (before, after) in values.items():
        field = BY_NAME[name]
        table: Table[Any] = LEADS if field.table == "leads" else PERSONS
        now = table.as_json(getattr(known[field.table], field.column))
        value = _without(now, before, after)
        if value == now and before != now:
            kept.append(name)
        columns[field.table][field.column] = table.of_json(field.column, value)
    return lead_of(evolve(row, **columns["leads"]), evolve(behind, **columns["persons"])), tuple(kept)


def _without(now: Any, before: Any, after: Any) -> Any:
    """A value of JSON without what came with `after`; as it is where it was changed since."""
    if now == after:
        return before
    if isinstance(now, (list, tuple)) and isinstance(after, (list, tuple)):
        return [part for part in now if part in (before or ()) or part not in after]
    if isinstance(now, Mapping) and isinstance(after, Mapping):
        parts = {name: _without(value, (before or {}).get(name), after.get(name)) for name, value in now.items()}
        return {name: value for name, value in parts.items() if value not in (None, [], ())}
    return now


def person_row(lead: Lead) -> PersonRow:
    """The person behind a lead, and the need in their words."""
    return PersonRow(id=lead.id, **_columns(lead, "persons"))


def lead_of(row: LeadRow, person: PersonRow | None) -> Lead:
    """The record; without a person, as after an erasure, a lead that says nothing of them."""
    budget = map(_known_amount, _BUDGET_OF(row))
    return lead_at(_PLACES, (*_LEAD_OF(row), *budget, *_PERSON_OF(person or PersonRow(id=row.id))))


def _known_amount(end: Decimal | None) -> Decimal | None:
    """An end of a budget; below 0, which earlier versions took in, it is not known."""
    return None if end is not None and end < 0 else end


_BUDGET = [field for field in FIELDS if field.type == "amount"]
_LEAD = [field for field in FIELDS if field.table == "leads" and field.type != "amount"]
_PERSON = [field for field in FIELDS if field.table == "persons"]
_PLACES = [field.steps for field in (*_LEAD, *_BUDGET, *_PERSON)]
_LEAD_OF, _BUDGET_OF, _PERSON_OF = (
    attrgetter(*(field.column for field in fields)) for fields in (_LEAD, _BUDGET, _PERSON)
)
"""What reads the columns of the fields of each, in the order of their places."""


def _columns(lead: Lead, table: str) -> dict[str, Any]:
    """The columns of one of a lead's rows that repeat what the record says."""
    return {field.column: _stored(field, field.of(lead)) for field in FIELDS if field.table == table}


def _stored(field: Field, value: Any) -> Any:
    return tuple(part.model_dump() for part in value) if field.type in {"sources", "contacts"} else value


_BEHIND_A_NUMBER = re.compile(r"-[0-9a-f]{6}")


def numbered(number: str, mark: str) -> str:
    """The id of a lead whose number another lead has: that and the beginning of `mark`, such as its sheet's hash."""
    return f"{number[:193]}-{mark[:6]}"


def has_number(lead_id: str, number: str) -> bool:
    """Whether a lead came under a number: that is its id, or what `numbered` made of it."""
    rest = lead_id.removeprefix(number[:193])
    return lead_id == number or (rest != lead_id and _BEHIND_A_NUMBER.fullmatch(rest) is not None)


def match_rows(lead: Lead, policy: Policy) -> list[MatchRow]:
    """What this lead can be found again by; the lead's own contact first, then those of its duplicates.

    A phone may stand for several leads, each of another company; an id in another system stands for one.
    """
    companies = companies_of(lead)
    firm = f"|{companies[0].core}|{companies[0].place}" if companies else ""
    keys = all_keys(lead, policy.document.phone_region)
    rows = []
    if lead.external_id:
        by = f"{EXTERNAL}{lead.external_system or ''}:{lead.external_id}"
        rows.append(MatchRow(id=by, lead_id=lead.id, found_by=by))
    rows += [MatchRow(id=f"{key}{firm}", lead_id=lead.id, found_by=key) for key in keys]
    for company in companies:
        by = f"company:{company.core}"
        rows.append(MatchRow(id=f"{by}|{company.place}", lead_id=lead.id, found_by=by, place=company.place))
    return list({row.id: row for row in rows}.values())


def same(mine: Iterable[MatchRow], known: Mapping[str, Mapping[str, MatchRow]]) -> Iterator[str]:
    """The ids of the leads that are the same person, then of those of the same company, of which places may not differ.

    `known` are the matches of other leads by what they are found by, then by id.
    """
    for match in mine:
        for other in known.get(match.found_by, {}).values():
            if len({match.place, other.place} - {""}) < 2:
                yield other.lead_id


def activity_rows(
    activity: Activity, recorded_at: datetime, recorded_by: str, opportunity_id: str | None = None
) -> tuple[ActivityRow, TextRow | None]:
    """An activity, and apart from it what was said and with whom, where something was."""
    row = ActivityRow(
        id=activity.id,
        lead_id=activity.lead_id,
        kind=activity.kind,
        occurred_at=activity.occurred_at,
        by=activity.by,
        means=activity.means,
        content_id=activity.content_id,
        subject=activity.subject,
        amount=activity.amount,
        opportunity_id=opportunity_id or activity.opportunity_id,
        next_at=activity.next_at,
        recorded_at=recorded_at,
        recorded_by=recorded_by,
    )
    texts = {
        "contact": activity.contact,
        "content": activity.content,
        "feedback": activity.feedback,
        "next_step": activity.next_step,
    }
    spoken = any(words is not None for words in texts.values())
    text = TextRow(id=activity.id, lead_id=activity.lead_id, **texts) if spoken else None
    return row, text


def activity_of(row: ActivityRow, text: TextRow | None) -> Activity:
    """The record; without its words, as after an erasure, one that says nothing."""
    words = text or TextRow(id=row.id, lead_id=row.lead_id)
    return Activity(
        id=row.id,
        lead_id=row.lead_id,
        kind=row.kind,
        occurred_at=row.occurred_at,
        by=row.by,
        means=row.means,
        content_id=row.content_id,
        subject=row.subject,
        amount=row.amount,
        opportunity_id=row.opportunity_id,
        contact=words.contact,
        content=words.content,
        feedback=words.feedback,
        next_step=words.next_step,
        next_at=row.next_at,
    )


def opportunity_record(row: OpportunityRow) -> Opportunity:
    """The record of an opportunity."""
    return Opportunity(
        id=row.id,
        lead_id=row.lead_id,
        name=row.name,
        account=row.account,
        owner=row.owner,
        assessment=Assessment(**{name: getattr(row, name) for name in LEVELS}),
        amount=row.amount,
        expected_close=row.expected_close,
        status=row.status,  # type: ignore[arg-type]
        grade=row.grade,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        lost_reason=row.lost_reason,
        win_factors=row.win_factors,
        competitor=row.competitor,
        rivals=row.rivals,
    )


def member_of(row: MemberRow) -> Member:
    """The record of a member of the team."""
    return Member(id=row.id, role=row.role, capacity=row.capacity, active=row.active)
