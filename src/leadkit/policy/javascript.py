"""A policy as an ES module of its own, and the types of what the module takes and gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from attrs import define, setters

from leadkit.grading.document import Dimension, Grading
from leadkit.grading.grader import Grader
from leadkit.grading.program import grade_of
from leadkit.qualification.qualify import Qualifier, criterion_fields
from leadkit.rules import algebra as a
from leadkit.rules.bands import highest_first, micro
from leadkit.rules.days import day_of_event
from leadkit.rules.facts import Fact
from leadkit.rules.javascript import RUNTIME, Constants, javascript, number, places, quoted
from leadkit.rules.representatives import representatives
from leadkit.scoring.document import CategoryRule, RangeRule, Rule
from leadkit.scoring.event_rules import EventRule
from leadkit.scoring.program import rule_fields
from leadkit.scoring.scorer import Scorer

if TYPE_CHECKING:
    from leadkit.policy.policy import Policy

_INDENTED = re.compile("^ +", re.MULTILINE)
EXPORTS = ("policy", "constants", "places", "rulesOf", "score", "evaluate", "screen", "qualify", "grade")
"""What every module exports, whatever its policy has."""


@define(on_setattr=setters.frozen)
class MovableConstant:
    """A number of the policy that a caller may move: where the policy says it, and what it is in the program."""

    place: a.Place
    value: int | float


def movable(scorer: Scorer) -> tuple[MovableConstant, ...]:
    """The numbers that scoring reads from the policy, in the policy's order."""
    values = {place: number(value) for place, value in places(scorer.program)}
    groups = list(scorer.scoring.groups)
    codes = [code for _, code, _ in scorer.scoring.rules]

    def order(place: a.Place) -> tuple[int, ...]:
        match place.keys:
            case (_, "groups", group, "rules", code, *_):
                return 0, groups.index(group), 0, codes.index(code)
            case (_, "groups", group, *_):
                return 0, groups.index(group), 1, 0
            case (_, "bands", *_):
                return 2, 0, 0, 0
        return 1, 0, 0, 0

    return tuple(MovableConstant(place, values[place]) for place in sorted(values, key=order))


def module(policy: Policy, qualifiers: Mapping[str, Qualifier], grader: Grader | None) -> str:
    """The text of the module.

    Raises:
        ValueError: the policy has a number beyond what JavaScript counts exactly.
    """
    body = _program(policy, qualifiers, grader)
    last = (
        "export const policy = about.policy;\n"
        "export const { score, evaluate, screen, qualify } = rulesOf(constants);\n"
        "export { constants, places, rulesOf, grade };\n"
    )
    return f"// {policy.id}: written by leadkit; change the policy, not this file.\n{body}{last}"


def without_exports(module: str) -> str:
    """What a module does as a script, for a page that has one script only."""
    return module.partition("\nexport ")[0] + "\n"


def _program(policy: Policy, qualifiers: Mapping[str, Qualifier], grader: Grader | None) -> str:
    scorer = policy.scorer
    moved = movable(scorer)
    numbers = {constant.place: place for place, constant in enumerate(moved)}
    names = [f"criteria{place}" for place in range(len(qualifiers))]
    dated = grader is not None and any(each.within_months for each in grader.grading.dimensions.values())
    zone = a.Program((), (), (("day", day_of_event(policy.document.time_zone) if dated else a.Literal(0)),))
    parts = [
        RUNTIME,
        f"const constants = {quoted([constant.value for constant in moved])};\n",
        f"const places = {quoted([[constant.place.keys, constant.place.factor] for constant in moved])};\n",
        f"const about = {quoted(_about(policy, qualifiers, grader, numbers))};\n",
        javascript(scorer.program, "scoring", numbers),
        javascript(_adding(scorer), "adding", numbers),
        *(javascript(each.program, name) for name, each in zip(names, qualifiers.values(), strict=True)),
        f"const programs = [{', '.join(names)}];\n",
        javascript(grader.program, "grading") if grader else "const grading = null;\n",
        javascript(zone, "zone").replace("(facts, events, asOf, p)", f"(${a.AT.name})"),
        "const dayInZone = at => zone(at)[0];\n",
        _fixed("module.js"),
    ]
    return _INDENTED.sub("", "".join(parts))


