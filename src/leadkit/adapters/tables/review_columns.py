"""The columns that a review reads from tables, and what it refuses of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, get_args

from attrs import define, setters

from leadkit.adapters.tables.plan import missing_column, refuse, wrong_type
from leadkit.errors import Problem
from leadkit.records.lead import LeadStatus
from leadkit.records.opportunity import OpportunityStatus

MOST_AMOUNT = 10**15
WANTED = {
    "key": "a text or a whole number",
    "text": "a text",
    "texts": "a text, or a list of texts",
    "time": "a time or whole epoch seconds",
    "amount": "a number",
}
"""The kinds of columns, and what may stand in each."""


@define(on_setattr=setters.frozen, kw_only=True)
class ReviewTable:
    """A table that a review reads: its columns by kind, those it must have, its key, and the words of its `state`."""

    name: str
    columns: Mapping[str, str]
    needed: tuple[str, ...]
    key: str | None = None
    state: str | None = None
    states: tuple[str, ...] = ()

    def check(self, names: Collection[str], types: Mapping[str, Any], fits: Callable[[str, Any], bool]) -> None:
        """Refuse a table that lacks a column, or has one of a type that can't be read, by its kind and its type.

        Raises:
            TableError: it does; all at once.
        """
        refuse([missing_column(self.name, column, names) for column in self.needed if column not in names])
        there = [(column, kind, types[column]) for column, kind in self.columns.items() if column in types]
        refuse([wrong_type(self.name, column, WANTED[kind], t) for column, kind, t in there if not fits(kind, t)])

    def check_rows(self, *, rows: int, keys: int, unknown: int, wrong: int = 0) -> None:
        """Refuse a table in which a key stands twice, or that says what can't be counted.

        Of `rows` there are so many different `keys`; `unknown` have another state than `states`, and `wrong` an amount
        that is none: below 0, from `MOST_AMOUNT` on, infinite or not a number.

        Raises:
            TableError: there is one; all at once.
        """
        hint = f"in small letters as here, and never blank: {', '.join(self.states)}"
        checks = (
            (self.key, rows - keys, "repeat a key", "keep one row of each"),
            (self.state, unknown, "have another state", hint),
            ("amount", wrong, "have no amount that can be counted", ""),
        )
        place = f"table {self.name}, column"
        refuse(
            [Problem(f"{n} rows {message}", tip, place=f"{place} {column}") for column, n, message, tip in checks if n]
        )


LEADS = ReviewTable(
    name="leads",
    columns={
        "lead_id": "key", "channel": "text", "industry": "text", "owner": "text", "priority": "text", "status": "text",
        "disqualification_reason": "text", "received_at": "time", "first_response_at": "time",
        "response_due_at": "time", "duplicate_of": "key", "tags": "texts", "source_detail": "text", "product": "text",
        "region": "text", "company_size": "text",
    },
    needed=("lead_id", "status", "received_at"),
    key="lead_id",
    state="status",
    states=get_args(LeadStatus),
)  # fmt: skip

OPPORTUNITIES = ReviewTable(
    name="opportunities",
    columns={
        "opportunity_id": "key", "lead_id": "key", "owner": "text", "grade": "text", "status": "text",
        "lost_reason": "text", "amount": "amount", "opened_at": "time", "closed_at": "time",
        "stage": "text", "expected_close": "time", "stage_since": "time", "furthest_stage": "text",
        "competitor": "text",
    },
    needed=("opportunity_id", "status", "opened_at", "closed_at"),
    key="opportunity_id",
    state="status",
    states=get_args(OpportunityStatus),
)  # fmt: skip

ACTIVITIES = ReviewTable(
    name="activities",
    columns={"lead_id": "key", "occurred_at": "time", "kind": "text", "means": "text"},
    needed=("lead_id", "occurred_at"),
)
"""Our follow-ups only."""


def check_keys(key: Any, types: Mapping[str, Any], name: str = "opportunities") -> None:
    """Refuse a table, by its `name`, whose `lead_id` has another type than that of the leads, `key`.

    Whole numbers are alike.

    Raises:
        TableError: it has.
    """
    other = types.get("lead_id", key)
    if other != key and not (other.is_integer() and key.is_integer()):
        refuse([wrong_type(name, "lead_id", f"{key} as in leads", other)])
