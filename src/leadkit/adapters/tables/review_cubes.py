"""The cubes of a review as plans of a table engine, and their cells from what it summed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import add
from typing import Any

from leadkit.adapters.tables.review_days import day
from leadkit.adapters.tables.review_expressions import flag, holds, known
from leadkit.errors import MissingExtraError
from leadkit.reviewing.bounds import Bounds
from leadkit.reviewing.cases import WINDOWS
from leadkit.reviewing.cells import ALL
from leadkit.reviewing.count import DAY, MINUTE
from leadkit.reviewing.cubes import LEADS, OPPORTUNITIES, RESPONSES, Cube, RollUp
from leadkit.reviewing.traits import COLUMNS

try:
    import narwhals as nw
except ImportError:
    raise MissingExtraError.of("narwhals", "polars") from None

Frame = nw.LazyFrame[Any]
Collected = nw.DataFrame[Any]


def lead_cube(leads: Frame, bounds: Bounds) -> Frame:
    """The leads of the period, summed; they know when they were converted."""
    received, converted = nw.col("received_at"), nw.col("converted_at")
    flags: dict[str, nw.Expr] = {}
    for days in WINDOWS:
        mature = received + days * DAY <= bounds.as_of
        flags[f"mature_{days}"] = flag(mature)
        flags[f"converted_{days}"] = flag(mature & (converted >= received) & (converted < received + days * DAY))
    places = {"cohort": _place("received_at", bounds.months), "part": _place("received_at", bounds.parts)}
    keyed = leads.with_columns(reason=nw.col("disqualification_reason"), **places, **flags)
    sums = {name: nw.col(name).sum() for name in flags}
    return keyed.group_by(*LEADS.keys).agg(leads=nw.len(), **sums)


def response_cube(leads: Frame, bounds: Bounds) -> Frame:
    """The responses to the leads of the period, summed."""
    timed = leads.with_columns(
        answered=known("first_response_at", bounds), response_due=known("response_due_at", bounds)
    )
    answered, due = nw.col("answered"), nw.col("response_due")
    wait = answered - nw.col("received_at")
    minutes = nw.when(wait >= 0).then(wait // MINUTE).otherwise(nw.when(wait < 0).then(nw.lit(0)))
    late = ~due.is_null() & (answered.is_null() | (answered > due))
    keyed = timed.with_columns(minutes=minutes.cast(nw.Int64), due=flag(~due.is_null()), late=flag(late))
    return keyed.group_by(*RESPONSES.keys).agg(leads=nw.len(), due=nw.col("due").sum(), late=nw.col("late").sum())


def opportunity_cube(cases: Frame, bounds: Bounds) -> Frame:
    """The opportunities of the period, summed; they are as they were known, and know what their leads say."""
    return _summed(_keyed(cases, bounds), OPPORTUNITIES.keys)


def trait_plans(leads: Frame, cases: Frame, bounds: Bounds, traits: Sequence[str]) -> dict[str, Frame]:
    """The leads and the opportunities of the period by the columns of each trait, summed."""
    keyed = _keyed(cases, bounds) if traits else cases
    plans = {f"leads_{name}": leads.group_by(*COLUMNS[name], "status").agg(leads=nw.len()) for name in traits}
    return plans | {f"opportunities_{name}": _summed(keyed, (*COLUMNS[name], *IN_COMMON)) for name in traits}


IN_COMMON = ("grade", "status", "opened", "closed", "entered", "cycle_days", "conversion_days")
"""What the opportunities of a cell have in common beside their trait."""


def _summed(keyed: Frame, keys: Sequence[str]) -> Frame:
    amount = nw.col("amount")
    return keyed.group_by(*keys).agg(opportunities=nw.len(), amounts=amount.count(), cents=amount.sum())


def _keyed(cases: Frame, bounds: Bounds) -> Frame:
    """The opportunities of the period with all that they are summed by."""
    opened, closed, received = nw.col("opened_at"), nw.col("closed_at"), nw.col("lead_received_at")
    entered = cases.with_columns(entered=flag(holds("lead_received_at", bounds)))
    held = entered.filter(nw.col("opened") + nw.col("closed") + nw.col("entered") > 0)
    dated = held.with_columns(
        **{
            f"{name}_day": day(name, bounds.zone, bounds.as_of)
            for name in ("opened_at", "closed_at", "lead_received_at")
        }
    )
    first, last, start = (nw.col(f"{name}_day") for name in ("opened_at", "closed_at", "lead_received_at"))
    keyed = dated.with_columns(
        opened_part=nw.when(nw.col("opened") == 1).then(_place("opened_at", bounds.parts)),
        closed_part=nw.when(nw.col("closed") == 1).then(_place("closed_at", bounds.parts)),
        cycle_days=nw.when((nw.col("status") == "won") & (closed >= opened)).then(last - first),
        conversion_days=nw.when((opened >= received) & (opened <= bounds.as_of)).then(first - start),
    )
    lost = (nw.col("status") == "lost") & (nw.col("closed") == 1)
    return keyed.with_columns(
        **{
            name: nw.when(lost).then(nw.coalesce(column, nw.lit("")))
            for name, column in (("lost_stage", "furthest_stage"), ("lost_to", "competitor"))
        }
    )


def _place(name: str, starts: tuple[int, ...]) -> nw.Expr:
    """Which of the spans that begin at `starts` a moment lies in, where it lies in one."""
    return reduce(add, (flag(nw.col(name) >= start) for start in starts)) - 1


def rolled_up(summed: Collected, cube: Cube) -> dict[str, tuple[Any, ...]]:
    """The cells of a cube, by the fields of `Cells`."""
    return {
        name: tuple(cell for by in roll_up.by for cell in _cells(summed, roll_up, by))
        for name, roll_up in cube.roll_ups.items()
    }


def _cells(summed: Collected, roll_up: RollUp, by: str) -> Iterator[Any]:
    keys = roll_up.kept if by == ALL else (by, *roll_up.kept)
    held = summed if roll_up.known is None else summed.filter(~nw.col(roll_up.known).is_null())
    names = list(dict.fromkeys(keys))
    rows = held.group_by(*names).agg(*(nw.col(name).sum() for name in roll_up.numbers))
    places = [names.index(name) for name in keys]
    for row in rows.select(*names, *roll_up.numbers).rows():
        key = [row[place] for place in places]
        yield roll_up.cell(by, *([None] if by == ALL else []), *key, *row[len(names) :])
