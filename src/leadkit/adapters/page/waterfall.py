"""The rows that add up to a score as a picture, for a page of your own: SVG without script and without an address."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from html import escape

from attrs import define, setters

from leadkit.policy import Policy
from leadkit.rules.labels import Labels, label
from leadkit.scoring.contributions import Contribution
from leadkit.scoring.explain import row_words
from leadkit.scoring.score import Score
from leadkit.texts import Language, texts

WIDTH, LINE, MARGIN = 640, 26, 16
NAMES, POINTS = 300, 64
"""The width of the column of names, and of that of points; bars have the rest."""
SIGNS = 38
"""A name has so many half-width signs at most; the whole of it stands in its title."""
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
STYLE = """\
.lk-paper{fill:#fff}.lk-ink{fill:#1b2733}.lk-muted{fill:#4d5a66}.lk-more{fill:#2a6191}.lk-less{fill:#8a4b08}
.lk-cut{fill:none;stroke:#8a4b08;stroke-dasharray:3 2}.lk-axis{stroke:#d6dce1}
@media (prefers-color-scheme:dark){.lk-paper{fill:#151c22}.lk-ink{fill:#e6ecf1}.lk-muted{fill:#a9b6c1}
.lk-more{fill:#7db4dd}.lk-less{fill:#e5a55d}.lk-cut{stroke:#e5a55d}.lk-axis{stroke:#35414c}}"""


@define(on_setattr=setters.frozen)
class Bar:
    """One row of the picture: from where to where it leads, in points; a group's heading leads nowhere."""

    name: str
    points: Decimal | None = None
    start: Decimal = Decimal(0)
    kind: str = "ink"


def waterfall(policy: Policy, score: Score, *, language: Language | None = None) -> str:
    """The rows of a score that are not 0 as one SVG element, 640 units wide, with the policy's labels.

    It has its own background, light or dark as its reader likes it, and says in `title` and `desc` what it shows. It
    fits into a page as it is, or as a file of its own into `img`.
    """
    language = language or policy.language
    rows = list(bars(policy, score, language))
    text = score.explain(language)
    mark = f"lk{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    height = len(rows) * LINE + 2 * MARGIN
    title, description = text.partition("\n")[0], text
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"',
            f' role="img" lang="{language.replace("_", "-")}" aria-labelledby="{mark}t {mark}d"',
            ' font-family="system-ui, sans-serif" font-size="14">',
            f'<title id="{mark}t">{_plain(title)}</title><desc id="{mark}d">{_plain(description)}</desc>',
            f'<style>{STYLE}</style><rect class="lk-paper" width="{WIDTH}" height="{height}" fill="#fff"/>',
            *_drawn(rows, height),
            "</svg>",
        ]
    )


def bars(policy: Policy, score: Score, language: Language) -> Iterator[Bar]:
    """The rows of a picture: groups with what their rules gave and what was cut, and the total."""
    labels, at = labels_of(policy, score), Decimal(0)
    group = None
    for row in (row for row in score.contributions if row.points):
        if row.group and row.group != group:
            group = row.group
            yield Bar(label(labels, language, group))
        yield Bar(row_words(row, score.facts, labels, language), row.points, at, _kind(row))
        at += row.points
    yield Bar(str(texts("page", language)["total"]), score.points, Decimal(0), "ink")


def labels_of(policy: Policy, score: Score) -> Labels:
    """The labels of the branch that gave a score, else those of the policy."""
    return (policy if score.branch is None else policy.branches[score.branch]).document.labels


def _kind(row: Contribution) -> str:
    if row.why not in ("rule", "start"):
        return "cut"
    return "less" if row.points < 0 else "more"


def _drawn(rows: list[Bar], height: int) -> Iterator[str]:
    edges = [edge for row in rows if row.points is not None for edge in (row.start, row.start + row.points)]
    low, high = min(edges, default=Decimal(0)), max(edges, default=Decimal(0))
    low, high = min(low, Decimal(0)), max(high, Decimal(0))
    left, width = MARGIN + NAMES + POINTS + 12, WIDTH - 2 * MARGIN - NAMES - POINTS - 12

    def place(points: Decimal) -> float:
        return round(left + float((points - low) / ((high - low) or 1)) * width, 2)

    yield f'<path class="lk-axis" stroke="#d6dce1" d="M{place(Decimal(0))} {MARGIN}V{height - MARGIN}"/>'
    for number, row in enumerate(rows):
        top = MARGIN + number * LINE
        yield from _row(row, top, number == len(rows) - 1)
        if row.points is not None:
            start, end = sorted((place(row.start), place(row.start + row.points)))
            yield _bar(row.kind, start, max(end - start, 1), top)


def _row(row: Bar, top: int, last: bool) -> Iterator[str]:
    base, strong = top + 18, ' font-weight="600"' if last or row.points is None else ""
    ink = 'class="lk-ink" fill="#1b2733"'
    indent = MARGIN if strong else MARGIN + 12
    name = _clipped(row.name)
    whole = "" if name == row.name else f"<title>{_plain(row.name)}</title>"
    yield f'<text {ink} x="{indent}" y="{base}"{strong}>{_plain(name)}{whole}</text>'
    if row.points is not None:
        written = _signed(row.points) if not last else f"{row.points:f}"
        yield f'<text {ink} x="{MARGIN + NAMES + POINTS}" y="{base}" text-anchor="end"{strong}>{written}</text>'


def _bar(kind: str, start: float, width: float, top: int) -> str:
    colours = {"more": 'fill="#2a6191"', "less": 'fill="#8a4b08"', "ink": 'fill="#1b2733"'}
    cut = 'fill="none" stroke="#8a4b08" stroke-dasharray="3 2"'
    drawn = colours.get(kind, cut)
    return f'<rect class="lk-{kind}" {drawn} x="{start}" y="{top + 6}" width="{round(width, 2)}" height="14"/>'


def _signed(points: Decimal) -> str:
    return f"+{points:f}" if points > 0 else f"−{-points:f}"


def _clipped(name: str) -> str:
    """A name as long as its column is wide; a sign of Chinese counts for two."""
    room, kept = SIGNS, ""
    for sign in name:
        room -= 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if room < 1:
            return kept + "…" if len(kept) + 1 < len(name) or room < 0 else name
        kept += sign
    return name


def _plain(text: str) -> str:
    """A text that may stand in XML."""
    return escape(_ILLEGAL.sub("\ufffd", text))
