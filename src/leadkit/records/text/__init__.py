"""Readers that turn what people type about a lead, in any language, into values that can be compared.

Each is loaded on first use: their patterns take longer to compile than all the rest of a first score.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from leadkit.records.text.characters import comparable, fold, simplified
from leadkit.records.text.memory import forget, remembering

if TYPE_CHECKING:
    from leadkit.records.text.contacts.contact import Email, Phone, calling_code
    from leadkit.records.text.contacts.emails import normal_email, read_email, read_emails
    from leadkit.records.text.contacts.phones import normal_phone, read_phone, read_phones
    from leadkit.records.text.dates.purchase import DateCandidate, PurchaseDate, dates_in, read_purchase_date
    from leadkit.records.text.moments.days import DateOrder, Order, order_of, orders_of
    from leadkit.records.text.moments.moment import Moment, from_serial, read_moment
    from leadkit.records.text.money.budget import Money, MoneyCandidate, money_in, read_amount, read_money, write_money
    from leadkit.records.text.names.companies import CompanyName, read_company
    from leadkit.records.text.names.nobody import (
        describes_nothing,
        is_dummy_email,
        is_dummy_phone,
        is_shared_phone,
        names_nothing,
        says_nothing,
    )
    from leadkit.records.text.names.sources import read_source, read_tags, write_source
    from leadkit.records.text.numbers.headcounts import Headcount, read_headcount
    from leadkit.records.text.numbers.numerals import read_numeral
    from leadkit.records.text.numbers.plain import read_number

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

_READERS = {
    "leadkit.records.text.contacts.contact": "Email Phone calling_code",
    "leadkit.records.text.contacts.emails": "normal_email read_email read_emails",
    "leadkit.records.text.contacts.phones": "normal_phone read_phone read_phones",
    "leadkit.records.text.dates.purchase": "DateCandidate PurchaseDate dates_in read_purchase_date",
    "leadkit.records.text.moments.days": "DateOrder Order order_of orders_of",
    "leadkit.records.text.moments.moment": "Moment from_serial read_moment",
    "leadkit.records.text.money.budget": "Money MoneyCandidate money_in read_amount read_money write_money",
    "leadkit.records.text.names.companies": "CompanyName read_company",
    "leadkit.records.text.names.nobody": "describes_nothing is_dummy_email is_dummy_phone is_shared_phone "
    "names_nothing says_nothing",
    "leadkit.records.text.names.sources": "read_source read_tags write_source",
    "leadkit.records.text.numbers.headcounts": "Headcount read_headcount",
    "leadkit.records.text.numbers.numerals": "read_numeral",
    "leadkit.records.text.numbers.plain": "read_number",
}
_HOMES = {name: module for module, names in _READERS.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
