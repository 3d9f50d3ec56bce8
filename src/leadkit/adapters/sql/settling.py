"""Up to which number the rows of a numbered table are all there: PostgreSQL commits them in another order.

A row gets its number when it is written, and is seen when its transaction ends. So the row 10 may be there while the
row 9 is still to come, or never comes. But who draws a number holds the lock of writers on the table from before that
until the end. So the highest number that is seen is settled as soon as every transaction has ended that held this lock
then: nothing below it can come any more. Nobody is kept waiting but the reader.
"""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, func, select, text

from leadkit.adapters.sql.schema import SQL_TABLES
from leadkit.adapters.sql.schemas import qualified
from leadkit.errors import Problem, StorageError
from leadkit.store.tables import Table

PATIENCE_SECONDS = 10.0
"""How long a reader waits for transactions that began to write before it asked."""
FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.1
_WRITERS = text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND relation = to_regclass(:name) AND pid IS DISTINCT FROM pg_backend_pid()"
)


def settled_number(connection: Connection, table: Table[Any], place: str, patience: float = PATIENCE_SECONDS) -> int:
    """The highest number of a table below which every row is there; 0 where there is none.

    `connection` is one whose statements each see what others have kept by then.

    Raises:
        StorageError: another transaction has been writing for longer than `patience` seconds.
    """
    sql = SQL_TABLES[table.name]
    number = connection.execute(select(func.coalesce(func.max(sql.c.seq), 0))).scalar_one()
    name = qualified(connection, sql.name)
    writers = _writers(connection, name)
    end, pause = monotonic() + patience, FIRST_PAUSE
    while writers:
        if monotonic() > end:
            hint = "ask again; end the transaction that has been open for so long"
            raise StorageError(Problem("is still written to by a transaction that began before", hint, place=place))
        sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
        writers &= _writers(connection, name)
    return int(number)


def _writers(connection: Connection, name: str) -> set[str]:
    """The transactions that are writing to a table now, without this one."""
    return set(connection.execute(_WRITERS, {"name": name}).scalars())
