"""Cells as people fill them in: text, numbers and times, each None where the cell is not one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from leadkit.adapters.spreadsheets.read_sheet import Fault
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.limits import Limits
from leadkit.records.text import fold

POINT_UNITS = ("分", "points")
POINTS_AT_END = re.compile(r"(.*?) ?[(\[]? ?([-+]?\d{1,6}(?:\.\d{1,6})?) ?(?:分|points?|pts?)? ?[)\]]?", re.IGNORECASE)
"""A text, and the points behind it: `urgent (2)`, `紧急(2分)`."""
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)
_NUMBER = re.compile(r"([-+]?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,12})?) ?([^\d .,]{0,10})")


def text(cell: Cell) -> str | None:
    """A cell as text, as it was entered; numbers without a trailing `.0`."""
    if cell is None or cell == "":
        return None
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip() or None


def number(cell: Cell, *units: str) -> Decimal | None:
    """A cell as an exact number, alone or with one of `units` behind it."""
    if isinstance(cell, str):
        match = _NUMBER.fullmatch(fold(cell).casefold())
        return Decimal(match[1].replace(",", "")) if match and match[2] in {"", *units} else None
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        exact = Decimal(str(cell))
        return exact if exact.is_finite() else None
    return None


def moment(cell: Cell, zone: ZoneInfo) -> datetime | None:
    """A cell as a time in `zone`; a date is its midnight."""
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else cell.replace(tzinfo=zone)
    if isinstance(cell, date):
        return datetime.combine(cell, time(), zone)
    match = _DATE.fullmatch(fold(cell)) if isinstance(cell, str) else None
    try:
        return datetime(*(int(part or 0) for part in match.groups()), tzinfo=zone) if match else None  # type: ignore[misc,arg-type]
    except ValueError:
        return None


def unkeepable(cells: Mapping[str, Cell], limits: Limits) -> list[Fault]:
    """What no record and no store can hold."""
    long = [Fault("too_long", column) for column, cell in cells.items() if len(str(cell)) > limits.cell_characters]
    return long + [Fault("nul", column) for column, cell in cells.items() if isinstance(cell, str) and "\0" in cell]
