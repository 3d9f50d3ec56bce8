"""A store in SQLite or PostgreSQL: one transaction a unit, of its own or in the host's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, Engine, select, text

from leadkit.adapters.sql.driver import Statements
from leadkit.adapters.sql.engines import engine_of, file_of, identity, place_of, shown
from leadkit.adapters.sql.faults import no_version, other_schema, storage_errors
from leadkit.adapters.sql.schema import HEAD, SQL_TABLES, VERSION_TABLE, VERSIONS
from leadkit.adapters.sql.schemas import qualified, schema_of
from leadkit.adapters.sql.settling import settled_number
from leadkit.adapters.sql.transactions import in_the_hosts, is_sqlite, of_ours, out_of_transaction
from leadkit.adapters.sql.unit import SqlUnit
from leadkit.errors import Problem, StorageError
from leadkit.store.remains import REMAINS, REMOVED
from leadkit.store.tables import Table

SWEPT: tuple[Table[Any], ...] = (*REMAINS, *REMOVED)
"""The tables that an erasure removes or blanks something in."""


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
        self._statements = Statements(self._of.dialect)
        url = self._of.engine.url
        self.place = place_of(url)
        self._schema = schema_of(self._of, self.place)
        self._file = file_of(url) if isinstance(self._of, Engine) else None
        self._identity = identity(self._file) if self._file is not None else None
        if self._owned and self._file is not None and self._identity is None:
            raise other_schema(self.place, None, shown(url, self._schema))
        try:
            self.check()
        except BaseException:
            self.close()
            raise
        if self._owned:
            _OPEN.add(self)

    def check(self) -> str:
        """The version of the schema, which is the one that this code knows.

        Raises:
            StorageError: the database can't be reached, or has another schema; the hint is the command to run.
        """
        with storage_errors(self.place), self._open(read_only=True) as connection:
            version = version_of(connection, self._schema)
        if version != HEAD:
            raise other_schema(self.place, version, shown(self._of.engine.url, self._schema))
        return version

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[SqlUnit]:
        """A unit of work; a writing one in SQLite is the only one, in PostgreSQL it locks what it names."""
        with storage_errors(self.place), self._open(read_only=read_only) as connection:
            unit = SqlUnit(connection, self._statements, self.place, of_the_host=isinstance(self._of, Connection))
            yield unit
            unit.flush()

    @contextmanager
    def _open(self, *, read_only: bool) -> Iterator[Connection]:
        if isinstance(self._of, Connection):
            with in_the_hosts(self._of, self.place) as connection:
                yield connection
            return
        if self._file is not None and identity(self._file) != self._identity:
            hint = "open the store again, or put the file back"
            raise StorageError(Problem("the file was deleted or replaced", hint, place=self.place))
        with of_ours(self._of, read_only=read_only) as connection:
            yield connection

    def settled(self, table: Table[Any]) -> int | None:
        """The number up to which the rows of a serial table are all there; None where they are kept in their order.

        Raises:
            StorageError: a transaction that began to write before has not ended for long, or the host's transaction
                sees only what was there when it began.
        """
        with storage_errors(self.place):
            if isinstance(self._of, Connection):
                return None if is_sqlite(self._of) else self._settled_in(self._of, table)
            with self._of.connect() as plain:
                if is_sqlite(plain):
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
            if is_sqlite(connection):
                with out_of_transaction(connection) as cursor:
                    cursor.execute("VACUUM")
                    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    busy, *_ = cursor.fetchone()
                if busy:
                    hint = "sweep again when they have ended: leadkit erase --sweep"
                    problem = Problem("others are reading, the log could not be emptied", hint, place=self.place)
                    raise StorageError(problem, retryable=True)
                return
            for table in SWEPT:
                connection.exec_driver_sql(
                    f"VACUUM (FULL, ANALYZE) {qualified(connection, SQL_TABLES[table.name].name)}"
                )

    def leave_to_parent(self) -> None:
        """Let go of connections that belong to the process that this one was forked from, without closing them."""
        if isinstance(self._of, Engine):
            self._of.dispose(close=False)

    def close(self) -> None:
        """Close the connections, where they are not the host's."""
        if self._owned and isinstance(self._of, Engine):
            self._of.dispose()


_OPEN: WeakSet[SqlStorage] = WeakSet()
"""The stores that this process opened by an address: after a fork they need connections of their own."""


def _leave_all_to_parent() -> None:
    for storage in _OPEN:
        storage.leave_to_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_all_to_parent)


def version_of(connection: Connection, schema: str | None) -> str | None:
    """The version of leadkit's tables in a schema, None for the search path; None where there are none."""
    if not connection.dialect.has_table(connection, VERSION_TABLE, schema=schema):
        return None
    version = connection.execute(select(VERSIONS.c.version_num)).scalar()
    if version is None and connection.dialect.has_table(connection, SQL_TABLES["leads"].name, schema=schema):
        raise no_version(place_of(connection.engine.url))
    return version
