"""What the review reads from tables, and the review from the cells that an engine grouped."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

from attrs import define, setters

from leadkit.adapters.tables.plan import missing_column, refuse, wrong_type
from leadkit.errors import Problem
from leadkit.records.lead import LeadStatus
from leadkit.records.opportunity import OpportunityStatus
from leadkit.reviewing.cases import (
    CENTS,
    Cells,
    CycleCell,
    Group,
    IntervalCell,
    LeadCell,
    OpportunityCell,
    ResponseCell,
)
from leadkit.reviewing.count import Bounds
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.period import Period, period_of
from leadkit.reviewing.review import Review, reviewed


@define(on_setattr=setters.frozen)
class State:
    """The column that says how far a row is, and the words that may stand in it."""

    column: str
    words: tuple[str, ...]


LEADS = {
    "lead_id": "key", "channel": "text", "industry": "text", "owner": "text", "priority": "text", "status": "text",
    "disqualification_reason": "text", "received_at": "time", "first_response_at": "time", "response_due_at": "time",
    "duplicate_of": "key",
}  # fmt: skip
"""The columns of a table of leads; all but `lead_id`, `status` and `received_at` may be left out."""

OPPORTUNITIES = {
    "opportunity_id": "key", "lead_id": "key", "owner": "text", "grade": "text", "status": "text",
    "lost_reason": "text", "amount": "amount", "opened_at": "time", "closed_at": "time",
}  # fmt: skip
"""The columns of a table of opportunities; `lead_id`, `owner`, `grade`, `lost_reason` and `amount` may be left out."""

ACTIVITIES = {"lead_id": "key", "occurred_at": "time"}
"""The columns of a table of activities: our follow-ups only."""

NEEDED = {
    "leads": ("lead_id", "status", "received_at"),
    "opportunities": ("opportunity_id", "status", "opened_at", "closed_at"),
    "activities": ("lead_id", "occurred_at"),
}
KEYS = {"leads": "lead_id", "opportunities": "opportunity_id"}
STATES = {"leads": State("status", get_args(LeadStatus)), "opportunities": State("status", get_args(OpportunityStatus))}
MOST_AMOUNT = 10**15
WANTED = {
    "key": "a text or a whole number",
    "text": "a text",
    "time": "a time or whole epoch seconds",
    "amount": "a number",
}
GROUPED = ("channel", "industry", "owner", "priority")


@define(on_setattr=setters.frozen)
class Rows:
    """What an engine grouped for one period: rows by column name, named as the fields of the cells are.

    Every number is an int, a group's names stand in columns of their own, and amounts are whole `cents`.
    """

    leads: Sequence[Mapping[str, Any]]
    responses: Sequence[Mapping[str, Any]]
    opportunities: Sequence[Mapping[str, Any]]
    cycles: Sequence[Mapping[str, Any]]
    intervals: Sequence[Mapping[str, Any]]
    problems: Mapping[str, int]


def check_columns(table: str, columns: Collection[str]) -> None:
    """Refuse a table that lacks a column.

    Raises:
        TableError: it does; all at once.
    """
    refuse([missing_column(table, name, columns) for name in NEEDED[table] if name not in columns])


def check_types(table: str, types: Mapping[str, Any], columns: Mapping[str, str], fits: Callable[..., bool]) -> None:
    """Refuse a table with a column of a type that can't be read; `fits` is asked with its kind and its type.

    Raises:
        TableError: there is one; all at once.
    """
    found = [(name, kind, types[name]) for name, kind in columns.items() if name in types]
    refuse([wrong_type(table, name, WANTED[kind], type_) for name, kind, type_ in found if not fits(kind, type_)])


def check_keys(key: Any, types: Mapping[str, Any]) -> None:
    """Refuse opportunities whose `lead_id` has another type than that of the leads, `key`; whole numbers are alike.

    Raises:
        TableError: it has.
    """
    own = types.get("lead_id", key)
    if own != key and not (own.is_integer() and key.is_integer()):
        refuse([wrong_type("opportunities", "lead_id", f"{key} as in leads", own)])


def refuse_rows(table: str, *, rows: int, keys: int, unknown: int, wrong: int) -> None:
    """Refuse a table in which a key stands twice (which of its rows should count?), or that says what can't be counted.

    `rows` has the table, so many different `keys`, `unknown` of them with a state that is not in `STATES`, and `wrong`
    ones with an amount that is none: below 0, from `MOST_AMOUNT` on, infinite or not a number.

    Raises:
        TableError: there is one; all at once.
    """
    key, state = KEYS[table], STATES[table]
    problems = []
    if rows != keys:
        problem = Problem(f"table {table}, column {key}", f"{rows - keys} rows repeat a key", "keep one row of each")
        problems.append(problem)
    if unknown:
        hint = f"in small letters as here, and never blank: {', '.join(state.words)}"
        problems.append(Problem(f"table {table}, column {state.column}", f"{unknown} rows have another state", hint))
    if wrong:
        problems.append(Problem(f"table {table}, column amount", f"{wrong} rows have no amount that can be counted"))
    refuse(problems)


def review_of(
    rows_of: Callable[[Bounds, bool], Rows],
    period: Period | str,
    *,
    zone: ZoneInfo,
    as_of: datetime | None,
    currency: str,
    first_grade: str | None,
    notes: ReviewNotes | None,
) -> Review:
    """The review of a period from what an engine groups for it and for the one before, of which only the whole counts.

    `rows_of` is told a period's bounds, and whether channels, industries, owners and priorities are to be told apart.
    """
    wanted = period_of(period, zone)
    moment = wanted.end if as_of is None else as_of.astimezone(UTC)
    cells, before = (
        cells_of(rows_of(Bounds.of(one, moment), apart)) for one, apart in ((wanted, True), (wanted.previous, False))
    )
    return reviewed(cells, before, wanted, as_of=moment, currency=currency, first_grade=first_grade, notes=notes)


def cells_of(rows: Rows) -> Cells:
    """The cells in an engine's rows; amounts come in whole cents."""
    return Cells(
        leads=tuple(map(_lead_cell, rows.leads)),
        responses=tuple(ResponseCell(**row) for row in rows.responses),
        opportunities=tuple(map(_opportunity_cell, rows.opportunities)),
        cycles=tuple(map(_cycle_cell, rows.cycles)),
        intervals=tuple(IntervalCell(**row) for row in rows.intervals),
        problems=tuple(sorted((code, number) for code, number in rows.problems.items() if number)),
    )


