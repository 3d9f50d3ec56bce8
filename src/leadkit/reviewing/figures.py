"""The key figures of a group of cases, reckoned exactly from its cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal, TypeVar

from attrs import define, evolve, setters

from leadkit.reviewing.cases import CENTS, VALID, Cells, CycleCell
from leadkit.reviewing.rates import Rate

DAY = 86_400
TENTH = Decimal("0.1")
Basis = Literal["event", "cohort"]
Cell = TypeVar("Cell")


@define(on_setattr=setters.frozen, kw_only=True)
class Figures:
    """The key figures of the cases that have `key` in common; of all of them where it is empty.

    By event date: leads and valid leads received, opportunities opened, won and lost closed in the period. By cohort:
    the leads received in the period, and whatever became of them by now. `a_opportunities` have the first grade.

    `sales_cycle_days` is the mean, `sales_cycle_median_days` the median of days from opening to signature of what was
    won, to one decimal; `average_deal_size` the mean amount of what was won and has one, to cents; `pipeline_velocity`
    is opportunities x win rate x average deal size / sales cycle, money a day, to cents. What can't be reckoned is
    None.
    """

    key: str | None
    leads: int
    valid_leads: int
    opportunities: int
    a_opportunities: int
    won: int
    lost: int
    won_amount: Decimal
    average_deal_size: Decimal | None
    sales_cycle_days: Decimal | None
    sales_cycle_median_days: Decimal | None

    @property
    def lead_to_win_rate(self) -> Rate:
        """Won opportunities of valid leads."""
        return Rate(self.won, self.valid_leads)

    @property
    def win_rate(self) -> Rate:
        """Won opportunities of those that were closed."""
        return Rate(self.won, self.won + self.lost)

    @property
    def valid_rate(self) -> Rate:
        """Valid leads of all leads."""
        return Rate(self.valid_leads, self.leads)

    @property
    def pipeline_velocity(self) -> Decimal | None:
        """Money a day that the pipeline brings in."""
        closed, days, size = self.won + self.lost, self.sales_cycle_days, self.average_deal_size
        if not closed or not days or size is None:
            return None
        return (self.opportunities * self.won * size / (closed * days)).quantize(CENTS)


def figures(cells: Cells, basis: Basis, first_grade: str | None, key: str | None = None) -> Figures:
    """The figures of all of `cells`."""
    opened = [cell for cell in cells.opportunities if (cell.opened if basis == "event" else cell.entered)]
    ended = [cell for cell in cells.opportunities if cell.status != "open"]
    closed = [cell for cell in ended if (cell.closed if basis == "event" else cell.entered)]
    won = [cell for cell in closed if cell.status == "won"]
    cycles = [cell for cell in cells.cycles if (cell.closed if basis == "event" else cell.entered)]
    amounts, amount = total(won, "amounts"), total(won, "cents") * CENTS
    return Figures(
        key=key,
        leads=total(cells.leads, "leads"),
        valid_leads=total((cell for cell in cells.leads if cell.status in VALID), "leads"),
        opportunities=total(opened, "opportunities"),
        a_opportunities=total((cell for cell in opened if cell.grade == first_grade), "opportunities"),
        won=total(won, "opportunities"),
        lost=total((cell for cell in closed if cell.status == "lost"), "opportunities"),
        won_amount=amount,
        average_deal_size=(amount / amounts).quantize(CENTS) if amounts else None,
        sales_cycle_days=_mean_days(cycles),
        sales_cycle_median_days=_median_days(cycles),
    )


def split(cells: Cells, by: str) -> dict[str | None, Cells]:
    """The cells by one of the names of a group, the key None for those of which it is not known."""
    leads, opportunities = by_field(cells.leads, by), by_field(cells.opportunities, by)
    cycles = by_field(cells.cycles, by)
    keys = {**leads, **opportunities, **cycles}
    return {
        key: evolve(cells, leads=tuple(leads[key]), opportunities=tuple(opportunities[key]), cycles=tuple(cycles[key]))
        for key in keys
    }


def by_field(cells: Iterable[Cell], name: str) -> dict[Any, list[Cell]]:
    """Cells by what one of their fields holds; an empty list for what none holds."""
    groups: dict[Any, list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[getattr(cell, name)].append(cell)
    return groups


def total(cells: Iterable[Any], name: str) -> int:
    """The sum of a field over cells."""
    return sum(getattr(cell, name) for cell in cells)


def _mean_days(cycles: Iterable[CycleCell]) -> Decimal | None:
    counted = [(cell.seconds, cell.opportunities) for cell in cycles if cell.seconds >= 0]
    number = sum(times for _, times in counted)
    whole = sum(seconds * times for seconds, times in counted)
    return (Decimal(whole) / (DAY * number)).quantize(TENTH) if number else None


def _median_days(cycles: Iterable[CycleCell]) -> Decimal | None:
    middle = median([(cell.seconds, cell.opportunities) for cell in cycles if cell.seconds >= 0])
    return None if middle is None else (middle / DAY).quantize(TENTH)


def median(counted: Iterable[tuple[int, int]]) -> Decimal | None:
    """The median of values that each stand there so many times; None of nothing."""
    ordered = sorted((value, times) for value, times in counted if times)
    number = sum(times for _, times in ordered)
    if not number:
        return None
    return Decimal(_nth(ordered, (number - 1) // 2) + _nth(ordered, number // 2)) / 2


def _nth(ordered: list[tuple[int, int]], place: int) -> int:
    for value, times in ordered:
        if place < times:
            return value
        place -= times
    raise AssertionError(place)


def mean(counted: Iterable[tuple[int, int]]) -> Decimal | None:
    """The mean, to one decimal, of values that each stand there so many times; None of nothing."""
    every = list(counted)
    number = sum(times for _, times in every)
    return (Decimal(sum(value * times for value, times in every)) / number).quantize(TENTH) if number else None
