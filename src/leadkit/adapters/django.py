"""Django's connection as one of SQLAlchemy's: a desk joins the transaction of `transaction.atomic()`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from leadkit.errors import MissingExtraError, Problem, StorageError

try:
    from django.db import DEFAULT_DB_ALIAS, connections
except ImportError:
    raise MissingExtraError(Problem("the library django is not installed", "pip install django")) from None

try:
    from sqlalchemy import URL, Connection, Engine, NullPool, create_engine
except ImportError:
    raise MissingExtraError.of("sqlalchemy", "sql") from None


DRIVERS = {"sqlite": "sqlite3", "postgresql": "psycopg"}
"""The databases that can be joined, and by which driver."""


@contextmanager
def connection_of(using: str = DEFAULT_DB_ALIAS) -> Iterator[Connection]:
    """A Connection in the transaction that Django has begun on the database `using`, for a `Desk` or for `migrate`.

    Django commits it and rolls it back; nothing here ends it or closes it. Every command is a savepoint in it, so that
    one that is refused leaves it as it was. It works within `transaction.atomic()`, in its thread, on SQLite and on
    PostgreSQL by psycopg 3.

    Raises:
        StorageError: no transaction has begun, or the database or its driver is another one.
    """
    django: Any = connections[using]
    if not django.in_atomic_block:
        raise StorageError(Problem("has no transaction", "open it within transaction.atomic()", place=using))
    drivers = {kind.__module__.partition(".")[0] for kind in type(django.connection).__mro__}
    if DRIVERS.get(django.vendor) not in drivers:
        raise StorageError(Problem("can't be joined", "use SQLite, or PostgreSQL by psycopg 3", place=using))
    with _engine(using, django.vendor, str(django.settings_dict["NAME"])).connect() as connection:
        yield connection


class Joined:
    """Django's connection to a driver, without what would end its transaction or change it for Django."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def _leave(self, *_: object, **__: object) -> None:
        """Leave it to Django."""

    commit = rollback = close = create_function = add_notice_handler = _leave


class JoinedPsycopg(Joined):
    """One of psycopg, whose cursors read values as psycopg does: Django reads times and JSON its own way."""

    def cursor(self, *_: object, **__: object) -> Any:
        """A cursor that binds on the server and knows the types that SQLAlchemy expects."""
        from psycopg import Cursor
        from psycopg.types.datetime import TimestamptzLoader
        from psycopg.types.json import JsonbLoader

        cursor = Cursor(self._connection)
        cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
        cursor.adapters.register_loader("jsonb", JsonbLoader)
        return cursor


@cache
def _engine(using: str, vendor: str, name: str) -> Engine:
    """An engine whose connections are those that Django has at the time, in the thread that asks."""

    def sqlite() -> Any:
        return Joined(connections[using].connection)

    def postgres() -> Any:
        return JoinedPsycopg(connections[using].connection)

    shared: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
    if vendor == "sqlite":
        return create_engine(URL.create("sqlite", database=name), creator=sqlite, **shared)
    url = URL.create("postgresql+psycopg", database=name)
    return create_engine(url, creator=postgres, use_native_hstore=False, **shared)
