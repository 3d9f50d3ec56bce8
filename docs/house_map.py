"""Draw the rooms of the house and what they import, from the imports themselves.

    python docs/house_map.py FILE.svg

The documentation's build runs it too (`hooks` in mkdocs.yml). A row is a layer of pyproject.toml. An arrow that follows
from others is left out: where `desk` imports `store` and `store` imports `rules`, none goes from `desk` to `rules`.
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/leadkit"
sys.path.insert(0, str(ROOT))

from benchmarks.house import Graph, imports, layers, modules, reached, rooms  # noqa: E402

WIDTH, ROW, BOX, HEIGHT = 960, 84, 116, 36
MARK = "<!-- the map of the house -->"
STYLE = """
.house text { font: 14px system-ui, sans-serif; text-anchor: middle; dominant-baseline: central; fill: #1f2937 }
.house rect { fill: #eef2ff; stroke: #4f46e5; rx: 6 }
.house path { fill: none; stroke: #94a3b8; marker-end: url(#tip) }
.house g:hover rect { fill: #c7d2fe }
"""


def essential(arrows: Graph) -> list[tuple[str, str]]:
    """The arrows that don't follow from others, which together reach the same rooms."""
    return [
        (room, target)
        for room, targets in arrows.items()
        for target in sorted(targets)
        if not any(target in reached(arrows, other) for other in targets - {target})
    ]


def centres(floors: list[list[str]]) -> dict[str, tuple[float, float]]:
    """Where each room is drawn: a floor is a row, its rooms at equal distances."""
    return {
        room: (WIDTH * (place + 1) / (len(floor) + 1), ROW * (number + 0.5))
        for number, floor in enumerate(floors)
        for place, room in enumerate(floor)
    }


def drawing(source: Path = SOURCE) -> str:
    """The map as SVG; hovering over a room lists all that it imports."""
    house, floors = modules(source), layers(source)
    arrows, places = rooms(house, imports(house)), centres(floors)
    lines = [
        _arrow(places[room], places[target])
        for room, target in essential(arrows)
        if room in places and target in places
    ]
    boxes = [_box(room, place, sorted(arrows.get(room, ()))) for room, place in places.items()]
    size = f'viewBox="0 0 {WIDTH} {ROW * len(floors)}"'
    tip = '<marker id="tip" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="7" markerHeight="7" orient="auto">'
    tip += '<polygon points="0,0 6,3 0,6" fill="#94a3b8"/></marker>'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} class="house" role="img"><title>The rooms of leadkit</title>'
    )
    return "\n".join([head, f"<style>{STYLE.strip()}</style><defs>{tip}</defs>", *lines, *boxes, "</svg>\n"])


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = (start[0], start[1] + HEIGHT / 2), (end[0], end[1] - HEIGHT / 2)
    bend = (y2 - y1) * 0.5
    return f'<path d="M{x1:.0f},{y1:.0f} C{x1:.0f},{y1 + bend:.0f} {x2:.0f},{y2 - bend:.0f} {x2:.0f},{y2:.0f}"/>'


def _box(room: str, centre: tuple[float, float], targets: list[str]) -> str:
    x, y = centre
    box = f'<rect x="{x - BOX / 2:.0f}" y="{y - HEIGHT / 2:.0f}" width="{BOX}" height="{HEIGHT}"/>'
    listed = escape(f"{room} imports {', '.join(targets) or 'nothing'}")
    return f'<g><title>{listed}</title>{box}<text x="{x:.0f}" y="{y:.0f}">{escape(room)}</text></g>'


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the map in the place of its mark on a page, for mkdocs."""
    return markdown.replace(MARK, f"<div>{drawing()}</div>") if MARK in markdown else markdown


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(drawing(), "utf-8")
