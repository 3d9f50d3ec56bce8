"""Leads in three zones over years, minute by minute, and the reminders that follow from their touches on paper."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import leadkit as lk
from leadkit.store.protocol import Query
from leadkit.store.tables import OUTBOX
from tests.desk.desks import lead, open_desk, touch

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York")
LEVELS = {"medium": (4, 1, 4), "low": (24, 4, None)}
"""Hours of a response, of its reminder before the end, of the escalation after it."""
SAID = (
    ("medium", 14, {}),
    ("low", 14, {"company": {"size": "20人"}, "contact": {"job_title": "操作员"}}),
    (
        "low",
        None,
        {
            "company": {"size": "20人"},
            "contact": {"job_title": "操作员"},
            "need": {"description": "采购设备,预算20万,Q4落地"},
        },
    ),
)
"""The priority of a lead, the days of its cadence (None: a month of the zone), and what is said of it."""

Told = tuple[str, str, datetime]


class Touch(NamedTuple):
    """One touch, at a full minute, and the next one that was agreed."""

    at: datetime
    next_at: datetime | None


class Case(NamedTuple):
    """A lead's whole life."""

    number: int
    kind: int
    zone: str
    received_at: datetime
    captured_at: datetime
    touches: list[Touch]

    @property
    def lead(self) -> lk.Lead:
        said = {name: dict(value) for name, value in SAID[self.kind][2].items()}
        return lead(self.number, received_at=self.received_at, **said)


def cases(draw: Random, many: int, start: datetime, end: datetime) -> list[Case]:
    """Leads that come in over the first third of the time, and are touched again and again, or forgotten."""
    return [_case(draw, number, start, end) for number in range(many)]


def _case(draw: Random, number: int, start: datetime, end: datetime) -> Case:
    captured_at = start + draw.randrange(int((end - start) / MINUTE) // 3) * MINUTE
    received_at = captured_at - timedelta(seconds=draw.randrange(7200))
    touches = []
    at = captured_at + draw.randrange(5, 2 * 1440) * MINUTE
    while at < end and draw.random() < 0.99:
        agreed = at + timedelta(seconds=draw.randrange(60 * DAY // timedelta(seconds=1)))
        touches.append(Touch(at, agreed if draw.random() < 0.3 else None))
        at += draw.choice([draw.randrange(1, 4 * 1440), draw.randrange(1, 40 * 1440)]) * MINUTE
    return Case(number, draw.randrange(3), draw.choice(ZONES), received_at, captured_at, touches)


def expected(case: Case, start: datetime, end: datetime) -> list[Told]:
    """What is told of a lead by ticks at every full minute up to `end`, as one would reckon it by hand."""
    priority, cadence, _ = SAID[case.kind]
    hours, before, after = LEVELS[priority]
    first = case.touches[0].at if case.touches else end + DAY
    due_at = case.received_at + hours * HOUR
    alerts = [("due", due_at - before * HOUR), ("breached", due_at)]
    alerts += [("escalated", due_at + after * HOUR)] if after else []
    found = []
    for name, at in alerts:
        minute = max(_full_minute(at), case.captured_at)
        overtaken = name == "due" and _full_minute(due_at) <= minute
        if minute < first and not overtaken:
            found.append((f"response_{name}", minute))
    spans = [(case.captured_at, None, False), *((one.at, one.next_at, True) for one in case.touches)]
    for (at, agreed, touched), following in zip(spans, [*(one[0] for one in spans[1:]), end + DAY], strict=True):
        due = agreed or max(at + 3 * DAY, _next(at, cadence, case.zone) if touched else at)
        silent = [("follow_up_due", due + 3 * number * DAY) for number in range((end - start) // (3 * DAY) + 1)]
        reminders = ((name, _full_minute(moment)) for name, moment in (*silent, ("follow_up_escalated", due + 7 * DAY)))
        found += [(name, minute) for name, minute in reminders if minute < following]
    return [(f"L{case.number}", name, minute) for name, minute in found if minute <= end]


def _full_minute(moment: datetime) -> datetime:
    floor = moment.replace(second=0, microsecond=0)
    return floor if floor == moment else floor + MINUTE


def _next(at: datetime, days: int | None, zone: str) -> datetime:
    if days is not None:
        return at + days * DAY
    local = at.astimezone(ZoneInfo(zone))
    later = (local.replace(day=1, tzinfo=None) + 32 * DAY).replace(day=1)
    last = ((later + 32 * DAY).replace(day=1) - DAY).day
    return later.replace(day=min(local.day, last), tzinfo=ZoneInfo(zone), fold=local.fold).astimezone(UTC)


def run(many: list[Case], start: datetime, end: datetime) -> tuple[list[Told], Counter[str]]:
    """What three desks tell that are ticked at every minute, and figures."""
    desks = {zone: open_desk(policy={"name": "there", "extends": "standard", "time_zone": zone}) for zone in ZONES}
    script: dict[datetime, list[Any]] = defaultdict(list)
    for case in many:
        desk = desks[case.zone]
        script[case.captured_at].append(partial(desk.capture, case.lead))
        for number, (at, agreed) in enumerate(case.touches):
            said = {"kind": "follow_up", "occurred_at": at, "next_at": agreed}
            one = touch(f"{case.number}-{number}", f"L{case.number}", **said)
            script[at].append(partial(desk.record, one))
    figures: Counter[str] = Counter()
    now = start
    while now <= end:
        for desk in desks.values():
            desk.clock.now = now
        for work in script.pop(now, ()):
            work()
            figures["commands"] += 1
        for desk in desks.values():
            figures["rescored"] += desk.tick().rescored
            figures["ticks"] += 1
        now += MINUTE
    return [one for desk in desks.values() for one in _told(desk)], figures


def _told(desk: lk.Desk) -> list[Told]:
    with desk.storage.transaction(read_only=True) as unit:
        rows = unit.find(Query(OUTBOX, order=("seq",)))
    kinds = ("response_", "follow_up_")
    return [(str(row.lead_id), row.kind, row.at) for row in rows if row.kind.startswith(kinds)]
