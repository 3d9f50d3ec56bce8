"""`policy.score` by the form of its activities: pairs, records, mappings, in UTC and in a zone, with windows too.

One lead with ten events, as in `one_lead.py`. Each row is the whole call with its result object, beside plain Python
that does the same: `by_hand.plain`, where the policy has windows `by_hand.plain_in_window`, and for records and
mappings, of which each id counts once, `by_hand.records_once` and `by_hand.mappings_once` before it. All must give the
same points and priority on 300 leads. Times are the best of 25 rounds, in which all take turns; all calls share one
`as_of`, as those of a batch do.
"""

from __future__ import annotations

import timeit
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import by_hand
from one_lead import EVENTS, LEAD, NOW, of_score, random_leads

import leadkit as lk

Events = list[tuple[str, datetime]]
ZONE = ZoneInfo("America/New_York")
ROUNDS, CALLS = 25, 500


class Row(NamedTuple):
    """A form of activities: how they are made of pairs in UTC, what scores them by hand, under which policy, when."""

    form: Callable[[Events], Any]
    by_hand: Callable[[Any, Any, datetime], tuple[Any, ...]]
    policy: lk.Policy
    as_of: datetime = NOW

    def score(self, lead: Any, activities: Any) -> tuple[Any, str]:
        return of_score(self.policy.score(lead, activities, as_of=self.as_of))

    def wanted(self, lead: Any, activities: Any) -> tuple[Any, str]:
        return self.by_hand(lead, activities, self.as_of)[-3:-1]


def as_they_are(events: Events) -> Events:
    return events


def in_zone(events: Events) -> Events:
    return [(kind, at.astimezone(ZONE)) for kind, at in events]


def records(events: Events) -> list[lk.Activity]:
    return [lk.Activity(id=f"A{n}", lead_id="L1", kind=kind, occurred_at=at) for n, (kind, at) in enumerate(events)]


def records_in_zone(events: Events) -> list[lk.Activity]:
    return records(in_zone(events))


def mappings(events: Events) -> list[dict[str, Any]]:
    return [{"id": f"A{n}", "kind": kind, "occurred_at": at} for n, (kind, at) in enumerate(events)]


def once(read: Callable[[Any], Events], score: Callable[..., tuple[Any, ...]]) -> Callable[..., tuple[Any, ...]]:
    return lambda lead, activities, now: score(lead, read(activities), now)


def rows() -> dict[str, Row]:
    standard = lk.load_policy("standard")
    windows = {kind: {"within_days": by_hand.WINDOW.days} for kind in by_hand.EACH}
    rules = {"groups": {"behaviour": {"rules": windows}}}
    recent = lk.load_policy({"name": "recent", "extends": "standard", "scoring": rules})
    plain, windowed = by_hand.plain, by_hand.plain_in_window
    there = NOW.astimezone(ZONE)
    return {
        "pairs in UTC": Row(as_they_are, plain, standard),
        "pairs in a zone": Row(in_zone, plain, standard, there),
        "pairs in a zone, as_of in UTC": Row(in_zone, plain, standard),
        "records": Row(records, once(by_hand.records_once, plain), standard),
        "records in a zone": Row(records_in_zone, once(by_hand.records_once, plain), standard, there),
        "mappings": Row(mappings, once(by_hand.mappings_once, plain), standard),
        "windows, pairs in UTC": Row(as_they_are, windowed, recent),
        "windows, pairs in a zone": Row(in_zone, windowed, recent, there),
        "windows, records": Row(records, once(by_hand.records_once, windowed), recent),
        "windows, mappings": Row(mappings, once(by_hand.mappings_once, windowed), recent),
    }


def check(row: Row, name: str) -> None:
    """Stop unless leadkit and the plain code give the same."""
    for lead, events in [(LEAD, EVENTS), *random_leads(300)]:
        activities = row.form(events)
        if row.score(lead, activities) != row.wanted(lead, activities):
            raise SystemExit(f"{name}: leadkit and plain Python compute something else")


def timer(run: Callable[[Any, Any, datetime], Any], row: Row) -> timeit.Timer:
    scope = {"run": run, "lead": LEAD, "activities": row.form(EVENTS), "as_of": row.as_of}
    return timeit.Timer("run(lead, activities, as_of)", globals=scope)


def scored(policy: lk.Policy) -> Callable[[Any, Any, datetime], lk.Score]:
    return lambda lead, activities, as_of: policy.score(lead, activities, as_of=as_of)


def main() -> None:
    timers = {}
    for name, row in rows().items():
        check(row, name)
        timers[name] = timer(scored(row.policy), row), timer(row.by_hand, row)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in timers}
    for _ in range(ROUNDS):
        for name, (ours, theirs) in timers.items():
            found[name].append((ours.timeit(CALLS) / CALLS, theirs.timeit(CALLS) / CALLS))
    print(f"{'':<32}{'leadkit us':>12}{'plain us':>12}{'ratio':>8}")
    for name, pairs in found.items():
        ours, theirs = (min(times) * 1e6 for times in zip(*pairs, strict=True))
        print(f"{name:<32}{ours:>12.2f}{theirs:>12.2f}{ours / theirs:>8.2f}")


if __name__ == "__main__":
    main()
