"""HubSpot's scores as policies: what is said means the same, and what can't be said is listed."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.hubspot import READ_OF, read_hubspot
from leadkit.cli.commands import cli
from tests.conftest import NOW

OPENED = {"filterBranchType": "UNIFIED_EVENTS", "eventTypeId": "4-16", "operator": "HAS_COMPLETED"}


def asked(name: str, type_: str, operator: str, **more: Any) -> dict[str, Any]:
    return {
        "filterType": "PROPERTY",
        "property": name,
        "operation": {"operationType": type_, "operator": operator, **more},
    }


def branch(*parts: dict[str, Any], kind: str = "AND") -> dict[str, Any]:
    inner = [part for part in parts if "filterBranchType" in part]
    return {"filterBranchType": kind, "filterBranches": inner, "filters": [part for part in parts if part not in inner]}


def rule(points: Any, where: dict[str, Any], **more: Any) -> dict[str, Any]:
    calculation = {"type": "CONSTANT", "value": points}
    return {"enabled": True, "configuration": {"calculation": calculation, "filterBranch": where}} | more


def score(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "Contact score", "groupConfigs": [{"groupName": "Fit", "ruleConfigurations": list(rules)} | more]}


def policy(*rules: dict[str, Any], **more: Any) -> lk.Policy:
    converted = read_hubspot(json.dumps(score(*rules, **more)))
    assert converted.unsaid == ()
    return lk.load_policy(converted.document)


def left_out(*rules: dict[str, Any], **more: Any) -> list[str]:
    known = rule(1, branch(asked("a", "BOOL", "IS_EQUAL_TO", value=True)))
    return [str(problem) for problem in read_hubspot(json.dumps(score(*rules, known, **more))).unsaid]


def points(found: lk.Policy, facts: dict[str, Any], events: Any = ()) -> Decimal:
    return found.score(facts, events, as_of=NOW).points


class TestConditions:
    """A filter holds for the same leads."""

    @pytest.mark.parametrize(
        ("operator", "more", "expected"),
        [
            ("IS_EQUAL_TO", {"value": 5}, "n=y"),
            ("IS_NOT_EQUAL_TO", {"value": 5}, "y=n"),
            ("IS_GREATER_THAN", {"value": 5}, "n=n"),
            ("IS_GREATER_THAN_OR_EQUAL_TO", {"value": 5}, "n=y"),
            ("IS_LESS_THAN", {"value": 5}, "y=n"),
            ("IS_LESS_THAN_OR_EQUAL_TO", {"value": 5}, "y=y"),
            ("IS_BETWEEN", {"lowerBound": 5, "upperBound": 6}, "n=y"),
        ],
    )
    def test_numbers(self, operator, more, expected):
        found = policy(rule(10, branch(asked("employees", "NUMBER", operator, **more))))
        below, at = expected.split("=")
        assert points(found, {"employees": Decimal("4.9")}) == (10 if below == "y" else 0)
        assert points(found, {"employees": 5}) == (10 if at == "y" else 0)
        assert points(found, {"employees": 6}) == (
            10 if operator in ("IS_NOT_EQUAL_TO", "IS_GREATER_THAN", "IS_GREATER_THAN_OR_EQUAL_TO", "IS_BETWEEN") else 0
        )
        assert points(found, {}) == 0

    def test_texts(self):
        found = policy(
            rule(1, branch(asked("industry", "ENUMERATION", "IS_ANY_OF", values=["BANKING", "RETAIL"]))),
            rule(2, branch(asked("hs_email_domain", "STRING", "ENDS_WITH", values=[".edu"]))),
            rule(4, branch(asked("country", "STRING", "IS_NONE_OF", values=["X"], includeObjectsWithNoValueSet=True))),
            rule(8, branch(asked("country", "ALL_PROPERTY", "IS_UNKNOWN"))),
        )
        assert points(found, {"industry": "RETAIL", "email": "a@uni.edu", "country": "X"}) == 3
        assert points(found, {}) == 12

    def test_branches(self):
        one, other = (asked(name, "BOOL", "IS_EQUAL_TO", value=True) for name in "ab")
        found = policy(
            rule(1, branch(one, other)),
            rule(2, branch(branch(one), branch(other), kind="OR")),
            rule(4, branch(one, other, kind="NOT_ANY")),
        )
        assert [points(found, {"a": a, "b": b}) for a in (True, False) for b in (True, False)] == [3, 2, 2, 4]


class TestEvents:
    """An event gives its points once, or from so many on, or while it never was."""

    def test_once_many_times_and_never(self):
        often = OPENED | {"coalescingRefineBy": {"type": "NUM_OCCURRENCES", "minOccurrences": 3}}
        found = policy(
            rule(1, branch(branch(OPENED), kind="OR")),
            rule(2, often),
            rule(4, OPENED | {"operator": "HAS_NOT_COMPLETED"}),
        )
        assert [points(found, {}, {"event_4_16": count}) for count in (0, 1, 2, 3, 9)] == [4, 1, 1, 3, 3]


class TestBounds:
    """Rules, groups and the score have their least and their most."""

    def test_each(self):
        yes = branch(asked("a", "BOOL", "IS_EQUAL_TO", value=True))
        no = branch(asked("b", "BOOL", "IS_EQUAL_TO", value=True))
        found = policy(rule(90, yes, maximumValue=30), rule(30, yes), rule(-50, no), minValue=-20, maxValue=40)
        assert [points(found, {"a": True}), points(found, {"b": True})] == [40, -20]

    def test_points_below_zero_reach_the_total(self):
        no = branch(asked("b", "BOOL", "IS_EQUAL_TO", value=True))
        assert points(policy(rule(-50, no)), {"b": True}) == -50


class TestUnsaid:
    """What can't be said in full is left out, with its place."""

    PLACE = "groupConfigs.0.ruleConfigurations.0.configuration"

    @pytest.mark.parametrize(
        ("given_rule", "words"),
        [
            (rule(1, OPENED | {"pruningRefineBy": {}}), "filterBranch.pruningRefineBy: is not read, so its rule"),
            (rule(1, OPENED | {"operator": "X"}), "filterBranch: the operator X of an event can't be said"),
            (
                rule(1, branch(OPENED, asked("a", "BOOL", "IS_EQUAL_TO", value=True))),
                "UNIFIED_EVENTS beside properties",
            ),
            (rule(1, branch(asked("a", "DATETIME", "IS_AFTER"))), "an operation of type DATETIME can't be said"),
            (rule(1, branch(asked("t", "STRING", "CONTAINS", values=["x"]))), "the operator CONTAINS of a text"),
            (rule(1, branch(asked("t", "NUMBER", "IS_EQUAL_TO", value="5"))), "operation: names no number"),
            (rule(1, branch()), "filterBranch: asks nothing"),
            (rule("1", OPENED), "calculation: is no constant number of points"),
        ],
    )
    def test_a_rule(self, given_rule, words):
        (problem,) = left_out(given_rule)
        assert problem.startswith(self.PLACE)
        assert words in problem

    def test_decay_has_a_hint(self):
        given_rule = rule(1, OPENED)
        given_rule["configuration"]["decay"] = {"months": 1}
        assert "fades_over_days" in left_out(given_rule)[0]

    def test_keys_of_scores_and_groups(self):
        assert left_out(strange=1) == ["groupConfigs.0.strange: is not read"]

    def test_what_is_switched_off(self):
        assert left_out(rule(1, OPENED, enabled=False)) == ["groupConfigs.0.ruleConfigurations.0: is switched off"]

    def test_one_property_as_two_types(self):
        found = left_out(rule(1, branch(asked("a", "NUMBER", "IS_EQUAL_TO", value=5))), strange=None)
        assert "a is asked as a" in found[0]


