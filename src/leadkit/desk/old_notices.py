"""Notices that nobody waits for any more and that are older than the policy keeps them: removed, a batch at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from leadkit.desk.pruning import prune
from leadkit.desk.reporting import KIND
from leadkit.process.command import Command
from leadkit.store.process_rows import NoticeRow
from leadkit.store.protocol import Query, Unit
from leadkit.store.tables import DELIVERIES, JOURNAL, OUTBOX

if TYPE_CHECKING:
    from leadkit.desk.execute import Executor

OVER = ("done", "cancelled")


def remove_old_notices(executor: Executor, command: Command, now: datetime) -> int:
    """Remove the notices that are done since `[retention] notices_kept_days` before `now`; give how many.

    Those of reports are kept: they keep a report from being told twice. The journal says how many went.
    """
    days = executor.policy.document.retention.notices_kept_days
    if days is None:
        return 0
    until = ("next_at", now - timedelta(days=days))
    remove = partial(_remove, executor, command)
    return sum(prune(executor, Query(OUTBOX, {"state": state}, until=until), _is_over, remove) for state in OVER)


def _is_over(notice: NoticeRow) -> bool:
    return notice.kind != KIND


def _remove(executor: Executor, command: Command, unit: Unit, ids: tuple[str, ...]) -> int:
    """Remove what is still over, with what was noted of its delivery, and write into the journal how many it was."""
    unit.lock("outbox")
    rows = tuple(row.id for row in unit.find(Query(OUTBOX, {"id": ids, "state": OVER})))
    unit.remove(Query(DELIVERIES, {"notice_id": rows}))
    removed = unit.remove(Query(OUTBOX, {"id": rows}))
    if removed:
        context = executor.context(executor.work_set(unit), executor.request(command))
        _, entry = context.entry(None, {"outcome": "removed", "notices": removed})
        unit.add(JOURNAL, [entry])
    return removed
