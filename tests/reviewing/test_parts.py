"""The parts of a period and its targets, against plain counts of each part."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.policy.review import Targets
from leadkit.reviewing.count import count
from leadkit.reviewing.period import read_period
from leadkit.reviewing.review import reviewed
from tests.reviewing.made_up import AS_OF, ZONE, cases, tables
from tests.reviewing.test_figures import naive_counts

SEEDS = st.builds(random.Random, st.integers(0, 10**9))
SIZES = st.integers(1, 120)
PERIODS = st.sampled_from(["2023-Q3", "2023-08", "2023-06", "2023", "2023-07-15..2023-08-20", "2023-06-01..2023-09-01"])
TARGETS = Targets(leads=10, won=2, won_amount=Decimal("1000.50"))
several = settings(max_examples=60)


class TestParts:
    """Weeks of a month, quarters of a year, months of all else, next to each other without a gap."""

    @given(PERIODS)
    def test_they_cover_the_period(self, name):
        period = read_period(name, ZONE)
        parts = period.parts
        assert (parts[0].first, parts[-1].last) == (period.first, period.last)
        assert all(before.last == after.first for before, after in pairwise(parts))

    @pytest.mark.parametrize(
        ("name", "labels"),
        [
            ("2023", ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4"]),
            ("2023-Q3", ["2023-07", "2023-08", "2023-09"]),
            ("2023-07-15..2023-09-01", ["2023-07-15 – 2023-07-31", "2023-08"]),
            (
                "2023-02",
                [
                    "2023-02-01 – 2023-02-05",
                    "2023-02-06 – 2023-02-12",
                    "2023-02-13 – 2023-02-19",
                    "2023-02-20 – 2023-02-26",
                    "2023-02-27 – 2023-02-28",
                ],
            ),
        ],
    )
    def test_what_they_are_called(self, name, labels):
        assert [part.label() for part in read_period(name, ZONE).parts] == labels

    @given(st.dates(date(2000, 1, 1), date(2030, 1, 1)))
    def test_a_week_begins_on_monday(self, day):
        weeks = read_period(f"{day:%Y-%m}", ZONE).parts
        assert all(week.first.weekday() == 0 for week in weeks[1:])
        assert all(week.last - week.first <= timedelta(days=7) for week in weeks)


class TestFigures:
    """Each part is what its own period counts, and all of them add up to the whole."""

    @several
    @given(SEEDS, SIZES, PERIODS)
    def test_each_part_is_the_plain_count_of_its_own_period(self, draw, size, name):
        leads, opportunities, _ = cases(*tables(draw, size))
        period = read_period(name, ZONE)
        review = reviewed(
            count(leads, opportunities, period, as_of=AS_OF), None, period, as_of=AS_OF, currency="CNY", targets=TARGETS
        )
        for part in review.parts:
            plain = naive_counts(leads, opportunities, part.period, "event")
            for figure in ("leads", "valid_leads", "opportunities", "won", "lost", "won_amount"):
                assert getattr(part, figure) == plain[figure], figure
            assert part.win_rate == lk.reviews.Rate(plain["won"], plain["won"] + plain["lost"])
            assert part.over == (part.period.end <= AS_OF)
        for figure in ("leads", "valid_leads", "opportunities", "won", "lost", "won_amount"):
            assert sum(getattr(part, figure) for part in review.parts) == getattr(review.total, figure)

    @several
    @given(SEEDS, SIZES, PERIODS)
    def test_a_target_is_that_of_a_month_times_the_months(self, draw, size, name):
        leads, opportunities, _ = cases(*tables(draw, size))
        period = read_period(name, ZONE)
        review = reviewed(
            count(leads, opportunities, period, as_of=AS_OF), None, period, as_of=AS_OF, currency="CNY", targets=TARGETS
        )
        for span, figures, targets in (
            (period, review.total, review.targets),
            *((part.period, part, part.targets) for part in review.parts),
        ):
            months = span.months or 0
            assert [(each.name, each.target) for each in targets] == (
                [("leads", 10 * months), ("won", 2 * months), ("won_amount", Decimal("1000.50") * months)]
                if months
                else []
            )
            for each in targets:
                assert each.actual == getattr(figures, each.name)
                assert each.difference == each.actual - each.target


class TestPolicy:
    """`[review.targets]` is strict, its errors name their place, and it decides nothing."""

    def policy(self, **targets: object) -> lk.Policy:
        return lk.load_policy({"name": "ours", "extends": "standard", "review": {"targets": targets}})

    @pytest.mark.parametrize(
        ("targets", "place"),
        [
            ({"leads": 0}, "review.targets.leads"),
            ({"leads": "100"}, "review.targets.leads"),
            ({"won": 1.5}, "review.targets.won"),
            ({"won_amount": -1}, "review.targets.won_amount"),
            ({"wins": 3}, "review.targets.wins"),
        ],
    )
    def test_what_is_no_target_is_refused_with_its_place(self, targets, place):
        with pytest.raises(lk.errors.PolicyError, match=place.replace(".", r"\.")):
            self.policy(**targets)

    def test_it_changes_no_hash(self, standard):
        assert self.policy(leads=7).hash == self.policy().hash

    def test_records_and_the_policy_come_together(self):
        targets = lk.reviews.review([], [], "2023-Q3", policy=self.policy(won_amount=2_000_000)).targets
        assert [(each.name, each.target, each.difference) for each in targets] == [
            ("won_amount", Decimal(6_000_000), Decimal(-6_000_000))
        ]
