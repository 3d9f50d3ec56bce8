"""The tables of a store: the class of their rows, their columns read from it, and what they are searched by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin, get_type_hints

from attrs import define, fields_dict, setters

from leadkit.records.fields import FrozenDict
from leadkit.store.opportunity_rows import MilestoneRow, ObjectionRow, OpportunityRow, StatementRow
from leadkit.store.process_rows import (
    ChangeRow,
    ClaimRow,
    DeliveryRow,
    DutyRow,
    EntryRow,
    ErasedRow,
    ImportRow,
    KeyRow,
    MemberRow,
    NoticeRow,
    RemarkRow,
    ReviewNoteRow,
    SettlementRow,
    TouchRow,
)
from leadkit.store.rows import ActivityRow, LeadRow, MatchRow, PersonRow, Points, TextRow

Kind = Literal["text", "integer", "flag", "moment", "day", "amount", "points", "json"]
_KINDS: dict[Any, Kind] = {
    str: "text",
    int: "integer",
    bool: "flag",
    datetime: "moment",
    date: "day",
    Decimal: "amount",
    Points: "points",
}

Row = TypeVar("Row")


@define(on_setattr=setters.frozen, eq=False)
class Table(Generic[Row]):
    """One table: its name, the class of its rows, and what it is searched by, `-` for falling. Its key is `id`."""

    name: str
    row: type[Row]
    indexes: tuple[tuple[str, ...], ...] = ()
    serial: bool = False
    """Whether the store numbers new rows in `seq`."""

    def __repr__(self) -> str:
        return f"<Table {self.name}>"

    @property
    def columns(self) -> Mapping[str, Kind]:
        """The kind of every column, in their order."""
        return _columns(self.row)  # type: ignore[arg-type]

    @property
    def versioned(self) -> bool:
        """Whether a row may be replaced only by who read its latest version."""
        return "version" in self.columns

    def nullable(self, column: str) -> bool:
        """Whether a column may be empty."""
        return type(None) in get_args(get_type_hints(self.row)[column])

    def to_json(self, row: Row) -> dict[str, Any]:
        """A row as JSON can hold it; `from_json` gives it back."""
        return {name: _to_json(getattr(row, name)) for name in self.columns}

    def as_json(self, value: Any) -> Any:
        """One value of a column as JSON can hold it; `of_json` gives it back."""
        return _to_json(value)

    def of_json(self, column: str, value: Any) -> Any:
        """The value of a column that `as_json` was given."""
        return _from_json(self.columns[column], value)

    def from_json(self, document: Mapping[str, Any]) -> Row:
        """The row that `to_json` was given."""
        return self.row(**{name: _from_json(self.columns[name], value) for name, value in document.items()})


@cache
def _columns(row: Any) -> dict[str, Kind]:
    hints = get_type_hints(row, include_extras=True)
    return {name: _kind(hints[name]) for name in fields_dict(row)}


def _kind(hint: Any) -> Kind:
    if get_origin(hint) is UnionType:
        hint = next(part for part in get_args(hint) if part is not type(None))
    return _KINDS.get(hint, "json")


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, (Decimal, date)) else value


def _from_json(kind: Kind, value: Any) -> Any:
    if value is None:
        return None
    if kind == "moment":
        return datetime.fromisoformat(value)
    if kind == "day":
        return date.fromisoformat(value)
    if kind in {"amount", "points"}:
        return Decimal(value)
    return hashable(value) if kind == "json" else value


def hashable(value: Any) -> Any:
    """JSON's lists and objects as tuples and mappings that can't be changed."""
    if isinstance(value, list):
        return tuple(hashable(item) for item in value)
    return FrozenDict({key: hashable(item) for key, item in value.items()}) if isinstance(value, dict) else value


SCHEMA = "0019"
"""The version of these tables, which is the number of the last migration."""

QUEUE = ("in_queue", "-points", "captured_at", "id")
LEADS = Table(
    "leads",
    LeadRow,
    (
        *((QUEUE[0], column, *QUEUE[1:]) for column in ("owner", "priority", "status")),
        QUEUE,
        ("merged_into",),
        ("in_queue", "scored_at"),
        ("account_key", "id"),
        ("in_queue", "override_band", "id"),
    ),
)
PERSONS = Table("persons", PersonRow)
MATCHES = Table("matches", MatchRow, (("found_by",), ("lead_id",)))
ACTIVITIES = Table("activities", ActivityRow, (("lead_id", "occurred_at"), ("opportunity_id", "occurred_at")))
TEXTS = Table("activity_texts", TextRow, (("lead_id",),))
OPPORTUNITIES = Table("opportunities", OpportunityRow, (("lead_id",), ("account_key",), ("status", "owner")))
MILESTONES = Table("milestones", MilestoneRow, (("opportunity_id",),))
OBJECTIONS = Table("objections", ObjectionRow, (("opportunity_id",),))
STATEMENTS = Table("statements", StatementRow, (("opportunity_id",), ("lead_id",)))
DUE = ("state", "due_at", "id")
DUTIES = Table(
    "duties",
    DutyRow,
    (
        ("state", "next_at", "id"),
        DUE,
        *((DUE[0], column, *DUE[1:]) for column in ("owner", "kind")),
        ("lead_id",),
        ("opportunity_id",),
    ),
)
JOURNAL = Table("journal", EntryRow, (("lead_id",), ("opportunity_id",)), serial=True)
CHANGES = Table("changes", ChangeRow, (("lead_id",),), serial=True)
REMARKS = Table("remarks", RemarkRow, (("lead_id",),))
OUTBOX = Table("outbox", NoticeRow, (("state", "next_at", "seq"), ("lead_id",)), serial=True)
DELIVERIES = Table("deliveries", DeliveryRow, (("notice_id",), ("state", "plugin", "next_at")))
KEYS = Table("keys", KeyRow, (("lead_id",), ("at",)))
ERASED = Table("erased", ErasedRow)
IMPORTS = Table("imports", ImportRow)
TOUCHES = Table("touches", TouchRow, (("import_id",), ("lead_id",)))
MEMBERS = Table("members", MemberRow)
CLAIMS = Table("claims", ClaimRow, (("member", "at"),))
REVIEW_NOTES = Table("review_notes", ReviewNoteRow)
SETTLEMENTS = Table("settlements", SettlementRow)
TABLES: tuple[Table[Any], ...] = (
    LEADS, PERSONS, MATCHES, ACTIVITIES, TEXTS, OPPORTUNITIES, JOURNAL, REMARKS, OUTBOX, DELIVERIES, KEYS, MEMBERS,
    MILESTONES, OBJECTIONS, STATEMENTS, DUTIES, CHANGES, IMPORTS, TOUCHES,
    CLAIMS, ERASED, REVIEW_NOTES, SETTLEMENTS,
)  # fmt: skip
