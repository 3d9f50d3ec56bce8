"""Notices leave: taken for a while, told to each notifier on its own, and noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from attrs import define, evolve, setters

from leadkit.desk.results import DeadLetter, Delivered
from leadkit.errors import DeliveryError
from leadkit.plugins.notice import Notice
from leadkit.store.protocol import Query, Storage, Unit, by_id
from leadkit.store.rows import DeliveryRow, NoticeRow
from leadkit.store.tables import DELIVERIES, OUTBOX

Tell = Callable[[Notice], None]
WAITING, DEAD, GONE = "waiting", "dead", "gone"
A_MONTH, A_SECOND = 30 * 86_400, timedelta(seconds=1)
_MISSED = "its notifier did not come back for a month"


@define(on_setattr=setters.frozen, kw_only=True)
class Retries:
    """How often a delivery is attempted, and the wait between attempts: it doubles from `first` up to `longest`.

    `lease` is how long a notice that is being delivered is left alone; if the delivering process dies, the notice is
    retried after the lease.
    """

    attempts: int = 12
    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(hours=6)
    lease: timedelta = timedelta(minutes=5)

    def wait(self, attempts: int, asked_for: float | None) -> timedelta:
        """How long to wait after so many failed attempts; a receiver that asks for longer gets it, up to a month."""
        doubled: timedelta = self.first * 2 ** min(attempts - 1, 30)
        asked = min(asked_for, A_MONTH) if asked_for is not None and asked_for > 0 else 0
        return max(min(doubled, self.longest), timedelta(seconds=asked))


@define(on_setattr=setters.frozen, kw_only=True)
class Courier:
    """Who takes notices out of the store and tells them: one at a time, each notifier on its own."""

    storage: Storage
    notifiers: Mapping[str, Tell]
    clock: Callable[[], datetime]
    retries: Retries

    def deliver(self, limit: int) -> Delivered:
        """Tell up to `limit` notices that are due, the oldest first, to every notifier that has not got them yet.

        A notice that waits for a notifier which is not here is no use now, and does not count.
        """
        counts: Counter[str] = Counter()
        while counts["tried"] < limit and self.notifiers and (row := self.take()) is not None:
            counts.update(self._tell(row))
        return Delivered(**{name: counts[name] for name in ("delivered", "failed", "waiting", "dead")})

    def take(self) -> NoticeRow | None:
        """The oldest notice that is due, put off for the length of the lease, so that no other courier takes it."""
        now = self.clock()
        with self.storage.transaction(read_only=True) as unit:
            if not unit.find(_due(now)):
                return None
        with self.storage.transaction() as unit:
            unit.lock("outbox")
            taken = unit.find(_due(now))
            unit.replace(OUTBOX, [evolve(row, next_at=now + self.retries.lease) for row in taken])
            return next(iter(taken), None)

    def _tell(self, row: NoticeRow) -> Counter[str]:
        with self.storage.transaction(read_only=True) as unit:
            before = {one.plugin: one for one in unit.find(Query(DELIVERIES, {"notice_id": row.id}))}
            gone = {one.plugin for one in unit.find(Query(DELIVERIES, {"state": GONE}))}
        attempts = [
            self._gone(row, plugin, last) if plugin in gone else self._attempt(row, plugin, tell, last)
            for plugin, tell in self.notifiers.items()
            if self._is_due(last := before.get(plugin))
        ]
        with self.storage.transaction() as unit:
            unit.lock("outbox")
            return self._note(unit, row, [one for one, _ in attempts], [plugin for _, plugin in attempts if plugin])

    def _note(self, unit: Unit, row: NoticeRow, attempts: list[DeliveryRow], gone: list[str]) -> Counter[str]:
        """Keep what became of the attempts, unless the notice was cancelled meanwhile.

        What another courier noted as delivered after the lease ran out stays delivered.
        """
        there = {one.id: one for one in unit.find(Query(DELIVERIES, {"notice_id": row.id}))}
        unit.add(DELIVERIES, [one for one in attempts if one.id not in there])
        again = [one for one in attempts if one.id in there and there[one.id].state != "delivered"]
        missed = [evolve(one, state=DEAD, error=_MISSED) for one in there.values() if self._is_missed(one)]
        unit.replace(DELIVERIES, [*again, *missed])
        known = {one.plugin for one in unit.find(Query(DELIVERIES, {"state": GONE}))}
        unit.add(DELIVERIES, [gone_row(plugin) for plugin in gone if plugin not in known])
        now = {**there, **{one.id: one for one in (*attempts, *missed)}}.values()
        waiting = [self._next(one) for one in now if one.state == WAITING]
        current = unit.get(OUTBOX, row.id)
        if current is not None and current.state == "pending":
            later = evolve(current, next_at=min(waiting)) if waiting else evolve(current, state="done")
            unit.replace(OUTBOX, [later])
        states = Counter(one.state for one in attempts)
        return Counter(
            tried=int(bool(attempts)),
            delivered=int(bool(attempts) and states["delivered"] == len(attempts)),
            failed=states[WAITING] + states[DEAD],
            waiting=int(states[WAITING] > 0),
            dead=states[DEAD],
        )

    def _is_missed(self, one: DeliveryRow) -> bool:
        """Whether a notifier that is not here has let a notice wait for a month."""
        overdue = one.next_at is not None and self.clock() - one.next_at > timedelta(seconds=A_MONTH)
        return one.state == WAITING and one.plugin not in self.notifiers and overdue

    def _next(self, one: DeliveryRow) -> datetime:
        """When to look at a notice again; what waits for a notifier that is not here is left alone for a while."""
        now = self.clock()
        return one.next_at if one.next_at is not None and one.next_at > now else now + max(self.retries.lease, A_SECOND)

    def _is_due(self, last: DeliveryRow | None) -> bool:
        return last is None or (last.state == WAITING and (last.next_at is None or last.next_at <= self.clock()))

    def _attempt(
        self, row: NoticeRow, plugin: str, tell: Tell, last: DeliveryRow | None
    ) -> tuple[DeliveryRow, str | None]:
        """What became of one attempt, and the plugin's name where its receiver wants no more notices at all."""
        told = _delivery(row, plugin, (last.attempts if last else 0) + 1)
        try:
            tell(notice_of(row))
        except DeliveryError as error:
            said = "; ".join(one.message for one in error.problems)
            wait = self.retries.wait(told.attempts, error.retry_after)
            return self._failed(told, said, wait, dead=error.permanent), plugin if error.disables else None
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001
            return self._failed(told, type(error).__name__, self.retries.wait(told.attempts, None)), None
        return told, None

    def _failed(self, row: DeliveryRow, error: str, wait: timedelta, *, dead: bool = False) -> DeliveryRow:
        if dead or row.attempts >= self.retries.attempts:
            return evolve(row, state=DEAD, error=_storable(error))
        return evolve(row, state=WAITING, error=_storable(error), next_at=self.clock() + wait)

    def _gone(self, row: NoticeRow, plugin: str, last: DeliveryRow | None) -> tuple[DeliveryRow, None]:
        attempts = last.attempts if last else 0
        return evolve(_delivery(row, plugin, attempts), state=DEAD, error="the receiver wants no more notices"), None


