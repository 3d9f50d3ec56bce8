"""The conversion review sheet (转化复盘分析表): one row a period, written from reviews and read from sheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define, field, setters

from leadkit.adapters.spreadsheets.cells import is_blank, number, text, unkeepable
from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.read_sheet import ReadSheet
from leadkit.adapters.spreadsheets.rows import read_rows
from leadkit.adapters.spreadsheets.table import Cell, Table
from leadkit.adapters.spreadsheets.templates import REVIEWS
from leadkit.errors import FactError
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy import Policy
from leadkit.records.text import fold
from leadkit.reviewing.figures import Figures
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.period import Period, read_period
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.review import Review
from leadkit.reviewing.view import NO_LABELS, key_label
from leadkit.rules.labels import Labels
from leadkit.texts import Language, texts

COUNTS = ("leads", "valid_leads", "opportunities", "a_opportunities", "won")
NOTES = ("worked", "failed", "improve")
LONGEST = 200
"""The characters of a reason that stand in the cell of failures."""

_HALF_PERCENT, _FINEST = Decimal("0.005"), Decimal("0.000001")


@define(on_setattr=setters.frozen, kw_only=True)
class ReviewRow:
    """One period of a review sheet; None is a blank cell.

    `lead_to_win_rate` is a share (7.5 % is 0.075), to six decimals; `notes` hold one entry for each line of a cell.
    """

    period: Period
    leads: int | None = None
    valid_leads: int | None = None
    opportunities: int | None = None
    a_opportunities: int | None = None
    won: int | None = None
    lead_to_win_rate: Decimal | None = None
    sales_cycle_days: Decimal | None = None
    notes: ReviewNotes = field(factory=ReviewNotes)


def review_row(review: Review, language: Language, labels: Labels = NO_LABELS) -> ReviewRow:
    """A review as one row: its figures by event date, the rate to one decimal of a percent, and its notes.

    Where the notes name no failure, the most frequent loss reason stands there with its count
    (`价格因素导致15个商机流失`), of several the first by name; losses without a reason are none. `labels` are those of
    the policy.
    """
    total, notes = review.total, review.notes
    failed = notes.failed or tuple(_losses(review, language, labels))
    return ReviewRow(
        period=review.period,
        **{name: getattr(total, name) for name in COUNTS},
        lead_to_win_rate=_rate(total),
        sales_cycle_days=total.sales_cycle_days,
        notes=ReviewNotes(worked=notes.worked, failed=failed, improve=notes.improve),
    )


def review_table(reviews: Iterable[Review | ReviewRow], language: Language, labels: Labels = NO_LABELS) -> Table:
    """The review sheet, a row for each of `reviews`, which `read_reviews` reads back.

    The rate stands as text, `7.5%`; the cycle in days, whole where it is; each note on a line of its own.
    """
    rows = [row if isinstance(row, ReviewRow) else review_row(row, language, labels) for row in reviews]
    notes = {REVIEWS.head(column, language) for column in NOTES}
    return Table(
        REVIEWS.title[language],
        REVIEWS.row(language),
        [tuple(_cells(row, language)) for row in rows],
        widths=dict.fromkeys(notes, 40),
        wrapped=notes,
    )


def read_reviews(path: str | Path, policy: Policy, *, limits: Limits = DEFAULT_LIMITS) -> ReadSheet[ReviewRow]:
    """Every row of a review sheet, set aside, or used and flagged.

    Set aside is a row whose period is none or stands in a row above, or with a count, rate or cycle that is no number.
    Flagged is a rate that is not won / valid leads, to as many decimals as it has. A rate with `%` is a percentage, and
    so is one above 1; any other is a share. Periods are in the policy's zone.

    Raises:
        SheetError: the file can't be read or is not a review sheet.
    """
    path = Path(path)
    seen: set[tuple[date, date]] = set()

    def read(cells: Mapping[str, Cell], _: int) -> tuple[ReviewRow | None, list[Fault]]:
        period = _period(cells.get("period"), policy.time_zone)
        counts = {name: _count(cells.get(name)) for name in COUNTS}
        rate, days = _share(cells.get("lead_to_win_rate")), _days(cells.get("sales_cycle_days"))
        numbers = {**counts, "lead_to_win_rate": rate, "sales_cycle_days": days}
        faults = unkeepable(cells, limits)
        faults += [
            Fault("not_a_number", name) for name in numbers if numbers[name] is None and not is_blank(cells.get(name))
        ]
        if period is None:
            faults.append(Fault("not_a_period" if cells.get("period") is not None else "missing", "period"))
        elif (period.first, period.last) in seen:
            faults.append(Fault("repeated", "period"))
        if faults or period is None:
            return None, faults
        seen.add((period.first, period.last))
        row = ReviewRow(period=period, **counts, lead_to_win_rate=rate, sales_cycle_days=days, notes=_notes(cells))
        return row, list(_flags(row))

    return read_rows(path, REVIEWS, read, limits)


def _losses(review: Review, language: Language, labels: Labels) -> Iterator[str]:
    named = [share for share in review.losses if share.reason]
    for share in named[:1]:
        reason = key_label("reason", share.reason, language, labels)
        short = reason if len(reason) <= LONGEST else f"{reason[:LONGEST]}…"
        yield texts("review", language)["sheet"]["lost"].format(short, share.rate.met)


def _rate(total: Figures) -> Decimal | None:
    rate = total.lead_to_win_rate
    return Decimal(rate.percent().rstrip("%")) / 100 if rate.is_share else None


def _cells(row: ReviewRow, language: Language) -> Iterator[Cell]:
    days = row.sales_cycle_days
    yield row.period.label(language)
    yield from (getattr(row, name) for name in COUNTS)
    yield None if row.lead_to_win_rate is None else _percent(row.lead_to_win_rate)
    yield int(days) if days is not None and days == int(days) else days
    yield from ("\n".join(getattr(row.notes, name)) or None for name in NOTES)


def _percent(share: Decimal) -> str:
    """A share as `7.5%`: one decimal, or as many as it has."""
    percent = (share * 100).normalize()
    return f"{percent:.{max(1, -int(percent.as_tuple().exponent))}f}%"


def _period(cell: Cell, zone: ZoneInfo) -> Period | None:
    """The period that a cell names; a spreadsheet program makes the first day of a month of `2023-08`."""
    name = f"{cell:%Y-%m}" if isinstance(cell, date) and cell.day == 1 else fold(text(cell) or "")
    try:
        return read_period(name, zone)
    except FactError:
        return None


def _count(cell: Cell) -> int | None:
    count = number(cell, "个", "条")
    return int(count) if count is not None and count == count.to_integral_value() and 0 <= count < 10**15 else None


def _days(cell: Cell) -> Decimal | None:
    days = number(cell, "天", "d", "day", "days")
    return days.quantize(_FINEST).normalize() if days is not None and 0 <= days < 10**9 else None


def _share(cell: Cell) -> Decimal | None:
    share = number(cell, "%")
    if share is None or not 0 <= share < 10**9:
        return None
    percent = share > 1 or (isinstance(cell, str) and fold(cell).endswith("%"))
    return (share / 100 if percent else share).quantize(_FINEST)


def _notes(cells: Mapping[str, Cell]) -> ReviewNotes:
    lines: dict[str, Any] = {name: (text(cells.get(name)) or "").splitlines() for name in NOTES}
    return ReviewNotes(**{name: tuple(filter(None, map(str.strip, notes))) for name, notes in lines.items()})


def _flags(row: ReviewRow) -> Iterator[Fault]:
    if row.lead_to_win_rate is None or row.won is None or row.valid_leads is None:
        return
    rate = Rate(row.won, row.valid_leads)
    wanted = rate.value or Decimal(0)
    if abs(row.lead_to_win_rate - wanted) > _slack(row.lead_to_win_rate):
        yield Fault("other_rate", "lead_to_win_rate", rate.percent())


def _slack(share: Decimal) -> Decimal:
    """Half of the last decimal that a share has, at most half a percent."""
    places = Decimal(1).scaleb(int(share.normalize().as_tuple().exponent))
    return max(min(places / 2, _HALF_PERCENT), _FINEST)
