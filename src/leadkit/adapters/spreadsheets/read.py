"""Reading leads and follow-ups from the sheets that sales teams keep."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path

from leadkit.adapters.spreadsheets.cells import moment, text, unkeepable
from leadkit.adapters.spreadsheets.read_sheet import Fault, ReadSheet, read_rows
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.adapters.spreadsheets.templates import ACTIVITIES, LEADS
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy import Policy
from leadkit.records import Activity, Company, Contact, Lead, Need, Source
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
        entered = moment(cells.get("entered_at"), policy.time_zone)
        if entered is None and cells.get("entered_at") is not None:
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
        return _lead(lead_id, cells, entered), []

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


def _lead(lead_id: str, cells: Mapping[str, Cell], entered: datetime | None) -> Lead:
    source, tag = text(cells.get("source")), text(cells.get("tag"))
    return Lead(
        id=lead_id,
        source=_source(source) if source else None,
        tags=(tag,) if tag else (),
        received_at=entered,
        entered_at=entered,
        entered_by=text(cells.get("entered_by")),
        company=Company(
            name=text(cells.get("company")), industry=text(cells.get("industry")), size=text(cells.get("company_size"))
        ),
        contact=Contact(
            name=text(cells.get("contact")),
            job_title=text(cells.get("job_title")),
            phone=text(cells.get("phone")),
            email=text(cells.get("email")),
        ),
        need=Need(description=text(cells.get("need"))),
    )


def _source(cell: str) -> Source:
    channel, _, detail = cell.partition("-")
    return Source(channel=channel.strip() or cell, detail=detail.strip() or None)


def _contact_faults(cells: Mapping[str, Cell], policy: Policy) -> list[Fault]:
    """What else a person who fixes the row should know: a phone or mail that is none."""
    phone, email = text(cells.get("phone")), text(cells.get("email"))
    faults = (
        [Fault("not_valid", "phone")] if phone and not read_phone(phone, policy.document.phone_region).valid else []
    )
    return faults + ([Fault("not_valid", "email")] if email and not read_email(email).valid else [])
