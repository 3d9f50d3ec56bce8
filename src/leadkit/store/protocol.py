"""What a store must do, whatever it keeps its rows in; `leadkit.testing.storage.contract` holds it against this."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from attrs import define, field, setters

from leadkit.errors import CommandError, Problem
from leadkit.store.making import changed_columns
from leadkit.store.tables import Table

Row = TypeVar("Row")
# Whether a unit has these is asked of its attributes: `isinstance` with a protocol takes longer than a short question.
Find = Callable[[Any, Sequence[str]], Sequence[Any]]
Replace = Callable[[Any, Any, Collection[str]], None]
MOST_ROWS = 2**31


@define(on_setattr=setters.frozen)
class Query(Generic[Row]):
    """Which rows of a table, in which order.

    `where` holds a value for a column, None for an empty one, or a tuple for any of several. `until` is (column,
    highest value): empty ones are not among them. `above` is (column, value): only rows beyond it. `order` names
    columns that are never empty, `-` before a name for falling; texts are ordered by code points.
    """

    table: Table[Row]
    where: Mapping[str, Any] = field(factory=dict)
    until: tuple[str, Any] | None = None
    above: tuple[str, Any] | None = None
    order: tuple[str, ...] = ("id",)
    limit: int | None = None

    def __attrs_post_init__(self) -> None:
        if self.limit is not None and not 0 <= self.limit < MOST_ROWS:
            raise CommandError(Problem("must be a number of rows, 0 or more", "ask for fewer", path="limit"))


class Unit(Protocol):
    """One transaction: all that is written in it is kept together or not at all; it sees its own writes.

    Raises:
        ConflictError: a row that is added is there already, or one that is replaced has another version by now; both
            may come late, at the end of the transaction. It is `retryable`: the desk begins anew.
        StorageError: the store can't be read or written.
    """

    def get(self, table: Table[Row], key: str) -> Row | None:
        """The row with the id `key`."""
        ...

    def find(self, query: Query[Row]) -> list[Row]:
        """The rows that `query` asks for."""
        ...

    def count(self, query: Query[Any]) -> int:
        """How many rows `query` asks for, its `limit` aside."""
        ...

    def add(self, table: Table[Row], rows: Iterable[Row]) -> None:
        """Keep new rows; where the table is `serial`, number them, rising in the order given."""
        ...

    def replace(self, table: Table[Row], rows: Iterable[Row]) -> None:
        """Put rows in the place of those with their ids.

        Where the table is `versioned`, each row says the version that was read, and is kept with the next one.
        """
        ...

    def remove(self, query: Query[Any]) -> int:
        """Remove what `query` asks for, its `order` and `limit` aside; say how many."""
        ...

    def lock(self, *names: str) -> None:
        """Wait until no other transaction holds one of `names`, such as `lead:L1`; hold them to the end of this one.

        What stands before the colon is their kind. Kinds are taken in the order in which they are given, names of one
        kind always in the same order, so that transactions which name kinds in one order don't wait for each other. A
        store that has one writer at a time need do nothing.
        """
        ...


@runtime_checkable
class ColumnReader(Protocol):
    """A unit that can also read some columns alone, for who asks for many rows and needs little of each."""

    def find_columns(self, query: Query[Any], columns: Sequence[str]) -> Sequence[Any]:
        """The rows that `query` asks for, as something that has these columns as attributes."""
        ...


@runtime_checkable
class ColumnWriter(Protocol):
    """A unit that can also write some columns alone, so that nothing is written that stays as it is."""

    def replace_columns(self, table: Table[Row], rows: Iterable[Row], columns: Collection[str]) -> None:
        """Do what `replace` does where rows differ from those with their ids in no other columns than these."""
        ...


@runtime_checkable
class Restorer(Protocol):
    """A unit that can also keep rows with the numbers and versions that they had in another store."""

    def restore(self, table: Table[Any], rows: Iterable[Any]) -> None:
        """Keep rows as they are; the numbers of a `serial` table go on behind the highest."""
        ...


@runtime_checkable
class Settling(Protocol):
    """A store that keeps numbered rows in another order than that of their numbers, and knows which are all there.

    Without it a store has one writer at a time: what is seen of a `serial` table is all there is up to its last number.
    """

    def settled(self, table: Table[Any]) -> int | None:
        """The number up to which no further row of `table` can come; None where rows are kept in their order."""
        ...


@runtime_checkable
class Checked(Protocol):
    """A store that can say whether it is reached and has the schema that is needed, without reading a row."""

    def check(self) -> str:
        """The version of its schema.

        Raises:
            StorageError: it can't be reached, or its schema is another one; the hint is what to do.
        """
        ...


MOST_IDS = 500
"""A database takes only so many values in one question."""


def by_id(unit: Unit, table: Table[Row], ids: Iterable[str | None]) -> dict[str, Row]:
    """The rows of `table` with these ids, by id; None stands for no row."""
    return {row.id: row for part in in_parts(ids) for row in unit.find(Query(table, {"id": part}))}  # type: ignore[attr-defined]


def in_parts(ids: Iterable[str | None]) -> list[tuple[str, ...]]:
    """Ids, each once and without None, in parts of which each fits into one question."""
    wanted = [key for key in dict.fromkeys(ids) if key is not None]
    return [tuple(wanted[start : start + MOST_IDS]) for start in range(0, len(wanted), MOST_IDS)]


PAGE = 2_000


def pages(unit: Unit, table: Table[Row], where: Mapping[str, Any] | None = None) -> Iterator[list[Row]]:
    """All rows of `table`, or those with these values, by id, `PAGE` at a time."""
    above = ""
    while rows := unit.find(Query(table, where or {}, above=("id", above), limit=PAGE)):
        yield rows
        above = rows[-1].id  # type: ignore[attr-defined]


def column_pages(
    unit: Unit, table: Table[Any], columns: Sequence[str], where: Mapping[str, Any] | None = None
) -> Iterator[Sequence[Any]]:
    """The same as `pages`, but the rows have these columns, of which `id` is one, and may have no others."""
    above = ""
    while rows := columns_of(unit, Query(table, where or {}, above=("id", above), limit=PAGE), columns):
        yield rows
        above = rows[-1].id


def columns_of(unit: Unit, query: Query[Any], columns: Sequence[str]) -> Sequence[Any]:
    """The rows that `query` asks for, with these columns at least."""
    read: Find = getattr(unit, "find_columns", lambda query, _: unit.find(query))
    return read(query, columns)


def replace_columns(unit: Unit, table: Table[Row], rows: Sequence[Row], columns: Collection[str]) -> None:
    """Replace rows that differ from those with their ids in no other columns than these."""
    if not rows:
        return
    write: Replace = getattr(unit, "replace_columns", lambda table, rows, _: unit.replace(table, rows))
    write(table, rows, columns)


def replace_changed(unit: Unit, table: Table[Row], pairs: Sequence[tuple[Row, Row]]) -> None:
    """Replace rows, each given as it is there and as it is to be, by the columns in which any of them changed."""
    columns = frozenset[str]().union(*(changed_columns(before, after) for before, after in pairs))
    replace_columns(unit, table, [after for _, after in pairs], columns)


class Storage(Protocol):
    """A store: transactions, and the sweep that follows an erasure."""

    def transaction(self, *, read_only: bool = False) -> AbstractContextManager[Unit]:
        """A unit of work, kept when the block ends, undone when it raises.

        What was kept is there after a crash of the process or the machine. A unit that is not `read_only` sees the
        latest state that others kept, or waits for it. Use by one thread.

        Raises:
            StorageError: the store can't be reached or its schema is another one; the hint is what to do.
        """
        ...

    def sweep(self) -> None:
        """Overwrite what removed rows left behind in files, as far as the store can.

        Raises:
            StorageError: it can't be done now, such as when others are reading; the hint says how to do it later.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
