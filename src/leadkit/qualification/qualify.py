"""Criteria compiled once and answered for one lead at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import compress
from typing import Any, Literal

from attrs import define, field, setters

from leadkit.qualification.document import Criteria, Criterion
from leadkit.records.fields import FrozenDict
from leadkit.results import Result
from leadkit.rules import algebra as a
from leadkit.rules.conditions import fails, fields_of, holds
from leadkit.rules.facts import Fact
from leadkit.rules.lead_facts import Unusable
from leadkit.rules.source import Evaluator, evaluator

Outcome = Literal["yes", "no", "open"]
Verdict = Literal["valid", "invalid", "open"]
VERDICTS: Mapping[Outcome, Verdict] = {"yes": "valid", "no": "invalid", "open": "open"}
"""What an outcome is called where it is about screening."""


@define(on_setattr=setters.frozen)
class Qualification(Result):
    """The answer of k-of-n criteria: which are met, unmet or unknown, and which facts would settle the unknown ones.

    `unusable` are facts that would settle them too: the record tells them, but not so that the policy can use them.
    """

    policy: str
    outcome: Outcome
    needed: int
    met: tuple[str, ...]
    unmet: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    unusable: Mapping[str, Unusable] = field(factory=dict, eq=False)


@define(on_setattr=setters.frozen)
class Screening(Result):
    """Whether a lead is worth following up.

    `invalid` needs evidence, told in `reasons`; a lead of which too little is known is `open`, and `missing` says which
    facts to ask for. `unusable` are facts that need no asking, but for example a rate for their currency.
    """

    policy: str
    outcome: Verdict
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    unusable: Mapping[str, Unusable] = field(factory=dict, eq=False)


ALL_USABLE: Mapping[str, Unusable] = FrozenDict()


class Qualifier:
    """A set of criteria, ready to run."""

    def __init__(self, criteria: Criteria, facts: Mapping[str, Fact], policy: str, name: str) -> None:
        self.criteria = criteria
        self.facts = facts
        self.policy = policy
        self.name = name
        self._asked: dict[tuple[str, ...], tuple[str, ...]] = {}
        """The facts that some criteria ask about, by their codes; worked out once."""

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The facts that its criteria ask about."""
        criteria = self.criteria.criteria.values()
        return tuple(dict.fromkeys(name for criterion in criteria for name in criterion_fields(criterion)))

    @cached_property
    def program(self) -> a.Program:
        """What the criteria mean, in the algebra."""
        return criteria_program(self.criteria, self.facts, self.name)

    @cached_property
    def evaluate(self) -> Evaluator:
        """For each criterion in order: whether it is met, whether it is unmet; then the outcome."""
        return evaluator(self.program, f"{self.name} {self.policy}")

    def qualify(self, facts: Mapping[str, Any]) -> Qualification:
        """The answer for one lead."""
        *answers, outcome = self.evaluate(facts, (), 0)
        codes = tuple(self.criteria.criteria)
        met = tuple(compress(codes, answers[::2]))
        unmet = tuple(compress(codes, answers[1::2]))
        unknown = tuple(code for code in codes if code not in met and code not in unmet)
        names = self._missing(unknown, facts)
        known: Mapping[str, Unusable] = getattr(facts, "unusable", {})
        unusable = {name: known[name] for name in names if name in known} if known else ALL_USABLE
        missing = tuple(name for name in names if name not in unusable) if unusable else names
        return Qualification(self.policy, outcome, self.criteria.needed, met, unmet, unknown, missing, unusable)

    def screen(self, facts: Mapping[str, Any]) -> Screening:
        """The answer as a verdict: every unmet criterion is a reason."""
        answer = self.qualify(facts)
        reasons = dict.fromkeys(self.criteria.criteria[code].reason or code for code in answer.unmet)
        return Screening(self.policy, VERDICTS[answer.outcome], tuple(reasons), answer.missing, answer.unusable)

    def _missing(self, codes: tuple[str, ...], facts: Mapping[str, Any]) -> tuple[str, ...]:
        if codes not in self._asked:
            names = (name for code in codes for name in criterion_fields(self.criteria.criteria[code]))
            self._asked[codes] = tuple(dict.fromkeys(names))
        return tuple(name for name in self._asked[codes] if not self.facts[name].knows(facts.get(name)))


def criteria_program(criteria: Criteria, facts: Mapping[str, Fact], name: str) -> a.Program:
    """The columns `name__code__met` and `name__code__unmet` of every criterion, and `name`: yes, no or open."""
    used = dict.fromkeys(field for criterion in criteria.criteria.values() for field in criterion_fields(criterion))
    columns: list[tuple[str, a.Expression]] = []
    for code, criterion in criteria.criteria.items():
        known = tuple(facts[field].known for field in criterion.needs)
        met = known if criterion.when is None else (*known, holds(criterion.when, facts))
        unmet = a.Or(()) if criterion.when is None else fails(criterion.when, facts)
        columns += [(f"{name}__{code}__met", a.And(met)), (f"{name}__{code}__unmet", unmet)]
    allowed = len(criteria.criteria) - criteria.needed
    enough = a.AtLeast(_count([column for column, _ in columns[::2]]), a.Literal(criteria.needed))
    too_few = a.LessThan(a.Literal(allowed), _count([column for column, _ in columns[1::2]]))
    outcome = a.Case(((enough, a.Literal("yes")), (too_few, a.Literal("no"))), a.Literal("open"))
    return a.Program(tuple((field, facts[field].type) for field in used), (), (*columns, (name, outcome)))


def _count(columns: list[str]) -> a.Expression:
    return a.Add(tuple(a.Case(((a.Column(column), a.Literal(1)),), a.Literal(0)) for column in columns))


def criterion_fields(criterion: Criterion) -> Iterator[str]:
    """The facts that a criterion asks about."""
    yield from criterion.needs
    if criterion.when is not None:
        yield from fields_of(criterion.when)
