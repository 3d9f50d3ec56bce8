"""What a store promises to a desk: keys, the outbox, erasure."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime, timedelta
from typing import Any

from leadkit.desk.delivery import Courier, Retries
from leadkit.desk.desk import Desk
from leadkit.errors import CommandError
from leadkit.plugins.hooks import hookimpl
from leadkit.plugins.notice import Notice
from leadkit.policy import load_policy
from leadkit.process.notices import Notices
from leadkit.records import Activity, Company, Contact, Lead, Need, Source
from leadkit.store.process_rows import NoticeRow
from leadkit.store.protocol import Query, Storage
from leadkit.store.tables import DELIVERIES, KEYS, LEADS, OUTBOX, TABLES
from leadkit.testing.storage.checks import add, all_of, expect, fresh, refused
from leadkit.testing.storage.processes import AT

Open = Callable[[], Storage]
POLICY = {
    "name": "contract",
    "scoring": {"groups": {"all": {"rules": {"visit": {"event": "visit", "points": 1}}}}},
    "notices": {"lead_entered_pool": ["marketing"], "lead_joined": ["marketing"]},
    "permissions": {"archive": ["supervisor"]},
}
LONG_AGO = datetime.fromisoformat("1990-01-01T00:00+00:00")
RETRIES = Retries(attempts=3, first=timedelta(minutes=1), lease=timedelta(minutes=5))


def desk_on(storage: Storage, **options: Any) -> Desk:
    """A desk over a small policy, at a fixed time."""
    return Desk(load_policy(POLICY), storage, **{"clock": lambda: AT, **options})


def keys(open: Open) -> None:  # noqa: A002
    lead_id, other, key = fresh(), fresh(), fresh()
    with closing(open()) as storage:
        desk = desk_on(storage)
        first = desk.capture(Lead(id=lead_id), key=key)
        expect(desk.capture(Lead(id=lead_id), key=key) == first, "the same key gives another receipt")
        with refused("a key may be used for something else", by_the_store=False):
            desk.capture(Lead(id=other), key=key)
    with closing(open()) as storage:
        desk = desk_on(storage)
        again = desk.capture_all([(Lead(id=lead_id), key), (Lead(id=lead_id), key), (Lead(id=fresh()), None)])
        expect(again[:2] == [first, first], "in a batch the same key gives another receipt")
        expect(desk.lead(lead_id).version == 1, "a command was carried out again")
        expect(not all_of(storage, Query(LEADS, {"id": other})), "a refused lead was kept")


def refusals(open: Open) -> None:  # noqa: A002
    lead_id, key = fresh(), fresh()
    with closing(open()) as storage:
        desk = desk_on(storage)
        desk.capture(Lead(id=lead_id))
        before = _counts(storage)
        try:
            desk.archive(lead_id, key=key)
        except CommandError:
            pass
        else:
            raise AssertionError("a role that may not do it did it")
        with refused("the same id may be captured twice", by_the_store=False):
            desk.capture(Lead(id=lead_id), key=key)
        expect(_counts(storage) == before, "a refused command left something")
        receipt = desk.capture(Lead(id=fresh()), key=key)
        expect(receipt.outcome == "captured", "the key of a refused command was used up")


def _counts(storage: Storage) -> list[int]:
    with storage.transaction(read_only=True) as unit:
        return [unit.count(Query(table)) for table in TABLES]


class Notifier:
    """A plugin that remembers what it was told, or fails with `error`."""

    def __init__(self, name: str, error: type[BaseException] | None = None) -> None:
        self.name, self.error = name, error
        self.notified: list[str] = []

    @hookimpl
    def leadkit_notify(self, notice: Notice) -> None:
        if self.error is not None:
            raise self.error
        self.notified.append(notice.id)


def _due(minutes: int, name: str) -> NoticeRow:
    at = LONG_AGO + timedelta(minutes=minutes)
    return NoticeRow(id=name, kind="lead_joined", at=at, next_at=at)


def _courier(storage: Storage, minutes: int, notifier: Notifier) -> Courier:
    """A courier on his way at that time, who may die on it."""
    now = LONG_AGO + timedelta(minutes=minutes)
    notifiers: dict[str, Any] = {notifier.name: notifier.leadkit_notify}
    return Courier(storage=storage, notifiers=notifiers, links=Notices(), clock=lambda: now, retries=RETRIES)


def _deliver(storage: Storage, minutes: int, *plugins: Notifier, limit: int = 9) -> None:
    """Deliver as if it were so many minutes after the first notice; nobody else's notices are due then."""
    now = LONG_AGO + timedelta(minutes=minutes)
    desk_on(storage, plugins=plugins, clock=lambda: now, retries=RETRIES).deliver(limit)


def outbox(open: Open) -> None:  # noqa: A002
    name = fresh()
    due = {f"{name}-{word}": minutes for word, minutes in {"third": 2, "first": 1, "second": 1, "later": 9}.items()}
    order = [f"{name}-{word}" for word in ("first", "second", "third")]
    interrupted, notifier = Notifier("one", KeyboardInterrupt), Notifier("one")
    with closing(open()) as storage:
        add(storage, *((OUTBOX, _due(minutes, notice_id)) for notice_id, minutes in due.items()))
        _courier(storage, 3, notifier).take()
        with suppress(KeyboardInterrupt):
            _deliver(storage, 3, interrupted)
        _deliver(storage, 3, notifier, limit=1)
        expect(
            notifier.notified == order[1:2],
            "a notice was taken from who is telling it, or the order is wrong",
        )
        _deliver(storage, 3, notifier)
        expect(notifier.notified == order[1:], "the order is wrong, or what is not due yet was told")
        _deliver(storage, 8, notifier)
        _deliver(storage, 8, notifier)
        expect(
            notifier.notified == [*order[1:], order[0]], "what its teller did not tell is not told once after the lease"
        )
        rows = all_of(storage, Query(OUTBOX, {"id": tuple(due)}))
        states = {row.id.partition("-")[2]: row.state for row in rows}
        expected = {"first": "done", "second": "done", "third": "done", "later": "pending"}
        expect(states == expected, f"the notices are noted as {states}")
        _deliver(storage, 9, notifier)


def notifiers(open: Open) -> None:  # noqa: A002
    name = fresh()
    bad, good = Notifier("bad", OSError), Notifier("good")
    with closing(open()) as storage:
        add(storage, (OUTBOX, _due(0, name)))
        for minutes in (0, 1, 3):
            _deliver(storage, minutes, bad, good)
        expect(good.notified == [name], f"the notifier that works was told {len(good.notified)} times")
        attempts = {
            row.plugin: (row.state, row.attempts) for row in all_of(storage, Query(DELIVERIES, {"notice_id": name}))
        }
        expect(attempts == {"bad": ("dead", 3), "good": ("delivered", 1)}, f"the attempts are noted as {attempts}")


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
