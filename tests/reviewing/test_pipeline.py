"""What is open and what may come of it, against a plain count of every opportunity."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.reviewing.cases import OpportunityCase
from leadkit.reviewing.pipeline import Estimate, OpenGroup
from leadkit.reviewing.rates import FEW
from leadkit.reviewing.review import Review
from tests.reviewing.made_up import AS_OF, ZONE
from tests.reviewing.test_figures import QUARTER, review_of, there, whole

SEEDS = st.builds(random.Random, st.integers(0, 10**9))
SIZES = st.integers(1, 260)
several = settings(max_examples=60)


def still_open(one: OpportunityCase) -> bool:
    return there(one) and (one.status == "open" or bool(one.closed_at and whole(one.closed_at) > AS_OF))


def stage_of(one: OpportunityCase) -> str | None:
    return one.stage if one.status == "open" else None


def month_of(one: OpportunityCase) -> str | None:
    """The month in which an opportunity should close, as people name it."""
    if one.expected_close is None:
        return None
    day, today = one.expected_close.astimezone(ZONE).date(), AS_OF.astimezone(ZONE).date()
    if day < today:
        return "past"
    months = (day.year - today.year) * 12 + day.month - today.month
    return f"{day:%Y-%m}" if months < 12 else "later"


STAGES = ("assessing", "graded", "planning", "negotiating", "contracting", "signed")


def recent(opportunities: Iterable[OpportunityCase]) -> list[OpportunityCase]:
    """What was closed in the 365 days before the review."""
    since = AS_OF.replace(microsecond=0) - timedelta(days=365)
    return [
        one for one in opportunities if one.status != "open" and one.closed_at and since < whole(one.closed_at) <= AS_OF
    ]


def reached(closed: Iterable[OpportunityCase], stage: str | None) -> list[OpportunityCase]:
    later = STAGES[STAGES.index(stage) :] if stage in STAGES else ()
    return [one for one in closed if one.furthest_stage in later]


def share(one: OpportunityCase, opportunities: Iterable[OpportunityCase]) -> Fraction | None:
    """How often deals like this one were won: of its stage and grade, its stage, its grade, where there are enough."""
    closed = recent(opportunities)
    there_too = reached(closed, stage_of(one))
    of_grade = [[other for other in others if other.grade == one.grade] for others in (there_too, closed)]
    for others in (of_grade[0], there_too, of_grade[1]):
        if len(others) >= FEW:
            return Fraction(sum(other.status == "won" for other in others), len(others))
    return None


def agrees(group: OpenGroup, members: list[OpportunityCase], every: list[OpportunityCase]) -> bool:
    signed = [one for one in members if stage_of(one) == "signed"]
    rest = [one for one in members if stage_of(one) != "signed"]
    shares = [(one, share(one, every)) for one in rest]
    sure = [(one, rate) for one, rate in shares if rate is not None]
    assert group.opportunities == len(members)
    assert group.without_amount == sum(one.amount is None for one in members)
    assert group.amount == sum(one.amount or 0 for one in members)
    assert group.committed == sum(one.amount or 0 for one in signed)
    assert group.left_out == len(rest) - len(sure)
    if rest and not sure:
        return group.likely is None
    likely = sum((Fraction(one.amount or 0) * rate for one, rate in sure), Fraction())
    return abs(Fraction(group.likely.value) - likely) <= Fraction("0.005")


def grouped(review: Review, members: list[OpportunityCase], every: list[OpportunityCase]) -> None:
    """Hold each way of grouping against the opportunities that belong there."""
    ways: dict[str, Any] = {"stages": stage_of, "grades": lambda one: one.grade, "closes": month_of}
    for name, key in ways.items():
        groups = getattr(review.pipeline, name)
        assert {group.key for group in groups} == {key(one) for one in members}
        for group in groups:
            assert agrees(group, [one for one in members if key(one) == group.key], every)


class TestPipeline:
    """Open opportunities by stage, grade and month of closing: number, amount, signed, likely by grade."""

    @several
    @given(SEEDS, SIZES)
    def test_every_group_is_the_plain_count_of_its_members(self, draw, size):
        review, _, opportunities, _ = review_of(draw, size)
        members = [one for one in opportunities if still_open(one)]
        assert agrees(review.pipeline.total, members, opportunities)
        grouped(review, members, opportunities)

    @several
    @given(SEEDS, SIZES)
    def test_what_is_due_closes_before_the_end_of_the_period(self, draw, size):
        review, _, opportunities, _ = review_of(draw, size)
        due = [
            one
            for one in opportunities
            if still_open(one) and one.expected_close and whole(one.expected_close) < QUARTER.end
        ]
        forecast = review.pipeline.forecast
        assert agrees(forecast.due, due, opportunities)
        assert (forecast.won, forecast.won_amount) == (review.total.won, review.total.won_amount)
        if forecast.expected is not None:
            certain = review.total.won_amount + forecast.due.committed
            assert forecast.expected == forecast.due.likely.beside(certain)

    @several
    @given(SEEDS, SIZES)
    def test_a_stage_has_the_rate_of_what_was_closed_after_it_was_reached(self, draw, size):
        review, _, opportunities, _ = review_of(draw, size)
        closed = [one for one in recent(opportunities) if there(one)]
        rates = {
            stage: lk.reviews.Rate(sum(one.status == "won" for one in there_too), len(there_too))
            for stage in STAGES
            if (there_too := reached(closed, stage))
        }
        assert {each.key: each.rate for each in review.pipeline.stage_rates} == rates
        assert [each.key for each in review.pipeline.stage_rates] == list(rates)

    @several
    @given(SEEDS, SIZES)
    def test_an_estimate_lies_between_its_ends_and_the_ends_within_the_amount(self, draw, size):
        pipeline = review_of(draw, size)[0].pipeline
        for group in (pipeline.total, *pipeline.stages, *pipeline.grades, *pipeline.closes):
            if group.likely is not None:
                likely = group.likely
                assert 0 <= likely.low <= likely.value <= likely.high <= group.amount - group.committed

    def test_stages_grades_and_months_stand_in_their_own_order(self):
        pipeline = review_of(random.Random(5), 250)[0].pipeline
        assert [group.key for group in pipeline.stages] == ["assessing", "negotiating", "signed", "报价", None]
        assert [group.key for group in pipeline.grades] == ["A", "B", None]
        months = [group.key for group in pipeline.closes]
        assert (months[0], months[-2:]) == ("past", ["later", None])
        assert months[1:-2] == sorted(months[1:-2])


class TestFewCases:
    """A rate of fewer than thirty closed opportunities gives no estimate; nothing open is nothing likely."""

    def review(self, standard: lk.Policy, closed: int) -> Review:
        start = QUARTER.start + timedelta(days=1)
        opportunities = [
            lk.Opportunity(
                id=f"C{number}",
                grade="A",
                status="won" if number % 2 else "lost",
                lost_reason=None if number % 2 else "price",
                opened_at=start,
                closed_at=start + timedelta(days=2),
            )
            for number in range(closed)
        ]
        opened = lk.Opportunity(id="O", grade="A", amount=Decimal("100.01"), opened_at=start)
        return lk.reviews.review([], [*opportunities, opened], "2023-Q3", policy=standard)

    def test_thirty_are_enough_and_twenty_nine_are_not(self, standard):
        enough, few = self.review(standard, 30).pipeline.total, self.review(standard, 29).pipeline.total
        assert (enough.likely, enough.left_out) == (Estimate(Decimal("50.00"), Decimal("33.16"), Decimal("66.85")), 0)
        assert (few.likely, few.left_out, few.amount) == (None, 1, Decimal("100.01"))

    def test_a_period_that_is_over_has_nothing_due(self, standard):
        forecast = self.review(standard, 30).pipeline.forecast
        assert (forecast.due.opportunities, forecast.expected) == (0, Estimate(*[Decimal(0)] * 3))
