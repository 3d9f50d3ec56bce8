"""Notices leave: taken in batches for a while, told to each notifier on its own, and noted together."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import define, evolve, setters

from leadkit.desk.errands import (
    DEAD,
    WAITING,
    Attempt,
    Batch,
    Errand,
    Record,
    gone_plugins,
    gone_row,
    is_anything_due,
    notice_of,
    take,
)
from leadkit.desk.results import Delivered
from leadkit.errors import DeliveryError
from leadkit.plugins.notice import Notice
from leadkit.process.notices import Notices
from leadkit.store.process_rows import UNDELIVERED, DeliveryRow, NoticeRow
from leadkit.store.protocol import Query, Storage, Unit, by_id
from leadkit.store.tables import DELIVERIES, OUTBOX

Tell = Callable[[Notice], None]
A_MONTH, A_SECOND = 30 * 86_400, timedelta(seconds=1)
BATCH = 100
"""How many notices a courier takes at once: a crash repeats at most these."""

NOTED_AFTER = timedelta(seconds=1)
"""What was told is noted after this at the latest: a crash repeats no more, and the lease outlives slow notifiers."""

_MISSED = "its notifier did not come back for a month"
_UNWANTED = "the receiver wants no more notices"


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
    """Who takes notices out of the store and tells them: one at a time, each notifier on its own.

    `owed` are the notifiers that every notice is for, wherever they are: one that is not here is waited for.
    """

    storage: Storage
    notifiers: Mapping[str, Tell]
    links: Notices
    clock: Callable[[], datetime]
    retries: Retries
    owed: tuple[str, ...] = ()

    def deliver(self, limit: int) -> Delivered:
        """Tell up to `limit` notices that are due, the oldest first, to every notifier that has not got them yet."""
        counts: Counter[str] = Counter()
        missing: set[str] = set()
        complete = False
        while self.notifiers and not complete and counts["tried"] < limit:
            batch = self.take(min(limit - counts["tried"], BATCH))
            if batch is None:
                break
            complete = batch.complete
            counts.update(_counted(self._tell(batch, missing)))
        figures = {name: counts[name] for name in ("delivered", "failed", "waiting", "dead")}
        return Delivered(**figures, missing=tuple(name for name in self.owed if name in missing))

    def take(self, limit: int = 1) -> Batch | None:
        """The oldest notices that are due, put off for the length of the lease, so that no other courier takes them."""
        now, plugins = self.clock(), tuple(self.notifiers)
        with self.storage.transaction(read_only=True) as unit:
            missed = self._missed(unit, now)
            due = is_anything_due(unit, plugins, now, self.retries.lease)
        if missed:
            self._give_up(missed)
        if not due:
            return None
        with self.storage.transaction() as unit:
            unit.lock("outbox")
            return take(unit, plugins, now, self.retries.lease, limit)

    def _missed(self, unit: Unit, now: datetime) -> list[DeliveryRow]:
        """Deliveries that wait for a month for a notifier that is not here."""
        ago = now - timedelta(seconds=A_MONTH)
        rows = unit.find(Query(DELIVERIES, {"state": WAITING}, until=("next_at", ago), limit=BATCH))
        return [row for row in rows if row.plugin not in self.notifiers]

    def _give_up(self, missed: Sequence[DeliveryRow]) -> None:
        with self.storage.transaction() as unit:
            unit.lock("outbox")
            now = by_id(unit, DELIVERIES, (row.id for row in missed))
            dead = [evolve(row, state=DEAD, error=_MISSED) for row in missed if now.get(row.id) == row]
            ids = tuple({row.notice_id for row in dead})
            unit.replace(DELIVERIES, dead)
            waited = {row.notice_id for row in unit.find(Query(DELIVERIES, {"notice_id": ids, "state": WAITING}))}
            over = by_id(unit, OUTBOX, (key for key in ids if key not in waited)).values()
            unit.replace(OUTBOX, [evolve(row, state="done") for row in over if row.state == "open"])

    def _tell(self, batch: Batch, missing: set[str]) -> list[Attempt]:
        """Carry out the errands of a batch; note what became of them now and then, and in the end."""
        every: list[Attempt] = []
        attempts: list[Attempt] = []
        left, gone, noted_at = deque(batch.errands), set(batch.gone), self.clock()
        try:
            while left:
                attempts.append(self._attempt(left[0], gone))
                left.popleft()
                if left and abs(self.clock() - noted_at) >= NOTED_AFTER:
                    every += attempts
                    batch = self._noted(batch, attempts, left, missing)
                    left, attempts, noted_at = deque(batch.errands), [], self.clock()
        except KeyboardInterrupt:
            self._noted(batch, attempts, left, missing, free=True)
            raise
        self._noted(batch, attempts, (), missing)
        return [*every, *attempts]

    def _noted(
        self,
        batch: Batch,
        attempts: Sequence[Attempt],
        left: Iterable[Errand],
        missing: set[str],
        *,
        free: bool = False,
    ) -> Batch:
        """Keep what became of attempts; hold what is left of the batch for another lease, or let it go.

        What was cancelled meanwhile is left out; what another courier noted as delivered stays delivered.
        """
        until = self.clock() + self.retries.lease
        with self.storage.transaction() as unit:
            unit.lock("outbox")
            record = Record.of(unit, batch)
            held = [errand for errand in left if record.holds(errand, batch.until)]
            begun = batch.idle | {attempt.delivery.notice_id for attempt in attempts}
            tried = [attempt.delivery for attempt in attempts if not record.has(attempt.delivery)]
            rows = [*tried, *self._held(record, held, begun, None if free else until)]
            rows += self._waited_for(record, begun, batch.gone)
            unit.add(DELIVERIES, [row for row in rows if row.id not in record.deliveries])
            unit.replace(DELIVERIES, [row for row in rows if row.id in record.deliveries])
            after = record.by_notice(rows)
            missing |= {row.plugin for key in begun for row in after[key] if self._is_missing(row)}
            waiting = {errand.notice.id: errand.notice for errand in held if errand.notice.id not in begun}
            whole = {key: row for key, row in waiting.items() if key in batch.notices}
            settled = [self._settled(row, after[key], batch) for key, row in record.notices.items() if key in begun]
            put_off = list(whole.values()) if free else [evolve(row, next_at=until) for row in whole.values()]
            unit.replace(OUTBOX, [*settled, *put_off])
            self._disable(unit, attempts)
        return evolve(batch, until=until, notices=whole, errands=tuple(held))

    def _held(
        self, record: Record, left: Iterable[Errand], begun: Collection[str], until: datetime | None
    ) -> Iterator[DeliveryRow]:
        """The deliveries that are still to be made, put off until then, or back to when they were due."""
        for errand in left:
            row = record.deliveries.get(errand.id)
            before = errand.last.next_at if errand.last is not None else errand.notice.next_at
            if row is not None:
                yield evolve(row, next_at=until or before)
            elif errand.notice.id in begun:
                yield errand.delivery(WAITING, 0, until or before)

    def _waited_for(self, record: Record, begun: Iterable[str], gone: Collection[str]) -> Iterator[DeliveryRow]:
        """The deliveries to those who are owed every notice, and are not here."""
        absent = [name for name in self.owed if name not in self.notifiers and name not in gone]
        for row in (record.notices[key] for key in begun if key in record.notices):
            errands = (Errand(row, name) for name in absent if row.state in UNDELIVERED)
            yield from (each.delivery(WAITING, 0, self.clock()) for each in errands if each.id not in record.deliveries)

    def _is_missing(self, row: DeliveryRow) -> bool:
        """Whether a delivery waits for a notifier that is owed it, and is not here."""
        return row.state == WAITING and row.plugin in self.owed and row.plugin not in self.notifiers

    def _settled(self, row: NoticeRow, deliveries: Sequence[DeliveryRow], batch: Batch) -> NoticeRow:
        """A notice that was told: `done`, `open` where it waits for others alone, or due again as a whole.

        What is put off as a whole is settled by who put it off.
        """
        if row.state not in UNDELIVERED or (row.state == "pending" and row.id not in batch.notices):
            return row
        waiting = [delivery for delivery in deliveries if delivery.state == WAITING]
        ours = [self._next(delivery) for delivery in waiting if not self._is_missing(delivery)]
        if row.state == "open" or not ours:
            return evolve(row, state="open" if waiting else "done")
        return evolve(row, next_at=min(ours))

    def _next(self, delivery: DeliveryRow) -> datetime:
        """When to look at a notice again; what waits for a notifier that is not here is left alone for a while."""
        now, at = self.clock(), delivery.next_at
        return at if at is not None and at > now else now + max(self.retries.lease, A_SECOND)

    def _disable(self, unit: Unit, attempts: Iterable[Attempt]) -> None:
        """Mark the plugins whose receivers want no more notices."""
        gone = {attempt.delivery.plugin for attempt in attempts if attempt.disables}
        if gone:
            known = gone_plugins(unit)
            unit.add(DELIVERIES, [gone_row(plugin) for plugin in sorted(gone - known)])

    def _attempt(self, errand: Errand, gone: set[str]) -> Attempt:
        if errand.plugin in gone:
            return Attempt(evolve(errand.delivery(DEAD, errand.attempts), error=_UNWANTED))
        delivery = errand.delivery("delivered", errand.attempts + 1)
        try:
            self.notifiers[errand.plugin](notice_of(errand.notice, self.links))
        except DeliveryError as error:
            message = "; ".join(problem.message for problem in error.problems)
            wait = self.retries.wait(delivery.attempts, error.retry_after)
            gone |= {errand.plugin} if error.disables else set()
            return Attempt(self._failed(delivery, message, wait, dead=error.permanent), error.disables)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001
            wait = self.retries.wait(delivery.attempts, None)
            return Attempt(self._failed(delivery, type(error).__name__, wait))
        return Attempt(delivery)

    def _failed(self, row: DeliveryRow, error: str, wait: timedelta, *, dead: bool = False) -> DeliveryRow:
        if dead or row.attempts >= self.retries.attempts:
            return evolve(row, state=DEAD, error=_storable(error))
        return evolve(row, state=WAITING, error=_storable(error), next_at=self.clock() + wait)


def _counted(attempts: Iterable[Attempt]) -> Counter[str]:
    """What became of the notices of some attempts, in figures."""
    counts: Counter[str] = Counter()
    states: dict[str, Counter[str]] = defaultdict(Counter)
    for attempt in attempts:
        states[attempt.delivery.notice_id][attempt.delivery.state] += 1
    for each in states.values():
        counts.update(
            tried=1,
            delivered=int(each["delivered"] == each.total()),
            failed=each[WAITING] + each[DEAD],
            waiting=int(each[WAITING] > 0),
            dead=each[DEAD],
        )
    return counts


def _storable(error: str) -> str:
    """What a plugin said, short and without what no database keeps."""
    return error[:200].encode("utf-8", "replace").decode().replace("\0", "?")
