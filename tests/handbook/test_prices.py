"""What the handbook asks of the budget: whether it fits what the customer wants to buy."""

from __future__ import annotations

import pytest

import leadkit as lk
from tests.desk.desks import START, lead

PRICES = {
    "service": {"low": 5_000, "high": 20_000},
    "production_line": {"low": 2_000_000, "high": 5_000_000},
}
OURS = {"extends": "standard", "name": "ours", "derive": {"prices": PRICES}}
ALONE = {
    "name": "alone",
    "scoring": {"groups": {"a": {"rules": {"match": {"field": "budget_match", "points": {"full": 1}}}}}},
    "derive": {"prices": PRICES},
}


def match(policy, description, product=None):
    return policy.facts_of(lead(need={"description": description, "product": product}), START)["budget_match"]


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        ("年度维保,预算2万", "full"),
        ("年度维保,预算1万", "partial"),
        ("年度维保,预算3千", "none"),
        ("采购装配线,预算80万", "none"),
        ("采购装配线,预算300万", "partial"),
        ("采购装配线,预算500万", "full"),
        ("采购机器人,预算80万", "full"),
        ("预算25万", "partial"),
    ],
)
def test_a_budget_is_held_against_the_prices_of_the_product(need, expected):
    """A budget matches fully, partly or not at all: by the price of what is asked for, else by that of all offers."""
    assert match(lk.load_policy(OURS), need) == expected


def test_a_product_that_somebody_entered_counts_by_its_words():
    """What a person entered as the product has a price, too."""
    policy = lk.load_policy(OURS)
    assert match(policy, "预算80万", "全自动装配线") == "none"
    assert match(policy, "预算80万", "service") == "full"
    assert match(policy, "预算80万", "我们的新产品") == "full"


def test_without_a_common_range_nothing_is_said_of_other_products():
    """Where no price is known, whether the budget fits is not known either."""
    policy = lk.load_policy(ALONE)
    assert match(policy, "预算80万", "service") == "full"
    assert match(policy, "预算80万", "robot") is None
    assert match(policy, "预算80万") is None


@pytest.mark.parametrize(
    ("prices", "message"),
    [
        ({"servise": {"low": 1, "high": 2}}, "did you mean 'service'"),
        ({"service": {"low": 3, "high": 2}}, "low is above high"),
        ({"service": {"low": 3}}, "derive.prices.service"),
        ({"low": 500_000}, "low is above high"),
    ],
)
def test_a_range_that_is_none_is_refused(prices, message):
    """A slip in the prices is found when the policy is read."""
    with pytest.raises(lk.PolicyError, match=message):
        lk.load_policy({"extends": "standard", "name": "ours", "derive": {"prices": prices}})


def test_the_old_form_and_its_hash_stay():
    """A policy that names one range is the policy that it was."""
    plain = lk.load_policy({**ALONE, "derive": {"prices": {"low": 1, "high": 2}}})
    assert plain.document.model_dump(mode="json")["derive"]["prices"] == {"low": "1", "high": "2"}
