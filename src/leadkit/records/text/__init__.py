"""Readers that turn what people type about a lead, in Chinese or English, into values that can be compared."""

from __future__ import annotations

from leadkit.records.text.characters import fold
from leadkit.records.text.companies import CompanyName, read_company
from leadkit.records.text.contacts import Email, Phone, forget, read_email, read_phone
from leadkit.records.text.dates import PurchaseDate, read_purchase_date
from leadkit.records.text.money import Money, read_money, write_money
from leadkit.records.text.nobody import (
    describes_nothing,
    is_dummy_email,
    is_dummy_phone,
    is_shared_phone,
    names_nothing,
    says_nothing,
)
from leadkit.records.text.numerals import read_numeral

__all__ = [
    "CompanyName",
    "Email",
    "Money",
    "Phone",
    "PurchaseDate",
    "describes_nothing",
    "fold",
    "forget",
    "is_dummy_email",
    "is_dummy_phone",
    "is_shared_phone",
    "names_nothing",
    "read_company",
    "read_email",
    "read_money",
    "read_numeral",
    "read_phone",
    "read_purchase_date",
    "says_nothing",
    "write_money",
]
