"""What a store promises to a desk: keys, the outbox, erasure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from leadkit.adapters.notification.notice import Notice
from leadkit.adapters.storage.protocol import Query, Storage
from leadkit.adapters.storage.tables import DELIVERIES, KEYS, LEADS, OUTBOX, TABLES, NoticeRow
from leadkit.desk.delivery import Courier, Retries, Tell
from leadkit.desk.desk import Desk
from leadkit.errors import CommandError
from leadkit.policy import load_policy
from leadkit.records import Activity, Company, Contact, Lead, Need, Source
from leadkit.testing.storage_checks import add, all_of, expect, fresh, refused
from leadkit.testing.storage_processes import AT

Open = Callable[[], Storage]
POLICY = {
    "name": "contract",
    "scoring": {"groups": {"all": {"rules": {"visit": {"event": "visit", "points": 1}}}}},
    "notices": {"lead_entered_pool": ["marketing"], "lead_joined": ["marketing"]},
    "permissions": {"archive": ["supervisor"]},
}
LONG_AGO = datetime.fromisoformat("1990-01-01T00:00+00:00")
RETRIES = Retries(attempts=3, first=timedelta(minutes=1), lease=timedelta(minutes=5))


def desk_on(storage: Storage, **how: Any) -> Desk:
    """A desk over a small policy, at a fixed time."""
    return Desk(load_policy(POLICY), storage, clock=lambda: AT, **how)


def keys(open: Open) -> None:  # noqa: A002
    one, other, key = fresh(), fresh(), fresh()
    with closing(open()) as storage:
        desk = desk_on(storage)
        first = desk.capture(Lead(id=one), key=key)
        expect(desk.capture(Lead(id=one), key=key) == first, "the same key gives another receipt")
        with refused("a key may be used for something else"):
            desk.capture(Lead(id=other), key=key)
    with closing(open()) as storage:
        desk = desk_on(storage)
        again = desk.capture_all([(Lead(id=one), key), (Lead(id=one), key), (Lead(id=fresh()), None)])
        expect(again[:2] == [first, first], "in a batch the same key gives another receipt")
        expect(desk.lead(one).version == 1, "a command was carried out again")
        expect(not all_of(storage, Query(LEADS, {"id": other})), "a refused lead was kept")


def refusals(open: Open) -> None:  # noqa: A002
    one, key = fresh(), fresh()
    with closing(open()) as storage:
        desk = desk_on(storage)
        desk.capture(Lead(id=one))
        before = _counts(storage)
        try:
            desk.archive(one, key=key)
        except CommandError:
            pass
        else:
            raise AssertionError("a role that may not do it did it")
        with refused("the same id may be captured twice"):
            desk.capture(Lead(id=one), key=key)
        expect(_counts(storage) == before, "a refused command left something")
        receipt = desk.capture(Lead(id=fresh()), key=key)
        expect(receipt.outcome == "captured", "the key of a refused command was used up")


def _counts(storage: Storage) -> list[int]:
    with storage.transaction(read_only=True) as unit:
        return [unit.count(Query(table)) for table in TABLES]


def _due(minutes: int, name: str) -> NoticeRow:
    at = LONG_AGO + timedelta(minutes=minutes)
    return NoticeRow(id=f"{name}-{minutes}", kind="lead_joined", at=at, next_at=at)


def outbox(open: Open) -> None:  # noqa: A002
    name = fresh()
    with closing(open()) as storage:
        rows = [_due(minutes, name) for minutes in (3, 1, 2)]
        twin = NoticeRow(id=f"{name}-twin", kind="lead_joined", at=rows[1].at, next_at=rows[1].next_at)
        add(storage, *((OUTBOX, row) for row in (*rows, twin)))
        now = LONG_AGO + timedelta(minutes=3)
        expect(_taken(storage, now, 2) == [f"{name}-1", f"{name}-twin"], "the oldest ones are not taken first")
        expect(
            _taken(storage, now, 9) == [f"{name}-2", f"{name}-3"], "what is leased is taken again, or the rest is not"
        )
        expect(_taken(storage, now, 9) == [], "what is leased is taken again")
        later = now + RETRIES.lease
        expect(len(_taken(storage, later, 9)) == 4, "what was leased is not taken again after the lease")
        told = list(_told(storage, later + RETRIES.lease, [lambda notice: None]))
        expect(told == [4], "what was never told is not told any more")
        states = {row.state for row in all_of(storage, Query(OUTBOX, {"id": tuple(row.id for row in (*rows, twin))}))}
        expect(states == {"done"}, f"what was told is {states}")


def _taken(storage: Storage, now: datetime, limit: int) -> list[str]:
    taken = (_courier(storage, now, {}).take() for _ in range(limit))
    return [row.id for row in taken if row is not None]


def _courier(storage: Storage, now: datetime, notifiers: Mapping[str, Tell]) -> Courier:
    return Courier(storage=storage, notifiers=notifiers, clock=lambda: now, retries=RETRIES)


def _told(storage: Storage, now: datetime, tells: list[Callable[[Notice], None]]) -> Iterator[int]:
    notifiers = {f"n{number}": tell for number, tell in enumerate(tells)}
    while (done := _courier(storage, now, notifiers).deliver(100)).delivered:
        yield done.delivered


def notifiers(open: Open) -> None:  # noqa: A002
    name, told = fresh(), []

    def fails(_: Notice) -> None:
        raise OSError

    with closing(open()) as storage:
        add(storage, (OUTBOX, _due(0, name)))
        for minutes in (0, 1, 3):
            clock = LONG_AGO + timedelta(minutes=minutes)
            _courier(storage, clock, {"bad": fails, "good": lambda notice: told.append(notice.id)}).deliver(9)
        found = all_of(storage, Query(DELIVERIES, {"notice_id": f"{name}-0"}))
        expect(told == [f"{name}-0"], f"the notifier that works was told {len(told)} times")
        expect([(row.plugin, row.state, row.attempts) for row in found] == [("bad", "dead", 3), ("good", "delivered", 1)],
               "the attempts are noted wrongly")  # fmt: skip


def erasure(open: Open) -> None:  # noqa: A002
    name, other = fresh(), fresh()
    secret = f"secret-{fresh()}"
    with closing(open()) as storage:
        desk = desk_on(storage)
        desk.capture(_person(name, secret), key=f"{secret}-key")
        desk.capture(_person(other, f"{secret}-2"))
        desk.amend(name, {"contact.job_title": secret, "custom": {"note": secret}}, reason=secret)
        for lead_id in (name, other):
            desk.record(
                Activity(id=fresh(), lead_id=lead_id, kind="visit", occurred_at=AT, content=secret, feedback=secret)
            )
        desk.merge(name, other, reason=secret)
        desk.erase(name)
        for table in TABLES:
            held = sum(secret in repr(table.to_json(row)) for row in all_of(storage, Query(table)))
            expect(not held, f"{held} rows of {table.name} still hold it")
        used = all_of(storage, Query(KEYS, {"lead_id": name}))
        expect([row.payload for row in used] == [None], "a used key is gone, or still tells what it was used for")


def _person(lead_id: str, secret: str) -> Lead:
    return Lead(
        id=lead_id,
        source=Source(channel="web", detail=secret),
        tags=(secret,),
        company=Company(name=secret),
        contact=Contact(name=secret, job_title=secret, phone=secret, email=f"{secret}@example.com"),
        need=Need(description=secret),
    )
