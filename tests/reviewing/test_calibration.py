"""Do the bands mean anything: what outcomes say of a policy."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import fmean, variance

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.reviewing.calibration_order import concordance
from leadkit.reviewing.chance import beyond
from leadkit.reviewing.leaks import leak_clues

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


class TestLevels:
    """A rule has a row a level, and is judged by all of them: also where every known level gives points."""

    def test_a_size_that_always_gives_points_is_judged(self, standard):
        sizes = {"large": 120, "medium": 60, "small": 20}
        outcomes = [
            lk.reviews.Outcome(lead={"company_size": size}, won=number < met)
            for size, met in sizes.items()
            for number in range(200)
        ]
        rule = lk.reviews.calibrate(standard, outcomes, as_of=AS_OF).rules[0]
        assert [(level.level, level.points, level.rate.met, level.direction) for level in rule.levels] == [
            ("large", 20, 120, "up"),
            ("medium", 15, 60, "noise"),
            ("small", 10, 20, "down"),
        ]
        assert (rule.code, rule.verdict, rule.direction) == ("company_size", "separates", None)

    def test_points_in_the_wrong_order_are_named(self, standard):
        outcomes = [
            lk.reviews.Outcome(lead={"company_size": size}, won=number < met)
            for size, met in {"large": 20, "medium": 60, "small": 120}.items()
            for number in range(200)
        ]
        assert lk.reviews.calibrate(standard, outcomes, as_of=AS_OF).rules[0].verdict == "wrong_order"

    @pytest.mark.parametrize("levels", [4, 15])
    def test_levels_that_all_mean_nothing_are_hardly_ever_in_a_wrong_order(self, levels):
        points = {f"level_{number}": number for number in range(levels)}
        names = list(points)
        policy = lk.load_policy(
            {
                "name": "many",
                "fields": {"trade": {"type": "category", "levels": names}},
                "scoring": {
                    "groups": {
                        "fit": {
                            "rules": {
                                "trade": {"field": "trade", "points": dict(zip(names, range(levels), strict=True))}
                            }
                        }
                    },
                    "bands": {"priority": {"high": 10, "low": 0}},
                },
            }
        )
        wrong = 0
        for seed in range(40):
            dice = Random(seed)
            outcomes = [
                lk.reviews.Outcome(lead={"trade": name}, won=dice.random() < 0.3) for name in names for _ in range(60)
            ]
            found = lk.reviews.calibrate(policy, outcomes, as_of=AS_OF).rules[0]
            assert (found.verdict == "noise") == (found.chance >= Decimal("0.05"))
            wrong += found.verdict == "wrong_order"
        assert wrong <= 6

    @settings(max_examples=50)
    @given(OUTCOMES)
    def test_every_case_is_of_one_level(self, rows):
        for rule in calibrated(rows).rules:
            assert sum(level.rate.of for level in rule.levels) == len(rows)
            assert sum(level.rate.met for level in rule.levels) == sum(won for _, _, won in rows)

    @pytest.mark.parametrize(
        ("rule", "lead", "events", "level"),
        [
            ({"field": "budget", "ranges": {"big": {"at_least": 10, "points": 5}}}, {"budget": 9.5}, {}, "below"),
            ({"field": "budget", "ranges": {"big": {"at_least": 10, "points": 5}}}, {"budget": 10}, {}, "big"),
            ({"field": "region", "points": {"north": 5}}, {"region": "south"}, {}, "other"),
            ({"field": "region", "points": {"north": 5}}, {"region": ""}, {}, "unknown"),
            ({"when": {"field": "intent", "equals": True}, "points": 5}, {"intent": True}, {}, "met"),
            ({"when": {"field": "intent", "equals": True}, "points": 5}, {"intent": False}, {}, "not_met"),
            ({"when": {"field": "intent", "equals": True}, "points": 5}, {}, {}, "unknown"),
            ({"event": "visit", "points": 5}, {}, {"visit": 4}, "3-5"),
            ({"event": "visit", "points": 5, "limit": 5}, {}, {"visit": 9}, "6+"),
            ({"event": "visit", "points": 5}, {}, {}, "0"),
        ],
    )
    def test_a_level_is_named_after_what_the_rule_sees(self, rule, lead, events, level):
        policy = lk.load_policy({"name": "one", "scoring": {"groups": {"fit": {"rules": {"it": rule}}}}})
        case = lk.reviews.Outcome(lead=lead, activities=events, won=True)
        found = lk.reviews.calibrate(policy, [case], as_of=AS_OF).rules[0].levels
        assert [row.level for row in found] == [level]


class TestDoubt:
    """How sure one can be, and what makes the whole comparison doubtful."""

    @settings(max_examples=100)
    @given(st.lists(st.tuples(st.integers(0, 5).map(Decimal), st.booleans()), max_size=40))
    def test_the_interval_is_that_of_the_plain_formula(self, cases):
        found = concordance(cases)
        won, lost = ([points for points, ending in cases if ending is wanted] for wanted in (True, False))
        if not won or not lost:
            assert found is None
            return
        psi = [[(a > b) + (a == b) / 2 for b in lost] for a in won]
        rows, columns = [fmean(row) for row in psi], [fmean(column) for column in zip(*psi, strict=True)]
        spread = sum(
            variance(part) / len(part) if len(part) > 1 else part[0] * (1 - part[0]) for part in (rows, columns)
        )
        assert float(found.value) == pytest.approx(fmean(rows), abs=1e-6)
        if spread > 1e-9:
            reach = 1.959964 * spread**0.5
            assert float(found.low) == pytest.approx(max(fmean(rows) - reach, 0), abs=2e-6)
            assert float(found.high) == pytest.approx(min(fmean(rows) + reach, 1), abs=2e-6)
        assert found.low <= found.value <= found.high

    @pytest.mark.parametrize("won_alone", [True, False])
    def test_one_case_of_an_ending_says_next_to_nothing(self, won_alone):
        rows = [(Decimal(60), won_alone), *((Decimal(number), not won_alone) for number in range(100))]
        found = concordance(rows)
        assert found.value == (Decimal("0.605") if won_alone else Decimal("0.395"))
        assert (found.low, found.high) == (0, 1)

    def test_a_perfect_order_of_few_cases_is_not_sure(self):
        found = concordance([(Decimal(number), number >= 6) for number in range(12)])
        assert (found.value, found.high) == (1, 1)
        assert Decimal("0.5") < found.low < Decimal("0.7")

    @pytest.mark.parametrize(
        ("value", "degrees", "chance"),
        [(3.841459, 1, 0.05), (5.991465, 2, 0.05), (7.814728, 3, 0.05), (18.307038, 10, 0.05), (11.070498, 5, 0.05)],
    )
    def test_the_chi_square_tail_has_the_values_of_tables(self, value, degrees, chance):
        assert beyond(value, degrees) == pytest.approx(chance, abs=1e-6)

    def test_copies_are_named(self):
        rows = [("large", "user", True)] * 200 + [("small", "user", False)] * 200
        found = calibrated(rows)
        assert found.repeats == lk.reviews.Rate(398, 400)
        assert "say the same as another" in str(found)

    @pytest.mark.parametrize(
        ("won", "ending", "text"), [(True, "only_won", "nothing was lost"), (False, "only_lost", "nothing was won")]
    )
    def test_one_ending_has_a_verdict_of_its_own(self, won, ending, text):
        found = calibrated([("large", "user", won)] * 60)
        assert (found.ending, found.bands[0].verdict, found.order) == (ending, "one_ending", None)
        assert text in str(found)

    def test_no_case_at_all_is_said(self):
        found = calibrated([])
        assert (found.ending, found.bands[0].verdict) == ("none", "not_enough_data")
        assert "no case has ended" in str(found)

    def test_a_fact_known_only_of_the_won_is_named(self):
        rows = [("large" if number % 2 else None, "user", bool(number % 2)) for number in range(200)]
        assert {(leak.fact, leak.clue) for leak in calibrated(rows).leaks} >= {("company_size", "known_of_one_ending")}

    @settings(max_examples=20)
    @given(st.integers(0, 10**6))
    def test_a_fact_of_pure_chance_is_not_named(self, seed):
        dice = Random(seed)
        values = [dice.choice(["a", "b", "c", None, 3, 4.5, 17]) for _ in range(300)]
        assert not list(leak_clues("it", values, [dice.random() < 0.4 for _ in range(300)]))

    def test_a_value_that_only_one_ending_has_is_named(self):
        values = ["lost to X"] * 40 + ["open"] * 160
        won = [False] * 40 + [number % 2 == 0 for number in range(160)]
        assert {leak.clue for leak in leak_clues("reason", values, won)} == {"value_of_one_ending"}


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
