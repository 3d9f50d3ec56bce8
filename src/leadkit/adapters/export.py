"""Everything that a store keeps as files that other programs read: a table each, as CSV or as lines of JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any, Literal

from attrs import define, setters

from leadkit.adapters.files import replacing, unwritable
from leadkit.adapters.spreadsheets.files.delimited import quote_formula
from leadkit.errors import Problem, StorageError
from leadkit.results import Result
from leadkit.store.protocol import Storage, pages
from leadkit.store.tables import TABLES, Kind, Table

Form = Literal["csv", "jsonl"]
SECRETS = frozenset({("erased", "secret")})
"""The columns that are of no use but to the store itself, and stay in it."""

_as_json = json.JSONEncoder(ensure_ascii=False, default=float).encode


@define(on_setattr=setters.frozen)
class Export(Result):
    """What was written: the rows of each file."""

    rows: Mapping[str, int]


def export(storage: Storage, folder: str | Path, *, form: Form = "csv") -> Export:
    """Write every table of a store into a file of a new or empty folder, all as they are at one moment.

    Heads are the names of the columns. Times are UTC, as ISO 8601; lists and mappings are JSON. In CSV a text that a
    spreadsheet would take for a formula has an apostrophe before it. Files are for their owner alone.

    Raises:
        StorageError: the folder holds something, or the store can't be read.
        SheetError: a file can't be written.
    """
    path = Path(folder)
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise StorageError(Problem("is not empty", "name a new folder", place=path.name))
        with storage.transaction(read_only=True) as unit:
            rows = {}
            for table in TABLES:
                every = (row for page in pages(unit, table) for row in page)
                rows[f"{table.name}.{form}"] = _write(path / f"{table.name}.{form}", table, every, form)
        return Export(rows)
    except OSError as error:
        raise unwritable(path, error) from None


def _write(file: Path, table: Table[Any], rows: Iterable[Any], form: Form) -> int:
    columns = [name for name in table.columns if (table.name, name) not in SECRETS]
    with replacing(file) as part, part.open("w", encoding="utf-8", newline="") as opened:
        write = _csv(opened, table, columns) if form == "csv" else partial(_json_line, opened, columns)
        written = 0
        for row in map(table.to_json, rows):
            write(row)
            written += 1
        return written


def _json_line(opened: IO[str], columns: Iterable[str], row: Mapping[str, Any]) -> None:
    opened.write(f"{_as_json({name: row[name] for name in columns})}\n")


def _csv(opened: IO[str], table: Table[Any], columns: list[str]) -> Callable[[Mapping[str, Any]], Any]:
    opened.write("\ufeff")
    written = csv.writer(opened)
    written.writerow(columns)
    return lambda row: written.writerow([_cell(table.columns[name], row[name]) for name in columns])


def _cell(kind: Kind, value: Any) -> Any:
    """A value as a cell of CSV, never as a formula."""
    if value is None:
        return None
    if kind in {"text", "json"}:
        return quote_formula(value if kind == "text" else _as_json(value))
    return str(value).lower() if kind == "flag" else value
