"""Marks on a plain plane of pixels, drawn by Vega-Lite as SVG text: no script, no font and no address in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import altair as alt
import vl_convert

WIDE, NARROW = 1000, 340
"""Widths of the two drawings of each chart, in pixels: for screens and paper, and for phones."""

INK, MUTED, DARK, BLUE, PALE, LINE, PAPER = (
    "#1b2733",
    "#4d5a66",
    "#123f63",
    "#34709d",
    "#b9d3e6",
    "#c9d1d8",
    "#ffffff",
)
SIZE = 14
"""The size of letters, in pixels."""

Mark = dict[str, Any]
Layer = Any
_NAMESPACES = re.compile(r' xmlns(:xlink)?="[^"]*"')
_SIZES = re.compile(r'^(<svg[^>]*?) width="[\d.]+" height="[\d.]+"')


def bars(marks: Sequence[Mark]) -> Layer:
    """Rectangles from `x`, `y` to `x2`, `y2`, filled with `fill`."""
    return _layer(marks).mark_rect().encode(**_corners(), color=alt.Color("fill:N", scale=None))


def rules(marks: Sequence[Mark], colour: str, dash: Sequence[int] = ()) -> Layer:
    """Lines from `x`, `y` to `x2`, `y2`."""
    return _layer(marks).mark_rule(color=colour, strokeDash=list(dash)).encode(**_corners())


def circles(marks: Sequence[Mark]) -> Layer:
    """Circles around `x`, `y` of the area `size`, filled with `fill`."""
    layer = _layer(marks).mark_point(stroke=DARK, strokeWidth=1.5, opacity=1)
    size, fill = alt.Size("size:Q", scale=None), alt.Fill("fill:N", scale=None)
    return layer.encode(**_place(), size=size, fill=fill)


def texts(marks: Sequence[Mark], colour: str, align: str = "left", size: int = SIZE, *, bold: bool = False) -> Layer:
    """`text` at `x`, with its middle line at `y`."""
    weight = "bold" if bold else "normal"
    layer = _layer(marks).mark_text(color=colour, align=align, fontSize=size, fontWeight=weight, baseline="middle")
    return layer.encode(**_place(), text=alt.Text("text:N"))


def svg(layers: Sequence[Layer], width: float, height: float) -> str:
    """The layers as an SVG element that takes the width it is given; y grows downwards."""
    chart: Any = alt.layer(*layers, width=width, height=height).configure(
        aria=False, padding=0, background="transparent", view=alt.ViewConfig(stroke=None)
    )
    drawn = vl_convert.vegalite_to_svg(chart.to_dict(validate=False), allowed_base_urls=[])
    return _SIZES.sub(r"\1", _NAMESPACES.sub("", drawn))


def _layer(marks: Sequence[Mark]) -> Any:
    return alt.Chart(alt.InlineData(values=list(marks)))


def _place() -> dict[str, Any]:
    return {"x": alt.X("x:Q", scale=None, axis=None), "y": alt.Y("y:Q", scale=None, axis=None)}


def _corners() -> dict[str, Any]:
    return {**_place(), "x2": alt.X2("x2:Q"), "y2": alt.Y2("y2:Q")}