@cache
def _fixed(name: str) -> str:
    return (files("leadkit.policy") / name).read_text(encoding="utf-8")


def _about(
    policy: Policy, qualifiers: Mapping[str, Qualifier], grader: Grader | None, numbers: Constants
) -> dict[str, Any]:
    asked = dict.fromkeys([*policy.scorer.asked, *(name for each in qualifiers.values() for name in each.asked)])
    return {
        "policy": policy.id,
        "facts": {name: _fact(policy.facts[name]) for name in asked},
        "scoring": _scoring(policy.scorer, numbers),
        "criteria": [_criteria(each, place) for place, each in enumerate(qualifiers.values())],
        "grading": _grading(grader) if grader else None,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {"type": fact.type, "levels": fact.levels}


def _scoring(scorer: Scorer, numbers: Constants) -> dict[str, Any]:
    columns = [name for name, _ in scorer.program.columns]
    named = {"/".join(place.keys) + f"*{place.factor}": number for place, number in numbers.items()}

    def constant(*keys: str, factor: int = a.MILLION) -> list[int] | None:
        number = named.get("/".join(("scoring", *keys)) + f"*{factor}")
        return None if number is None else [number]

    def described(name: str, code: str, rule: Rule) -> dict[str, Any]:
        def points(*keys: str) -> list[int] | None:
            return constant("groups", name, "rules", code, *keys)

        term = scorer.terms[code]
        return {
            "code": code,
            "event": rule.event if isinstance(rule, EventRule) else None,
            "facts": list(dict.fromkeys(rule_fields(rule))),
            "points": points("points"),
            "summand": term.summand,
            "place": columns.index(term.summand),
            "counts": bool(term.tallies),
            "worths": _worths(rule, scorer.facts, points),
        }

    def starts(field: str) -> list[list[int] | None]:
        return [
            constant("groups", name, "rules", code, "ranges", step, "at_least", factor=1)
            for name, code, rule in scorer.scoring.rules
            if isinstance(rule, RangeRule) and rule.field == field
            for step in rule.ranges
        ]

    return {
        "columns": [*columns, *(tally.name for tally in scorer.program.tallies)],
        "own": len(columns),
        "facts": scorer.asked,
        "told": {name: {"values": _representatives(scorer, name), "starts": starts(name)} for name in scorer.asked},
        "start": constant("start"),
        "outcomes": list(scorer.scoring.outcomes),
        "groups": [
            {
                "name": name,
                "weight": None if group.weight == 1 else constant("groups", name, "weight"),
                "rules": [described(name, code, rule) for code, rule in group.rules.items()],
            }
            for name, group in scorer.scoring.groups.items()
        ],
    }


def _representatives(scorer: Scorer, name: str) -> list[Any]:
    """The values of a fact that rules tell apart; of a number only those that they name."""
    fact, constants = scorer.facts[name], scorer.named.get(name, ())
    if fact.type == "number":
        return sorted({number(value) for value in constants})
    return representatives(fact, constants)


def _worths(rule: Rule, facts: Mapping[str, Fact], points: Callable[..., list[int] | None]) -> list[Any]:
    """What a rule may give once its facts are known: constants by their numbers, and 0."""
    match rule:
        case CategoryRule():
            known = facts[rule.field].levels or ("", *rule.points)
            return [points("points", level) if level in rule.points else 0 for level in known]
        case RangeRule():
            return [0, *(points("ranges", step, "points") for step in rule.ranges)]
        case _:
            return [0, points("points")]


def _adding(scorer: Scorer) -> a.Program:
    """How the sums of groups add up to the points."""
    columns = dict(scorer.program.columns)
    steps = [f"{name}__{step}" for name in scorer.scoring.groups for step in ("unweighted", "points")]
    names = [*(step for step in steps if step in columns), "total__sum", "points"]
    sums = tuple((f"{name}__sum", "number") for name in scorer.scoring.groups)
    return a.Program(sums, (), tuple((name, columns[name]) for name in names))


def _criteria(qualifier: Qualifier, place: int) -> dict[str, Any]:
    criteria = qualifier.criteria.criteria
    return {
        "name": qualifier.name,
        "program": place,
        "columns": [name for name, _ in qualifier.program.columns],
        "codes": list(criteria),
        "facts": [list(dict.fromkeys(criterion_fields(each))) for each in criteria.values()],
        "reasons": [each.reason or code for code, each in criteria.items()],
        "needed": qualifier.criteria.needed,
    }


def _grading(grader: Grader) -> dict[str, Any]:
    grading = grader.grading
    return {
        "columns": [name for name, _ in grader.program.columns],
        "dimensions": [_dimension(name, each) for name, each in grading.dimensions.items()],
        "grades": grader.grades,
        "regions": _regions(grading) if grading.table else None,
        "thresholds": [(name, micro(start), str(start)) for name, start in highest_first(grading.grades)],
    }


def _dimension(name: str, dimension: Dimension) -> dict[str, Any]:
    return {
        "name": name,
        "levels": dimension.names,
        "points": [micro(dimension.points[level]) for level in dimension.names] if dimension.points else None,
        "source": dimension.source,
        "dated": bool(dimension.within_months),
        "months": list(dimension.within_months.values()),
    }


def _regions(grading: Grading) -> list[dict[str, Any]]:
    return [
        {"row": region.row or "otherwise", "levels": region.levels, "grade": grade_of(grading, region)}
        for region in grading.regions
    ]


def declarations(policy: Policy, qualifiers: Mapping[str, Qualifier], grader: Grader | None) -> str:
    """The types of the module: its facts, events, bands and results by their names."""
    return "\n".join([*_inputs(policy, qualifiers, grader), *_outcomes(policy), _fixed("module.d.ts")])


def _inputs(policy: Policy, qualifiers: Mapping[str, Qualifier], grader: Grader | None) -> Iterator[str]:
    yield f"// {policy.id}: the types of its module, written by leadkit.\n"
    asked = dict.fromkeys([*policy.scorer.asked, *(name for each in qualifiers.values() for name in each.asked)])
    yield "/** What is known of a lead; what is missing, null, NaN, blank or no level is unknown. */"
    yield from _interface("Facts", {name: _type(policy.facts[name]) for name in asked})
    kinds = {kind for tally in policy.scorer.program.tallies for kind in tally.kinds}
    yield f"export type EventKind = {_union(sorted(kinds))} | (string & {{}});"
    yield f"export type CriteriaName = {_union([name for name in qualifiers if name != 'screening'])};"
    dimensions = grader.grading.dimensions if grader else {}
    levels = {name: _union(each.names) for name, each in dimensions.items()}
    sources = {
        each.source: "Moment | string" if each.within_months else "number"
        for each in dimensions.values()
        if each.source
    }
    yield "/** What is said about an opportunity: levels, and the values from which levels are derived. */"
    yield from _interface("Assessment", levels | sources)
    yield f"export type GradeName = {_union(grader.grades if grader else ())};"


def _outcomes(policy: Policy) -> Iterator[str]:
    yield "/** The band of every band set and the result of every table. */"
    yield "export interface Bands {"
    yield from (f"  {name}: {_union(names)};" for name, names in policy.document.scoring.outcomes.items())
    yield "}"


def _interface(name: str, types: Mapping[str, str]) -> Iterator[str]:
    yield f"export interface {name} {{"
    yield from (f"  {key}?: {type_} | null;" for key, type_ in types.items())
    yield "}"


def _type(fact: Fact) -> str:
    return _union(fact.levels) if fact.type == "category" else "string" if fact.type == "text" else fact.type


def _union(names: Any) -> str:
    return " | ".join(map(quoted, names)) or "never"
