"""Every policy that the language can say, against scoring as one would write it down by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.testing.policies import SUBJECTS, policies
from leadkit.testing.strategies import leads
from tests.conftest import NOW
from tests.scoring.reference import Case, Happened

DAY = 86_400
AGES = st.integers(-3, 80 * DAY) | st.builds(
    lambda days, seconds: days * DAY + seconds, st.integers(0, 61), st.integers(-1, 1)
)
EVENTS = st.lists(
    st.builds(
        Happened,
        st.sampled_from(["visit", "call", "webinar"]),
        AGES,
        st.sampled_from([None, "", "other", *SUBJECTS]),
        st.none() | st.integers(0, 101).map(Decimal) | st.sampled_from([49.99, 50.0, 100.5]),
    ),
    max_size=8,
)


def compared(document: dict[str, Any], lead: dict[str, Any], events: list[Happened]) -> None:
    policy = lk.load_policy(document)
    levels = {name: fact.levels for name, fact in policy.facts.items() if fact.levels}
    expected = Case(document, levels, lead, events, NOW)
    score = policy.score(lead, [event.told(NOW) for event in events], as_of=NOW)
    assert score.points == expected.total()
    assert score.bands == expected.outcomes()
    assert sum(row.points for row in score.contributions) == score.points


@given(st.data())
@settings(suppress_health_check=list(HealthCheck), max_examples=100)
def test_random_policies_and_leads(data: st.DataObject):
    document = data.draw(policies())
    policy = lk.load_policy(document)
    for _ in range(5):
        compared(document, data.draw(leads(policy)), data.draw(EVENTS))


@pytest.mark.heavy
@given(st.data())
@settings(suppress_health_check=list(HealthCheck), max_examples=5_000, deadline=None)
def test_fifty_thousand_pairs(data: st.DataObject):
    document = data.draw(policies())
    policy = lk.load_policy(document)
    for _ in range(10):
        compared(document, data.draw(leads(policy)), data.draw(EVENTS))
