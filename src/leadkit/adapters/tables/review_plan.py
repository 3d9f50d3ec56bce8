"""What a table engine groups for a review: one plan, which Polars, DuckDB, PostgreSQL, SQLite and Spark run alike."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any

from leadkit.adapters.tables.review_columns import MOST_AMOUNT, ReviewTable
from leadkit.adapters.tables.review_expressions import flag, holds, known, times, true
from leadkit.adapters.tables.review_standing import activity_plans, list_plans, part_plans, standing_plans
from leadkit.errors import MissingExtraError
from leadkit.reviewing.bounds import Bounds
from leadkit.reviewing.cases import GROUPED, WINDOWS
from leadkit.reviewing.count import DAY, HOUR, MINUTE

try:
    import narwhals as nw
except ImportError:
    raise MissingExtraError.of("narwhals", "polars") from None

Frame = nw.LazyFrame[Any]


def row_plans(table: ReviewTable, rows: Frame, raw: Frame) -> list[Frame]:
    """What `ReviewTable.check_rows` is asked with, as frames of one row; `raw` is the table as it came."""
    usual = true(nw.col(str(table.state)).is_in(table.states))
    keyed = rows.with_columns(unknown=flag(~usual)).group_by(str(table.key))
    each = keyed.agg(rows=nw.len(), unknown=nw.col("unknown").sum())
    plans = [each.select(rows=nw.col("rows").sum(), keys=nw.len(), unknown=nw.col("unknown").sum())]
    if "amount" in table.columns and "amount" in raw.collect_schema():
        amount = nw.col("amount").cast(nw.Float64)
        plans.append(raw.select(wrong=times(~((amount >= 0) & (amount < MOST_AMOUNT)))))
    return plans


def with_conversion(leads: Frame, opportunities: Frame) -> Frame:
    """The leads with the time at which their first opportunity was opened."""
    of_leads = opportunities.filter(~nw.col("lead_id").is_null())
    first = of_leads.group_by("lead_id").agg(converted_at=nw.col("opened_at").min())
    return leads.join(first, on="lead_id", how="left")


def with_lead(opportunities: Frame, leads: Frame) -> Frame:
    """The opportunities with what their leads say; the owner is the lead's where they have none."""
    columns = leads.select("lead_id", *GROUPED, lead_received_at=nw.col("received_at"))
    joined = opportunities.join(columns.rename({"owner": "lead_owner"}), on="lead_id", how="left")
    return joined.with_columns(owner=nw.coalesce("owner", "lead_owner"))


def ungrouped(frame: Frame) -> Frame:
    """The cases as if nothing were known that they are grouped by."""
    return frame.with_columns(**{name: nw.lit(None, nw.String) for name in GROUPED})


def period_plans(
    leads: Frame, opportunities: Frame, activities: Frame | None, bounds: Bounds, named: Sequence[str] = ()
) -> dict[str, Frame]:
    """The frames to collect for one period; `named` are the names that activities have, of `kind` and `means`.

    Those of `Cells` have a row for each cell, with the names of its fields. All the others have one row, whose columns
    are codes of problems.
    """
    received = leads.filter(holds("received_at", bounds))
    counted = received.filter(nw.col("duplicate_of").is_null())
    standing = _known_cases(opportunities, bounds)
    cases = standing.filter(nw.col("opened") + nw.col("closed") + nw.col("entered") > 0)
    undated, unended = nw.col("opened_at").is_null(), (nw.col("status") != "open") & nw.col("closed_at").is_null()
    turned = (nw.col("closed") == 1) & (nw.col("opened_at") > nw.col("closed_at"))
    plans = {
        "leads": _lead_cells(counted, bounds),
        "responses": _response_cells(counted, bounds),
        "opportunities": _opportunity_cells(cases),
        "cycles": _cycle_cells(cases),
        "all_leads": leads.select(lead_without_date=times(nw.col("received_at").is_null())),
        "received": received.select(duplicate_lead=nw.col("duplicate_of").count()),
        "all_opportunities": opportunities.select(
            opportunity_without_date=times(undated), closed_without_date=times(unended)
        ),
        "cases": cases.select(closed_before_opened=times(turned)),
    }
    if bounds.horizon is not None:
        plans |= standing_plans(leads, standing, bounds, bounds.horizon) | part_plans(counted, cases, bounds)
        plans |= list_plans(leads, counted, standing, bounds)
    if activities is not None and bounds.horizon is not None:
        plans["intervals"] = _interval_cells(activities, bounds)
        plans |= activity_plans(activities, standing, bounds.horizon, named)
    return plans


