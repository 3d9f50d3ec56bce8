"""What leads get beside their total: which bands of a group, and which rows of a table, some lead can reach."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any

from attrs import define, setters

from leadkit.rules import algebra as a
from leadkit.rules.conditions import Condition
from leadkit.rules.facts import Fact
from leadkit.rules.interpret import value
from leadkit.rules.sums import Sums, Vector
from leadkit.scoring.cluster import Cluster
from leadkit.scoring.outcomes import holds
from leadkit.scoring.program import Term
from leadkit.scoring.scorer import Scorer
from leadkit.scoring.space import Space, evaluated
from leadkit.scoring.witness import Witness

MOST_CELLS = 200_000
"""So many combinations of bands, facts and totals are gone through for one table."""

States = dict[Any, Vector]
"""What a cluster gives and decides, and the first sums that do."""
Known = tuple[tuple[str, Any], ...]
"""Bands by band set and values by fact, as far as they are told."""


@define(on_setattr=setters.frozen)
class Places:
    """The bands of one group, or the rows of one table, that some lead gets, each with such a lead.

    They are all there are where `exact`. A row is named by its place, and by None where no row holds.
    """

    leads: Mapping[Any, Witness]
    exact: bool


class Placements:
    """The bands of groups and the rows of tables that leads get, as far as one scorer can tell leads apart.

    `given` narrows the leads to those for which the condition is answered yes.
    """

    def __init__(self, scorer: Scorer, given: Condition | None = None) -> None:
        self._scorer = scorer
        tables = scorer.scoring.tables.values()
        self._asked = dict.fromkeys(name for table in tables for name in table.asked if name in scorer.facts)
        facts = [scorer.facts[name] for name in self._asked]
        terms = [_telling(fact, scorer.values(fact.name), scorer.named.get(fact.name, ())) for fact in facts]
        self._space = Space([scorer], scorer.facts, given, terms)

    def results(self, name: str) -> Places:
        """The bands of a band set of a group, or the results of a table."""
        table = self._scorer.scoring.tables.get(name)
        if table is None:
            return self.bands(name)
        places = self.rows(name)
        results = [result for result, _ in table.cells]
        named = ((table.otherwise if place is None else results[place], lead) for place, lead in places.leads.items())
        return Places(_first(named), places.exact)

    def bands(self, name: str) -> Places:
        """The bands of a band set of a group."""
        return self._places((name,), lambda row: row[name])

    def rows(self, name: str) -> Places:
        """The rows of a table, by their place; `None` where no row holds."""
        table = self._scorer.scoring.tables[name]
        rows = [holds(row) for _, row in table.cells]

        def place(row: Mapping[str, Any]) -> int | None:
            return next((place for place, condition in enumerate(rows) if value(condition, row)), None)

        return self._places(table.asked, place)

    def _places(self, names: tuple[str, ...], place: Any) -> Places:
        cells = self._cells(names) if self._space.exact else None
        if cells is None:
            leads = ((place(self._row(lead)), lead) for lead in self._space.tried())
            return Places(_first(leads), exact=False)
        nothing = dict.fromkeys(self._asked)
        return Places(_first((place({**nothing, **dict(known)}), lead) for known, lead in cells), exact=True)

    def _row(self, lead: Witness) -> dict[str, Any]:
        """The facts, bands and results of one lead."""
        scorer = self._scorer
        numbers = evaluated(scorer, lead)
        return {**dict.fromkeys(self._asked), **lead.facts, **dict(zip(scorer.columns, numbers, strict=True))}

    def _cells(self, names: tuple[str, ...]) -> Iterator[tuple[Known, Witness]] | None:
        """Every combination of bands and facts of these names, each with a lead; None where they are too many."""
        scoring = self._scorer.scoring
        of_groups = [name for name in names if name in scoring.bands and scoring.bands[name].of is not None]
        of_total = [name for name in names if name in scoring.total_bands]
        groups = {scoring.bands[name].of for name in of_groups} | {f"={name}" for name in names}
        here = [cluster for cluster in self._space.clusters if any(group in groups for _, group in cluster.groups)]
        others = [cluster for cluster in self._space.clusters if cluster not in here] if of_total else []
        if not all(cluster.fits for cluster in here):
            return None
        states = [self._states(cluster, names, bool(of_total)) for cluster in here]
        rest = Sums([cluster.given for cluster in others], 1)
        if prod(map(len, states)) * (rest.size if others else 1) > MOST_CELLS:
            return None
        return self._joined(here, states, others, rest, of_total)

    def _joined(
        self, here: list[Cluster], every: list[States], others: list[Cluster], rest: Sums, of_total: list[str]
    ) -> Iterator[tuple[Known, Witness]]:
        cells: dict[Any, tuple[Vector, ...]] = {(0, ()): ()}
        for states in every:
            cells = {
                (total + given, (*known, *more)): (*before, state)
                for (total, known), before in cells.items()
                for (given, more), state in states.items()
            }
        for (total, known), decided in cells.items():
            lead = sum((cluster.lead(state) for cluster, state in zip(here, decided, strict=True)), Witness())
            for (added,) in rest if others else [(0,)]:
                bands = self._scorer.bands_of(self._scorer.total(total + added)) if of_total else {}
                places = rest.trace((added,)) if others else []
                more = (cluster.witness(cluster.given[added]) for cluster, added in zip(others, places, strict=True))
                yield (*known, *bands.items()), sum(more, lead)

    def _states(self, cluster: Cluster, names: tuple[str, ...], counted: bool) -> States:
        """What the cluster's groups give, the bands and facts that it decides, and the first sums that do."""
        bands = self._scorer.scoring.bands
        states: States = {}
        for state in cluster.sums:
            known: list[tuple[str, Any]] = []
            for (_, group), points in zip(cluster.groups, state, strict=True):
                if group.startswith("="):
                    known += [(group[1:], self._value(group[1:], points))] if group[1:] in names else []
                    continue
                row = {f"{group}__points": self._scorer.cut(group, points)}
                sets = [name for name in names if name in bands and bands[name].of == group]
                known += [(name, value(self._expressions[name], row)) for name in sets]
            given = cluster.cut(state)[0] if counted else 0
            states.setdefault((given, tuple(known)), state)
        return states

    @cached_property
    def _expressions(self) -> Mapping[str, a.Expression]:
        return dict(self._scorer.program.columns)

    def _value(self, name: str, place: int) -> Any:
        return None if place == 0 else self._scorer.values(name)[place - 1]


