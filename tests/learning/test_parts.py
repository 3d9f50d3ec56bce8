"""The steps of learning, each against a plain reference."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise, product

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from leadkit.learning.capacity import cut, cuts
from leadkit.learning.integers import Points, drawn_through, most_total, whole_points
from leadkit.learning.leaves import Leaf, thresholds
from leadkit.learning.logistic import Cases, Prior, fit, probability
from leadkit.learning.order import area_of, difference_of, placements
from leadkit.learning.reference import gathered
from leadkit.learning.screening import names_a_rep
from leadkit.learning.table import squeezed
from leadkit.learning.toml import plain_number
from leadkit.learning.unknowns import range_points

BITS = st.integers(1, 60).flatmap(lambda rows: arrays.arrays(np.int8, (rows, 4), elements=st.integers(0, 2)))
SCORED = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), min_size=4, max_size=40).filter(
    lambda rows: 1 < sum(won for *_, won in rows) < len(rows) - 1
)


class TestRows:
    """Equal rows are found, and stand for as many cases as there are."""

    @given(BITS)
    def test_equal_rows_are_of_one_kind(self, rows):
        kinds, first = squeezed(rows)
        plain = [tuple(row) for row in rows.tolist()]
        for (row, kind), (other, kind_of_other) in product(zip(plain, kinds, strict=True), repeat=2):
            assert (row == other) == (kind == kind_of_other)
        assert [plain[place] for place in first[kinds]] == plain

    @given(BITS, st.randoms())
    def test_gathered_rows_add_up(self, rows, dice):
        won = np.array([float(dice.random() < 0.5) for _ in rows])
        cases = gathered(rows, won)
        assert cases.total.sum() == len(rows)
        assert cases.won.sum() == won.sum()
        assert np.allclose(cases.total @ cases.answers, rows.sum(axis=0))


class TestOrder:
    """Areas and their differences are those of the plain formulas over all pairs."""

    @given(SCORED)
    def test_the_area_is_the_share_of_pairs(self, rows):
        scores, won = np.array([float(row[0]) for row in rows]), np.array([row[2] for row in rows])
        pairs = [(a > b) + (a == b) / 2 for a in scores[won] for b in scores[~won]]
        assert placements(scores, won).area == pytest.approx(np.mean(pairs))

    @pytest.mark.parametrize(("won", "lost"), [(10, 200), (15, 300), (50, 200)])
    def test_scores_of_pure_chance_seldom_look_like_a_signal(self, won, lost):
        dice = np.random.default_rng(0)
        signals, times = 0, 600
        ended = np.arange(won + lost) < won
        for _ in range(times):
            scores, folds = dice.normal(size=won + lost), dice.integers(0, 5, won + lost)
            inside = [folds == fold for fold in range(5)]
            parts = [placements(scores[fold], ended[fold]) for fold in inside if 0 < ended[fold].sum() < fold.sum()]
            signals += area_of(parts).low > Decimal("0.5")
        assert signals / times < 0.06

    def test_one_case_of_an_ending_says_next_to_nothing(self):
        won = np.arange(101) == 60
        alone = placements(np.arange(101.0), won)
        found = area_of([alone])
        assert found.low < Decimal("0.1")
        assert found.high > Decimal("0.9")
        assert difference_of([(alone, placements(np.zeros(101), won))]).low < 0
        same = difference_of([(alone, alone)])
        assert (same.low, same.high) == (0, 0)

    @pytest.mark.parametrize(
        ("scores", "value"), [([0.0] * 12, "0.5"), ([*range(12)], "1"), ([*range(12, 0, -1)], "0")]
    )
    def test_a_perfect_order_of_few_cases_is_not_sure(self, scores, value):
        found = area_of([placements(np.array(scores, dtype=float), np.arange(12) >= 6)])
        assert found.value == Decimal(value)
        assert found.high - found.low > Decimal("0.3")

    @given(SCORED)
    def test_the_difference_has_the_variance_of_the_differences(self, rows):
        won = np.array([row[2] for row in rows])
        both = [np.array([float(row[place]) for row in rows]) for place in (0, 1)]
        psi = [np.array([[(a > b) + (a == b) / 2 for b in s[~won]] for a in s[won]]) for s in both]
        apart = psi[0] - psi[1]
        spread = sum(np.var(apart.mean(axis=axis), ddof=1) / apart.shape[1 - axis] for axis in (0, 1))
        figure = difference_of([(placements(both[0], won), placements(both[1], won))])
        assert float(figure.value) == pytest.approx(apart.mean(), abs=1e-6)
        assert float(figure.high - figure.value) == pytest.approx(1.959964 * spread**0.5, abs=1e-5)


class TestModel:
    """At the model that is found the slope is 0, or a bound holds it."""

    @settings(max_examples=40)
    @given(BITS, st.randoms(), st.sampled_from([0.05, 0.5, 2.0]), st.booleans())
    def test_nothing_near_is_likelier(self, rows, dice, tau, around):
        won = np.array([float(dice.random() < 0.4) for _ in rows])
        cases, bounded = gathered(rows, won), np.array([True, False, True, False])
        hand = np.array([1.0, 0.0, -0.5, 0.3]) if around else None
        model = fit(cases, Prior(tau, hand), bounded)

        def value(base: float, worth: float, weights: np.ndarray) -> float:
            odds = base + cases.answers @ weights
            loss = (cases.total * np.logaddexp(0, odds) - cases.won * odds).sum()
            centre = worth * hand if hand is not None else 0.0
            prior = ((weights - centre) ** 2).sum() / (2 * tau**2)
            return loss + prior + ((worth - 0.35) ** 2 / 0.5 if hand is not None else 0.0)

        best = value(model.base, model.worth, model.weights)
        assert (model.weights[bounded] >= 0).all()
        assert model.worth >= 0
        for step in (0.01, -0.01):
            assert value(model.base + step, model.worth, model.weights) >= best - 1e-7
            for place in range(4):
                moved = model.weights.copy()
                moved[place] += step
                if not bounded[place] or moved[place] >= 0:
                    assert value(model.base, model.worth, moved) >= best - 1e-7
            if hand is not None and model.worth + step >= 0:
                assert value(model.base, model.worth + step, model.weights) >= best - 1e-7


class TestPoints:
    """Whole points are multiples of the step, keep their signs, and no single one can be moved for the better."""

    @settings(max_examples=25, deadline=None)
    @given(arrays.arrays(np.float64, 4, elements=st.floats(-2, 2)), st.sampled_from([1, 5]))
    def test_no_single_move_comes_nearer(self, weights, step):
        rows = np.array(list(product([0, 1], repeat=4)), dtype=np.int8)
        ordered = np.array([True, False, False, False])
        weights[0] = abs(weights[0])
        cases = Cases(rows.astype(float), np.full(16, 10.0), 10 * probability(-0.5 + rows @ weights))
        leaves = [Leaf("level", name, "x") for name in "abcd"]
        made = whole_points(leaves, weights, cases, step, ordered)
        assert (made.points % step == 0).all()
        assert made.points[0] >= 0
        assert most_total(leaves, made.points) <= 100
        top = 10 if step == 1 else 40
        for place, move in product(range(4), (step, -step)):
            moved = made.points.copy()
            moved[place] += move
            if abs(moved[place]) <= top and (place or moved[0] >= 0) and most_total(leaves, moved) <= 100 and step == 1:
                nearer = drawn_through(evolve(made, points=moved), cases).divergence
                assert nearer >= made.divergence * (1 - 1e-6)


class TestLine:
    """The probabilities that points stand for have the mean of the reference's: the line is the best there is."""

    @settings(max_examples=60, deadline=None)
    @given(
        arrays.arrays(np.float64, 4, elements=st.floats(-4, 4)),
        st.floats(-4, 4),
        st.floats(0.001, 2),
        st.integers(-9, 9),
    )
    def test_it_is_found_from_anywhere(self, weights, base, slope, shift):
        rows = np.array(list(product([0, 1], repeat=4)), dtype=float)
        cases = Cases(rows, np.full(16, 10.0), 10 * probability(base + rows @ weights))
        points = np.array([7, -3, 10, 2])
        made = drawn_through(Points(points, float(shift), slope, 0.0), cases)
        share = probability(made.base + made.slope * (rows @ points))
        assert (cases.total * share).sum() == pytest.approx(cases.won.sum(), rel=1e-3, abs=1e-2)
        assert (cases.total * share) @ (rows @ points) == pytest.approx(cases.won @ (rows @ points), rel=1e-2, abs=0.3)


