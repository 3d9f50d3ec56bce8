"""The cases as columns: what each fact says of every case, how many events of each kind there were, how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import repeat
from typing import Any

from attrs import define, evolve, setters

from leadkit.learning.libraries import Flags, Floats, Places, np
from leadkit.learning.start_rules import Usable, conditions_of, windows
from leadkit.policy import Policy
from leadkit.policy.events import counts_of, events_of
from leadkit.reviewing.calibration_cases import Outcome
from leadkit.reviewing.calibration_rules import level_of
from leadkit.rules.bands import micro
from leadkit.rules.facts import Fact, as_boolean, as_number, as_text
from leadkit.rules.moments import seconds
from leadkit.scoring.document import ConditionRule, Rule
from leadkit.scoring.program import DAY
from leadkit.scoring.score import Score

MICRO = 1_000_000
MIXED = np.uint64(0x100000001B3)
"""An odd number: multiplying by it loses nothing, so that equal sums of hashes in another order differ."""


@define(on_setattr=setters.frozen)
class Column:
    """One fact of every case. `codes` give the place of its value in `values`, sorted; -1 is unknown.

    `numbers` are the values of a number as floats, NaN where it is unknown; None for other facts.
    """

    fact: Fact
    values: tuple[Any, ...]
    codes: Places
    numbers: Floats | None = None

    def at(self, rows: Places) -> Column:
        """The same of some rows."""
        return Column(self.fact, self.values, self.codes[rows], None if self.numbers is None else self.numbers[rows])


@define(on_setattr=setters.frozen)
class Table:
    """Cases as columns, all of the same length. `hand` are the points that the start policy gives, in whole.

    `fair` are the same without its rules that may know the ending: what the new points are compared with. `met` says
    for each condition rule of the start policy which cases meet it. `groups` number the rows: equal rows have the same
    number. `times` are epoch seconds; None where a case has none.
    """

    facts: Mapping[str, Column]
    events: Mapping[str, Places]
    met: Mapping[str, Flags]
    won: Flags
    hand: Floats
    fair: Floats
    groups: Places
    folds: Places
    times: Places | None

    def __len__(self) -> int:
        return len(self.won)

    def at(self, rows: Places) -> Table:
        """The same of some rows."""
        return Table(
            {name: column.at(rows) for name, column in self.facts.items()},
            {kind: counts[rows] for kind, counts in self.events.items()},
            {code: flags[rows] for code, flags in self.met.items()},
            self.won[rows],
            self.hand[rows],
            self.fair[rows],
            self.groups[rows],
            self.folds[rows],
            None if self.times is None else self.times[rows],
        )

    def of(self, names: Collection[str], usable: Usable, start: Policy) -> Table:
        """The same with these facts and kinds of events and the conditions, where they are usable.

        Rows are equal where that is.
        """
        facts = {name: column for name, column in self.facts.items() if name in names and usable.has(name)}
        events = {kind: counts for kind, counts in self.events.items() if kind in names and usable.has(kind)}
        met = {code: self.met[code] for code in conditions_of(start, usable)}
        groups, folds = _groups(facts, events, len(self))
        return evolve(self, facts=facts, events=events, met=met, groups=groups, folds=folds)


def table_of(
    outcomes: Sequence[Outcome],
    start: Policy,
    facts: Collection[str],
    kinds: Collection[str],
    as_of: datetime,
) -> Table:
    """The cases as columns of `facts` and of the `kinds` of events, and of the start policy's conditions.

    Raises:
        FactError: a fact has the wrong type, or a time is naive.
    """
    ats = [outcome.at for outcome in outcomes]
    scores = [
        start.score(outcome.lead, outcome.activities, as_of=at or as_of)
        for outcome, at in zip(outcomes, ats, strict=True)
    ]
    known = [score.facts for score in scores]
    columns = {
        name: column_of(start.facts[name], [row.get(name) for row in known]) for name in facts if name in start.facts
    }
    events = _events(outcomes, kinds, start, as_of)
    met = {code: _met(rule, code, scores, start) for code, rule in conditions_of(start, Usable()).items()}
    totals = np.array([score["points"] for score in scores], dtype=np.float64) / MICRO
    groups, folds = _groups(columns, events, len(outcomes))
    return Table(
        facts=columns,
        events=events,
        met=met,
        won=np.array([outcome.won for outcome in outcomes], dtype=np.bool_),
        hand=totals,
        fair=totals,
        groups=groups,
        folds=folds,
        times=np.array([seconds(at) for at in ats if at is not None], dtype=np.int64) if all(ats) and ats else None,
    )


def totals_of(start: Policy, outcomes: Sequence[Outcome], as_of: datetime) -> Floats:
    """The points that a policy gives each case."""
    scores = (start.score(each.lead, each.activities, as_of=each.at or as_of) for each in outcomes)
    return np.array([score["points"] / MICRO for score in scores], dtype=np.float64)


def _met(rule: Rule, code: str, scores: Sequence[Score], start: Policy) -> Flags:
    """Which cases meet the condition of a rule."""
    summand = start.scorer.terms[code].summand
    if not isinstance(rule, ConditionRule):
        return np.array([bool(score[summand]) for score in scores], dtype=np.bool_)
    if rule.points not in {0, rule.unknown}:
        given = micro(rule.points)
        return np.array([score[summand] == given for score in scores], dtype=np.bool_)
    # What it gives does not say whether it is met.
    return np.array([level_of(rule, code, score, start.scorer) == "met" for score in scores], dtype=np.bool_)


def column_of(fact: Fact, values: Sequence[Any]) -> Column:
    """A column of one fact; what the fact does not know is unknown.

    Raises:
        FactError: a value has the wrong type.
    """
    if fact.type == "number":
        plain = {*map(type, values)} <= {int, float, type(None)}
        read_values = values if plain else [_number(fact.name, value) for value in values]
        numbers = np.array(read_values, dtype=np.float64)
        known = np.unique(numbers[~np.isnan(numbers)])
        codes = np.where(np.isnan(numbers), -1, np.searchsorted(known, numbers))
        return Column(fact, tuple(known.tolist()), codes.astype(np.int64), numbers)
    read = as_boolean if fact.type == "boolean" else as_text
    seen = sorted({read(fact.name, value) for value in set(values) if fact.knows(value)}, key=str)
    place: dict[Any, int] = {value: number for number, value in enumerate(seen)}
    codes = np.fromiter(map(place.get, values, repeat(-1)), dtype=np.int64, count=len(values))
    return Column(fact, tuple(seen), codes)


def _number(name: str, value: Any) -> float:
    number = as_number(name, value)
    return np.nan if number is None else float(number)


def _events(outcomes: Sequence[Outcome], kinds: Collection[str], start: Policy, as_of: datetime) -> dict[str, Places]:
    """How many events of each kind every case had, within the days in which they count."""
    if not kinds:
        return {}
    spans = {kind: days * DAY for kind, days in windows(start).items()}
    counts = [_counts(outcome.activities, outcome.at or as_of, spans) for outcome in outcomes]
    return {kind: np.array([each.get(kind, 0) for each in counts], dtype=np.int64) for kind in kinds}


def _counts(activities: Any, at: datetime, spans: Mapping[str, int]) -> Mapping[str, int]:
    if isinstance(activities, Mapping):
        return dict(counts_of(activities))
    now = seconds(at)
    ages = ((event[0], now - _epoch(event[1])) for event in events_of(activities))
    return Counter(kind for kind, age in ages if 0 <= age < spans.get(kind, age + 1))


def _epoch(since: Any) -> int:
    return since if isinstance(since, int) else seconds(since)


def _groups(facts: Mapping[str, Column], events: Mapping[str, Places], rows: int) -> tuple[Places, Places]:
    """The number of each row's kind, and a hash of what the row says that is the same in every process."""
    columns = [*(column.codes for column in facts.values()), *events.values()]
    if not columns or not rows:
        return np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64)
    kinds, _ = squeezed(np.column_stack(columns))
    hashes = np.zeros(rows, dtype=np.uint64)
    for name, column in facts.items():
        words = [hash_of(name, value) for value in (*column.values, None)]
        hashes = hashes * MIXED + np.array(words, dtype=np.uint64)[column.codes]
    for kind, counts in events.items():
        words = [hash_of(kind, count) for count in range(int(counts.max()) + 1)]
        hashes = hashes * MIXED + np.array(words, dtype=np.uint64)[counts]
    return kinds, (hashes >> np.uint64(20)).astype(np.int64)


def hash_of(name: str, value: Any) -> int:
    """A number below 2**64 that a value of a fact has in every process."""
    return int.from_bytes(blake2b(f"{name}={value!r}".encode(), digest_size=8).digest())


def squeezed(rows: Any) -> tuple[Places, Places]:
    """For each row of a matrix the number of its kind, equal rows being of one, and a row of each kind.

    Rows are compared as bytes, which takes a tenth of the time of `np.unique(axis=0)`.
    """
    matrix = np.ascontiguousarray(rows)
    whole = matrix.view(np.dtype((np.void, matrix.dtype.itemsize * matrix.shape[1]))).ravel()
    _, first, kinds = np.unique(whole, return_index=True, return_inverse=True)
    return kinds.ravel().astype(np.int64), first.astype(np.int64)
