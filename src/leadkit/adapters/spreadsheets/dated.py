"""The order of day and month in the columns of a sheet, which only the whole column tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from attrs import define, field

from leadkit.adapters.spreadsheets.cells import moment
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.records.text import Order, orders_of

Sheet = TypeVar("Sheet")


@define
class DateColumns:
    """Reads the dates of a sheet by the known `orders` of its columns, and remembers what they say of their order."""

    orders: Mapping[str, Order] = field(factory=dict)
    texts: dict[str, list[str]] = field(factory=dict, init=False)
    unread: set[str] = field(factory=set, init=False)

    def moment(self, column: str, cell: Cell, zone: ZoneInfo) -> datetime | None:
        """A cell of `column` as a time in `zone`; None where it is blank, none, or may be two days."""
        when = moment(cell, zone, self.orders.get(column))
        if isinstance(cell, str):
            self.texts.setdefault(column, []).append(cell)
            if when is None:
                self.unread.add(column)
        return when

    def learned(self) -> DateColumns | None:
        """The orders of the columns with a date that could not be read; None where there is nothing to learn."""
        orders = {column: orders_of(self.texts[column]).order for column in self.unread - set(self.orders)}
        known = {column: order for column, order in orders.items() if order is not None}
        return DateColumns({**self.orders, **known}) if known else None


def read_dated(read: Callable[[DateColumns], Sheet]) -> Sheet:
    """What `read` makes of a sheet; read once more where its columns tell an order that some of its dates need."""
    columns = DateColumns()
    sheet = read(columns)
    learned = columns.learned()
    return sheet if learned is None else read(learned)