def _lead_cell(row: Mapping[str, Any]) -> LeadCell:
    return LeadCell(
        group=_group(row),
        cohort=row["cohort"],
        status=row["status"],
        reason=row["reason"],
        leads=row["leads"],
        mature=(row["mature_0"], row["mature_1"], row["mature_2"]),
        converted=(row["converted_0"], row["converted_1"], row["converted_2"]),
    )


def _opportunity_cell(row: Mapping[str, Any]) -> OpportunityCell:
    return OpportunityCell(
        group=_group(row, row["grade"]),
        status=row["status"],
        lost_reason=row["lost_reason"],
        opened=bool(row["opened"]),
        closed=bool(row["closed"]),
        entered=bool(row["entered"]),
        opportunities=row["opportunities"],
        amounts=row["amounts"],
        amount=(row["cents"] or 0) * CENTS,
    )


def _cycle_cell(row: Mapping[str, Any]) -> CycleCell:
    return CycleCell(
        group=_group(row, row["grade"]),
        closed=bool(row["closed"]),
        entered=bool(row["entered"]),
        seconds=row["seconds"],
        opportunities=row["opportunities"],
    )


def _group(row: Mapping[str, Any], grade: str | None = None) -> Group:
    return Group(
        channel=row["channel"], industry=row["industry"], owner=row["owner"], priority=row["priority"], grade=grade
    )


def present(columns: Iterable[str], wanted: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
    """Each column that a review reads, its kind, and whether the table has it."""
    there = set(columns)
    return ((name, kind, name in there) for name, kind in wanted.items())
