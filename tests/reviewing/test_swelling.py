"""The alarm that the best band swells: its share of the leads rose by more than chance explains."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from leadkit.adapters.tables.review_polars import review

NOW = datetime(2023, 10, 1, tzinfo=UTC)


def leads(month: int, high: int, low: int) -> list[dict[str, object]]:
    at = datetime(2023, month, 5, tzinfo=UTC)
    bands = ["high"] * high + ["low"] * low
    return [
        {"lead_id": f"{month}-{n}", "received_at": at, "status": "valid", "priority": band}
        for n, band in enumerate(bands)
    ]


@pytest.mark.parametrize(
    ("before", "now", "alarm"),
    [
        ((10, 90), (30, 70), 30),
        ((10, 90), (13, 87), 0),
        ((30, 70), (10, 90), 0),
        ((0, 0), (50, 0), 0),
        ((1, 9), (3, 7), 0),
    ],
)
def test_it_is_raised_where_it_is_no_chance(before, now, alarm):
    frame = pl.DataFrame([*leads(8, *before), *leads(9, *now)])
    none = {"opportunity_id": pl.String, "status": pl.String, "opened_at": pl.Datetime, "closed_at": pl.Datetime}
    found = review(frame, pl.DataFrame(schema=none), "2023-09", as_of=NOW)
    assert found.problems.get("top_band_swells", 0) == alarm
