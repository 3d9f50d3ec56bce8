"""Idempotency keys that are older than the policy keeps them: forgotten, a batch at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from leadkit.store.protocol import Query, Unit, by_id
from leadkit.store.tables import KEYS

if TYPE_CHECKING:
    from leadkit.desk.execute import Executor

BATCH = 500
MOST = 20 * BATCH
"""So many keys one tick forgets at most; the next ones follow with the next."""


def forget_old_keys(executor: Executor, now: datetime) -> int:
    """Forget the keys that were used `[desk] keys_kept_days` before `now`; give how many.

    A key of somebody who was erased is kept: it keeps what comes again under it from bringing them back.
    """
    days = executor.policy.document.desk.keys_kept_days
    if days is None:
        return 0
    forgotten, above = 0, None
    while forgotten < MOST:
        until = ("at", now - timedelta(days=days))
        with executor.storage.transaction(read_only=True) as unit:
            rows = unit.find(Query(KEYS, until=until, above=above, order=("at",), limit=BATCH))
        old = [row.id for row in rows if row.payload is not None]
        if old:
            forgotten += executor.transaction(partial(_forget, ids=old))
        elif len(rows) == BATCH:
            above = ("at", rows[-1].at)
        else:
            break
    return forgotten


def _forget(unit: Unit, *, ids: list[str]) -> int:
    """Forget keys, but for those that an erasure took since, which holds the same lock."""
    unit.lock("outbox")
    old = [row.id for row in by_id(unit, KEYS, ids).values() if row.payload is not None]
    return unit.remove(Query(KEYS, {"id": tuple(old)})) if old else 0
