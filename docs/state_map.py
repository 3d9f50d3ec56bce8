"""Draw state diagrams when the documentation is built, so that no page fetches a script; a hook of mkdocs.

A column is a state. A row is what some commands do: a dot at each state they start from, an arrow to each they end in.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

BLOCK = re.compile(r"```mermaid\nstateDiagram-v2\n(.*?)```\n", re.DOTALL)
ARROW = re.compile(r"^ *(\S+) --> (\S+)(?:: (.+))?$", re.MULTILINE)
OUTSIDE = "[*]"
COLUMN, ROW, BOX, HEIGHT = 132, 34, 116, 30
STYLE = """
.states text { font: 13px system-ui, sans-serif; text-anchor: middle; dominant-baseline: central; fill: currentColor }
.states rect { fill: none; stroke: #6366f1; stroke-width: 1.5; rx: 15 }
.states .end { stroke-width: 4 }
.states .life { stroke: #94a3b8; stroke-dasharray: 2 5 }
.states .way { stroke: #6366f1; stroke-width: 1.5 }
.states .from, .states .to { fill: #6366f1 }
.states .label { paint-order: stroke; stroke: var(--md-default-bg-color, #fff); stroke-width: 5px }
"""
LEGEND = "A dot marks a state that the commands start from, an arrowhead one that they lead to, a thick border an end."

Arrow = tuple[str, str, str]
Row = tuple[tuple[str, ...], tuple[str, ...], str]
"""The states that an arrow leaves, those that it leads to, and the commands."""


def arrows(diagram: str) -> list[Arrow]:
    """The start, the end and the commands of each arrow of a diagram in Mermaid."""
    return [(start, end, label or "") for start, end, label in ARROW.findall(diagram)]


def rows(ways: list[Arrow]) -> list[Row]:
    """The same arrows with those of the same commands drawn together, where they share their start or their end."""
    together: dict[tuple[str, str], list[str]] = {}
    for start, end, label in ways:
        together.setdefault((end, label), []).append(start)
    merged: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for (end, label), starts in together.items():
        merged.setdefault((tuple(starts), label), []).append(end)
    return [(starts, tuple(ends), label) for (starts, label), ends in merged.items()]


def columns(ways: list[Arrow]) -> list[str]:
    """The states from left to right, as the arrows mention them."""
    mentioned = dict.fromkeys(state for start, end, _ in ways for state in (start, end))
    return [OUTSIDE, *(state for state in mentioned if state != OUTSIDE)]


def drawing(diagram: str) -> str:
    """A state diagram in Mermaid as SVG."""
    every = arrows(diagram)
    final = {start for start, end, _ in every if end == OUTSIDE}
    ways = [way for way in every if way[1] != OUTSIDE]
    places = {state: 24 + COLUMN * number for number, state in enumerate(columns(ways))}
    drawn = rows(ways)
    width, height = max(places.values()) + BOX // 2 + 4, HEIGHT + 22 + ROW * len(drawn)
    heads = [_head(state, x, height, final=state in final) for state, x in places.items()]
    lines = [_row(row, places, HEIGHT + 26 + ROW * number) for number, row in enumerate(drawn)]
    description = escape("; ".join(f"{start} to {end}: {label}" for start, end, label in ways))
    size = f'viewBox="0 0 {width} {height}" width="{width}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} class="states" role="img"><title>States</title>'
    return "\n".join([head, f"<desc>{description}</desc><style>{STYLE.strip()}</style>", *heads, *lines, "</svg>"])


def _head(state: str, x: float, height: int, *, final: bool) -> str:
    line = f'<path class="life" d="M{x},{HEIGHT + 2} V{height}"/>'
    if state == OUTSIDE:
        return f'{line}<circle class="from" cx="{x}" cy="{HEIGHT / 2 + 1}" r="7"/>'
    kind = ' class="end"' if final else ""
    box = f'<rect{kind} x="{x - BOX / 2}" y="2" width="{BOX}" height="{HEIGHT - 2}"/>'
    return f'{line}{box}<text x="{x}" y="{HEIGHT / 2 + 1}">{escape(state)}</text>'


def _row(row: Row, places: dict[str, int], y: int) -> str:
    starts, ends, label = ([places[state] for state in row[0]], [places[state] for state in row[1]], row[2])
    left, right = min(starts + ends), max(starts + ends)
    parts = [f'<path class="way" d="M{left},{y} H{right}"/>']
    parts += [f'<circle class="from" cx="{x}" cy="{y}" r="3.5"/>' for x in starts]
    parts += [_tip(x, y, from_left=True) for x in ends if min(starts) < x]
    parts += [_tip(x, y, from_left=False) for x in ends if x < max(starts)]
    parts.append(f'<text class="label" x="{(left + right) / 2}" y="{y - 12}">{escape(label)}</text>')
    return "".join(parts)


def _tip(x: int, y: int, *, from_left: bool) -> str:
    back = -9 if from_left else 9
    return f'<path class="to" d="M{x},{y} l{back},-5 v10 z"/>'


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Draw the diagrams of a page, for mkdocs."""
    return BLOCK.sub(lambda block: f'<div class="wide">\n{drawing(block[1])}\n</div>\n\n{LEGEND}\n', markdown)
