"""Logistic regression with a normal prior around given points, and with weights that must not be negative."""

from __future__ import annotations

from attrs import define, field, setters

from leadkit.learning.libraries import Answers, Flags, Floats, np

STEPS, HALVINGS, ENOUGH = 100, 30, 1e-13
SLOW = 0.05
"""A step that leaves more than this part of what the one before promised needs the curvature of its own place."""
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
    """The model: log-odds are `base` and the weights of the answers; `worth` is what the start policy counted.

    `bend` is the curvature of the loss somewhere near, for models of the same rows.
    """

    base: float
    weights: Floats
    worth: float = 0.0
    bend: Floats | None = field(default=None, repr=False, eq=False)

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

    Newton's method with step halving, on the variables that no bound holds. The curvature takes nearly all of the time,
    so it is kept, that of `start` too, until a step gets not as far as it promised.
    """
    answers, penalty = cases.answers, _penalty(prior, cases.answers.shape[1])
    held = np.concatenate([[False, True], bounded])
    point = _start(cases, prior, start)
    bend, fresh = (None, True) if start is None else (start.bend, False)
    value, share = _at(point, cases, penalty)
    promised = np.inf
    for _ in range(STEPS):
        if bend is None:
            bend, fresh = _bend(answers, cases.total * share * (1 - share)), True
        away = cases.total * share - cases.won
        slope = penalty.slope(point)
        slope[0] += away.sum()
        slope[2:] += away @ answers
        free = ~(held & (point <= 0) & (slope >= 0))
        free[1] &= prior.hand is not None
        move = np.zeros_like(point)
        move[free] = np.linalg.solve((bend + penalty.matrix)[np.ix_(free, free)], slope[free])
        gain = float(slope @ move)
        if gain > SLOW * promised and not fresh:
            bend, promised = None, np.inf
            continue
        if gain <= ENOUGH * max(value, 1.0):
            break
        before = point
        point, value, share = _halved(point, move, held, value, cases, penalty, share)
        if point is before:
            break
        promised, fresh = gain, False
    return Fit(float(point[0]), point[2:].copy(), float(point[1]), bend)


def _bend(answers: Floats, weight: Floats) -> Floats:
    """The curvature of the loss: of the base, the worth of the start policy, and the weights.

    The start policy has no answers of its own: it only moves the weights.
    """
    size = answers.shape[1] + 2
    made = np.zeros((size, size))
    made[0, 0] = weight.sum()
    made[0, 2:] = made[2:, 0] = weight @ answers
    scaled = answers * np.sqrt(weight)[:, None]
    made[2:, 2:] = scaled.T @ scaled
    return made + 1e-9 * np.eye(size)


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


@define(on_setattr=setters.frozen)
class _Penalty:
    """What the prior costs: half of (point - centre)' matrix (point - centre)."""

    matrix: Floats
    centre: Floats

    def slope(self, point: Floats) -> Floats:
        slope: Floats = self.matrix @ (point - self.centre)
        return slope

    def at(self, point: Floats) -> float:
        return float(0.5 * (point - self.centre) @ self.slope(point))


def _penalty(prior: Prior, leaves: int) -> _Penalty:
    matrix, centre = np.zeros((leaves + 2, leaves + 2)), np.zeros(leaves + 2)
    tight = 1.0 / prior.tau**2
    matrix[2:, 2:] = tight * np.eye(leaves)
    matrix[1, 1] = 1.0
    if prior.hand is not None:
        centre[1] = WORTH
        centre[2:] = WORTH * prior.hand
        matrix[1, 1] = 1.0 / WORTH_SPREAD**2 + tight * float(prior.hand @ prior.hand)
        matrix[1, 2:] = matrix[2:, 1] = -tight * prior.hand
    return _Penalty(matrix, centre)


def _at(point: Floats, cases: Cases, penalty: _Penalty) -> tuple[float, Floats]:
    """The loss at a point, and the probability of each row."""
    odds = point[0] + cases.answers @ point[2:]
    # One exponential gives both the loss and the probability.
    small = np.exp(-np.abs(odds))
    log_loss = cases.total @ (np.maximum(odds, 0.0) + np.log1p(small)) - cases.won @ odds
    return float(log_loss) + penalty.at(point), np.where(odds >= 0, 1.0, small) / (1.0 + small)


def _halved(
    point: Floats, move: Floats, held: Flags, value: float, cases: Cases, penalty: _Penalty, share: Floats
) -> tuple[Floats, float, Floats]:
    """The point after a step that lowers the loss, with the loss and the probabilities there."""
    length = 1.0
    for _ in range(HALVINGS):
        moved = point - length * move
        moved = np.where(held, np.maximum(moved, 0.0), moved)
        lower, there = _at(moved, cases, penalty)
        if lower <= value:
            return moved, lower, there
        length /= 2
    return point, value, share
