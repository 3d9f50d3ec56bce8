"""Notices leave: taken for a while, told to each notifier on its own, and noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from attrs import define, evolve, setters

from leadkit.adapters.notification.notice import Notice
from leadkit.adapters.storage.protocol import Query, Storage, Unit
from leadkit.adapters.storage.tables import DELIVERIES, OUTBOX, DeliveryRow, NoticeRow
from leadkit.desk.results import Delivered
from leadkit.errors import DeliveryError

Tell = Callable[[Notice], None]


@define(on_setattr=setters.frozen, kw_only=True)
class Retries:
    """How often a notice is tried, and how long is waited: the wait doubles from `first` up to `longest`.

    `lease` is how long a notice that is being told is left alone; one whose teller died is told again after it.
    """

    attempts: int = 12
    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(hours=6)
    lease: timedelta = timedelta(minutes=5)

    def wait(self, attempts: int, asked_for: float | None) -> timedelta:
        """How long to wait after so many failed attempts; a receiver that asks for longer gets it."""
        doubled: timedelta = self.first * 2 ** min(attempts - 1, 30)
        return max(min(doubled, self.longest), timedelta(seconds=asked_for or 0))


def deliver(
    storage: Storage, notifiers: Mapping[str, Tell], clock: Callable[[], datetime], limit: int, retries: Retries
) -> Delivered:
    """Tell up to `limit` notices that are due, the oldest first, each to every notifier that has not got it yet."""
    if not notifiers:
        return Delivered(delivered=0, failed=0, waiting=0, dead=0)
    counts: Counter[str] = Counter()
    for row in take(storage, clock(), limit, retries):
        counts.update(_tell(storage, row, notifiers, clock, retries))
    return Delivered(**{name: counts[name] for name in ("delivered", "failed", "waiting", "dead")})


def take(storage: Storage, now: datetime, limit: int, retries: Retries) -> list[NoticeRow]:
    """The notices that are due, put off for the length of the lease, so that no other deliverer takes them."""
    with storage.transaction() as unit:
        unit.lock("outbox")
        query = Query(OUTBOX, {"state": "pending"}, until=("next_at", now), order=("next_at", "seq"), limit=limit)
        taken = unit.find(query)
        unit.replace(OUTBOX, [evolve(row, next_at=now + retries.lease) for row in taken])
        return taken


def _tell(
    storage: Storage, row: NoticeRow, notifiers: Mapping[str, Tell], clock: Callable[[], datetime], retries: Retries
) -> Counter[str]:
    with storage.transaction(read_only=True) as unit:
        before = {one.plugin: one for one in unit.find(Query(DELIVERIES, {"notice_id": row.id}))}
    notice = notice_of(row)
    attempts = []
    for plugin, tell in notifiers.items():
        last = before.get(plugin)
        if last is None or (last.state == "waiting" and (last.next_at is None or last.next_at <= clock())):
            attempts.append(_attempt(notice, plugin, tell, last, clock, retries))
    with storage.transaction() as unit:
        unit.lock(f"notice:{row.id}")
        return _note(unit, row, {**before, **{one.plugin: one for one in attempts}}, attempts, before)


def _attempt(
    notice: Notice, plugin: str, tell: Tell, last: DeliveryRow | None, clock: Callable[[], datetime], retries: Retries
) -> DeliveryRow:
    tried = (last.attempts if last else 0) + 1
    row = DeliveryRow(id=f"{notice.id}|{plugin}", notice_id=notice.id, plugin=plugin, state="delivered", attempts=tried)
    try:
        tell(notice)
    except DeliveryError as error:
        dead = error.permanent or tried >= retries.attempts
        wait = retries.wait(tried, error.retry_after)
        return _failed(row, "; ".join(one.message for one in error.problems), None if dead else clock() + wait)
    except (Exception, SystemExit) as error:  # noqa: BLE001
        dead = tried >= retries.attempts
        return _failed(row, type(error).__name__, None if dead else clock() + retries.wait(tried, None))
    return row


def _failed(row: DeliveryRow, error: str, next_at: datetime | None) -> DeliveryRow:
    return evolve(row, state="waiting" if next_at else "dead", error=error[:200], next_at=next_at)


def _note(
    unit: Unit,
    row: NoticeRow,
    now: Mapping[str, DeliveryRow],
    attempts: list[DeliveryRow],
    before: Mapping[str, DeliveryRow],
) -> Counter[str]:
    """Keep what became of the attempts, unless the notice was cancelled or another deliverer was here meanwhile."""
    there = {one.id for one in unit.find(Query(DELIVERIES, {"notice_id": row.id}))}
    unit.add(DELIVERIES, [one for one in attempts if one.id not in there])
    unit.replace(DELIVERIES, [one for one in attempts if one.id in there and one.plugin in before])
    waiting = [one.next_at for one in now.values() if one.state == "waiting" and one.next_at is not None]
    current: Any = unit.get(OUTBOX, row.id)
    if current is not None and current.state == "pending":
        later = evolve(current, next_at=min(waiting)) if waiting else evolve(current, state="done")
        unit.replace(OUTBOX, [later])
    states = Counter(one.state for one in attempts)
    return Counter(
        delivered=int(not waiting and "dead" not in states),
        failed=states["waiting"] + states["dead"],
        waiting=int(bool(waiting)),
        dead=states["dead"],
    )


def notice_of(row: NoticeRow) -> Notice:
    """The notice of a row of the outbox."""
    return Notice(
        id=row.id,
        kind=row.kind,
        at=row.at,
        lead_id=row.lead_id,
        opportunity_id=row.opportunity_id,
        to=row.recipient,
        role=row.role,
        details=row.details,
    )
