"""All sums that one choice from each part can add up to, exactly, as the bits of one whole number.

A sum of vectors is a place on a grid; adding a choice shifts all places at once. The cost follows the size of the grid,
not the number of combinations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import gcd, prod

Vector = tuple[int, ...]

MOST_BITS = 1 << 22
"""A grid may have so many places."""
MOST_WORK = 1 << 34
"""So many bits may be shifted in all; and 1/16 of it be kept."""


class Sums:
    """The sums of `parts`, each a sequence of vectors of the same length of which one is chosen."""

    def __init__(self, parts: Sequence[Sequence[Vector]], length: int) -> None:
        self._lows = [[min(vector[d] for vector in part) for d in range(length)] for part in parts]
        highs = [[max(vector[d] for vector in part) for d in range(length)] for part in parts]
        self.low = [sum(lows[d] for lows in self._lows) for d in range(length)]
        self.high = [sum(vector[d] for vector in highs) for d in range(length)]
        self._units = [
            gcd(*(vector[d] - lows[d] for part, lows in zip(parts, self._lows, strict=True) for vector in part)) or 1
            for d in range(length)
        ]
        self._sizes = [(self.high[d] - self.low[d]) // self._units[d] + 1 for d in range(length)]
        self._strides = [prod(self._sizes[d + 1 :]) for d in range(length)]
        self._offsets = [self._offsets_of(part, lows) for part, lows in zip(parts, self._lows, strict=True)]
        self._prefixes: list[int] = []

    @property
    def fits(self) -> bool:
        """Whether the grid is small enough to be filled."""
        bits = self.size
        return (
            bits <= MOST_BITS
            and bits * sum(map(len, self._offsets)) <= MOST_WORK
            and bits * len(self._offsets) <= MOST_WORK // 16
        )

    @property
    def size(self) -> int:
        """How many places the grid has: there are no more sums than that."""
        return prod(self._sizes)

    @property
    def work(self) -> int:
        """How many bits are shifted to fill the grid."""
        return self.size * sum(map(len, self._offsets))

    def __iter__(self) -> Iterator[Vector]:
        """Every sum, lowest first in the first place, then in the second, and so on."""
        text = bin(self._fill()[-1])[:1:-1]
        place = text.find("1")
        while place >= 0:
            yield self._vector(place)
            place = text.find("1", place + 1)

    def trace(self, vector: Vector) -> list[int]:
        """Which choices add up to `vector`, one of these sums: the first that can, from the last part to the first."""
        place = self._place(vector)
        chosen = []
        for offsets, before in zip(reversed(self._offsets), reversed(self._fill()[:-1]), strict=True):
            offset = next(offset for offset in offsets if offset <= place and before >> (place - offset) & 1)
            chosen.append(offsets[offset])
            place -= offset
        return chosen[::-1]

    def _offsets_of(self, part: Sequence[Vector], lows: Sequence[int]) -> dict[int, int]:
        """How far each choice shifts, and the first choice that shifts so far."""
        offsets: dict[int, int] = {}
        for number, vector in enumerate(part):
            steps = zip(vector, lows, self._units, self._strides, strict=True)
            offsets.setdefault(sum((value - low) // unit * stride for value, low, unit, stride in steps), number)
        return offsets

    def _fill(self) -> list[int]:
        """The sums of no part, of the first, of the first two, and so on."""
        if not self._prefixes:
            self._prefixes.append(1)
            for offsets in self._offsets:
                before, after = self._prefixes[-1], 0
                for offset in offsets:
                    after |= before << offset
                self._prefixes.append(after)
        return self._prefixes

    def _vector(self, place: int) -> Vector:
        vector = []
        for low, unit, stride in zip(self.low, self._units, self._strides, strict=True):
            steps, place = divmod(place, stride)
            vector.append(low + steps * unit)
        return tuple(vector)

    def _place(self, vector: Vector) -> int:
        steps = zip(vector, self.low, self._units, self._strides, strict=True)
        return sum((value - low) // unit * stride for value, low, unit, stride in steps)
