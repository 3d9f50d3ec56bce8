"""What a table engine groups for a review: one plan, which Polars, DuckDB, PostgreSQL, SQLite and Spark run alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leadkit.adapters.tables.review_columns import LEADS, MOST_AMOUNT, ReviewTable
from leadkit.adapters.tables.review_cubes import lead_cube, opportunity_cube, response_cube, trait_plans
from leadkit.adapters.tables.review_expressions import flag, holds, known, times, true
from leadkit.adapters.tables.review_standing import activity_plans, aged, list_plans, standing_plans
from leadkit.errors import MissingExtraError
from leadkit.policy.channels import Channels
from leadkit.reviewing.bounds import Bounds
from leadkit.reviewing.cases import GROUPED
from leadkit.reviewing.count import HOUR
from leadkit.reviewing.traits import SHOWN_BY

try:
    import narwhals as nw
except ImportError:
    raise MissingExtraError.of("narwhals", "polars") from None

Frame = nw.LazyFrame[Any]


def check_plans(table: ReviewTable, rows: Frame, raw: Frame, bounds: Bounds) -> list[Frame]:
    """What `ReviewTable.check_rows` is asked with, and the codes of problems, as frames of one row.

    `raw` is the table as it came.
    """
    counted = {"unknown": ~true(nw.col(str(table.state)).is_in(table.states))}
    counted |= _lead_problems(bounds) if table is LEADS else _opportunity_problems(bounds)
    keyed = rows.with_columns(**{name: flag(true(when)) for name, when in counted.items()}).group_by(str(table.key))
    each = keyed.agg(rows=nw.len(), **{name: nw.col(name).sum() for name in counted})
    plans = [each.select(keys=nw.len(), **{name: nw.col(name).sum() for name in ("rows", *counted)})]
    if "amount" in table.columns and "amount" in raw.collect_schema():
        amount = nw.col("amount").cast(nw.Float64)
        plans.append(raw.select(wrong=times(~((amount >= 0) & (amount < MOST_AMOUNT)))))
    return plans


def _lead_problems(bounds: Bounds) -> dict[str, nw.Expr]:
    return {
        "lead_without_date": nw.col("received_at").is_null(),
        "duplicate_lead": holds("received_at", bounds) & ~nw.col("duplicate_of").is_null(),
    }


def _opportunity_problems(bounds: Bounds) -> dict[str, nw.Expr]:
    opened, closed, ended = nw.col("opened_at"), nw.col("closed_at"), nw.col("status") != "open"
    return {
        "opportunity_without_date": opened.is_null(),
        "closed_without_date": ended & closed.is_null(),
        "closed_before_opened": ended & holds("closed_at", bounds) & (opened > closed),
    }


def by_channel(leads: Frame, channels: Channels) -> Frame:
    """The leads with their channels as they are counted."""
    counted, form = nw.col("channel"), nw.col("channel").str.strip_chars().str.to_lowercase()
    for channel, forms in channels.forms.items():
        counted = nw.when(true(form.is_in(forms))).then(nw.lit(channel)).otherwise(counted)
    return leads.with_columns(channel=counted) if channels.forms else leads


def period_plans(
    leads: Frame,
    opportunities: Frame,
    activities: Frame | None,
    bounds: Bounds,
    *,
    named: Sequence[str] = (),
    traits: Sequence[str] = (),
) -> dict[str, Frame]:
    """The frames to collect for the period of a review; `named` are the names that activities have,
    and `traits` those of which the leads have the column.

    Those by the names of `CUBES` are these, the others have a row for each cell, with the names of its fields. Only
    what asks for the other table looks there: a join is dearer than all the rest.
    """
    received = _received(leads, bounds)
    standing = _known_cases(opportunities, bounds)
    plans = {
        "leads": lead_cube(_with_conversion(received, opportunities), bounds),
        "responses": response_cube(received, bounds),
        "opportunities": opportunity_cube(_with_lead(standing, leads), bounds),
    }
    if bounds.horizon is not None:
        still_open = aged(standing, leads, activities, bounds)
        plans |= standing_plans(leads, standing, still_open, bounds, bounds.horizon)
        plans |= list_plans(leads, received, standing, still_open, bounds)
    if activities is not None and bounds.horizon is not None:
        plans["intervals"] = _interval_cells(activities, bounds)
        plans |= activity_plans(activities, standing, bounds.horizon, named)
    return plans | trait_plans(received, _with_lead(standing, leads), bounds, traits)


def figure_plans(leads: Frame, opportunities: Frame, bounds: Bounds) -> dict[str, Frame]:
    """The frames of a period of which only the figures by event date are wanted, grouped by the band of leads alone."""
    groups = {name: nothing for name, nothing in _no_groups().items() if name != "priority"}
    received = _received(leads, bounds).with_columns(converted_at=nw.lit(None, nw.Int64), **groups)
    of_leads = leads.select("lead_id", "priority", lead_received_at=nw.col("received_at"))
    unlost = {name: nw.lit(None, nw.String) for name in ("furthest_stage", "competitor")}
    joined = _known_cases(opportunities, bounds).join(of_leads, on="lead_id", how="left")
    cases = joined.with_columns(**groups, **unlost)
    return {"leads": lead_cube(received, bounds), "opportunities": opportunity_cube(cases, bounds)}


def _no_groups() -> dict[str, nw.Expr]:
    return {name: nw.lit(None, nw.String) for name in GROUPED}


def _received(leads: Frame, bounds: Bounds) -> Frame:
    """The leads of the period, without those that were joined to others."""
    return leads.filter(holds("received_at", bounds) & nw.col("duplicate_of").is_null())


def _with_conversion(leads: Frame, opportunities: Frame) -> Frame:
    """The leads with the time at which their first opportunity was opened."""
    of_leads = opportunities.filter(~nw.col("lead_id").is_null())
    first = of_leads.group_by("lead_id").agg(converted_at=nw.col("opened_at").min())
    return leads.join(first, on="lead_id", how="left")


def _with_lead(opportunities: Frame, leads: Frame) -> Frame:
    """The opportunities with what their leads say; the owner is the lead's where they have none."""
    columns = leads.select("lead_id", *GROUPED, *SHOWN_BY.values(), lead_received_at=nw.col("received_at"))
    joined = opportunities.join(columns.rename({"owner": "lead_owner"}), on="lead_id", how="left")
    return joined.with_columns(owner=nw.coalesce("owner", "lead_owner"))


