"""What a table engine groups of what stands at the time of a review: open deals, and responses as duties."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any

from leadkit.adapters.tables.review_days import day, offsets
from leadkit.adapters.tables.review_expressions import flag, holds, known, true
from leadkit.errors import MissingExtraError
from leadkit.process.states import IN_QUEUE
from leadkit.reviewing.bounds import Bounds
from leadkit.reviewing.case_lists import MOST
from leadkit.reviewing.count import DAY
from leadkit.reviewing.horizon import Horizon
from leadkit.reviewing.standing import AGES, DEAL_AGES, RESPONSE

try:
    import narwhals as nw
except ImportError:
    raise MissingExtraError.of("narwhals", "polars") from None

Frame = nw.LazyFrame[Any]
DAYS = ("days_open", "days_in_stage", "days_untouched")
PLANS = {"kind": "kinds", "means": "means"}
"""What the cells of each name of an activity are called."""


def standing_plans(
    leads: Frame, opportunities: Frame, still_open: Frame, bounds: Bounds, horizon: Horizon
) -> dict[str, Frame]:
    """The frames of cells to collect; `opportunities` are those there were, as they were known at the time."""
    ages = still_open.with_columns(
        opened=_age(nw.col("days_open")), staged=_age(nw.col("days_in_stage")), touched=_age(nw.col("days_untouched"))
    )
    return {
        "pipeline": _pipeline_cells(opportunities, horizon),
        "ages": ages.group_by("stage", "owner", "opened", "staged", "touched").agg(opportunities=nw.len()),
        "duties": _duty_cells(leads, bounds),
    }


def aged(opportunities: Frame, leads: Frame, activities: Frame | None, bounds: Bounds) -> Frame:
    """The open opportunities with their owner, and with how old they are in days."""
    still_open = opportunities.filter(nw.col("status") == "open")
    owners = leads.select("lead_id", lead_owner=nw.col("owner"))
    owned = still_open.join(owners, on="lead_id", how="left").with_columns(owner=nw.coalesce("owner", "lead_owner"))
    if activities is None:
        touched = owned.with_columns(touched_at=nw.lit(None, nw.Int64))
    else:
        past = activities.filter(nw.col("occurred_at") <= bounds.as_of)
        latest = past.group_by("lead_id").agg(touched_at=nw.col("occurred_at").max())
        touched = owned.join(latest, on="lead_id", how="left")
    return touched.with_columns(
        days_open=_days_since("opened_at", bounds),
        days_in_stage=_days_since("stage_since", bounds),
        days_untouched=_days_since("touched_at", bounds),
    )


def _days_since(name: str, bounds: Bounds) -> nw.Expr:
    today = (bounds.as_of + offsets(bounds.zone, bounds.as_of)[-1][1]) // DAY
    return nw.when(nw.col(name) <= bounds.as_of).then(today - day(name, bounds.zone, bounds.as_of))


def _age(days: nw.Expr) -> nw.Expr:
    return nw.when(~days.is_null()).then(reduce(add, (flag(days > limit) for limit in DEAL_AGES)))


def activity_plans(activities: Frame, opportunities: Frame, horizon: Horizon, named: Sequence[str]) -> dict[str, Frame]:
    """The frames of cells of closed opportunities by what they went with, for each of the names of activities."""
    closed = opportunities.filter((nw.col("status") != "open") & true(nw.col("closed_at") > horizon.since))
    deals = closed.select("opportunity_id", "lead_id", "grade", "status", "closed_at")
    before = deals.join(activities, on="lead_id", how="inner").filter(nw.col("occurred_at") <= nw.col("closed_at"))
    return {PLANS[name]: _activity_cells(before, name) for name in named}


def _activity_cells(before: Frame, name: str) -> Frame:
    there = before.filter(~nw.col(name).is_null()).select("opportunity_id", "grade", "status", name=nw.col(name))
    each = there.group_by("opportunity_id", "grade", "status", "name").agg(times=nw.len())
    return each.group_by("name", "grade", "status").agg(opportunities=nw.len())


def list_plans(
    leads: Frame, received: Frame, opportunities: Frame, still_open: Frame, bounds: Bounds
) -> dict[str, Frame]:
    """The first cases by id behind each number, as frames of `id`, `owner` and `note`."""
    overdue = _duties(leads, bounds).filter(nw.col("outcome") == "overdue")
    is_lost = (nw.col("status") == "lost") & (nw.col("closed") == 1)
    nothing = nw.lit(None, nw.String)
    return {
        "list_lost": _deals(opportunities.filter(is_lost), nw.col("lost_reason"), leads),
        "list_open": _first(_listed(still_open, "opportunity_id", nw.col("stage"), *DAYS)),
        "list_overdue": _first(_listed(overdue, "lead_id", nw.col("kind"))),
        "list_unassigned": _first(_listed(received.filter(nw.col("owner").is_null()), "lead_id", nothing)),
    }


def _deals(cases: Frame, note: nw.Expr, leads: Frame) -> Frame:
    """The first opportunities; only these look for the owner of their lead."""
    first = _first(_listed(cases, "opportunity_id", note, "lead_id"))
    owners = leads.select("lead_id", lead_owner=nw.col("owner"))
    return first.join(owners, on="lead_id", how="left").select(
        "id", owner=nw.coalesce("owner", "lead_owner"), note="note"
    )


def _listed(cases: Frame, key: str, note: nw.Expr, *others: str) -> Frame:
    return cases.select(*others, id=nw.col(key).cast(nw.String), owner=nw.col("owner"), note=note)


def _first(cases: Frame) -> Frame:
    return cases.sort("id").head(MOST)


def _pipeline_cells(opportunities: Frame, horizon: Horizon) -> Frame:
    close, is_open = nw.col("expected_close"), nw.col("status") == "open"
    place = reduce(add, (flag(close >= start) for start in horizon.starts))
    due = nw.lit(0) if horizon.due_before is None else flag(is_open & (close < horizon.due_before))
    keyed = opportunities.filter(true(is_open | (nw.col("closed_at") > horizon.since))).with_columns(
        stage=nw.when(is_open).then(nw.col("stage")).otherwise(nw.col("furthest_stage")),
        close=nw.when(is_open & ~close.is_null()).then(place),
        due=due,
    )
    amount = nw.col("amount")
    return keyed.group_by("status", "grade", "stage", "close", "due").agg(
        opportunities=nw.len(), amounts=amount.count(), cents=amount.sum()
    )


def _duties(leads: Frame, bounds: Bounds) -> Frame:
    """The responses whose time has passed by the time of the review."""
    timed = leads.filter(
        nw.col("duplicate_of").is_null() & true(nw.col("response_due_at") <= bounds.as_of)
    ).with_columns(
        answered=known("first_response_at", bounds),
        over=bounds.as_of - nw.col("response_due_at"),
        due=flag(holds("response_due_at", bounds)),
    )
    answered = nw.col("answered")
    waits = answered.is_null() & nw.col("status").is_in(IN_QUEUE)
    met = nw.when(answered > nw.col("response_due_at")).then(nw.lit("late")).otherwise(nw.lit("in_time"))
    unmet = nw.when(waits).then(nw.lit("overdue")).otherwise(nw.lit("missed"))
    return timed.with_columns(
        kind=nw.lit(RESPONSE),
        outcome=nw.when(answered.is_null()).then(unmet).otherwise(met),
        age=nw.when(waits).then(reduce(add, (flag(nw.col("over") > days * DAY) for days in AGES))),
    )


def _duty_cells(leads: Frame, bounds: Bounds) -> Frame:
    keyed = _duties(leads, bounds)
    shown = keyed.filter((nw.col("due") == 1) | (nw.col("outcome") == "overdue"))
    return shown.group_by("kind", "owner", "outcome", "age", "due").agg(duties=nw.len())
