"""Activities as a policy counts them: (kind, time), each once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from operator import index
from typing import Any, cast

from leadkit.errors import FactError, Problem
from leadkit.policy.taken import shown
from leadkit.records import Activity
from leadkit.rules.facts import as_number, as_text
from leadkit.rules.moments import EPOCH, seconds
from leadkit.rules.source import Event

Activities = Iterable[Activity | Mapping[str, Any] | tuple[str, datetime]] | Mapping[str, int]

FORMS = "give records, mappings with kind and occurred_at, pairs (kind, occurred_at), or one mapping of kinds to counts"


def pairs_of(activities: Any, lead_id: str | None) -> Sequence[tuple[str, datetime]] | None:
    """The kinds and times of activities that need no more than to be counted; None where they have to be read.

    They need no more where all are records of this lead, or plain dicts, each with an id of its own or none, or pairs.
    What pairs hold is not looked at.
    """
    if activities.__class__ is not list and activities.__class__ is not tuple:
        return None
    first = activities[0].__class__ if activities else tuple
    if first is tuple:
        return cast("Sequence[tuple[str, datetime]]", activities)
    try:
        if first is Activity:
            return _pairs_of_records(activities, lead_id)
        return _pairs_of_mappings(activities, lead_id) if first is dict else None
    except (AttributeError, KeyError, TypeError):
        return None


def _pairs_of_records(activities: Sequence[Any], lead_id: str | None) -> list[tuple[str, datetime]] | None:
    if len({activity.id for activity in activities}) < len(activities):
        return None
    if {activity.__class__ for activity in activities} != {Activity}:
        return None
    if lead_id is not None and {activity.lead_id for activity in activities} != {lead_id}:
        return None
    return [(activity.kind, activity.occurred_at) for activity in activities]


def _pairs_of_mappings(activities: Sequence[Any], lead_id: str | None) -> list[tuple[str, datetime]] | None:
    keys = [row["activity_id"] if "activity_id" in row else row.get("id") for row in activities]
    if len(set(keys)) < len(keys):
        named = [key for key in keys if key is not None]
        if len(set(named)) < len(named):
            return None
    if {row.__class__ for row in activities} != {dict}:
        return None
    if lead_id is not None and not {row.get("lead_id") for row in activities} <= {lead_id, None}:
        return None
    return [(row["kind"], row["occurred_at"]) for row in activities]


def counts_of(activities: Mapping[Any, Any]) -> Mapping[str, int]:
    """How many activities of each kind there are.

    Raises:
        FactError: a kind is no text, or a count no whole number from 0 up; all of them at once.
    """
    problems = [problem for kind, count in activities.items() if (problem := _miscount(kind, count)) is not None]
    if problems:
        raise FactError(problems)
    return {kind: index(count) for kind, count in activities.items()}


def _miscount(kind: Any, count: Any) -> Problem | None:
    if not isinstance(kind, str):
        return Problem("must be the name of a kind, a text", FORMS, path="activities")
    whole = hasattr(count, "__index__") and not isinstance(count, bool)
    if not whole or count < 0:
        hint = "" if whole else f"not {shown(count)}"
        return Problem("must be a whole number, 0 or more", hint, path=f"activities.{kind[:100]}")
    return None


def events_of(activities: Iterable[Any], lead_id: str | None = None) -> Iterable[Event]:
    """Activities as (kind, epoch seconds), each id once.

    Raises:
        FactError: one is no activity, a time is naive, or an activity belongs to another lead than `lead_id`.
    """
    events: list[tuple[str, int]] = []
    keys: list[Any] = []
    for kind, since, key, _ in _read(activities, lead_id):
        events.append((kind, since))
        keys.append(key)
    named = [key for key in keys if key is not None]
    return events if len(set(named)) == len(named) else _once(events, keys)


def _once(events: Sequence[tuple[str, int]], keys: Sequence[Any]) -> Iterator[Event]:
    """The events without an id, and of those with one the earliest."""
    earliest: dict[Any, tuple[int, str]] = {}
    for (kind, since), key in zip(events, keys, strict=True):
        if key is None:
            yield kind, since
        else:
            earliest[key] = min((since, kind), earliest.get(key, (since, kind)))
    yield from ((kind, since) for since, kind in earliest.values())


def detailed_events_of(activities: Iterable[Any], lead_id: str | None = None) -> Iterator[Event]:
    """Activities as (kind, epoch seconds, subject, amount), each id once; else as `events_of`.

    Of several with one id the earliest counts, then the first kind by name, then the first by subject and amount.
    """
    earliest: dict[Any, tuple[Any, ...]] = {}
    for place, (kind, since, key, activity) in enumerate(_read(activities, lead_id)):
        subject, amount = _details(activity, f"activities.{place}")
        if key is None:
            yield kind, since, subject, amount
        else:
            event = since, kind, subject is not None, subject or "", amount is not None, amount or 0
            earliest[key] = min(event, earliest.get(key, event))
    for since, kind, about, subject, counted, amount in earliest.values():
        yield kind, since, subject if about else None, amount if counted else None


def _read(activities: Iterable[Any], lead_id: str | None) -> Iterator[tuple[str, int, Any, Any]]:
    """The kind and the second of each activity, its id, and the activity itself."""
    if isinstance(activities, str) or not isinstance(activities, Iterable):
        raise FactError(Problem("must be a list of activities, or counts by kind", FORMS, path="activities"))
    for place, activity in enumerate(activities):
        # What `_event` and `seconds` do for the usual forms, without a call for each: those took as long as the score.
        if activity.__class__ is Activity:
            kind, at, key, owner = activity.kind, activity.occurred_at, activity.id, activity.lead_id
        elif activity.__class__ is tuple and len(activity) == 2 and activity[0].__class__ is str:
            (kind, at), key, owner = activity, None, None
        else:
            kind, at, key, owner = _event(activity, place)
        if lead_id is not None and owner is not None and owner != lead_id:
            hint = "pass only this lead's activities"
            raise FactError(Problem("one belongs to another lead", hint, path="activities"))
        try:
            since = at - EPOCH
        except TypeError:
            yield kind, seconds(at, "occurred_at"), key, activity
        else:
            yield kind, since.days * 86_400 + since.seconds, key, activity


def _details(activity: Any, path: str) -> tuple[str | None, int | Decimal | None]:
    """What an activity is about; a pair says nothing of it."""
    if isinstance(activity, Activity):
        return activity.subject or None, activity.amount
    if not isinstance(activity, Mapping):
        return None, None
    subject, amount = activity.get("subject"), activity.get("amount")
    return as_text(f"{path}.subject", subject) or None, as_number(f"{path}.amount", amount)


def _event(activity: Any, place: int) -> tuple[str, datetime, Any, Any]:
    path = f"activities.{place}"
    if isinstance(activity, Activity):
        return activity.kind, activity.occurred_at, activity.id, activity.lead_id
    if isinstance(activity, (tuple, list)) and len(activity) == 2:
        return _named(activity[0], path), activity[1], None, None
    if not isinstance(activity, Mapping):
        raise FactError(Problem("is no activity", FORMS, path=path))
    missing = [name for name in ("kind", "occurred_at") if activity.get(name) is None]
    if missing:
        raise FactError(Problem("is missing", FORMS, path=f"{path}.{name}") for name in missing)
    key = activity.get("activity_id", activity.get("id"))
    return _named(activity["kind"], path), activity["occurred_at"], key, activity.get("lead_id")


def _named(kind: Any, path: str) -> str:
    if not isinstance(kind, str):
        raise FactError(Problem("must be a text", FORMS, path=f"{path}.kind"))
    return kind
