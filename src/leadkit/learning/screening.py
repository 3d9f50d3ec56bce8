"""Which cases and facts may be learned from: what is refused, what is left out, and what makes the result doubtful."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from leadkit.errors import FactError, Problem
from leadkit.learning.libraries import np
from leadkit.learning.table import Table
from leadkit.reviewing.calibration_cases import Outcome
from leadkit.reviewing.leaks import leak_clues
from leadkit.reviewing.learned import LearnWarning
from leadkit.texts import LANGUAGES, texts

FEWEST_CASES, FEWEST_OF_ENDING, FEW_CASES = 30, 10, 60
EQUAL = 0.1
MATURE = 0.9
DISGUISED = 0.95
UNTOUCHED = 0.25
REPS = frozenset(word for language in LANGUAGES for word in texts("learning", language)["read"]["reps"])


def refuse(table: Table) -> None:
    """Refuse cases from which nothing can be learned.

    Raises:
        FactError: why not; all at once.
    """
    problems = [*_refusals(table)]
    if problems:
        raise FactError(problems)


def _refusals(table: Table) -> Iterator[Problem]:
    cases, won = len(table), int(table.won.sum())
    if cases and won in {0, cases}:
        missing = "lost" if won else "won"
        yield Problem(f"no case was {missing}: there is nothing to compare", path="cases")
    elif cases < FEWEST_CASES or min(won, cases - won) < FEWEST_OF_ENDING:
        hint = f"at least {FEWEST_CASES} cases, {FEWEST_OF_ENDING} of them won and {FEWEST_OF_ENDING} lost"
        yield Problem(f"{cases} cases, {won} of them won, are too few to learn from", hint, path="cases")
    facts = [column for column in table.facts.values() if len(np.unique(column.codes)) > 1]
    if not facts and not any(len(np.unique(counts)) > 1 for counts in table.events.values()):
        yield Problem("no fact has two values", "give the facts that were known when the lead came", path="facts")


def mature(outcomes: Sequence[Outcome], as_of: datetime, days: int | None) -> list[Outcome]:
    """The cases that are old enough: as old as nine of ten won ones were when they were won, or so many `days`."""
    spans = sorted(
        outcome.ended_at - outcome.at for outcome in outcomes if outcome.won and outcome.at and outcome.ended_at
    )
    needed = timedelta(days=days) if days is not None else spans[int(MATURE * (len(spans) - 1))] if spans else None
    if needed is None:
        return list(outcomes)
    return [outcome for outcome in outcomes if outcome.at is None or as_of - outcome.at >= needed]


def young(given: Sequence[Outcome], old_enough: Sequence[Outcome]) -> Iterator[LearnWarning]:
    """How many of the given cases are not old enough."""
    if len(old_enough) < len(given):
        yield LearnWarning("immature", figure=str(len(given) - len(old_enough)))


def names_a_rep(fact: str) -> bool:
    """Whether a fact says who of us works on a lead, by its name: that scores the rep, not the lead."""
    return bool(REPS & set(fact.casefold().split("_"))) or any(word in fact for word in REPS if not word.isascii())


def suspects(table: Table, keep: Collection[str]) -> Iterator[LearnWarning]:
    """Facts and events that may have been noted because of the ending, and facts that name a rep or a date."""
    won = table.won.tolist()
    for name, column in table.facts.items():
        if name in keep:
            continue
        if names_a_rep(name):
            yield LearnWarning("names_a_rep", name)
            continue
        values = [column.values[code] if code >= 0 else None for code in column.codes.tolist()]
        clue = next(leak_clues(name, values, won), None)
        if clue is not None:
            yield LearnWarning("leak", name, f"{clue.clue} {clue.share:.2f}")
        elif _is_a_date(table, name):
            yield LearnWarning("date_in_disguise", name)
    for kind, counts in table.events.items():
        clue = next(leak_clues(kind, counts.tolist(), won), None)
        if clue is not None and kind not in keep:
            yield LearnWarning("leak", kind, f"{clue.clue} {clue.share:.2f}")


def _is_a_date(table: Table, name: str) -> bool:
    """Whether a number only rises with the time of the cases, such as a running number or a year."""
    numbers = table.facts[name].numbers
    if numbers is None or table.times is None:
        return False
    known = ~np.isnan(numbers)
    if known.sum() < FEWEST_CASES or len(np.unique(numbers[known])) < FEWEST_OF_ENDING:
        return False
    ranks = [np.argsort(np.argsort(part[known], kind="stable"), kind="stable") for part in (numbers, table.times)]
    return abs(float(np.corrcoef(ranks[0], ranks[1])[0, 1])) >= DISGUISED


def doubts(table: Table) -> Iterator[LearnWarning]:
    """What makes the cases a poor sample."""
    if len(table) < FEW_CASES:
        yield LearnWarning("few_cases", figure=str(len(table)))
    equal = 1 - len(np.unique(table.groups)) / max(len(table), 1)
    if equal > EQUAL:
        yield LearnWarning("equal_rows", figure=f"{equal:.0%}")
    if table.events:
        touched = np.sum(list(table.events.values()), axis=0) > 0
        untouched = float((~touched[~table.won]).mean())
        if touched.any() and untouched >= UNTOUCHED:
            yield LearnWarning("selection", figure=f"{untouched:.0%}")
