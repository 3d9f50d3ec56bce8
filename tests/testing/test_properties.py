"""Properties: they hold for the shipped policies and for any other, and what lies is told on."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from leadkit.checking.examples import AS_OF
from leadkit.policy import Policy, load_policy, shipped
from leadkit.rules.moments import seconds
from leadkit.testing.policies import policies
from leadkit.testing.properties import check_policy, contributions_add_up

ROLE = {"field": "role", "points": {"user": 7}}
VISIT = {"event": "visit", "points": 5}
CRITERIA = {
    "at_least": 1,
    "criteria": {
        "user": {"when": {"field": "role", "equals": "user"}},
        "intent": {"when": {"field": "intent", "equals": True}},
    },
}
GRADING = {
    "dimensions": {"need": {"points": {"high": 2, "low": 1}}, "budget": {"points": {"high": 2, "low": 1}}},
    "grades": {"A": 3, "B": 0},
}
PLAIN = {
    "name": "plain",
    "scoring": {
        "groups": {"g": {"rules": {"role": ROLE, "visit": VISIT}}},
        "bands": {"priority": {"high": 5, "low": 0}},
    },
    "screening": CRITERIA,
    "qualification": {"conversion": CRITERIA},
    "grading": GRADING,
    "examples": [{"name": "a user", "lead": {"role": "user"}, "expect": {"points": 7}}],
}


def lying(decider, columns, lie):
    """A decider whose numbers `lie` (facts, events, numbers) has changed."""
    told = decider.evaluate

    def evaluate(facts, events, as_of):
        events = list(events)
        numbers = dict(zip(columns, told(facts, events, as_of), strict=True))
        lie(facts, events, numbers)
        return tuple(numbers.values())

    decider.evaluate = evaluate
    decider.evaluate_moments = None


def lying_scorer(lie) -> Policy:
    policy = load_policy({**PLAIN, "scoring": {"groups": PLAIN["scoring"]["groups"]}})
    lying(policy.scorer, policy.scorer.columns, lie)
    return policy


def shift(numbers, rule, points):
    """Let a rule give other points, and all sums follow."""
    for column in (rule, "g__sum", "g__points", "total__sum", "points"):
        numbers[column] += points * 1_000_000


def refusal(policy: Policy) -> list[str]:
    with pytest.raises(AssertionError) as refused:
        check_policy(policy)
    return str(refused.value).splitlines()


def broken(policy: Policy) -> str:
    """The properties that `policy` is said to break, one a line."""
    titles = (line.partition(" breaks a property: ")[2] for line in refusal(policy))
    return "\n".join(filter(None, titles))


@pytest.mark.parametrize("name", shipped())
def test_the_shipped_policies_keep_every_property(name):
    check_policy(load_policy(name))


@settings(max_examples=25, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(policies())
def test_any_policy_keeps_every_property(document):
    check_policy(load_policy(document), max_examples=8)


class TestMessage:
    """A broken property is told with the policy, the property, and the simplest lead that shows it."""

    def test_the_simplest_lead(self):
        def lie(facts, events, numbers):
            numbers["g__role"] += 2_000_000 * (facts.get("role") == "user")

        policy = lying_scorer(lie)
        assert refusal(policy)[:5] == [
            f"{policy.id} breaks a property: {contributions_add_up.__doc__}",
            "  lead: {role='user'}",
            "  happened: []",
            "  the contributions add up to 9, the points are 7",
            "leadkit explain --policy plain.toml role=user",
        ]

    def test_all_that_is_broken_is_told(self):
        def lie(facts, events, numbers):
            numbers["priority"] = "low"
            numbers["g__role"] += 2_000_000 * (facts.get("role") == "user")

        policy = load_policy(PLAIN)
        lying(policy.scorer, policy.scorer.columns, lie)
        titles = broken(policy).splitlines()
        assert [title[:20] for title in titles] == [
            "The contributions ad",
            "Every total has one ",
            "Once all that rules ",
        ]

    def test_examples_are_the_tests_of_the_file(self):
        check_policy(load_policy({**PLAIN, "examples": [{"lead": {"role": "user"}, "expect": {"points": 8}}]}))

    def test_the_command_explains_the_lead_that_was_found(self):
        """Ages in whole days, without what is unknown, what is still to come and kinds that nothing counts."""

        def lie(facts, events, numbers):
            old = any(kind == "visit" and as_of - at >= 86_400 for kind, at in events)
            numbers["g__role"] += 2_000_000 * (facts.get("role") in levels and old)

        as_of, levels = seconds(AS_OF), ("decision_maker", "influencer", "user")
        line = next(line for line in refusal(lying_scorer(lie)) if line.startswith("leadkit explain"))
        assert line == "leadkit explain --policy plain.toml role=decision_maker visit=1@1d"

    def test_a_lead_is_the_same_every_time(self):
        def lie(facts, events, numbers):
            shift(numbers, "g__role", 50 if events and facts.get("role") == "user" else 0)

        assert refusal(lying_scorer(lie)) == refusal(lying_scorer(lie))


class TestLies:
    """Each property is told on by a lie that breaks it."""

    def test_bands(self):
        policy = load_policy(PLAIN)
        lying(policy.scorer, policy.scorer.columns, lambda facts, events, numbers: numbers.update(priority="low"))
        assert "Every total has one band" in broken(policy)

    def test_order(self):
        def lie(facts, events, numbers):
            shift(numbers, "g__visit", 1 if events and events[0][0] == "visit" else 0)

        assert "The order" in broken(lying_scorer(lie))

    def test_one_event_more(self):
        def lie(facts, events, numbers):
            shift(numbers, "g__visit", -10 if numbers["g__visit"] == 10_000_000 else 0)

        assert "One more event" in broken(lying_scorer(lie))

    def test_what_is_possible(self):
        def lie(facts, events, numbers):
            shift(numbers, "g__role", 50 if events and facts.get("role") == "user" else 0)

        assert "Once all that rules ask for is known" in broken(lying_scorer(lie))

    @pytest.mark.parametrize(
        ("what", "said"), [("screening", "a reason for refusal"), ("conversion", "is met or unmet")]
    )
    def test_criteria(self, what, said):
        policy = load_policy(PLAIN)
        decider = policy.qualifiers[what]
        told = decider.evaluate

        def evaluate(facts, events, as_of):
            settled = facts.get("role") is not None and facts.get("intent") is not None
            return told({"role": "influencer", "intent": False} if settled else facts, events, as_of)

        decider.evaluate = evaluate
        assert said in broken(policy)

    def test_a_better_level(self):
        policy = load_policy(PLAIN)
        lie = lambda said, events, found: found.update(grade="B" if found["need__level"] == "high" else "A")  # noqa: E731
        lying(policy._grader, [name for name, _ in policy._grader.program.columns], lie)
        assert "A better level" in broken(policy)

    def test_a_grade_that_was_determined(self):
        policy = load_policy(PLAIN)
        lie = lambda said, events, found: found.update(grade=found["grade"] or "A")  # noqa: E731
        lying(policy._grader, [name for name, _ in policy._grader.program.columns], lie)
        assert "What becomes known leaves a grade" in broken(policy)
