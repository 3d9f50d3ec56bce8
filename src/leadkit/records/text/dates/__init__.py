"""Dates and spans in running text, by what happens on them: the one that a purchase is meant to happen on."""

from __future__ import annotations

from leadkit.records.text.dates.purchase import DateCandidate, PurchaseDate, dates_in, read_purchase_date

__all__ = [
    "DateCandidate",
    "PurchaseDate",
    "dates_in",
    "read_purchase_date",
]
