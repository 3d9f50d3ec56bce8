"""Win rates with and without each activity, against a plain count of every closed opportunity."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.reviewing.cases import OpportunityCase
from leadkit.reviewing.rates import change_of_rate
from leadkit.reviewing.view import view
from tests.reviewing.made_up import AS_OF, QUARTER
from tests.reviewing.test_figures import review_of, whole

SEEDS = st.builds(random.Random, st.integers(0, 10**9))
SIZES = st.integers(1, 260)
several = settings(max_examples=60)


def recent(opportunities: Iterable[OpportunityCase]) -> list[OpportunityCase]:
    """What was closed in the 365 days before the review."""
    since = AS_OF.replace(microsecond=0) - timedelta(days=365)
    return [
        one for one in opportunities if one.status != "open" and one.closed_at and since < whole(one.closed_at) <= AS_OF
    ]


def won(members: list[OpportunityCase]) -> lk.reviews.Rate:
    return lk.reviews.Rate(sum(one.status == "won" for one in members), len(members))


class TestRates:
    """Win rate with and without each kind and means, by grade, with the numbers of both sides."""

    @several
    @given(SEEDS, SIZES)
    def test_both_sides_are_the_plain_counts(self, draw, size):
        review, _, opportunities, _ = review_of(draw, size)
        closed = recent(opportunities)
        for name, rates in (("kinds", review.activity_rates.kinds), ("means", review.activity_rates.means)):
            there = {each for one in closed for each in getattr(one, name) if each.strip()}
            grades = {one.grade for one in closed}
            assert {(rate.name, rate.whole, rate.grade) for rate in rates} == {
                (each, whole_, grade)
                for each in there
                for whole_, grade in [(True, None), *((False, g) for g in grades)]
            }
            for rate in rates:
                members = [one for one in closed if rate.whole or one.grade == rate.grade]
                assert rate.won_with == won([one for one in members if rate.name in getattr(one, name)])
                assert rate.won_without == won([one for one in members if rate.name not in getattr(one, name)])

    @several
    @given(SEEDS, SIZES)
    def test_a_direction_needs_thirty_cases_on_both_sides(self, draw, size):
        rates = review_of(draw, size)[0].activity_rates
        for rate in (*rates.kinds, *rates.means):
            if rate.won_with.of < 30 or rate.won_without.of < 30:
                assert rate.direction is None
            else:
                assert rate.direction == change_of_rate(rate.won_without, rate.won_with)


class TestRecords:
    """An activity counts that came by the time of closing; the words never name a cause."""

    @pytest.fixture
    def review(self, standard) -> lk.reviews.Review:
        opened, closed = QUARTER.start, QUARTER.start + timedelta(days=9)
        opportunities: list[Any] = [
            lk.Opportunity(
                id=f"O{number}",
                lead_id=f"L{number}",
                grade="B",
                status="won" if number % 3 else "lost",
                lost_reason=None if number % 3 else "price",
                opened_at=opened,
                closed_at=closed,
            )
            for number in range(80)
        ]
        visits = [
            lk.Activity(
                id=f"V{number}",
                lead_id=f"L{number}",
                kind="visit",
                means="拜访",
                occurred_at=closed + timedelta(seconds=number < 40) if number % 3 else closed + timedelta(days=1),
            )
            for number in range(80)
        ]
        return lk.reviews.review([], opportunities, QUARTER, policy=standard, activities=visits)

    def test_what_came_after_closing_does_not_count(self, review):
        visit, of_b = review.activity_rates.kinds
        assert (visit.won_with, visit.won_without) == (lk.reviews.Rate(27, 27), lk.reviews.Rate(26, 53))
        assert (of_b.grade, of_b.won_with, visit.direction) == ("B", visit.won_with, None)

    def test_too_few_are_said_so_and_no_cause_is_named(self, review):
        shown = {section.name: section for section in view(review, "en").sections}
        activities = shown["activities"]
        assert activities.tables[0].rows[0][-1] == "too few"
        words = " ".join([activities.title, *(table.title for table in activities.tables)]).lower()
        assert "because" not in words
        assert "not what caused it" in activities.about
