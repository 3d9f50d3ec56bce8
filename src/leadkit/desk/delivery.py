"""Notices leave: taken for a while, told to each notifier on its own, and noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from attrs import define, evolve, setters

from leadkit.desk.results import DeadLetter, Delivered
from leadkit.errors import DeliveryError
from leadkit.plugins.notice import Notice
from leadkit.process.notices import Notices
from leadkit.store.process_rows import DeliveryRow, NoticeRow
from leadkit.store.protocol import Query, Storage, Unit, by_id
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
    links: Notices
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
            before = {delivery.plugin: delivery for delivery in unit.find(Query(DELIVERIES, {"notice_id": row.id}))}
            gone = _gone_plugins(unit)
        attempts = [
            self._gone(row, plugin, last) if plugin in gone else self._attempt(row, plugin, tell, last)
            for plugin, tell in self.notifiers.items()
            if self._is_due(last := before.get(plugin))
        ]
        with self.storage.transaction() as unit:
            unit.lock("outbox")
            return self._note(unit, row, attempts)

    def _note(self, unit: Unit, row: NoticeRow, attempts: list[_Attempt]) -> Counter[str]:
        """Keep what became of the attempts, unless the notice was cancelled meanwhile.

        What another courier noted as delivered after the lease ran out stays delivered.
        """
        tried = [attempt.delivery for attempt in attempts]
        stored = {delivery.id: delivery for delivery in unit.find(Query(DELIVERIES, {"notice_id": row.id}))}
        unit.add(DELIVERIES, [delivery for delivery in tried if delivery.id not in stored])
        again = [delivery for delivery in tried if delivery.id in stored and stored[delivery.id].state != "delivered"]
        missed = [
            evolve(delivery, state=DEAD, error=_MISSED) for delivery in stored.values() if self._is_missed(delivery)
        ]
        unit.replace(DELIVERIES, [*again, *missed])
        known = _gone_plugins(unit)
        gone = [attempt.delivery.plugin for attempt in attempts if attempt.disables]
        unit.add(DELIVERIES, [gone_row(plugin) for plugin in gone if plugin not in known])
        now = {**stored, **{delivery.id: delivery for delivery in (*tried, *missed)}}.values()
        waiting = [self._next(delivery) for delivery in now if delivery.state == WAITING]
        current = unit.get(OUTBOX, row.id)
        if current is not None and current.state == "pending":
            later = evolve(current, next_at=min(waiting)) if waiting else evolve(current, state="done")
            unit.replace(OUTBOX, [later])
        states = Counter(delivery.state for delivery in tried)
        return Counter(
            tried=int(bool(tried)),
            delivered=int(bool(tried) and states["delivered"] == len(tried)),
            failed=states[WAITING] + states[DEAD],
            waiting=int(states[WAITING] > 0),
            dead=states[DEAD],
        )

    def _is_missed(self, delivery: DeliveryRow) -> bool:
        """Whether a notifier that is not here has let a notice wait for a month."""
        overdue = delivery.next_at is not None and self.clock() - delivery.next_at > timedelta(seconds=A_MONTH)
        return delivery.state == WAITING and delivery.plugin not in self.notifiers and overdue

    def _next(self, delivery: DeliveryRow) -> datetime:
        """When to look at a notice again; what waits for a notifier that is not here is left alone for a while."""
        now, at = self.clock(), delivery.next_at
        return at if at is not None and at > now else now + max(self.retries.lease, A_SECOND)

    def _is_due(self, last: DeliveryRow | None) -> bool:
        return last is None or (last.state == WAITING and (last.next_at is None or last.next_at <= self.clock()))

    def _attempt(self, row: NoticeRow, plugin: str, tell: Tell, last: DeliveryRow | None) -> _Attempt:
        delivery = _delivery(row, plugin, (last.attempts if last else 0) + 1)
        try:
            tell(notice_of(row, self.links))
        except DeliveryError as error:
            message = "; ".join(problem.message for problem in error.problems)
            wait = self.retries.wait(delivery.attempts, error.retry_after)
            return _Attempt(self._failed(delivery, message, wait, dead=error.permanent), error.disables)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001
            wait = self.retries.wait(delivery.attempts, None)
            return _Attempt(self._failed(delivery, type(error).__name__, wait))
        return _Attempt(delivery)

    def _failed(self, row: DeliveryRow, error: str, wait: timedelta, *, dead: bool = False) -> DeliveryRow:
        if dead or row.attempts >= self.retries.attempts:
            return evolve(row, state=DEAD, error=_storable(error))
        return evolve(row, state=WAITING, error=_storable(error), next_at=self.clock() + wait)

    def _gone(self, row: NoticeRow, plugin: str, last: DeliveryRow | None) -> _Attempt:
        attempts = last.attempts if last else 0
        delivery = _delivery(row, plugin, attempts)
        return _Attempt(evolve(delivery, state=DEAD, error="the receiver wants no more notices"))


@define(on_setattr=setters.frozen)
class _Attempt:
    """What became of one attempt, and whether the receiver wants no more notices at all."""

    delivery: DeliveryRow
    disables: bool = False


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


def _gone_plugins(unit: Unit) -> set[str]:
    return {delivery.plugin for delivery in unit.find(Query(DELIVERIES, {"state": GONE}))}


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
    unit.remove(Query(DELIVERIES, {"state": GONE, **{k: v for k, v in where.items() if k == "plugin"}}))
    dead = unit.find(Query(DELIVERIES, {"state": DEAD, **where}))
    unit.replace(DELIVERIES, [evolve(delivery, state=WAITING, attempts=0, next_at=now) for delivery in dead])
    rows = by_id(unit, OUTBOX, (delivery.notice_id for delivery in dead)).values()
    unit.replace(OUTBOX, [evolve(row, state="pending", next_at=now) for row in rows if row.state != "cancelled"])
    return len(dead)


def notice_of(row: NoticeRow, links: Notices) -> Notice:
    """The notice of a row of the outbox, with the link that the policy has now."""
    return Notice(
        id=row.id,
        kind=row.kind,
        at=row.at,
        lead_id=row.lead_id,
        opportunity_id=row.opportunity_id,
        to=row.recipient,
        role=row.role,
        link=links.link_to(row.lead_id, row.opportunity_id),
        details=row.details,
    )
