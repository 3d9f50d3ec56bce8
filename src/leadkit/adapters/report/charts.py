"""The charts of the page as SVG text, drawn by Vega-Lite: no script, no font and no address in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import ceil, sqrt
from typing import Any

import altair as alt
import vl_convert
from attrs import define, setters

from leadkit.adapters.report.places import Box, Label, Spot, label_width, place_labels, place_level, shortened
from leadkit.adapters.report.words import Words
from leadkit.reviewing.figures import Figures
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.review import Review

WIDE, NARROW = 1000, 340
"""Widths of the two drawings of each chart, in pixels: for screens and paper, and for phones."""

MOST_CHANNELS = 12
INK, MUTED, DARK, BLUE, PALE, LINE = "#1b2733", "#4d5a66", "#123f63", "#3f7cac", "#b9d3e6", "#c9d1d8"
SIZE = 14
ISOLATE, END = "\u2068", "\u2069"
"""Around a name, whose direction of writing then stays its own."""

_NAMESPACES = re.compile(r' xmlns(:xlink)?="[^"]*"')
_SIZES = re.compile(r'^(<svg[^>]*?) width="[\d.]+" height="[\d.]+"')


@define(on_setattr=setters.frozen)
class Chart:
    """A chart drawn twice, and what it shows in words."""

    wide: str
    narrow: str
    alt: str


def funnel(review: Review, words: Words) -> Chart | None:
    """Leads, valid leads, opportunities and won as bars with their counts; the A grade marked on opportunities.

    None where all of them are 0.
    """
    total = review.total
    counts = {name: getattr(total, name) for name in ("leads", "valid_leads", "opportunities", "won")}
    if not any(counts.values()):
        return None
    told = {name: words.number(count) for name, count in {**counts, "a_opportunities": total.a_opportunities}.items()}
    drawn = [_funnel(total, words, width) for width in (WIDE, NARROW)]
    return Chart(*drawn, alt=words.texts["alt"]["funnel"].format(**told))


def _funnel(total: Figures, words: Words, width: int) -> str:
    steps = list(_steps(total, words, brief=width == NARROW))
    left = 14 + max(label_width(step.name, SIZE) for step in steps) if width == WIDE else 0
    height, top, bar = (44, 8, 28) if width == WIDE else (62, 26, 24)
    room = [width - left - label_width(f"{step.told}{step.note}", SIZE) - 30 for step in steps]
    scale = min((space / step.count for space, step in zip(room, steps, strict=True) if step.count), default=0)
    rows = [(step, left + max(step.count * scale, 1), top + height * place) for place, step in enumerate(steps)]
    bars: list[dict[str, Any]] = [{"x": left, "x2": end, "y": y, "y2": y + bar, "fill": BLUE} for _, end, y in rows]
    bars.append({**bars[2], "x2": left + total.a_opportunities * scale, "fill": DARK})
    names = [{"x": 0, "y": y + bar / 2 if left else y - 13, "text": step.name} for step, _, y in rows]
    counts = [{"x": end + 10, "y": y + bar / 2, "text": step.told} for step, end, y in rows]
    notes = [
        {"x": end + 20 + label_width(step.told, SIZE), "y": y + bar / 2, "text": step.note} for step, end, y in rows
    ]
    layers = [_bars(bars), _texts(names, INK), _texts(counts, INK, bold=True), _texts(notes, MUTED)]
    return _svg(layers, width, top + height * (len(steps) - 1) + bar + 8)


@define(on_setattr=setters.frozen)
class Step:
    """One step of the funnel: its name, how many, that number as written, and what is said beside it."""

    name: str
    count: int
    told: str
    note: str


def _steps(total: Figures, words: Words, *, brief: bool) -> Iterator[Step]:
    shares = words.texts["shares"]
    valid = total.valid_leads
    notes = {
        "leads": "",
        "valid_leads": shares["valid_leads"].format(rate=words.rate(total.valid_rate)) if total.leads else "",
        "opportunities": words.page["comma"].join(_opportunity_notes(total, words, brief=brief)),
        "won": shares["won"].format(rate=words.rate(total.lead_to_win_rate)) if valid else "",
    }
    for name, note in notes.items():
        count = getattr(total, name)
        yield Step(words.texts["figures"][name], count, words.number(count), note)


def _opportunity_notes(total: Figures, words: Words, *, brief: bool) -> Iterator[str]:
    shares = words.texts["shares"]
    if total.valid_leads and not brief:
        per_hundred = round(Decimal(total.opportunities * 100) / total.valid_leads, 1)
        yield shares["opportunities"].format(number=words.number(per_hundred))
    if total.a_opportunities:
        yield shares["a_opportunities"].format(number=words.number(total.a_opportunities))


def channels(review: Review, words: Words) -> Chart | None:
    """Lead-to-win rate against average deal size, a circle a channel with its name; None where none has both.

    Beyond the twelve channels with the most leads all are one circle, "others".
    """
    shown = [one for one in _shown(review.by["channel"]) if one[1].lead_to_win_rate.of and one[1].average_deal_size]
    if not shown:
        return None
    named = [(_name(one, number, words), one) for number, one in shown]
    points = [
        words.texts["alt"]["point"].format(
            name=name, rate=words.counted(one.lead_to_win_rate), size=words.money(one.average_deal_size)
        )
        for name, one in named
    ]
    drawn = [_scatter(review.total, named, words, width) for width in (WIDE, NARROW)]
    return Chart(*drawn, alt=words.texts["alt"]["channels"].format(points="; ".join(points)))


def unplaced(review: Review, words: Words) -> list[str]:
    """The names of the channels that the chart of channels can't show."""
    return [
        _name(one, number, words)
        for number, one in _shown(review.by["channel"])
        if not (one.lead_to_win_rate.of and one.average_deal_size)
    ]


