"""The parts of a score that count events: how often, and how old."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import lcm

from leadkit.rules import algebra as a
from leadkit.rules.interpret import computed, value
from leadkit.rules.representatives import compared
from leadkit.scoring.parts import MOST_CHOICES, Choice, Group, Part, ScorerTerm, part_of
from leadkit.scoring.program import Term
from leadkit.scoring.witness import Witness

MANY = 10**7
"""So many events that every limit is reached."""
MOST_EVENTS = 400
"""So many events of one kind are tried at most."""
Window = tuple[int, int]
"""The sums of a group that matter: below the first and above the second, its floor and its limit make all alike."""
Counts = tuple[tuple[int, int], ...]
"""How many events of each age, in seconds."""


def event_parts(terms: Sequence[ScorerTerm], windows: Mapping[Group, Window], facts: Sequence[Part]) -> Iterator[Part]:
    """The parts that count events, one a kind; `facts` are the parts that read facts."""
    by_kind: dict[str, list[ScorerTerm]] = defaultdict(list)
    for scorer, term in terms:
        by_kind[term.tallies[0].kind].append((scorer, term))
    enough = _Enough(terms, windows, facts)
    for kind, counting in by_kind.items():
        yield _part(kind, counting, enough)


def _part(kind: str, terms: Sequence[ScorerTerm], enough: _Enough) -> Part:
    ages = _ages(terms)
    most = sum(enough.events(scorer, term) for scorer, term in terms)
    counted = min(most, MOST_EVENTS)
    exact = counted == most and not any(_decays(term) for _, term in terms) and not enough.is_tangled(terms)
    if (counted + 1) ** len(ages) * len(terms) > MOST_CHOICES:
        ages, exact = ages[:1], False
    choices = [_choice(kind, terms, tuple(zip(ages, numbers, strict=True))) for numbers in _numbers(counted, len(ages))]
    part = part_of(terms, choices, exact=exact)
    return part if exact else _bounded(part, terms, most)


def _bounded(part: Part, terms: Sequence[ScorerTerm], most: int) -> Part:
    """A part whose bounds hold for every number and weight of events."""
    low, high = dict.fromkeys(part.groups, 0), dict.fromkeys(part.groups, 0)
    for scorer, term in terms:
        points = given(term, ((0, most),))
        low[scorer, term.group] += min(points, 0)
        high[scorer, term.group] += max(points, 0)
    return Part(part.rules, part.choices, low, high, exact=False)


def _numbers(most: int, ages: int) -> list[tuple[int, ...]]:
    return sorted(product(range(most + 1), repeat=ages), key=lambda numbers: (sum(numbers), numbers[::-1]))


def _choice(kind: str, terms: Sequence[ScorerTerm], counts: Counts) -> Choice:
    points = {(scorer, term.group, term.code): given(term, counts) for scorer, term in terms}
    events = tuple((kind, age, number) for age, number in counts if number)
    return Choice({key: given for key, given in points.items() if given}, Witness({}, events))


def given(term: Term, counts: Counts, before: Mapping[str, int] | None = None) -> int:
    """What a rule gives for so many events of each age, on top of what its tallies stood at before."""
    row = {
        tally.name: (before or {}).get(tally.name, 0)
        + sum(
            number * value(tally.weight, {a.AGE.name: age})
            for age, number in counts
            if number and value(tally.counts, {a.AGE.name: age})
        )
        for tally in term.tallies
    }
    return int(computed(term.columns, row)[term.summand])


def _ages(terms: Sequence[ScorerTerm]) -> list[int]:
    """One age from every stretch that the rules tell apart and in which an event counts."""
    tallies = [tally for _, term in terms for tally in term.tallies]
    edges = sorted({0, *(int(edge) for tally in tallies for _, edge in compared(tally.counts))})
    return [age for age in edges if any(value(tally.counts, {a.AGE.name: age}) for tally in tallies)]


def _decays(term: Term) -> bool:
    return any(isinstance(tally.weight, a.Decay) for tally in term.tallies)


class _Enough:
    """How many events of a kind are enough: with more of them, nothing changes that could not be had with fewer."""

    def __init__(self, terms: Sequence[ScorerTerm], windows: Mapping[Group, Window], facts: Sequence[Part]) -> None:
        self._windows = windows
        self._steps: dict[Group, set[int]] = defaultdict(set)
        self._low = {group: sum(part.low.get(group, 0) for part in facts) for group in windows}
        self._high = {group: sum(part.high.get(group, 0) for part in facts) for group in windows}
        for scorer, term in terms:
            each, most = given(term, ((0, 1),)), given(term, ((0, MANY),))
            if most == each * MANY:
                self._steps[scorer, term.group].add(each)
            else:
                self._low[scorer, term.group] += min(most, 0)
                self._high[scorer, term.group] += max(most, 0)

    def is_tangled(self, terms: Sequence[ScorerTerm]) -> bool:
        """Whether a kind counts in several rules, one of them in a group that unlimited events both raise and lower."""
        mixed = [_mixed(self._steps[scorer, term.group]) for scorer, term in terms]
        return len(terms) > 1 and any(mixed)

    def events(self, scorer: int, term: Term) -> int:
        """So many events of a kind suffice for one rule.

        Unlimited events of both signs cancel: from any lead, as many of each can be taken away as leave the sum alone,
        until one sign has fewer than the cancelling number; the other is then bounded by what the group can still feel.
        """
        group = (scorer, term.group)
        each, most = given(term, ((0, 1),)), given(term, ((0, MANY),))
        if not each:
            return 1
        if most != each * MANY:
            return -(-abs(most) // abs(each))
        floor, limit = self._windows[group]
        room = limit - self._low[group] if each > 0 else self._high[group] - floor
        against = [step for step in self._steps[group] if step * each < 0]
        along = [step for step in self._steps[group] if step * each > 0]
        pulled = sum(abs(step) * max(lcm(step, other) // abs(step) for other in along) for step in against)
        cancelling = max((lcm(each, step) // abs(each) for step in against), default=0)
        return max(1, cancelling + -(-(room + pulled) // abs(each)))


def _mixed(steps: set[int]) -> bool:
    return any(step > 0 for step in steps) and any(step < 0 for step in steps)
