"""Readers that turn what people type about a lead, in Chinese or English, into values that can be compared."""

from __future__ import annotations

from leadkit.records.text.characters import fold
from leadkit.records.text.companies import CompanyName, read_company
from leadkit.records.text.contacts import Email, Phone, forget, read_email, read_phone
from leadkit.records.text.dates import PurchaseDate, read_purchase_date
from leadkit.records.text.headcounts import Headcount, read_headcount
from leadkit.records.text.money import Money, MoneyCandidate, money_in, read_amount, read_money, write_money
from leadkit.records.text.numerals import read_numeral

__all__ = [
    "CompanyName",
    "Email",
    "Headcount",
    "Money",
    "MoneyCandidate",
    "Phone",
    "PurchaseDate",
    "fold",
    "forget",
    "money_in",
    "read_amount",
    "read_company",
    "read_email",
    "read_headcount",
    "read_money",
    "read_numeral",
    "read_phone",
    "read_purchase_date",
    "write_money",
]
