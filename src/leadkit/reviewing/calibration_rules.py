"""Which rules tell won from lost: one row a level, and whether the order of the points is that of the rates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Literal

from attrs import define, setters

from leadkit.results import Result
from leadkit.reviewing.calibration_cases import Cases, ScoredCase, rate_of
from leadkit.reviewing.chance import SIGNIFICANT, chance_of
from leadkit.reviewing.rates import Direction, Rate, change_of_rate
from leadkit.rules.bands import as_points, micro
from leadkit.rules.conditions import fails, fields_of, holds
from leadkit.rules.interpret import value
from leadkit.scoring.document import CategoryRule, ConditionRule, RangeRule, Rule
from leadkit.scoring.event_rules import EventRule, SilenceRule
from leadkit.scoring.score import Score
from leadkit.scoring.scorer import Scorer

OTHER, UNKNOWN, BELOW = "other", "unknown", "below"
EVENTS = ((6, "6+"), (3, "3-5"), (2, "2"), (1, "1"))
RuleVerdict = Literal["separates", "wrong_order", "noise", "not_enough_data"]


@define(on_setattr=setters.frozen)
class LevelRate(Result):
    """The cases of one level of a rule, the `points` that it gives them, and how often they were won.

    A level is one that the rule names, a range, `met` or `not_met`, or a number of events; `other` are known values
    that it does not name, `below` numbers below its lowest range. `direction` says whether they were won more or less
    often than all other cases by more than chance explains; None where either have fewer than 30 cases.
    """

    level: str
    points: Decimal
    rate: Rate
    direction: Direction | None


@define(on_setattr=setters.frozen)
class RuleEffect(Result):
    """One rule: how many cases it gave points to (`hit`), how often those and the others were won, and its levels.

    `direction` compares those with points and those without; None where one side has fewer than 30 cases. `chance` is
    the probability that levels without any effect differ as much as these do, by a chi-square test.

    `verdict`: `noise` where that is 5 % or more; else `wrong_order` where a level with fewer points is won more often,
    by more than chance, than one with more, and `separates` where none is. With many rules one in twenty is no noise by
    chance alone. `not_enough_data` where fewer than two levels have enough cases.
    """

    group: str
    code: str
    hit: Rate
    won_with: Rate
    won_without: Rate
    direction: Direction | None
    levels: tuple[LevelRate, ...] = ()
    chance: Decimal | None = None
    verdict: RuleVerdict = "not_enough_data"


def rule_effects(cases: Cases) -> Iterator[RuleEffect]:
    """Every rule of the policy that scored the cases, in its order; none without a case."""
    if not cases:
        return
    scorer = cases[0].score._scorer  # noqa: SLF001
    for group, code, rule in scorer.scoring.rules:
        yield _effect(group, code, rule, cases, scorer)


def _effect(group: str, code: str, rule: Rule, cases: Cases, scorer: Scorer) -> RuleEffect:
    column = scorer.terms[code].summand
    members: dict[str, list[ScoredCase]] = {}
    for case in cases:
        members.setdefault(level_of(rule, code, case.score, scorer), []).append(case)
    won_with = rate_of(case for case in cases if case.score[column])
    won_without = rate_of(case for case in cases if not case.score[column])
    levels = tuple(_level(name, members[name], column, cases) for name in _ordered(rule, members))
    chance = chance_of([level.rate for level in levels])
    return RuleEffect(
        group=group,
        code=code,
        hit=Rate(won_with.of, len(cases)),
        won_with=won_with,
        won_without=won_without,
        direction=_compared(won_without, won_with),
        levels=levels,
        chance=chance,
        verdict=_verdict(levels, chance),
    )


def level_of(rule: Rule, code: str, score: Score, scorer: Scorer) -> str:
    """The level of a rule that a case with this score is of."""
    match rule:
        case EventRule():
            count = _count(rule, f"{scorer.terms[code].group}__{code}", score)
            return next((name for least, name in EVENTS if count >= least), "0")
        case SilenceRule():
            return "met" if score[scorer.terms[code].summand] else "not_met"
        case ConditionRule():
            row = {name: score.facts.get(name) for name in fields_of(rule.when)}
            if value(holds(rule.when, scorer.facts), row):
                return "met"
            return "not_met" if value(fails(rule.when, scorer.facts), row) else UNKNOWN
        case _:
            return _level_of_fact(rule, score.facts.get(rule.field), scorer)


def _count(rule: EventRule, column: str, score: Score) -> int:
    """How many events a rule counted."""
    counted = rule.times is not None or rule.once_per is not None
    return int(score[f"{column}__count"] if counted else score[column] // (micro(rule.points) or 1))


def _level_of_fact(rule: CategoryRule | RangeRule, known: Any, scorer: Scorer) -> str:
    if not scorer.facts[rule.field].knows(known):
        return UNKNOWN
    if isinstance(rule, CategoryRule):
        return str(known) if known in rule.points else OTHER
    reached = [(step.at_least, name) for name, step in rule.ranges.items() if known >= step.at_least]
    return max(reached)[1] if reached else BELOW


def _ordered(rule: Rule, members: dict[str, list[ScoredCase]]) -> Iterable[str]:
    """The levels that cases have, in the order of the rule, what it does not name at the end."""
    match rule:
        case CategoryRule():
            named: Sequence[str] = [*rule.points, OTHER]
        case RangeRule():
            named = [*sorted(rule.ranges, key=lambda name: -rule.ranges[name].at_least), BELOW]
        case EventRule():
            named = [*(name for _, name in EVENTS), "0"]
        case _:
            named = ["met", "not_met"]
    return dict.fromkeys(name for name in (*named, UNKNOWN) if name in members)


def _level(name: str, mine: list[ScoredCase], column: str, cases: Cases) -> LevelRate:
    rate, all_cases = rate_of(mine), rate_of(cases)
    others = Rate(all_cases.met - rate.met, all_cases.of - rate.of)
    return LevelRate(name, as_points(min(case.score[column] for case in mine)), rate, _compared(others, rate))


def _compared(others: Rate, rate: Rate) -> Direction | None:
    return None if others.small or rate.small else change_of_rate(others, rate)


def _verdict(levels: Sequence[LevelRate], chance: Decimal | None) -> RuleVerdict:
    enough = [level for level in levels if not level.rate.small]
    if len(enough) < 2 or chance is None:
        return "not_enough_data"
    # With many levels some pair of them differs by chance: all levels together have to tell first.
    if chance >= SIGNIFICANT:
        return "noise"
    if any(
        lower.points < higher.points and change_of_rate(higher.rate, lower.rate) == "up"
        for lower in enough
        for higher in enough
    ):
        return "wrong_order"
    return "separates"
