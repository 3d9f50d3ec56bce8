"""What a team noted in its reviews, as a store keeps it: what worked, what failed, what to improve, measures."""

from __future__ import annotations

from collections.abc import Iterable

from leadkit.reviewing.measures import Measure
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.period import Period, read_period
from leadkit.store.process_rows import ReviewNoteRow
from leadkit.store.protocol import Query, Unit
from leadkit.store.tables import REVIEW_NOTES

MEASURE = "measure"
WORDS = ("worked", "failed", "improve")
"""The kinds of notes that are words alone."""


def measure_of(row: ReviewNoteRow) -> Measure:
    """The record of a measure."""
    assert row.owner is not None
    assert row.due is not None
    return Measure(
        id=row.id,
        period=row.period,
        text=row.text,
        owner=row.owner,
        due=row.due,
        at=row.at,
        by=row.by,
        done_at=row.done_at,
        done_by=row.done_by,
        figure=row.figure,
    )


def measures(unit: Unit, *, done: bool | None = None) -> tuple[Measure, ...]:
    """Every measure, or those that are done or open, the one due first first."""
    kept = [measure_of(row) for row in unit.find(Query(REVIEW_NOTES, {"kind": MEASURE}))]
    wanted = [each for each in kept if done is None or (each.done_at is not None) == done]
    return tuple(sorted(wanted, key=lambda each: (each.due, each.id)))


def notes_of(unit: Unit, period: Period) -> ReviewNotes:
    """The words that were noted for a period, in the order in which they came."""
    rows = [row for row in unit.find(Query(REVIEW_NOTES, {"kind": WORDS})) if is_of(row, period)]
    return ReviewNotes(**{kind: tuple(row.text for row in in_order(rows) if row.kind == kind) for kind in WORDS})


def is_of(row: ReviewNoteRow, period: Period) -> bool:
    """Whether a note is of a period, however that is written."""
    return read_period(row.period, period.zone) == period


def number(row: ReviewNoteRow) -> int:
    """The number of a note among those of its period."""
    return int(row.id.rpartition("-")[2])


def in_order(rows: Iterable[ReviewNoteRow]) -> list[ReviewNoteRow]:
    """The notes of one period in the order in which they came."""
    return sorted(rows, key=number)
