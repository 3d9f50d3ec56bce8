"""Logistic regression with a normal prior around given points, and with weights that must not be negative."""

from __future__ import annotations

from attrs import define, setters

from leadkit.learning.libraries import Answers, Flags, Floats, np

STEPS, HALVINGS, ENOUGH = 60, 30, 1e-9
WORTH, WORTH_SPREAD = 0.35, 0.5
"""How much the start policy is taken to be worth, and how sure that is: in units of log-odds per standard deviation."""


@define(on_setattr=setters.frozen)
class Cases:
    """Rows of answers, how many cases each row stands for, and how many of those were won (fractions are allowed)."""

    answers: Floats
    total: Floats
    won: Floats


@define(on_setattr=setters.frozen)
class Fit:
    """The model: log-odds are `base` and the weights of the answers; `worth` is what the start policy counted."""

    base: float
    weights: Floats
    worth: float = 0.0

    def log_odds(self, answers: Floats | Answers) -> Floats:
        """The log-odds of each row."""
        odds: Floats = self.base + answers.astype(np.float64, copy=False) @ self.weights
        return odds


@define(on_setattr=setters.frozen)
class Prior:
    """Weights lie around `worth` times `hand`, or around 0 where that is None, with the spread `tau`."""

    tau: float
    hand: Floats | None = None


def fit(cases: Cases, prior: Prior, bounded: Flags, start: Fit | None = None) -> Fit:
    """The most likely model; weights where `bounded` is true, and `worth`, are never negative.

    Newton's method with step halving, on the variables that no bound holds.
    """
    # The start policy has no answers of its own: it only moves the weights.
    answers = np.column_stack([np.ones(len(cases.total)), np.zeros(len(cases.total)), cases.answers])
    penalty, centre = _penalty(prior, cases.answers.shape[1])
    held = np.concatenate([[False, True], bounded])
    point = _start(cases, prior, start)
    value = _loss(point, answers, cases, penalty, centre)
    for _ in range(STEPS):
        share = probability(answers @ point)
        slope = answers.T @ (cases.total * share - cases.won) + penalty @ (point - centre)
        scaled = answers * np.sqrt(cases.total * share * (1 - share))[:, None]
        bend = scaled.T @ scaled + penalty
        free = ~(held & (point <= 0) & (slope >= 0))
        free[1] &= prior.hand is not None
        move = np.zeros_like(point)
        move[free] = np.linalg.solve(bend[np.ix_(free, free)] + 1e-9 * np.eye(int(free.sum())), slope[free])
        point, before, value = _halved(point, move, held, value, answers, cases, penalty, centre)
        if before - value <= ENOUGH * max(abs(before), 1.0):
            break
    return Fit(float(point[0]), point[2:].copy(), float(point[1]))


def probability(log_odds: Floats) -> Floats:
    """The probability of log-odds."""
    share: Floats = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -30, 30)))
    return share


def loss(log_odds: Floats, total: Floats, won: Floats) -> Floats:
    """The log-loss of every row, summed over the cases that it stands for."""
    each: Floats = total * np.logaddexp(0.0, log_odds) - won * log_odds
    return each


def _start(cases: Cases, prior: Prior, start: Fit | None) -> Floats:
    if start is not None:
        worth = start.worth if prior.hand is not None else 0.0
        return np.concatenate([[start.base, worth], start.weights])
    share = (cases.won.sum() + 0.5) / (cases.total.sum() + 1.0)
    return np.concatenate([[np.log(share / (1 - share)), 0.0], np.zeros(cases.answers.shape[1])])


def _penalty(prior: Prior, leaves: int) -> tuple[Floats, Floats]:
    """The matrix and the centre of the penalty: half of (x - centre)' matrix (x - centre)."""
    matrix, centre = np.zeros((leaves + 2, leaves + 2)), np.zeros(leaves + 2)
    tight = 1.0 / prior.tau**2
    matrix[2:, 2:] = tight * np.eye(leaves)
    matrix[1, 1] = 1.0
    if prior.hand is not None:
        centre[1] = WORTH
        centre[2:] = WORTH * prior.hand
        matrix[1, 1] = 1.0 / WORTH_SPREAD**2 + tight * float(prior.hand @ prior.hand)
        matrix[1, 2:] = matrix[2:, 1] = -tight * prior.hand
    return matrix, centre


def _loss(point: Floats, answers: Floats, cases: Cases, penalty: Floats, centre: Floats) -> float:
    away = point - centre
    return float(loss(answers @ point, cases.total, cases.won).sum() + 0.5 * away @ penalty @ away)


def _halved(
    point: Floats,
    move: Floats,
    held: Flags,
    value: float,
    answers: Floats,
    cases: Cases,
    penalty: Floats,
    centre: Floats,
) -> tuple[Floats, float, float]:
    """The point after a step that lowers the loss, with the loss before and after."""
    length = 1.0
    for _ in range(HALVINGS):
        moved = point - length * move
        moved = np.where(held, np.maximum(moved, 0.0), moved)
        lower = _loss(moved, answers, cases, penalty, centre)
        if lower <= value:
            return moved, value, lower
        length /= 2
    return point, value, value
