"""A review as JSON: everything that it says is in it, exactly, under keys that stay."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve, fields

import leadkit as lk
from leadkit.reviewing.count import count
from leadkit.reviewing.review import Share, reviewed
from leadkit.reviewing.traits import TRAITS
from tests.reviewing.made_up import AS_OF, QUARTER, ZONE, cases, tables

KEYS = "period as_of currency policy total cohort by losses losses_by rivals screening_reasons unknown_reasons cohorts"
KEYS += " channel_cohorts responses responses_by_owner follow_up_hours_mean follow_up_hours_median pipeline ageing"
KEYS += " duties activity_rates parts targets lists problems previous changes drift spend notes objections"
KEYS += " content_rates overrides measures"
FIGURES = "key leads valid_leads opportunities a_opportunities won lost won_amount average_deal_size conversion_days"
FIGURES += " conversion_median_days sales_cycle_days sales_cycle_median_days"
FIGURES += " valid_rate lead_to_win_rate win_rate pipeline_velocity"


def made_up(seed: int, size: int = 40) -> lk.reviews.Review:
    leads, opportunities, touches = cases(*tables(random.Random(seed), size))
    now, before = (
        count(leads, opportunities, period, as_of=AS_OF, touches=touches) for period in (QUARTER, QUARTER.previous)
    )
    notes = lk.reviews.ReviewNotes(failed=('"价格"\n',))
    return reviewed(now, before, QUARTER, as_of=AS_OF, currency="CNY", policy="ours@1", notes=notes)


def rate(said: dict[str, Any]) -> lk.reviews.Rate:
    return lk.reviews.Rate(said["met"], said["of"])


def figures(said: dict[str, Any]) -> lk.reviews.Figures:
    """The figures that a JSON says, decimals from their text."""
    names = [one.name for one in fields(lk.reviews.Figures)]
    return lk.reviews.Figures(**{
        name: Decimal(said[name]) if isinstance(said[name], str) and name != "key" else said[name] for name in names
    })  # fmt: skip


class TestContent:
    """What JSON says is what the review says, to the last digit."""

    @pytest.mark.parametrize("seed", range(20))
    def test_figures_rates_and_reasons_are_read_back_as_they_were(self, seed):
        review = made_up(seed)
        said = json.loads(json.dumps(review.to_dict(), allow_nan=False))
        assert said == review.to_dict()
        assert (figures(said["total"]), figures(said["cohort"])) == (review.total, review.cohort)
        assert figures(said["previous"]) == review.previous
        assert {name: tuple(map(figures, own)) for name, own in said["by"].items()} == review.by
        shares = [Share(reason=one["reason"], rate=rate(one["rate"])) for one in said["losses"]]
        assert tuple(shares) == review.losses
        assert [[rate(one) for one in cohort["within"]] for cohort in said["cohorts"]] == [
            list(cohort.within) for cohort in review.cohorts
        ]
        assert said["problems"] == review.problems
        assert [one["direction"] for one in said["changes"]] == [one.direction for one in review.changes]

    @pytest.mark.parametrize("seed", range(5))
    def test_a_number_is_an_int_or_exact_text_never_a_float(self, seed):
        def leaves(value: Any):
            inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            return {type(value)}.union(*map(leaves, inner))

        assert leaves(made_up(seed).to_dict()) <= {dict, list, str, int, bool, type(None)}

    def test_a_rate_with_its_interval_and_one_that_there_is_not(self):
        review = made_up(1)
        worked = evolve(review, total=evolve(review.total, won=24, lost=0, valid_leads=320, leads=0))
        said = worked.to_dict()["total"]
        wanted = {"met": 24, "of": 320, "value": "0.075000", "low": "0.050915", "high": "0.109168", "small": False}
        assert said["lead_to_win_rate"] == wanted
        assert said["valid_rate"] == {"met": 320, "of": 0, "value": None, "low": None, "high": None, "small": True}

    def test_the_time_of_the_review_is_in_utc(self):
        review = made_up(1)
        assert evolve(review, as_of=AS_OF.astimezone(ZONE)).to_dict() == review.to_dict()

    def test_times_texts_and_large_amounts(self):
        said = made_up(1).to_dict()
        assert said["period"] == {
            "label": "2023-Q3",
            "start": "2023-07-01T00:00:00+08:00",
            "end": "2023-10-01T00:00:00+08:00",
            "zone": "Asia/Shanghai",
        }
        assert said["as_of"] == "2023-09-01T12:00:00.500000+00:00"
        assert said["notes"] == {"worked": [], "failed": ['"价格"\n'], "improve": []}


class TestKeys:
    """The keys are a promise."""

    def test_they_are_these_in_this_order(self):
        said = made_up(1).to_dict()
        assert list(said) == KEYS.split()
        assert list(said["total"]) == FIGURES.split()
        assert list(said["by"]) == ["channel", "industry", "owner", "grade", "priority", *TRAITS]
        assert list(said["losses"][0]) == ["reason", "rate"]
        assert list(said["cohorts"][0]) == ["key", "leads", "within", "immature"]
        assert list(said["responses"][0]) == ["key", "answered", "late", "mean_minutes", "median_minutes"]
        assert list(said["changes"][0]) == ["name", "before", "now", "direction"]

    def test_without_a_period_before(self):
        leads, opportunities, _ = cases(*tables(random.Random(1), 5))
        alone = reviewed(count(leads, opportunities, QUARTER, as_of=AS_OF), None, QUARTER, as_of=AS_OF, currency="CNY")
        said = alone.to_dict()
        assert (list(said), said["previous"], said["changes"]) == (KEYS.split(), None, [])
