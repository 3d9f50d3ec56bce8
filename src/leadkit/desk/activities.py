"""Touches that come in: kept once, never rewritten, and the lead's score brought up to date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from attrs import evolve

from leadkit.desk.book import Book
from leadkit.desk.capture import faults_of
from leadkit.desk.carry_out import Carrier, Keyed, batches
from leadkit.desk.changes import Asked, Changes
from leadkit.desk.judge import judged, tidings
from leadkit.desk.results import Receipt
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.records import Activity
from leadkit.records.people import Actor
from leadkit.store.mapping import activity_of, activity_rows
from leadkit.store.protocol import by_id
from leadkit.store.rows import ActivityRow, LeadRow
from leadkit.store.tables import ACTIVITIES, TEXTS


def record_all(carrier: Carrier, activities: Iterable[Activity], by: Actor | None) -> Iterator[Receipt | CommandError]:
    """Keep activities, a batch in one transaction."""
    for batch in batches(activities):
        keyed = [Keyed(carrier.asked("record", by, one.lead_id, activity=one), None) for one in batch]
        ready = [_ready(carrier, one.asked, activity) for one, activity in zip(keyed, batch, strict=True)]
        yield from carrier.many(keyed, ready, record)


Ready = tuple[Asked, Activity]


def _ready(carrier: Carrier, asked: Asked, activity: Activity) -> Ready | CommandError:
    try:
        carrier.permit(asked)
        problems = faults_of(activity, activity.id)
        return CommandError(problems) if problems else (asked, activity)
    except CommandError as error:
        return error


def record(book: Book, many: Sequence[tuple[Asked, Activity]]) -> list[Changes | CommandError]:
    """What each activity changes. One that is there already in the same words changes nothing.

    The score of a lead is brought up to date once, with the last of its activities.
    """
    book.look_up(activity.lead_id for _, activity in many)
    known = _known(book, [activity.id for _, activity in many])
    homes: list[LeadRow | CommandError] = [_home(book, activity) for _, activity in many]
    touches = book.touches(dict.fromkeys(home.id for home in homes if isinstance(home, LeadRow)))
    new: dict[str, list[int]] = defaultdict(list)
    outcomes: list[Any] = []
    for place, ((asked, activity), home) in enumerate(zip(many, homes, strict=True)):
        outcomes.append(home if isinstance(home, CommandError) else _kept(asked, activity, home, known))
        if isinstance(home, LeadRow) and isinstance(outcomes[place], Changes) and outcomes[place].add:
            known[activity.id] = activity
            touches.setdefault(home.id, []).append(outcomes[place].add[0][1])
            new[home.id].append(place)
    for lead_id, places in new.items():
        try:
            told = _rescored(book, many[places[-1]][0], lead_id, touches[lead_id])
        except CommandError as error:
            outcomes = [error if place in places else outcome for place, outcome in enumerate(outcomes)]
            continue
        for place in places:
            receipt = evolve(outcomes[place].receipt, version=book.rows[lead_id].version + 1)
            outcomes[place] = evolve(outcomes[place], receipt=receipt)
        outcomes[places[-1]] = evolve(outcomes[places[-1]], add=[*outcomes[places[-1]].add, *told])
    return outcomes


def _kept(asked: Asked, activity: Activity, home: LeadRow, known: dict[str, Activity]) -> Changes | CommandError:
    receipt = asked.receipt("recorded", home)
    before = known.get(activity.id)
    if before is not None:
        if before != activity:
            hint = "an activity is never rewritten; give the new one its own id"
            return ConflictError(Problem(activity.id, "there is another activity with this id", hint))
        return Changes(receipt=evolve(receipt, outcome="repeated"))
    row, text = activity_rows(activity, asked.command.at, asked.command.actor.id)
    return Changes(receipt=receipt, add=[(ACTIVITIES, row), *([(TEXTS, text)] if text else [])])


def _rescored(book: Book, asked: Asked, lead_id: str, touches: list[ActivityRow]) -> list[Any]:
    before = book.rows[lead_id]
    after = judged(asked.policy, before, book.lead(lead_id), touches, asked.command.at, screen=False)
    if before.paused_at is not None and _answered(asked, before.paused_at, touches):
        after = evolve(after, paused_at=None, resumed_at=asked.command.at)
    book.rows[lead_id] = after
    return tidings(asked, before, evolve(after, version=before.version + 1))


def _answered(asked: Asked, since: datetime, touches: list[ActivityRow]) -> bool:
    """Whether the customer got in touch after we began to wait for them."""
    answers = asked.policy.document.service_levels.answers
    return any(touch.kind in answers and touch.occurred_at >= since for touch in touches)


def _known(book: Book, ids: Sequence[str]) -> dict[str, Activity]:
    rows = by_id(book.unit, ACTIVITIES, ids)
    texts = by_id(book.unit, TEXTS, rows)
    return {key: activity_of(row, texts.get(key)) for key, row in rows.items()}


def _home(book: Book, activity: Activity) -> LeadRow | CommandError:
    try:
        return book.row(activity.lead_id)
    except CommandError as error:
        return error