def merged(parts: Sequence[Figures]) -> Figures:
    """The figures of several groups together; their sales cycle can't be told from theirs."""
    amounts = sum(_amounts(part) for part in parts)
    amount = sum((part.won_amount for part in parts), Decimal(0))
    counts = ("leads", "valid_leads", "opportunities", "a_opportunities", "won", "lost")
    return Figures(
        key=None,
        **{name: sum(getattr(part, name) for part in parts) for name in counts},
        won_amount=amount,
        average_deal_size=(amount / amounts).quantize(Decimal("0.01")) if amounts else None,
        sales_cycle_days=None,
        sales_cycle_median_days=None,
    )


def _amounts(part: Figures) -> int:
    if not part.average_deal_size:
        return 0 if part.average_deal_size is None else part.won
    return int((part.won_amount / part.average_deal_size).to_integral_value())


def _shown(by: Sequence[Figures]) -> list[tuple[int, Figures]]:
    if len(by) <= MOST_CHANNELS + 1:
        return [(1, one) for one in by]
    rest = by[MOST_CHANNELS:]
    return [*((1, one) for one in by[:MOST_CHANNELS]), (len(rest), merged(rest))]


def _name(one: Figures, number: int, words: Words) -> str:
    return words.page["others"].format(number=number) if number > 1 else words.name("channel", one.key)


def _scatter(total: Figures, named: list[tuple[str, Figures]], words: Words, width: int) -> str:
    left, right, top, height = 58, 16, 34, 380 if width == WIDE else 330
    plot = Box(left, top, width - right, height - 46)
    rates = [_share(one.lead_to_win_rate) for _, one in named]
    sizes = [float(one.average_deal_size or 0) for _, one in named]
    across = _ticks(max(*rates, _share(total.lead_to_win_rate)), 6 if width == WIDE else 3)
    up = _ticks(max(*sizes, float(total.average_deal_size or 0)), 5)
    most = max(one.valid_leads for _, one in named)
    spots = [
        Spot(
            x=plot.left + rate / across[-1] * (plot.right - plot.left),
            y=plot.bottom - size / up[-1] * (plot.bottom - plot.top),
            radius=4 + 12 * sqrt(one.valid_leads / most),
            text=_label(name, one, words),
        )
        for (name, one), rate, size in zip(named, rates, sizes, strict=True)
    ]
    level_x = plot.left + _share(total.lead_to_win_rate) / across[-1] * (plot.right - plot.left)
    level_y = plot.bottom - float(total.average_deal_size or 0) / up[-1] * (plot.bottom - plot.top)
    overall_x = {"x": level_x, "y": top - 8, "text": f"{words.page['overall']} {words.rate(total.lead_to_win_rate)}"}
    level = f"{words.page['overall']} {words.money(total.average_deal_size)}"
    levelled = place_level(level, level_y, plot, [spot.box for spot in spots], SIZE - 2)
    labels = place_labels(spots, plot, SIZE - 1, [one.box(SIZE - 2) for one in levelled])
    grid = [
        *({"x": x, "x2": x, "y": plot.top, "y2": plot.bottom} for x in _along(plot.left, plot.right, across)),
        *({"x": plot.left, "x2": plot.right, "y": y, "y2": y} for y in _along(plot.bottom, plot.top, up)),
    ]
    levels = [
        {"x": level_x, "x2": level_x, "y": plot.top, "y2": plot.bottom},
        {"x": plot.left, "x2": plot.right, "y": level_y, "y2": level_y},
    ]
    x_texts = [
        {"x": x, "y": plot.bottom + 14, "text": words.short_percent(Decimal(str(tick)))}
        for x, tick in zip(_along(plot.left, plot.right, across), across, strict=True)
    ]
    y_texts = [
        {"x": plot.left - 8, "y": y, "text": words.short_money(Decimal(str(tick)))}
        for y, tick in zip(_along(plot.bottom, plot.top, up), up, strict=True)
    ]
    circles = [
        {"x": spot.x, "y": spot.y, "size": 3.1416 * spot.radius**2, "fill": _fill(one)}
        for spot, (_, one) in zip(spots, named, strict=True)
    ]
    leaders = [
        {"x": one.line_from[0], "y": one.line_from[1], "x2": one.x, "y2": one.y} for one in labels if one.line_from
    ]
    layers = [
        _rules(grid, LINE, []),
        _rules(levels, MUTED, [4, 4]),
        _rules(leaders, MUTED, []),
        _circles(circles),
        _texts(x_texts, MUTED, "center", SIZE - 2),
        _texts(y_texts, MUTED, "right", SIZE - 2),
        _texts([{"x": 0, "y": 10, "text": words.page["axis_size"]}], MUTED, "left", SIZE - 1),
        _texts([{"x": width - right, "y": height - 8, "text": words.page["axis_rate"]}], MUTED, "right", SIZE - 1),
        _texts([overall_x], MUTED, "center", SIZE - 2),
        *_labels(levelled, MUTED, SIZE - 2),
        *_labels(labels, INK, SIZE - 1),
    ]
    return _svg(layers, width, height)


