"""Stores that each break a promise of theirs, for the contract to find out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from attrs import evolve

from leadkit.errors import ConflictError
from leadkit.store.memory import MemoryStorage, MemoryUnit
from leadkit.store.protocol import Query


class Changed(MemoryUnit):
    """A unit that changes rows, versions and answers on their way."""

    def __init__(self, unit: MemoryUnit, change: dict[str, Any]) -> None:
        vars(self).update(vars(unit))
        self._row = change.get("row", lambda row: row)
        self._found = change.get("found", lambda rows, query: rows)
        self._blind = change.get("blind", False)
        self._removes = change.get("removes", True)

    def add(self, table: Any, rows: Iterable[Any]) -> None:
        super().add(table, map(self._row, rows))

    def replace(self, table: Any, rows: Iterable[Any]) -> None:
        for row in rows:
            before = super().get(table, row.id)
            blind = self._blind and table.versioned and before is not None
            super().replace(table, [evolve(row, version=before.version) if blind else row])

    def remove(self, query: Query[Any]) -> int:
        return super().remove(query) if self._removes else self.count(query)

    def find(self, query: Query[Any]) -> list[Any]:
        return self._found(super().find(query), query)


class Changing(MemoryStorage):
    def __init__(self, **change: Any) -> None:
        super().__init__()
        self._change = change

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[MemoryUnit]:
        with super().transaction(read_only=read_only) as unit:
            yield Changed(unit, self._change)


class NotUndone(MemoryStorage):
    """One that keeps what a failed transaction wrote."""

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[MemoryUnit]:
        failed: list[BaseException] = []
        with super().transaction(read_only=read_only) as unit:
            try:
                yield unit
            except BaseException as error:  # noqa: BLE001
                failed.append(error)
        for error in failed:
            raise error


class Unlocked(MemoryStorage):
    """One whose readers don't wait for a writer."""

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[MemoryUnit]:
        if read_only:
            yield MemoryUnit(self, read_only)
        else:
            with super().transaction() as unit:
                yield unit


class Recounting(MemoryStorage):
    """One that numbers a row by how many are there."""

    def next(self, table: str) -> int:
        return len(self._rows[table]) + 1


class Permissive(MemoryUnit):
    """A unit that replaces what is not there without a word."""

    def __init__(self, unit: MemoryUnit) -> None:
        vars(self).update(vars(unit))

    def replace(self, table: Any, rows: Iterable[Any]) -> None:
        super().replace(table, [row for row in rows if table.versioned or super().get(table, row.id) is not None])


class Silent(MemoryStorage):
    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[MemoryUnit]:
        with super().transaction(read_only=read_only) as unit:
            yield Permissive(unit)


class Final(MemoryStorage):
    """One that refuses so that nobody tries again."""

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[MemoryUnit]:
        try:
            with super().transaction(read_only=read_only) as unit:
                yield unit
        except ConflictError as error:
            raise ConflictError(error.problems) from None


def without_case(rows: list[Any], query: Query[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: row.id.lower()) if query.order == ("id",) else rows


def points_as_text(rows: list[Any], query: Query[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: str(row.points), reverse=True) if "-points" in query.order else rows


def composed(row: Any) -> Any:
    return evolve(row, name=unicodedata.normalize("NFC", row.name)) if getattr(row, "name", None) else row


def rounded(row: Any) -> Any:
    return evolve(row, points=row.points.quantize(Decimal("0.01"))) if hasattr(row, "points") else row


BROKEN: dict[str, Callable[[], MemoryStorage]] = {
    "atomicity": NotUndone,
    "adding_twice": NotUndone,
    "uncommitted": Unlocked,
    "snapshot": Unlocked,
    "versions": lambda: Changing(blind=True),
    "versions: nothing there": Silent,
    "versions: for good": Final,
    "text_order": lambda: Changing(found=without_case),
    "queue_order": lambda: Changing(found=points_as_text),
    "serial_order: numbers given again": Recounting,
    "serial_order": lambda: Changing(found=lambda rows, _: rows[::-1]),
    "queries": lambda: Changing(found=lambda rows, query: rows[-1:] if query.limit else rows),
    "unicode": lambda: Changing(row=composed),
    "exact_values": lambda: Changing(row=rounded),
    "large": lambda: Changing(found=lambda rows, _: rows[:1000]),
    "keys": lambda: Changing(found=lambda rows, query: [] if query.table.name == "keys" else rows),
    "outbox": lambda: Changing(found=lambda rows, query: [] if query.table.name == "outbox" and query.limit else rows),
    "notifiers": lambda: Changing(found=lambda rows, query: [] if query.table.name == "deliveries" else rows),
    "erasure": lambda: Changing(removes=False),
    "own_writes": lambda: Changing(removes=False),
}
"""By the check that finds it out, and what is wrong where several break one promise."""
