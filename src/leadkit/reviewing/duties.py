"""What was promised and not kept in time: duties by owner and kind, met late, missed or overdue, and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from attrs import define, field, setters

from leadkit.process.duties import DUTIES
from leadkit.results import Result
from leadkit.reviewing.figures import by_field, total
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.standing import AGES, DutyCell

KINDS = tuple(duty.kind for duty in DUTIES)


@define(on_setattr=setters.frozen, kw_only=True)
class DutyGroup(Result):
    """The duties of one owner, of one kind, or of both; of all where both are empty.

    Of those `due` in the period so many were met `late`, were `missed`, which is that they ended unmet after their
    time, and are still waiting; `untimely` is the share of all three. `overdue` are those that wait at the time of the
    review, whenever they were due: for up to 1, 7 and 30 days, and longer (`ages`).
    """

    owner: str | None
    kind: str | None
    due: int
    late: int
    missed: int
    untimely: Rate
    overdue: int
    ages: tuple[int, int, int, int]


@define(on_setattr=setters.frozen, kw_only=True)
class Duties(Result):
    """The duties of the period: all, by owner, by kind, and by both; owners with the most overdue ones first."""

    total: DutyGroup
    owners: tuple[DutyGroup, ...] = field(repr=False)
    kinds: tuple[DutyGroup, ...] = field(repr=False)
    each: tuple[DutyGroup, ...] = field(repr=False)


def duties(cells: Sequence[DutyCell]) -> Duties:
    """Duties from their cells; kinds in the order of the process."""
    owners, kinds = by_field(cells, "owner"), by_field(cells, "kind")
    ordered = sorted(owners, key=lambda owner: (-_waiting(owners[owner]), owner is None, owner or ""))
    return Duties(
        total=_group(cells, None, None),
        owners=tuple(_group(owners[owner], owner, None) for owner in ordered),
        kinds=tuple(_group(kinds[kind], None, kind) for kind in KINDS if kind in kinds),
        each=tuple(chain.from_iterable(_by_kind(owners[owner], owner) for owner in ordered)),
    )


def _waiting(cells: Iterable[DutyCell]) -> int:
    return total((cell for cell in cells if cell.outcome == "overdue"), "duties")


def _by_kind(cells: Iterable[DutyCell], owner: str | None) -> Iterator[DutyGroup]:
    kinds = by_field(cells, "kind")
    return (_group(kinds[kind], owner, kind) for kind in KINDS if kind in kinds)


def _group(cells: Sequence[DutyCell], owner: str | None, kind: str | None) -> DutyGroup:
    due = [cell for cell in cells if cell.due]
    overdue = [cell for cell in cells if cell.outcome == "overdue"]
    number = {name: total((cell for cell in due if cell.outcome == name), "duties") for name in ("late", "missed")}
    first, second, third, longer = (
        total((cell for cell in overdue if cell.age == age), "duties") for age in range(len(AGES) + 1)
    )
    return DutyGroup(
        owner=owner,
        kind=kind,
        due=total(due, "duties"),
        **number,
        untimely=Rate(total((cell for cell in due if cell.outcome != "in_time"), "duties"), total(due, "duties")),
        overdue=total(overdue, "duties"),
        ages=(first, second, third, longer),
    )