def _lead_cells(leads: Frame, bounds: Bounds) -> Frame:
    received, converted = nw.col("received_at"), nw.col("converted_at")
    flags: dict[str, nw.Expr] = {}
    for days in WINDOWS:
        mature = received + days * DAY <= bounds.as_of
        flags[f"mature_{days}"] = flag(mature)
        flags[f"converted_{days}"] = flag(mature & (converted >= received) & (converted < received + days * DAY))
    cohort = reduce(add, (flag(received >= start) for start in bounds.months)) - 1
    keyed = leads.with_columns(cohort=cohort, reason=nw.col("disqualification_reason"), **flags)
    sums = {name: nw.col(name).sum() for name in flags}
    return keyed.group_by(*GROUPED, "cohort", "status", "reason").agg(leads=nw.len(), **sums)


def _response_cells(leads: Frame, bounds: Bounds) -> Frame:
    timed = leads.with_columns(
        answered=known("first_response_at", bounds), response_due=known("response_due_at", bounds)
    )
    answered, due = nw.col("answered"), nw.col("response_due")
    wait = answered - nw.col("received_at")
    minutes = nw.when(wait >= 0).then(wait // MINUTE).otherwise(nw.when(wait < 0).then(nw.lit(0)))
    late = ~due.is_null() & (answered.is_null() | (answered > due))
    keyed = timed.with_columns(minutes=minutes.cast(nw.Int64), due=flag(~due.is_null()), late=flag(late))
    return keyed.group_by("priority", "owner", "minutes").agg(
        leads=nw.len(), due=nw.col("due").sum(), late=nw.col("late").sum()
    )


def _known_cases(opportunities: Frame, bounds: Bounds) -> Frame:
    """The opportunities that there were at the time of the review, as they were known then."""
    began, ended = (true(nw.col(name) <= bounds.as_of) for name in ("opened_at", "closed_at"))
    there = opportunities.filter(nw.col("opened_at").is_null() | began | ended)
    still_open = true(nw.col("closed_at") > bounds.as_of)
    as_known = there.with_columns(
        status=nw.when(still_open).then(nw.lit("open")).otherwise(nw.col("status")),
        closed_at=known("closed_at", bounds),
        stage=nw.when(nw.col("status") == "open").then(nw.col("stage")),
    )
    return as_known.with_columns(
        opened=flag(holds("opened_at", bounds)),
        closed=flag(holds("closed_at", bounds) & (nw.col("status") != "open")),
        entered=flag(holds("lead_received_at", bounds)),
        lost_reason=nw.when(nw.col("status") == "lost").then(nw.col("lost_reason")),
    )


def _opportunity_cells(cases: Frame) -> Frame:
    amount = nw.col("amount")
    keys = (*GROUPED, "grade", "status", "lost_reason", "opened", "closed", "entered")
    return cases.group_by(*keys).agg(opportunities=nw.len(), amounts=amount.count(), cents=amount.sum())


def _cycle_cells(cases: Frame) -> Frame:
    dated = ~nw.col("opened_at").is_null() & ~nw.col("closed_at").is_null()
    won = cases.filter((nw.col("status") == "won") & dated)
    timed = won.with_columns(seconds=nw.col("closed_at") - nw.col("opened_at"))
    return timed.group_by(*GROUPED, "grade", "closed", "entered", "seconds").agg(opportunities=nw.len())


def _interval_cells(activities: Frame, bounds: Bounds) -> Frame:
    paired = activities.with_columns(before=nw.col("occurred_at").shift(1).over("lead_id", order_by="occurred_at"))
    held = paired.filter(holds("occurred_at", bounds) & ~nw.col("before").is_null())
    timed = held.with_columns(hours=((nw.col("occurred_at") - nw.col("before")) // HOUR).cast(nw.Int64))
    return timed.group_by("hours").agg(touches=nw.len())
