"""What each number of the new policy rests on: the cases of its level, how they ended, and what it was before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from attrs import define, setters

from leadkit.learning.fitting import Settings, fitted
from leadkit.learning.libraries import Flags, Floats, np
from leadkit.learning.nested import spread
from leadkit.learning.rules import LearnedRule, learned_rules
from leadkit.learning.table import Column, Table
from leadkit.learning.toml import literal, plain_number
from leadkit.policy import Policy
from leadkit.reviewing.learned import LearnedLevel
from leadkit.reviewing.rates import EXACT, Rate
from leadkit.scoring.document import CategoryRule, ConditionRule, RangeRule
from leadkit.scoring.event_rules import EventRule, SilenceRule

UNKNOWN, KNOWN, EACH, MET = "unknown", "known", "each", "met"
SEED, MOST_DRAWN = 2_026, 2_000


@define(on_setattr=setters.frozen)
class _Level:
    """One number of a rule: what it is called, the value that has it, and the cases that do."""

    name: str
    value: Any
    cases: Flags


def learned_levels(
    rules: Sequence[LearnedRule], table: Table, start: Policy, samples: Sequence[Sequence[LearnedRule]]
) -> Iterator[LearnedLevel]:
    """Every number of the rules; `samples` are the rules of bootstrap samples."""
    for rule in rules:
        for level in _levels(rule, table):
            drawn = [worth(_same(rule, sample), level.value) for sample in samples]
            error, chosen = (
                (float(np.std(drawn)), float(np.mean([bool(points) for points in drawn]))) if drawn else (0, 0)
            )
            yield LearnedLevel(
                group=rule.group,
                code=rule.code,
                level=level.name,
                before=_before(rule, level.value, start),
                points=worth(rule, level.value),
                won_with=_rate(table.won[level.cases]),
                won_without=_rate(table.won[~level.cases]),
                error=_exact(error) if drawn else None,
                chosen=_exact(chosen) if drawn else None,
            )


def drawn_rules(
    table: Table, start: Policy, settings: Settings, shares: Floats, times: int
) -> Iterator[tuple[LearnedRule, ...]]:
    """The rules of so many bootstrap samples, drawn with a fixed seed."""
    few = table.at(spread(len(table), MOST_DRAWN))
    dice = np.random.RandomState(SEED)
    for _ in range(times):
        rows = np.sort(dice.randint(0, len(few), len(few))).astype(np.int64)
        sample = few.at(rows)
        if 0 < sample.won.sum() < len(sample):
            yield learned_rules(fitted(sample, start, settings, shares), sample, start)


def worth(rule: LearnedRule | None, value: Any) -> int:
    """The points that a rule gives a value, None being unknown; of events, for each."""
    if rule is None:
        return 0
    if rule.form in {"event", "met"}:
        return rule.points[True]
    # A sample may have found no more than that somebody knows it.
    if value is None:
        return rule.unknown
    if rule.form == "known":
        return rule.points[True]
    if rule.form == "ranges":
        reached = [threshold for threshold in rule.points if threshold <= value]
        return rule.points[max(reached)] if reached else 0
    return rule.points.get(value, 0)


def _same(rule: LearnedRule, others: Sequence[LearnedRule]) -> LearnedRule | None:
    """The rule of a sample that asks the same; of events, with the same cap."""
    return next((other for other in others if _asks(other) == _asks(rule)), None)


def _asks(rule: LearnedRule) -> tuple[str, str, int]:
    return ("fact" if rule.form not in {"event", "met"} else rule.form, rule.fact, rule.cap)


def _levels(rule: LearnedRule, table: Table) -> Iterator[_Level]:
    if rule.form == "event":
        yield _Level(EACH, True, table.events[rule.fact] > 0)
        return
    if rule.form == "met":
        yield _Level(MET, True, table.met[rule.fact])
        return
    column = table.facts[rule.fact]
    unknown = column.codes < 0
    if rule.form == "known":
        yield _Level(KNOWN, True, ~unknown)
    else:
        yield from _ranges(rule, column) if rule.form == "ranges" else _values(rule, column)
    if unknown.any() or rule.unknown:
        yield _Level(UNKNOWN, None, unknown)


def _values(rule: LearnedRule, column: Column) -> Iterator[_Level]:
    for value, _ in sorted(rule.points.items(), key=lambda pair: -pair[1]):
        codes = [code for code, known in enumerate(column.values) if known == value]
        name = literal(value) if isinstance(value, bool) else str(value)
        yield _Level(name, value, np.isin(column.codes, codes))


def _ranges(rule: LearnedRule, column: Column) -> Iterator[_Level]:
    """The ranges, the highest first, and what lies below them."""
    assert column.numbers is not None
    top = np.inf
    for threshold in sorted(rule.points, reverse=True):
        with np.errstate(invalid="ignore"):
            cases = (column.numbers >= threshold) & (column.numbers < top)
        yield _Level(f">= {plain_number(float(threshold))}", threshold, cases)
        top = threshold
    with np.errstate(invalid="ignore"):
        below = column.numbers < top
    if below.any():
        yield _Level(f"< {plain_number(float(top))}", -np.inf, below)


def _before(rule: LearnedRule, value: Any, start: Policy) -> Decimal | None:
    """What the start policy's rule of the same code gives the value."""
    old = {code: known for _, code, known in start.document.scoring.rules}.get(rule.code)
    match old:
        case EventRule() | SilenceRule():
            return old.points
        case ConditionRule():
            return old.points if value is True else old.unknown if value is None else Decimal(0)
        case RangeRule() | CategoryRule() if value is None:
            return old.unknown
        case RangeRule():
            reached = [step for step in old.ranges.values() if float(step.at_least) <= value]
            return max(reached, key=lambda step: step.at_least).points if reached else Decimal(0)
        case CategoryRule():
            return old.points.get(str(value), Decimal(0))
    return None


def _rate(won: Flags) -> Rate:
    return Rate(int(won.sum()), len(won))


def _exact(value: float) -> Decimal:
    return Decimal(repr(float(value))).quantize(EXACT)
