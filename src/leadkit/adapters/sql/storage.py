"""A store in SQLite or PostgreSQL: one transaction a unit, rows written in batches, locks where they are needed."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Engine, Update, bindparam, create_engine, event, func, select, text
from sqlalchemy import Table as SqlTable
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.sql import Select

from leadkit.adapters.sql.faults import other_schema, storage_errors
from leadkit.adapters.sql.schema import HEAD, SQL_TABLES, VERSION_TABLE
from leadkit.adapters.sql.settling import settled_number
from leadkit.errors import ConflictError, Problem, StorageError
from leadkit.store.protocol import Query
from leadkit.store.tables import LEADS, MILESTONES, OPPORTUNITIES, PERSONAL, PERSONS, Table

Row = TypeVar("Row")
BUSY_SECONDS = 10
"""How long SQLite waits for another writer before it says that the database is locked."""
SWEPT: tuple[Table[Any], ...] = (LEADS, OPPORTUNITIES, MILESTONES, PERSONS, *PERSONAL)
"""The tables that an erasure removes or blanks something in."""

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(CAST(:names AS text[])) AS name")
_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"


def engine_of(address: str) -> Engine:
    """An engine for `sqlite:///file.db` or `postgresql://user@server/name`, set up to lose nothing.

    `sqlite:///file.db?timeout=60` waits for another writer for sixty seconds instead of ten.

    Raises:
        StorageError: the address is not one.
    """
    try:
        return _engine(make_url(address))
    except ArgumentError:
        raise StorageError(Problem("this is no database address", "such as sqlite:///leads.db")) from None


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True)
    if url.get_backend_name() != "sqlite":
        hint = "sqlite or postgresql; a plugin can open others"
        raise StorageError(Problem(f"{url.get_backend_name()} databases are not known here", hint))
    patience = {} if "timeout" in url.query else {"timeout": BUSY_SECONDS}
    engine = create_engine(url, connect_args=patience, hide_parameters=True)
    event.listen(engine, "connect", _safe)
    return engine


def _safe(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA synchronous = FULL")


class SqlStorage:
    """A store in the database that `of` names: an address, or the host's own Engine or Connection.

    With a Connection each unit is a savepoint in the host's transaction: what is written is there once the host
    commits. The schema must be at the version that this code knows; `migrate` brings it there, when asked to.

    Raises:
        StorageError: the database can't be reached, or has another schema; the hint is the command to run.
    """

    def __init__(self, of: str | Engine | Connection) -> None:
        self._of = engine_of(of) if isinstance(of, str) else of
        self._owned = isinstance(of, str)
        url = self._of.engine.url
        self.place = place_of(url)
        if self._owned and is_missing(url):
            raise other_schema(self.place, None, shown(url))
        try:
            self._check(url)
        except BaseException:
            self.close()
            raise

    def _check(self, url: URL) -> None:
        with storage_errors(self.place), self._open(read_only=True) as connection:
            version = version_of(connection)
        if version != HEAD:
            raise other_schema(self.place, version, shown(url))

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[SqlUnit]:
        """A unit of work; a writing one in SQLite is the only one, in PostgreSQL it locks what it names."""
        with storage_errors(self.place), self._open(read_only=read_only) as connection:
            unit = SqlUnit(connection, self.place)
            yield unit
            unit.flush()

    @contextmanager
    def _open(self, *, read_only: bool) -> Iterator[Connection]:
        if isinstance(self._of, Connection):
            begun(self._of)
            with self._of.begin_nested():
                yield self._of
            return
        with self._of.connect() as connection:
            _begin(connection, read_only)
            yield connection
            connection.commit()

    def settled(self, table: Table[Any]) -> int | None:
        """The number up to which the rows of a serial table are all there; None where they are kept in their order.

        Raises:
            StorageError: a transaction that began to write before has not ended for long, or the host's transaction
                sees only what was there when it began.
        """
        with storage_errors(self.place):
            if isinstance(self._of, Connection):
                return None if _is_sqlite(self._of) else self._settled_in(self._of, table)
            with self._of.connect() as plain:
                if _is_sqlite(plain):
                    return None
                connection = plain.execution_options(isolation_level="READ COMMITTED")
                return settled_number(connection, table, self.place)

    def _settled_in(self, host: Connection, table: Table[Any]) -> int:
        if host.execute(text("SHOW transaction_isolation")).scalar_one() != "read committed":
            hint = "read the changes in a transaction of their own, at READ COMMITTED"
            raise StorageError(Problem("shows no changes that came later", hint, place=self.place))
        return settled_number(host, table, self.place)

    def sweep(self) -> None:
        """Write the file anew without what was removed and empty the write-ahead log; in PostgreSQL VACUUM FULL.

        Inside a host's transaction it does nothing: sweep with an address or an Engine after the commit.
        """
        if isinstance(self._of, Connection):
            return
        with storage_errors(self.place), self._of.connect() as plain:
            connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            if not _is_sqlite(connection):
                for table in SWEPT:
                    connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {SQL_TABLES[table.name].name}")
                return
            connection.exec_driver_sql("VACUUM")
            if connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]:
                hint = "sweep again when they have ended: leadkit erase --sweep"
                raise StorageError(Problem("others are reading, the log could not be emptied", hint, place=self.place))

    def close(self) -> None:
        """Close the connections, where they are not the host's."""
        if self._owned and isinstance(self._of, Engine):
            self._of.dispose()


