"""Results go out: as dicts, as JSON, as schemas; they are equal by value, can be pickled, and name nobody in a repr."""

from __future__ import annotations

import json
import pickle
from functools import cache
from typing import Any, get_args, get_type_hints

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

import leadkit as lk
from leadkit.desk.commands.catalogue import COMMANDS
from leadkit.process.command import steps
from leadkit.process.duties import BY_KIND
from leadkit.process.service_levels import Standing
from leadkit.process.states import IN_PROGRESS
from leadkit.results import Result, shown
from tests.results.kinds import answered
from tests.results.values import values

adapter_of = cache(TypeAdapter)


@cache
def schema_of(kind: type) -> Draft202012Validator:
    return Draft202012Validator(adapter_of(kind).json_schema(mode="serialization"))


KINDS = sorted(answered(), key=lambda kind: (kind.__module__, kind.__name__))
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
few = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))


@each_kind
class TestEveryKind:
    """What holds for one result holds for all: the kinds are found by what the public names and methods answer."""

    def test_it_is_a_result(self, kind):
        assert issubclass(kind, Result)

    @given(data=st.data())
    @few
    def test_it_goes_out_and_comes_back(self, kind, data):
        result, adapter = data.draw(values(kind)), adapter_of(kind)
        document = result.to_dict()
        assert json.loads(json.dumps(document, allow_nan=False)) == document == json.loads(result.to_json())
        assert list(document) == list(shown(kind))
        schema_of(kind).validate(document)
        assert adapter.validate_python(result) is result
        assert pickle.loads(pickle.dumps(result)) == result

    def test_its_schema_is_a_response_model(self, kind):
        document = adapter_of(kind).json_schema()
        assert (document["title"], document["type"]) == (kind.__name__, "object")


def test_no_class_of_results_is_left_out():
    """Every subclass is one that somebody can be given."""

    def below(kind: type) -> set[Any]:
        return {kind}.union(*map(below, kind.__subclasses__()))

    assert {kind for kind in below(Result) - {Result} if attrs.has(kind)} == set(KINDS)


class TestCodes:
    """The literals for type checkers are the codes that there are."""

    def test_duties(self):
        assert get_args(lk.DutyKind) == tuple(BY_KIND)

    def test_stages(self):
        assert get_args(lk.Stage) == (*IN_PROGRESS, "won", "lost")

    def test_the_states_of_leads_and_opportunities_are_those_that_commands_lead_to(self):
        for subject, codes in (("lead", lk.LeadStatus), ("opportunity", lk.Stage)):
            rows = steps(subject, COMMANDS)
            assert {state for row in rows for state in (*row.starts, *row.ends)} == set(get_args(codes))

    def test_what_is_due(self):
        assert set(get_args(lk.DueState)) == {*get_args(get_type_hints(Standing)["state"]), "paused"} - {"met"}
