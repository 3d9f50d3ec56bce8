"""The cheapest ways to the next band, against trying everything out."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.scoring.advice import Way
from tests.conftest import NOW
from tests.scoring.test_space import documents, few_ages

leads = st.fixed_dictionaries(
    {},
    optional={
        "role": st.sampled_from(["decision_maker", "user", "nobody", None]),
        "budget": st.sampled_from([50, 150, None]),
        "intent": st.sampled_from([True, False, None]),
    },
)
events = st.dictionaries(st.sampled_from(["visit", "call"]), st.integers(0, 3))


def with_more(policy: lk.Policy, score: lk.Score, happened: dict[str, int], way: Way) -> lk.Score:
    counts = {kind: happened.get(kind, 0) + way.events.get(kind, 0) for kind in {*happened, *way.events}}
    return policy.score({**score.facts, **way.facts}, counts, as_of=NOW)


@settings(max_examples=150)
@given(documents(), leads, events)
def test_every_way_leads_where_it_says(document, lead, happened):
    policy = lk.load_policy(document)
    score = policy.score(lead, happened, as_of=NOW)
    for way in policy.next_band(score):
        after = with_more(policy, score, happened, way)
        assert after.points == way.points
        assert (way.band, after.bands["priority"]) == ("high", "high")
        assert not set(way.facts) & {name for name, value in lead.items() if policy.facts[name].knows(value)}


@settings(max_examples=60)
@given(documents(), leads, events)
def test_no_way_has_fewer_steps(document, lead, happened):
    policy = lk.load_policy(document)
    score = policy.score(lead, happened, as_of=NOW)
    ways = policy.next_band(score)
    if score.bands["priority"] == "high" or not few_ages(policy):
        return
    cheapest = min((steps for steps, after in everything(policy, score, happened) if after >= 20), default=None)
    if cheapest is not None and cheapest <= 4:
        assert {way.steps for way in ways} == {cheapest}
    if ways and ways[0].steps <= 4:
        assert cheapest == ways[0].steps


def everything(policy: lk.Policy, score: lk.Score, happened: dict[str, int]):
    values = {"role": ["decision_maker", "influencer", "user"], "budget": [50, 100, 200], "intent": [True, False]}
    unknown = [name for name in score.unknown if name in values]
    for chosen in product(*([None, *values[name]] for name in unknown)):
        known = {name: value for name, value in zip(unknown, chosen, strict=True) if value is not None}
        for visits, calls in product(range(5), repeat=2):
            way = Way("high", score.points, known, {"visit": visits, "call": calls})
            yield way.steps, with_more(policy, score, happened, way).points


class TestTheStandardPolicy:
    """What a salesperson may do about a lead of medium priority."""

    def test_one_more_webinar(self, standard):
        score = standard.score({"company_size": "large", "role": "decision_maker"}, {"webinar": 1}, as_of=NOW)
        assert (score.points, score.bands["priority"]) == (65, "medium")
        assert [(dict(way.facts), dict(way.events)) for way in standard.next_band(score)] == [({}, {"webinar": 1})]

    def test_nothing_above_the_highest(self, standard):
        score = standard.score({"company_size": "large", "role": "decision_maker"}, {"webinar": 3}, as_of=NOW)
        assert standard.next_band(score) == ()

    def test_a_band_set_that_is_not_there(self, standard):
        score = standard.score({}, as_of=NOW)
        with pytest.raises(lk.errors.FactError, match="has no band set prio"):
            standard.next_band(score, "prio")
        with pytest.raises(lk.errors.FactError, match="is of another policy"):
            lk.load_policy("machinery").next_band(score)

    def test_decay_counts_new_events_whole(self):
        machinery = lk.load_policy("machinery")
        score = machinery.score({"company_size": "large", "role": "decision_maker"}, {}, as_of=NOW)
        for way in machinery.next_band(score):
            assert with_more(machinery, score, {}, way).points == way.points
