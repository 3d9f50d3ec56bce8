"""Time counts in whole seconds; fractions are dropped, whatever the zone and however long ago."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from leadkit.rules.moments import seconds

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ZONES = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES))  # noqa: DTZ001
def test_whole_seconds_since_1970(moment):
    assert seconds(moment) == (moment - EPOCH) // timedelta(seconds=1)
