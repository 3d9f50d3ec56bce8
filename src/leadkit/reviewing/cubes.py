"""What cases are summed by before anything is reckoned, and which cells follow from these sums.

Every source sums its cases once by all that any cell asks for, records one by one, a table engine by grouping: a cube.
Rolling it up by one thing at a time gives the cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from attrs import NOTHING, define, fields, setters

from leadkit.reviewing.cases import GROUPED, WINDOWS
from leadkit.reviewing.cells import (
    ALL,
    CohortCell,
    ConversionCell,
    CycleCell,
    DealPartCell,
    LeadCell,
    LossCell,
    OpportunityCell,
    ResponseCell,
)
from leadkit.reviewing.sums import Sums, sums_of


@define(on_setattr=setters.frozen)
class RollUp:
    """The cells of one kind, by each of several things; `known` is what must be known of a case to be in one."""

    cell: Any
    by: tuple[str, ...]
    known: str | None = None

    @property
    def kept(self) -> tuple[str, ...]:
        """What else the cases of a cell have in common, in the order of its fields."""
        return tuple(each.name for each in fields(self.cell) if each.default is NOTHING)[2:]

    @property
    def numbers(self) -> tuple[str, ...]:
        """What a cell sums, in the order of its fields."""
        return tuple(each.name for each in fields(self.cell) if each.default is not NOTHING)


@define(on_setattr=setters.frozen)
class Cube:
    """What cases are summed by, what is summed, and the roll-ups by the fields of `Cells`."""

    keys: tuple[str, ...]
    numbers: tuple[str, ...]
    roll_ups: Mapping[str, RollUp]

    def cells(self, sums: Sums) -> dict[str, tuple[Any, ...]]:
        """The cells of sums by `keys`, by the fields of `Cells`."""
        return {
            name: tuple(cell for by in roll_up.by for cell in self._rolled(sums, roll_up, by))
            for name, roll_up in self.roll_ups.items()
        }

    def _rolled(self, sums: Sums, roll_up: RollUp, by: str) -> Iterator[Any]:
        names = roll_up.kept if by == ALL else (by, *roll_up.kept)
        key_of = _picked([self.keys.index(name) for name in names])
        numbers = [(place, self.numbers.index(name)) for place, name in enumerate(roll_up.numbers)]
        known = None if roll_up.known is None else self.keys.index(roll_up.known)
        rolled = sums_of(len(numbers))
        for key, values in sums.items():
            if known is None or key[known] is not None:
                total = rolled[key_of(key)]
                for place, number in numbers:
                    total[place] += values[number]
        for key, total in rolled.items():
            yield roll_up.cell(by, *((None, *key) if by == ALL else key), *total)


def _picked(places: Sequence[int]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """A function that takes these places of a tuple, as a tuple even where it is one."""
    if len(places) == 1:
        return lambda key: (key[places[0]],)
    return itemgetter(*places)


BY = (ALL, *GROUPED)
AGES = tuple(f"{name}_{days}" for days in WINDOWS for name in ("mature", "converted"))
LEADS = Cube(
    keys=(*GROUPED, "cohort", "part", "status", "reason"),
    numbers=("leads", *AGES),
    roll_ups={"leads": RollUp(LeadCell, (*BY, "reason", "part")), "cohorts": RollUp(CohortCell, ("cohort", "channel"))},
)
RESPONSES = Cube(
    keys=("priority", "owner", "minutes"),
    numbers=("leads", "due", "late"),
    roll_ups={"responses": RollUp(ResponseCell, ("priority", "owner"))},
)
OPPORTUNITIES = Cube(
    keys=(
        *GROUPED, "grade", "status", "lost_reason", "opened", "closed", "entered", "opened_part", "closed_part",
        "cycle_days", "conversion_days", "lost_stage", "lost_to",
    ),
    numbers=("opportunities", "amounts", "cents"),
    roll_ups={
        "opportunities": RollUp(OpportunityCell, (*BY, "grade", "lost_reason")),
        "cycles": RollUp(CycleCell, (*BY, "grade"), known="cycle_days"),
        "conversions": RollUp(ConversionCell, (*BY, "grade"), known="conversion_days"),
        "deal_parts": RollUp(DealPartCell, (ALL,)),
        "losses": RollUp(LossCell, ("channel", "grade", "lost_stage", "owner", "lost_to"), known="lost_stage"),
    },
)  # fmt: skip
CUBES = {"leads": LEADS, "responses": RESPONSES, "opportunities": OPPORTUNITIES}
