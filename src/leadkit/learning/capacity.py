"""How many leads the highest band is for: a share, so many a week, or those won often enough."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from attrs import define, field, setters

from leadkit.errors import FactError, Problem
from leadkit.learning.libraries import Flags, Floats, Places, np
from leadkit.reviewing.rates import wilson

WEEK = 604_800
SHARES = tuple(number / 100 for number in range(1, 61))


def _share(_: Any, attribute: Any, value: Any) -> None:
    if not 0 < value < 1:
        raise FactError(Problem("must lie between 0 and 1", path=attribute.name))


def _positive(_: Any, attribute: Any, value: Any) -> None:
    if not value > 0:
        raise FactError(Problem("must be above 0", path=attribute.name))


@define(on_setattr=setters.frozen)
class Share:
    """The highest band holds at most this share of the leads, between 0 and 1."""

    share: float = field(validator=_share)


@define(on_setattr=setters.frozen)
class PerWeek:
    """The highest band holds at most so many of the leads that come in a week."""

    leads: float = field(validator=_positive)


@define(on_setattr=setters.frozen)
class WinRate:
    """The highest band holds as many leads as are won at least this often, so that the interval of the rate says so."""

    rate: float = field(validator=_share)


Capacity = Share | PerWeek | WinRate


def share_of(wanted: Capacity, times: Places | None, ranks: Floats, won: Flags) -> float:
    """The share of the leads that the highest band is for; a number a week is at least 1 % of them and at most 60 %.

    `ranks` say for cases out of fold which share of the others scored as high, and `won` how they ended. A rate that no
    share reaches gives the smallest one.

    Raises:
        FactError: a number a week is asked for and the cases have no times.
    """
    match wanted:
        case Share(share):
            return share
        case WinRate(rate):
            fit = [share for share in SHARES if _won_enough(won[ranks <= share], rate)]
            return max(fit, default=SHARES[0])
        case PerWeek(leads):
            return min(max(_wanted(leads, times), SHARES[0]), SHARES[-1])


def _wanted(leads: float, times: Places | None) -> float:
    """So many leads a week as a share of those that came, which may be more than all."""
    if times is None or len(times) < 2:
        hint = "give a share instead, such as 20%"
        raise FactError(Problem("the cases have no times to count weeks by", hint, path="high"))
    weeks = max(float(times.max() - times.min()) / WEEK, 1.0)
    return leads * weeks / len(times)


def out_of_bounds(wanted: Capacity, times: Places | None) -> tuple[float, float] | None:
    """The share that a number a week would be, and the nearest one that a band may have; None where it may have it."""
    if not isinstance(wanted, PerWeek):
        return None
    share = _wanted(wanted.leads, times)
    bounded = min(max(share, SHARES[0]), SHARES[-1])
    return None if bounded == share else (share, bounded)


def is_reached(wanted: Capacity, ranks: Floats, won: Flags) -> bool:
    """Whether some share of the leads is won as often as is wanted; always where no rate is."""
    if not isinstance(wanted, WinRate):
        return True
    return any(_won_enough(won[ranks <= share], wanted.rate) for share in SHARES)


def _won_enough(won: Flags, rate: float) -> bool:
    return bool(len(won)) and wilson(int(won.sum()), len(won)).low >= Decimal(repr(rate))


def cut(totals: Floats, share: float) -> float:
    """The lowest total that at most this share of the cases reach; the highest one where equal totals are more."""
    values, counts = np.unique(totals, return_counts=True)
    reached = np.cumsum(counts[::-1])[::-1] / max(len(totals), 1)
    fit = values[reached <= share + 1e-12]
    return float(fit[0]) if len(fit) else float(values[-1])


def nearest_cut(totals: Floats, share: float) -> float:
    """The total that a share of the cases reaches which is nearest to this one; infinite where none at all is."""
    values, counts = np.unique(totals, return_counts=True)
    reached = np.append(np.cumsum(counts[::-1])[::-1] / max(len(totals), 1), 0.0)
    return float(np.append(values, np.inf)[np.abs(reached - share).argmin()])


def cuts(totals: Floats, shares: Sequence[float], step: int) -> list[int]:
    """The thresholds of bands, the highest first and the lowest 0; each a `step` above the next at least.

    The highest one stays where its share puts it, and those below give way. They rise only where there is no room left
    above 0.
    """
    seen = np.unique(totals)
    thresholds: list[int] = []
    for share in shares:
        wanted = round(cut(totals, share))
        if thresholds and wanted > thresholds[-1] - step:
            # The next lower total that somebody has, but not the lowest one: that is for the lowest band.
            lower = seen[1:][seen[1:] <= thresholds[-1] - step]
            wanted = round(float(lower[-1])) if len(lower) else thresholds[-1] - step
        thresholds.append(wanted)
    thresholds.append(0)
    for place in range(len(shares) - 1, -1, -1):
        thresholds[place] = max(thresholds[place], thresholds[place + 1] + step)
    return thresholds
