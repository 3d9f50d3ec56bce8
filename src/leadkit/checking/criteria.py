"""What a check finds in `[screening]` and `[qualification]`: criteria and outcomes that no lead reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from leadkit.checking.findings import Finding
from leadkit.policy import Policy
from leadkit.qualification.document import Criteria
from leadkit.qualification.qualify import criteria_program, criterion_fields
from leadkit.rules import algebra as a
from leadkit.rules.interpret import value
from leadkit.rules.representatives import compared, components, representatives

MOST_CASES = 20_000
"""Criteria that hang together by facts with more combinations than this are passed over."""


def criteria_findings(policy: Policy) -> Iterator[Finding]:
    """Everything that is found in the screening and the qualifications of a policy."""
    document = policy.document
    every: dict[str, Criteria] = {"screening": document.screening} if document.screening else {}
    every |= {f"qualification.{name}": criteria for name, criteria in document.qualification.items()}
    for path, criteria in every.items():
        yield from _findings(policy, path, criteria)


def _findings(policy: Policy, path: str, criteria: Criteria) -> Iterator[Finding]:
    codes = list(criteria.criteria)
    fields = [tuple(dict.fromkeys(criterion_fields(criterion))) for criterion in criteria.criteria.values()]
    columns = dict(criteria_program(criteria, policy.facts, "answer").columns)
    most = 0
    for places in components(fields):
        names = list(dict.fromkeys(name for place in places for name in fields[place]))
        met = [columns[f"answer__{codes[place]}__met"] for place in places]
        cases = _cases(policy, names, met)
        if cases is None:
            most += len(places)
            continue
        answers = [[value(expression, case) for expression in met] for case in cases]
        most += max(sum(row) for row in answers)
        for place, column in zip(places, zip(*answers, strict=True), strict=True):
            if not any(column):
                message = "no lead meets this criterion, whatever its facts"
                yield Finding("criterion_never_met", f"{path}.criteria.{codes[place]}", message)
    if most < criteria.needed:
        message = f"asks for {criteria.needed} criteria, and no lead meets more than {most} of them together"
        yield Finding("never_qualifies", path, message)


def _cases(policy: Policy, names: Sequence[str], expressions: Sequence[a.Expression]) -> list[dict[str, object]] | None:
    """Every combination of values that the expressions can tell apart; None where there are too many."""
    constants = [pair for expression in expressions for pair in compared(expression)]
    values = [
        [None, *representatives(policy.facts[name], [constant for other, constant in constants if other == name])]
        for name in names
    ]
    if prod(map(len, values)) > MOST_CASES:
        return None
    return [dict(zip(names, chosen, strict=True)) for chosen in product(*values)]
