"""Do the bands mean anything: what outcomes say of a policy."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk

AS_OF = datetime(2023, 9, 30, tzinfo=UTC)
SALES = Path(__file__).parents[3] / "shared/data/salvirt_b2b_sales.csv"
POLICY = lk.load_policy(
    {
        "name": "sized",
        "scoring": {
            "limit": 100,
            "groups": {
                "fit": {
                    "limit": 100,
                    "rules": {
                        "company_size": {"field": "company_size", "points": {"large": 20, "medium": 10, "small": 0}},
                        "role": {"field": "role", "points": {"decision_maker": 5}},
                    },
                }
            },
            "bands": {"priority": {"high": 20, "medium": 10, "low": 0}},
        },
    }
)
OUTCOMES = st.lists(
    st.tuples(
        st.sampled_from(["large", "medium", "small", None]), st.sampled_from(["decision_maker", "user"]), st.booleans()
    ),
    max_size=200,
)


def calibrated(rows: list[tuple[str | None, str, bool]]) -> lk.reviews.Calibration:
    return lk.reviews.calibrate(
        POLICY,
        [lk.reviews.Outcome(lead={"company_size": size, "role": role}, won=won) for size, role, won in rows],
        as_of=AS_OF,
    )


class TestCalibration:
    """Won rate per band with intervals, lift, and which rules separate won from lost."""

    @settings(max_examples=50)
    @given(OUTCOMES)
    def test_every_count_is_that_of_a_plain_reckoning(self, rows):
        found = calibrated(rows)
        points = [
            ({"large": 20, "medium": 10}.get(str(size), 0) + 5 * (role == "decision_maker"), won)
            for size, role, won in rows
        ]
        expected = {"high": (20, 99), "medium": (10, 20), "low": (0, 10)}
        for band in found.bands[0].bands:
            low, high = expected[band.name]
            mine = [won for value, won in points if low <= value < high]
            assert band.rate == lk.reviews.Rate(sum(mine), len(mine))
        effect = next(rule for rule in found.rules if rule.code == "role") if rows else None
        if effect:
            with_it = [won for _, role, won in rows if role == "decision_maker"]
            assert effect.won_with == lk.reviews.Rate(sum(with_it), len(with_it))
            assert effect.hit == lk.reviews.Rate(len(with_it), len(rows))
        pairs = [(2 * (a > b) + (a == b)) for a, won in points if won for b, other in points if not other]
        assert found.concordance == (
            (Decimal(sum(pairs)) / (2 * len(pairs))).quantize(Decimal("0.000001")) if pairs else None
        )

    @settings(max_examples=50)
    @given(OUTCOMES)
    def test_the_ranges_hold_every_case_once_and_rise(self, rows):
        ranges = calibrated(rows).points
        assert sum(one.rate.of for one in ranges) == len(rows)
        assert all(one.high < other.low for one, other in pairwise(ranges))
        assert len(ranges) <= 10

    @pytest.mark.parametrize(
        ("won_of_large", "won_of_small", "cases", "verdict"),
        [
            (40, 10, 50, "separates"),
            (26, 24, 50, "does_not_separate"),
            (10, 40, 50, "reversed"),
            (20, 2, 29, "not_enough_data"),
        ],
    )
    def test_the_verdict_says_whether_the_bands_tell_won_from_lost(self, won_of_large, won_of_small, cases, verdict):
        rows = [("large", "user", number < won_of_large) for number in range(cases)]
        rows += [("small", "user", number < won_of_small) for number in range(cases)]
        assert calibrated(rows).bands[0].verdict == verdict

    def test_too_few_cases_are_said_out_loud(self):
        text = str(calibrated([("large", "user", True), ("small", "decision_maker", False)]))
        assert "not enough data" in text
        assert "small sample" in text

    def test_grades_are_a_set_of_their_own(self, standard):
        outcomes = [lk.reviews.Outcome(lead={}, won=number % 2 == 0, grade="AB"[number % 2]) for number in range(80)]
        found = lk.reviews.calibrate(standard, outcomes, as_of=AS_OF).bands[-1]
        assert (found.name, [band.name for band in found.bands], found.verdict) == (
            "grade",
            ["A", "B", "C"],
            "separates",
        )
        assert found.bands[0].lift == 2


@pytest.fixture(scope="module")
def found():
    with SALES.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    levels = {name: sorted({_code(row[name]) for row in rows}) for name in ("Client", "Competitors", "Authority")}
    fields = {name.lower(): {"type": "category", "levels": found} for name, found in levels.items()}
    rules = {
        "client": {"field": "client", "points": {"x_current": 30}},
        "competitors": {"field": "competitors", "points": {"x_no": 20}},
        "authority": {"field": "authority", "points": {"x_high": 10}},
    }
    policy = lk.load_policy(
        {
            "name": "sales",
            "fields": fields,
            "scoring": {
                "limit": 100,
                "groups": {"fit": {"limit": 100, "rules": rules}},
                "bands": {"priority": {"high": 40, "medium": 20, "low": 0}},
            },
        }
    )
    outcomes = [
        lk.reviews.Outcome(lead={name.lower(): _code(row[name]) for name in levels}, won=row["Status"] == "Won")
        for row in rows
    ]
    return lk.reviews.calibrate(policy, outcomes, as_of=AS_OF)


class TestRealSales:
    """448 real B2B opportunities, where the data set lies beside the project; it is not part of it."""

    __test__ = SALES.exists()

    def test_bands_made_of_what_matters_separate_won_from_lost(self, found):
        assert (found.base, found.bands[0].verdict) == (lk.reviews.Rate(227, 448), "separates")
        assert found.concordance > Decimal("0.75")

    def test_rules_that_matter_are_told_from_those_that_do_not(self, found):
        assert {rule.code: rule.direction for rule in found.rules} == {
            "client": "up",
            "competitors": "up",
            "authority": "noise",
        }


def _code(text: str) -> str:
    return "x_" + "".join(letter if letter.isalnum() else "_" for letter in text.lower())
