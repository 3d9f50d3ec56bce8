"""Activities in any form, zone and list count as the whole seconds that they become, around every edge of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.errors import FactError
from leadkit.rules.moments import EPOCH

WINDOWS = (1, 2, 30)
PLAIN = {"visit": {"event": "visit", "points": 1}, "call": {"event": "call", "points": 1}}
WINDOWED = {
    **{f"visit_{days}": {"event": "visit", "points": 1, "within_days": days} for days in WINDOWS},
    "calls": {"event": "call", "points": 1, "within_days": 2, "times": 3},
    "silence": {"silent_days": 30, "points": -1},
}
FADING = {
    "visit": {"event": "visit", "points": 1, "within_days": 2, "half_life_days": 1},
    "call": {"event": "call", "points": 1, "fades_over_days": 30},
}
HALVING = {kind: {"event": kind, "points": 1, "half_life_days": 1} for kind in ("visit", "call")}


def policy_of(rules: dict[str, Any]) -> lk.Policy:
    bands = {"priority": {"high": 60, "low": 0}}
    return lk.load_policy({"name": "any", "scoring": {"groups": {"g": {"rules": rules}}, "bands": bands}})


POLICIES = [policy_of(rules) for rules in (PLAIN, WINDOWED, FADING, HALVING)]
NAMES = ["counting", "windows", "fading", "halving"]
ZONES = [
    UTC,
    timezone(timedelta(hours=8)),
    timezone(timedelta(microseconds=-7)),
    ZoneInfo("America/New_York"),
    ZoneInfo("Europe/Berlin"),
]
CHANGES = [
    datetime(2026, month, day, hour, tzinfo=UTC)
    for month, day, hour in [(3, 8, 7), (3, 29, 1), (10, 25, 1), (11, 1, 6)]
]
"""When the clocks of these zones are changed."""
MICROSECONDS = st.sampled_from([-1, 0, 0, 1, 500_000, 999_999])
as_ofs = st.builds(
    lambda change, days, minutes, micros: change + timedelta(days, 0, micros, minutes=minutes),
    st.sampled_from(CHANGES),
    st.sampled_from([0, 1, 2, 2, 30]),
    st.sampled_from([-1_440, -60, -30, 0, 30, 60, 1_440]),
    MICROSECONDS,
)
ages = st.builds(
    lambda days, minutes, seconds, micros: timedelta(days, seconds, micros, minutes=minutes),
    st.sampled_from([0, *WINDOWS]),
    st.sampled_from([0, 0, -90, -60, -30, 30, 60, 90]),
    st.sampled_from([-1, 0, 0, 1]),
    MICROSECONDS,
)
happened = st.lists(
    st.tuples(st.sampled_from(["visit", "visit", "call", "other"]), ages, st.booleans()), min_size=8, max_size=20
)


def in_seconds(moment: datetime) -> int:
    return (moment.astimezone(UTC) - EPOCH) // timedelta(seconds=1)


@pytest.mark.parametrize("policy", POLICIES, ids=NAMES)
@example(
    as_of=CHANGES[0] + timedelta(2), there=ZONES[3], at_home=True, events=[("visit", timedelta(2, minutes=30), False)]
)
@given(as_of=as_ofs, there=st.sampled_from([*ZONES, *ZONES[3:], *ZONES[3:]]), at_home=st.booleans(), events=happened)
def test_moments_count_as_the_seconds_that_they_become(policy, as_of, there, at_home, events):
    pairs = [(kind, (as_of - age).astimezone(UTC if abroad else there)) for kind, age, abroad in events]
    as_of = as_of.astimezone(there) if at_home else as_of
    expected = policy.scorer.evaluate({}, [(kind, in_seconds(at)) for kind, at in pairs], in_seconds(as_of))
    records = [lk.Activity(id=f"{n}", lead_id="L", kind=kind, occurred_at=at) for n, (kind, at) in enumerate(pairs)]
    mappings = [{"id": n, "kind": kind, "occurred_at": at} for n, (kind, at) in enumerate(pairs)]
    forms = [pairs, tuple(pairs), iter(pairs), records, mappings, [*mappings, *mappings[:1]], [*records, *records[:1]]]
    for activities in forms:
        assert policy.score({}, activities, as_of=as_of).numbers == expected
    both = policy.scorer.evaluate({}, [(kind, in_seconds(at)) for kind, at in [*pairs, *pairs]], in_seconds(as_of))
    for activities in ([*pairs, *records], [*records, *pairs], [*mappings, *pairs]):
        assert policy.score({}, activities, as_of=as_of).numbers == both


class Later:
    """No datetime, though it compares with one."""

    tzinfo = UTC

    def __gt__(self, other: object) -> bool:
        return False

    __lt__ = __ge__ = __le__ = __gt__


@pytest.mark.parametrize("policy", POLICIES, ids=NAMES)
@pytest.mark.parametrize("kind", ["visit", "other"])
@pytest.mark.parametrize("at", [Later(), None, 3, datetime(2026, 3, 1)])  # noqa: DTZ001
def test_what_is_no_moment_is_refused_in_every_form(policy, kind, at):
    now = datetime(2026, 3, 8, tzinfo=UTC)
    for activities in ([(kind, at)], ((kind, at),), [{"kind": kind, "occurred_at": at}], iter([(kind, at)])):
        with pytest.raises(FactError, match="occurred_at"):
            policy.score({}, activities, as_of=now)


@pytest.mark.parametrize("policy", POLICIES, ids=NAMES)
def test_an_activity_of_another_lead_is_refused(policy):
    now = datetime(2026, 3, 8, tzinfo=UTC)
    records = [lk.Activity(id=f"{n}", lead_id=f"L{n}", kind="visit", occurred_at=now) for n in range(2)]
    mappings = [{"id": n, "lead_id": f"L{n}", "kind": "visit", "occurred_at": now} for n in range(2)]
    for activities in (records, mappings, records[1:], mappings[1:]):
        with pytest.raises(FactError, match="another lead"):
            policy.score(lk.Lead(id="L0"), activities, as_of=now)
        assert policy.score({}, activities, as_of=now).numbers
    assert (
        policy.score(lk.Lead(id="L0"), records[:1], as_of=now).numbers
        == policy.score({}, mappings[:1], as_of=now).numbers
    )


@pytest.mark.parametrize("as_of", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=ZONES[3])])
def test_the_ends_of_time(as_of):
    """Windows that begin before the year 1, and days after the last."""
    for policy in POLICIES:
        events = [("visit", as_of)]
        assert policy.score({}, events, as_of=as_of).numbers == policy.score({}, iter(events), as_of=as_of).numbers
