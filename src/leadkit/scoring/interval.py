"""Intervals of numbers: how far a number may lie from an example and still do the same."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from attrs import define, setters

from leadkit.results import Result


@define(on_setattr=setters.frozen)
class Interval(Result):
    """Numbers from one end to another; an end that is None does not bound, and each end belongs to it or does not."""

    at_least: Decimal | None = None
    more_than: Decimal | None = None
    at_most: Decimal | None = None
    less_than: Decimal | None = None

    def __contains__(self, number: Any) -> bool:
        return not (
            (self.at_least is not None and number < self.at_least)
            or (self.more_than is not None and number <= self.more_than)
            or (self.at_most is not None and number > self.at_most)
            or (self.less_than is not None and number >= self.less_than)
        )

    def __str__(self) -> str:
        if self.at_least is not None and self.at_least == self.at_most:
            return f"{self.at_least:f}"
        ends = {
            "at least": self.at_least,
            "more than": self.more_than,
            "at most": self.at_most,
            "less than": self.less_than,
        }
        return " and ".join(f"{words} {end:f}" for words, end in ends.items() if end is not None) or "any number"


def widest(edges: Sequence[Any], example: Any, alike: Callable[[Any], bool]) -> Interval:
    """The widest interval around `example` in which every number does the same.

    `edges` are the numbers that rules compare with, in order; `alike` tells whether a number does what `example` does.
    """
    # Regions alternate: below the first edge, the edge itself, between it and the next, and so on.
    numbers = [_number(edges, region) for region in range(2 * len(edges) + 1)]
    first = last = bisect_left(edges, example) + bisect_right(edges, example)
    while first > 0 and alike(numbers[first - 1]):
        first -= 1
    while last + 1 < len(numbers) and alike(numbers[last + 1]):
        last += 1
    low = edges[(first - 1) // 2] if first else None
    high = edges[last // 2] if last + 1 < len(numbers) else None
    return Interval(
        at_least=low if first % 2 else None,
        more_than=None if first % 2 else low,
        at_most=high if last % 2 else None,
        less_than=None if last % 2 else high,
    )


def _number(edges: Sequence[Any], region: int) -> Any:
    """A number from a region."""
    place, is_edge = divmod(region, 2)
    if is_edge:
        return edges[place]
    if not edges:
        return Decimal(0)
    if place == 0:
        return edges[0] - 1
    return edges[-1] + 1 if place == len(edges) else (edges[place - 1] + edges[place]) / 2
