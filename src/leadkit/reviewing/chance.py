"""Pearson's chi-square: how likely chance alone makes rates differ so much."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import erfc, exp, pi, sqrt

from leadkit.reviewing.rates import EXACT, Rate

SIGNIFICANT = Decimal("0.05")
"""What chance brings about more rarely than this is taken for no chance."""
EXPECTED = 5
"""A cell with a lower expected count is too small for the chi-square distribution to hold."""


def chance_of(rates: Sequence[Rate]) -> Decimal | None:
    """The probability that rates which are all the same in truth differ by as much as these, to six decimals.

    Rates with an expected count below 5 are taken together, and left out where they are still too small. None where
    fewer than two are left.
    """
    met, of = sum(rate.met for rate in rates), sum(rate.of for rate in rates)
    if not 0 < met < of:
        return None
    rarer = min(met, of - met)
    large = [rate for rate in rates if rate.of * rarer >= EXPECTED * of]
    small = [rate for rate in rates if 0 < rate.of * rarer < EXPECTED * of]
    together = Rate(sum(rate.met for rate in small), sum(rate.of for rate in small))
    tested = [*large, *([together] if together.of * rarer >= EXPECTED * of else [])]
    if len(tested) < 2:
        return None
    met, of = sum(rate.met for rate in tested), sum(rate.of for rate in tested)
    if not 0 < met < of:
        return None
    squares = sum((rate.met * of - rate.of * met) ** 2 / rate.of for rate in tested)
    return Decimal(repr(beyond(squares / (met * (of - met)), len(tested) - 1))).quantize(EXACT)


def beyond(value: float, degrees: int) -> float:
    """The probability that a chi-square variable with so many degrees of freedom exceeds `value`."""
    half = value / 2
    if degrees % 2:
        tail, term = erfc(sqrt(half)), sqrt(half / pi) * 2 * exp(-half)
        first = 3
    else:
        tail, term = exp(-half), half * exp(-half)
        first = 4
    for step in range(first, degrees + 1, 2):
        tail += term
        term *= half / (step / 2)
    return min(tail, 1.0)
