"""A score taken apart: the parts that vary independently of each other, and what each can give.

Rules that read the same facts belong to one part, since one value decides about all of them; rules that count the same
kind of event belong to one part; rules of different parts never constrain each other. A part lists its choices: what
it gives to each group, and the facts and events that make it so. Points are micro-points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

from attrs import Factory, define, field, setters

from leadkit.rules import algebra as a
from leadkit.rules.facts import Fact
from leadkit.rules.interpret import computed, value
from leadkit.rules.representatives import compared, components, representatives
from leadkit.scoring.program import Term
from leadkit.scoring.witness import Witness

Group = tuple[int, str]
"""Which scorer, and which of its groups."""
RuleKey = tuple[int, str, str]
"""Which scorer, which of its groups, and the rule's code."""

MOST_CHOICES = 20_000
"""A part has so many choices at most; beyond, its rules are taken as independent of each other."""


@define(on_setattr=setters.frozen)
class Choice:
    """One thing that a part may do: the points of each rule where they are not 0, and the lead that does it."""

    points: Mapping[RuleKey, int]
    witness: Witness
    sums: Mapping[Group, int] = field(init=False, default=Factory(lambda self: _by_group(self.points), takes_self=True))
    """What it gives to each group."""


def _by_group(points: Mapping[RuleKey, int]) -> Mapping[Group, int]:
    sums: dict[Group, int] = {}
    for (scorer, group, _), given in points.items():
        sums[scorer, group] = sums.get((scorer, group), 0) + given
    return sums


@define(on_setattr=setters.frozen)
class Part:
    """Choices that exclude each other, the simplest first.

    `exact` is False where there are more than could be listed, or an event may weigh anything between; `low` and `high`
    then bound what the part gives, and the choices are among the possible ones, or not even that if `real` is False.
    """

    rules: tuple[RuleKey, ...]
    choices: tuple[Choice, ...]
    low: Mapping[Group, int]
    high: Mapping[Group, int]
    exact: bool = True
    real: bool = True

    @cached_property
    def best(self) -> Choice:
        """The choice that gives most in all."""
        return max(self.choices, key=lambda choice: sum(choice.points.values()))

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that the part gives to."""
        return tuple(dict.fromkeys((scorer, group) for scorer, group, _ in self.rules))


ScorerTerm = tuple[int, Term]
"""A term and the scorer that it belongs to."""


def part_of(terms: Sequence[ScorerTerm], choices: Sequence[Choice], *, exact: bool = True, real: bool = True) -> Part:
    """A part whose choices bound what it gives."""
    rules = tuple((scorer, term.group, term.code) for scorer, term in terms)
    groups = dict.fromkeys((scorer, group) for scorer, group, _ in rules)
    given = {group: [choice.sums.get(group, 0) for choice in choices] for group in groups}
    low = {group: min(points, default=0) for group, points in given.items()}
    high = {group: max(points, default=0) for group, points in given.items()}
    return Part(rules, tuple(choices), low, high, exact, real)


def fact_parts(
    terms: Sequence[ScorerTerm],
    facts: Mapping[str, Fact],
    given: Sequence[tuple[tuple[str, ...], a.Expression]],
    known: Mapping[str, Any] | None = None,
    named: Mapping[str, Sequence[Any]] | None = None,
) -> Iterator[Part]:
    """The parts that read facts, for the leads of whom every expression of `given` (with its facts) is true.

    `known` are facts that have one value in all these leads; `named` are constants by which facts are told apart beyond
    these rules.
    """
    fixed = {name: [value] for name, value in (known or {}).items()}
    links = [*(term.facts for _, term in terms), *(names for names, _ in given)]
    for places in components(links):
        linked = [terms[place] for place in places if place < len(terms)]
        conditions = [given[place - len(terms)][1] for place in places if place >= len(terms)]
        names = list(dict.fromkeys(name for place in places for name in links[place]))
        values = [
            fixed.get(name) or [None, *_values(facts[name], linked, conditions, (named or {}).get(name, ()))]
            for name in names
        ]
        if prod(map(len, values)) * max(len(linked), 1) <= MOST_CHOICES:
            yield part_of(linked, list(_assignments(linked, conditions, names, values)))
        else:
            for scorer, term in linked:
                alone = [(scorer, term)]
                choices = [_points(alone, [points], Witness()) for points in _results(term)]
                yield part_of(alone, choices, exact=False, real=False)


def _values(
    fact: Fact, terms: Sequence[ScorerTerm], conditions: Sequence[a.Expression], named: Sequence[Any]
) -> list[Any]:
    expressions = [*(expression for _, term in terms for _, expression in term.columns), *conditions]
    constants = [named for expression in expressions for name, named in compared(expression) if name == fact.name]
    return representatives(fact, list(dict.fromkeys([*named, *constants])))


def _assignments(
    terms: Sequence[ScorerTerm],
    conditions: Sequence[a.Expression],
    names: Sequence[str],
    values: Sequence[Sequence[Any]],
) -> Iterator[Choice]:
    rows = (dict(zip(names, chosen, strict=True)) for chosen in product(*values))
    for row in sorted(rows, key=lambda row: sum(known is not None for known in row.values())):
        if all(value(condition, row) for condition in conditions):
            points = [computed(term.columns, row)[term.summand] for _, term in terms]
            yield _points(terms, points, Witness({name: known for name, known in row.items() if known is not None}))


def _points(terms: Sequence[ScorerTerm], points: Sequence[int], witness: Witness) -> Choice:
    pairs = zip(terms, points, strict=True)
    return Choice({(scorer, term.group, term.code): given for (scorer, term), given in pairs if given}, witness)


def _results(term: Term) -> list[int]:
    """Every number of points that a rule over facts can give."""

    def leaves(expression: a.Expression) -> Iterator[int]:
        match expression:
            case a.Case(branches, otherwise):
                for _, result in branches:
                    yield from leaves(result)
                yield from leaves(otherwise)
            case a.Literal(int() as points):
                yield points

    return sorted({points for _, expression in term.columns for points in leaves(expression)})
