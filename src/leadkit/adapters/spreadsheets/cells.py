"""Cells as people fill them in: text, numbers and times, each None where the cell is not one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.limits import Limits
from leadkit.records.text import (
    DateOrder,
    Order,
    fold,
    from_serial,
    orders_of,
    read_moment,
    read_money,
    read_number,
)

NOTHING = frozenset({"-", "--", "–", "—", "――", "——", "/", "n/a", "#n/a", "#div/0!"})
"""What stands for nothing, folded and in lower case."""
MAGNITUDES = ("千", "k", "万", "w", "百万", "m", "千万", "亿")
POINT_UNITS = ("分", "points")
POINTS_AT_END = re.compile(r"(.*?) ?[(\[]? ?([-+]?\d{1,6}(?:\.\d{1,6})?) ?(?:分|points?|pts?)? ?[)\]]?", re.IGNORECASE)
"""A text, and the points behind it: `urgent (2)`, `紧急(2分)`."""
FIRST_SERIAL, LAST_SERIAL = 32_874, 73_051
"""The serial numbers that are taken for days, 1990 to 2099: a smaller one may be a year or a count."""
_SERIAL = re.compile(r"\d{5}(?:\.\d{1,17})?", re.ASCII)


def text(cell: Cell) -> str | None:
    """A cell as text, as it was entered; numbers without a trailing `.0`."""
    if cell is None or cell == "":
        return None
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip() or None


def number(cell: Cell, *units: str) -> Decimal | None:
    """A cell as an exact number, alone or with one of `units` behind it."""
    if isinstance(cell, str):
        return read_number(cell, *units)
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        exact = Decimal(str(cell))
        return exact if exact.is_finite() else None
    return None


def amount(cell: Cell, currency: str = "CNY") -> Decimal | None:
    """A cell as one exact sum in `currency`: 500000, ¥50,000, 50万, 120k, CNY 1.2m; None in another currency."""
    plain = number(cell, *MAGNITUDES)
    if plain is not None or not isinstance(cell, str):
        return plain
    money = read_money(cell, currency)
    if money is None or money.currency != currency or money.qualifier != "exact" or money.text != fold(cell):
        return None
    return money.low


def is_blank(cell: Cell) -> bool:
    """Whether a cell says nothing: it is empty, or holds the dash or the error that stands for nothing."""
    words = text(cell)
    return words is None or fold(words).casefold() in NOTHING


def moment(cell: Cell, zone: ZoneInfo, order: Order | None = None) -> datetime | None:
    """A cell of a column of dates as a time in `zone`; a date is its midnight, a number a day of Excel's or an epoch.

    `order` is that of the column (`date_order`), for what could be two days.
    """
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else cell.replace(tzinfo=zone)
    if isinstance(cell, date):
        return datetime.combine(cell, time(), zone)
    words = text(cell)
    if words is None or isinstance(cell, bool):
        return None
    if _SERIAL.fullmatch(words):
        return _of_serial(Decimal(words), zone)
    read = read_moment(words, zone, order)
    return read.at if read else None


def date_order(cells: list[Cell]) -> DateOrder:
    """What the texts among the cells of a column say of the order of day and month."""
    return orders_of(cell for cell in cells if isinstance(cell, str))


def unkeepable(cells: Mapping[str, Cell], limits: Limits) -> list[Fault]:
    """What no record and no store can hold."""
    longest = limits.cell_characters
    texts = [
        (column, cell)
        for column, cell in cells.items()
        if isinstance(cell, str) and (len(cell) > longest or "\0" in cell)
    ]
    faults = [Fault("too_long", column) for column, cell in texts if len(cell) > longest]
    return faults + [Fault("nul", column) for column, cell in texts if "\0" in cell]


def _of_serial(serial: Decimal, zone: ZoneInfo) -> datetime | None:
    at = from_serial(serial) if FIRST_SERIAL <= serial < LAST_SERIAL else None
    return at.replace(tzinfo=zone) if at else None
