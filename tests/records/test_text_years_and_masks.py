"""A year written beside a quarter is kept; a masked address is no address."""

from __future__ import annotations

from datetime import date

import pytest

from leadkit.records.text import read_email, read_purchase_date


@pytest.mark.parametrize("text", ["2024-Q3", "2024/Q3", "2024 Q3", "2024年Q3", "预算50万,2024-Q3落地"])
def test_the_year_of_a_quarter_is_kept(text):
    found = read_purchase_date(text, date(2023, 8, 1))
    assert found is not None
    assert (found.earliest, found.latest) == (date(2024, 7, 1), date(2024, 9, 30))


@pytest.mark.parametrize("text", ["zh***@example.com", "*@example.com"])
def test_a_masked_address_is_not_valid(text):
    assert not read_email(text).valid
