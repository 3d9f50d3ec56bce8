"""How the page draws figures: intervals on a scale, shades of a heat map, grades and priorities from the best."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import ceil

from attrs import define, setters

from leadkit.reviewing.figures import Figures
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.review import Cohort

SHADES = 5


@define(on_setattr=setters.frozen)
class Span:
    """An interval and the rate in it as percentages of the width on which they are drawn."""

    left: Decimal
    width: Decimal
    at: Decimal


def highest(figures: Iterable[Figures], rate: str) -> Decimal:
    """The highest end of the intervals of a rate, the scale on which they are drawn; 1 where there is none."""
    highs = [getattr(group, rate).high for group in figures]
    return max((high for high in highs if high), default=Decimal(1))


def span(rate: Rate, scale: Decimal | int) -> Span | None:
    """Where the interval of a rate lies between 0 and `scale`; None where there is no rate."""
    low, value, high = rate.low, rate.value, rate.high
    if low is None or value is None or high is None:
        return None
    left, at, right = (round(share * 100 / scale, 1) for share in (low, value, high))
    return Span(left, right - left, at)


def heat(rate: Rate, cohorts: Iterable[Cohort]) -> int:
    """The shade of a cell from 0 for nothing to 5 for the highest rate of the whole map."""
    rates = [Fraction(within.met, within.of) for cohort in cohorts for within in cohort.within if within.of]
    most = max(rates, default=Fraction(0))
    return ceil(SHADES * Fraction(rate.met, rate.of) / most) if rate.of and most else 0
