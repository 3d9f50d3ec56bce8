"""The whole of a store as one file, and back: into any other store, whatever either keeps its rows in.

The file is gzip over lines of JSON: a head with the schema, for each table its name and its rows, and an end with the
number of rows and the SHA-256 of all lines before it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from attrs import define, field, setters

from leadkit.adapters.files import PRIVATE, replacing, unwritable
from leadkit.errors import Problem, StorageError
from leadkit.results import Result
from leadkit.store.protocol import Query, Restorer, Storage, Unit, pages
from leadkit.store.tables import SCHEMA, TABLES, Table

FORMAT = 1
ROWS = 1_000
"""How many rows are written into a store at once."""

LONGEST_LINE = 16 * 2**20
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=float).encode


@define(on_setattr=setters.frozen)
class Backup(Result):
    """What is in a backup: the schema of its store, and how many rows each table has."""

    schema: str
    rows: Mapping[str, int]


def backup(storage: Storage, file: str | Path, *, replace: bool = False) -> Backup:
    """Write everything that a store keeps into `file`, as it is at one moment, while others go on working.

    The file is for its owner alone, is read again and checked, and takes its place when all is well. An existing file
    is left alone, unless `replace`.

    Raises:
        StorageError: the file is there already, or the store can't be read.
        SheetError: the file can't be written.
    """
    path = Path(file)
    if path.exists() and not replace:
        raise StorageError(Problem("is there already", "name another file, or use --replace", place=path.name))
    try:
        with replacing(path) as part:
            with part.open("wb") as raw:
                with gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=6) as packed:
                    _write(storage, packed)
                raw.flush()
                os.fsync(raw.fileno())
            written = check(part, place=path.name)
        path.chmod(PRIVATE)
        return written
    except OSError as error:
        raise unwritable(path, error) from None


def restore(storage: Storage, file: str | Path) -> Backup:
    """Fill an empty store with what a backup holds, in one transaction.

    Raises:
        StorageError: the file is damaged or no backup, it is of another schema, or the store is not empty.
    """
    path = Path(file)
    content = check(path)
    if content.schema != SCHEMA:
        hint = "restore it with the leadkit that made it, into a store of its own, then run leadkit migrate"
        raise StorageError(Problem(f"is of schema {content.schema}", hint, place=path.name))
    with storage.transaction() as unit:
        if not isinstance(unit, Restorer):
            raise StorageError(Problem("the store can't keep the numbers of rows", "its plugin needs `restore`"))
        filled = [table.name for table in TABLES if unit.count(Query(table))]
        if filled:
            hint = "create a new one with leadkit migrate"
            raise StorageError(Problem(f"the store is not empty: {', '.join(filled)}", hint, place=path.name))
        with gzip.open(path, "rb") as lines:
            for table, rows in _batches(lines):
                unit.restore(table, rows)
    return content


def check(file: Path, *, place: str = "") -> Backup:
    """Read a backup from end to end; what is in it.

    Raises:
        StorageError: it is damaged, or no backup.
    """
    name = place or file.name
    try:
        with gzip.open(file, "rb") as lines:
            return _checked(lines, name)
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
        raise _damaged(name) from None


def _damaged(place: str) -> StorageError:
    return StorageError(Problem("is damaged, or no backup of leadkit", "take another backup", place=place))


def _write(storage: Storage, packed: gzip.GzipFile) -> None:
    lines = _Lines(packed)
    lines.write({"leadkit": "backup", "format": FORMAT, "schema": SCHEMA})
    with storage.transaction(read_only=True) as unit:
        for table in TABLES:
            lines.write({"table": table.name})
            lines.rows[table.name] = sum(map(lines.write, _rows(unit, table)))
    lines.write({"end": lines.rows, "sha256": lines.digest.hexdigest()})


def _rows(unit: Unit, table: Table[Any]) -> Iterator[dict[str, Any]]:
    return ({"row": table.to_json(row)} for page in pages(unit, table) for row in page)


@define
class _Lines:
    """Lines of JSON on their way into a file, counted and hashed."""

    packed: gzip.GzipFile
    digest: Any = field(factory=hashlib.sha256)
    rows: dict[str, int] = field(factory=dict)

    def write(self, document: Mapping[str, Any]) -> int:
        line = f"{_as_json(document)}\n".encode()
        self.digest.update(line)
        self.packed.write(line)
        return 1


def _checked(lines: gzip.GzipFile, place: str) -> Backup:
    digest, rows, table = hashlib.sha256(), dict[str, int](), ""
    head = _line(lines)
    digest.update(head)
    first = json.loads(head)
    if first["leadkit"] != "backup" or first["format"] != FORMAT:
        raise _damaged(place)
    while line := _line(lines):
        document = json.loads(line)
        if "end" in document:
            whole = document["sha256"] == digest.hexdigest() and document["end"] == rows and not lines.read(1)
            if not whole:
                raise _damaged(place)
            return Backup(str(first["schema"]), rows)
        digest.update(line)
        if "table" in document:
            table = document["table"]
            rows[table] = 0
        else:
            rows[table] += 1
    raise _damaged(place)


def _line(lines: gzip.GzipFile) -> bytes:
    line = lines.readline(LONGEST_LINE)
    if line and not line.endswith(b"\n"):
        raise ValueError("this line has no end")
    return line


def _batches(lines: Iterable[bytes]) -> Iterator[tuple[Table[Any], list[Any]]]:
    """The rows of a backup that was checked, each batch of one table."""
    by_name = {table.name: table for table in TABLES}
    table, rows = TABLES[0], list[Any]()
    for document in map(json.loads, islice(lines, 1, None)):
        if "row" in document:
            rows.append(table.from_json(document["row"]))
        if rows and ("row" not in document or len(rows) == ROWS):
            yield table, rows
            rows = []
        table = by_name[document["table"]] if "table" in document else table
