"""What scoring means: a policy's rules as a program of the algebra.

Columns, in order: for each rule `group__rule`, before it `group__rule__count` where the points don't tell how many
events counted, then `group__rule__decayed` where its events age and `group__rule__limited` where it has a limit; after
a group's rules `group__sum` and `group__points`, the sum before and after its limit and floor, and where the group has
a weight `group__unweighted` between the two; at the end `total__sum`, `points`, and each band set and each table under
its own name. Points are micro-points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import define, setters

from leadkit.rules import algebra as a
from leadkit.rules.bands import MICRO, band_of, micro, written_points
from leadkit.rules.conditions import fails, fields_of, holds
from leadkit.rules.facts import Fact
from leadkit.scoring.document import CategoryRule, ConditionRule, Group, RangeRule, Rule, Scoring
from leadkit.scoring.event_rules import EventFilter, EventRule, SilenceRule
from leadkit.scoring.outcomes import BandSet, result_of

DAY = 86_400
Keys = tuple[str, ...]
"""The keys that lead to a rule in the policy, its code the last."""


@define(on_setattr=setters.frozen)
class Term:
    """One rule as a summand of its group: the facts or tallies that it reads, and its columns, the last the summand."""

    group: str
    code: str
    facts: tuple[str, ...]
    tallies: tuple[a.Tally, ...]
    columns: tuple[tuple[str, a.Expression], ...]

    @property
    def summand(self) -> str:
        """The column that holds the rule's points after its own limit and decay."""
        return self.columns[-1][0]


def terms(scoring: Scoring, facts: Mapping[str, Fact], day: a.Expression) -> Iterator[Term]:
    """Every rule as a summand, in the policy's order; `day` is the number of the day on which an event was."""
    kinds = scoring.event_kinds
    for name, group in scoring.groups.items():
        for code, rule in group.rules.items():
            keys = ("scoring", "groups", name, "rules", code)
            tallies = tuple(_tallies(keys, rule, kinds, day))
            fields = tuple(dict.fromkeys(rule_fields(rule)))
            yield Term(name, code, fields, tallies, tuple(_rule(f"{name}__{code}", keys, rule, facts)))


def scoring_program(scoring: Scoring, facts: Mapping[str, Fact], day: a.Expression) -> a.Program:
    """The program that scores one lead; `day` is the number of the day on which an event was."""
    rules = list(terms(scoring, facts, day))
    in_tables = [name for table in scoring.tables.values() for name in table.asked if name in facts]
    used = dict.fromkeys([*(field for term in rules for field in term.facts), *in_tables])
    columns: list[tuple[str, a.Expression]] = []
    for name, group in scoring.groups.items():
        group_rules = [term for term in rules if term.group == name]
        columns += [column for term in group_rules for column in term.columns]
        columns += _group(name, group, group_rules)
    start = (written_points(scoring.start, "scoring", "start"),) if scoring.start else ()
    total = a.Add((*start, *(a.Column(f"{name}__points") for name in scoring.groups)))
    ends = written_points(scoring.floor, "scoring", "floor"), written_points(scoring.limit, "scoring", "limit")
    columns += [("total__sum", total), ("points", a.clamp(a.Column("total__sum"), *ends))]
    columns += [(name, _band(name, band_set)) for name, band_set in scoring.bands.items()]
    columns += [(name, result_of(table)) for name, table in scoring.tables.items()]
    return a.Program(
        facts=tuple((field, facts[field].type) for field in used),
        tallies=tuple(tally for term in rules for tally in term.tallies),
        columns=tuple(columns),
    )


def rule_fields(rule: Rule) -> Iterator[str]:
    """The facts that a rule reads."""
    match rule:
        case ConditionRule(when=when):
            yield from fields_of(when)
        case CategoryRule(field=field) | RangeRule(field=field):
            yield field


def _band(name: str, band_set: BandSet) -> a.Expression:
    points = "points" if band_set.of is None else f"{band_set.of}__points"
    return band_of(a.Column(points), band_set.thresholds, "scoring", "bands", name)


def _group(name: str, group: Group, rules: Sequence[Term]) -> Iterator[tuple[str, a.Expression]]:
    yield f"{name}__sum", a.Add(tuple(a.Column(term.summand) for term in rules))
    keys = ("scoring", "groups", name)
    limit = None if group.limit is None else written_points(group.limit, *keys, "limit")
    given = a.clamp(a.Column(f"{name}__sum"), written_points(group.floor, *keys, "floor"), limit)
    if group.weight == 1:
        yield f"{name}__points", given
    else:
        yield f"{name}__unweighted", given
        yield f"{name}__points", a.share(a.Column(f"{name}__unweighted"), written_points(group.weight, *keys, "weight"))