def _labels(labels: list[Label], colour: str, size: int) -> Iterator[alt.Chart]:
    for align in ("left", "center", "right"):
        rows = [{"x": one.x, "y": one.y, "text": one.text} for one in labels if one.align == align]
        yield _texts(rows, colour, align, size)


def _share(rate: Rate) -> float:
    return rate.met / rate.of if rate.of else 0.0


def _fill(one: Figures) -> str:
    return "#ffffff" if one.lead_to_win_rate.small else PALE


def _label(name: str, one: Figures, words: Words) -> str:
    short = f"{ISOLATE}{shortened(name)}{END}"
    if not one.lead_to_win_rate.small:
        return short
    return words.page["bracketed"].format(name=short, more=words.page["small"])


def _ticks(largest: float, most: int) -> list[float]:
    """Round numbers from 0 to beyond `largest`, at most so many steps."""
    wanted = Decimal(str(max(largest * 1.08, 1e-6)))
    power = Decimal(10) ** (wanted.adjusted() - 1)
    steps = (power * factor for factor in (1, 2, 5, 10, 20, 50, 100))
    step = next(step for step in steps if wanted / step <= most)
    number = ceil(wanted / step)
    return [float(step * place) for place in range(number + 1)]


def _along(start: float, end: float, ticks: list[float]) -> list[float]:
    return [start + (end - start) * tick / ticks[-1] for tick in ticks]


def _bars(rows: list[dict[str, Any]]) -> alt.Chart:
    return _layer(rows).mark_rect().encode(**_corners(), color=alt.Color("fill:N", scale=None))


def _rules(rows: list[dict[str, Any]], colour: str, dash: list[int]) -> alt.Chart:
    return _layer(rows).mark_rule(color=colour, strokeDash=dash).encode(**_corners())


def _circles(rows: list[dict[str, Any]]) -> alt.Chart:
    mark = _layer(rows).mark_point(stroke=DARK, strokeWidth=1.5, opacity=1)
    return mark.encode(
        **_position(), size=alt.Size("size:Q", scale=None), fill=alt.Fill("fill:N", scale=None)
    )


def _texts(rows: list[dict[str, Any]], colour: str, align: str = "left", size: int = SIZE, *, bold: bool = False) -> alt.Chart:
    weight = "bold" if bold else "normal"
    mark = _layer(rows).mark_text(color=colour, align=align, fontSize=size, fontWeight=weight, baseline="middle")
    return mark.encode(**_position(), text=alt.Text("text:N"))


def _layer(rows: list[dict[str, Any]]) -> alt.Chart:
    return alt.Chart(alt.Data(values=rows))


def _position() -> dict[str, Any]:
    plain = {"scale": None, "axis": None}
    return {"x": alt.X("x:Q", **plain), "y": alt.Y("y:Q", **plain)}


def _corners() -> dict[str, Any]:
    return {**_position(), "x2": alt.X2("x2:Q"), "y2": alt.Y2("y2:Q")}


def _svg(layers: list[alt.Chart], width: int, height: float) -> str:
    chart = alt.layer(*layers, width=width, height=height).configure(
        aria=False, padding=0, background="transparent", view=alt.ViewConfig(stroke=None)
    )
    svg = vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[])
    return _SIZES.sub(r"\1", _NAMESPACES.sub("", svg))