KEYS = sorted({key for keys in READ_OF.values() for key in keys.split()})
WORDS = st.sampled_from(
    ["AND", "OR", "UNIFIED_EVENTS", "PROPERTY", "CONSTANT", "NUMBER", "IS_EQUAL_TO", "IS_ANY_OF", "x"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=30,
)


@given(JSON, st.lists(JSON, max_size=3))
def test_hostile_json_is_read_or_refused(value, rules):
    for content in (value, score(*rules), {"groupConfigs": value}):
        with suppress(lk.PolicyError):
            lk.load_policy(read_hubspot(json.dumps(content)).document)


def test_the_command_writes_a_policy_that_loads(tmp_path):
    file, output = tmp_path / "score.json", tmp_path / "ours.toml"
    file.write_text(json.dumps(score(rule(5, OPENED), rule(1, OPENED, enabled=False))), encoding="utf-8")
    result = CliRunner().invoke(cli, ["from-hubspot", str(file), "-o", str(output)])
    assert result.exit_code == 1
    assert "left out: groupConfigs.0.ruleConfigurations.1: is switched off" in result.output
    assert points(lk.load_policy(output), {}, {"event_4_16": 2}) == 5
    assert CliRunner().invoke(cli, ["from-hubspot", str(output)]).exit_code == 3
