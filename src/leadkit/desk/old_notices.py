"""Notices that nobody waits for any more and that are older than the policy keeps them: removed, a batch at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from leadkit.desk.reporting import KIND
from leadkit.store.protocol import Query, Unit
from leadkit.store.tables import DELIVERIES, OUTBOX

if TYPE_CHECKING:
    from leadkit.desk.execute import Executor

BATCH = 500
MOST = 20 * BATCH
"""So many notices of a state one tick removes at most; the next ones follow with the next."""


def remove_old_notices(executor: Executor, now: datetime) -> int:
    """Remove the notices that are done since `[retention] notices_kept_days` before `now`; give how many.

    Those of reports are kept: they keep a report from being told twice.
    """
    days = executor.policy.document.retention.notices_kept_days
    if days is None:
        return 0
    return sum(_remove_all(executor, state, now - timedelta(days=days)) for state in ("done", "cancelled"))


def _remove_all(executor: Executor, state: str, until: datetime) -> int:
    removed = passed_over = 0
    while removed < MOST:
        limit = BATCH + passed_over
        oldest = Query(OUTBOX, {"state": state}, until=("next_at", until), order=("next_at", "seq"), limit=limit)
        with executor.storage.transaction(read_only=True) as unit:
            rows = unit.find(oldest)
        old = tuple(row.id for row in rows if row.kind != KIND)[:BATCH]
        if old:
            removed += executor.transaction(partial(_remove, ids=old, state=state))
        elif len(rows) < limit:
            break
        passed_over = len(rows) - len(old)
    return removed


def _remove(unit: Unit, *, ids: tuple[str, ...], state: str) -> int:
    """Remove what is still in this state, with what was noted of its delivery."""
    unit.lock("outbox")
    rows = tuple(row.id for row in unit.find(Query(OUTBOX, {"id": ids, "state": state})))
    unit.remove(Query(DELIVERIES, {"notice_id": rows}))
    return unit.remove(Query(OUTBOX, {"id": rows}))
