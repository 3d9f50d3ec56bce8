"""The review from tables: an engine groups, leadkit reckons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import narwhals as nw
from attrs import define, fields, setters

from leadkit.adapters.tables.review_columns import ACTIVITIES, LEADS, OPPORTUNITIES, ReviewTable, check_keys
from leadkit.adapters.tables.review_cubes import IN_COMMON, Collected, rolled_up
from leadkit.adapters.tables.review_plan import Frame, by_channel, check_plans, figure_plans, period_plans
from leadkit.policy.channels import Channels
from leadkit.policy.review import Targets
from leadkit.reviewing.bounds import Bounds
from leadkit.reviewing.case_lists import LISTS
from leadkit.reviewing.cells import Cells, IntervalCell
from leadkit.reviewing.cubes import CUBES
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.period import Period, period_of
from leadkit.reviewing.review import Review, reviewed
from leadkit.reviewing.spend import Spend, SpendPlan
from leadkit.reviewing.standing import ActivityCell, AgeCell, DutyCell, ListedCell, PipelineCell
from leadkit.reviewing.traits import COLUMNS, SHOWN_BY, TraitTally

KINDS: Mapping[str, Any] = {
    "intervals": IntervalCell,
    "pipeline": PipelineCell,
    "ages": AgeCell,
    "duties": DutyCell,
    "kinds": ActivityCell,
    "means": ActivityCell,
}
"""The cells that an engine gives as they are; the others are rolled up from its cubes."""

NAMED = ("kind", "means")


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

    def collect(self, frames: Sequence[Any]) -> list[Any]:
        """Each frame with its rows in memory, in a kind that narwhals knows."""
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
    channels: Channels,
    reasons: Mapping[str, Collection[str]],
    spend: Iterable[Spend],
    notes: ReviewNotes | None,
) -> Review:
    """The review of a period from what an engine groups for it and for the one before, of which only the whole counts.

    Raises:
        TableError: a table can't be counted.
        FactError: the text names no period.
    """
    wanted = period_of(period, ZoneInfo(zone))
    moment = wanted.end if as_of is None else as_of.astimezone(UTC)
    bounds = Bounds.of(wanted, moment)
    tables = _Tables.of(engine, leads, opportunities, activities, bounds, channels)
    cells, before = tables.cells(bounds, Bounds.of(wanted.previous, moment, whole=False))
    return reviewed(
        cells, before, wanted, as_of=moment, currency=currency, grades=grades, priorities=priorities, targets=targets,
        reasons=reasons, spend=SpendPlan(tuple(spend), channels), notes=notes,
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
    problems: tuple[tuple[str, int], ...]
    traits: tuple[str, ...]
    """The traits of which the leads have the column."""

    @classmethod
    def of(  # noqa: PLR0917
        cls, engine: Engine, leads: Any, opportunities: Any, activities: Any | None, bounds: Bounds, channels: Channels
    ) -> _Tables:
        """The tables, each column in the type that is counted, and the problems of the period.

        Raises:
            TableError: one can't be counted.
        """
        people = by_channel(_read(engine, LEADS, leads), channels)
        key = engine.types(nw.to_native(people))["lead_id"]
        check_keys(key, engine.types(opportunities))
        deals = _read(engine, OPPORTUNITIES, opportunities, key)
        problems: dict[str, int] = {}
        for table, rows, raw in ((LEADS, people, leads), (OPPORTUNITIES, deals, opportunities)):
            plans = check_plans(table, rows, nw.from_native(raw).lazy(), bounds)
            counts = _numbers(_collected(engine, plans))
            problems |= {name: number for name, number in counts.items() if name not in CHECKED}
            table.check_rows(**{name: number for name, number in counts.items() if name in CHECKED})
        done = None if activities is None else _read(engine, ACTIVITIES, activities, key)
        named = () if activities is None else [name for name in NAMED if name in engine.types(activities)]
        if named:
            check_keys(key, engine.types(activities), ACTIVITIES.name)
        counted = tuple(sorted((code, number) for code, number in problems.items() if number))
        traits = tuple(name for name, column in SHOWN_BY.items() if column in engine.types(leads))
        return cls(engine, people, deals, done, tuple(named), counted, traits)

    def cells(self, bounds: Bounds, bounds_before: Bounds) -> tuple[Cells, Cells]:
        """What is counted for a period, and for the one before it, all in one go."""
        plans = period_plans(
            self.leads, self.opportunities, self.activities, bounds, named=self.named, traits=self.traits
        )
        plans_before = figure_plans(self.leads, self.opportunities, bounds_before)
        frames = _collected(self.engine, [*plans.values(), *plans_before.values()])
        now = _cells(dict(zip(plans, frames, strict=False)), self.problems, self.traits)
        return now, _cells(dict(zip(plans_before, frames[len(plans) :], strict=True)), ())


CHECKED = ("rows", "keys", "unknown", "wrong")
"""What `ReviewTable.check_rows` is asked with."""


def _cells(frames: Mapping[str, Collected], problems: tuple[tuple[str, int], ...], traits: Sequence[str] = ()) -> Cells:
    cells = dict.fromkeys((name for cube in CUBES.values() for name in cube.roll_ups), ())
    for name, cube in CUBES.items():
        cells |= rolled_up(frames[name], cube) if name in frames else {}
    tally = TraitTally()
    for name in traits:
        tally.leads_of(name, _rows(frames[f"leads_{name}"], (*COLUMNS[name], "status", "leads")))
        sums = (*COLUMNS[name], *IN_COMMON, "opportunities", "amounts", "cents")
        tally.opportunities_of(name, _rows(frames[f"opportunities_{name}"], sums))
    cells |= {name: (*cells[name], *those) for name, those in tally.cells().items()}
    listed = [
        ListedCell(name, *row)
        for name in LISTS
        if (frame := frames.get(f"list_{name}")) is not None
        for row in _rows(frame, [column for column in LISTED if column in frame.columns])
    ]
    return Cells(
        **cells,
        **{name: _as_cells(frames[name], kind) for name, kind in KINDS.items() if name in frames},
        listed=tuple(listed),
        problems=problems,
    )


LISTED = tuple(field.name for field in fields(ListedCell))[1:]


def _as_cells(frame: Collected, kind: Any) -> tuple[Any, ...]:
    """A cell of each row, whose columns are the fields of `kind` in any order."""
    return tuple(kind(*row) for row in _rows(frame, [field.name for field in fields(kind)]))


def _rows(frame: Collected, names: Sequence[str]) -> Sequence[tuple[Any, ...]]:
    return frame.select(*names).rows()


def _collected(engine: Engine, plans: Sequence[Frame]) -> list[Collected]:
    frames = engine.collect([nw.to_native(plan) for plan in plans])
    return [nw.from_native(frame, eager_only=True) for frame in frames]


def _read(engine: Engine, table: ReviewTable, raw: Any, key: Any = None) -> Frame:
    table.check(engine.names(raw), engine.types(raw), engine.fits)
    frame: Frame = nw.from_native(engine.read(raw, table.columns, key))
    return frame


def _numbers(frames: Iterable[Collected]) -> dict[str, int]:
    """The counts in frames of one row."""
    return {
        name: int(number or 0) for frame in frames for name, number in zip(frame.columns, frame.row(0), strict=True)
    }
