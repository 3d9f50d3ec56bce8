"""A store in memory: for tests, for trying out, and as the state behind a store that keeps its own log."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import itemgetter
from threading import RLock
from typing import Any, TypeVar

from attrs import define, evolve, field, setters

from leadkit.errors import ConflictError, Problem
from leadkit.store.protocol import Query, by_id
from leadkit.store.tables import TABLES, Table

Row = TypeVar("Row")


@define(on_setattr=setters.frozen)
class Write:
    """One row written: what it was before, and what it is now; None where there was or is none."""

    table: str
    key: str
    before: Any
    after: Any


@define
class Timeline:
    """The keys of rows in the order of a time, apart for each value of `column`; rows without a time are left out."""

    column: str
    time: str
    _keys: dict[Any, list[tuple[datetime, str]]] = field(factory=lambda: defaultdict(list))

    def add(self, key: str, row: Any) -> None:
        """Take in a row."""
        if (moment := getattr(row, self.time)) is not None:
            insort(self._keys[getattr(row, self.column)], (moment, key))

    def remove(self, key: str, row: Any) -> None:
        """Leave out a row that was taken in."""
        if (moment := getattr(row, self.time)) is not None:
            keys = self._keys[getattr(row, self.column)]
            del keys[bisect_left(keys, (moment, key))]

    def until(self, value: Any, last: datetime) -> list[str]:
        """The keys of the rows with this `value` up to the time `last`, the earliest first."""
        keys = self._keys.get(value, [])
        return [key for _, key in keys[: bisect_right(keys, last, key=itemgetter(0))]]


class MemoryStorage:
    """Rows in dictionaries, one transaction at a time; gone when the process ends.

    `before` is called at the start of every transaction, `keep` with its writes at the end of one that wrote: what
    `keep` raises undoes the transaction. Both may call `apply`, so that a store over a log file needs nothing else.
    """

    def __init__(
        self, *, before: Callable[[], None] | None = None, keep: Callable[[Sequence[Write]], None] | None = None
    ) -> None:
        self._rows: dict[str, dict[str, Any]] = {table.name: {} for table in TABLES}
        self._by: dict[str, dict[str, dict[Any, dict[str, None]]]] = {
            table.name: {index[0]: defaultdict(dict) for index in table.indexes} for table in TABLES
        }
        self._timelines = {table.name: _timelines(table) for table in TABLES}
        self._serials: Counter[str] = Counter()
        self._before = before
        self._keep = keep
        self._lock = RLock()

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[MemoryUnit]:
        """A unit of work; others wait until it ends."""
        with self._lock:
            if self._before:
                self._before()
            unit = MemoryUnit(self, read_only)
            try:
                yield unit
                if self._keep and unit.writes:
                    self._keep(unit.writes)
            except BaseException:
                for write in reversed(unit.writes):
                    self.apply(write.table, write.key, write.before)
                raise

    def apply(self, table: str, key: str, row: Any) -> None:
        """Put `row` at `key`, or nothing where it is None."""
        rows = self._rows[table]
        before = rows.pop(key, None)
        for column, index in self._by[table].items():
            if before is not None:
                index[getattr(before, column)].pop(key, None)
            if row is not None:
                index[getattr(row, column)][key] = None
        for timeline in self._timelines[table]:
            if before is not None:
                timeline.remove(key, before)
            if row is not None:
                timeline.add(key, row)
        if row is not None:
            rows[key] = row
            self._serials[table] = max(self._serials[table], getattr(row, "seq", None) or 0)

    def next(self, table: str) -> int:
        """The number of the next row of a serial table."""
        return self._serials[table] + 1

    def rows(self, query: Query[Row]) -> Iterable[Row]:
        """The rows that may be meant: all, or those that an index leads to."""
        rows = self._rows[query.table.name]
        if "id" in query.where:
            keys: Iterable[str] = _values(query.where["id"])
            return [rows[key] for key in dict.fromkeys(keys) if key in rows]
        if query.until is not None:
            for timeline in self._timelines[query.table.name]:
                value = query.where.get(timeline.column, ())
                if timeline.time == query.until[0] and not isinstance(value, tuple):
                    return [rows[key] for key in timeline.until(value, query.until[1])]
        for column, wanted in query.where.items():
            index = self._by[query.table.name].get(column)
            if index is not None:
                return [rows[key] for value in _values(wanted) for key in index.get(value, ())]
        return rows.values()

    def sweep(self) -> None:
        """Nothing is left behind."""

    def close(self) -> None:
        """Nothing is held open."""


class MemoryUnit:
    """One transaction on a `MemoryStorage`; it writes at once and remembers how to undo it."""

    def __init__(self, storage: MemoryStorage, read_only: bool) -> None:
        self._storage = storage
        self._read_only = read_only
        self.writes: list[Write] = []

    def get(self, table: Table[Row], key: str) -> Row | None:
        return next(iter(self.find(Query(table, {"id": key}))), None)

    def find(self, query: Query[Row]) -> list[Row]:
        return in_order([row for row in self._storage.rows(query) if meant(row, query)], query)[: query.limit]

    def count(self, query: Query[Any]) -> int:
        return sum(meant(row, query) for row in self._storage.rows(query))

    def add(self, table: Table[Row], rows: Iterable[Row]) -> None:
        every: list[Any] = list(rows)
        known = set(by_id(self, table, (row.id for row in every)))
        for row in every:
            if row.id in known:
                raise _first(f"there is one already in {table.name}")
            known.add(row.id)
            self._write(table, row.id, None, evolve(row, seq=self._storage.next(table.name)) if table.serial else row)

    def restore(self, table: Table[Any], rows: Iterable[Any]) -> None:
        for row in rows:
            self._write(table, row.id, None, row)

    def replace(self, table: Table[Row], rows: Iterable[Row]) -> None:
        every: list[Any] = list(rows)
        known: dict[str, Any] = by_id(self, table, (row.id for row in every))
        for row in every:
            before = known.get(row.id)
            if before is None or (table.versioned and before.version != row.version):
                raise _first(f"somebody else changed {table.name} first")
            known[row.id] = evolve(row, version=row.version + 1) if table.versioned else row
            self._write(table, row.id, before, known[row.id])

    def remove(self, query: Query[Any]) -> int:
        rows = [row for row in self._storage.rows(query) if meant(row, query)]
        for row in rows:
            self._write(query.table, row.id, row, None)
        return len(rows)

    def lock(self, *names: str) -> None:
        """There is one transaction at a time."""

    def _write(self, table: Table[Any], key: str, before: Any, after: Any) -> None:
        if self._read_only:
            raise RuntimeError("this transaction is read only")
        self.writes.append(Write(table.name, key, before, after))
        self._storage.apply(table.name, key, after)


def in_order(rows: list[Row], query: Query[Row]) -> list[Row]:
    """Rows in the order that a query asks for."""
    for column in reversed(query.order) if len(rows) > 1 else ():
        name = column.removeprefix("-")
        rows.sort(key=lambda row: getattr(row, name), reverse=column.startswith("-"))
    return rows


def _timelines(table: Table[Any]) -> list[Timeline]:
    """One for each index of a column and a time."""
    pairs = [index[:2] for index in table.indexes if len(index) > 1]
    return [Timeline(column, time) for column, time in pairs if table.columns.get(time) == "moment"]


def _values(wanted: Any) -> tuple[Any, ...]:
    return wanted if isinstance(wanted, tuple) else (wanted,)


def meant(row: Any, query: Query[Any]) -> bool:
    """Whether a query asks for a row."""
    if any(getattr(row, column) not in _values(wanted) for column, wanted in query.where.items()):
        return False
    if query.until is not None:
        column, highest = query.until
        value = getattr(row, column)
        if value is None or value > highest:
            return False
    if query.above is not None:
        column, lowest = query.above
        return bool(getattr(row, column) > lowest)
    return True


def _first(message: str) -> ConflictError:
    """The error for a row that another transaction wrote first."""
    return ConflictError(Problem(message, "read again and decide anew"), retryable=True)