def _telling(fact: Fact, values: list[Any], edges: Sequence[Any]) -> Term:
    """A rule that gives no points and tells the values of a fact apart: by their place, from 1 on."""
    column, name = a.Column(fact.name), f"={fact.name}"
    if fact.type == "number":
        branches = list(_regions(column, values, edges))
    else:
        branches = [(a.Equals(column, a.Literal(known)), known) for known in values]
    cases = tuple((condition, a.Literal(1 + values.index(known))) for condition, known in branches)
    return Term(name, name, (fact.name,), (), ((name, a.Case(cases, a.Literal(0))),))


def _regions(column: a.Column, values: Sequence[Any], edges: Sequence[Any]) -> Iterator[tuple[a.Expression, Any]]:
    """The numbers between and on `edges`, the highest first, each with the one of `values` that lies there."""
    for edge in sorted(edges, reverse=True):
        yield a.Equals(column, a.Literal(edge)), edge
        above = min(known for known in values if known > edge)
        yield a.And((a.Known(column), a.AtLeast(column, a.Literal(edge)))), above
    yield a.Known(column), min(values)


def _first(leads: Iterable[tuple[Hashable, Witness]]) -> dict[Hashable, Witness]:
    first: dict[Hashable, Witness] = {}
    for place, lead in leads:
        first.setdefault(place, lead)
    return first