def _rule(column: str, keys: Keys, rule: Rule, facts: Mapping[str, Fact]) -> Iterator[tuple[str, a.Expression]]:
    match rule:
        case CategoryRule():
            is_level = [
                (a.Equals(a.Column(rule.field), a.Literal(level)), written_points(points, *keys, "points", level))
                for level, points in rule.points.items()
            ]
            yield column, _worth(is_level, facts[rule.field].known, written_points(rule.unknown, *keys, "unknown"))
        case RangeRule():
            steps = sorted(rule.ranges.items(), key=lambda step: -step[1].at_least)
            known = facts[rule.field].known
            fact = a.Column(rule.field)
            reached = [
                (
                    a.And((known, a.AtLeast(fact, _number(step.at_least, *keys, "ranges", name, "at_least")))),
                    written_points(step.points, *keys, "ranges", name, "points"),
                )
                for name, step in steps
            ]
            yield column, _worth(reached, known, written_points(rule.unknown, *keys, "unknown"))
        case ConditionRule():
            is_open = a.Not(a.Or((holds(rule.when, facts), fails(rule.when, facts))))
            given = [(holds(rule.when, facts), written_points(rule.points, *keys, "points"))]
            yield column, _worth(given, a.Not(is_open), written_points(rule.unknown, *keys, "unknown"))
        case EventRule():
            yield from _event_rule(column, keys, rule)
        case SilenceRule():
            count = a.Column(f"{keys[-1]}___count")
            yield f"{column}__count", count
            heard = a.AtLeast(count, a.Literal(1))
            yield column, a.Case(((heard, a.Literal(0)),), written_points(rule.points, *keys, "points"))


def _worth(branches: Sequence[tuple[a.Expression, a.Literal]], known: a.Expression, unknown: a.Literal) -> a.Expression:
    """The points of the first branch that holds, else 0; `unknown` where nothing is known."""
    last = a.Literal(0) if unknown.value == 0 else a.Case(((known, a.Literal(0)),), unknown)
    return a.Case(tuple(branches), last)


def _tallies(keys: Keys, rule: Rule, kinds: tuple[str, ...], day: a.Expression) -> Iterator[a.Tally]:
    """The tallies of a rule; `kinds` are those that stand for all, where a rule waits for any event."""
    code = keys[-1]
    if isinstance(rule, SilenceRule):
        waited = tuple(dict.fromkeys(rule.events or kinds))
        yield a.Tally(f"{code}___count", waited, _younger(rule.silent_days, *keys, "silent_days"), a.Literal(1))
    if not isinstance(rule, EventRule):
        return
    asked = [] if rule.within_days is None else [_younger(rule.within_days, *keys, "within_days")]
    asked += [] if rule.fades_over_days is None else [a.LessThan(a.AGE, a.Literal(rule.fades_over_days * DAY))]
    asked += list(_filters(rule.where)) if rule.where is not None else []
    counts = asked[0] if len(asked) == 1 else a.And(tuple(asked))
    distinct = {None: None, "day": day, "subject": a.SUBJECT}[rule.once_per]
    yield a.Tally(f"{code}___count", (rule.event,), counts, a.Literal(1), distinct)
    if rule.half_life_days is not None:
        half_life = a.Place((*keys, "half_life_days"), DAY)
        yield a.Tally(f"{code}___weight", (rule.event,), counts, a.Decay(a.AGE, rule.half_life_days * DAY, half_life))
    if rule.fades_over_days is not None:
        yield a.Tally(f"{code}___weight", (rule.event,), counts, _faded(rule.fades_over_days))


def _number(value: Decimal | int, *keys: str) -> a.Literal:
    return a.Literal(value, a.Place(keys))


def _younger(days: int, *keys: str) -> a.Expression:
    return a.LessThan(a.AGE, a.Literal(days * DAY, a.Place(keys, DAY)))


def _filters(where: EventFilter) -> Iterator[a.Expression]:
    if where.subjects:
        about = tuple(a.Equals(a.SUBJECT, a.Literal(subject)) for subject in where.subjects)
        yield about[0] if len(about) == 1 else a.Or(about)
    if where.amount is not None:
        yield from where.amount.holds(a.AMOUNT)


def _faded(days: int) -> a.Expression:
    """What an event still weighs that loses as much every day, in millionths: (days - whole days of age) / days."""
    left = a.Add((a.Literal(days), a.Multiply(a.Quotient(a.AGE, DAY), a.Literal(-1))))
    return a.Quotient(a.Multiply(left, a.Literal(MICRO)), days)


def _event_rule(column: str, keys: Keys, rule: EventRule) -> Iterator[tuple[str, a.Expression]]:
    code = keys[-1]
    count: a.Expression = a.Column(f"{code}___count")
    if rule.times is not None or rule.once_per is not None:
        yield f"{column}__count", count
    points = written_points(rule.points, *keys, "points")
    if rule.times is not None:
        yield column, a.Case(((a.AtLeast(count, _number(rule.times, *keys, "times")), points),), a.Literal(0))
        return
    yield column, a.Multiply(count, points)
    if rule.ages:
        each = _number(int(rule.points), *keys, "points")
        yield f"{column}__decayed", a.Multiply(a.Column(f"{code}___weight"), each)
    if rule.limit is not None:
        before = f"{column}__decayed" if rule.ages else column
        limit = written_points(rule.limit, *keys, "limit")
        least = a.Literal(-micro(rule.limit), a.Place((*keys, "limit"), -MICRO))
        yield f"{column}__limited", a.clamp(a.Column(before), least, limit)
