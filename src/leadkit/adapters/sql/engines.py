"""Engines for database addresses, set up to lose nothing, and what to call a database in a message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from leadkit.errors import Problem, StorageError

SCHEMA = "schema"
"""The part of an address that names the schema in the database."""

PATIENCE_SECONDS = 60
"""How long a transaction waits for others before it says that the database is locked."""


def engine_of(address: str) -> Engine:
    """An engine for `sqlite:///file.db` or `postgresql://user@server/name`, set up to lose nothing.

    `sqlite:///file.db?timeout=5` waits for another writer for five seconds instead of sixty;
    `postgresql://user@server/name?schema=tenant_a` has its tables in that schema.

    Raises:
        StorageError: the address is not one.
    """
    try:
        return _engine(make_url(address))
    except ArgumentError:
        raise StorageError(Problem("this is no database address", "such as sqlite:///leads.db")) from None


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        return _postgres_engine(url.set(drivername="postgresql+psycopg"))
    if url.get_backend_name() != "sqlite":
        hint = "sqlite or postgresql; a plugin can open others"
        raise StorageError(Problem(f"{url.get_backend_name()} databases are not known here", hint))
    if SCHEMA in url.query:
        raise StorageError(Problem("has no schemas, as SQLite", "give every tenant a file", place=place_of(url)))
    patience = {} if "timeout" in url.query else {"timeout": PATIENCE_SECONDS}
    engine = create_engine(url, connect_args=patience, hide_parameters=True)
    event.listen(engine, "connect", _safe)
    return engine


def _postgres_engine(url: URL) -> Engine:
    schema = url.query.get(SCHEMA)
    options = {"schema_translate_map": {None: schema}} if schema else {}
    plain = url.difference_update_query([SCHEMA])
    return create_engine(plain, pool_pre_ping=True, hide_parameters=True, execution_options=options)


def _safe(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA synchronous = FULL")


def place_of(url: URL) -> str:
    """What to call a database in a message: its file, or its name; never its user or its server."""
    return Path(url.database).name if url.get_backend_name() == "sqlite" and url.database else str(url.database)


def shown(url: URL, schema: str | None) -> str:
    """The address of a database and of the schema in it, with its passwords hidden, wherever they stand."""
    url = url.update_query_dict({SCHEMA: schema}) if schema else url
    secret = {name: "***" for name in url.query if "password" in name}
    return url.update_query_dict(secret).render_as_string(hide_password=True)


def file_of(url: URL) -> Path | None:
    """The file of an SQLite database, wherever the process goes; None for one in memory or on a server."""
    if url.get_backend_name() != "sqlite":
        return None
    name = (url.database or "").removeprefix("file:" if "uri" in url.query else "")
    return None if name in {"", ":memory:"} else Path(name).absolute()


def identity(file: Path) -> tuple[int, int] | None:
    """What tells a file from another one that was put in its place; None where there is none."""
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
