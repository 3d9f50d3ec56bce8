"""The key figures of two quarters as one would write them in Polars on an afternoon; see `review.py`.

Counts, rates, means and medians of the whole and of five dimensions, losses, screening reasons, conversion by month and
by channel within 30, 60 and 90 days, and response times by priority and by owner: what a review holds, but without
intervals, without a look at what is missing or wrong, and without an order.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

DIMENSIONS = ("channel", "industry", "owner", "grade", "priority")
OF_LEAD = ("channel", "industry", "owner", "priority")
VALID, INVALID = ("valid", "converted"), ("invalid", "archived")
WINDOWS = (30, 60, 90)
Frames = list[pl.LazyFrame]


def figures(leads: Path, opportunities: Path, before: datetime, months: list[datetime]) -> list[pl.DataFrame]:
    """Every figure of the period between the first and the last of `months`, and of the one from `before` to it.

    `months` are the starts of its months and its end, which is the time of the review.
    """
    start, end = months[0], months[-1]
    people, deals = pl.scan_parquet(leads), pl.scan_parquet(opportunities)
    first = deals.group_by("lead_id").agg(converted_at=pl.col("opened_at").min())
    people = people.join(first, on="lead_id", how="left")
    deals = deals.join(people.select("lead_id", *OF_LEAD, "received_at"), on="lead_id", how="left")
    deals = deals.filter(pl.col("opened_at") < end).with_columns(
        status=pl.when(pl.col("closed_at") < end).then("status").otherwise(pl.lit("open"))
    )
    wanted = _period(people, deals, start, end) + _period(people, deals, before, start)
    return pl.collect_all(wanted + _once(people, deals, months), engine="streaming")


def _period(people: pl.LazyFrame, deals: pl.LazyFrame, start: datetime, end: datetime) -> Frames:
    received = people.filter(_within("received_at", start, end))
    opened, closed = (deals.filter(_within(name, start, end)) for name in ("opened_at", "closed_at"))
    came, began, ended = _leads(), _opened(), _closed()
    found = [received.select(came), opened.select(began), closed.select(ended)]
    found += [received.group_by(name).agg(came) for name in OF_LEAD]
    return found + [
        frame.group_by(name).agg(what) for name in DIMENSIONS for frame, what in ((opened, began), (closed, ended))
    ]


def _leads() -> list[pl.Expr]:
    return [pl.len().alias("leads"), pl.col("status").is_in(VALID).sum().alias("valid_leads")]


def _opened() -> list[pl.Expr]:
    return [pl.len().alias("opportunities"), (pl.col("grade") == "A").sum().alias("a_opportunities")]


def _closed() -> list[pl.Expr]:
    won = pl.col("status") == "won"
    days = (pl.col("closed_at") - pl.col("opened_at")).dt.total_seconds().filter(won) / 86_400
    amount = pl.col("amount").filter(won)
    return [
        won.sum().alias("won"),
        (pl.col("status") == "lost").sum().alias("lost"),
        amount.sum().alias("won_amount"),
        amount.mean().alias("average_deal_size"),
        days.mean().alias("sales_cycle_days"),
        days.median().alias("sales_cycle_median_days"),
    ]


def _once(people: pl.LazyFrame, deals: pl.LazyFrame, months: list[datetime]) -> Frames:
    """What is only asked of the period itself."""
    start, end = months[0], months[-1]
    received = people.filter(_within("received_at", start, end))
    closed = deals.filter(_within("closed_at", start, end))
    entered = deals.filter(_within("received_at", start, end))
    answered, due = pl.col("first_response_at"), pl.col("response_due_at")
    minutes = ((answered - pl.col("received_at")).dt.total_seconds() // 60).filter(answered < end)
    late = (due < end) & (answered.is_null() | (answered > due))
    times = [pl.len().alias("leads"), late.sum(), minutes.mean().alias("mean"), minutes.median().alias("median")]
    month = pl.sum_horizontal(*((pl.col("received_at") >= one).cast(pl.Int8) for one in months))
    return [
        entered.select(*_opened(), *_closed()),
        closed.filter(pl.col("status") == "lost").group_by("lost_reason").len(),
        received.filter(pl.col("status").is_in(INVALID)).group_by("disqualification_reason").len(),
        received.group_by(month.alias("month")).agg(_converted(end)),
        received.group_by("channel").agg(_converted(end)),
        *(received.group_by(name).agg(times) for name in ("priority", "owner")),
    ]


def _converted(end: datetime) -> list[pl.Expr]:
    found = []
    for days in WINDOWS:
        window, since = timedelta(days=days), pl.col("received_at")
        old = since + window <= end
        soon = (pl.col("converted_at") >= since) & (pl.col("converted_at") < since + window)
        found += [old.sum().alias(f"mature_{days}"), (old & soon).sum().alias(f"converted_{days}")]
    return found


def _within(name: str, start: datetime, end: datetime) -> Any:
    return (pl.col(name) >= start) & (pl.col(name) < end)
