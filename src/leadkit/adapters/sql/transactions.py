"""How a transaction begins: at the level that it needs, whatever the host's engine or connection is set to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine

from leadkit.adapters.sql.schema import VERSION_TABLE
from leadkit.errors import Problem, StorageError

OVERWRITES = "leadkit overwrites"
"""The mark of a connection that overwrites what it deletes."""

READING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
WRITING = {"isolation_level": "READ COMMITTED", "postgresql_readonly": False}
"""A writer sees what others kept while it waited for them; at any higher level its locks would protect nothing."""


@contextmanager
def of_ours(engine: Engine, *, read_only: bool) -> Iterator[Connection]:
    """A transaction on a connection of its own, kept when the block ends, undone when it raises."""
    with engine.connect() as connection:
        if is_sqlite(connection):
            _begin_sqlite(connection, read_only)
        else:
            connection.execution_options(**(READING if read_only else WRITING))
            connection.begin()
        yield connection
        connection.commit()


@contextmanager
def in_the_hosts(connection: Connection, place: str) -> Iterator[Connection]:
    """A savepoint in the transaction of the host, who commits it.

    Raises:
        StorageError: the connection commits every statement at once.
    """
    begin(connection)
    if not is_sqlite(connection) and getattr(connection.connection.dbapi_connection, "autocommit", False) is True:
        hint = "give an Engine, or a Connection without AUTOCOMMIT"
        raise StorageError(Problem("commits every statement at once", hint, place=place))
    with connection.begin_nested():
        yield connection


def check_level(level: str, place: str) -> None:
    """Let the transaction of a host through that sees what others kept while it waited for them.

    Raises:
        StorageError: it sees only what was there when it began, so that no lock protects it.
    """
    if level != "read committed":
        hint = "begin the transaction at READ COMMITTED, or give an Engine"
        raise StorageError(Problem(f"can't decide in a transaction at {level.upper()}", hint, place=place))


def begin(connection: Connection) -> None:
    """Begin the host's transaction in SQLite, whose driver puts it off and leaves a change of tables out of it."""
    if not is_sqlite(connection):
        return
    if not connection.in_transaction():
        connection.begin()
    if not _is_begun(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def out_of_transaction(connection: Connection) -> Iterator[Any]:
    """A cursor of SQLite's outside of any transaction, where the engine or the driver begins each by itself."""
    cursor: Any = connection.connection.cursor()
    begun = _is_begun(connection)
    if begun:
        cursor.execute("COMMIT")
    try:
        yield cursor
    finally:
        if begun:
            cursor.execute("BEGIN")
        cursor.close()


def is_sqlite(connection: Connection) -> bool:
    """Whether a connection is to an SQLite database."""
    return connection.dialect.name == "sqlite"


def _begin_sqlite(connection: Connection, read_only: bool) -> None:
    connection.begin()
    if OVERWRITES not in connection.info:
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
        connection.info[OVERWRITES] = True
    if not _is_begun(connection):
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
    elif not read_only:
        # The host's engine begins by itself, and waits with the lock for the first statement that writes.
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = version_num WHERE 0")


def _is_begun(connection: Connection) -> bool:
    """Whether an SQLite connection is in a transaction already."""
    raw: Any = connection.connection
    drivers = (raw.dbapi_connection, raw.driver_connection)
    return any(getattr(driver, "in_transaction", False) for driver in drivers)
