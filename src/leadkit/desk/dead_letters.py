"""What could not be delivered: read, and let be tried again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import evolve

from leadkit.desk.errands import DEAD, GONE, WAITING, notice_of
from leadkit.desk.results import DeadLetter
from leadkit.process.notices import Notices
from leadkit.store.protocol import Query, Unit, by_id
from leadkit.store.tables import DELIVERIES, OUTBOX


def dead_letters(unit: Unit, links: Notices, limit: int) -> tuple[DeadLetter, ...]:
    """What could not be delivered, by notice."""
    dead = unit.find(Query(DELIVERIES, {"state": DEAD}, limit=limit))
    rows = by_id(unit, OUTBOX, (delivery.notice_id for delivery in dead))
    return tuple(
        DeadLetter(
            notice=notice_of(rows[delivery.notice_id], links),
            plugin=delivery.plugin,
            attempts=delivery.attempts,
            error=delivery.error or "",
        )
        for delivery in dead
        if delivery.notice_id in rows
    )


def redeliver(unit: Unit, now: datetime, where: Mapping[str, str]) -> int:
    """Let dead letters be tried again from `now` on; a plugin whose receiver had enough is asked again, too."""
    unit.lock("outbox")
    unit.remove(Query(DELIVERIES, {"state": GONE, **{k: v for k, v in where.items() if k == "plugin"}}))
    dead = unit.find(Query(DELIVERIES, {"state": DEAD, **where}))
    unit.replace(DELIVERIES, [evolve(delivery, state=WAITING, attempts=0, next_at=now) for delivery in dead])
    rows = by_id(unit, OUTBOX, (delivery.notice_id for delivery in dead)).values()
    unit.replace(OUTBOX, [evolve(row, state="pending", next_at=now) for row in rows if row.state == "done"])
    return len(dead)
