"""What the options of the terminal take for a time, a sum and a step of the plan: what a cell of a sheet may say."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import click
import pytest

from leadkit.cli.given import Amount, Milestone
from leadkit.cli.shared import Moment


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-11-24", "2026-11-24T00:00:00"),
        ("2026-11-24T09:00", "2026-11-24T09:00:00"),
        ("2026-11-24T09:00+08:00", "2026-11-24T09:00:00+08:00"),
        ("2026-11-24T01:00Z", "2026-11-24T01:00:00+00:00"),
        ("2026年11月24日 上午9点", "2026-11-24T09:00:00"),
        ("24 Nov 2026 9:00 AM", "2026-11-24T09:00:00"),
        ("24/11/2026", "2026-11-24T00:00:00"),
    ],
)
def test_a_time(text, when):
    assert Moment().convert(text, None, None) == datetime.fromisoformat(when)
    assert Milestone().convert(f"demo@{text}", None, None) == ("demo", datetime.fromisoformat(when))


@pytest.mark.parametrize("text", ["soon", "11/12/2026", "2026-02-30", "46328", "1800-01-01", "2026-11", ""])
def test_no_time(text):
    with pytest.raises(click.BadParameter):
        Moment().convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "amount"), [("1200000", 1_200_000), ("1,200,000.50", "1200000.50"), ("65万", 650_000), ("80k", 80_000)]
)
def test_a_sum(text, amount):
    assert Amount().convert(text, None, None) == Decimal(amount)


@pytest.mark.parametrize("text", ["much", "-5", "$5", "50-80万", "NaN", "inf", "", "1,23"])
def test_no_sum(text):
    with pytest.raises(click.BadParameter):
        Amount().convert(text, None, None)
