"""The key figures as the page shows them: each beside the period before, and what its change means."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, TypeVar

from attrs import define, setters

from leadkit.adapters.report.words import Words
from leadkit.reviewing.figures import Figures
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.review import Cohort, Response, Review

KEY_FIGURES = (
    "leads",
    "valid_leads",
    "opportunities",
    "a_opportunities",
    "won",
    "lead_to_win_rate",
    "win_rate",
    "sales_cycle_days",
    "average_deal_size",
    "pipeline_velocity",
)
ALL_FIGURES = (
    "leads",
    "valid_leads",
    "valid_rate",
    "opportunities",
    "a_opportunities",
    "won",
    "lost",
    "won_amount",
    "lead_to_win_rate",
    "win_rate",
    "sales_cycle_days",
    "sales_cycle_median_days",
    "average_deal_size",
    "pipeline_velocity",
)
SHADES = 5
PRIORITIES = ("high", "medium", "low")
Keyed = TypeVar("Keyed", Figures, Response)


@define(on_setattr=setters.frozen)
class Tile:
    """One key figure: what it is, what stands beside it, and its change; `before` is None where there was no period."""

    name: str
    value: str
    notes: tuple[str, ...]
    before: str | None
    direction: str


@define(on_setattr=setters.frozen)
class FullRow:
    """One figure in this period, in the one before, and of this period's leads so far, each with what bears it out."""

    name: str
    value: str
    note: str
    before: str | None
    direction: str
    cohort: str
    cohort_note: str


def tiles(review: Review, words: Words) -> list[Tile]:
    """The key figures in their order."""
    return [
        Tile(
            words.texts["figures"][name],
            _value(name, review.total, words),
            tuple(_notes(name, review.total, words)),
            _before(name, review, words),
            direction(name, review),
        )
        for name in KEY_FIGURES
    ]


def full_rows(review: Review, words: Words) -> list[FullRow]:
    """Every figure of the period in its order."""
    return [
        FullRow(
            words.texts["figures"][name],
            words.figure(name, getattr(review.total, name)),
            _bearing(getattr(review.total, name), words),
            _before(name, review, words),
            direction(name, review),
            words.figure(name, getattr(review.cohort, name)),
            _bearing(getattr(review.cohort, name), words),
        )
        for name in ALL_FIGURES
    ]


def direction(name: str, review: Review) -> str:
    """Whether a figure went `up` or `down`, moved by `noise`, can't be compared, or is not tested."""
    change = next((change for change in review.changes if change.name == name), None)
    if change is None:
        return "untested"
    return change.direction or "incomparable"


@define(on_setattr=setters.frozen)
class Span:
    """An interval and the rate in it as percentages of the width on which they are drawn."""

    left: Decimal
    width: Decimal
    at: Decimal


def highest(figures: Iterable[Figures], rate: str) -> Decimal:
    """The highest end of the intervals of a rate, the scale on which they are drawn; 1 where there is none."""
    highs = [getattr(one, rate).high for one in figures]
    return max((high for high in highs if high), default=Decimal(1))


def span(rate: Rate, scale: Decimal | int) -> Span | None:
    """Where the interval of a rate lies between 0 and `scale`; None where there is no rate."""
    low, value, high = rate.low, rate.value, rate.high
    if low is None or value is None or high is None:
        return None
    left, at, right = (round(share * 100 / scale, 1) for share in (low, value, high))
    return Span(left, right - left, at)


def heat(rate: Rate, cohorts: Iterable[Cohort]) -> int:
    """The shade of a cell from 0 for nothing to 5 for the highest rate of the whole map."""
    rates = [Fraction(one.met, one.of) for cohort in cohorts for one in cohort.within if one.of]
    most = max(rates, default=Fraction(0))
    return ceil(SHADES * Fraction(rate.met, rate.of) / most) if rate.of and most else 0


def ordered(rows: Iterable[Keyed], of: str) -> list[Keyed]:
    """Rows of grades by their names and those of priorities from high to low; others as they come."""
    if of not in {"grade", "priority"}:
        return list(rows)
    places = {key: place for place, key in enumerate(PRIORITIES)}
    return sorted(rows, key=lambda row: (row.key is None, places.get(row.key or "", len(places)), row.key or ""))


def _value(name: str, total: Figures, words: Words) -> str:
    value = getattr(total, name)
    return words.money(value) if name == "pipeline_velocity" else words.figure(name, value)


def _notes(name: str, total: Figures, words: Words) -> Iterable[str]:
    value = getattr(total, name)
    if isinstance(value, Rate) and value.is_share:
        yield f"{words.page['interval']} {words.interval(value)}"
        if value.small:
            yield words.page["small"]
    if name == "sales_cycle_days" and value is not None:
        yield f"{words.page['median']} {words.time(total.sales_cycle_median_days, 'day')}"
    if name == "pipeline_velocity" and value is not None:
        yield words.page["each_day"]


def _before(name: str, review: Review, words: Words) -> str | None:
    return None if review.previous is None else words.figure(name, getattr(review.previous, name))


def _bearing(value: Any, words: Words) -> str:
    if not isinstance(value, Rate) or not value.of:
        return ""
    parts = [f"{words.number(value.met)}/{words.number(value.of)}", words.interval(value)]
    return words.page["comma"].join([*parts, words.page["small"]] if value.is_share and value.small else parts)
