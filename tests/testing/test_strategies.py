"""Strategies: what they make is what a policy takes, and reaches the edges that a policy has."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.policy import Policy, load_policy, shipped
from leadkit.policy.merging import merge
from leadkit.testing.defects import DEFECTS, near_valid_policies
from leadkit.testing.policies import policies
from leadkit.testing.strategies import activities, asked, assessments, lead_records, leads
from tests.conftest import NOW

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
FOUND = settings(QUICK, max_examples=3000, derandomize=True, database=None, phases=[Phase.generate])
RANGES = {"field": "budget", "ranges": {"big": {"at_least": 300, "points": 5}}}
RECENT = {"event": "visit", "points": 1, "within_days": 7}


@pytest.fixture(scope="module", params=shipped())
def policy(request) -> Policy:
    return load_policy(request.param)


@pytest.fixture(scope="module")
def edged() -> Policy:
    """A policy with a threshold at 300 and a window of seven days."""
    return load_policy({"name": "edged", "scoring": {"groups": {"g": {"rules": {"big": RANGES, "recent": RECENT}}}}})


class TestPolicies:
    """Documents that load, and documents with exactly one defect, reported at its path."""

    @QUICK
    @given(policies())
    def test_every_document_loads(self, document):
        load_policy(document)

    @settings(QUICK, max_examples=100)
    @given(near_valid_policies())
    def test_one_defect_is_one_problem_at_its_path(self, near_valid):
        document, path = near_valid
        assert _paths(document) == [path]

    @pytest.mark.parametrize(("path", "defective"), DEFECTS)
    def test_every_defect_is_told_at_its_path(self, path, defective):
        assert _paths(
            merge({"name": "plain", "scoring": {"groups": {"g": {"rules": {"visit": RECENT}}}}}, defective)
        ) == [path]

    def test_every_part_and_every_kind_of_rule_comes_up(self):
        seen = set()

        @settings(QUICK, max_examples=200, derandomize=True, database=None)
        @given(policies())
        def look(document):
            seen.update(_parts(document))

        look()
        assert seen >= {"fields", "screening", "qualification", "table", "grades", "bands", "limit", "floor", "from"}
        assert seen >= {"points", "ranges", "event", "when", "all", "any", "not", "in", "half_life_days", "within_days"}


class TestLeads:
    """Leads are known, missing, None or outside the levels, and hit thresholds from both sides."""

    @QUICK
    @given(st.data())
    def test_a_policy_judges_every_lead(self, policy, data):
        lead = data.draw(leads(policy))
        policy.score(lead, as_of=NOW)
        policy.screen(lead)
        policy.qualify(lead)

    @QUICK
    @given(st.data())
    def test_a_policy_judges_every_record(self, policy, data):
        lead = data.draw(lead_records(policy, NOW))
        policy.score(lead, as_of=NOW)
        policy.screen(lead, as_of=NOW)
        policy.qualify(lead, as_of=NOW)

    @pytest.mark.parametrize("edge", [300, Decimal("299.99"), Decimal("300.01")])
    def test_both_sides_of_a_threshold(self, edged, edge):
        find(leads(edged), lambda lead: lead.get("budget") == edge, settings=FOUND)

    def test_nothing_is_the_simplest(self, policy):
        assert find(leads(policy), lambda _: True) == {}

    @pytest.mark.parametrize("state", ["unknown", "no level", "a level"])
    def test_a_category_in_every_state(self, policy, state):
        name = next(name for name in asked(policy) if policy.facts[name].type == "category")
        value = {"unknown": None, "no level": "no such level", "a level": policy.facts[name].levels[-1]}[state]
        find(leads(policy), lambda lead: name in lead and lead[name] == value, settings=FOUND)

    def test_facts_of_screening_and_qualification_are_asked_for(self, standard):
        assert {"phone_valid", "intent", "days_to_purchase"} <= set(asked(standard))
        assert asked(standard)["budget"] == (Decimal(100_000),)

    @pytest.mark.parametrize("outcome", ["valid", "invalid", "open"])
    def test_records_are_screened_in_every_way(self, standard, outcome):
        records = lead_records(standard, NOW)
        find(records, lambda lead: standard.screen(lead, as_of=NOW).outcome == outcome, settings=FOUND)


class TestActivities:
    """Pairs and mappings around the ends of windows; `future` allows those after `as_of`."""

    @QUICK
    @given(st.data())
    def test_a_policy_counts_them(self, policy, data):
        policy.score({}, data.draw(activities(policy, NOW)), as_of=NOW)

    @QUICK
    @given(st.data())
    def test_without_future_none_is_later(self, policy, data):
        assert all(at <= NOW for at in map(_time, data.draw(activities(policy, NOW, future=False))))

    @pytest.mark.parametrize("age", [0, 7 * 86_400 - 1, 7 * 86_400, 7 * 86_400 + 1, -1])
    def test_the_ends_of_a_window(self, edged, age):
        happened = activities(edged, NOW)
        find(happened, lambda told: any((NOW - _time(one)).total_seconds() == age for one in told), settings=FOUND)

    def test_one_is_told_twice(self, edged):
        def twice(told):
            ids = [one["activity_id"] for one in told if isinstance(one, dict)]
            return len(set(ids)) < len(ids)

        find(activities(edged, NOW), twice, settings=FOUND)


class TestAssessments:
    """Levels, amounts and dates, any of them missing; none where a policy does not grade."""

    @QUICK
    @given(st.data())
    def test_a_policy_grades_them(self, policy, data):
        policy.grade(data.draw(assessments(policy, NOW)), as_of=NOW)

    @pytest.mark.parametrize("grade", ["A", "B", "C", None])
    def test_every_grade_comes_up(self, standard, grade):
        find(assessments(standard, NOW), lambda said: standard.grade(said, as_of=NOW).grade == grade, settings=FOUND)

    @pytest.mark.parametrize("month", [datetime(2023, 10, 30, tzinfo=UTC), datetime(2023, 10, 31, tzinfo=UTC)])
    def test_dates_at_the_end_of_a_month_and_the_day_after(self, standard, month):
        find(
            assessments(standard, NOW), lambda said: said.get("expected_close") in (month, month.date()), settings=FOUND
        )

    def test_none_without_grading(self, edged):
        assert assessments(edged).is_empty


def _paths(document):
    with pytest.raises(lk.PolicyError) as refused:
        load_policy(document)
    return [problem.path for problem in refused.value.problems]


def _parts(document):
    """Every key in a document, however deep."""
    if isinstance(document, dict):
        yield from document
    for inside in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        yield from _parts(inside)


def _time(activity):
    return activity["occurred_at"] if isinstance(activity, dict) else activity[1]
