"""Channels as circles on a plane: lead-to-win rate across, average deal size up, each with its name beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import ceil, pi, sqrt

from attrs import define, setters

from leadkit.adapters.report.drawing import (
    INK,
    LINE,
    MUTED,
    NARROW,
    PALE,
    PAPER,
    SIZE,
    Layer,
    Mark,
    circles,
    rules,
    svg,
    texts,
)
from leadkit.adapters.report.label_layout import Box, Label, Spot, place_labels, place_level, shortened
from leadkit.adapters.report.language import Words
from leadkit.reviewing.figures import Figures
from leadkit.reviewing.rates import Rate

NAME, TICK = SIZE - 1, SIZE - 2
LEFT, RIGHT, TOP, BOTTOM = 58, 18, 34, 46
"""Room around the plane, in pixels."""

ISOLATE, END = "\u2068", "\u2069"
"""Around a name, whose direction of writing then stays its own."""


@define(on_setattr=setters.frozen)
class Plane:
    """Where shares and amounts lie in pixels: `across` and `up` are the numbers at the lines of the grid."""

    box: Box
    across: Sequence[float]
    up: Sequence[float]

    def x(self, share: float) -> float:
        """Where a share lies."""
        return self.box.left + share / self.across[-1] * (self.box.right - self.box.left)

    def y(self, amount: float) -> float:
        """Where an amount lies."""
        return self.box.bottom - amount / self.up[-1] * (self.box.bottom - self.box.top)

    def upright(self, share: float) -> Mark:
        """The line of one share."""
        return {"x": self.x(share), "x2": self.x(share), "y": self.box.top, "y2": self.box.bottom}

    def level(self, amount: float) -> Mark:
        """The line of one amount."""
        return {"x": self.box.left, "x2": self.box.right, "y": self.y(amount), "y2": self.y(amount)}


def scatter(total: Figures, named: Sequence[tuple[str, Figures]], words: Words, width: int) -> str:
    """The chart as SVG; every one of `named` has a rate and an average deal size."""
    height = 330 if width == NARROW else 380
    every = [total, *(channel for _, channel in named)]
    plane = Plane(
        Box(LEFT, TOP, width - RIGHT, height - BOTTOM),
        share_ticks(max(map(_share, every)), 3 if width == NARROW else 6),
        ticks(max(map(_size, every)), 5),
    )
    spots = list(_spots(plane, named, words))
    level = f"{words.page['overall']} {words.money(total.average_deal_size)}"
    levelled = place_level(level, plane.y(_size(total)), plane.box, [spot.box for spot in spots], TICK)
    labels = place_labels(spots, plane.box, NAME, [label.box(TICK) for label in levelled])
    layers = [
        *_ground(plane, total, words),
        rules([_line(label) for label in labels if label.line_from], MUTED),
        circles([_circle(spot, channel) for spot, (_, channel) in zip(spots, named, strict=True)]),
        *_written(levelled, MUTED, TICK),
        *_written(labels, INK, NAME),
    ]
    return svg(layers, width, height)


def ticks(largest: float, most: int) -> list[float]:
    """Round numbers from 0 to beyond `largest`, at most so many steps."""
    wanted = Decimal(str(max(largest * 1.08, 1e-6)))
    power = Decimal(10) ** (wanted.adjusted() - 1)
    steps = (power * factor for factor in (1, 2, 5, 10, 20, 50, 100))
    step = next(step for step in steps if wanted / step <= most)
    return [float(step * place) for place in range(ceil(wanted / step) + 1)]


def share_ticks(largest: float, most: int) -> list[float]:
    """Round shares from 0, not beyond 1 where none lies beyond it."""
    steps = ticks(largest, most)
    return [*(tick for tick in steps if tick < 1), 1.0] if largest <= 1 < steps[-1] else steps


def _ground(plane: Plane, total: Figures, words: Words) -> Iterator[Layer]:
    box, page = plane.box, words.page
    yield rules([*map(plane.upright, plane.across), *map(plane.level, plane.up)], LINE)
    yield rules([plane.upright(_share(total)), plane.level(_size(total))], MUTED, (4, 4))
    shares = [(plane.x(tick), words.short_percent(Decimal(str(tick)))) for tick in plane.across]
    yield texts([{"x": x, "y": box.bottom + 14, "text": text} for x, text in shares], MUTED, "center", TICK)
    sizes = [(plane.y(tick), words.short_money(Decimal(str(tick)))) for tick in plane.up]
    yield texts([{"x": box.left - 8, "y": y, "text": text} for y, text in sizes], MUTED, "right", TICK)
    yield texts([{"x": 0, "y": 10, "text": page["axis_size"]}], MUTED, "left", NAME)
    yield texts([{"x": box.right, "y": box.bottom + 38, "text": page["axis_rate"]}], MUTED, "right", NAME)
    overall = f"{page['overall']} {words.rate(total.lead_to_win_rate)}"
    yield texts([{"x": plane.x(_share(total)), "y": box.top - 8, "text": overall}], MUTED, "center", TICK)


def _spots(plane: Plane, named: Sequence[tuple[str, Figures]], words: Words) -> Iterator[Spot]:
    most = max(channel.valid_leads for _, channel in named)
    for name, channel in named:
        radius = 4 + 12 * sqrt(channel.valid_leads / most)
        yield Spot(
            plane.x(_share(channel)), plane.y(_size(channel)), radius, _label(name, channel.lead_to_win_rate, words)
        )


def _label(name: str, rate: Rate, words: Words) -> str:
    short = f"{ISOLATE}{shortened(name)}{END}"
    return words.page["bracketed"].format(name=short, more=words.page["small"]) if rate.small else short


def _circle(spot: Spot, channel: Figures) -> Mark:
    fill = PAPER if channel.lead_to_win_rate.small else PALE
    return {"x": spot.x, "y": spot.y, "size": pi * spot.radius**2, "fill": fill}


def _line(label: Label) -> Mark:
    x, y = label.line_from or (label.x, label.y)
    return {"x": x, "y": y, "x2": label.x, "y2": label.y}


def _written(labels: Sequence[Label], colour: str, size: int) -> Iterator[Layer]:
    for align in ("left", "center", "right"):
        marks = [{"x": label.x, "y": label.y, "text": label.text} for label in labels if label.align == align]
        yield texts(marks, colour, align, size)


def _share(channel: Figures) -> float:
    rate = channel.lead_to_win_rate
    return rate.met / rate.of if rate.of else 0.0


def _size(channel: Figures) -> float:
    return float(channel.average_deal_size or 0)
