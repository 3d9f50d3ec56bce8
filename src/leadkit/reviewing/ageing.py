"""How old the open deals are: since they were opened, in their stage, and since anybody followed them up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from attrs import define, field, setters

from leadkit.process.states import IN_PROGRESS
from leadkit.results import Result
from leadkit.reviewing.figures import by_field, total
from leadkit.reviewing.standing import DEAL_AGES, AgeCell
from leadkit.reviewing.win_rates import Order, in_order

Since = Literal["opened", "staged", "touched"]
SINCE: tuple[Since, ...] = ("opened", "staged", "touched")


@define(on_setattr=setters.frozen, kw_only=True)
class AgeGroup(Result):
    """The open deals of one stage or of one owner, or all of them where `key` is empty, by their age.

    It counts calendar days since they were `opened`, since they came to their stage (`staged`), or since our last
    follow-up on their lead (`touched`): up to 7, 30 and 90 days, and longer (`ages`). Of `unknown` nobody knows.
    """

    key: str | None
    since: Since
    opportunities: int
    ages: tuple[int, int, int, int]
    unknown: int


@define(on_setattr=setters.frozen, kw_only=True)
class Ageing(Result):
    """The ages of open deals: of all, by stage in the order of the process, by owner with the most deals first."""

    total: tuple[AgeGroup, ...]
    stages: tuple[AgeGroup, ...] = field(repr=False)
    owners: tuple[AgeGroup, ...] = field(repr=False)


def ageing(cells: Sequence[AgeCell]) -> Ageing:
    """The ages of open deals from their cells."""
    members = by_field(cells, "owner")
    most = sorted(members, key=lambda owner: (-total(members[owner], "opportunities"), owner is None, owner or ""))
    return Ageing(
        total=tuple(_groups(None, cells)) if cells else (),
        stages=tuple(_by(cells, "stage", in_order(IN_PROGRESS))),
        owners=tuple(group for owner in most for group in _groups(owner, members[owner])),
    )


def _by(cells: Sequence[AgeCell], name: str, order: Order) -> Iterator[AgeGroup]:
    members = by_field(cells, name)
    return (group for key in sorted(members, key=order) for group in _groups(key, members[key]))


def _groups(key: str | None, cells: Iterable[AgeCell]) -> Iterator[AgeGroup]:
    every = list(cells)
    for since in SINCE:
        members = by_field(every, since)
        first, second, third, longer = (total(members[age], "opportunities") for age in range(len(DEAL_AGES) + 1))
        yield AgeGroup(
            key=key,
            since=since,
            opportunities=total(every, "opportunities"),
            ages=(first, second, third, longer),
            unknown=total(members[None], "opportunities"),
        )
