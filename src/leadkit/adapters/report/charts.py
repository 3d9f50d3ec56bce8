"""The charts of the page: the funnel, and the channels by rate and deal size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from attrs import define, setters

from leadkit.adapters.report.drawing import BLUE, DARK, INK, MUTED, NARROW, SIZE, WIDE, Mark, bars, svg, texts
from leadkit.adapters.report.label_layout import label_width
from leadkit.adapters.report.language import Words
from leadkit.adapters.report.scatter import scatter
from leadkit.reviewing.figures import Figures
from leadkit.reviewing.review import Review

MOST_CHANNELS = 12


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
    numbers = {
        name: words.number(count) for name, count in {**counts, "a_opportunities": total.a_opportunities}.items()
    }
    alt = words.texts["alt"]["funnel"].format(**numbers)
    return Chart(_funnel(total, words, WIDE), _funnel(total, words, NARROW), alt)


def channels(review: Review, words: Words) -> Chart | None:
    """Lead-to-win rate against average deal size, a circle a channel with its name; None where none has both.

    Beyond the twelve channels with the most leads all are one circle, "others".
    """
    named = [(name, channel) for name, channel in _named(review, words) if _has_both(channel)]
    if not named:
        return None
    point, separator = words.texts["alt"]["point"], words.page["list_separator"]
    points = [
        point.format(
            name=name, rate=words.counted(channel.lead_to_win_rate), size=words.money(channel.average_deal_size)
        )
        for name, channel in named
    ]
    alt = words.texts["alt"]["channels"].format(points=separator.join(points))
    wide, narrow = (scatter(review.total, named, words, width) for width in (WIDE, NARROW))
    return Chart(wide, narrow, alt)


def unplaced(review: Review, words: Words) -> list[str]:
    """The names of the channels that the chart of channels can't show."""
    return [name for name, channel in _named(review, words) if not _has_both(channel)]


def merged(parts: Sequence[Figures]) -> Figures:
    """The figures of several groups together; their sales cycle can't be told from theirs."""
    amounts = sum(_amounts(part) for part in parts)
    amount = sum((part.won_amount for part in parts), Decimal(0))
    counted = ("leads", "valid_leads", "opportunities", "a_opportunities", "won", "lost")
    counts: dict[str, Any] = {name: sum(getattr(part, name) for part in parts) for name in counted}
    return Figures(
        key=None,
        **counts,
        won_amount=amount,
        average_deal_size=(amount / amounts).quantize(Decimal("0.01")) if amounts else None,
        sales_cycle_days=None,
        sales_cycle_median_days=None,
    )


def _amounts(part: Figures) -> int:
    if not part.average_deal_size:
        return 0 if part.average_deal_size is None else part.won
    return int((part.won_amount / part.average_deal_size).to_integral_value())


def _named(review: Review, words: Words) -> list[tuple[str, Figures]]:
    every = review.by["channel"]
    if len(every) <= MOST_CHANNELS + 1:
        return [(words.name("channel", channel.key), channel) for channel in every]
    first, rest = every[:MOST_CHANNELS], every[MOST_CHANNELS:]
    others = words.page["others"].format(number=words.number(len(rest)))
    return [*((words.name("channel", channel.key), channel) for channel in first), (others, merged(rest))]


def _has_both(channel: Figures) -> bool:
    return bool(channel.lead_to_win_rate.of) and channel.average_deal_size is not None


@define(on_setattr=setters.frozen)
class Step:
    """One step of the funnel: its name, how many, that number as written, and what is said beside it."""

    name: str
    count: int
    number: str
    note: str


def _funnel(total: Figures, words: Words, width: int) -> str:
    wide = width == WIDE
    steps = list(_steps(total, words, brief=not wide))
    left = 14 + max(label_width(step.name, SIZE) for step in steps) if wide else 0
    height, top, bar = (44, 8, 28) if wide else (62, 26, 24)
    room = [width - left - label_width(f"{step.number}{step.note}", SIZE) - 30 for step in steps]
    scale = min((space / step.count for space, step in zip(room, steps, strict=True) if step.count), default=0)
    rows = [(step, left + max(step.count * scale, 1), top + height * place) for place, step in enumerate(steps)]
    drawn: list[Mark] = [{"x": left, "x2": end, "y": y, "y2": y + bar, "fill": BLUE} for _, end, y in rows]
    drawn.append({**drawn[2], "x2": left + total.a_opportunities * scale, "fill": DARK})
    names = [{"x": 0, "y": y + bar / 2 if wide else y - 13, "text": step.name} for step, _, y in rows]
    counts = [{"x": end + 10, "y": y + bar / 2, "text": step.number} for step, end, y in rows]
    notes = [
        {"x": end + 20 + label_width(step.number, SIZE), "y": y + bar / 2, "text": step.note} for step, end, y in rows
    ]
    layers = [bars(drawn), texts(names, INK), texts(counts, INK, bold=True), texts(notes, MUTED)]
    return svg(layers, width, top + height * (len(steps) - 1) + bar + 8)


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
