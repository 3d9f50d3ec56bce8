"""Dates and times that a cell or an option is as a whole, and the order of day and month in a column."""

from __future__ import annotations

from leadkit.records.text.moments.days import DateOrder, Order, order_of, orders_of
from leadkit.records.text.moments.moment import Moment, from_serial, read_moment

__all__ = [
    "DateOrder",
    "Moment",
    "Order",
    "from_serial",
    "order_of",
    "orders_of",
    "read_moment",
]
