"""Whether shares and rates of cases moved between two times by more than chance explains."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import log
from typing import Literal

from attrs import define, setters

from leadkit.results import Result
from leadkit.reviewing.chance import SIGNIFICANT, chance_of
from leadkit.reviewing.rates import EXACT, Direction, Rate, change_of_rate

MOVED = Decimal("0.1")
"""A stability index above this is worth mentioning, where chance does not explain it."""
LEAST = 0.0001
Pair = tuple[Rate, Rate]
DriftVerdict = Literal["steady", "learn_again", "not_enough_data"]


@define(on_setattr=setters.frozen)
class DriftRow(Result):
    """A band, or a level of a rule: its share of the cases and how often those were won, before and since.

    `share_moved` and `rate_moved` say whether they rose or fell by more than chance explains, as many comparisons as
    there are being taken into account; None where they did not.
    """

    name: str
    level: str
    share_before: Rate
    share_now: Rate
    rate_before: Rate
    rate_now: Rate
    share_moved: Direction | None
    rate_moved: Direction | None

    @classmethod
    def of(cls, name: str, level: str, shares: Pair, rates: Pair, comparisons: int) -> DriftRow:
        """The row of two shares and two rates, before and now, among so many comparisons."""
        return cls(name, level, *shares, *rates, _moved(*shares, comparisons), _moved(*rates, comparisons))


def _moved(before: Rate, now: Rate, comparisons: int) -> Direction | None:
    direction = change_of_rate(before, now)
    unlikely = is_unlikely(chance_of([before, now]), comparisons)
    return direction if direction in {"up", "down"} and unlikely and not before.small and not now.small else None


def is_unlikely(chance: Decimal | None, comparisons: int = 1) -> bool:
    """Whether chance hardly explains the largest of so many differences."""
    return chance is not None and chance * comparisons < SIGNIFICANT


def stability(before: Sequence[int], now: Sequence[int]) -> tuple[Decimal | None, Decimal | None]:
    """The population stability index of counts by range, and how likely chance alone makes them differ as much.

    Both are None where one side has no case.
    """
    totals = sum(before), sum(now)
    if not all(totals):
        return None, None
    shares = [
        [max(count / total, LEAST) for count in counts] for counts, total in zip((before, now), totals, strict=True)
    ]
    index = sum((new - old) * log(new / old) for old, new in zip(*shares, strict=True))
    rates = [Rate(new, old + new) for old, new in zip(before, now, strict=True)]
    return Decimal(repr(index)).quantize(EXACT), chance_of(rates)


def is_unstable(index: Decimal | None, chance: Decimal | None) -> bool:
    """Whether an index is large, and no chance."""
    return index is not None and index > MOVED and is_unlikely(chance)
