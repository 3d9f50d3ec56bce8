"""How well points order the cases: the share of pairs in the right order, and how sure one can be of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from math import hypot, log
from typing import NamedTuple

from attrs import define, setters

from leadkit.results import Result
from leadkit.reviewing.rates import EXACT, Z, wilson


@define(on_setattr=setters.frozen)
class Concordance(Result):
    """The share of pairs of a won and a lost case in which the won one has more points, with its 95 % interval.

    Equal points count half: 0.5 is chance, 1 is perfect. It is the area under the ROC curve, and the interval is
    DeLong's; where no pair is out of order, or all are, that has no width and Wilson's stands for it. A single case of
    an ending is taken to vary as much as a share of one case does. Six decimals.
    """

    value: Decimal
    low: Decimal
    high: Decimal


def has_fallen(before: Concordance, now: Concordance) -> bool:
    """Whether other cases are ordered worse than those before by more than chance explains.

    They are where the 95 % interval of the difference of their log-odds lies below 0: of few cases, shares near 1
    seem surer than they are. Where one of them is 0 or 1 it is the interval of the plain difference.
    """
    if not (0 < before.value < 1 and 0 < now.value < 1):
        fall = before.value - now.value
        return fall > 0 and fall**2 > (now.high - now.value) ** 2 + (before.value - before.low) ** 2
    (earlier, reach), (later, reach_of_later) = _in_log_odds(before), _in_log_odds(now)
    return earlier - later > hypot(reach, reach_of_later)


def _in_log_odds(order: Concordance) -> tuple[float, float]:
    """The log-odds of a concordance, and how far their interval reaches."""
    share = float(order.value)
    # An end beyond 0 or 1 was cut off; the other one is as far away as both were.
    reach = float(max(order.high - order.value, order.value - order.low))
    return log(share / (1 - share)), reach / (share * (1 - share))


class _Pairs(NamedTuple):
    """Twice the wins of each case over the cases that ended otherwise: how many cases have so many."""

    won: list[tuple[int, int]]
    lost: list[tuple[int, int]]


def concordance(cases: Iterable[tuple[Decimal, bool]]) -> Concordance | None:
    """The concordance of points with endings; None where one of the two endings is missing."""
    counts: dict[Decimal, list[int]] = {}
    for points, was_won in cases:
        counts.setdefault(points, [0, 0])[was_won] += 1
    return concordance_of(counts)


def concordance_of(counts: Mapping[Decimal, Sequence[int]]) -> Concordance | None:
    """The same of how many lost and how many won cases have each number of points."""
    lost, won = (sum(count[ending] for count in counts.values()) for ending in (0, 1))
    if not won or not lost:
        return None
    with localcontext() as context:
        context.prec = 40
        pairs = _pairs(counts, won)
        twice = sum(number * times for number, times in pairs.won)
        share = Decimal(twice) / (2 * won * lost)
        reach = Z * (_variance(pairs.won, won, lost) + _variance(pairs.lost, lost, won)).sqrt()
        low, high = share - reach, share + reach
        if not reach:
            fewer = min(won, lost)
            around = wilson(int(share * fewer), fewer)
            low, high = around.low, around.high
    ends = (max(low, Decimal(0)), min(high, Decimal(1)))
    return Concordance(share.quantize(EXACT), ends[0].quantize(EXACT), ends[1].quantize(EXACT))


def _pairs(counts: Mapping[Decimal, Sequence[int]], won: int) -> _Pairs:
    pairs = _Pairs([], [])
    lost_below = won_below = 0
    for points in sorted(counts):
        lost_here, won_here = counts[points]
        pairs.won.append((2 * lost_below + lost_here, won_here))
        pairs.lost.append((2 * (won - won_below - won_here) + won_here, lost_here))
        lost_below, won_below = lost_below + lost_here, won_below + won_here
    return pairs


def _variance(wins: list[tuple[int, int]], cases: int, others: int) -> Decimal:
    """What the cases of one ending add to the variance: that of their shares of wins, over their number."""
    total = sum(number * times for number, times in wins)
    if cases < 2:
        # One case shows no spread; a share of one case, won or not, has as much as there can be.
        share = Decimal(total) / (2 * others)
        return share * (1 - share)
    squares = sum(number * number * times for number, times in wins)
    spread = Decimal(squares * cases - total * total) / (cases * (cases - 1))
    return spread / (4 * others * others * cases)
