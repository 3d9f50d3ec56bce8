"""The review from tables: an engine groups, leadkit reckons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import narwhals as nw
from attrs import define, fields, setters

from leadkit.adapters.tables.review_columns import ACTIVITIES, LEADS, OPPORTUNITIES, ReviewTable, check_keys
from leadkit.adapters.tables.review_plan import (
    Frame,
    period_plans,
    row_plans,
    ungrouped,
    with_conversion,
    with_lead,
)
from leadkit.policy.review import Targets
from leadkit.reviewing.bounds import Bounds
from leadkit.reviewing.case_lists import LISTS
from leadkit.reviewing.cases import (
    Cells,
    CycleCell,
    IntervalCell,
    LeadCell,
    OpportunityCell,
    ResponseCell,
)
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.period import Period, period_of
from leadkit.reviewing.review import Review, reviewed
from leadkit.reviewing.standing import ActivityCell, DealPartCell, DutyCell, LeadPartCell, ListedCell, PipelineCell

KINDS: Mapping[str, Any] = {
    "leads": LeadCell,
    "responses": ResponseCell,
    "opportunities": OpportunityCell,
    "cycles": CycleCell,
    "intervals": IntervalCell,
    "pipeline": PipelineCell,
    "duties": DutyCell,
    "kinds": ActivityCell,
    "means": ActivityCell,
    "lead_parts": LeadPartCell,
    "deal_parts": DealPartCell,
}
FIGURES = ("leads", "opportunities", "cycles")
"""The cells from which the figures of a period follow."""

NAMED = ("kind", "means")


@define(on_setattr=setters.frozen)
class Rows:
    """The rows of a frame under the names of its columns."""

    names: Sequence[str]
    rows: Sequence[tuple[Any, ...]]

    def as_cells(self, kind: Any) -> tuple[Any, ...]:
        """A cell of each row, whose columns are the fields of `kind` in any order."""
        if not self.rows:
            return ()
        places = [self.names.index(field.name) for field in fields(kind)]
        return tuple(kind(*values) for values in map(itemgetter(*places), self.rows))


NO_ROWS = Rows((), ())


class Engine(Protocol):
    """What Polars and Ibis do each in their way: know the types of a table, read its columns, and run plans."""

    def types(self, table: Any) -> Mapping[str, Any]:
        """The columns of a table with their types, without those that hold nothing at all."""
        ...

    def names(self, table: Any) -> Collection[str]:
        """All columns of a table."""
        ...

    def fits(self, kind: str, type_: Any) -> bool:
        """Whether columns of this type can be read as this kind."""
        ...

    def read(self, table: Any, columns: Mapping[str, str], key: Any) -> Any:
        """Columns by kind in the types that are counted: texts without blank ones, whole seconds, whole cents.

        One that is not there, or holds nothing at all, is null; a key is then of the type `key`, a text where it is
        None.
        """
        ...

    def collect(self, frames: Sequence[Any]) -> list[Rows]:
        """The rows of each frame."""
        ...


def review_of(
    engine: Engine,
    leads: Any,
    opportunities: Any,
    activities: Any | None,
    period: Period | str,
    *,
    zone: str,
    as_of: datetime | None,
    currency: str,
    grades: Sequence[str],
    priorities: Sequence[str],
    targets: Targets,
    notes: ReviewNotes | None,
) -> Review:
    """The review of a period from what an engine groups for it and for the one before, of which only the whole counts.

    Raises:
        TableError: a table can't be counted.
        FactError: the text names no period.
    """
    tables = _Tables.of(engine, leads, opportunities, activities)
    wanted = period_of(period, ZoneInfo(zone))
    moment = wanted.end if as_of is None else as_of.astimezone(UTC)
    cells = tables.cells(Bounds.of(wanted, moment), grouped=True)
    before = tables.cells(Bounds.of(wanted.previous, moment, whole=False), grouped=False)
    return reviewed(
        cells, before, wanted, as_of=moment, currency=currency, grades=grades, priorities=priorities, targets=targets,
        notes=notes,
    )  # fmt: skip


@define(on_setattr=setters.frozen)
class _Tables:
    """The tables of one review, read and joined."""

    engine: Engine
    leads: Frame
    opportunities: Frame
    activities: Frame | None
    named: tuple[str, ...]
    """The names that the activities have: `kind`, `means`, both or none."""

    @classmethod
    def of(cls, engine: Engine, leads: Any, opportunities: Any, activities: Any | None) -> _Tables:
        """The tables, each column in the type that is counted.

        Raises:
            TableError: one can't be counted.
        """
        people = _read(engine, LEADS, leads)
        key = engine.types(nw.to_native(people))["lead_id"]
        check_keys(key, engine.types(opportunities))
        deals = _read(engine, OPPORTUNITIES, opportunities, key)
        for table, rows, raw in ((LEADS, people, leads), (OPPORTUNITIES, deals, opportunities)):
            plans = row_plans(table, rows, nw.from_native(raw).lazy())
            counts = engine.collect([nw.to_native(plan) for plan in plans])
            table.check_rows(**_numbers(counts))
        done = None if activities is None else _read(engine, ACTIVITIES, activities, key)
        named = () if activities is None else [name for name in NAMED if name in engine.types(activities)]
        if named:
            check_keys(key, engine.types(activities), ACTIVITIES.name)
        return cls(engine, with_conversion(people, deals), with_lead(deals, people), done, tuple(named))

    def cells(self, bounds: Bounds, *, grouped: bool) -> Cells:
        """What is counted for one period; where not `grouped`, its figures alone, as if no case had a group."""
        leads, opportunities = self.leads, self.opportunities
        if not grouped:
            leads, opportunities = ungrouped(leads), ungrouped(opportunities)
        plans = period_plans(leads, opportunities, self.activities, bounds, self.named)
        if not grouped:
            plans = {name: plans[name] for name in FIGURES}
        rows = dict(zip(plans, self.engine.collect([nw.to_native(plan) for plan in plans.values()]), strict=True))
        listed = [(name, *row) for name in LISTS for row in rows.pop(f"list_{name}", NO_ROWS).rows]
        problems = _numbers(rows[name] for name in rows if name not in KINDS)
        return Cells(
            **{name: rows.get(name, NO_ROWS).as_cells(kind) for name, kind in KINDS.items()},
            listed=tuple(ListedCell(*row) for row in listed),
            problems=tuple(sorted((code, number) for code, number in problems.items() if number)),
        )


def _read(engine: Engine, table: ReviewTable, raw: Any, key: Any = None) -> Frame:
    table.check(engine.names(raw), engine.types(raw), engine.fits)
    frame: Frame = nw.from_native(engine.read(raw, table.columns, key))
    return frame


def _numbers(frames: Iterable[Rows]) -> dict[str, int]:
    """The counts in frames of one row."""
    counts = [(name, number) for frame in frames for name, number in zip(frame.names, frame.rows[0], strict=True)]
    return {name: int(number or 0) for name, number in counts}