class TestThresholds:
    """Cuts of numbers and of bands."""

    @given(st.lists(st.integers(-50, 50).map(float) | st.floats(-1e9, 1e9), min_size=1, max_size=60))
    def test_every_threshold_parts_the_numbers_and_can_be_written(self, numbers):
        values = np.array(numbers)
        for edge in thresholds(values):
            assert 0 < (values >= edge).sum() < len(values)
            assert -Decimal(plain_number(edge)).as_tuple().exponent <= 12

    @pytest.mark.parametrize(
        ("numbers", "edges"),
        [
            ([48_000, 52_300], [50_000]),
            ([0, 0.3], [0.3]),
            ([35, 36], [36]),
            ([-7, -1], [-1]),
            ([0.1, 0.1000000000000001], []),
        ],
    )
    def test_a_threshold_is_round(self, numbers, edges):
        assert thresholds(np.array(numbers, dtype=float)) == edges

    @given(st.lists(st.integers(0, 20).map(float), min_size=1, max_size=60), st.floats(0.01, 0.99))
    def test_a_cut_holds_at_most_its_share(self, totals, share):
        values = np.array(totals)
        edge = cut(values, share)
        if edge < values.max():
            assert (values >= edge).mean() <= share
        below = values[values < edge]
        if len(below) and edge < values.max():
            assert (values >= below.max()).mean() > share

    @given(st.lists(st.integers(0, 20).map(float), min_size=1, max_size=60))
    def test_bands_start_one_above_the_other(self, totals):
        edges = cuts(np.array(totals), [0.2, 0.5, 0.8], 1)
        assert edges[-1] == 0
        # Somebody is in the highest band, so far as there is room for those below.
        if max(totals) >= 3:
            assert max(totals) >= edges[0]
        if cut(np.array(totals), 0.2) >= 3:
            assert edges[0] == cut(np.array(totals), 0.2)
        assert all(high > low for high, low in pairwise(edges))

    def test_ranges_add_up(self):
        given = {Leaf("at_least", "age", 10.0): 3, Leaf("at_least", "age", 5.0): -1, Leaf("unknown", "age"): 7}
        assert range_points(given, 0.0) == {0.0: 0, 5.0: -1, 10.0: 2}


@pytest.mark.parametrize("fact", ["seller", "sales_rep", "lead_owner", "业务员"])
def test_a_fact_that_names_a_rep_is_known_by_its_words(fact):
    assert names_a_rep(fact)


@pytest.mark.parametrize("fact", ["reply", "ownership", "representation"])
def test_other_facts_name_nobody(fact):
    assert not names_a_rep(fact)
