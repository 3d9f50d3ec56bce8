"""A batch of notices that one courier has for a while, and each of its errands: one notice for one notifier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from attrs import define, evolve, setters

from leadkit.plugins.notice import Notice
from leadkit.process.codes import NoticeKind
from leadkit.process.notices import Notices
from leadkit.store.process_rows import UNDELIVERED, DeliveryRow, NoticeRow
from leadkit.store.protocol import Query, Unit, by_id
from leadkit.store.tables import DELIVERIES, OUTBOX

WAITING, DEAD, GONE = "waiting", "dead", "gone"
SKEW, FARTHEST = timedelta(hours=1), timedelta(days=30)
"""A notice that is due between the two beyond any lease comes from a clock that was set back."""


@define(on_setattr=setters.frozen)
class Errand:
    """One notice for one notifier, and what was noted of it before."""

    notice: NoticeRow
    plugin: str
    last: DeliveryRow | None = None

    @property
    def id(self) -> str:
        """The id of its delivery."""
        return f"{self.notice.id}|{self.plugin}"

    def delivery(self, state: str, attempts: int, next_at: datetime | None = None) -> DeliveryRow:
        """The row that notes it."""
        return DeliveryRow(
            id=self.id,
            notice_id=self.notice.id,
            plugin=self.plugin,
            state=state,
            attempts=attempts,
            next_at=next_at,
        )

    @property
    def attempts(self) -> int:
        """How often it was attempted."""
        return self.last.attempts if self.last is not None else 0


@define(on_setattr=setters.frozen)
class Batch:
    """What a courier has until `until`: the notices that are put off, and the errands, the oldest notice first.

    An errand whose notice is not among `notices` is put off by its own delivery. `complete`: nothing else is due.
    """

    until: datetime
    notices: Mapping[str, NoticeRow]
    errands: tuple[Errand, ...]
    gone: frozenset[str]
    complete: bool

    @property
    def idle(self) -> frozenset[str]:
        """The ids of the notices that nobody here has to be told."""
        return frozenset(self.notices) - {errand.notice.id for errand in self.errands}

    @property
    def notice_ids(self) -> tuple[str, ...]:
        """The ids of all its notices, each once."""
        return tuple(dict.fromkeys((*self.notices, *(errand.notice.id for errand in self.errands))))


def is_anything_due(unit: Unit, plugins: Collection[str], now: datetime, lease: timedelta) -> bool:
    """Whether a courier with these notifiers would find something."""
    return bool(_new(unit, now, lease, 1) or unit.find(_again(plugins, now, 1)))


def take(unit: Unit, plugins: Collection[str], now: datetime, lease: timedelta, limit: int) -> Batch:
    """The notices that are due, the oldest first, put off for the length of the lease: no other courier takes them.

    Of a notice that is not due as a whole, the deliveries to these notifiers are taken that are.
    """
    until = now + lease
    new = _new(unit, now, lease, limit)
    again = unit.find(_again(plugins, now, limit))
    due = _oldest(new, again, limit)
    whole = {row.id: row for row in new if row.id in due}
    again = [row for row in again if row.notice_id in due]
    noted = unit.find(Query(DELIVERIES, {"notice_id": tuple(whole)})) if whole else []
    known = {row.id: row for row in (*noted, *again)}
    rows = whole | by_id(unit, OUTBOX, (row.notice_id for row in again if row.notice_id not in whole))
    notices = [rows[key] for key in due if key in rows and rows[key].state in UNDELIVERED]
    errands = [errand for row in notices for errand in _errands(row, plugins, known, now, whole=row.id in whole)]
    held = {errand.id: errand.last for errand in errands if errand.last is not None}
    unit.replace(OUTBOX, [evolve(row, next_at=until) for row in whole.values()])
    unit.replace(DELIVERIES, [evolve(row, next_at=until) for row in held.values()])
    unit.replace(DELIVERIES, [evolve(row, state="cancelled", next_at=None) for row in again if row.id not in held])
    complete = max(len(new), len(again)) < limit
    return Batch(until, whole, tuple(errands), frozenset(gone_plugins(unit)), complete)


def _new(unit: Unit, now: datetime, lease: timedelta, limit: int) -> list[NoticeRow]:
    """Notices that are due as a whole; where none is, those of a clock that was set back since."""
    order = ("next_at", "seq")
    due = unit.find(Query(OUTBOX, {"state": "pending"}, until=("next_at", now), order=order, limit=limit))
    first, last = ("next_at", now + lease + SKEW), ("next_at", now + lease + FARTHEST)
    ahead: Query[NoticeRow] = Query(OUTBOX, {"state": "pending"}, above=first, until=last, order=order, limit=limit)
    return due or unit.find(ahead)


def _again(plugins: Collection[str], now: datetime, limit: int) -> Query[DeliveryRow]:
    where = {"state": WAITING, "plugin": tuple(plugins)}
    return Query(DELIVERIES, where, until=("next_at", now), order=("next_at", "id"), limit=limit)


def _oldest(new: Sequence[NoticeRow], again: Sequence[DeliveryRow], limit: int) -> dict[str, None]:
    """The ids of the notices that come first, in their order."""
    times = [(row.next_at, row.seq or 0, row.id) for row in new]
    times += [(row.next_at, 0, row.notice_id) for row in again if row.next_at is not None]
    ids = dict.fromkeys(key for _, _, key in sorted(times))
    return dict.fromkeys(list(ids)[:limit])


def _errands(
    row: NoticeRow, plugins: Iterable[str], known: Mapping[str, DeliveryRow], now: datetime, *, whole: bool
) -> Iterator[Errand]:
    """What is to be told of one notice now; where it is not taken as a whole, to those alone who wait for it."""
    for plugin in plugins:
        last = known.get(f"{row.id}|{plugin}")
        due = last is not None and last.state == WAITING and (last.next_at is None or last.next_at <= now)
        if due or (whole and last is None):
            yield Errand(row, plugin, last)


@define(on_setattr=setters.frozen)
class Attempt:
    """What became of one errand, and whether the receiver wants no more notices at all."""

    delivery: DeliveryRow
    disables: bool = False


@define(on_setattr=setters.frozen, kw_only=True)
class Record:
    """What the store knows of a batch: its notices and their deliveries as they are now, by id."""

    notices: Mapping[str, NoticeRow]
    deliveries: Mapping[str, DeliveryRow]

    @classmethod
    def of(cls, unit: Unit, batch: Batch) -> Record:
        """It, as it stands in a transaction."""
        ids = batch.notice_ids
        deliveries = unit.find(Query(DELIVERIES, {"notice_id": ids}))
        return cls(notices=by_id(unit, OUTBOX, ids), deliveries={row.id: row for row in deliveries})

    def holds(self, errand: Errand, until: datetime) -> bool:
        """Whether an errand is still that of who took it until `until`: not cancelled, and taken by nobody since."""
        row, delivery = self.notices.get(errand.notice.id), self.deliveries.get(errand.id)
        if row is None or row.state not in UNDELIVERED:
            return False
        if delivery is not None:
            return delivery.state == WAITING and delivery.next_at == until
        return row.state == "pending" and row.next_at == until

    def has(self, delivery: DeliveryRow) -> bool:
        """Whether somebody noted already that a delivery was made."""
        known = self.deliveries.get(delivery.id)
        return known is not None and known.state == "delivered"

    def by_notice(self, more: Iterable[DeliveryRow]) -> Mapping[str, list[DeliveryRow]]:
        """The deliveries of each notice, those of `more` in the place of what was noted before."""
        rows: dict[str, list[DeliveryRow]] = defaultdict(list)
        for row in {**self.deliveries, **{row.id: row for row in more}}.values():
            rows[row.notice_id].append(row)
        return rows


def gone_row(plugin: str) -> DeliveryRow:
    """The mark that a plugin's receiver wants no more notices."""
    return DeliveryRow(id=f"|{plugin}", notice_id="", plugin=plugin, state=GONE, attempts=0)


def gone_plugins(unit: Unit) -> set[str]:
    """The plugins whose receivers want no more notices."""
    return {delivery.plugin for delivery in unit.find(Query(DELIVERIES, {"state": GONE}))}


def notice_of(row: NoticeRow, links: Notices) -> Notice:
    """The notice of a row of the outbox, with the link that the policy has now."""
    return Notice(
        id=row.id,
        kind=cast("NoticeKind", row.kind),
        at=row.at,
        lead_id=row.lead_id,
        opportunity_id=row.opportunity_id,
        to=row.recipient,
        role=row.role,
        link=links.link_to(row.lead_id, row.opportunity_id),
        details=row.details,
    )
