"""HubSpot's lead scores as policies: the JSON of its lead scoring API, 2026-09, with a list of what can't be said.

A score has `groupConfigs`, each with `minValue` and `maxValue`, and these have `ruleConfigurations`: a constant number
of points where `configuration.filterBranch` holds, in the form of HubSpot's list filters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from attrs import Factory, define, setters

from leadkit.errors import PolicyError, Problem
from leadkit.rules.facts import BUILT_IN

FACTS = {"industry": "industry", "jobtitle": "job_title", "hs_email_domain": "mail_domain"}
"""The properties that a built-in fact stands for; any other is a declared field under its own name."""
TYPES = {"ENUMERATION": "text", "STRING": "text", "MULTISTRING": "text", "NUMBER": "number", "BOOL": "boolean"}
"""What kind of fact an operation compares."""
JOINED = {"AND": ("all", False), "OR": ("any", False), "NOT_ALL": ("all", True), "NOT_ANY": ("any", True)}
EVER = 36_500
"""So many days of silence are "never"."""
READ_OF = {
    "score": "id name objectTypeId maxScore allowedGroupTypes groupConfigs scoreStatus",
    "group": "id groupName groupCategory maxValue minValue ruleConfigurations",
    "rule": "id enabled minimumValue maximumValue configuration",
    "configuration": "id calculation filterBranch",
    "calculation": "id type value",
    "event": "filterBranchType filterBranches filters eventTypeId operator coalescingRefineBy",
    "count": "type minOccurrences",
    "branch": "filterBranchType filterBranchOperator filterBranches filters",
    "filter": "filterType property operation",
    "operation": "operationType operator value values lowerBound upperBound includeObjectsWithNoValueSet",
}
"""The keys of each part that are read, or that say nothing about points."""


@define(on_setattr=setters.frozen)
class Converted:
    """A policy's document as a file would say it, and what of the score is not in it: each with its place and why."""

    document: Mapping[str, Any]
    unsaid: tuple[Problem, ...]


