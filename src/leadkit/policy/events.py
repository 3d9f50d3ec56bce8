"""Activities as a policy counts them: (kind, time), each once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timezone
from itertools import chain, repeat
from typing import Any, TypeGuard, cast

from leadkit.errors import FactError, Problem
from leadkit.records import Activity
from leadkit.rules.moments import seconds
from leadkit.rules.source import Event

Activities = Iterable[Activity | Mapping[str, Any] | tuple[str, datetime]] | Mapping[str, int]


def comparable(activities: Activities, as_of: datetime) -> TypeGuard[list[tuple[str, datetime]]]:
    """Whether all are pairs with times in the zone of `as_of`, one without clock changes: those compare as they are."""
    zone = as_of.tzinfo
    if zone.__class__ is not timezone or not isinstance(activities, (list, tuple)):
        return False
    for pair in cast("list[Any]", activities):
        if pair.__class__ is not tuple or pair[1].tzinfo is not zone:
            return False
    return True


def events_of(activities: Activities, now: int, lead_id: str | None = None) -> Iterator[Event]:
    """Activities as (kind, epoch seconds), each id once.

    Raises:
        FactError: a time is naive, or an activity belongs to another lead than `lead_id`.
    """
    if isinstance(activities, Mapping):
        counts = cast("Mapping[str, int]", activities)
        return chain.from_iterable(repeat((kind, now), count) for kind, count in counts.items())
    return _events(activities, lead_id)


def _events(activities: Iterable[Any], lead_id: str | None) -> Iterator[Event]:
    earliest: dict[Any, tuple[int, str]] = {}
    for activity in activities:
        if isinstance(activity, tuple):
            kind, at = activity
            yield kind, seconds(at, "occurred_at")
            continue
        kind, at, key, owner = _event(activity)
        if lead_id is not None and owner is not None and owner != lead_id:
            hint = "pass only this lead's activities"
            raise FactError(Problem("one belongs to another lead", hint, path="activities"))
        since = seconds(at, "occurred_at")
        if key is None:
            yield kind, since
        else:
            earliest[key] = min((since, kind), earliest.get(key, (since, kind)))
    yield from ((kind, since) for since, kind in earliest.values())


def _event(activity: Activity | Mapping[str, Any]) -> tuple[str, datetime, Any, Any]:
    if isinstance(activity, Mapping):
        key = activity.get("activity_id", activity.get("id"))
        return activity["kind"], activity["occurred_at"], key, activity.get("lead_id")
    return activity.kind, activity.occurred_at, activity.id, activity.lead_id
