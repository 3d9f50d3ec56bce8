"""What is missing or wrong in the cases of a review, so that its figures say less than they seem to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from leadkit.policy.reasons import OF_SHEETS
from leadkit.reviewing.cases import INVALID
from leadkit.reviewing.cells import ALL, Cells, OpportunityCell
from leadkit.reviewing.figures import total
from leadkit.reviewing.period import Period
from leadkit.reviewing.rates import FEW, Rate, change_of_rate

FEWEST_WON = 10
"""Where so many deals were won and none was lost, the losses are missing."""

EXPECTED_CLOSED = 5
"""Where so many closed deals were to be expected and there is none, they are missing: chance does so in 1 of 150."""


def problems(cells: Cells, before: Cells | None, period: Period, priorities: Sequence[str] = ()) -> dict[str, int]:
    """What could not be counted where it belongs, and what else is amiss, by code.

    `before` is the period before, `priorities` are the bands of the leads, the best first.
    """
    won = ended(cells, ALL, "won")
    leads = [cell for cell in cells_by(cells.leads, "channel") if cell.key is None]
    deals = [
        cell for cell in cells_by(cells.opportunities, "channel") if cell.key is None and (cell.opened or cell.closed)
    ]
    lost = [cell for cell in ended(cells, "lost_reason", "lost") if cell.key is None]
    ungraded = [cell for cell in cells.opportunities if cell.by == "grade" and cell.key is None and cell.closed]
    counts = {
        **dict(cells.problems),
        "won_without_amount": total(won, "opportunities") - total(won, "amounts"),
        "lead_without_channel": total(leads, "leads"),
        "opportunity_without_channel": total(deals, "opportunities"),
        "lost_without_reason": total(lost, "opportunities"),
        "closed_without_grade": total((cell for cell in ungraded if cell.status != "open"), "opportunities"),
        "won_only": _won_only(cells),
        "top_band_swells": _top_band_swells(cells, before, priorities),
        "parts_before_the_first_close": _parts_before_the_first_close(before, cells, period),
        "months_before_the_first_lead": _months_before_the_first_lead(before, cells, period),
    }
    return {code: number for code, number in sorted(counts.items()) if number}


def unknown_reasons(cells: Cells, reasons: Mapping[str, Collection[str]]) -> dict[str, int]:
    """How often each reason was given that is none of those of its kind, where there are some."""
    given = [
        *(("lost", cell.key, cell.opportunities) for cell in ended(cells, "lost_reason", "lost")),
        *(("invalid", c.key, c.leads) for c in cells_by(cells.leads, "reason") if c.status in INVALID),
    ]
    counts: dict[str, int] = {}
    for kind, key, number in given:
        if key is not None and reasons.get(kind) and key not in {*reasons[kind], *OF_SHEETS}:
            counts[key] = counts.get(key, 0) + number
    return counts


def _won_only(cells: Cells) -> int:
    """How many deals were won in the year before the review, where not one was lost and that is no chance."""
    won, lost = (total((cell for cell in cells.pipeline if cell.status == s), "opportunities") for s in ("won", "lost"))
    return won if not lost and won >= FEWEST_WON else 0


def _top_band_swells(cells: Cells, before: Cells | None, priorities: Sequence[str]) -> int:
    """How many leads are in the best band, where its share rose by more than chance explains; else 0."""
    if before is None or not priorities:
        return 0
    earlier, later = (_in_band(each, priorities[0]) for each in (before, cells))
    return later.met if change_of_rate(earlier, later) == "up" else 0


def _in_band(cells: Cells, band: str) -> Rate:
    """What part of the leads that have a band is in this one."""
    banded = [cell for cell in cells_by(cells.leads, "priority") if cell.key is not None]
    return Rate(total((cell for cell in banded if cell.key == band), "leads"), total(banded, "leads"))


def _months_before_the_first_lead(before: Cells | None, cells: Cells, period: Period) -> int:
    """The months of the period and of the one before it that lie before the first lead of all."""
    spans = [(period.previous, before)] if before is not None else []
    months = 0
    for span, of in [*spans, (period, cells)]:
        held = [int(cell.key or 0) for cell in cells_by(of.cohorts, "cohort")]
        if held:
            return months + min(held)
        months += len(span.cohorts)
    return 0


def _parts_before_the_first_close(before: Cells | None, cells: Cells, period: Period) -> int:
    """The parts of the period with many leads in which nothing was closed yet, where that is no chance; else 0.

    The parts after them say how many closed deals a part usually has.
    """
    closed = [cell.closed_part for cell in cells.deal_parts if cell.closed_part is not None]
    if not closed or (before is not None and any(cell.closed for cell in cells_by(before.opportunities, ALL))):
        return 0
    first = min(closed)
    usual = len(period.parts) - first
    early = [cell for cell in cells_by(cells.leads, "part") if int(cell.key or 0) < first]
    deals = total((cell for cell in cells.deal_parts if cell.closed_part is not None), "opportunities")
    places = len({cell.key for cell in early})
    return places if total(early, "leads") >= FEW and places * deals >= EXPECTED_CLOSED * usual else 0


def cells_by(cells: Iterable[Any], by: str) -> list[Any]:
    """The cells that are grouped by one thing."""
    return [cell for cell in cells if cell.by == by]


def ended(cells: Cells, by: str, status: str) -> list[OpportunityCell]:
    """The cells by one thing of what was closed in the period with one status."""
    return [cell for cell in cells_by(cells.opportunities, by) if cell.status == status and cell.closed]
