"""Drift: what moved since a day by more than chance, and what did not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.reviewing.calibration_order import concordance, has_fallen
from leadkit.reviewing.drift_lines import drift_lines

SINCE = datetime(2025, 7, 1, tzinfo=UTC)
RATES = {"large": 0.7, "medium": 0.4, "small": 0.15}


def cases(number: int, days: int, seed: int, *, sizes: str = "lms", rates: dict[str, float] = RATES) -> list:
    """Cases opened `days` from the day, with sizes drawn from the first letters and won at these rates."""
    dice, names = Random(seed), {"l": "large", "m": "medium", "s": "small"}
    made = []
    for place in range(number):
        size = names[dice.choice(sizes)]
        at = SINCE + timedelta(days=days, minutes=place)
        made.append(lk.reviews.Outcome(lead={"company_size": size}, won=dice.random() < rates[size], at=at))
    return made


class TestDrift:
    """Before and since, counted case by case."""

    @settings(max_examples=20)
    @given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 9))
    def test_every_case_is_on_one_side_and_of_one_level(self, standard, before, now, seed):
        found = lk.reviews.drift(standard, [*cases(before, -40, seed), *cases(now, 0, seed + 1)], since=SINCE)
        assert (found.before.of, found.now.of) == (before, now)
        assert (found.verdict == "not_enough_data") == (before < 30 or now < 30)
        sizes = [row for row in found.rules if row.name == "company_size"]
        assert sum(row.share_before.met for row in sizes) == before
        assert sum(row.rate_now.met for row in sizes) == found.now.met

    def test_nothing_moves_by_chance_alone(self, standard):
        verdicts = [
            lk.reviews.drift(standard, [*cases(300, -40, seed), *cases(150, 0, 100 + seed)], since=SINCE).verdict
            for seed in range(20)
        ]
        assert verdicts.count("steady") >= 16

    @pytest.mark.parametrize(("before", "now"), [(40, 800), (800, 40), (200, 200)])
    def test_an_order_that_stays_hardly_ever_falls(self, before, now):
        dice, falls, times = Random(before), 0, 300
        for _ in range(times):
            orders = [
                concordance(
                    (Decimal(round(100 * dice.gauss(won, 1))), won)
                    for won in (dice.random() < 0.4 for _ in range(number))
                )
                for number in (before, now)
            ]
            falls += has_fallen(*orders)
        assert falls / times < 0.06

    def test_an_order_that_is_lost_falls(self, standard):
        alike = dict.fromkeys(RATES, 0.42)
        found = lk.reviews.drift(standard, [*cases(300, -40, 1), *cases(300, 0, 2, rates=alike)], since=SINCE)
        assert has_fallen(found.order_before, found.order_now)
        assert not has_fallen(found.order_now, found.order_before)
        assert found.verdict == "learn_again"

    def test_a_rate_that_falls_is_named(self, standard):
        now = cases(200, 0, 2, rates={**RATES, "large": 0.1})
        found = lk.reviews.drift(standard, [*cases(300, -40, 1), *now], since=SINCE)
        moved = {(row.name, row.level): row.rate_moved for row in found.moved if row.rate_moved}
        assert found.verdict == "learn_again"
        assert moved["company_size", "large"] == "down"

    def test_other_leads_are_named(self, standard):
        found = lk.reviews.drift(standard, [*cases(300, -40, 1), *cases(200, 0, 2, sizes="lllms")], since=SINCE)
        assert found.verdict == "learn_again"
        assert found.stability > 0.1
        assert ("company_size", "large", "up") in {(row.name, row.level, row.share_moved) for row in found.moved}

    @pytest.mark.parametrize("language", ["en", "zh_CN"])
    def test_it_is_told_in_both_languages(self, standard, language):
        found = lk.reviews.drift(standard, [*cases(300, -40, 1), *cases(200, 0, 2, sizes="lllms")], since=SINCE)
        lines = list(drift_lines(found, language))
        assert len(lines) > 4
        assert not any("{" in line for line in lines)
