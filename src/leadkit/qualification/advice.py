"""What to ask next: the facts that would settle an open qualification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import Any

from attrs import define, setters

from leadkit.qualification.qualify import Outcome, Qualifier
from leadkit.results import Result
from leadkit.rules.representatives import compared, representatives

MOST_CASES = 20_000
"""So many combinations of answers are tried."""


@define(on_setattr=setters.frozen)
class Question(Result):
    """Facts to ask for together: known, they may settle the outcome as one of `may_settle`."""

    facts: tuple[str, ...]
    may_settle: tuple[Outcome, ...]


def worth_asking(qualifier: Qualifier, facts: Mapping[str, Any]) -> tuple[Question, ...]:
    """The smallest sets of unknown facts whose answers may settle an outcome that is open, the smallest first.

    A set stands here only when no smaller part of it could settle the same outcome. Nothing is asked when the outcome
    is settled already. Where there are too many sets to try, the last question is for all that is missing, and
    `may_settle` is empty: what less would do is not known.
    """
    answer = qualifier.qualify(facts)
    return tuple(_questions(qualifier, dict(facts), answer.missing)) if answer.outcome == "open" else ()


def _questions(qualifier: Qualifier, facts: dict[str, Any], missing: tuple[str, ...]) -> Iterator[Question]:
    constants = [pair for _, expression in qualifier.program.columns for pair in compared(expression)]
    values = {
        name: representatives(qualifier.facts[name], [constant for other, constant in constants if other == name])
        for name in missing
    }
    settled: dict[tuple[str, ...], set[Outcome]] = {}
    left = MOST_CASES
    for size in range(1, len(missing) + 1):
        for asked in combinations(missing, size):
            cases = [dict(zip(asked, answers, strict=True)) for answers in product(*(values[name] for name in asked))]
            left -= len(cases)
            if left < 0:
                yield Question(missing, ())
                return
            outcomes: set[Outcome] = {qualifier.qualify({**facts, **case}).outcome for case in cases}
            smaller = [earlier for names, earlier in settled.items() if set(names) < set(asked)]
            new = outcomes - {"open"} - set().union(*smaller)
            if new:
                settled[asked] = new
                yield Question(asked, tuple(outcome for outcome in ("yes", "no") if outcome in new))
