"""What a database says when something is wrong, in words that say what to do."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from leadkit.adapters.sql.schema import HEAD
from leadkit.errors import ConflictError, LeadkitError, NoSpaceError, Problem, StorageError

LOG = logging.getLogger("leadkit.storage")
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
_CROSSED = ("40001", "40P01")
"""Two transactions that could not both be put in order, or that waited for each other."""
_PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "53300", "55P03", "57014")
"""What may be over when the same is tried again; so may be a connection that was lost."""
_FULL = ("SQLITE_FULL", "53100")
_NO_TABLE = ("42P01", "42703")


@contextmanager
def storage_errors(place: str) -> Iterator[None]:
    """Turn what SQLAlchemy raises into leadkit's errors about the store `place`.

    Raises:
        ConflictError: a row with this key is there already, or another transaction was in the way; `retryable`.
        StorageError: anything else that the database refuses; `retryable` where it may let the same through later.
    """
    try:
        yield
    except LeadkitError:
        raise
    except IntegrityError as error:
        _log(place, error)
        if _code(error) in _DUPLICATE:
            raise _conflict("somebody else stored this first", place) from None
        raise StorageError(
            Problem(f"refused a row ({_code(error)})", "check what else writes there", place=place)
        ) from None
    except DBAPIError as error:
        _log(place, error)
        code = _code(error)
        if code in _CROSSED:
            raise changed_first(place) from None
        kind = NoSpaceError if code in _FULL else StorageError
        raise kind(_problem(place, error), retryable=code.startswith(_PASSING) or _is_lost(error)) from None
    except StatementError as error:
        kind_of_error = type(error.orig).__name__
        message = f"can't write or read a value ({kind_of_error})"
        raise StorageError(Problem(message, "check what else writes there", place=place)) from None
    except SQLAlchemyError as error:
        raise StorageError(Problem(f"can't be used ({type(error).__name__})", place=place)) from None


def _log(place: str, error: DBAPIError) -> None:
    """One line with the database's own code and the statement, whose values are not in it."""
    values = {"leadkit_code": _code(error)}
    LOG.warning("%s: refused a statement (%s): %s", place, values["leadkit_code"], error.statement, extra=values)


def other_schema(place: str, version: str | None, shown: str) -> StorageError:
    """The error for a database whose schema is at `version`, None where it has none of leadkit's."""
    if version is not None and version > HEAD:
        message = f"has schema {version}, which is newer than this leadkit knows ({HEAD})"
        return StorageError(Problem(message, "upgrade leadkit", place=place))
    message = f"has schema {version}, this leadkit needs {HEAD}" if version else "has no leadkit schema"
    return StorageError(Problem(message, f"leadkit migrate --db {shown}", place=place))


def no_version(place: str) -> StorageError:
    """The error for a database with leadkit's tables whose version somebody took away."""
    hint = f"restore the last backup, or insert the version that it had, such as '{HEAD}'"
    return StorageError(Problem("has tables of leadkit, and leadkit_version is empty", hint, place=place))


def changed_first(place: str) -> ConflictError:
    """The error for a row that another transaction changed since it was read."""
    return _conflict("somebody else changed this first", place)


def _conflict(message: str, place: str) -> ConflictError:
    return ConflictError(Problem(message, "read again and decide anew", place=place), retryable=True)


def _is_lost(error: DBAPIError) -> bool:
    """Whether the connection broke, or none was to be had."""
    return error.connection_invalidated or _code(error) == "OperationalError"


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
    if _is_lost(error):
        return Problem("can't be reached, or closed the connection", "check the address and that it runs", place=place)
    return Problem(f"refused a statement ({code})", place=place)
