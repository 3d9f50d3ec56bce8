"""The tables of a review in spreadsheets: CSV or XLSX with the names of the columns as heads, or Chinese ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from leadkit.adapters.spreadsheets.cells import amount, is_blank, moment, text, unkeepable
from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.rows import Asked, read_rows
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.adapters.spreadsheets.templates import REVIEWED, STATE_WORDS
from leadkit.adapters.tables.review_columns import (
    ACTIVITIES,
    LEADS,
    MOST_AMOUNT,
    OPPORTUNITIES,
    ReviewTable,
)
from leadkit.errors import MissingExtraError, SheetError
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy.sheets import SheetMap, Sheets
from leadkit.records.text import fold

try:
    import polars as pl
except ImportError:
    raise MissingExtraError.of("polars", "polars") from None

TABLES = {table.name: table for table in (LEADS, OPPORTUNITIES, ACTIVITIES)}
DATES = frozenset({"received_at", "opened_at", "closed_at"})
"""What may be blank although the table needs it: the review counts such rows apart."""

TYPES: Mapping[str, Any] = {
    "key": pl.String,
    "text": pl.String,
    "texts": pl.String,
    "time": pl.Datetime("us", "UTC"),
    "amount": pl.Decimal(18, 2),
}

Values = dict[str, Any]
DASHED = ("time", "amount")
"""The kinds of columns in which a dash stands for nothing."""


def read_sheet(
    path: Path,
    table: str,
    zone: ZoneInfo,
    currency: str = "CNY",
    *,
    heads: Sheets | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> pl.DataFrame:
    """A spreadsheet as one of the tables of a review: `leads`, `opportunities` or `activities`.

    `heads` are the maps of the company's own sheets, those of `[sheets]` in its policy.

    Its columns are those of `leadkit.adapters.tables.review_columns`. A time without an offset is meant in `zone`, a
    date is its first moment, and a dash stands for nothing. Amounts are in `currency`, which they may name.

    Raises:
        SheetError: it can't be read, lacks a column, or has a cell that says something else; all such cells at once, as
            many as `limits` list.
    """
    wanted = TABLES[table]
    times = tuple(name for name, kind in wanted.columns.items() if kind == "time")
    asked = Asked(heads=_map(table, heads), dated=times, zone=zone)
    sheet = read_rows(path, REVIEWED[table], _reader(wanted, zone, currency, limits), limits, asked=asked)
    if sheet.set_aside:
        raise SheetError(sheet.problems(limits.problems))
    schema = {name: TYPES[kind] for name, kind in wanted.columns.items()}
    return pl.DataFrame(sheet.records, schema=schema, orient="row")


def _map(table: str, heads: Sheets | None) -> SheetMap | None:
    """The map of one table; that of follow-ups serves a review as it is."""
    if heads is None:
        return None
    return {"leads": heads.reviewed_leads, "opportunities": heads.reviewed_opportunities}.get(table, heads.activities)


def _reader(
    table: ReviewTable, zone: ZoneInfo, currency: str, limits: Limits
) -> Callable[[Mapping[str, Cell], int], tuple[Values | None, list[Fault]]]:
    seen: set[str] = set()
    needed, key, kinds = set(table.needed) - DATES, table.key, table.columns

    def read(row: Mapping[str, Cell], _: int) -> tuple[Values | None, list[Fault]]:
        cells = {name: None if kinds.get(name) in DASHED and is_blank(cell) else cell for name, cell in row.items()}
        values = {name: _value(table, name, cells.get(name), zone, currency=currency) for name in kinds}
        faults = unkeepable(cells, limits)
        for name, kind in table.columns.items():
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


def _value(table: ReviewTable, name: str, cell: Cell, zone: ZoneInfo, *, currency: str) -> Any:
    """What a cell says; None where it is blank or can't be read."""
    kind = table.columns[name]
    if name == table.state:
        return STATE_WORDS[table.name].get(fold(text(cell) or "").casefold())
    if kind == "time":
        return moment(cell, zone)
    if kind == "amount":
        total = amount(cell, currency)
        return total if total is not None and 0 <= total < MOST_AMOUNT else None
    return text(cell)


def _fault(table: ReviewTable, name: str, kind: str) -> Fault:
    if name == table.state:
        return Fault("not_a_level", name, ", ".join(table.states))
    return Fault("not_a_date" if kind == "time" else "not_a_number", name)
