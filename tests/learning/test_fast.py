"""What is fast gives what the plain way gives: models, lines through sums, and facts judged alone."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadkit.learning.integers import Points, drawn_through
from leadkit.learning.logistic import Cases, Fit, Prior, fit, loss, probability
from leadkit.reviewing.calibration_order import concordance
from leadkit.reviewing.leaks import SHRINK, _alone, fold_of


def newton(cases: Cases, prior: Prior, bounded: np.ndarray) -> Fit:
    """The model by plain projected Newton steps, each with the curvature of its own place."""
    rows, leaves = cases.answers.shape
    hand = np.zeros(leaves) if prior.hand is None else prior.hand
    base, worth, weights = 0.0, 0.0 if prior.hand is None else 0.35, np.zeros(leaves)
    for _ in range(400):
        share = probability(base + cases.answers @ weights)
        away, bend = cases.total * share - cases.won, cases.total * share * (1 - share)
        full = np.column_stack([np.ones(rows), np.zeros(rows), cases.answers])
        slope = full.T @ away
        matrix = full.T @ (full * bend[:, None]) + 1e-9 * np.eye(leaves + 2)
        tight = 1 / prior.tau**2
        slope[2:] += tight * (weights - worth * hand)
        slope[1] += -tight * hand @ (weights - worth * hand) + (worth - 0.35) / 0.25
        matrix[2:, 2:] += tight * np.eye(leaves)
        matrix[1, 1] += tight * hand @ hand + 1 / 0.25
        matrix[1, 2:] -= tight * hand
        matrix[2:, 1] -= tight * hand
        point = np.concatenate([[base, worth], weights])
        held = np.concatenate([[False, True], bounded])
        free = ~(held & (point <= 0) & (slope >= 0))
        free[1] &= prior.hand is not None
        move = np.zeros(leaves + 2)
        move[free] = np.linalg.solve(matrix[np.ix_(free, free)], slope[free])
        moved = np.where(held, np.maximum(point - 0.5 * move, 0), point - 0.5 * move)
        base, worth, weights = float(moved[0]), float(moved[1]), moved[2:]
    return Fit(base, weights, worth if prior.hand is not None else 0.0)


def made(seed: int, rows: int, leaves: int) -> tuple[Cases, np.ndarray, np.ndarray]:
    dice = np.random.default_rng(seed)
    answers = dice.integers(0, 3, (rows, leaves)).astype(float)
    total = dice.integers(1, 4, rows).astype(float)
    won = np.minimum(dice.poisson(probability(answers @ dice.normal(0, 0.8, leaves) - 1) * total), total).astype(float)
    return Cases(answers, total, won), dice.random(leaves) < 0.3, dice.normal(0, 1, leaves)


class TestModels:
    """Whatever curvature a model begins with, it ends at the same place as by plain steps."""

    @pytest.mark.parametrize("seed", range(4))
    def test_a_chain_of_models(self, seed):
        cases, bounded, hand = made(seed, 150, 6)
        start: Fit | None = None
        for prior in (Prior(1.0, hand), Prior(0.1, hand), Prior(0.03, hand), Prior(1.0), Prior(0.1), Prior(30.0)):
            start = fit(cases, prior, bounded, start)
            plain = newton(cases, prior, bounded)
            assert np.allclose(start.weights, plain.weights, atol=2e-6)
            assert start.base == pytest.approx(plain.base, abs=2e-6)
            assert start.worth == pytest.approx(plain.worth, abs=2e-6)

    @settings(max_examples=30, deadline=None)
    @given(st.integers(0, 10_000), st.integers(2, 60))
    def test_a_curvature_of_elsewhere_leads_to_the_same_place(self, seed, rows):
        cases, bounded, hand = made(seed, rows, 4)
        strange = Fit(3.0, np.full(4, 2.0) * ~bounded, 0.0, bend=np.eye(6) * 0.01)
        for prior in (Prior(0.5, hand), Prior(0.5)):
            found, alone = fit(cases, prior, bounded, strange), fit(cases, prior, bounded)
            assert np.allclose(found.weights, alone.weights, atol=1e-5)


class TestLines:
    """Rows with the same sum are one row to a line through sums."""

    @settings(max_examples=30, deadline=None)
    @given(st.integers(0, 10_000))
    def test_the_divergence_is_that_of_all_rows(self, seed):
        cases, _, hand = made(seed, 80, 3)
        points = Points(np.round(hand * 5).astype(np.int64), 0.0, 0.1, 0.0)
        line = drawn_through(points, cases)
        sums = cases.answers @ points.points
        assert line.divergence == pytest.approx(
            float(loss(line.base + line.slope * sums, cases.total, cases.won).sum())
        )
        for base, slope in ((0.02, 0.0), (-0.02, 0.0), (0.0, 0.002), (0.0, -0.002)):
            near = loss(line.base + base + (line.slope + slope) * sums, cases.total, cases.won).sum()
            assert near >= line.divergence * (1 - 1e-6)


class TestAlone:
    """Counted by value and fold, a fact by itself orders the cases as it does case by case."""

    @given(st.lists(st.tuples(st.sampled_from(["a", "b", "c", None]), st.booleans()), min_size=2, max_size=60))
    def test_case_by_case(self, rows):
        keys, won = [key for key, _ in rows], [ended for _, ended in rows]
        folds = [fold_of(place) for place in range(len(rows))]
        base = sum(won) / len(won)
        every, lost_or_won = Counter(zip(keys, won, strict=True)), Counter(zip(folds, keys, won, strict=True))
        shares = []
        for fold, key in zip(folds, keys, strict=True):
            met, lost = (every[key, ending] - lost_or_won[fold, key, ending] for ending in (True, False))
            shares.append(Decimal((met + SHRINK * base) / (met + lost + SHRINK)))
        order = concordance(zip(shares, won, strict=True))
        assert _alone(keys, won) == (None if order is None else order.value)
