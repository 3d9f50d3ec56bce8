"""How well scores order cases, with what two scores of the same cases differ by: DeLong's variance and covariance."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from attrs import define, setters

from leadkit.learning.libraries import Flags, Floats, np
from leadkit.reviewing.learned import IntervalFigure
from leadkit.reviewing.rates import EXACT, wilson

EPSILON = 1e-12


@define(on_setattr=setters.frozen)
class Placements:
    """For every won case the share of the lost that it is placed above, and the other way round; ties count half."""

    won: Floats
    lost: Floats

    @property
    def pairs(self) -> int:
        """How many pairs of a won and a lost case there are."""
        return len(self.won) * len(self.lost)

    @property
    def area(self) -> float:
        """The share of pairs in the right order: the area under the ROC curve."""
        return float(self.won.mean()) if self.pairs else 0.5


def placements(scores: Floats, won: Flags) -> Placements:
    """How the scores place the cases."""
    above, below = np.sort(scores[won]), np.sort(scores[~won])
    high = np.searchsorted(below, scores[won], "left") + np.searchsorted(below, scores[won], "right")
    low = np.searchsorted(above, scores[~won], "left") + np.searchsorted(above, scores[~won], "right")
    return Placements(high / 2 / max(len(below), 1), 1 - low / 2 / max(len(above), 1))


def area_of(parts: Sequence[Placements]) -> IntervalFigure:
    """The mean area of the parts, each of cases scored on a scale of its own, weighed by their pairs.

    Where no pair is out of order, or all are, or all are ties, the interval is Wilson's for the rarer ending.
    """
    value, spread = _mean([(part.pairs, part.area, _covariance(part, part)) for part in parts])
    fewer = sum(min(len(part.won), len(part.lost)) for part in parts)
    if spread > EPSILON or not fewer:
        return IntervalFigure.of(value, spread)
    around = wilson(int(value * fewer), fewer)
    middle = Decimal(repr(value)).quantize(EXACT)
    low, high = around.low.quantize(EXACT), around.high.quantize(EXACT)
    return IntervalFigure(middle, min(low, middle), max(high, middle))


def difference_of(parts: Sequence[tuple[Placements, Placements]]) -> IntervalFigure:
    """By how much the first scores order the same cases better than the second."""
    rows = []
    for first, second in parts:
        spread = _covariance(first, first) + _covariance(second, second) - 2 * _covariance(first, second)
        rows.append((first.pairs, first.area - second.area, spread))
    return IntervalFigure.of(*_mean(rows))


def _mean(rows: Sequence[tuple[int, float, float]]) -> tuple[float, float]:
    pairs = sum(count for count, _, _ in rows)
    if not pairs:
        return 0.5, 0.25
    value = sum(count * value for count, value, _ in rows) / pairs
    return value, sum((count / pairs) ** 2 * spread for count, _, spread in rows)


def _covariance(first: Placements, second: Placements) -> float:
    return sum(_of_ending(mine, its) for mine, its in ((first.won, second.won), (first.lost, second.lost)))


def _of_ending(mine: Floats, its: Floats) -> float:
    if len(mine) > 1:
        return float(np.cov(mine, its)[0, 1]) / len(mine)
    if not len(mine):
        return 0.0
    # One case shows no spread; a share of one case, won or not, has as much as there can be.
    low, high = sorted((float(mine[0]), float(its[0])))
    return low * (1 - high)
