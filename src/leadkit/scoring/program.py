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
from leadkit.rules.bands import MICRO, band_of, micro
from leadkit.rules.conditions import fails, fields_of, holds
from leadkit.rules.facts import Fact
from leadkit.scoring.document import CategoryRule, ConditionRule, Group, RangeRule, Rule, Scoring
from leadkit.scoring.event_rules import EventFilter, EventRule, SilenceRule
from leadkit.scoring.outcomes import BandSet, result_of

DAY = 86_400


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
    for name, group in scoring.groups.items():
        for code, rule in group.rules.items():
            tallies = tuple(_tallies(code, rule, scoring.event_kinds, day))
            fields = tuple(dict.fromkeys(rule_fields(rule)))
            yield Term(name, code, fields, tallies, tuple(_rule(f"{name}__{code}", code, rule, facts)))


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
    start = (a.Literal(micro(scoring.start)),) if scoring.start else ()
    total = a.Add((*start, *(a.Column(f"{name}__points") for name in scoring.groups)))
    ends = micro(scoring.floor), micro(scoring.limit)
    columns += [("total__sum", total), ("points", a.clamp(a.Column("total__sum"), *ends))]
    columns += [(name, _band(band_set)) for name, band_set in scoring.bands.items()]
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


def _band(band_set: BandSet) -> a.Expression:
    points = "points" if band_set.of is None else f"{band_set.of}__points"
    return band_of(a.Column(points), band_set.thresholds)


def _group(name: str, group: Group, rules: Sequence[Term]) -> Iterator[tuple[str, a.Expression]]:
    yield f"{name}__sum", a.Add(tuple(a.Column(term.summand) for term in rules))
    limit = None if group.limit is None else micro(group.limit)
    given = a.clamp(a.Column(f"{name}__sum"), micro(group.floor), limit)
    if group.weight == 1:
        yield f"{name}__points", given
    else:
        yield f"{name}__unweighted", given
        yield f"{name}__points", a.share(a.Column(f"{name}__unweighted"), micro(group.weight))


def _rule(column: str, code: str, rule: Rule, facts: Mapping[str, Fact]) -> Iterator[tuple[str, a.Expression]]:
    match rule:
        case CategoryRule():
            is_level = [
                (a.Equals(a.Column(rule.field), a.Literal(level)), points) for level, points in rule.points.items()
            ]
            yield column, _worth(is_level, facts[rule.field].known, micro(rule.unknown))
        case RangeRule():
            steps = sorted(rule.ranges.values(), key=lambda step: -step.at_least)
            known = facts[rule.field].known
            fact = a.Column(rule.field)
            reached = [(a.And((known, a.AtLeast(fact, a.Literal(step.at_least)))), step.points) for step in steps]
            yield column, _worth(reached, known, micro(rule.unknown))
        case ConditionRule():
            is_open = a.Not(a.Or((holds(rule.when, facts), fails(rule.when, facts))))
            yield column, _worth([(holds(rule.when, facts), rule.points)], a.Not(is_open), micro(rule.unknown))
        case EventRule():
            yield from _event_rule(column, code, rule)
        case SilenceRule():
            count = a.Column(f"{code}__count")
            yield f"{column}__count", count
            heard = a.AtLeast(count, a.Literal(1))
            yield column, a.Case(((heard, a.Literal(0)),), a.Literal(micro(rule.points)))


def _worth(branches: Sequence[tuple[a.Expression, Decimal]], known: a.Expression, unknown: int) -> a.Expression:
    """The points of the first branch that holds, else 0; `unknown` where nothing is known."""
    cases = tuple((condition, a.Literal(micro(points))) for condition, points in branches)
    last = a.Literal(0) if unknown == 0 else a.Case(((known, a.Literal(0)),), a.Literal(unknown))
    return a.Case(cases, last)


def _tallies(code: str, rule: Rule, kinds: tuple[str, ...], day: a.Expression) -> Iterator[a.Tally]:
    """The tallies of a rule; `kinds` are those that stand for all, where a rule waits for any event."""
    if isinstance(rule, SilenceRule):
        waited = tuple(dict.fromkeys(rule.events or kinds))
        yield a.Tally(f"{code}__count", waited, _younger(rule.silent_days), a.Literal(1))
    if not isinstance(rule, EventRule):
        return
    days = rule.within_days or rule.fades_over_days
    asked = [] if days is None else [_younger(days)]
    asked += list(_filters(rule.where)) if rule.where is not None else []
    counts = asked[0] if len(asked) == 1 else a.And(tuple(asked))
    distinct = {None: None, "day": day, "subject": a.SUBJECT}[rule.once_per]
    yield a.Tally(f"{code}__count", (rule.event,), counts, a.Literal(1), distinct)
    if rule.half_life_days is not None:
        yield a.Tally(f"{code}__weight", (rule.event,), counts, a.Decay(a.AGE, rule.half_life_days * DAY))
    if rule.fades_over_days is not None:
        yield a.Tally(f"{code}__weight", (rule.event,), counts, _faded(rule.fades_over_days))


def _younger(days: int) -> a.Expression:
    return a.LessThan(a.AGE, a.Literal(days * DAY))


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


def _event_rule(column: str, code: str, rule: EventRule) -> Iterator[tuple[str, a.Expression]]:
    count: a.Expression = a.Column(f"{code}__count")
    if rule.times is not None or rule.once_per is not None:
        yield f"{column}__count", count
    points = a.Literal(micro(rule.points))
    if rule.times is not None:
        yield column, a.Case(((a.AtLeast(count, a.Literal(rule.times)), points),), a.Literal(0))
        return
    yield column, a.Multiply(count, points)
    if rule.ages:
        yield f"{column}__decayed", a.Multiply(a.Column(f"{code}__weight"), a.Literal(int(rule.points)))
    if rule.limit is not None:
        before = f"{column}__decayed" if rule.ages else column
        yield f"{column}__limited", a.clamp(a.Column(before), -micro(rule.limit), micro(rule.limit))
