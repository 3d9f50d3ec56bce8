"""Cases that have ended, from files: leads as people keep them or as a table of facts, and how each ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import define, setters

from leadkit.adapters.fact_rows import FactReader, FactRow, read_rows
from leadkit.adapters.spreadsheets.read import read_activities, read_leads
from leadkit.errors import Problem, SheetError
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy import Policy
from leadkit.records import Activity, Lead
from leadkit.reviewing.calibration_cases import Outcome, usual_lag

ENDED = {"won": True, "lost": False}


@define(on_setattr=setters.frozen)
class Opened:
    """An opportunity of a file: whose it is, how it ended, and when."""

    lead_id: str
    status: str
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    grade: str | None = None


@define(on_setattr=setters.frozen)
class FileCases:
    """The cases of files, and how many rows are none, by code.

    `set_aside`: leads that can't be read; `activities_set_aside`: the same of activities, also those of leads that are
    not there; `no_ending`: rows that say neither won nor lost; `still_open`: opportunities that have not ended;
    `unknown_lead`: opportunities of no lead of the file; `invalid`: leads without an opportunity that are not valid;
    `young`: such leads that came too short a time ago, or without a time.
    """

    cases: tuple[Outcome, ...]
    left_out: Mapping[str, int]


def read_cases(
    leads: Path,
    opportunities: Path | None,
    policy: Policy,
    *,
    activities: Path | None = None,
    as_of: datetime,
    unopened_days: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> FileCases:
    """The leads of a file with how their opportunities ended.

    `leads` is a lead sheet, or a table whose heads are the names of facts, `lead_id`, and perhaps kinds of events as
    counts, `opened_at`, and `won`. Without `opportunities` it has to say `won` itself. With `unopened_days`
    valid leads without an opportunity count as lost, if they were received at least so many days before `as_of`.

    Raises:
        SheetError: a file can't be read, or does not say how the cases ended; all such cells at once. Or there are
            `activities` beside a table that says `won` itself.
        TableError: a Parquet or Arrow file can't be read.
    """
    rows = read_rows(leads, FactReader(policy), limits)
    if rows is not None and opportunities is None:
        if activities is not None:
            hint = "give --opportunities, or count the events in columns of the table"
            raise SheetError(Problem("activities don't go with a table that has won", hint, place=activities.name))
        return _of_one_table(leads, rows)
    if opportunities is None:
        hint = "give --opportunities, or a table of facts with the heads lead_id and won"
        raise SheetError(Problem("does not say which cases were won", hint, place=leads.name))
    left_out: Counter[str] = Counter()
    if rows is not None:
        known = {row.lead_id: row for row in rows}
    else:
        known = dict(_of_sheet(leads, policy, as_of, limits, left_out))
    if activities is not None:
        known = dict(_with_activities(known, activities, policy, limits, left_out))
    opened = tuple(read_opened(opportunities, policy))
    cases = [*_of_opened(known, opened, left_out)]
    if unopened_days is not None:
        cases += _never_opened(known, opened, policy, as_of=as_of, unopened_days=unopened_days, left_out=left_out)
    return FileCases(tuple(cases), +left_out)


def read_opened(path: Path, policy: Policy) -> Iterator[Opened]:
    """The opportunities of a table as a review takes it, that say whose they are."""
    from leadkit.adapters.tables.files import computed, is_table, scan_table
    from leadkit.adapters.tables.review_files import read_sheet

    document = policy.document
    with computed():
        if is_table(path):
            frame = scan_table(path).collect()
        else:
            frame = read_sheet(path, "opportunities", policy.time_zone, document.currency, heads=document.sheets)
    for row in frame.iter_rows(named=True):
        if row.get("lead_id") is not None:
            times = {name: _zoned(row.get(name), policy) for name in ("opened_at", "closed_at")}
            yield Opened(str(row["lead_id"]), str(row["status"]), grade=row.get("grade"), **times)


def _zoned(value: Any, policy: Policy) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    return value.replace(tzinfo=policy.time_zone) if value.tzinfo is None else value


def _of_one_table(path: Path, rows: Sequence[FactRow]) -> FileCases:
    cases = tuple(
        Outcome(lead=row.facts, activities=row.events, won=row.won, at=row.opened_at, ended_at=row.closed_at)
        for row in rows
        if row.won is not None
    )
    if not cases:
        hint = "a column won with won or lost, yes or no, or --opportunities"
        raise SheetError(Problem("does not say which cases were won", hint, place=path.name))
    return FileCases(cases, +Counter(no_ending=len(rows) - len(cases)))


def _of_sheet(
    path: Path, policy: Policy, as_of: datetime, limits: Limits, left_out: Counter[str]
) -> Iterator[tuple[str, FactRow]]:
    read = read_leads(path, policy, as_of=as_of, limits=limits)
    left_out["set_aside"] += read.row_count - len(read.records)
    for lead in read.records:
        received = lead.received_at or lead.entered_at
        yield lead.id, FactRow(lead_id=lead.id, facts=lead, received_at=received)


def _with_activities(
    known: Mapping[str, FactRow], path: Path, policy: Policy, limits: Limits, left_out: Counter[str]
) -> Iterator[tuple[str, FactRow]]:
    by_lead: dict[str, list[Activity]] = {}
    read = read_activities(path, policy, set(known), limits=limits)
    left_out["activities_set_aside"] += read.row_count - len(read.records)
    for activity in read.records:
        by_lead.setdefault(activity.lead_id, []).append(activity)
    for lead_id, row in known.items():
        yield lead_id, row.with_activities(by_lead.get(lead_id, ()))


def _of_opened(known: Mapping[str, FactRow], opened: Iterable[Opened], left_out: Counter[str]) -> Iterator[Outcome]:
    for deal in opened:
        row = known.get(deal.lead_id)
        if row is None:
            left_out["unknown_lead"] += 1
        elif deal.status not in ENDED:
            left_out["still_open"] += 1
        else:
            yield Outcome(
                lead=row.facts,
                activities=row.given,
                won=ENDED[deal.status],
                grade=deal.grade,
                at=deal.opened_at,
                ended_at=deal.closed_at,
            )


def _never_opened(
    known: Mapping[str, FactRow],
    opened: tuple[Opened, ...],
    policy: Policy,
    *,
    as_of: datetime,
    unopened_days: int,
    left_out: Counter[str],
) -> Iterator[Outcome]:
    """The valid leads that became no opportunity, scored when the others became one as a rule."""
    spans = [
        deal.opened_at - received
        for deal in opened
        if deal.lead_id in known and deal.opened_at and (received := known[deal.lead_id].received_at)
    ]
    lag, taken = usual_lag(spans), {deal.lead_id for deal in opened}
    for lead_id, row in known.items():
        received = row.received_at
        if lead_id in taken:
            continue
        if received is None or as_of - received < timedelta(days=unopened_days):
            left_out["young"] += 1
        elif _is_invalid(row, policy, received + lag):
            left_out["invalid"] += 1
        else:
            yield Outcome(lead=row.facts, activities=row.given, won=False, at=received + lag)


def _is_invalid(row: FactRow, policy: Policy, at: datetime) -> bool:
    """Whether people found a lead invalid, or the policy's screening does."""
    if isinstance(row.facts, Lead) and row.facts.status == "invalid":
        return True
    return policy.document.screening is not None and policy.screen(row.facts, as_of=at).outcome == "invalid"
