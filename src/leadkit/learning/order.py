"""How well scores order cases, with what two scores of the same cases differ by: DeLong's variance and covariance."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, setters

from leadkit.learning.libraries import Flags, Floats, np
from leadkit.reviewing.learned import IntervalFigure


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
    """The mean area of the parts, each of cases scored on a scale of its own, weighed by their pairs."""
    return IntervalFigure.of(*_mean([(part.pairs, part.area, _covariance(part, part)) for part in parts]))


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
    return sum(
        float(np.cov(mine, its)[0, 1]) / len(mine) if len(mine) > 1 else 0.0
        for mine, its in ((first.won, second.won), (first.lost, second.lost))
    )
