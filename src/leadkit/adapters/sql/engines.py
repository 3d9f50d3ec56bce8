"""Engines for database addresses, set up to lose nothing, and what to call a database in a message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from leadkit.errors import Problem, StorageError

PATIENCE_SECONDS = 60
"""How long a transaction waits for others before it says that the database is locked."""


def engine_of(address: str) -> Engine:
    """An engine for `sqlite:///file.db` or `postgresql://user@server/name`, set up to lose nothing.

    `sqlite:///file.db?timeout=5` waits for another writer for five seconds instead of sixty.

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
    patience = {} if "timeout" in url.query else {"timeout": PATIENCE_SECONDS}
    engine = create_engine(url, connect_args=patience, hide_parameters=True)
    event.listen(engine, "connect", _safe)
    return engine


def _safe(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA synchronous = FULL")


def place_of(url: URL) -> str:
    """What to call a database in a message: its file, or its name; never its user or its server."""
    return Path(url.database).name if url.get_backend_name() == "sqlite" and url.database else str(url.database)


def shown(url: URL) -> str:
    """The address of a database with its passwords hidden, wherever they stand."""
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
