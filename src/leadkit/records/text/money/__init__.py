"""Sums of money in running text, by what they are: the one that is offered for the purchase."""

from __future__ import annotations

from leadkit.records.text.money.budget import Money, MoneyCandidate, money_in, read_amount, read_money, write_money

__all__ = [
    "Money",
    "MoneyCandidate",
    "money_in",
    "read_amount",
    "read_money",
    "write_money",
]
