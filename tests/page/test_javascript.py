"""A policy's module in JavaScript says what the policy says, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import leadkit as lk
import leadkit.policies
from leadkit.errors import FactError
from leadkit.policy.javascript import EXPORTS
from leadkit.testing.policies import SUBJECTS, policies
from leadkit.testing.strategies import activities, assessments, leads, moments
from tests.conftest import NOW
from tests.page.engines import NO_NODE, NODE, Engine, chromium, encoded, node
from tests.report.browser import CHROMIUM, INSTALL

SOME = settings(
    max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.reuse, Phase.generate]
)
MANY = settings(SOME, max_examples=500)
COLUMNS = ("why", "group", "code", "points", "fact", "value")
SHIPPED = tuple(sorted(file.stem for file in Path(leadkit.policies.__path__[0]).glob("*.toml")))


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("node", marks=pytest.mark.skipif(NODE is None, reason=NO_NODE)),
        pytest.param(
            "chromium",
            marks=[pytest.mark.xdist_group("browser"), pytest.mark.skipif(CHROMIUM is None, reason=INSTALL)],
        ),
    ],
)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = node() if request.param == "node" else chromium(tmp_path_factory.mktemp("profile"))
    with opened as running:
        yield running


def detailed(policy: lk.Policy) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Activities with subjects, amounts, and ids of which some come twice."""
    kinds = sorted(policy.event_kinds)
    record = st.fixed_dictionaries(
        {"kind": st.sampled_from(kinds), "occurred_at": moments(policy, NOW)},
        optional={
            "subject": st.sampled_from([None, "", "产品", "pricing\u2028", *SUBJECTS]),
            "amount": st.none() | st.integers(-1, 101) | st.floats(0, 101) | st.just(float("nan")),
            "activity_id": st.sampled_from([None, "a", "b", 1]),
            "id": st.sampled_from(["a", "c"]),
        },
    )
    return st.lists(record, max_size=8)


def counts(policy: lk.Policy) -> st.SearchStrategy[dict[str, int]]:
    return st.dictionaries(st.sampled_from(sorted(policy.event_kinds)), st.integers(0, 9), max_size=4)


@st.composite
def cases(draw: st.DrawFn, policy: lk.Policy, number: int) -> list[tuple[str, list[Any]]]:
    """Calls of a module: leads with activities of every form, signals, and assessments."""
    found: list[tuple[str, list[Any]]] = []
    for _ in range(number):
        lead = draw(leads(policy))
        happened = draw(activities(policy, NOW) | detailed(policy) | counts(policy))
        found += [("score", [lead, happened, NOW]), ("evaluate", [lead, happened, NOW])]
        found += [("screen", [lead])] if policy.document.screening else []
        found += [("qualify", [lead, draw(leads(policy)), name]) for name in policy.document.qualification]
        found += [("grade", [draw(assessments(policy)), NOW])] if policy.document.grading else []
    return found


def said(policy: lk.Policy, call: str, args: Sequence[Any]) -> Any:
    """What the policy itself answers."""
    try:
        return _SAID[call](policy, *args)
    except FactError:
        return {"error": "TypeError"}


def _score(policy: lk.Policy, lead: Any, happened: Any, as_of: datetime) -> Any:
    score = policy.score(lead, happened, as_of=as_of)
    rows = [{name: getattr(row, name) for name in COLUMNS} for row in score.contributions]
    return {
        "policy": policy.id,
        "points": score.points,
        "bands": score.bands,
        "unknown": score.unknown,
        "contributions": rows,
    }


def _evaluate(policy: lk.Policy, lead: Any, happened: Any, as_of: datetime) -> Any:
    score = policy.score(lead, happened, as_of=as_of)
    return dict(zip(policy.scorer.columns, score.numbers, strict=True))


def _plain(result: lk.Result, *left_out: str) -> Any:
    return {name: value for name, value in result.to_dict().items() if name not in left_out}


def _grade(policy: lk.Policy, assessment: Any, as_of: datetime) -> Any:
    grade = policy.grade(assessment, as_of=as_of)
    ratings = [
        {"dimension": one.dimension, "level": one.level, "points": one.points, "basis": one.basis}
        for one in grade.ratings
    ]
    return {**_plain(grade, "unknown"), "total": grade.total, "ratings": ratings}


_SAID = {
    "possible": lambda policy, lead, happened, as_of: policy.score(lead, happened, as_of=as_of).possible,
    "score": _score,
    "evaluate": _evaluate,
    "screen": lambda policy, lead: _plain(policy.screen(lead), "unusable"),
    "qualify": lambda policy, lead, signals, name: _plain(policy.qualify(lead, signals, name=name), "unusable"),
    "grade": _grade,
}


def check(engine: Engine, policy: lk.Policy, calls: Sequence[tuple[str, list[Any]]]) -> None:
    answer = engine.run(policy.javascript(), calls)
    assert answer["exports"] == sorted(EXPORTS)
    for (call, args), result in zip(calls, answer["results"], strict=True):
        found = {"error": result["error"]} if isinstance(result, dict) and "error" in result else result
        assert found == encoded(said(policy, call, args)), (call, args)


class TestEquality:
    """Every export answers as the policy does, for policies and leads of every kind."""

    @SOME
    @given(data=st.data())
    def test_random_policies(self, engine, data):
        policy = lk.load_policy(data.draw(policies()))
        check(engine, policy, data.draw(cases(policy, 20)))

    @settings(SOME, max_examples=15)
    @given(data=st.data())
    def test_the_range_that_remains_possible(self, engine, data):
        policy = lk.load_policy(data.draw(policies()))
        some = [call for call in data.draw(cases(policy, 2)) if call[0] == "score"]
        check(engine, policy, [("possible", args) for _, args in some])

    @pytest.mark.heavy
    @MANY
    @given(data=st.data())
    def test_many_random_policies(self, engine, data):
        policy = lk.load_policy(data.draw(policies()))
        check(engine, policy, data.draw(cases(policy, 40)))

    @pytest.mark.parametrize("name", SHIPPED)
    @settings(SOME, max_examples=5)
    @given(data=st.data())
    def test_shipped_policies(self, engine, name, data):
        policy = lk.load_policy(name)
        check(engine, policy, data.draw(cases(policy, 20)))
