"""The day of a moment as an engine reckons it is that of the zone's own clock."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import narwhals as nw
import polars as pl
import pytest

from leadkit.adapters.tables.review_days import day, offsets
from leadkit.rules.moments import day_number, seconds

UNTIL = seconds(datetime(2026, 12, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "name", ["Asia/Shanghai", "America/New_York", "Europe/London", "Africa/Casablanca", "Asia/Kathmandu", "UTC"]
)
def test_every_day_is_that_of_the_clock_there(name):
    zone, draw = ZoneInfo(name), random.Random(name)
    edges = [second for second, _ in offsets(zone, UNTIL)]
    moments = [second + shift for second in edges for shift in (-1, 0, 1)]
    moments += [draw.randrange(edges[0], UNTIL) for _ in range(3_000)]
    moments += [seconds(datetime(2024, 3, 10, tzinfo=zone) + timedelta(days=place)) for place in range(250)]
    moments = [moment for moment in moments if edges[0] <= moment <= UNTIL]
    frame = nw.from_native(pl.DataFrame({"at": moments}))
    days = frame.select(day("at", zone, UNTIL)).to_native().to_series().to_list()
    assert days == [day_number(datetime.fromtimestamp(moment, zone).date()) for moment in moments]
