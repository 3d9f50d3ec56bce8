"""What holds for every policy and every lead; the generated source against a plain reference."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from leadkit.policy import Policy, load_policy
from leadkit.scoring.possible import interval, possible
from tests.conftest import NOW

KINDS = ["visit", "call", "webinar"]
POINTS = st.integers(-40, 60).map(Decimal) | st.decimals(-40, 60, places=2)
LIMIT = st.none() | st.integers(1, 80).map(Decimal)

category_rules = st.fixed_dictionaries(
    {
        "field": st.just("role"),
        "points": st.dictionaries(st.sampled_from(["decision_maker", "influencer", "user"]), POINTS, min_size=1),
        "unknown": POINTS,
    }
)
range_rules = st.builds(
    lambda starts, points: {
        "field": "budget",
        "ranges": {f"r{n}": {"at_least": start, "points": points[n % len(points)]} for n, start in enumerate(starts)},
    },
    st.lists(st.integers(0, 500), min_size=1, max_size=4, unique=True),
    st.lists(POINTS, min_size=1, max_size=4),
)
event_rules = st.builds(
    lambda kind, points, limit, days, half: {
        key: value
        for key, value in {
            "event": kind,
            "points": points,
            "limit": limit,
            "within_days": days,
            "half_life_days": half,
        }.items()
        if value is not None
    },
    st.sampled_from(KINDS),
    st.integers(-30, 30).filter(bool).map(Decimal),
    LIMIT,
    st.none() | st.integers(1, 60),
    st.none() | st.integers(1, 60),
)
tests = st.sampled_from(
    [
        {"field": "role", "equals": "user"},
        {"field": "role", "in": ("user", "influencer")},
        {"field": "budget", "at_least": 100, "less_than": 300},
        {"field": "intent", "equals": True},
        {"field": "intent", "known": True},
        {"field": "industry", "equals": "energy"},
    ]
)
conditions = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": tuple(parts)}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": tuple(parts)}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=5,
)
condition_rules = st.fixed_dictionaries({"when": conditions, "points": POINTS, "unknown": POINTS})
rules = category_rules | range_rules | event_rules | condition_rules


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    groups = {}
    for number in range(draw(st.integers(1, 3))):
        own = draw(st.lists(rules, min_size=1, max_size=4))
        group: dict[str, Any] = {"rules": {f"g{number}_r{n}": rule for n, rule in enumerate(own)}}
        limit = draw(LIMIT)
        if limit is not None:
            group |= {"limit": limit, "floor": draw(st.integers(-40, 0))}
        groups[f"g{number}"] = group
    return {"name": "random", "scoring": {"groups": groups, "bands": {"priority": {"high": 60, "low": 0}}}}


leads = st.fixed_dictionaries(
    {},
    optional={
        "role": st.sampled_from(["decision_maker", "influencer", "user", "nobody", None]),
        "budget": st.none() | st.integers(-10, 600) | st.decimals(0, 600, places=1),
        "intent": st.sampled_from([True, False, None]),
        "industry": st.sampled_from(["energy", "food", "", None]),
    },
)
ages = st.integers(-3, 80 * 86_400)
events = st.lists(st.tuples(st.sampled_from(KINDS), ages), max_size=8)


def at(ages_: list[tuple[str, int]]) -> list[tuple[str, Any]]:
    return [(kind, NOW - timedelta(seconds=age)) for kind, age in ages_]


@given(documents(), leads, events)
def test_the_generated_source_equals_the_plain_reference(document, lead, ages_):
    score = load_policy(document).score(lead, at(ages_), as_of=NOW)
    assert score.points == reference(document, lead, ages_)


@given(documents(), leads, events)
def test_contributions_add_up_to_the_points(document, lead, ages_):
    score = load_policy(document).score(lead, at(ages_), as_of=NOW)
    assert sum(row.points for row in score.contributions) == score.points
    assert 0 <= score.points <= 100
    assert score.bands["priority"] == ("high" if score.points >= 60 else "low")


@given(documents(), leads, events, st.randoms(use_true_random=False))
def test_the_order_of_events_is_irrelevant(document, lead, ages_, shuffler: random.Random):
    policy = load_policy(document)
    shuffled = list(ages_)
    shuffler.shuffle(shuffled)
    assert policy.score(lead, at(ages_), as_of=NOW).numbers == policy.score(lead, at(shuffled), as_of=NOW).numbers


@given(documents(), leads, events, st.integers(0, 999_999))
def test_pairs_that_are_compared_as_they_are_count_as_those_that_are_converted(document, lead, ages_, fraction):
    policy = load_policy(document)
    as_of = NOW + timedelta(microseconds=fraction)
    pairs = [(kind, when + timedelta(microseconds=fraction // 2)) for kind, when in at(ages_)]
    assert policy.score(lead, pairs, as_of=as_of).numbers == policy.score(lead, iter(pairs), as_of=as_of).numbers


@given(documents(), leads, events)
def test_what_becomes_known_stays_within_the_possible_range(document, lead, ages_):
    policy = load_policy(document)
    low, high = policy.score(lead, at(ages_), as_of=NOW).possible
    filled = {"role": "user", "budget": 250, "intent": True, "industry": "energy"} | {
        name: value for name, value in lead.items() if policy.facts[name].knows(value)
    }
    assert low <= policy.score(filled, at(ages_), as_of=NOW).points <= high


@given(documents(), leads, events)
def test_the_interval_for_many_unknown_facts_is_never_too_narrow(document, lead, ages_):
    scorer = load_policy(document).scorer
    score = load_policy(document).score(lead, at(ages_), as_of=NOW)
    exact = possible(scorer, score.numbers, score.facts, score.unknown)
    low, high = interval(scorer, score.numbers, score.unknown)
    assert low <= exact[0]
    assert high >= exact[1]


@given(leads)
def test_the_interval_is_exact_where_every_fact_has_one_rule(standard: Policy, lead):
    score = standard.score(lead, as_of=NOW)
    exact = possible(standard.scorer, score.numbers, score.facts, score.unknown)
    assert interval(standard.scorer, score.numbers, score.unknown) == exact


@given(leads, st.lists(st.sampled_from(["core_page_visit", "content_download", "webinar", "reply"]), max_size=12))
def test_more_good_engagement_never_lowers_the_score(standard: Policy, lead, kinds):
    points = [
        standard.score(lead, [(kind, NOW) for kind in kinds[:n]], as_of=NOW).points for n in range(len(kinds) + 1)
    ]
    assert points == sorted(points)


def reference(document: dict[str, Any], lead: dict[str, Any], ages_: list[tuple[str, int]]) -> Decimal:
    """Scoring as one would write it down by hand, slowly and with Decimals."""
    total = Decimal(0)
    for group in document["scoring"]["groups"].values():
        points = sum((worth(rule, lead, ages_) for rule in group["rules"].values()), Decimal(0))
        total += max(min(points, group.get("limit", Decimal(10**9))), Decimal(group.get("floor", 0)))
    return max(min(total, Decimal(100)), Decimal(0))


def worth(rule: dict[str, Any], lead: dict[str, Any], ages_: list[tuple[str, int]]) -> Decimal:
    if "event" in rule:
        return event_worth(rule, ages_)
    if "when" in rule:
        return {True: rule["points"], False: Decimal(0), None: rule["unknown"]}[answer(rule["when"], lead)]
    value = lead.get(rule["field"])
    if "ranges" in rule:
        reached = [step for step in rule["ranges"].values() if value is not None and value >= step["at_least"]]
        return max(reached, key=lambda step: step["at_least"])["points"] if reached else Decimal(0)
    if value not in ("decision_maker", "influencer", "user"):
        return rule["unknown"]
    return rule["points"].get(value, Decimal(0))


def event_worth(rule: dict[str, Any], ages_: list[tuple[str, int]]) -> Decimal:
    total = Decimal(0)
    for kind, age in ages_:
        inside = age >= 0 and age < rule.get("within_days", 10**6) * 86_400
        if kind == rule["event"] and inside:
            total += rule["points"] * weight(age, rule.get("half_life_days"))
    limit = rule.get("limit", Decimal(10**9))
    return max(min(total, limit), -limit)


def weight(age: int, half_life_days: int | None) -> Decimal:
    if half_life_days is None:
        return Decimal(1)
    millionths = Decimal(0.5 ** (age / (half_life_days * 86_400))) * 10**6 + Decimal("0.5")
    return millionths.to_integral_value(ROUND_FLOOR) / 10**6


def answer(condition: dict[str, Any], lead: dict[str, Any]) -> bool | None:
    if "all" in condition:
        answers = [answer(part, lead) for part in condition["all"]]
        return False if False in answers else None if None in answers else True
    if "any" in condition:
        answers = [answer(part, lead) for part in condition["any"]]
        return True if True in answers else None if None in answers else False
    if "not" in condition:
        inner = answer(condition["not"], lead)
        return None if inner is None else not inner
    value = lead.get(condition["field"])
    known = value not in (None, "", "nobody")
    if "known" in condition:
        return known == condition["known"]
    if not known:
        return None
    if "equals" in condition:
        return value == condition["equals"]
    if "in" in condition:
        return value in condition["in"]
    return condition["at_least"] <= value < condition["less_than"]
