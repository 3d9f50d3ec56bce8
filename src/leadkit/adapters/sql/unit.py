"""One transaction on the rows of a store: statements built once, rows written in batches, locks by name."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar
from zlib import crc32

from sqlalchemy import Connection, CursorResult, Update, bindparam, func, select, text

from leadkit.adapters.sql.engines import PATIENCE_SECONDS
from leadkit.adapters.sql.faults import changed_first
from leadkit.adapters.sql.questions import parameters, question
from leadkit.adapters.sql.schema import SQL_TABLES
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

    def __init__(self, connection: Connection, place: str, *, of_the_host: bool) -> None:
        self._connection = connection
        self._place = place
        self._of_the_host = of_the_host
        self._new: dict[Table[Any], list[dict[str, Any]]] = {}
        self._changed: dict[Table[Any], list[dict[str, Any]]] = {}

    def get(self, table: Table[Row], key: str) -> Row | None:
        return next(iter(self.find(Query(table, {"id": key}))), None)

    def find(self, query: Query[Row]) -> list[Row]:
        names = tuple(query.table.columns)
        row = query.table.row
        return [row(**dict(zip(names, values, strict=True))) for values in self._ask("rows", query, names)]

    def find_columns(self, query: Query[Any], columns: Sequence[str]) -> Sequence[Any]:
        names = tuple(columns)
        return list(map(_record(names)._make, self._ask("rows", query, names).all()))

    def count(self, query: Query[Any]) -> int:
        return int(self._ask("count", query).scalar_one())

    def add(self, table: Table[Row], rows: Iterable[Row]) -> None:
        if values := _values(table, rows):
            self._new.setdefault(table, []).extend(values)

    def replace(self, table: Table[Row], rows: Iterable[Row]) -> None:
        if values := _values(table, rows, "new_"):
            self._changed.setdefault(table, []).extend(values)

    def restore(self, table: Table[Any], rows: Iterable[Any]) -> None:
        self.flush()
        sql = SQL_TABLES[table.name]
        every = [{name: getattr(row, name) for name in table.columns} for row in rows]
        self._connection.execute(sql.insert(), every)
        if table.serial and not is_sqlite(self._connection):
            numbers = func.pg_get_serial_sequence(sql.fullname, "seq")
            self._connection.execute(select(func.setval(numbers, select(func.max(sql.c.seq)).scalar_subquery())))

    def remove(self, query: Query[Any]) -> int:
        return int(self._ask("remove", query).rowcount)

    def _ask(self, kind: Any, query: Query[Any], columns: tuple[str, ...] = ()) -> CursorResult[Any]:
        self.flush()
        return self._connection.execute(question(kind, query, columns), parameters(query))

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
        new, changed = self._new, self._changed
        self._new, self._changed = {}, {}
        for table, rows in new.items():
            self._connection.execute(SQL_TABLES[table.name].insert(), rows)
        for table, rows in changed.items():
            if self._replaced(table, rows) != len(rows):
                raise changed_first(self._place)

    def _replaced(self, table: Table[Any], rows: list[dict[str, Any]]) -> int:
        """How many rows were there to be replaced; not every driver says so of many at once."""
        if len(rows) == 1 or self._connection.dialect.supports_sane_multi_rowcount:
            return self._connection.execute(_update(table), rows).rowcount
        return sum(self._connection.execute(_update(table), row).rowcount for row in rows)


def _in_order(names: Iterable[str]) -> list[tuple[int, int]]:
    """The locks that stand for names such as `lead:L1`, each the number of its kind and one of the kind's places.

    Two names may share a place; then one waits for the other without need.
    """
    held = {(_kind(name), crc32(name.encode()) % PLACES) for name in names}
    rank = {kind: place for place, kind in enumerate(dict.fromkeys(map(_kind, names)))}
    return sorted(held, key=lambda lock: (rank[lock[0]], lock[1]))


def _kind(name: str) -> int:
    return crc32(f"leadkit {name.partition(':')[0]}".encode()) - 2**31


@cache
def _record(columns: tuple[str, ...]) -> Any:
    """A tuple with the names of columns: read by name in a tenth of the time that SQLAlchemy's own takes."""
    return namedtuple("Record", columns)


@cache
def _update(table: Table[Any]) -> Update:
    """The statement that puts a row, its values called `new_...`, in the place of the one with its id and version."""
    sql = SQL_TABLES[table.name]
    new = {column.name: bindparam(f"new_{column.name}", type_=column.type) for column in sql.c}
    changed: dict[str, Any] = {name: value for name, value in new.items() if name not in {"id", "seq", "version"}}
    statement = sql.update().where(sql.c.id == new["id"])
    if table.versioned:
        statement = statement.where(sql.c.version == new["version"])
        changed["version"] = sql.c.version + 1
    return statement.values(changed)


@cache
def _written(table: Table[Any], prefix: str) -> tuple[tuple[str, ...], Any]:
    """The columns of a table but for its numbers, which the database gives, and what reads them from a row."""
    columns = [name for name in table.columns if name != "seq"]
    return tuple(prefix + name for name in columns), attrgetter(*columns)


def _values(table: Table[Any], rows: Iterable[Any], prefix: str = "") -> list[dict[str, Any]]:
    names, values_of = _written(table, prefix)
    return [dict(zip(names, values_of(row), strict=True)) for row in rows]
