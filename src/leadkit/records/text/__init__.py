"""Readers that turn what people type about a lead, in Chinese or English, into values that can be compared."""

from __future__ import annotations

from leadkit.records.text.characters import comparable, fold, simplified
from leadkit.records.text.companies import CompanyName, read_company
from leadkit.records.text.contacts import Email, Phone, forget, read_email, read_phone
from leadkit.records.text.dates import PurchaseDate, read_purchase_date
from leadkit.records.text.money import Money, read_money, write_money
from leadkit.records.text.numerals import read_numeral
from leadkit.records.text.sources import read_source, read_tags, write_source

__all__ = [
    "CompanyName",
    "Email",
    "Money",
    "Phone",
    "PurchaseDate",
    "comparable",
    "fold",
    "forget",
    "read_company",
    "read_email",
    "read_money",
    "read_numeral",
    "read_phone",
    "read_purchase_date",
    "read_source",
    "read_tags",
    "simplified",
    "write_money",
    "write_source",
]
