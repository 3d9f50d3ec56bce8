"""The cheapest ways to the next band, against trying everything out."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.scoring.advice import Way
from leadkit.scoring.interval import Interval, widest
from leadkit.scoring.witness import Events
from leadkit.testing.policies import policies
from leadkit.testing.strategies import leads as policy_leads
from tests.conftest import NOW
from tests.scoring.test_space import documents, few_ages

leads = st.fixed_dictionaries(
    {},
    optional={
        "role": st.sampled_from(["decision_maker", "user", "nobody", None]),
        "budget": st.sampled_from(
            [50, 150, 99.99, 100.0, 199.99, Decimal("99.99"), float("nan"), Decimal("NaN"), None]
        ),
        "intent": st.sampled_from([True, False, None]),
    },
)
events = st.dictionaries(st.sampled_from(["visit", "call"]), st.integers(0, 3))


def with_more(policy: lk.Policy, score: lk.Score, happened: dict[str, int], way: Way) -> lk.Score:
    before = [{"kind": kind, "occurred_at": NOW} for kind, number in happened.items() for _ in range(number)]
    return policy.score({**score.facts, **way.facts}, [*before, *way.activities(NOW)], as_of=NOW)


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


@settings(max_examples=150)
@given(policies(), st.data())
def test_every_way_of_any_policy_leads_where_it_says_wherever_its_numbers_lie(document, data):
    policy = lk.load_policy(document)
    lead = data.draw(policy_leads(policy))
    happened = data.draw(st.dictionaries(st.sampled_from([*sorted(policy.event_kinds), "strange"]), st.integers(0, 3)))
    assume(not any(tally.distinct for tally in policy.scorer.program.tallies))
    score = policy.score(lead, happened, as_of=NOW)
    for bands, names in policy.document.scoring.outcomes.items():
        for way in policy.next_band(score, bands):
            assert way.steps
            assert names.index(way.band) < names.index(score.bands[bands])
            assert set(way.numbers) == {name for name in way.facts if policy.facts[name].type == "number"}
            numbers = {name: data.draw(inside(policy, name, interval)) for name, interval in way.numbers.items()}
            for facts in (way.facts, {**way.facts, **numbers}):
                other = evolve(way, facts=facts)
                after = with_more(policy, score, happened, other)
                assert (after.points, after.bands[bands]) == (way.points, way.band)


def inside(policy: lk.Policy, name: str, interval: Interval) -> st.SearchStrategy[Decimal]:
    """Numbers of an interval, at its ends and the constants of the policy and close to them."""
    edges = [0, 10**9, -(10**9), *policy.scorer.named.get(name, ())]
    near = [edge + step for edge in map(Decimal, edges) for step in (0, Decimal("0.001"), Decimal("-0.001"), 1, -1)]
    return st.sampled_from([number for number in near if number in interval])


class TestNumbers:
    """A number is told as an interval, closed or open as the rules have it, as wide as it may be."""

    @settings(max_examples=300)
    @given(st.lists(st.integers(-5, 5), max_size=5, unique=True).map(sorted), st.data())
    def test_the_widest_interval_is_that_of_brute_force(self, edges, data):
        values = {number: data.draw(st.booleans()) for number in regions(edges)}
        example = data.draw(st.sampled_from(list(values)))
        alike = lambda number: values[number] == values[example]  # noqa: E731
        interval = widest([Decimal(edge) for edge in edges], example, lambda number: alike(sample(edges, number)))
        tried = sorted(values)
        place = tried.index(example)
        below = next((n for n in range(place, -1, -1) if not alike(tried[n])), -1)
        above = next((n for n in range(place, len(tried)) if not alike(tried[n])), len(tried))
        assert [number for number in tried if number in interval] == tried[below + 1 : above]

    @pytest.mark.parametrize(
        ("ranges", "known", "words"),
        [
            ({"near": 10, "far": 0}, {"near": 0, "far": 30}, "days_to_purchase at least 0 and less than 30"),
            ({"far": 10}, {"far": 30}, "days_to_purchase at least 30"),
            ({"far": 0, "near": 10, "soon": 10}, {"far": 90, "near": 30, "soon": 7}, "at least 7 and less than 90"),
        ],
    )
    def test_the_words_of_a_way(self, ranges, known, words):
        steps = {name: {"at_least": known[name], "points": points} for name, points in ranges.items()}
        rules = {"days": {"field": "days_to_purchase", "ranges": steps}}
        bands = {"priority": {"high": 10, "low": 0}}
        policy = lk.load_policy({"name": "days", "scoring": {"groups": {"g": {"rules": rules}}, "bands": bands}})
        (way,) = policy.next_band(policy.score({}, as_of=NOW))
        assert str(way).startswith("high, 10 points: days_to_purchase ")
        assert str(way).endswith(words)

    def test_a_condition_that_only_asks_whether_the_number_is_known(self):
        rules = {"told": {"when": {"field": "budget", "known": True}, "points": 10}}
        bands = {"priority": {"high": 10, "low": 0}}
        policy = lk.load_policy({"name": "told", "scoring": {"groups": {"g": {"rules": rules}}, "bands": bands}})
        assert [str(way) for way in policy.next_band(policy.score({}, as_of=NOW))] == [
            "high, 10 points: budget any number"
        ]


def regions(edges: list[int]) -> list[Decimal]:
    """One number of every region between and on whole edges."""
    return [number for edge in edges for number in (Decimal(edge) - Decimal("0.25"), Decimal(edge))] + [
        Decimal(edges[-1] if edges else 0) + Decimal("0.25")
    ]


def sample(edges: list[int], number: Decimal) -> Decimal:
    """The number of `regions` that lies in the region of `number`."""
    if number in edges:
        return number
    return next((Decimal(edge) - Decimal("0.25") for edge in edges if number < edge), regions(edges)[-1])


def everything(policy: lk.Policy, score: lk.Score, happened: dict[str, int]):
    values = {"role": ["decision_maker", "influencer", "user"], "budget": [50, 100, 200], "intent": [True, False]}
    unknown = [name for name in score.unknown if name in values]
    for chosen in product(*([None, *values[name]] for name in unknown)):
        known = {name: value for name, value in zip(unknown, chosen, strict=True) if value is not None}
        for visits, calls in product(range(5), repeat=2):
            events = {"visit": visits, "call": calls}
            happening = tuple(Events(kind, 0, number) for kind, number in events.items())
            way = Way("high", score.points, known, events, happening=happening)
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
