"""The projection: few leaves that say nearly all that the reference says, without another look at how cases ended."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, setters

from leadkit.learning.leaves import Leaf
from leadkit.learning.libraries import Flags, Floats, np
from leadkit.learning.logistic import Cases, Fit, Prior, fit, loss, probability

EXPLAINED = 0.98
DIGITS = 7
LOOSE = 30.0
"""The spread of weights that are only held in place, not drawn to 0."""


@define(on_setattr=setters.frozen)
class Projection:
    """The places of the leaves that were chosen, in that order, their weights, and the share that they explain."""

    chosen: tuple[int, ...]
    model: Fit
    explained: float


def project(leaves: Sequence[Leaf], cases: Cases, most: int) -> Projection:
    """Choose leaf after leaf by Newton's gain, each time with new weights, until `most` or 98 % is explained.

    `cases.won` are the reference's expected numbers of won cases.
    """
    bounded = np.array([leaf.ordered for leaf in leaves], dtype=np.bool_)
    chosen: list[int] = []
    # Where every answer is yes or no, its square is the answer itself.
    squares = cases.answers**2 if len(leaves) and cases.answers.max() > 1 else None
    model = _refit(cases, chosen, bounded, None)
    at_best = _entropy(cases)
    empty = lost = _divergence(cases, chosen, model) - at_best
    while leaves and len(chosen) < most and lost > (1 - EXPLAINED) * empty:
        gains = _gains(cases, squares, chosen, model, bounded)
        # Of a fact with two values both say the same: the first of equal gains, whatever their last digits.
        best = int(np.round(gains / max(float(gains.max()), 1e-12), DIGITS).argmax())
        if gains[best] <= 1e-9 * max(empty, 1e-9):
            break
        chosen.append(best)
        start = Fit(model.base, np.append(model.weights, 0.0))
        model = _refit(cases, chosen, bounded, start)
        lost = _divergence(cases, chosen, model) - at_best
    return Projection(tuple(chosen), model, 1 - lost / empty if empty > 0 else 0.0)


def _refit(cases: Cases, chosen: list[int], bounded: Flags, start: Fit | None) -> Fit:
    part = Cases(cases.answers[:, chosen], cases.total, cases.won)
    return fit(part, Prior(LOOSE), bounded[chosen], start)


def _divergence(cases: Cases, chosen: list[int], model: Fit) -> float:
    return float(loss(model.log_odds(cases.answers[:, chosen]), cases.total, cases.won).sum())


def _entropy(cases: Cases) -> float:
    """What remains where every case gets the reference's own probability."""
    share = np.clip(cases.won / cases.total, 1e-12, 1 - 1e-12)
    return float(-(cases.won * np.log(share) + (cases.total - cases.won) * np.log(1 - share)).sum())


def _gains(cases: Cases, squares: Floats | None, chosen: list[int], model: Fit, bounded: Flags) -> Floats:
    """By how much each leaf would lower the divergence, if only its own weight and the base moved."""
    share = probability(model.log_odds(cases.answers[:, chosen]))
    away = cases.won - cases.total * share
    weight = cases.total * share * (1 - share)
    mean, pull = np.vstack([weight, away]) @ cases.answers
    middle = mean / weight.sum()
    pull -= away.sum() * middle
    bend = (mean if squares is None else weight @ squares) - weight.sum() * middle**2
    gains: Floats = np.where(bend > 1e-9, pull**2 / np.maximum(bend, 1e-9) / 2, 0.0)
    gains[bounded & (pull < 0)] = 0.0
    gains[chosen] = 0.0
    return gains
