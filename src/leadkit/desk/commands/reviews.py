"""The commands on what a review decided: its notes are kept, and its measures are done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from attrs import define, evolve, field

from leadkit.desk.commands.command import SingleCommand, as_tuple, gives
from leadkit.desk.context import Changes, CommandContext
from leadkit.desk.results import Receipt
from leadkit.desk.review_notes import MEASURE, WORDS, is_of, number
from leadkit.errors import CommandError, ConflictError, FactError, NotFoundError, Problem
from leadkit.process.command import Argument
from leadkit.records.fields import LONGEST_TEXT
from leadkit.reviewing.period import Period, read_period
from leadkit.reviewing.review import COUNTS, RATES
from leadkit.store.process_rows import ReviewNoteRow
from leadkit.store.protocol import Query
from leadkit.store.tables import MEMBERS, REVIEW_NOTES

__all__ = ["FinishMeasure", "NoteReview"]

MOST_SHOWN = 10
MOVED = (*COUNTS, *RATES)
"""The figures that a measure may name: those that a review holds against the period before."""


def _measures(values: Any) -> tuple[Any, ...]:
    """Each measure as a tuple, whatever it was given in; without a figure where it names none."""
    several = as_tuple(values)
    return tuple(map(_measure, several)) if isinstance(several, tuple) else several


def _measure(value: Any) -> Any:
    parts = as_tuple(value)
    return (*parts, None) if isinstance(parts, tuple) and len(parts) == len(("text", "owner", "due")) else parts


@define(frozen=True)
class NoteReview(SingleCommand):
    """Keep what a review of a period found: what worked, what failed, what to improve, and measures to take.

    A measure is what is to be done, who of the team does it, the day by which it is due and, where it is to move one,
    the name of a figure such as `lead_to_win_rate`. The review of the period shows the notes, later ones the measures
    with what became of their figures.

    Raises:
        CommandError: the period is none or has not begun, nothing is noted, a text is empty or noted already, an owner
            is not of the team, a day lies before the period, or there is no such figure. Then nothing is kept.
    """

    period: Annotated[str, Argument("The period that was reviewed, such as 2023-Q3.")]
    worked: Annotated[tuple[str, ...], Argument("What worked; repeat it for each.")] = field(
        default=(), converter=as_tuple, repr=False
    )
    failed: Annotated[tuple[str, ...], Argument("What failed; repeat it for each.")] = field(
        default=(), converter=as_tuple, repr=False
    )
    improve: Annotated[tuple[str, ...], Argument("What to improve; repeat it for each.")] = field(
        default=(), converter=as_tuple, repr=False
    )
    measures: Annotated[
        tuple[tuple[str, str, date, str | None], ...],
        Argument(
            "What is to be done, by whom, by which day, to move which figure: TEXT@OWNER@DAY or TEXT@OWNER@DAY@FIGURE; "
            "repeat it for each.",
            "--measure",
        ),
    ] = field(default=(), converter=_measures, repr=False)

    @property
    def locks(self) -> tuple[str, ...]:
        return ("review_notes",)

    def apply(self, context: CommandContext) -> Changes:
        period = self._period(context)
        kept = [row for row in context.work.unit.find(Query(REVIEW_NOTES)) if is_of(row, period)]
        first = max(map(number, kept), default=0) + 1
        label = period.label("en")
        rows = [
            ReviewNoteRow(
                id=f"{label.replace(' – ', '_')}-{place}",
                period=label,
                kind=kind,
                text=text,
                owner=owner,
                due=due,
                at=context.at,
                by=context.actor.id,
                figure=figure,
            )
            for place, (kind, _, text, owner, due, figure) in enumerate(self._notes(), first)
        ]
        problems = list(self._problems(context, period, kept))
        if problems:
            raise CommandError(problems)
        ids = tuple(row.id for row in rows)
        measures = sum(row.kind == MEASURE for row in rows)
        entry = context.entry(None, {"period": label, "notes": len(rows) - measures, "measures": measures})
        receipt = Receipt(command=self.name, outcome="noted", notes=ids)
        return Changes(receipt=receipt, add=[entry, *((REVIEW_NOTES, row) for row in rows)])

    def _period(self, context: CommandContext) -> Period:
        try:
            period = read_period(self.period, context.policy.time_zone)
        except FactError as error:
            raise CommandError(error.problems) from None
        if period.start > context.at:
            raise CommandError(Problem("has not begun", "note it once there is something to review", path="period"))
        return period

    def _notes(self) -> Iterator[tuple[str, str, str, str | None, date | None, str | None]]:
        """Every note: its kind, its place in the command, its text, and of a measure its owner, day and figure."""
        for kind in WORDS:
            for place, text in enumerate(getattr(self, kind)):
                yield kind, f"{kind}.{place}", text, None, None, None
        for place, (text, owner, due, figure) in enumerate(self.measures):
            yield MEASURE, f"measures.{place}", text, owner, due, figure

    def _problems(self, context: CommandContext, period: Period, kept: list[ReviewNoteRow]) -> Iterator[Problem]:
        notes = list(self._notes())
        if not notes:
            yield Problem("nothing is noted", "give what worked, failed or is to improve, or a measure")
        known = {(row.kind, row.text, row.owner) for row in kept}
        team = [row.id for row in context.work.unit.find(Query(MEMBERS)) if row.active]
        for kind, path, text, owner, due, figure in notes:
            if not text.strip() or len(text) > LONGEST_TEXT:
                yield Problem(f"must be a text of 1 to {LONGEST_TEXT} characters", path=path)
            elif (kind, text, owner) in known:
                yield Problem("is noted already", "leave it out", path=path)
            known.add((kind, text, owner))
            if owner is not None and owner not in team:
                hint = f"possible: {', '.join(team[:MOST_SHOWN])}" if team else "enrol them first"
                yield Problem("whose it is to be is not active in the team", hint, path=path)
            if due is not None and due < period.first:
                yield Problem(
                    "is due before the period that was reviewed", f"earliest possible: {period.first}", path=path
                )
            if figure is not None and figure not in MOVED:
                yield Problem("names no figure of a review", f"possible: {', '.join(MOVED)}", path=path)


@define(frozen=True)
class FinishMeasure(SingleCommand):
    """Mark a measure of a review as done.

    Raises:
        NotFoundError: there is no such measure.
        ConflictError: it is done already.
    """

    measure_id: Annotated[str, Argument("The id of the measure.")]

    @property
    def locks(self) -> tuple[str, ...]:
        return (f"measure:{self.measure_id}",)

    def apply(self, context: CommandContext) -> Changes:
        unit, measure_id = context.work.unit, self.measure_id
        row = unit.get(REVIEW_NOTES, measure_id)
        waiting = [each.id for each in unit.find(Query(REVIEW_NOTES, {"kind": MEASURE, "done_at": None}))]
        possible = f"open: {', '.join(waiting[:MOST_SHOWN])}" if waiting else "no measure is open"
        if row is None or row.kind != MEASURE:
            raise NotFoundError(Problem("there is no such measure", possible, place=measure_id))
        if row.done_at is not None:
            raise ConflictError(Problem("is done already", possible, place=measure_id))
        done = evolve(row, done_at=context.at, done_by=context.actor.id)
        receipt = Receipt(command=self.name, outcome="finished", owner=row.owner, notes=(row.id,))
        entry = context.entry(None, {"period": row.period, "measure": row.id})
        return Changes(receipt=receipt, add=[entry], replace=[(REVIEW_NOTES, done)])


class ReviewCommands:
    """The commands on what a review decided, as methods of a desk."""

    note_review = gives(NoteReview)
    finish_measure = gives(FinishMeasure)
