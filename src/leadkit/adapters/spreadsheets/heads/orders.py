"""The order of day and month in the date columns of a sheet, which only the whole column tells."""

from __future__ import annotations

from collections.abc import Iterable

from leadkit.adapters.spreadsheets.cells import date_order
from leadkit.adapters.spreadsheets.heads.head_row import HeadRow
from leadkit.records.text import Order


def column_orders(part: HeadRow, places: Iterable[int], otherwise: Order | None = None) -> dict[int, Order | None]:
    """The order in each of the columns at `places`: what its dates tell, else `otherwise`; None where they contradict.

    Only a column whose first dates could be two days is gone through to its end.
    """
    orders: dict[int, Order | None] = {}
    for place in places:
        seen = date_order([cells[place] for cells in part.sample if place < len(cells)])
        if seen.order or seen.undecided or seen.contradictory:
            seen = date_order([cells[place] for _, cells in part.rows() if place < len(cells)])
        orders[place] = None if seen.contradictory else seen.order or otherwise
    return orders
