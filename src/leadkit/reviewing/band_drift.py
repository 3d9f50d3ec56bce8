"""Whether the bands of a review hold as many leads, and are won as often, as in the period before."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from attrs import define, evolve, setters

from leadkit.results import Result
from leadkit.reviewing.cells import Cells
from leadkit.reviewing.figures import total
from leadkit.reviewing.movement import DriftRow, DriftVerdict, is_unstable, stability
from leadkit.reviewing.problems import cells_by, ended
from leadkit.reviewing.rates import FEW, Rate, change_of_rate


@define(on_setattr=setters.frozen, kw_only=True)
class BandDrift(Result):
    """The bands of a period beside those of the period before, as they stand at the time of the review.

    `leads_before` and `leads_now` were received in each period and have a band; `won_before` and `won_now` are won of
    closed opportunities. `stability` is the population stability index of the bands, `stability_chance` the probability
    that chance alone moves them as much. `verdict` is `learn_again` where the index is above 0.1 and no chance, or a
    rate moved by more than chance explains; else `not_enough_data` where a side has fewer than 30 leads or 30 closed
    opportunities, and `steady` otherwise.
    """

    leads_before: int
    leads_now: int
    won_before: Rate
    won_now: Rate
    stability: Decimal | None
    stability_chance: Decimal | None
    bands: tuple[DriftRow, ...]
    verdict: DriftVerdict = "steady"

    @property
    def moved(self) -> tuple[DriftRow, ...]:
        """The bands whose share or rate moved."""
        return tuple(row for row in self.bands if row.share_moved or row.rate_moved)

    @property
    def won_moved(self) -> bool:
        """Whether won of closed opportunities moved, whatever their bands."""
        few = self.won_before.small or self.won_now.small
        return not few and change_of_rate(self.won_before, self.won_now) in {"up", "down"}


def band_drift(before: Cells, now: Cells, bands: Sequence[str]) -> BandDrift | None:
    """The bands of two periods compared, the best first; None where no lead of either has one of them."""
    leads = [[_leads(cells, band) for cells in (before, now)] for band in bands]
    won = [[_won(cells, band) for cells in (before, now)] for band in bands]
    earlier, later = ([each[place] for each in leads] for place in (0, 1))
    if not any(earlier) and not any(later):
        return None
    totals = sum(earlier), sum(later)
    index, chance = stability(earlier, later)
    rows = [
        DriftRow.of(
            "priority",
            band,
            (Rate(counts[0], totals[0]), Rate(counts[1], totals[1])),
            (rates[0], rates[1]),
            len(bands),
        )
        for band, counts, rates in zip(bands, leads, won, strict=True)
    ]
    whole = [Rate(sum(rates[place].met for rates in won), sum(rates[place].of for rates in won)) for place in (0, 1)]
    made = BandDrift(
        leads_before=totals[0],
        leads_now=totals[1],
        won_before=whole[0],
        won_now=whole[1],
        stability=index,
        stability_chance=chance,
        bands=tuple(rows),
    )
    return evolve(made, verdict=_verdict(made))


def _verdict(made: BandDrift) -> DriftVerdict:
    few_leads = min(made.leads_before, made.leads_now) < FEW
    unstable = not few_leads and is_unstable(made.stability, made.stability_chance)
    if unstable or made.won_moved or any(row.rate_moved for row in made.bands):
        return "learn_again"
    return "not_enough_data" if few_leads or made.won_before.small or made.won_now.small else "steady"


def _leads(cells: Cells, band: str) -> int:
    return total((cell for cell in cells_by(cells.leads, "priority") if cell.key == band), "leads")


def _won(cells: Cells, band: str) -> Rate:
    """Won of closed opportunities whose lead is in the band."""
    won, lost = (
        total((cell for cell in ended(cells, "priority", status) if cell.key == band), "opportunities")
        for status in ("won", "lost")
    )
    return Rate(won, won + lost)
