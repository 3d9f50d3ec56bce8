"""All leads at once, as far as one policy, or two together, can tell them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from leadkit.rules.bands import MICRO, micro
from leadkit.rules.conditions import All, Condition, fields_of, holds
from leadkit.rules.facts import Fact
from leadkit.rules.interpret import value
from leadkit.rules.source import Event
from leadkit.rules.sums import Sums
from leadkit.scoring.attempts import attempts
from leadkit.scoring.cluster import Cluster, Totals, clusters
from leadkit.scoring.event_parts import Window, event_parts
from leadkit.scoring.parts import Group, Part, RuleKey, ScorerTerm, fact_parts
from leadkit.scoring.program import Term
from leadkit.scoring.scorer import Scorer
from leadkit.scoring.witness import Witness


class Space:
    """The totals that scorers, asked about the same lead, can give together.

    `given` narrows the leads to those for which the condition is answered yes; `telling` are rules of no group that
    tell leads apart and give nothing. `exact` says whether `totals` are all there are; otherwise they are some, and
    `bounds` hold what no lead leaves.
    """

    def __init__(
        self,
        scorers: Sequence[Scorer],
        facts: Mapping[str, Fact],
        given: Condition | None = None,
        telling: Sequence[Term] = (),
    ) -> None:
        self.scorers = scorers
        terms: list[ScorerTerm] = [(n, term) for n, scorer in enumerate(scorers) for term in scorer.terms.values()]
        terms += [(0, term) for term in telling]
        self.groups: list[Group] = [(n, name) for n, scorer in enumerate(scorers) for name in scorer.scoring.groups]
        judged = list(self.groups)
        self.groups += [(0, term.group) for term in telling]
        conditions = [(tuple(fields_of(part)), holds(part, facts)) for part in _conjuncts(given)]
        self._given = [condition for _, condition in conditions]
        reading = list(fact_parts([(n, term) for n, term in terms if term.facts], facts, conditions))
        windows = {(n, name): _window(scorers[n], name) for n, name in judged}
        counting = event_parts([(n, term) for n, term in terms if term.tallies], windows, reading)
        self.parts: list[Part] = [*reading, *counting]
        self.is_empty = any(not part.choices for part in self.parts)

    @cached_property
    def clusters(self) -> list[Cluster]:
        """The groups and parts that can be added up apart from the others."""
        return list(clusters(self.groups, self.parts, self.scorers))

    @property
    def exact(self) -> bool:
        """Whether `totals` are all there are."""
        return self._sums is not None and all(part.exact for part in self.parts)

    @property
    def untried(self) -> tuple[RuleKey, ...]:
        """The rules for which not all leads could be tried, as they decay or are too entangled; none where `exact`."""
        rules = [rule for part in self.parts if not part.exact for rule in part.rules]
        if self._sums is None and not rules:
            tangled = [cluster for cluster in self.clusters if not cluster.fits] or self.clusters
            rules = [rule for cluster in tangled for part in cluster.parts for rule in part.rules]
        return tuple(rules)

    @cached_property
    def totals(self) -> dict[Totals, Any]:
        """The totals that leads get, lowest first, with the key under which `witness` finds a lead."""
        if self.is_empty:
            return {}
        totals: dict[Totals, Any] = {}
        if self._sums is not None:
            for state in self._sums:
                totals.setdefault(self._capped(state), state)
        if not self.exact:
            for lead in self.tried():
                totals.setdefault(self.score(lead), lead)
        return dict(sorted(totals.items()))

    def witness(self, totals: Totals) -> Witness:
        """A lead that gets these totals: of several, one with little lost at limits and the simplest choices."""
        key = self.totals[totals]
        if self._sums is None or isinstance(key, Witness):
            tried: Witness = key
            return tried
        places = zip(self.clusters, self._sums.trace(key), strict=True)
        return self._joined([cluster.given[place] for cluster, place in places])

    @cached_property
    def extremes(self) -> tuple[Witness, Witness]:
        """The leads to whom the groups of the first scorer give least and most; of those tried where not `exact`."""
        if self._sums is not None:
            low, high = ([cluster.given[end] for cluster in self.clusters] for end in (0, -1))
            return self._joined(low), self._joined(high)
        place = self.scorers[0].columns["total__sum"]
        leads = sorted(self.tried(), key=lambda lead: self._evaluated(0, lead)[place])
        return leads[0], leads[-1]

    def _joined(self, given: Sequence[Totals]) -> Witness:
        pairs = zip(self.clusters, given, strict=True)
        return sum((cluster.witness(points) for cluster, points in pairs), Witness())

    @property
    def bounds(self) -> list[tuple[int, int]]:
        """For each scorer the lowest and the highest total that no lead leaves; attained where `exact`."""
        if self.exact:
            return [(min(column), max(column)) for column in zip(*self.totals, strict=True)]
        return [(self._extreme(n, "low"), self._extreme(n, "high")) for n in range(len(self.scorers))]

    def score(self, lead: Witness) -> Totals:
        """The totals of one lead, by the evaluators that leads are scored with."""
        return tuple(self._evaluated(n, lead)[scorer.columns["points"]] for n, scorer in enumerate(self.scorers))

    def _evaluated(self, scorer: int, lead: Witness) -> tuple[Any, ...]:
        return evaluated(self.scorers[scorer], lead)

    @cached_property
    def _sums(self) -> Sums | None:
        """What the clusters together give to each scorer; None where that is too much to go through."""
        if not all(part.real for part in self.parts) or not all(cluster.fits for cluster in self.clusters):
            return None
        sums = Sums([cluster.given for cluster in self.clusters], len(self.scorers))
        return sums if sums.fits else None

    def _capped(self, given: Totals) -> Totals:
        return tuple(scorer.total(points) for scorer, points in zip(self.scorers, given, strict=True))

    def _extreme(self, scorer: int, end: str) -> int:
        groups = [group for group in self.groups if group[0] == scorer]
        sums = {name: sum(getattr(part, end).get((n, name), 0) for part in self.parts) for n, name in groups}
        judge = self.scorers[scorer]
        return judge.total(sum(judge.cut(name, points) for name, points in sums.items()))

    def tried(self) -> Iterator[Witness]:
        """The leads that are tried where not all can be, each once: those for whom the condition is answered yes."""
        seen = set()
        for lead in attempts(self.parts, self.scorers):
            shown = (tuple(lead.facts.items()), lead.events)
            if shown not in seen and all(value(condition, lead.facts) for condition in self._given):
                seen.add(shown)
                yield lead


def evaluated(scorer: Scorer, lead: Witness) -> tuple[Any, ...]:
    """The columns of the evaluation of a lead."""
    counts: Counter[str] = Counter()
    for events in lead.events:
        if events.age or events.subject is not None or events.amount is not None:
            return scorer.evaluate(lead.facts, _happened(scorer, lead), 0)
        counts[events.kind] += events.number
    return scorer.evaluate_counts(lead.facts, counts, 0)


def _happened(scorer: Scorer, lead: Witness) -> list[Event]:
    """The events of a lead as an evaluator takes them, with `as_of` at 0."""
    every = [events for events in lead.events for _ in range(events.number)]
    if scorer.uses_details:
        return [(event.kind, -event.age, event.subject, event.amount) for event in every]
    return [(event.kind, -event.age) for event in every]


def _conjuncts(condition: Condition | None) -> Iterator[Condition]:
    """The parts of a condition that must all be answered yes."""
    if isinstance(condition, All):
        for part in condition.all:
            yield from _conjuncts(part)
    elif condition is not None:
        yield condition


def _window(scorer: Scorer, name: str) -> Window:
    """The sums of a group that make a difference to it, or through it to the total."""
    scoring = scorer.scoring
    group = scoring.groups[name]
    floor = micro(group.floor)
    if group.limit is not None:
        return floor, max(micro(group.limit), floor)
    least = sum(scorer.cut(key, micro(other.floor)) for key, other in scoring.groups.items() if key != name)
    bands = [band_set.thresholds.values() for band_set in scoring.bands.values() if band_set.of == name]
    highest = max((micro(start) for thresholds in bands for start in thresholds), default=0)
    room = max(micro(scoring.limit - scoring.start) - least, highest)
    return floor, max(-(-room * MICRO // micro(group.weight)), floor)
