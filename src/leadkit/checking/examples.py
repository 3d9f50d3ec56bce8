"""The examples that a policy carries, held against what it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from attrs import define, setters

from leadkit.policy import Policy
from leadkit.policy.claims import Example

AS_OF = datetime(2000, 1, 1, tzinfo=UTC)
"""The time at which an example without `as_of` is decided."""


@define(on_setattr=setters.frozen)
class Mismatch:
    """One answer of an example that is not what it expects; `answer` is `points`, a band set, `grade` and so on."""

    answer: str
    expected: str | Decimal
    actual: str | Decimal | None

    def __str__(self) -> str:
        return f"{self.answer}: expected {self.expected}, found {'an open one' if self.actual is None else self.actual}"


def mismatches(policy: Policy, example: Example) -> tuple[Mismatch, ...]:
    """Where an example of `policy` does not hold; nothing where it does.

    Raises:
        FactError: the example leaves out a table that its answer needs, such as `[grading]`.
    """
    answers = dict(_answers(policy, example))
    return tuple(
        Mismatch(name, expected, answers[name])
        for name, expected in example.expect.items()
        if answers[name] != expected
    )


def _answers(policy: Policy, example: Example) -> Iterator[tuple[str, Any]]:
    as_of, asked = example.as_of or AS_OF, set(example.expect)
    if asked & {"points", *policy.document.scoring.outcomes}:
        score = policy.score(example.lead, example.witness.activities(as_of), as_of=as_of)
        yield from {"points": score.points, **score.bands}.items()
    if "screening" in asked:
        yield "screening", policy.screen(example.lead).outcome
    for name in asked & set(policy.document.qualification):
        yield name, policy.qualify(example.lead, name=name).outcome
    if "grade" in asked:
        yield "grade", policy.grade(example.assessment, as_of=as_of).grade
