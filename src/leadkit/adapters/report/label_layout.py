"""Where the names of points go, so that no name covers another one or a point."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Literal

from attrs import define, setters

MOST_COLUMNS = 22
"""Names are cut to so many columns; a Chinese character takes two."""

Align = Literal["left", "center", "right"]
LEFT: Align = "left"
CENTER: Align = "center"
RIGHT: Align = "right"
ELLIPSIS = "…"
DISTANCES = (4, 16, 30, 46, 64, 84)


@define(on_setattr=setters.frozen)
class Box:
    """A rectangle; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two have a point in common."""
        apart = self.right < other.left or other.right < self.left
        return not (apart or self.bottom < other.top or other.bottom < self.top)

    def within(self, other: Box) -> bool:
        """Whether it lies wholly in the other."""
        inside = other.left <= self.left and self.right <= other.right
        return inside and other.top <= self.top and self.bottom <= other.bottom


@define(on_setattr=setters.frozen)
class Spot:
    """A point of a chart, drawn as a circle, and its name."""

    x: float
    y: float
    radius: float
    text: str

    @property
    def box(self) -> Box:
        """The square around the circle."""
        return Box(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


@define(on_setattr=setters.frozen)
class Label:
    """A name where it is drawn: `x` is its left end, its middle or its right end as `align` says, `y` its middle line.

    `line_from` is the point from which a line must lead to it, where it is not beside that point.
    """

    text: str
    x: float
    y: float
    align: Align
    line_from: tuple[float, float] | None = None

    def box(self, size: float) -> Box:
        """The rectangle that it takes in letters of this size."""
        width, half = label_width(self.text, size), size * 0.65
        left = self.x - {"left": 0.0, "center": width / 2, "right": width}[self.align]
        return Box(left, self.y - half, left + width, self.y + half)


def place_labels(spots: Sequence[Spot], plot: Box, size: float, held: Sequence[Box] = ()) -> list[Label]:
    """A place for each name within `plot` and outside of `held`, the first spots choosing first.

    A name for which there is no free place in reach is not drawn; its point is in the table all the same.
    """
    taken = [*held, *(spot.box for spot in spots)]
    labels: list[Label] = []
    for spot in spots:
        for label in _candidates(spot, size):
            box = label.box(size)
            if _is_free(box, plot, taken):
                labels.append(label)
                taken.append(box)
                break
    return labels


def place_level(text: str, y: float, plot: Box, taken: Sequence[Box], size: float) -> list[Label]:
    """The name of a level line at one of its ends, above or below it; nothing where none of these places is free."""
    ends: tuple[tuple[float, Align], ...] = ((plot.right - 6, RIGHT), (plot.left + 6, LEFT))
    for x, align in ends:
        for distance in (-size * 0.9, size * 0.9):
            label = Label(text, x, y + distance, align)
            if _is_free(label.box(size), plot, taken):
                return [label]
    return []


def _is_free(box: Box, plot: Box, taken: Sequence[Box]) -> bool:
    return box.within(plot) and not any(box.meets(other) for other in taken)


def _candidates(spot: Spot, size: float) -> Iterator[Label]:
    half = size * 0.65
    for number, distance in enumerate(DISTANCES):
        reach = spot.radius + distance
        aslant = reach * 0.7 + 2
        places: tuple[tuple[float, float, Align], ...] = (
            (reach, 0, LEFT),
            (-reach, 0, RIGHT),
            (0, -reach - half, CENTER),
            (0, reach + half, CENTER),
            (aslant, -aslant - half, LEFT),
            (aslant, aslant + half, LEFT),
            (-aslant, -aslant - half, RIGHT),
            (-aslant, aslant + half, RIGHT),
        )
        line_from = (spot.x, spot.y) if number else None
        for right, down, align in places:
            yield Label(spot.text, spot.x + right, spot.y + down, align, line_from)


def label_width(text: str, size: float) -> float:
    """How wide a text is in pixels, estimated and rather too wide."""
    return columns(text) * size * 0.56


def columns(text: str) -> int:
    """How many columns a text takes; a Chinese character takes two."""
    return sum(_columns(character) for character in text)


def shortened(text: str, most: int = MOST_COLUMNS) -> str:
    """A text on one line of at most so many columns, with an ellipsis where something was cut."""
    line = " ".join(text.split())
    if columns(line) <= most:
        return line
    kept, width = "", columns(ELLIPSIS)
    for character in line:
        width += _columns(character)
        if width > most:
            break
        kept += character
    return kept.rstrip() + ELLIPSIS


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf", "Cc"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1
