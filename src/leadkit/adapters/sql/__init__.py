"""Leads in SQLite and PostgreSQL, in typed columns that reporting tools can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadkit.errors import MissingExtraError, Problem

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

    In PostgreSQL the tables go to the schema that the address names (`postgresql://user@server/name?schema=tenant_a`),
    or the `schema_translate_map` of the Engine or Connection (`{None: "tenant_a"}`), and it is created where it isn't
    there; else they go to the first schema of the search path.

    Raises:
        StorageError: the database can't be reached or written, or has a newer schema.
        MissingExtraError: SQLAlchemy, Alembic or the driver is not installed.
    """
    try:
        from leadkit.adapters.sql.migration import bring

        return bring(of)
    except ModuleNotFoundError as error:
        raise _missing(error) from None


def migration_script(of: str | Engine | Connection) -> str:
    """The SQL that `migrate` would run, from the version that the database is at; empty where nothing is to do.

    Nothing is created or changed. Run it as one piece: it is one transaction.

    Raises:
        StorageError: the database can't be reached, or has a newer schema.
        MissingExtraError: SQLAlchemy, Alembic or the driver is not installed.
    """
    try:
        from leadkit.adapters.sql.migration import script

        return script(of)
    except ModuleNotFoundError as error:
        raise _missing(error) from None


def drift(address: str) -> tuple[Problem, ...]:
    """What is missing or too many in leadkit's tables, each with the SQL that mends it; nothing is changed.

    Raises:
        StorageError: the database can't be reached, or is at another schema version; the hint is what to do.
        MissingExtraError: SQLAlchemy or the driver is not installed.
    """
    try:
        from leadkit.adapters.sql.differences import drift as differences

        return differences(address)
    except ModuleNotFoundError as error:
        raise _missing(error) from None


def include_object(_: object, name: str | None, kind: str, *__: object) -> bool:
    """What Alembic's `include_object` takes, so that the autogenerate of a host leaves leadkit's tables alone."""
    from leadkit.adapters.sql.schema import METADATA, VERSION_TABLE

    return kind != "table" or (name != VERSION_TABLE and name not in METADATA.tables)


def _missing(error: ModuleNotFoundError) -> MissingExtraError:
    return MissingExtraError.of(error.name or "sqlalchemy", "postgres" if error.name == "psycopg" else "sql")