class _UnsaidError(Exception):
    """Something that a policy can't say, so that its rule is left out."""

    def __init__(self, path: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(message, hint, path=path)


def read_hubspot(text: str) -> Converted:
    """The policy that a HubSpot score means; rules that can't be said in full are left out and listed.

    Raises:
        PolicyError: it is no JSON object with groups, or none of its rules can be read.
    """
    try:
        score = json.loads(text, parse_float=Decimal, parse_constant=str)
    except (ValueError, RecursionError):
        raise PolicyError(Problem("is no JSON", "save what the API answers for one score")) from None
    if not isinstance(score, Mapping) or not isinstance(score.get("groupConfigs"), list):
        raise PolicyError(Problem("has no groupConfigs", "save what the API answers for one score"))
    reader = _Reader()
    try:
        document = reader.document(score)
    except RecursionError:
        raise PolicyError(Problem("is nested too deep")) from None
    if not document["scoring"]["groups"]:
        raise PolicyError(reader.unsaid or [Problem("has no rule")])
    return Converted(document, tuple(reader.unsaid))


@define
class _Reader:
    unsaid: list[Problem] = Factory(list)
    fields: dict[str, str] = Factory(dict)

    def document(self, score: Mapping[str, Any]) -> dict[str, Any]:
        self._strays(score, "score", "")
        groups: dict[str, Any] = {}
        labels: dict[str, str] = {}
        for number, group in enumerate(score["groupConfigs"]):
            path = f"groupConfigs.{number}"
            if not isinstance(group, Mapping):
                self.unsaid.append(Problem("is no group", path=path))
                continue
            name = _unused(_code(str(group.get("groupName", "group"))), groups)
            rules = self._group(name, group, path)
            if rules["rules"]:
                groups[name] = rules
                labels[name] = str(group.get("groupName", name))[:200]
        floor = sum((group["floor"] for group in groups.values()), Decimal(0))
        most = _number(score.get("maxScore"))
        limit = {"limit": most} if most is not None and most > 0 else {}
        declared = {name: {"type": type_} for name, type_ in self.fields.items() if name not in BUILT_IN}
        head = {"name": _code(str(score.get("name", "hubspot"))), "description": "A lead score of HubSpot's."}
        fields = {"fields": declared} if declared else {}
        scoring = {**limit, **({"floor": floor} if floor < 0 else {}), "groups": groups}
        return {**head, **fields, "scoring": scoring, "labels": {"en": labels}}

    def _group(self, name: str, group: Mapping[str, Any], path: str) -> dict[str, Any]:
        self._strays(group, "group", path)
        rules: dict[str, Any] = {}
        for number, rule in enumerate(_listed(group.get("ruleConfigurations"))):
            at = f"{path}.ruleConfigurations.{number}"
            try:
                rules[f"{name}_{number + 1}"] = self._rule(_mapping(rule, at), at)
            except _UnsaidError as error:
                self.unsaid.append(error.problem)
        lowest = sum((min(rule["points"], Decimal(0)) for rule in rules.values()), Decimal(0))
        least, most = _number(group.get("minValue")), _number(group.get("maxValue"))
        floor = lowest if least is None else min(least, Decimal(0))
        return {**({} if most is None else {"limit": most}), "floor": floor, "rules": rules}

    def _rule(self, rule: Mapping[str, Any], path: str) -> dict[str, Any]:
        if rule.get("enabled") is False:
            raise _UnsaidError(path, "is switched off")
        configuration = _mapping(rule.get("configuration"), f"{path}.configuration")
        calculation = _mapping(configuration.get("calculation"), f"{path}.configuration.calculation")
        _check(rule, "rule", path)
        _check(configuration, "configuration", f"{path}.configuration")
        _check(calculation, "calculation", f"{path}.configuration.calculation")
        value = _number(calculation.get("value"))
        if calculation.get("type") != "CONSTANT" or value is None:
            raise _UnsaidError(f"{path}.configuration.calculation", "is no constant number of points")
        least, most = _number(rule.get("minimumValue")), _number(rule.get("maximumValue"))
        points = value if most is None else min(value, most)
        points = points if least is None else max(points, least)
        at = f"{path}.configuration.filterBranch"
        branch = _mapping(configuration.get("filterBranch"), at)
        event = _only_event(branch)
        if event is not None:
            return {**_event(event, at), "points": points}
        return {"when": self._condition(branch, at), "points": points}

    def _condition(self, branch: Mapping[str, Any], path: str) -> dict[str, Any]:
        kind = str(branch.get("filterBranchType"))
        if kind not in JOINED:
            raise _UnsaidError(path, f"{kind[:100]} beside properties can't be said", "make it a rule of its own")
        _check(branch, "branch", path)
        parts = [self._condition(part, at) for part, at in _parts(branch, "filterBranches", path)]
        parts += [self._filter(part, at) for part, at in _parts(branch, "filters", path)]
        if not parts:
            raise _UnsaidError(path, "asks nothing")
        word, negated = JOINED[kind]
        joined = parts[0] if len(parts) == 1 else {word: parts}
        return {"not": joined} if negated else joined

    def _filter(self, asked: Mapping[str, Any], path: str) -> dict[str, Any]:
        operation = _mapping(asked.get("operation"), f"{path}.operation")
        if asked.get("filterType") != "PROPERTY":
            raise _UnsaidError(path, f"a filter of type {str(asked.get('filterType'))[:100]} can't be said")
        _check(asked, "filter", path)
        _check(operation, "operation", f"{path}.operation")
        operator = str(operation.get("operator"))
        if operator in ("IS_KNOWN", "IS_UNKNOWN"):
            name = self._fact(str(asked.get("property")), None, path)
            return {"field": name, "known": operator == "IS_KNOWN"}
        type_ = TYPES.get(str(operation.get("operationType")))
        if type_ is None:
            raise _UnsaidError(path, f"an operation of type {str(operation.get('operationType'))[:100]} can't be said")
        name = self._fact(str(asked.get("property")), type_, path)
        comparison = _compared(name, type_, operator, operation, f"{path}.operation")
        if operation.get("includeObjectsWithNoValueSet") is True:
            return {"any": [comparison, {"field": name, "known": False}]}
        return comparison

    def _fact(self, name: str, type_: str | None, path: str) -> str:
        """The fact that stands for a property; a property is of one type."""
        fact = FACTS.get(name, _code(name))
        known = BUILT_IN[fact].type if fact in BUILT_IN else self.fields.get(fact)
        if fact in BUILT_IN and type_ not in (None, known):
            fact = f"hubspot_{fact}"
            known = self.fields.get(fact)
        wanted = type_ or known or "text"
        if known not in (None, wanted):
            raise _UnsaidError(path, f"{name[:100]} is asked as a {known} elsewhere, as a {wanted} here")
        self.fields[fact] = wanted
        return fact

    def _strays(self, part: Mapping[str, Any], kind: str, path: str) -> None:
        """List keys that are not read, where the rest of the part can be."""
        for key in _strange(part, kind):
            self.unsaid.append(Problem("is not read", _hint(key), path=f"{path}.{key[:100]}".lstrip(".")))


def _event(branch: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The rule that counts an event: once it happened so many times, or while it never has."""
    _check(branch, "event", path)
    if branch.get("filters") or branch.get("filterBranches"):
        raise _UnsaidError(path, "filters of an event can't be said", "give such events a subject, and ask for it")
    kind = _code(f"event {branch.get('eventTypeId', '')}")
    count = branch.get("coalescingRefineBy")
    if branch.get("operator") == "HAS_NOT_COMPLETED" and count is None:
        return {"silent_days": EVER, "events": [kind]}
    if branch.get("operator") != "HAS_COMPLETED":
        raise _UnsaidError(path, f"the operator {str(branch.get('operator'))[:100]} of an event can't be said")
    if count is None:
        return {"event": kind, "times": 1}
    _check(_mapping(count, f"{path}.coalescingRefineBy"), "count", f"{path}.coalescingRefineBy")
    times = count.get("minOccurrences")
    if count.get("type") != "NUM_OCCURRENCES" or not isinstance(times, int) or times < 1:
        raise _UnsaidError(f"{path}.coalescingRefineBy", "is no lowest number of events")
    return {"event": kind, "times": times}


def _only_event(branch: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The one event that a branch asks for, where it asks for nothing else."""
    if branch.get("filterBranchType") == "UNIFIED_EVENTS":
        return branch
    inner = branch.get("filterBranches")
    alone = isinstance(inner, list) and len(inner) == 1 and not branch.get("filters")
    if alone and isinstance(inner, list) and branch.get("filterBranchType") in ("AND", "OR"):
        return _only_event(inner[0]) if isinstance(inner[0], Mapping) else None
    return None


def _compared(name: str, type_: str, operator: str, operation: Mapping[str, Any], path: str) -> dict[str, Any]:
    """A comparison of a fact with what an operation names."""
    given = operation.get("values", operation.get("value"))
    values = given if isinstance(given, list) else [given]
    kinds = {"text": (str,), "number": (int, Decimal), "boolean": (bool,)}[type_]
    if operator == "IS_BETWEEN":
        values = [operation.get("lowerBound"), operation.get("upperBound")]
    if not values or not all(
        isinstance(value, kinds) and (type_ == "boolean") is isinstance(value, bool) for value in values
    ):
        raise _UnsaidError(path, f"names no {type_}")
    among = {"field": name, "equals": values[0]} if len(values) == 1 else {"field": name, "in": values}
    first = {"field": name, "equals": values[0]}
    below, from_ = {"field": name, "less_than": values[0]}, {"field": name, "at_least": values[0]}
    last = {"any": [{"field": name, "less_than": values[-1]}, {"field": name, "equals": values[-1]}]}
    of_all = {"IS_EQUAL_TO": among, "IS_NOT_EQUAL_TO": {"not": among}}
    of_type: dict[str, dict[str, Any]] = {
        "text": {
            "IS_ANY_OF": among,
            "IS_NONE_OF": {"not": among},
            "ENDS_WITH": {"field": name, "ends_with": values},
        },
        "number": {
            "IS_GREATER_THAN": {"all": [from_, {"not": first}]},
            "IS_GREATER_THAN_OR_EQUAL_TO": from_,
            "IS_LESS_THAN": below,
            "IS_LESS_THAN_OR_EQUAL_TO": last,
            "IS_BETWEEN": {"all": [from_, last]},
        },
        "boolean": {},
    }
    comparison: dict[str, Any] | None = (of_all | of_type[type_]).get(operator)
    if comparison is None:
        raise _UnsaidError(path, f"the operator {operator[:100]} of a {type_} can't be said")
    return comparison


def _parts(branch: Mapping[str, Any], key: str, path: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    for number, part in enumerate(_listed(branch.get(key))):
        yield _mapping(part, f"{path}.{key}.{number}"), f"{path}.{key}.{number}"


def _check(part: Mapping[str, Any], kind: str, path: str) -> None:
    """Refuse a part with a key that is not read: what it means would be lost."""
    for key in _strange(part, kind):
        raise _UnsaidError(f"{path}.{key[:100]}", "is not read, so its rule is left out", _hint(key))


def _strange(part: Mapping[str, Any], kind: str) -> Sequence[str]:
    read = READ_OF[kind].split()
    return [key for key, value in part.items() if key not in read and value is not None]


def _hint(key: str) -> str:
    return "see fades_over_days and half_life_days" if "decay" in key.lower() else ""


def _mapping(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _UnsaidError(path, "is missing")
    return value


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _number(value: Any) -> Decimal | None:
    is_number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    return Decimal(value) if is_number else None


def _code(name: str) -> str:
    """A code of a policy made of a name."""
    code = "_".join(re.findall("[a-z0-9]+", name.lower()))[:40].strip("_")
    return code if code[:1].isalpha() else f"n{code}".rstrip("_")


def _unused(name: str, taken: Mapping[str, Any]) -> str:
    """A name that no group has yet."""
    name = f"{name}_group" if name == "total" else name
    return next(
        other for other in (name, *(f"{name}_{number}" for number in range(2, len(taken) + 3))) if other not in taken
    )