def _known_cases(opportunities: Frame, bounds: Bounds) -> Frame:
    """The opportunities that there were at the time of the review, as they were known then."""
    began, ended = (true(nw.col(name) <= bounds.as_of) for name in ("opened_at", "closed_at"))
    there = opportunities.filter(nw.col("opened_at").is_null() | began | ended)
    still_open = true(nw.col("closed_at") > bounds.as_of)
    as_known = there.with_columns(
        status=nw.when(still_open).then(nw.lit("open")).otherwise(nw.col("status")),
        closed_at=known("closed_at", bounds),
        stage=nw.when(nw.col("status") == "open").then(nw.col("stage")),
        stage_since=nw.when(nw.col("status") == "open").then(nw.col("stage_since")),
    )
    return as_known.with_columns(
        opened=flag(holds("opened_at", bounds)),
        closed=flag(holds("closed_at", bounds) & (nw.col("status") != "open")),
        lost_reason=nw.when(nw.col("status") == "lost").then(nw.col("lost_reason")),
    )


def _interval_cells(activities: Frame, bounds: Bounds) -> Frame:
    paired = activities.with_columns(before=nw.col("occurred_at").shift(1).over("lead_id", order_by="occurred_at"))
    held = paired.filter(holds("occurred_at", bounds) & ~nw.col("before").is_null())
    timed = held.with_columns(hours=((nw.col("occurred_at") - nw.col("before")) // HOUR).cast(nw.Int64))
    return timed.group_by("hours").agg(touches=nw.len())
