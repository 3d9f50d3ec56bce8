"""Records: strict, frozen, exact; they survive JSON; nothing personal shows in their repr."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import leadkit as lk

CUSTOM = st.booleans() | st.integers(-(10**9), 10**9) | st.decimals(-1000, 1000, places=3) | st.text(max_size=20)
NOW = datetime(2023, 8, 1, tzinfo=UTC)


@given(st.dictionaries(st.text(min_size=1, max_size=10), CUSTOM, max_size=4), st.decimals(0, 10**9, places=2))
def test_a_lead_survives_json(custom, amount):
    lead = lk.Lead(id="1", custom=custom, need=lk.Need(budget=lk.Budget(high=amount)), received_at=NOW)
    assert lk.Lead.model_validate_json(lead.model_dump_json()) == lead


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": 1},
        {"id": ""},
        {"id": "1", "received_at": datetime(2023, 8, 1)},  # noqa: DTZ001
        {"id": "1", "received_at": "2023-08-01"},
        {"id": "1", "tags": ["web"]},
        {"id": "1", "nickname": "x"},
        {"id": "1", "custom": {"a": float("nan")}},
        {"id": "1", "custom": {"a": Decimal("1E+999999")}},
    ],
)
def test_what_is_not_exactly_a_lead_is_refused(wrong):
    with pytest.raises(ValidationError):
        lk.Lead(**wrong)


@pytest.mark.parametrize("amount", [True, 1.5, "1E5", "NaN", Decimal("NaN"), Decimal("1E+999999"), "1_000"])
def test_amounts_are_exact(amount):
    with pytest.raises(ValidationError):
        lk.Budget(low=amount)


def test_a_range_is_in_order():
    with pytest.raises(ValidationError, match="low must not be above high"):
        lk.Budget(low=2, high=1)


def test_a_loss_has_a_reason():
    with pytest.raises(ValidationError, match="lost_reason"):
        lk.Opportunity(id="1", status="lost")


def test_records_are_frozen_and_can_be_hashed():
    lead = lk.Lead(id="1", custom={"a": 1})
    with pytest.raises(ValidationError):
        lead.id = "2"
    with pytest.raises(TypeError):
        lead.custom["a"] = 2
    assert hash(lead) == hash(lk.Lead(id="1", custom={"a": 1}))


def test_nothing_personal_shows():
    contact = lk.Contact(name="王敏", phone="13800138000", email="w@example.com")
    lead = lk.Lead(id="1", contact=contact, need=lk.Need(description="急需设备"))
    activity = lk.Activity(id="a", lead_id="1", kind="reply", occurred_at=NOW, content="秘密", feedback="秘密")
    shown = repr(lead) + repr(activity) + str(lead)
    assert not any(secret in shown for secret in ("王敏", "13800138000", "w@example.com", "急需", "秘密"))
