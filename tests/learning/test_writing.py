"""Whatever a policy says is written as TOML that says the same."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.learning.toml import plain_number, tables
from leadkit.policy.layers import shipped

KEYS = st.text(min_size=1, max_size=8)
SCALARS = st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=90) | st.dates()
VALUES = st.recursive(
    SCALARS | st.lists(SCALARS, max_size=30),
    lambda inner: (
        st.dictionaries(KEYS, inner, min_size=1, max_size=4)
        | st.lists(st.dictionaries(KEYS, SCALARS, min_size=1, max_size=3), min_size=1, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_what_is_written_reads_back(content):
    assert tomllib.loads("\n".join(tables(content))) == content


@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_numbers_have_no_exponent_and_are_exact(value):
    text = plain_number(value)
    assert "e" not in text.lower()
    assert float(text) == value
    assert Decimal(text) == Decimal(repr(value))


@pytest.mark.parametrize("name", shipped())
def test_shipped_policies_are_written_as_they_are(name):
    document = lk.load_policy(name).document
    content = document.model_dump(mode="python", by_alias=True, exclude_defaults=True, exclude={"extends"})
    text = "\n".join(tables(content))
    assert lk.load_policy(tomllib.loads(text, parse_float=Decimal)).document == document.model_copy(
        update={"extends": None}
    )