class SqlUnit:
    """One transaction; what is added and replaced is sent in batches, before the next question at the latest."""

    def __init__(self, connection: Connection, place: str) -> None:
        self._connection = connection
        self._place = place
        self._new: dict[Table[Any], list[dict[str, Any]]] = {}
        self._changed: dict[Table[Any], list[dict[str, Any]]] = {}

    def get(self, table: Table[Row], key: str) -> Row | None:
        return next(iter(self.find(Query(table, {"id": key}))), None)

    def find(self, query: Query[Row]) -> list[Row]:
        names = list(query.table.columns)
        row = query.table.row
        return [row(**dict(zip(names, values, strict=True))) for values in self._values(query, names)]

    def find_columns(self, query: Query[Any], columns: Sequence[str]) -> Sequence[Any]:
        return list(map(_record(tuple(columns))._make, self._values(query, columns).all()))

    def _values(self, query: Query[Any], columns: Sequence[str]) -> CursorResult[Any]:
        self.flush()
        table = SQL_TABLES[query.table.name]
        statement = _asked(select(*(table.c[name] for name in columns)), table, query).limit(query.limit)
        for column in query.order:
            by = table.c[column.removeprefix("-")]
            statement = statement.order_by(by.desc() if column.startswith("-") else by.asc())
        return self._connection.execute(statement)

    def count(self, query: Query[Any]) -> int:
        self.flush()
        table = SQL_TABLES[query.table.name]
        asked = _asked(select(func.count()).select_from(table), table, query)
        return int(self._connection.execute(asked).scalar_one())

    def add(self, table: Table[Row], rows: Iterable[Row]) -> None:
        if values := _values(table, rows):
            self._new.setdefault(table, []).extend(values)

    def replace(self, table: Table[Row], rows: Iterable[Row]) -> None:
        if values := _values(table, rows, "new_"):
            self._changed.setdefault(table, []).extend(values)

    def remove(self, query: Query[Any]) -> int:
        self.flush()
        table = SQL_TABLES[query.table.name]
        return int(self._connection.execute(_asked(table.delete(), table, query)).rowcount)

    def lock(self, *names: str) -> None:
        if not _is_sqlite(self._connection):
            self._connection.execute(_LOCK, {"names": sorted(set(names))})

    def flush(self) -> None:
        """Send what was added, then what was replaced."""
        for table, rows in self._new.items():
            self._connection.execute(SQL_TABLES[table.name].insert(), rows)
        for table, rows in self._changed.items():
            if self._connection.execute(_update(table), rows).rowcount != len(rows):
                hint = "read again and decide anew"
                raise ConflictError(Problem("somebody else changed this first", hint, place=self._place))
        self._new, self._changed = {}, {}


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


def place_of(url: URL) -> str:
    """What to call a database in a message: its file, or its name; never its user or its server."""
    return Path(url.database).name if url.get_backend_name() == "sqlite" and url.database else str(url.database)


def shown(url: URL) -> str:
    """The address of a database with its passwords hidden, wherever they stand."""
    secret = {name: "***" for name in url.query if "password" in name}
    return url.update_query_dict(secret).render_as_string(hide_password=True)


def is_missing(url: URL) -> bool:
    """Whether an SQLite file is not there yet; asking for it would create it."""
    file = (url.database or "").removeprefix("file:" if "uri" in url.query else "")
    return url.get_backend_name() == "sqlite" and file not in {"", ":memory:"} and not Path(file).exists()


def version_of(connection: Connection) -> str | None:
    """The version of leadkit's schema in a database; None where it has none."""
    if not connection.dialect.has_table(connection, VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()


def begun(connection: Connection) -> None:
    """Begin the host's transaction in SQLite, whose driver puts it off and leaves a change of tables out of it."""
    if _is_sqlite(connection) and not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection, read_only: bool) -> None:
    if _is_sqlite(connection):
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
    elif read_only:
        connection.exec_driver_sql(_SNAPSHOT)


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _values(table: Table[Any], rows: Iterable[Any], prefix: str = "") -> list[dict[str, Any]]:
    """The columns of rows but for their numbers, which the database gives."""
    columns = [name for name in table.columns if name != "seq"]
    names, values_of = [prefix + name for name in columns], attrgetter(*columns)
    return [dict(zip(names, values_of(row), strict=True)) for row in rows]


def _asked(statement: Any, table: SqlTable, query: Query[Any]) -> Select[Any]:
    for name, wanted in query.where.items():
        column = table.c[name]
        statement = statement.where(column.in_(wanted) if isinstance(wanted, tuple) else column == wanted)
    if query.until is not None:
        statement = statement.where(table.c[query.until[0]] <= query.until[1])
    if query.above is not None:
        statement = statement.where(table.c[query.above[0]] > query.above[1])
    return statement  # type: ignore[no-any-return]
