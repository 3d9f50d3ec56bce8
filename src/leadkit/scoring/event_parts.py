"""The parts of a score that count events: how often, how old, and about what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from math import lcm, prod
from typing import Any

from leadkit.rules import algebra as a
from leadkit.rules.representatives import components
from leadkit.scoring.event_sorts import (
    Counts,
    Giving,
    can_happen,
    counting_sort,
    events_of,
    given,
    is_exact,
    sorts_of,
    tallied,
)
from leadkit.scoring.parts import MOST_CHOICES, Choice, Group, Part, RuleKey, ScorerTerm, part_of
from leadkit.scoring.program import Term
from leadkit.scoring.witness import Witness

MANY = 10**7
"""So many events that every limit is reached."""
MOST_EVENTS = 400
"""So many events of one kind are tried at most."""
Window = tuple[int, int]
"""The sums of a group that matter: below the first and above the second, its floor and its limit make all alike."""


def event_parts(terms: Sequence[ScorerTerm], windows: Mapping[Group, Window], facts: Sequence[Part]) -> Iterator[Part]:
    """The parts that count events, one for kinds that rules count together; `facts` are those that read facts."""
    enough = _Enough(terms, windows, facts)
    for places in components([term.tallies[0].kinds for _, term in terms]):
        yield _part([terms[place] for place in places], enough)


def _part(terms: Sequence[ScorerTerm], enough: _Enough) -> Part:
    """The part of some kinds that hang together, mostly one; of several where a rule waits for any of them."""
    tallies = [tally for _, term in terms for tally in term.tallies]
    kinds = list(dict.fromkeys(kind for tally in tallies for kind in tally.kinds))
    every = [_counts_of(kind, terms, enough) for kind in kinds]
    fits = prod(len(counts) for counts, _ in every) * len(terms) <= MOST_CHOICES
    chosen = product(*(counts for counts, _ in every)) if fits else _singly([counts for counts, _ in every])
    together = [tuple(pair for counts in each for pair in counts) for each in chosen]
    together.sort(key=lambda counts: sum(number for _, number in counts))
    exact = fits and all(whole for _, whole in every)
    rules = {(scorer, term.group, term.code): Giving(term) for scorer, term in terms}
    part = part_of(terms, [_choice(rules, tallies, counts) for counts in together], exact=exact)
    return part if exact else _bounded(part, terms, enough)


def _counts_of(kind: str, terms: Sequence[ScorerTerm], enough: _Enough) -> tuple[list[Counts], bool]:
    """How many events of each sort of one kind a lead may have, as far as rules tell it; and whether that is all."""
    concerned = [(scorer, term) for scorer, term in terms if kind in term.tallies[0].kinds]
    tallies = [tally for _, term in concerned for tally in term.tallies]
    sorts = sorts_of(kind, tallies)
    shared = any(len(term.tallies[0].kinds) > 1 for _, term in concerned)
    most = sum(enough.events(scorer, term) for scorer, term in concerned) + shared
    counted = min(most, MOST_EVENTS)
    exact = counted == most and not any(map(_ages, tallies)) and not enough.is_tangled(concerned)
    exact = exact and is_exact(tallies, kind)
    if (counted + 1) ** len(sorts) * len(concerned) > MOST_CHOICES:
        sorts, exact = sorts[:1], False
    every = [tuple(zip(sorts, numbers, strict=True)) for numbers in _numbers(counted, len(sorts))]
    possible: list[Counts] = [counts for counts in every if can_happen(counts, tallies)]
    return (_distinct(possible, concerned) if shared else possible), exact


def _distinct(every: Sequence[Counts], terms: Sequence[ScorerTerm]) -> list[Counts]:
    """The simplest of the counts that give the same: rules that wait for any of several kinds only ask if one came."""
    simplest: dict[Any, Counts] = {}
    for counts in every:
        alone = tuple(given(term, counts) for _, term in terms if len(term.tallies[0].kinds) == 1)
        came = tuple(tallied(term.tallies[0], counts) > 0 for _, term in terms if len(term.tallies[0].kinds) > 1)
        simplest.setdefault((alone, came), counts)
    return list(simplest.values())


def _singly(every: Sequence[Sequence[Counts]]) -> Iterator[tuple[Counts, ...]]:
    """Each kind by itself, and all of them at their most."""
    none = tuple(counts[0] for counts in every)
    yield none
    for place, counts in enumerate(every):
        yield from ((*none[:place], each, *none[place + 1 :]) for each in counts[1:])
    yield tuple(counts[-1] for counts in every)


def _bounded(part: Part, terms: Sequence[ScorerTerm], enough: _Enough) -> Part:
    """A part whose bounds hold for every number, weight and sort of events."""
    low, high = dict.fromkeys(part.groups, 0), dict.fromkeys(part.groups, 0)
    for scorer, term in terms:
        few, many = given(term, ()), given(term, ((counting_sort(term), enough.most(term)),))
        low[scorer, term.group] += min(few, many, 0)
        high[scorer, term.group] += max(few, many, 0)
    return Part(part.rules, part.choices, low, high, exact=False)


def _numbers(most: int, sorts: int) -> list[tuple[int, ...]]:
    return sorted(product(range(most + 1), repeat=sorts), key=lambda numbers: (sum(numbers), numbers[::-1]))


def _choice(rules: Mapping[RuleKey, Giving], tallies: Sequence[a.Tally], counts: Counts) -> Choice:
    points = {key: giving(counts) for key, giving in rules.items()}
    witness = Witness({}, tuple(events_of(counts, tallies)))
    return Choice({key: given for key, given in points.items() if given}, witness)


def _ages(tally: a.Tally) -> bool:
    """Whether what an event weighs depends on its age."""
    return a.AGE.name in a.references(tally.weight)


class _Enough:
    """How many events of a kind are enough: with more of them, nothing changes that could not be had with fewer."""

    def __init__(self, terms: Sequence[ScorerTerm], windows: Mapping[Group, Window], facts: Sequence[Part]) -> None:
        self._windows = windows
        self._steps: dict[Group, set[int]] = defaultdict(set)
        self._low = {group: sum(part.low.get(group, 0) for part in facts) for group in windows}
        self._high = {group: sum(part.high.get(group, 0) for part in facts) for group in windows}
        self._ends = {(scorer, term.group, term.code): _Ends(term) for scorer, term in terms}
        for scorer, term in terms:
            ends = self._ends[scorer, term.group, term.code]
            if ends.is_endless:
                self._steps[scorer, term.group].add(ends.each)
            else:
                self._low[scorer, term.group] += min(ends.none, ends.most)
                self._high[scorer, term.group] += max(ends.none, ends.most)
        self._by_kind: dict[str, int] = defaultdict(int)
        for scorer, term in terms:
            for kind in term.tallies[0].kinds:
                self._by_kind[kind] += self.events(scorer, term)

    def is_tangled(self, terms: Sequence[ScorerTerm]) -> bool:
        """Whether a kind counts in several rules, one of them in a group that unlimited events both raise and lower."""
        mixed = [_mixed(self._steps[scorer, term.group]) for scorer, term in terms]
        return len(terms) > 1 and any(mixed)

    def most(self, term: Term) -> int:
        """So many events of its kinds are tried at most, for all rules that count them."""
        return max(self._by_kind[kind] for kind in term.tallies[0].kinds)

    def events(self, scorer: int, term: Term) -> int:
        """So many events of a kind suffice for one rule.

        Unlimited events of both signs cancel: from any lead, as many of each can be taken away as leave the sum alone,
        until one sign has fewer than the cancelling number; the other is then bounded by what the group can still feel.
        """
        group = (scorer, term.group)
        ends = self._ends[scorer, term.group, term.code]
        if not ends.is_endless:
            return ends.enough
        each = ends.each
        floor, limit = self._windows[group]
        room = limit - self._low[group] if each > 0 else self._high[group] - floor
        against = [step for step in self._steps[group] if step * each < 0]
        along = [step for step in self._steps[group] if step * each > 0]
        pulled = sum(abs(step) * max(lcm(step, other) // abs(step) for other in along) for step in against)
        cancelling = max((lcm(each, step) // abs(each) for step in against), default=0)
        return max(1, cancelling + -(-(room + pulled) // abs(each)))


class _Ends:
    """What a rule gives without events, for one, and for so many that it gives no more; and when that is."""

    def __init__(self, term: Term) -> None:
        sort = counting_sort(term)
        self.none = given(term, ())
        self.each = given(term, ((sort, 1),)) - self.none
        self.most = given(term, ((sort, MANY),))
        self.is_endless = bool(self.each) and self.most == self.each * MANY
        self.enough = 1 if self.is_endless else _first(lambda number: given(term, ((sort, number),)) == self.most)


def _first(holds: Callable[[int], bool]) -> int:
    """The lowest number from 1 on for which something holds that goes on to hold."""
    low, high = 0, MANY
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _mixed(steps: set[int]) -> bool:
    return any(step > 0 for step in steps) and any(step < 0 for step in steps)
