"""A store over another one that it only reads: what is written is seen, and gone at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from attrs import evolve

from leadkit.store.memory import MemoryStorage, MemoryUnit, in_order, meant
from leadkit.store.protocol import Query, Storage, Unit
from leadkit.store.tables import TABLES, Table

Row = TypeVar("Row")
FIRST_SERIAL = 10**12
"""New rows are numbered from here, beyond all that a store has numbered."""


class Rehearsal(MemoryStorage):
    """Holds the rows that were written; all others are those of the store behind it, which is never written to."""

    def __init__(self, behind: Storage) -> None:
        super().__init__()
        self._behind = behind
        self.gone: set[tuple[str, str]] = set()
        """The rows of the store behind that were removed, by table and id."""
        self._serials.update({table.name: FIRST_SERIAL for table in TABLES if table.serial})

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[RehearsedUnit]:  # noqa: ARG002
        """A unit of work; where it raises, what it wrote is undone."""
        with self._behind.transaction(read_only=True) as behind:
            unit = RehearsedUnit(self, behind)
            try:
                yield unit
            except BaseException:
                for write in reversed(unit.writes):
                    self.apply(write.table, write.key, write.before)
                raise

    def apply(self, table: str, key: str, row: Any) -> None:
        super().apply(table, key, row)
        (self.gone.discard if row is not None else self.gone.add)((table, key))

    def has(self, table: str, key: str) -> bool:
        """Whether a row was written or removed here, whatever the store behind says of it."""
        return key in self._rows[table] or (table, key) in self.gone


class RehearsedUnit(MemoryUnit):
    """One transaction: it reads both stores, and writes into the one in memory."""

    def __init__(self, storage: Rehearsal, behind: Unit) -> None:
        super().__init__(storage, read_only=False)
        self._rehearsal, self._behind = storage, behind

    def find(self, query: Query[Row]) -> list[Row]:
        return in_order(self._meant(query), query)[: query.limit]

    def count(self, query: Query[Any]) -> int:
        return len(self._meant(query))

    def remove(self, query: Query[Any]) -> int:
        rows = self._meant(query)
        for row in rows:
            self._write(query.table, row.id, row, None)
        return len(rows)

    def _meant(self, query: Query[Row]) -> list[Row]:
        table: Table[Any] = query.table
        known: list[Any] = self._behind.find(evolve(query, limit=None))
        rows = [row for row in known if not self._rehearsal.has(table.name, row.id)]
        return [*rows, *(row for row in self._rehearsal.rows(query) if meant(row, query))]
