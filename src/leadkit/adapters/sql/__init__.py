"""Leads in SQLite and PostgreSQL, in typed columns that reporting tools can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadkit.errors import MissingExtraError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from leadkit.adapters.sql.migration import Migration
    from leadkit.adapters.sql.storage import SqlStorage


def open_sql(of: str | Engine | Connection) -> SqlStorage:
    """The store in the database at an address, or behind the host's own Engine or Connection.

    Raises:
        StorageError: it can't be reached, or has another schema; the hint is the command to run.
        MissingExtraError: SQLAlchemy or the driver is not installed.
    """
    try:
        from leadkit.adapters.sql.storage import SqlStorage

        return SqlStorage(of)
    except ModuleNotFoundError as error:
        raise _missing(error) from None


def migrate(of: str | Engine | Connection) -> Migration:
    """Create leadkit's tables in a database, or bring them to the version that this code knows, in one transaction.

    The tables are called `leadkit_...` and have a version table of their own, so that they live beside a host's. Run
    twice it does nothing the second time. A Connection is left for the host to commit.

    Raises:
        StorageError: the database can't be reached or written, or has a newer schema.
        MissingExtraError: SQLAlchemy, Alembic or the driver is not installed.
    """
    try:
        from leadkit.adapters.sql.migration import bring

        return bring(of)
    except ModuleNotFoundError as error:
        raise _missing(error) from None


def _missing(error: ModuleNotFoundError) -> MissingExtraError:
    return MissingExtraError.of(error.name or "sqlalchemy", "postgres" if error.name == "psycopg" else "sql")
