"""The sections of a review as sheets: a rate and an estimate take several columns, every number is a number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from leadkit.adapters.spreadsheets.table import Cell, Chart, Table
from leadkit.reviewing.pipeline import Estimate
from leadkit.reviewing.section import Column, Section, SectionTable

COUNT, PERCENT, MONEY, RATIO = "#,##0", "0.0%", "#,##0", "#,##0.00"
Words = Mapping[str, Mapping[str, str]]
Part = tuple[str, str, Callable[[Any], Cell]]
"""A head, a number format, and what a cell of the section is under that head."""

CHARTED = {"parts": "won_amount", "open_stages": "amount", "open_closes": "amount", "duties_by_owner": "overdue"}
"""The tables that have a chart where they have several rows, and the column that it draws."""

TOTALLED = frozenset(CHARTED)
"""Those whose last row is the whole, where they have several."""


def section_sheets(sections: Sequence[Section], words: Words, currency: str) -> list[Table]:
    """A sheet for each table of each section."""
    return table_sheets([table for section in sections for table in section.tables], words, currency)


def table_sheets(tables: Sequence[SectionTable], words: Words, currency: str) -> list[Table]:
    """A sheet for each table."""
    return [_sheet(table, words, currency) for table in tables]


def _sheet(table: SectionTable, words: Words, currency: str) -> Table:
    parts = [list(_parts(column, words, currency)) for column in table.columns]
    rows = [tuple(cell(value) for value, of in zip(row, parts, strict=True) for _, _, cell in of) for row in table.rows]
    flat = [part for of in parts for part in of]
    return Table(
        table.title,
        tuple(head for head, _, _ in flat),
        rows,
        formats={head: shape for head, shape, _ in flat if shape},
        charts=list(_charts(table, words, currency)),
        frozen=1,
    )


def _charts(table: SectionTable, words: Words, currency: str) -> Iterator[Chart]:
    for column in table.columns:
        if CHARTED.get(table.name) == column.name:
            (head, _, _), *_ = _parts(column, words, currency)
            if len(table.rows) > 1:
                rows = len(table.rows) - (table.name in TOTALLED)
                yield Chart(table.title, table.columns[0].head, (head,), "column", rows)


def _parts(column: Column, words: Words, currency: str) -> Iterator[Part]:
    head, book = column.head, words["workbook"]
    if column.kind == "rate":
        yield f"{head} {book['met']}", COUNT, lambda rate: rate.met
        yield f"{head} {book['of']}", COUNT, lambda rate: rate.of
        yield head, PERCENT, lambda rate: rate.value if rate.is_share else None
        yield f"{head} {book['low']}", PERCENT, lambda rate: rate.low
        yield f"{head} {book['high']}", PERCENT, lambda rate: rate.high
        yield f"{head} {book['small']}", "", lambda rate: book["yes"] if rate.of and rate.small else None
    elif column.kind == "estimate":
        yield f"{head} ({currency})", MONEY, lambda value: _end(value, "value")
        yield f"{head} {book['low']}", MONEY, lambda value: _end(value, "low")
        yield f"{head} {book['high']}", MONEY, lambda value: _end(value, "high")
        yield f"{head} {book['note']}", "", lambda value: words["rows"]["few"] if value is None else None
    elif column.kind == "money":
        yield f"{head} ({currency})", MONEY, lambda value: value
    elif column.kind == "ratio":
        yield head, RATIO, lambda value: value
    else:
        yield head, "" if column.kind == "text" else COUNT, lambda value: value


def _end(value: Estimate | Decimal | None, name: str) -> Cell:
    return value if value is None or isinstance(value, Decimal) else getattr(value, name)
