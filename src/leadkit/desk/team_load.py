"""Who carries how much: leads, open opportunities and what is overdue, by member of the team."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from attrs import define, setters

from leadkit.policy import Policy
from leadkit.records.fields import FrozenDict
from leadkit.records.people import Member
from leadkit.results import Result
from leadkit.store.mapping import member_of
from leadkit.store.protocol import Query, Unit, columns_of
from leadkit.store.tables import DUTIES, LEADS, MEMBERS, OPPORTUNITIES

NO_PRIORITY, NO_GRADE = "no_priority", "no_grade"
"""What leads without a priority and opportunities without a grade are counted under."""


@define(on_setattr=setters.frozen, kw_only=True)
class MemberLoad(Result):
    """What one member carries; `member` is None for what is nobody's.

    `leads` are those in the queue by priority, `opportunities` the open ones by grade, `overdue` how many duties are
    past their time. `capacity` is how many leads at once; None for no bound. Who is not of the team, but has something
    all the same, has no `role`.
    """

    ADDED = ("lead_count", "room")

    member: str | None
    role: str | None = None
    active: bool = True
    capacity: int | None = None
    leads: FrozenDict
    opportunities: FrozenDict
    overdue: int = 0

    @property
    def lead_count(self) -> int:
        """How many leads in the queue."""
        return sum(self.leads.values())

    @property
    def room(self) -> int | None:
        """How many more leads they can take, below 0 where they have too many; None for no bound."""
        return None if self.capacity is None else self.capacity - self.lead_count


def team_load(unit: Unit, policy: Policy, now: datetime) -> tuple[MemberLoad, ...]:
    """The load of every member by id, then of others who have something, then what is nobody's."""
    leads = _counted(unit, Query(LEADS, {"in_queue": True}), "priority", NO_PRIORITY)
    deals = _counted(unit, Query(OPPORTUNITIES, {"status": "open"}), "grade", NO_GRADE)
    overdue = Query(DUTIES, {"state": "open"}, until=("due_at", now - timedelta.resolution))
    late = Counter(row.owner for row in columns_of(unit, overdue, ("owner",)))
    members = {row.id: member_of(row) for row in unit.find(Query(MEMBERS))}
    others = sorted(owner for owner in {*leads, *deals, *late} if owner is not None and owner not in members)

    def load(owner: str | None, person: Member | None = None) -> MemberLoad:
        return MemberLoad(
            member=owner,
            role=person.role if person else None,
            active=person.active if person else True,
            capacity=person.capacity if person else None,
            leads=_in_order(leads.get(owner, {}), (*policy.priorities, NO_PRIORITY)),
            opportunities=_in_order(deals.get(owner, {}), (*policy.grades, NO_GRADE)),
            overdue=late[owner],
        )

    return (
        *(load(key, members[key]) for key in sorted(members)),
        *map(load, others),
        load(None),
    )


def _counted(unit: Unit, query: Query[Any], column: str, blank: str) -> Mapping[str | None, Counter[str]]:
    counts: dict[str | None, Counter[str]] = defaultdict(Counter)
    for row in columns_of(unit, query, ("owner", column)):
        counts[row.owner][getattr(row, column) or blank] += 1
    return counts


def _in_order(counts: Mapping[str, int], names: Iterable[str]) -> FrozenDict:
    """The counts in the order of `names`, then those of others."""
    return FrozenDict({name: counts[name] for name in _first(names, counts) if counts.get(name)})


def _first(names: Iterable[str], others: Iterable[str]) -> Iterator[str]:
    yield from dict.fromkeys((*names, *sorted(others)))
