"""The space of all leads against brute force: every total is there, nothing else is, and every witness is real."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from leadkit.policy import Policy, load_policy
from leadkit.rules.facts import Fact
from leadkit.rules.representatives import representatives
from leadkit.scoring.document import EventRule
from leadkit.scoring.scorer import Scorer
from leadkit.scoring.space import Space

KINDS = ("visit", "call")
POINTS = st.integers(-4, 6).map(lambda number: number * 5)
FACTS = {"role": ("decision_maker", "influencer", "user"), "intent": (True, False), "budget": (50, 100, 200)}

category_rules = st.fixed_dictionaries(
    {"field": st.just("role"), "points": st.dictionaries(st.sampled_from(FACTS["role"]), POINTS, min_size=1)},
    optional={"unknown": POINTS},
)
range_rules = st.builds(
    lambda low, high: {
        "field": "budget",
        "ranges": {"a": {"at_least": 100, "points": low}, "b": {"at_least": 200, "points": high}},
    },
    POINTS,
    POINTS,
)
condition_rules = st.fixed_dictionaries(
    {
        "when": st.sampled_from(
            [
                {"field": "intent", "equals": True},
                {"all": ({"field": "intent", "equals": True}, {"field": "role", "equals": "user"})},
                {"any": ({"field": "intent", "equals": False}, {"field": "role", "in": ("user", "influencer")})},
                {"not": {"field": "role", "equals": "decision_maker"}},
                {"field": "role", "known": False},
            ]
        ),
        "points": POINTS,
    },
    optional={"unknown": POINTS},
)
event_rules = st.fixed_dictionaries(
    {"event": st.sampled_from(KINDS), "points": POINTS.filter(bool)},
    optional={"limit": st.sampled_from([10, 15, 30]), "within_days": st.just(30)},
)
rules = category_rules | range_rules | condition_rules | event_rules


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Small policies whose points are multiples of five, so that few events are enough."""
    groups = {}
    for number in range(draw(st.integers(1, 2))):
        own = draw(st.lists(rules, min_size=1, max_size=3))
        groups[f"g{number}"] = {
            "rules": {f"g{number}_r{n}": rule for n, rule in enumerate(own)},
            "limit": draw(st.sampled_from([10, 20, 30])),
            "floor": draw(st.sampled_from([0, -10])),
        }
    return {"name": "small", "scoring": {"groups": groups, "limit": 40, "bands": {"priority": {"high": 20, "low": 0}}}}


def every_total(facts: Mapping[str, Fact], *scorers: Scorer, most: int = 9) -> set[tuple[int, ...]]:
    """The totals of all leads with known and unknown facts and up to `most` events of each kind and age."""
    asked = list(dict.fromkeys(name for scorer in scorers for name in scorer.asked))
    values = [
        [None, *representatives(facts[name], [constant for one in scorers for constant in one.named.get(name, ())])]
        for name in asked
    ]
    said = [rule for one in scorers for rule in one.rules.values() if isinstance(rule, EventRule)]
    ages = {(rule.event, 0) for rule in said} | {(rule.event, 30 * 86_400) for rule in said if rule.within_days}
    events = [
        [(kind, -age) for (kind, age), number in zip(sorted(ages), numbers, strict=True) for _ in range(number)]
        for numbers in product(range(most + 1), repeat=len(ages))
    ]
    return {
        tuple(one.evaluate(dict(zip(asked, chosen, strict=True)), own, 0)[one.columns["points"]] for one in scorers)
        for chosen in product(*values)
        for own in events
    }


def few_ages(*policies: Policy) -> bool:
    """Whether brute force has at most two kinds or ages of events to go through."""
    rules_ = [rule for policy in policies for rule in policy.scorer.rules.values() if isinstance(rule, EventRule)]
    return len({(rule.event, age) for rule in rules_ for age in (0, rule.within_days or 0)}) <= 2


@settings(max_examples=200)
@given(documents())
def test_the_totals_are_those_of_brute_force(document):
    policy = load_policy(document)
    space = Space([policy.scorer], policy.facts)
    real = {space.score(space.witness(totals)) for totals in space.totals}
    assert real == set(space.totals)
    tried = every_total(policy.facts, policy.scorer) if few_ages(policy) else real
    assert not space.exact or tried <= real
    low, high = space.bounds[0]
    assert low <= min(tried)[0]
    assert high >= max(tried)[0]


@settings(max_examples=200)
@given(documents(), documents())
def test_every_witness_gets_the_totals_that_it_is_a_witness_of(one, other):
    policies = [load_policy(one), load_policy(other)]
    space = Space([policy.scorer for policy in policies], policies[0].facts)
    assert all(space.score(space.witness(totals)) == totals for totals in space.totals)


@settings(max_examples=100)
@given(documents(), documents())
def test_the_totals_of_two_policies_together_are_those_of_brute_force(one, other):
    policies = [load_policy(one), load_policy(other)]
    space = Space([policy.scorer for policy in policies], policies[0].facts)
    if space.exact and few_ages(*policies):
        assert set(space.totals) >= every_total(policies[0].facts, *(policy.scorer for policy in policies))


def test_events_that_raise_and_lower_reach_what_only_many_of_both_do():
    rules_ = {"up": {"event": "visit", "points": 3}, "down": {"event": "call", "points": -5}}
    policy = load_policy({"name": "both", "scoring": {"groups": {"g": {"limit": 4, "rules": rules_}}}})
    space = Space([policy.scorer], policy.facts)
    assert space.exact
    assert [total for (total,) in space.totals] == [0, 1_000_000, 2_000_000, 3_000_000, 4_000_000]
