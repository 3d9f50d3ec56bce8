"""The standard policy's total and priority in rule engines; see `one_lead.py`.

Each builder compiles the rules once and gives a function of the facts and the counts of events, in one mapping. The
total and the priority are two expressions, the second reading the first's result.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from by_hand import EACH, FACTS, Events, Lead

Decide = Callable[[dict[str, Any]], tuple[Any, str]]

PRIORITY = 'points >= 80 ? "high" : (points >= 50 ? "medium" : "low")'
LIMITED = "({0} > {1} ? {1} : {0})"


def counted(decide: Decide, lead: Lead, events: Events, now: datetime) -> tuple[Any, str]:
    """What `decide` says about a lead once its events are counted."""
    known: dict[str, Any] = {fact: lead.get(fact) or "" for fact in FACTS} | dict.fromkeys(EACH, 0)
    for kind, at in events:
        if kind in EACH and at <= now:
            known[kind] += 1
    return decide(known)


def total(limited: str = LIMITED) -> str:
    """The total as an expression that CEL, ZEN and rule-engine share; `limited` is how the engine cuts {0} to {1}."""
    attributes = " + ".join(_levels(fact, points) for fact, points in FACTS.items())
    behaviour = " + ".join(f"{kind} * {points}" for kind, points in EACH.items())
    return f"{limited.format(f'({attributes})', 60)} + {limited.format(f'({behaviour})', 40)}"


def _levels(fact: str, points: dict[str, int]) -> str:
    text = "0"
    for level, worth in points.items():
        text = f'({fact} == "{level}" ? {worth} : {text})'
    return text


def zen() -> Decide:
    """Compiled expressions; a decision graph of the same two costs some fifty times as much."""
    from zen import compile_expression

    points_of, priority_of = compile_expression(total("min([{0}, {1}])")), compile_expression(PRIORITY)

    def decide(known: dict[str, Any]) -> tuple[Any, str]:
        points = points_of.evaluate(known)
        return points, priority_of.evaluate({"points": points})

    return decide


def rule_engine() -> Decide:
    from rule_engine import Rule

    points_of, priority_of = Rule(total()), Rule(PRIORITY)

    def decide(known: dict[str, Any]) -> tuple[Any, str]:
        points = points_of.evaluate(known)
        return points, priority_of.evaluate({"points": points})

    return decide


def cel_rust() -> Decide:
    import cel

    points_of, priority_of = cel.compile(total()), cel.compile(PRIORITY)

    def decide(known: dict[str, Any]) -> tuple[Any, str]:
        points = points_of.execute(known)
        return points, priority_of.execute({"points": points})

    return decide


def cel_python() -> Decide:
    """The interpreting runner: the compiling one of 0.5.0 fails on a conditional inside a conditional."""
    import celpy

    environment = celpy.Environment()
    once = "[{0}].map(value, value > {1} ? {1} : value)[0]"
    points_of, priority_of = (environment.program(environment.compile(text)) for text in (total(once), PRIORITY))

    def decide(known: dict[str, Any]) -> tuple[Any, str]:
        points = points_of.evaluate(celpy.json_to_cel(known))
        return int(points), str(priority_of.evaluate({"points": points}))

    return decide


def _logic() -> tuple[dict[str, Any], dict[str, Any]]:
    """The total and the priority in JsonLogic."""
    facts = [_logic_levels(fact, points) for fact, points in FACTS.items()]
    kinds = [{"*": [{"var": kind}, points]} for kind, points in EACH.items()]
    points = {"+": [{"min": [60, {"+": facts}]}, {"min": [40, {"+": kinds}]}]}
    high, medium = ({">=": [{"var": "points"}, start]} for start in (80, 50))
    return points, {"if": [high, "high", medium, "medium", "low"]}


def _logic_levels(fact: str, points: dict[str, int]) -> dict[str, Any]:
    branches: list[Any] = []
    for level, worth in points.items():
        branches += [{"==": [{"var": fact}, level]}, worth]
    return {"if": [*branches, 0]}


def json_logic() -> Decide:
    from json_logic import jsonLogic

    total_logic, priority_logic = _logic()

    def decide(known: dict[str, Any]) -> tuple[Any, str]:
        points = jsonLogic(total_logic, known)
        return points, jsonLogic(priority_logic, {"points": points})

    return decide


def datalogic() -> Decide:
    from datalogic_py import Engine

    points_of, priority_of = (Engine().compile(logic) for logic in _logic())

    def decide(known: dict[str, Any]) -> tuple[Any, str]:
        points = points_of.evaluate(known)
        return points, priority_of.evaluate({"points": points})

    return decide


ENGINES: dict[str, Callable[[], Decide]] = {
    "zen-engine": zen,
    "rule-engine": rule_engine,
    "common-expression-language": cel_rust,
    "cel-python": cel_python,
    "datalogic-py": datalogic,
    "panzi-json-logic": json_logic,
}
"""Package name to builder."""
