"""What a database says when something is wrong, in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from leadkit.adapters.sql.schema import HEAD
from leadkit.errors import ConflictError, LeadkitError, NoSpaceError, Problem, StorageError

_SQLITE = {
    "SQLITE_READONLY": ("is read only", "check the rights of the file and of its folder"),
    "SQLITE_FULL": ("is full: no space is left", "free space on the disk, then run the command again"),
    "SQLITE_BUSY": ("is locked by another program", "end what holds it, or try again"),
    "SQLITE_LOCKED": ("is locked by another program", "end what holds it, or try again"),
    "SQLITE_CANTOPEN": ("can't be opened", "check that the folder is there and may be written"),
    "SQLITE_IOERR": ("can't be read or written", "check the disk"),
    "SQLITE_CORRUPT": ("is damaged", "restore the last backup"),
    "SQLITE_NOTADB": ("is not an SQLite database", "check the address"),
}
_POSTGRES = {
    "25006": ("is read only", "connect to the primary server"),
    "53100": ("is full: no space is left", "free space on the server, then run the command again"),
    "53300": ("has no connection left", "raise max_connections, or close what is not needed"),
    "54000": ("can't find rows by a text this long", "shorten it to 500 characters"),
    "55P03": ("is locked by another program", "end what holds it, or try again"),
    "57014": ("took too long", "try again, or raise statement_timeout"),
    "42501": ("refuses the rights", "grant them to the database user"),
    "40P01": ("chose this transaction to end a deadlock", "run the command again"),
    "40001": ("could not put this transaction in order", "run the command again"),
    "28P01": ("refuses the password", "check the address"),
    "3D000": ("does not exist", "create it"),
}
_CONNECTING = {
    "password authentication failed": "28P01",
    "no password supplied": "28P01",
    "does not exist": "3D000",
    "connection slots": "53300",
    "too many clients": "53300",
}
"""What a PostgreSQL server that lets nobody in says, which comes without its code."""
_DUPLICATE = ("23505", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE")
_FULL = ("SQLITE_FULL", "53100")
_NO_TABLE = ("42P01", "42703")


@contextmanager
def storage_errors(place: str) -> Iterator[None]:
    """Turn what SQLAlchemy raises into leadkit's errors about the store `place`.

    Raises:
        ConflictError: a row with this key is there already.
        StorageError: anything else that the database refuses.
    """
    try:
        yield
    except LeadkitError:
        raise
    except IntegrityError as error:
        if _code(error) in _DUPLICATE:
            raise ConflictError(
                Problem("somebody else stored this first", "read again and decide anew", place=place)
            ) from None
        raise StorageError(
            Problem(f"refused a row ({_code(error)})", "check what else writes there", place=place)
        ) from None
    except DBAPIError as error:
        kind = NoSpaceError if _code(error) in _FULL else StorageError
        raise kind(_problem(place, error)) from None
    except SQLAlchemyError as error:
        raise StorageError(Problem(f"can't be used ({type(error).__name__})", place=place)) from None


def other_schema(place: str, version: str | None, shown: str) -> StorageError:
    """The error for a database whose schema is at `version`, None where it has none of leadkit's."""
    if version is not None and version > HEAD:
        message = f"has schema {version}, which is newer than this leadkit knows ({HEAD})"
        return StorageError(Problem(message, "upgrade leadkit", place=place))
    message = f"has schema {version}, this leadkit needs {HEAD}" if version else "has no leadkit schema"
    return StorageError(Problem(message, f"leadkit migrate --db {shown}", place=place))


def _code(error: DBAPIError) -> str:
    original: Any = error.orig
    return getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None) or type(original).__name__


def _problem(place: str, error: DBAPIError) -> Problem:
    code = _code(error)
    if code == "OperationalError":
        code = next((known for words, known in _CONNECTING.items() if words in str(error.orig)), code)
    if code in _POSTGRES:
        return Problem(*_POSTGRES[code], place=place)
    for name, (message, hint) in _SQLITE.items():
        if code.startswith(name):
            return Problem(message, hint, place=place)
    if code in _NO_TABLE or "no such" in str(error.orig) or "has no column" in str(error.orig):
        return Problem("lacks a table or a column", "leadkit migrate --db with this address", place=place)
    if error.connection_invalidated or code == "OperationalError":
        return Problem("can't be reached, or closed the connection", "check the address and that it runs", place=place)
    return Problem(f"refused a statement ({code})", place=place)
