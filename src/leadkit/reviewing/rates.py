"""Rates with the counts behind them, and how sure one can be with so few cases."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Literal

from attrs import define, setters

from leadkit.results import Result

Z = Decimal("1.959963984540054")
"""The quantile of the normal distribution that leaves 2.5 % on either side."""

FEW = 30
"""A rate of fewer cases than this is said to rest on a small sample."""

EXACT = Decimal("0.000001")
Direction = Literal["up", "down", "noise"]


@define(on_setattr=setters.frozen)
class Rate(Result):
    """So many `met` out of `of`: a share with its 95 % Wilson interval, all rounded to six decimals.

    Where `of` is 0 there is no rate: `value`, `low` and `high` are None. Where `met` is more than `of`, as won
    opportunities can be more than the valid leads of the same month, it is no share and has no interval.
    """

    ADDED = ("value", "low", "high", "small")

    met: int
    of: int

    @property
    def value(self) -> Decimal | None:
        """The share, from 0 to 1."""
        return (Decimal(self.met) / self.of).quantize(EXACT) if self.of else None

    @property
    def low(self) -> Decimal | None:
        """The lower end of the interval."""
        return wilson(self.met, self.of).low.quantize(EXACT) if self.is_share else None

    @property
    def high(self) -> Decimal | None:
        """The upper end of the interval."""
        return wilson(self.met, self.of).high.quantize(EXACT) if self.is_share else None

    @property
    def is_share(self) -> bool:
        """Whether it is a share of something."""
        return 0 < self.of >= self.met

    @property
    def small(self) -> bool:
        """Whether it rests on a small sample: fewer than 30 cases."""
        return self.of < FEW

    def percent(self, decimals: int = 1) -> str:
        """The share as people and spreadsheets round it, `7.5%`; `–` where there is none."""
        if not self.is_share:
            return "–"
        exact = Decimal(self.met * 100) / self.of
        return f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}%"

    def __str__(self) -> str:
        return f"{self.percent()} ({self.met}/{self.of})" if self.is_share or not self.of else f"{self.met}/{self.of}"


@define(on_setattr=setters.frozen)
class Interval:
    """The ends between which a share lies, so far as its cases tell."""

    low: Decimal
    high: Decimal


def wilson(met: int, of: int) -> Interval:
    """The 95 % interval of a share by Wilson's score method; `of` must not be 0."""
    with localcontext() as context:
        context.prec = 40
        share, count, square = Decimal(met) / of, Decimal(of), Z * Z
        middle = share + square / (2 * count)
        reach = Z * ((share * (1 - share) + square / (4 * count)) / count).sqrt()
        scale = 1 + square / count
        low, high = (middle - reach) / scale, (middle + reach) / scale
    return Interval(Decimal(0) if met == 0 else low, Decimal(1) if met == of else high)


def change_of_rate(before: Rate, now: Rate) -> Direction | None:
    """Whether a rate rose or fell by more than chance explains; None where one of them is no share.

    It did where Newcombe's 95 % interval of the difference, from the two Wilson intervals, does not hold 0.
    """
    if not before.is_share or not now.is_share:
        return None
    with localcontext() as context:
        context.prec = 40
        earlier, later = Decimal(before.met) / before.of, Decimal(now.met) / now.of
        around_earlier, around_later = wilson(before.met, before.of), wilson(now.met, now.of)
        difference = later - earlier
        low = difference - ((later - around_later.low) ** 2 + (around_earlier.high - earlier) ** 2).sqrt()
        high = difference + ((around_later.high - later) ** 2 + (earlier - around_earlier.low) ** 2).sqrt()
    if low > 0:
        return "up"
    return "down" if high < 0 else "noise"


def change_of_count(before: int, now: int) -> Direction:
    """Whether a count of independent events rose or fell by more than chance explains.

    It did where it moved by more than 1.96 standard deviations of the difference of two Poisson counts.
    """
    if (now - before) ** 2 <= Z * Z * (now + before):
        return "noise"
    return "up" if now > before else "down"
