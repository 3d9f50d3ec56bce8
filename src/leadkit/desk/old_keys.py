"""Idempotency keys that are older than the policy keeps them: forgotten, a batch at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from leadkit.desk.pruning import prune
from leadkit.store.process_rows import KeyRow
from leadkit.store.protocol import Query, Unit, by_id
from leadkit.store.tables import KEYS

if TYPE_CHECKING:
    from leadkit.desk.execute import Executor


def forget_old_keys(executor: Executor, now: datetime) -> int:
    """Forget the keys that were used `[desk] keys_kept_days` before `now`; give how many.

    A key of somebody who was erased is kept: it keeps what comes again under it from bringing them back.
    """
    days = executor.policy.document.desk.keys_kept_days
    if days is None:
        return 0
    return prune(executor, Query(KEYS, until=("at", now - timedelta(days=days))), _is_over, _forget)


def _is_over(key: KeyRow) -> bool:
    return key.payload is not None


def _forget(unit: Unit, ids: tuple[str, ...]) -> int:
    """Forget keys, but for those that an erasure took since, which holds the same lock."""
    unit.lock("outbox")
    old = tuple(row.id for row in by_id(unit, KEYS, ids).values() if _is_over(row))
    return unit.remove(Query(KEYS, {"id": old})) if old else 0
