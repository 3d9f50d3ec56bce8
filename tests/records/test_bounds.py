"""A record has bounds: so many values of a policy's own, no budget below nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import leadkit as lk
from leadkit.records.fields import MOST_KEYS
from leadkit.store.mapping import lead_of, new_row
from tests.desk.desks import START, lead


@given(st.decimals(max_value=Decimal("-0.01"), min_value=-(10**9), places=2))
def test_a_budget_below_nothing_is_refused(amount):
    for end in ("low", "high"):
        with pytest.raises(ValidationError):
            lk.Budget(**{end: amount})


def test_a_stored_budget_below_nothing_is_not_known():
    row = evolve(new_row(lead(1), START), budget_low=Decimal(-5), budget_high=Decimal(7))
    budget = lead_of(row, None).need.budget
    assert budget is not None
    assert (budget.low, budget.high) == (None, 7)


def test_a_lead_holds_only_so_many_values_of_its_own():
    values = {f"k{number}": 1 for number in range(MOST_KEYS)}
    assert len(lk.Lead(id="1", custom=values).custom) == MOST_KEYS
    with pytest.raises(ValidationError):
        lk.Lead(id="1", custom={**values, "one_more": 1})
    with pytest.raises(ValidationError):
        lk.Lead(id="1", other_values=dict.fromkeys((*values, "one_more"), ("x",)))
