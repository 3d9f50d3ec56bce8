"""Reading leads and follow-ups from the sheets that sales teams keep."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from leadkit.adapters.spreadsheets.cells import moment, text, unkeepable
from leadkit.adapters.spreadsheets.read_sheet import Fault, ReadSheet, read_rows
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.adapters.spreadsheets.templates import ACTIVITIES, LEADS
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy import Policy
from leadkit.records import Activity, Lead
from leadkit.records.lead_fields import FIELDS, Field, lead_from
from leadkit.records.text import read_email, read_phone


def read_leads(path: Path, policy: Policy, *, limits: Limits = DEFAULT_LIMITS) -> ReadSheet[Lead]:
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

    return read_rows(path, LEADS, read, limits)


def read_activities(
    path: Path, policy: Policy, leads: Collection[str] | None, *, limits: Limits = DEFAULT_LIMITS
) -> ReadSheet[Activity]:
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

    return read_rows(path, ACTIVITIES, read, limits)


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


def _contact_faults(cells: Mapping[str, Cell], policy: Policy) -> list[Fault]:
    """What else a person who fixes the row should know: a phone or mail that is none."""
    phone, email = text(cells.get("phone")), text(cells.get("email"))
    faults = (
        [Fault("not_valid", "phone")] if phone and not read_phone(phone, policy.document.phone_region).valid else []
    )
    return faults + ([Fault("not_valid", "email")] if email and not read_email(email).valid else [])
