"""The sorts of events that rules tell apart: by kind, age, subject and amount."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

from attrs import define, setters

from leadkit.rules import algebra as a
from leadkit.rules.facts import Fact
from leadkit.rules.interpret import computed, value
from leadkit.rules.representatives import compared, representatives
from leadkit.scoring.program import DAY, Term
from leadkit.scoring.witness import Events

ANY = "any subject"
"""What events are called that only need a subject of their own, with a number behind."""
ENDLESS = 10**9
"""So many days are as good as all."""


@define(on_setattr=setters.frozen, hash=True)
class Sort:
    """Events that no rule tells apart. Where rules count days or subjects, each `fresh` one has one of its own.

    One that is not fresh is on the day of another one, and has no subject. `days` is how many days lie between the age
    and the next that rules tell apart.
    """

    kind: str
    age: int = 0
    subject: str | None = None
    amount: Decimal | None = None
    fresh: bool = True
    days: int = ENDLESS

    @property
    def row(self) -> dict[str, Any]:
        """What tallies read of such an event, with `as_of` at 0."""
        subject = "a subject of its own" if self.fresh and self.subject is None else self.subject
        columns = (a.AGE, self.age), (a.AT, -self.age), (a.SUBJECT, subject), (a.AMOUNT, self.amount)
        return {column.name: known for column, known in columns}

    def counts(self, tally: a.Tally) -> bool:
        """Whether such an event counts for a tally."""
        return self.kind in tally.kinds and bool(value(tally.counts, self.row))

    def weight(self, tally: a.Tally) -> int:
        """What one such event adds to a tally for which it counts."""
        return int(self.fresh) if tally.distinct is not None else int(value(tally.weight, self.row))

    def effect(self, tally: a.Tally) -> Any:
        """What tells it from other sorts for a tally; None where it does not count."""
        if not self.counts(tally):
            return None
        return (self.weight(tally), self.subject if tally.distinct == a.SUBJECT else None)


Counts = Sequence[tuple[Sort, int]]
"""How many events of each sort."""


def by_day(tallies: Sequence[a.Tally], kind: str) -> bool:
    """Whether some tally counts the days on which events of a kind were."""
    return any(tally.distinct not in (None, a.SUBJECT) and kind in tally.kinds for tally in tallies)


def is_exact(tallies: Sequence[a.Tally], kind: str) -> bool:
    """Whether sorts are all that events of a kind can do: days are counted whatever their age, and one thing only.

    The hours of a window may touch one calendar day more, and an event may be of a new day and of no new subject.
    """
    distinct = [tally for tally in tallies if kind in tally.kinds and tally.distinct is not None]
    aged = any(a.AGE.name in tally.reads for tally in tallies if kind in tally.kinds)
    return len({(tally.distinct, tally.counts) for tally in distinct}) <= 1 and not (by_day(tallies, kind) and aged)


def sorts_of(kind: str, tallies: Sequence[a.Tally]) -> list[Sort]:
    """One sort of events of a kind for everything that they can do to tallies, the youngest and plainest first."""
    tallies = [tally for tally in tallies if kind in tally.kinds]
    named = [pair for tally in tallies for pair in compared(tally.counts)]
    ages = sorted({0, *(int(str(edge)) for name, edge in named if name == a.AGE.name)})
    days = [(end - start) // DAY for start, end in pairwise(ages)] + [ENDLESS]
    subjects = list(dict.fromkeys(str(constant) for name, constant in named if name == a.SUBJECT.name))
    amounts = [constant for name, constant in named if name == a.AMOUNT.name]
    sums = representatives(Fact("amount", "number"), amounts) if amounts else []
    fresh = [True, False] if any(tally.distinct is not None for tally in tallies) else [True]
    by_effect: dict[Any, Sort] = {}
    for (age, left), subject, amount, apart in product(
        zip(ages, days, strict=True), [None, *subjects], [None, *sums], fresh
    ):
        sort = Sort(kind, age, subject, amount, apart, left)
        by_effect.setdefault((age if by_day(tallies, kind) else 0, *map(sort.effect, tallies)), sort)
    return [sort for sort in by_effect.values() if any(map(sort.counts, tallies))]


def tallied(tally: a.Tally, counts: Counts) -> int:
    """What so many events of each sort add to a tally."""
    counted = [(sort, number) for sort, number in counts if number and sort.counts(tally)]
    if tally.distinct != a.SUBJECT:
        return sum(number * sort.weight(tally) for sort, number in counted)
    named = {sort.subject for sort, _ in counted if sort.subject is not None}
    return len(named) + sum(number for sort, number in counted if sort.fresh and sort.subject is None)


def given(term: Term, counts: Counts, before: Mapping[str, int] | None = None) -> int:
    """What a rule gives for so many events of each sort, on top of what its tallies stood at before."""
    row = {tally.name: (before or {}).get(tally.name, 0) + tallied(tally, counts) for tally in term.tallies}
    return int(computed(term.columns, row)[term.summand])


class Giving:
    """What one rule gives for events; what a sort does to its tallies, and what it gives for these, is found once."""

    def __init__(self, term: Term) -> None:
        self._term = term
        self._adds: dict[Sort, tuple[int, ...]] = {}
        self._points: dict[tuple[int, ...], int] = {}
        self._by_subject = any(tally.distinct == a.SUBJECT for tally in term.tallies)

    def __call__(self, counts: Counts) -> int:
        """The same as `given`."""
        tallies = self._term.tallies
        if self._by_subject:
            sums = tuple(tallied(tally, counts) for tally in tallies)
        else:
            added = [(number, self._added(sort)) for sort, number in counts if number]
            sums = tuple(sum(number * adds[place] for number, adds in added) for place in range(len(tallies)))
        if sums not in self._points:
            row = {tally.name: number for tally, number in zip(tallies, sums, strict=True)}
            self._points[sums] = int(computed(self._term.columns, row)[self._term.summand])
        return self._points[sums]

    def _added(self, sort: Sort) -> tuple[int, ...]:
        if sort not in self._adds:
            self._adds[sort] = tuple(sort.weight(each) if sort.counts(each) else 0 for each in self._term.tallies)
        return self._adds[sort]


def counting_sort(term: Term) -> Sort:
    """The youngest and plainest sort of events of which one more counts for a rule."""
    tally = term.tallies[0]
    sorts = [sort for kind in tally.kinds for sort in sorts_of(kind, term.tallies)]
    return next((sort for sort in sorts if sort.counts(tally) and sort.weight(tally)), Sort(tally.kinds[0]))


def can_happen(counts: Counts, tallies: Sequence[a.Tally]) -> bool:
    """Whether there are days enough for the fresh events of each age, and one for those that share it."""
    fresh, shared = defaultdict[Any, int](int), defaultdict[Any, int](int)
    room: dict[Any, int] = {}
    for sort, number in counts:
        if number and by_day(tallies, sort.kind):
            place = sort.kind, sort.age
            room[place] = sort.days
            (fresh if sort.fresh else shared)[place] += number
    return all(fresh[place] <= days and (fresh[place] or not shared[place]) for place, days in room.items())


def events_of(counts: Counts, tallies: Sequence[a.Tally]) -> Iterator[Events]:
    """The events of a lead that has so many of each sort."""
    days: dict[Any, int] = defaultdict(int)
    for sort, number in counts:
        apart = [tally.distinct for tally in tallies if sort.kind in tally.kinds and tally.distinct is not None]
        if number and not (sort.fresh and apart):
            yield Events(sort.kind, sort.age, number, sort.subject, sort.amount)
            continue
        for place in range(number):
            stretch = sort.kind, sort.age
            age = sort.age + (days[stretch] * DAY if by_day(tallies, sort.kind) else 0)
            days[stretch] += 1
            subject = f"{ANY} {place + 1}" if a.SUBJECT in apart and sort.subject is None else sort.subject
            yield Events(sort.kind, age, 1, subject, sort.amount)
