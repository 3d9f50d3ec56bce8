"""One transaction on the rows of a store: statements built once, rows written in batches, locks by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeVar
from zlib import crc32

from sqlalchemy import ColumnElement, Connection, Text, cast, func, select, text
from sqlalchemy import Table as SqlTable

from leadkit.adapters.sql.driver import Statements
from leadkit.adapters.sql.engines import PATIENCE_SECONDS
from leadkit.adapters.sql.faults import changed_first
from leadkit.adapters.sql.schema import SQL_TABLES
from leadkit.adapters.sql.schemas import schema_of
from leadkit.adapters.sql.transactions import check_level, is_sqlite
from leadkit.store.protocol import Query
from leadkit.store.tables import Table

Row = TypeVar("Row")
PLACES = 2048
"""How many locks there are of one kind: a server has room for some thousands, so a batch must not take one a name."""

_LOCK = text(
    "WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', CASE current_setting('lock_timeout') "
    "WHEN '0' THEN :patience ELSE current_setting('lock_timeout') END, true)) "
    "SELECT pg_advisory_xact_lock(kind, place) FROM patience, "
    "unnest(CAST(:kinds AS int[]), CAST(:places AS int[])) AS names(kind, place)"
)
_LOCK_IN_THE_HOSTS = text(
    "SELECT current_setting('transaction_isolation'), pg_advisory_xact_lock(kind, place) FROM "
    "unnest(CAST(:kinds AS int[]), CAST(:places AS int[])) AS names(kind, place)"
)


class SqlUnit:
    """One transaction; what is added and replaced is sent in batches, before the next question at the latest."""

    def __init__(self, connection: Connection, statements: Statements, place: str, *, of_the_host: bool) -> None:
        self._connection = connection
        self._statements = statements.on(connection)
        self._place = place
        self._of_the_host = of_the_host
        self._new: dict[Table[Any], list[Any]] = {}
        self._changed: dict[Table[Any], list[Any]] = {}
        self._columns: dict[Table[Any], set[str]] = {}
        """The columns in which changed rows may differ from those that are there."""

    def get(self, table: Table[Row], key: str) -> Row | None:
        return next(iter(self.find(Query(table, {"id": key}))), None)

    def find(self, query: Query[Row]) -> list[Row]:
        self.flush()
        return self._statements.find(query)

    def find_columns(self, query: Query[Any], columns: Sequence[str]) -> Sequence[Any]:
        self.flush()
        return self._statements.find_columns(query, tuple(columns))

    def count(self, query: Query[Any]) -> int:
        self.flush()
        return self._statements.count(query)

    def add(self, table: Table[Row], rows: Iterable[Row]) -> None:
        if new := list(rows):
            self._new.setdefault(table, []).extend(new)

    def replace(self, table: Table[Row], rows: Iterable[Row]) -> None:
        self.replace_columns(table, rows, table.columns)

    def replace_columns(self, table: Table[Row], rows: Iterable[Row], columns: Collection[str]) -> None:
        if changed := list(rows):
            self._changed.setdefault(table, []).extend(changed)
            self._columns.setdefault(table, set()).update(columns)

    def restore(self, table: Table[Any], rows: Iterable[Any]) -> None:
        self.flush()
        sql = SQL_TABLES[table.name]
        every = [{name: getattr(row, name) for name in table.columns} for row in rows]
        self._connection.execute(sql.insert(), every)
        if table.serial and not is_sqlite(self._connection):
            numbers = func.pg_get_serial_sequence(self._name_of(sql), "seq")
            self._connection.execute(select(func.setval(numbers, select(func.max(sql.c.seq)).scalar_subquery())))

    def _name_of(self, table: SqlTable) -> ColumnElement[str]:
        """The name of a table as PostgreSQL reads it in a text, with its schema where one is named."""
        parts = [part for part in (schema_of(self._connection, self._place), table.name) if part is not None]
        return func.format(".".join(["%I"] * len(parts)), *(cast(part, Text) for part in parts))

    def remove(self, query: Query[Any]) -> int:
        self.flush()
        return self._statements.remove(query)

    def lock(self, *names: str) -> None:
        if not names or is_sqlite(self._connection):
            return
        held = _in_order(names)
        given: dict[str, Any] = {"kinds": [kind for kind, _ in held], "places": [place for _, place in held]}
        if self._of_the_host:
            check_level(self._connection.execute(_LOCK_IN_THE_HOSTS, given).first()[0], self._place)  # type: ignore[index]
        else:
            self._connection.execute(_LOCK, {**given, "patience": f"{PATIENCE_SECONDS}s"})

    def flush(self) -> None:
        """Send what was added, then what was replaced."""
        new, changed, columns = self._new, self._changed, self._columns
        self._new, self._changed, self._columns = {}, {}, {}
        for table, rows in new.items():
            self._statements.add(table, rows)
        for table, rows in changed.items():
            if self._statements.replace(table, rows, frozenset(columns[table])) != len(rows):
                raise changed_first(self._place)


def _in_order(names: Iterable[str]) -> list[tuple[int, int]]:
    """The locks that stand for names such as `lead:L1`, each the number of its kind and one of the kind's places.

    Two names may share a place; then one waits for the other without need.
    """
    held = {(_kind(name), crc32(name.encode()) % PLACES) for name in names}
    rank = {kind: place for place, kind in enumerate(dict.fromkeys(map(_kind, names)))}
    return sorted(held, key=lambda lock: (rank[lock[0]], lock[1]))


def _kind(name: str) -> int:
    return crc32(f"leadkit {name.partition(':')[0]}".encode()) - 2**31
