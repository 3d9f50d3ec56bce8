"""Lists of leads to be worked in a spreadsheet, and their way back: follow-ups, the next dates and new owners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from leadkit.adapters.spreadsheets.read import FILLED_IN
from leadkit.adapters.spreadsheets.scored_rows import head_of
from leadkit.adapters.spreadsheets.table import Cell, Row, Table
from leadkit.adapters.spreadsheets.templates import ACTIVITIES, ASSIGNMENTS
from leadkit.desk.desk import Desk
from leadkit.desk.results import DueItem, LeadState
from leadkit.errors import NotFoundError
from leadkit.rules.labels import label
from leadkit.store.process_rows import DutyRow
from leadkit.store.protocol import Query, by_id, in_parts
from leadkit.store.rows import LeadRow
from leadkit.store.tables import DUTIES, LEADS, MEMBERS
from leadkit.texts import Language, texts

FRONT = ("company", "contact", "job_title", "phone", "owner", "need")


def work_table(desk: Desk, states: Iterable[LeadState], language: Language = "zh_CN") -> Table:
    """Leads with whom to call, what is due and what was done last, and empty columns to fill in.

    `leadkit import` takes it back: what stands in these columns is a follow-up, a next date or a new owner.
    """
    every = list(states)
    due, rows, members = _rows_behind(desk, every)
    words = texts("sheets", language)["heads"]
    heads = (
        ACTIVITIES.head("lead_id", language),
        *(head_of(name, language) for name in ("status", "points", "priority", *FRONT)),
        *(words[name] for name in ("due", "last_follow_up", "missing")),
        *(ACTIVITIES.head(name, language) for name in FILLED_IN),
        ASSIGNMENTS.head("assign_to", language),
    )
    return Table(
        words["work"],
        heads,
        [_row(desk, state, due.get(state.id), rows.get(state.id), language) for state in every],
        wrapped={head_of("need", language)},
        frozen=heads.index(head_of("company", language)) + 1,
        choices={
            ACTIVITIES.head("means", language): _means(desk),
            ASSIGNMENTS.head("assign_to", language): members,
        },
    )


def _rows_behind(desk: Desk, states: list[LeadState]) -> tuple[dict[str, DutyRow], dict[str, LeadRow], tuple[str, ...]]:
    """What each lead owes first, its row, and the active members of the team."""
    ids = [state.id for state in states]
    with desk.storage.transaction(read_only=True) as unit:
        asked = [Query(DUTIES, {"lead_id": part, "state": ("open", "paused")}) for part in in_parts(ids)]
        duties = [duty for query in asked for duty in unit.find(query)]
        rows = by_id(unit, LEADS, ids)
        members = tuple(member.id for member in unit.find(Query(MEMBERS)) if member.active)
    first: dict[str, DutyRow] = {}
    for duty in sorted(duties, key=lambda duty: duty.due_at):
        first.setdefault(str(duty.lead_id), duty)
    return first, rows, members


def _row(desk: Desk, state: LeadState, duty: DutyRow | None, row: LeadRow | None, language: Language) -> Row:
    lead, names = state.lead, desk.policy.document.labels
    priority = label(names, language, f"priority.{state.priority}", state.priority) if state.priority else None
    who = (lead.company.name, lead.contact.name, lead.contact.job_title, lead.contact.phone, state.owner)
    asked = "; ".join(label(names, language, name.partition(":")[0]) for name in state.missing) or None
    moments = (duty.due_at if duty else None, row.last_follow_up_at if row else None)
    empty: tuple[Cell, ...] = (None,) * (len(FILLED_IN) + 1)
    local = (None if at is None else at.astimezone(desk.policy.time_zone) for at in moments)
    status = texts("sheets", language)["statuses"][state.status]
    return (state.id, status, state.points, priority, *who, lead.need.description, *local, asked, *empty)


def _means(desk: Desk) -> tuple[str, ...]:
    """The words by which a follow-up is recognised, one for each kind."""
    return tuple(dict.fromkeys(kind.words[0] for kind in desk.policy.document.activities.values() if kind.words))


def due_leads(desk: Desk, items: Iterable[DueItem]) -> Iterator[LeadState]:
    """The leads that owe something, in the order in which it is due, each once; an erased one is none."""
    for lead_id in dict.fromkeys(item.lead_id for item in items if item.lead_id):
        with suppress(NotFoundError):
            yield desk.lead(lead_id)
