"""Rows that nobody needs any more: removed a batch at a time, the oldest first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve

from leadkit.store.protocol import Query, Unit

if TYPE_CHECKING:
    from leadkit.desk.execute import Executor

Row = TypeVar("Row")
BATCH = 500
MOST = 20 * BATCH
"""So many rows of a kind one tick removes at most; the next ones follow with the next."""


def prune(
    executor: Executor,
    old: Query[Row],
    is_over: Callable[[Row], bool],
    remove: Callable[[Unit, tuple[str, ...]], int],
) -> int:
    """Remove rows that `old` asks for `until` a time, but for those that are not over; give how many went.

    `remove` is given the ids of a batch, in a transaction of its own: it looks at the rows again under their lock.
    """
    assert old.until is not None
    column, _ = old.until
    removed, above = 0, None
    while removed < MOST:
        with executor.storage.transaction(read_only=True) as unit:
            rows = unit.find(evolve(old, above=above, order=(column,), limit=BATCH))
        over = tuple(row.id for row in rows if is_over(row))  # type: ignore[attr-defined]
        if over:
            removed += executor.transaction(lambda unit, over=over: remove(unit, over))  # type: ignore[misc]
        elif len(rows) == BATCH:
            above = (column, getattr(rows[-1], column))
        else:
            break
    return removed
