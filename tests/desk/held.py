"""What a store holds, without the times and ids that differ from run to run."""

from __future__ import annotations

from typing import Any

from leadkit.store.protocol import Query, Storage
from leadkit.store.tables import TABLES, Table

SAID = {"received_at", "entered_at", "occurred_at"}
"""The times that come from the sheets and not from the clock."""


def held(storage: Storage) -> dict[str, list[str]]:
    """Every row of every table, as texts in order."""
    with storage.transaction(read_only=True) as unit:
        return {table.name: sorted(_lasting(table, row) for row in unit.find(Query(table))) for table in TABLES}


def number_of(storage: Storage, table: Table[Any]) -> int:
    """How many rows a table has."""
    with storage.transaction(read_only=True) as unit:
        return unit.count(Query(table))


def _lasting(table: Table[Any], row: Any) -> str:
    by_clock = {name for name, kind in table.columns.items() if kind == "moment"} - SAID
    drawn = {"seq", *(("id",) if table.name in {"journal", "remarks", "outbox", "changes"} else ())}
    return repr({name: getattr(row, name) for name in table.columns if name not in by_clock | drawn})
