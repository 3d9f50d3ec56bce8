"""The tables of a review in spreadsheets: CSV or XLSX with the names of the columns as heads, or Chinese ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from leadkit.adapters.spreadsheets.cells import moment, number, text, unkeepable
from leadkit.adapters.spreadsheets.read_sheet import Fault, ReadSheet, read_rows
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.adapters.spreadsheets.templates import REVIEWED, STATE_WORDS
from leadkit.adapters.tables.reviews import ACTIVITIES, KEYS, LEADS, MOST_AMOUNT, NEEDED, OPPORTUNITIES, STATES
from leadkit.errors import MissingExtraError, Problem, SheetError
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.records.text import fold

try:
    import polars as pl
except ImportError:
    raise MissingExtraError.of("polars", "polars") from None

COLUMNS = {"leads": LEADS, "opportunities": OPPORTUNITIES, "activities": ACTIVITIES}
DATES = frozenset({"received_at", "opened_at", "closed_at"})
"""What may be blank although the table needs it: the review counts such rows apart."""

TYPES: Mapping[str, Any] = {
    "key": pl.String,
    "text": pl.String,
    "time": pl.Datetime("us", "UTC"),
    "amount": pl.Decimal(18, 2),
}

Values = dict[str, Any]


def read_sheet(path: Path, table: str, zone: ZoneInfo, *, limits: Limits = DEFAULT_LIMITS) -> pl.DataFrame:
    """A spreadsheet as one of the tables of a review: `leads`, `opportunities` or `activities`.

    Its columns are those of `leadkit.adapters.tables.reviews`. A time without an offset is meant in `zone`, a date is
    its first moment.

    Raises:
        SheetError: it can't be read, lacks a column, or has a cell that says something else; all such cells at once, as
            many as `limits` list.
    """
    columns = COLUMNS[table]
    sheet = read_rows(path, REVIEWED[table], _reader(table, columns, zone, limits), limits)
    if sheet.set_aside:
        raise SheetError(_problems(sheet, limits.problems))
    return pl.DataFrame(sheet.records, schema={name: TYPES[kind] for name, kind in columns.items()}, orient="row")


def _reader(
    table: str, columns: Mapping[str, str], zone: ZoneInfo, limits: Limits
) -> Callable[[Mapping[str, Cell], int], tuple[Values | None, list[Fault]]]:
    seen: set[str] = set()
    needed, key = set(NEEDED[table]) - DATES, KEYS.get(table)

    def read(cells: Mapping[str, Cell], _: int) -> tuple[Values | None, list[Fault]]:
        values = {name: _value(table, name, kind, cells.get(name), zone) for name, kind in columns.items()}
        faults = unkeepable(cells, limits)
        for name, kind in columns.items():
            if cells.get(name) is None and name in needed:
                faults.append(Fault("missing", name))
            elif cells.get(name) is not None and values[name] is None:
                faults.append(_fault(table, name, kind))
        if key and values[key] in seen:
            faults.append(Fault("repeated", key))
        elif key and values[key]:
            seen.add(values[key])
        return (None, faults) if faults else (values, [])

    return read


def _value(table: str, name: str, kind: str, cell: Cell, zone: ZoneInfo) -> Any:
    """What a cell says; None where it is blank or can't be read."""
    if _is_state(table, name):
        return STATE_WORDS[table].get(fold(text(cell) or "").casefold())
    if kind == "time":
        return moment(cell, zone) or _with_offset(cell, zone)
    if kind == "amount":
        found = number(cell, "元")
        return found if found is not None and 0 <= found < MOST_AMOUNT else None
    return text(cell)


def _is_state(table: str, name: str) -> bool:
    return table in STATES and name == STATES[table].column


def _with_offset(cell: Cell, zone: ZoneInfo) -> datetime | None:
    try:
        found = datetime.fromisoformat(fold(str(cell)))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _fault(table: str, name: str, kind: str) -> Fault:
    if _is_state(table, name):
        return Fault("not_a_level", name, ", ".join(STATES[table].words))
    return Fault("not_a_date" if kind == "time" else "not_a_number", name)


def _problems(plan: ReadSheet[Values], most: int) -> list[Problem]:
    sheet = f", sheet {plan.sheet!r}" if plan.sheet else ""
    every = [
        Problem(f"{plan.file}{sheet}, row {row.number}", plan.say(fault, "en"))
        for row in plan.set_aside
        for fault in row.faults
    ]
    left = [Problem(plan.file, f"and {len(every) - most} more")] if len(every) > most else []
    return every[:most] + left
