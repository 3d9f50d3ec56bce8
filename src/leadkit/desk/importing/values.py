"""Values and heads in the tables that tell what an import did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from leadkit.adapters.spreadsheets.table import Cell
from leadkit.texts import Language, texts


def new_outcomes(rows: Iterable[Any]) -> Counter[str]:
    """How many rows came to what in this run; one that an earlier run had done is a repeated one."""
    return Counter("repeated" if row.before else row.outcome for row in rows)


def in_words(value: Any) -> str:
    """A value that JSON holds, in one line; a dash for none."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(in_words, value)) or "-"
    if isinstance(value, dict):
        return " ".join(in_words(part) for part in value.values() if part) or "-"
    return "-" if value is None else str(value)


def as_cell(value: Any) -> Cell:
    """A value that JSON holds, as a cell; blank for none."""
    return None if value in (None, (), []) else in_words(value)


def heads_of(language: Language, *names: str) -> tuple[str, ...]:
    """The heads of a table."""
    heads = texts("sheets", language)["heads"]
    return tuple(heads[name] for name in names)
