"""What a record may not hold so that a store can keep it, and give it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from leadkit.errors import CommandError, Problem
from leadkit.limits import CLOCK_SKEW
from leadkit.store.mapping import opportunity_record
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.values import unstorable


def sound(row: OpportunityRow, place: str) -> OpportunityRow:
    """`row`, which is the row of a valid record; `place` is the id to name in the error.

    Raises:
        CommandError: it is not; such a row could be kept, but never be read again.
    """
    try:
        opportunity_record(row)
    except ValidationError as error:
        faults = error.errors(include_input=False)
        raise CommandError(
            Problem(fault["msg"], place=place, path=".".join(map(str, fault["loc"]))) for fault in faults
        ) from None
    return row


HAPPENED = frozenset({"occurred_at", "received_at", "entered_at", "opened_at", "closed_at", "reported_at"})
"""The fields that say when something happened, and not when it is to happen."""


def ahead_of(record: Any, place: str, now: datetime, known: Any = None) -> list[Problem]:
    """The times at which something can't have happened yet, of a record or a command; those of `known` are let through.

    Such a time would meet what is due, and silence reminders, until it comes.
    """
    given = ((name, getattr(record, name, None), getattr(known, name, None)) for name in sorted(HAPPENED))
    hint = "check the date; at most a day ahead is taken"
    return [
        Problem("lies ahead of the clock", hint, place=place, path=name)
        for name, at, before in given
        if isinstance(at, datetime) and at.tzinfo is not None and at != before and at > now + CLOCK_SKEW
    ]


def faults_of(record: BaseModel, place: str) -> list[Problem]:
    """The fields of a record whose text holds a NUL character, which no database keeps, or a time no calendar has."""
    odd = [name for name, value in record if isinstance(value, datetime) and not 1900 < value.year < 2999]
    if odd:
        return [
            Problem("lies outside the years 1901 to 2998", "check the date", place=place, path=name) for name in odd
        ]
    if "\\u0000" not in record.model_dump_json():
        return []
    paths = unstorable(record.model_dump(mode="json"))
    return [Problem("holds a NUL character", "remove it", place=place, path=path) for path in paths]
