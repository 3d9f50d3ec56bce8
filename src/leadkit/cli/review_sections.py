"""The sections of a review in the terminal: every table with its heads, the first rows of a long one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from leadkit.cli.opening import aligned
from leadkit.reviewing.section import CellKind, SectionTable
from leadkit.texts import Language, texts

MOST_ROWS = 14
NOTHING = "–"


def section_lines(table: SectionTable, currency: str, language: Language) -> Iterator[str]:
    """A table in lines, its numbers as people read them; how many rows are not shown stands below."""
    words = texts("review", language)
    units = {"money": f" ({currency})", "estimate": f" ({currency})"}
    heads = [column.head + units.get(column.kind, "") for column in table.columns]
    few = words["rows"]["few"]
    rows = [
        [_plain(column.kind, cell, few) for column, cell in zip(table.columns, row, strict=True)]
        for row in table.rows[:MOST_ROWS]
    ]
    yield f"\n{table.title}"
    yield from aligned([(f"  {name}", *cells) for name, *cells in [heads, *rows]])
    if len(table.rows) > MOST_ROWS:
        yield "  " + words["page"]["more_names"].format(number=len(table.rows) - MOST_ROWS)


def _plain(kind: CellKind, cell: Any, few: str) -> str:
    if cell is None:
        return few if kind == "estimate" else NOTHING
    if kind == "estimate" and not isinstance(cell, Decimal):
        if cell.low == cell.high:
            return f"{cell.value:,.0f}"
        return f"{cell.value:,.0f} ({cell.low:,.0f}–{cell.high:,.0f})"
    if kind in {"money", "estimate"}:
        return f"{cell:,.0f}"
    if kind == "ratio":
        return f"{cell:,.2f}"
    return f"{cell:,}" if kind == "count" else str(cell)
