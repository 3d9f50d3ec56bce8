"""Reading leads and follow-ups from the sheets that sales teams keep."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from leadkit.adapters.spreadsheets.plan import Fault, Plan, make_plan
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.adapters.spreadsheets.templates import ACTIVITIES, LEADS
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy import Policy
from leadkit.records import Activity, Lead
from leadkit.records.lead_fields import FIELDS, Field, lead_from
from leadkit.records.text import fold, read_email, read_phone

_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)
_NUMBER = re.compile(r"([-+]?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,12})?) ?([^\d .,]{0,10})")


def read_leads(path: Path, policy: Policy, *, limits: Limits = DEFAULT_LIMITS) -> Plan[Lead]:
    """Every row of a lead sheet as a `Lead`, or set aside with what is missing or wrong.

    What a row must have is the policy's `[capture] required`. A date without a time is midnight in the policy's zone.
    Where a row has no number its id is `row-<number in the file>`.

    Raises:
        SheetError: the file can't be read or is not a lead sheet.
    """
    seen: set[str] = set()

    def read(cells: Mapping[str, Cell], number: int) -> tuple[Lead | None, list[Fault]]:
        faults = [Fault("missing", column) for column in policy.document.capture.required if cells.get(column) is None]
        entered = cells.get("entered_at")
        if entered is not None and moment(entered, policy.time_zone) is None:
            faults.append(Fault("not_a_date", "entered_at"))
        lead_id = text(cells.get("number")) or f"row-{number}"
        if lead_id in seen:
            faults.append(Fault("repeated", "number"))
        faults += unkeepable(cells, limits)
        if len(lead_id) > 200:
            faults.append(Fault("too_long", "number"))
        if faults:
            return None, faults + _contact_faults(cells, policy)
        seen.add(lead_id)
        return _lead(lead_id, cells, policy.time_zone), []

    return make_plan(path, LEADS, read, limits)


def read_activities(
    path: Path, policy: Policy, leads: Collection[str] | None, *, limits: Limits = DEFAULT_LIMITS
) -> Plan[Activity]:
    """Every row of a follow-up sheet as an `Activity` of one of `leads` (ids; None for any), or set aside.

    The kind of event is read from the means and the customer's answer as the policy's `[activities]` say; a row that is
    none of them is a `follow_up`.

    Raises:
        SheetError: the file can't be read or is not a follow-up sheet.
    """

    def read(cells: Mapping[str, Cell], number: int) -> tuple[Activity | None, list[Fault]]:
        faults = [
            Fault("missing", column) for column in ("lead_id", "occurred_at", "means") if cells.get(column) is None
        ]
        occurred = moment(cells.get("occurred_at"), policy.time_zone)
        if occurred is None and cells.get("occurred_at") is not None:
            faults.append(Fault("not_a_date", "occurred_at"))
        lead_id = text(cells.get("lead_id"))
        if lead_id is not None and leads is not None and lead_id not in leads:
            faults.append(Fault("unknown_lead", "lead_id"))
        faults += unkeepable(cells, limits)
        if faults or occurred is None or lead_id is None:
            return None, faults
        means, feedback = text(cells.get("means")) or "", text(cells.get("feedback"))
        activity = Activity(
            id=f"row-{number}",
            lead_id=lead_id,
            kind=policy.kind_of(means, feedback),
            occurred_at=occurred,
            means=means,
            content=text(cells.get("content")),
            feedback=feedback,
            next_step=text(cells.get("next_step")),
            by=text(cells.get("by")),
        )
        return activity, []

    return make_plan(path, ACTIVITIES, read, limits)


def text(cell: Cell) -> str | None:
    """A cell as text, as it was entered; numbers without a trailing `.0`."""
    if cell is None or cell == "":
        return None
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip() or None


def number(cell: Cell, *units: str) -> Decimal | None:
    """A cell as an exact number, alone or with one of `units` behind it; None where it is not one."""
    if isinstance(cell, str):
        found = _NUMBER.fullmatch(fold(cell).casefold())
        return Decimal(found[1].replace(",", "")) if found and found[2] in {"", *units} else None
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        exact = Decimal(str(cell))
        return exact if exact.is_finite() else None
    return None


def moment(cell: Cell, zone: ZoneInfo) -> datetime | None:
    """A cell as a time in `zone`; None where it is not one."""
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else cell.replace(tzinfo=zone)
    if isinstance(cell, date):
        return datetime.combine(cell, time(), zone)
    found = _DATE.fullmatch(fold(cell)) if isinstance(cell, str) else None
    try:
        return datetime(*(int(part or 0) for part in found.groups()), tzinfo=zone) if found else None  # type: ignore[misc,arg-type]
    except ValueError:
        return None


def _lead(lead_id: str, cells: Mapping[str, Cell], zone: ZoneInfo) -> Lead:
    """The lead of a row; when it was entered counts as when it was received."""
    values = {field.name: _value(field, cells.get(field.name), zone) for field in FIELDS if field.sheet}
    source, entered = values["source"], values["entered_at"]
    return lead_from({**values, **(_source(source) if source else {}), "number": lead_id, "received_at": entered})


def _value(field: Field, cell: Cell, zone: ZoneInfo) -> Any:
    if field.type == "moment":
        return moment(cell, zone)
    words = text(cell)
    return (words,) if words and field.type == "texts" else words


def _source(words: str) -> dict[str, str | None]:
    channel, _, detail = words.partition("-")
    return {"source": channel.strip() or words, "source_detail": detail.strip() or None}


def unkeepable(cells: Mapping[str, Cell], limits: Limits) -> list[Fault]:
    """What no record and no store can hold."""
    long = [Fault("too_long", column) for column, cell in cells.items() if len(str(cell)) > limits.cell_characters]
    return long + [Fault("nul", column) for column, cell in cells.items() if isinstance(cell, str) and "\0" in cell]


def _contact_faults(cells: Mapping[str, Cell], policy: Policy) -> list[Fault]:
    """What else a person who mends the row should know: a phone or mail that is none."""
    phone, email = text(cells.get("phone")), text(cells.get("email"))
    faults = (
        [Fault("not_valid", "phone")] if phone and not read_phone(phone, policy.document.phone_region).valid else []
    )
    return faults + ([Fault("not_valid", "email")] if email and not read_email(email).valid else [])
