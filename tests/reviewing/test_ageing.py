"""How old open deals are, and what is amiss in the data, against a plain count."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from leadkit.reviewing.cases import LeadCase, OpportunityCase
from leadkit.reviewing.count import count
from leadkit.reviewing.review import Review, reviewed
from tests.reviewing.made_up import AS_OF, ZONE
from tests.reviewing.test_figures import QUARTER, review_of, whole
from tests.reviewing.test_pipeline import stage_of, still_open

SEEDS = st.builds(random.Random, st.integers(0, 10**9))


def days(moment: datetime | None) -> int | None:
    if moment is None or whole(moment) > AS_OF:
        return None
    return (AS_OF.astimezone(ZONE).date() - moment.astimezone(ZONE).date()).days


def ages(one: OpportunityCase) -> dict[str, int | None]:
    since = one.stage_since if one.status == "open" else None
    return {"opened": days(one.opened_at), "staged": days(since), "touched": days(one.last_touch_at)}


class TestAgeing:
    """Open deals by stage and by owner: how many are up to 7, 30 and 90 days old, and older."""

    @settings(max_examples=60)
    @given(SEEDS, st.integers(1, 120))
    def test_every_group_is_the_plain_count_of_its_members(self, draw, size):
        review, _, opportunities, _ = review_of(draw, size)
        members = [one for one in opportunities if still_open(one)]
        keys: dict[str, Any] = {"total": lambda one: None, "stages": stage_of, "owners": lambda one: one.owner}
        for name, key in keys.items():
            groups = getattr(review.ageing, name)
            assert {group.key for group in groups} == {key(one) for one in members}
            for group in groups:
                known = [ages(one)[group.since] for one in members if key(one) == group.key]
                limits = [(-(10**6), 7), (7, 30), (30, 90), (90, 10**6)]
                counted = [sum(age is not None and low < age <= high for age in known) for low, high in limits]
                assert (list(group.ages), group.unknown) == (counted, known.count(None))
                assert group.opportunities == len(known)

    @settings(max_examples=30)
    @given(SEEDS, st.integers(1, 60))
    def test_the_list_has_the_days_of_each(self, draw, size):
        review, _, opportunities, _ = review_of(draw, size)
        by_id = {one.id: tuple(ages(one).values()) for one in opportunities}
        for case in review.lists["open"].cases:
            assert by_id[case.id] == (case.days_open, case.days_in_stage, case.days_untouched)


class TestProblems:
    """Data that says less than it seems to is named."""

    def review(self, leads: list[LeadCase], opportunities: list[OpportunityCase]) -> Review:
        cells, before = (count(leads, opportunities, one, as_of=AS_OF) for one in (QUARTER, QUARTER.previous))
        return reviewed(cells, before, QUARTER, as_of=AS_OF, currency="CNY")

    def won(self, number: int, status: str = "won", grade: str | None = "A") -> OpportunityCase:
        at = QUARTER.start + timedelta(days=3)
        return OpportunityCase(id=str(number), status=status, grade=grade, opened_at=at, closed_at=at)

    def test_ten_won_and_none_lost(self):
        deals = [self.won(number) for number in range(10)]
        assert self.review([], deals).problems["won_only"] == 10
        assert "won_only" not in self.review([], deals[1:]).problems
        assert "won_only" not in self.review([], [*deals, self.won(10, "lost")]).problems

    def test_a_closed_deal_without_a_grade(self):
        review = self.review([], [self.won(1, grade=None), self.won(2), self.won(3, "open", None)])
        assert review.problems["closed_without_grade"] == 1

    def test_months_before_the_first_lead(self):
        august = LeadCase(id="1", received_at=datetime(2023, 8, 2, tzinfo=ZONE))
        april = LeadCase(id="2", received_at=datetime(2023, 4, 30, tzinfo=ZONE))
        assert self.review([august], []).problems["months_before_the_first_lead"] == 4
        assert "months_before_the_first_lead" not in self.review([august, april], []).problems
        assert "months_before_the_first_lead" not in self.review([], []).problems
