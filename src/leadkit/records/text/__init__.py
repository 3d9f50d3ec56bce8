"""Readers that turn what people type about a lead, in Chinese or English, into values that can be compared."""

from __future__ import annotations

from leadkit.records.text.calendar_dates import DateOrder, Order, order_of, orders_of
from leadkit.records.text.characters import comparable, fold, simplified
from leadkit.records.text.companies import CompanyName, read_company
from leadkit.records.text.contacts import Email, Phone
from leadkit.records.text.dates import DateCandidate, PurchaseDate, dates_in, read_purchase_date
from leadkit.records.text.emails import read_email, read_emails
from leadkit.records.text.headcounts import Headcount, read_headcount
from leadkit.records.text.memory import forget, remembering
from leadkit.records.text.moments import Moment, from_serial, read_moment
from leadkit.records.text.money import Money, MoneyCandidate, money_in, read_amount, read_money, write_money
from leadkit.records.text.nobody import (
    describes_nothing,
    is_dummy_email,
    is_dummy_phone,
    is_shared_phone,
    names_nothing,
    says_nothing,
)
from leadkit.records.text.numbers import read_number
from leadkit.records.text.numerals import read_numeral
from leadkit.records.text.phones import read_phone, read_phones
from leadkit.records.text.sources import read_source, read_tags, write_source

__all__ = [
    "CompanyName",
    "DateCandidate",
    "DateOrder",
    "Email",
    "Headcount",
    "Moment",
    "Money",
    "MoneyCandidate",
    "Order",
    "Phone",
    "PurchaseDate",
    "comparable",
    "dates_in",
    "describes_nothing",
    "fold",
    "forget",
    "from_serial",
    "is_dummy_email",
    "is_dummy_phone",
    "is_shared_phone",
    "money_in",
    "names_nothing",
    "order_of",
    "orders_of",
    "read_amount",
    "read_company",
    "read_email",
    "read_emails",
    "read_headcount",
    "read_moment",
    "read_money",
    "read_number",
    "read_numeral",
    "read_phone",
    "read_phones",
    "read_purchase_date",
    "read_source",
    "read_tags",
    "remembering",
    "says_nothing",
    "simplified",
    "write_money",
    "write_source",
]
