"""Idempotency keys that are older than the policy keeps them: forgotten, a batch at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from leadkit.store.protocol import Query, Unit
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
    forgotten = passed_over = 0
    while forgotten < MOST:
        oldest = Query(KEYS, until=("at", now - timedelta(days=days)), order=("at",), limit=BATCH + passed_over)
        with executor.storage.transaction(read_only=True) as unit:
            rows = unit.find(oldest)
        old = [row.id for row in rows if row.payload is not None][:BATCH]
        if old:
            forgotten += executor.transaction(partial(_forget, ids=old))
        elif len(rows) < BATCH + passed_over:
            break
        passed_over = len(rows) - len(old)
    return forgotten


def _forget(unit: Unit, *, ids: list[str]) -> int:
    return unit.remove(Query(KEYS, {"id": tuple(ids)}))
