"""Readers that turn what people type about a lead, in any language, into values that can be compared."""

from __future__ import annotations

from leadkit.records.text.characters import comparable, fold, simplified
from leadkit.records.text.contacts import (
    Email,
    Phone,
    calling_code,
    normal_email,
    normal_phone,
    read_email,
    read_emails,
    read_phone,
    read_phones,
)
from leadkit.records.text.dates import DateCandidate, PurchaseDate, dates_in, read_purchase_date
from leadkit.records.text.memory import forget, remembering
from leadkit.records.text.moments import DateOrder, Moment, Order, from_serial, order_of, orders_of, read_moment
from leadkit.records.text.money import Money, MoneyCandidate, money_in, read_amount, read_money, write_money
from leadkit.records.text.names import (
    CompanyName,
    describes_nothing,
    is_dummy_email,
    is_dummy_phone,
    is_shared_phone,
    names_nothing,
    read_company,
    read_source,
    read_tags,
    says_nothing,
    write_source,
)
from leadkit.records.text.numbers import Headcount, read_headcount, read_number, read_numeral

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
    "calling_code",
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
    "normal_email",
    "normal_phone",
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