def _storable(error: str) -> str:
    """What a plugin said, short and without what no database keeps."""
    return error[:200].encode("utf-8", "replace").decode().replace("\0", "?")


def _due(now: datetime) -> Query[NoticeRow]:
    return Query(OUTBOX, {"state": "pending"}, until=("next_at", now), order=("next_at", "seq"), limit=1)


def _delivery(row: NoticeRow, plugin: str, attempts: int) -> DeliveryRow:
    return DeliveryRow(id=f"{row.id}|{plugin}", notice_id=row.id, plugin=plugin, state="delivered", attempts=attempts)


def gone_row(plugin: str) -> DeliveryRow:
    """The mark that a plugin's receiver wants no more notices."""
    return DeliveryRow(id=f"|{plugin}", notice_id="", plugin=plugin, state=GONE, attempts=0)


def dead_letters(unit: Unit, limit: int) -> tuple[DeadLetter, ...]:
    """What could not be delivered, by notice."""
    dead = unit.find(Query(DELIVERIES, {"state": DEAD}, limit=limit))
    notices = by_id(unit, OUTBOX, (one.notice_id for one in dead))
    return tuple(
        DeadLetter(
            notice=notice_of(notices[one.notice_id]), plugin=one.plugin, attempts=one.attempts, error=one.error or ""
        )
        for one in dead
        if one.notice_id in notices
    )


def redeliver(unit: Unit, now: datetime, where: Mapping[str, str]) -> int:
    """Let dead letters be tried again from `now` on; a plugin whose receiver had enough is asked again, too."""
    unit.remove(Query(DELIVERIES, {"state": GONE, **{k: v for k, v in where.items() if k == "plugin"}}))
    dead = unit.find(Query(DELIVERIES, {"state": DEAD, **where}))
    unit.replace(DELIVERIES, [evolve(one, state=WAITING, attempts=0, next_at=now) for one in dead])
    rows = by_id(unit, OUTBOX, (one.notice_id for one in dead)).values()
    unit.replace(OUTBOX, [evolve(row, state="pending", next_at=now) for row in rows if row.state != "cancelled"])
    return len(dead)


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
