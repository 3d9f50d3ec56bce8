"""Which facts are worth asking for while a qualification is open."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk

SIGNALS = ("intent", "budget_confirmed", "decision_maker_involved", "date_set")
answers = st.fixed_dictionaries(
    {},
    optional={name: st.sampled_from([True, False, None]) for name in SIGNALS}
    | {"budget": st.sampled_from([10, 10**6])},
)
VALUES = {name: [True, False] for name in SIGNALS} | {"budget": [10, 10**5, 10**6]}


@given(answers)
def test_the_questions_are_the_smallest_sets_that_may_settle_it(standard, said):
    found = standard.qualify(said)
    questions = standard.worth_asking(said)
    if found.outcome != "open":
        assert questions == ()
        return
    for question in questions:
        cases = product(*(VALUES[name] for name in question.facts))
        outcomes = {
            standard.qualify({**said, **dict(zip(question.facts, case, strict=True))}).outcome for case in cases
        }
        assert set(question.may_settle) <= outcomes
    assert {outcome for question in questions for outcome in question.may_settle} <= {"yes", "no"}
    for one in questions:
        smaller = [other for other in questions if set(other.facts) < set(one.facts)]
        assert not any(set(other.may_settle) & set(one.may_settle) for other in smaller)


def test_one_signal_of_four(standard):
    questions = standard.worth_asking({"intent": True})
    assert [(one.facts, one.may_settle) for one in questions] == [
        (("decision_maker_involved",), ("yes",)),
        (("date_set",), ("yes",)),
        (("budget_confirmed", "budget"), ("yes",)),
        (("budget_confirmed", "decision_maker_involved", "date_set"), ("no",)),
        (("budget", "decision_maker_involved", "date_set"), ("no",)),
    ]


def test_screening_is_asked_the_same_way(standard):
    said = {
        "product": "equipment",
        "days_to_purchase": 9,
        "need_described": True,
        "industry": "x",
        "company_size": "large",
    }
    questions = standard.worth_asking(said | {"phone_valid": True}, name="screening")
    assert [(one.facts, one.may_settle) for one in questions] == [(("budget",), ("yes", "no"))]


def test_a_settled_one_asks_nothing(standard):
    assert standard.worth_asking({"intent": True, "date_set": True}) == ()


def test_a_policy_without_the_table_says_so():
    rules = {"role": {"field": "role", "points": {"user": 1}}}
    policy = lk.load_policy({"name": "none", "scoring": {"groups": {"g": {"rules": rules}}}})
    with pytest.raises(lk.errors.FactError, match=r"has no \[qualification.conversion\]"):
        policy.worth_asking({})
