"""The key figures of a group of cases, reckoned exactly from its cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Literal, TypeVar

from attrs import define, field, fields_dict, setters

from leadkit.results import Result
from leadkit.reviewing.cases import VALID
from leadkit.reviewing.cells import ALL, Cells, ConversionCell, CycleCell, LeadCell, OpportunityCell
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.sums import CENTS

TENTH = Decimal("0.1")
Basis = Literal["event", "cohort"]
Cell = TypeVar("Cell")


@define(on_setattr=setters.frozen, kw_only=True)
class Figures(Result):
    """The key figures of the cases that have `key` in common; of all of them where it is empty.

    By event date: leads and valid leads received, opportunities opened, won and lost closed in the period. By cohort:
    the leads received in the period, and whatever became of them by now. `a_opportunities` have the first grade.

    `sales_cycle_days` is the mean, `sales_cycle_median_days` the median of calendar days from opening to signature of
    what was won, to one decimal; `conversion_days` and `conversion_median_days` those from the receipt of a lead to the
    opening of its opportunities; `average_deal_size` the mean amount of what was won and has one, to cents;
    `pipeline_velocity` is opportunities x win rate x average deal size / sales cycle, money a day, to cents. What can't
    be reckoned is None.
    """

    ADDED = ("valid_rate", "lead_to_win_rate", "win_rate", "pipeline_velocity")

    key: str | None
    leads: int
    valid_leads: int
    opportunities: int
    a_opportunities: int
    won: int
    lost: int
    won_amount: Decimal
    average_deal_size: Decimal | None
    conversion_days: Decimal | None = None
    conversion_median_days: Decimal | None = None
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


@define(on_setattr=setters.frozen)
class Group:
    """The cells of cases that have something in common."""

    leads: list[LeadCell] = field(factory=list)
    opportunities: list[OpportunityCell] = field(factory=list)
    cycles: list[CycleCell] = field(factory=list)
    conversions: list[ConversionCell] = field(factory=list)


def groups(cells: Cells) -> Mapping[str, Mapping[Any, Group]]:
    """The cells by what they are grouped by, and by its keys."""
    parted: dict[str, dict[Any, Group]] = defaultdict(lambda: defaultdict(Group))
    for name in fields_dict(Group):
        for cell in getattr(cells, name):
            getattr(parted[cell.by][cell.key], name).append(cell)
    return parted


def whole(cells: Cells) -> Group:
    """All cells of a period."""
    return groups(cells)[ALL][None]


def figures(group: Group, basis: Basis, first_grade: str | None, key: str | None = None) -> Figures:
    """The figures of all cases of a group."""
    by_event = basis == "event"
    opened = [cell for cell in group.opportunities if (cell.opened if by_event else cell.entered)]
    ended = [cell for cell in group.opportunities if cell.status != "open"]
    closed = [cell for cell in ended if (cell.closed if by_event else cell.entered)]
    won = [cell for cell in closed if cell.status == "won"]
    cycles = _days(group.cycles, "cycle_days", "closed" if by_event else "entered")
    conversions = _days(group.conversions, "conversion_days", "opened" if by_event else "entered")
    amounts, amount = total(won, "amounts"), total(won, "cents") * CENTS
    return Figures(
        key=key,
        leads=total(group.leads, "leads"),
        valid_leads=total((cell for cell in group.leads if cell.status in VALID), "leads"),
        opportunities=total(opened, "opportunities"),
        a_opportunities=total((cell for cell in opened if cell.grade == first_grade), "opportunities"),
        won=total(won, "opportunities"),
        lost=total((cell for cell in closed if cell.status == "lost"), "opportunities"),
        won_amount=amount,
        average_deal_size=(amount / amounts).quantize(CENTS) if amounts else None,
        conversion_days=mean(conversions),
        conversion_median_days=_median_days(conversions),
        sales_cycle_days=mean(cycles),
        sales_cycle_median_days=_median_days(cycles),
    )


def _days(cells: Iterable[Any], name: str, held: str) -> list[tuple[int, int]]:
    """How often each number of days is there among the cells that the period holds."""
    return [(getattr(cell, name), cell.opportunities) for cell in cells if getattr(cell, held)]


def _median_days(counted: Iterable[tuple[int, int]]) -> Decimal | None:
    middle = median(counted)
    return None if middle is None else middle.quantize(TENTH)


def by_field(cells: Iterable[Cell], name: str) -> dict[Any, list[Cell]]:
    """Cells by what one of their fields holds; an empty list for what none holds."""
    groups: dict[Any, list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[getattr(cell, name)].append(cell)
    return groups


def total(cells: Iterable[Any], name: str) -> int:
    """The sum of a field over cells."""
    return sum(getattr(cell, name) for cell in cells)


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
