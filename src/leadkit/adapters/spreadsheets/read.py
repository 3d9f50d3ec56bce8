"""Reading leads and follow-ups from the sheets that sales teams keep."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from attrs import define, evolve, setters

from leadkit.adapters.spreadsheets.cells import amount, moment, text, unkeepable
from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.heads.columns import Columns, plan_columns
from leadkit.adapters.spreadsheets.heads.head_row import REACHABLE, HeadRow
from leadkit.adapters.spreadsheets.heads.maps import recognise
from leadkit.adapters.spreadsheets.heads.orders import column_orders
from leadkit.adapters.spreadsheets.heads.vocabulary import key_of
from leadkit.adapters.spreadsheets.lead_row import LeadReader
from leadkit.adapters.spreadsheets.read_sheet import ReadSheet
from leadkit.adapters.spreadsheets.rows import Asked, Reader, read_rows, whole
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.adapters.spreadsheets.templates import ACTIVITIES, LEADS
from leadkit.adapters.spreadsheets.which_sheets import fields_by_head, sheets_with_heads
from leadkit.errors import Problem, SheetError
from leadkit.limits import CLOCK_SKEW, DEFAULT_LIMITS, Limits
from leadkit.policy import Policy
from leadkit.policy.sheets import MapFile
from leadkit.records import Activity, Lead
from leadkit.records.fields import is_amount, is_code
from leadkit.records.text import dates_in, fold
from leadkit.rules.facts import BUILT_IN
from leadkit.texts import LANGUAGES

FILLED_IN = ("occurred_at", "means", "content", "feedback", "next_step", "next_at")
"""What says that there was a follow-up: a row of a list to work with that has none of it is not worked yet."""
NEEDED = ("lead_id", "occurred_at", "means")
FollowUp = TypeVar("FollowUp")
DATED = ("entered_at", "received_at", "purchase_by")


def read_leads(
    path: str | Path,
    policy: Policy,
    *,
    sheet: str | None = None,
    heads: MapFile | None = None,
    as_of: datetime | None = None,
    raw: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> ReadSheet[Lead]:
    """Every row of the lead sheets in a file as a `Lead`, or set aside with what is missing or wrong.

    All visible sheets with the heads of leads are read, or the one named `sheet`. Which head is which field is said by
    `heads`, else by the policy's `[sheets.leads]`, by the shipped map of the tool whose export it is, and by the words
    of the heads themselves.

    What the policy's `[capture]` requires is asked of a row where the sheet has a column for it. A time of receipt more
    than a day after `as_of` is a slip: it is flagged, and not used. Where a row has no number its id is that of another
    system, else `row-<number in the file>`. With `raw` every row keeps its raw cells, for those that are refused later.

    Raises:
        SheetError: the file can't be read, or no sheet of it has heads of leads.
    """
    path = Path(path)
    head_rows, left_out = lead_heads(path, policy, sheet=sheet, heads=heads, limits=limits)
    parts = [(part, lead_columns(part, policy, heads)) for part in head_rows]
    if not any(_know_who(columns) for _, columns in parts):
        hint = "`leadkit heads` shows what each is taken for, and a map decides"
        raise SheetError(Problem("no column looks like a contact, company, phone or e-mail", hint, place=path.name))
    taken: dict[str, str] = {}
    latest = as_of + CLOCK_SKEW if as_of else None
    readers: list[LeadReader] = []

    def reader(columns: Columns, part: HeadRow) -> LeadReader:
        row_id = f"row-{len(readers) + 1}-{{}}" if readers else "row-{}"
        orders = column_orders(part, [place for name in DATED for place in columns.places(name)], columns.dates)
        readers.append(LeadReader(columns, policy, limits, part.grid.sheet, orders, taken, row_id, latest, part.sample))
        return readers[-1]

    read = whole(path, LEADS, parts, left_out, reader, raw=raw)
    return evolve(read, no_column=tuple(dict.fromkeys(name for made in readers for name in made.no_column)))


def _know_who(columns: Columns) -> bool:
    """Whether a plan has something to know a lead by, or a column that may be that."""
    maybe = [name for use in columns.uses if use.note == "open" for name in use.possible]
    return not REACHABLE.isdisjoint({*columns.constants, *(use.field for use in columns.uses), *maybe})


def lead_heads(
    path: Path, policy: Policy, *, sheet: str | None, heads: MapFile | None, limits: Limits
) -> tuple[list[HeadRow], dict[str, str]]:
    """The sheets of a file that have heads of leads, and why the others are left out.

    Raises:
        SheetError: the file can't be read, or no sheet of it has heads of leads.
    """
    company = heads.sheets.leads if heads else policy.document.sheets.leads
    return sheets_with_heads(path, LEADS, limits, sheet=sheet, mapped=fields_by_head(company))


def lead_columns(part: HeadRow, policy: Policy, heads: MapFile | None) -> Columns:
    """The plan of a lead sheet, by the maps that there are and the policy's own fields."""
    company = policy.document.sheets.leads if heads is None else heads.sheets.leads
    tool = recognise(part.heads) if heads is None else None
    return plan_columns(part.heads, part.sample, company=company, tool=tool, declared=_declared(policy))


def _declared(policy: Policy) -> Mapping[str, str]:
    """The fields that a policy declares, by the keys of their names and labels."""
    declared = [name for name in policy.document.fields if name not in BUILT_IN]
    labels = [policy.document.labels.get(language, {}) for language in LANGUAGES]
    return {
        key_of(spelling): name for name in declared for spelling in (name, *(names.get(name, name) for names in labels))
    }


def read_activities(
    path: str | Path,
    policy: Policy,
    leads: Collection[str] | None,
    *,
    heads: MapFile | None = None,
    raw: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> ReadSheet[Activity]:
    """Every row of a follow-up sheet as an `Activity` of one of `leads` (ids; None for any), or set aside.

    The kind of event is read from the means and the customer's answer as the policy's `[activities]` say; a row that is
    none of them is a `follow_up`.

    Raises:
        SheetError: the file can't be read or is not a follow-up sheet.
    """

    path = Path(path)

    def activity(cells: Mapping[str, Cell], number: int, lead_id: str, occurred: datetime) -> Activity:
        return Activity(
            id=f"row-{number}",
            lead_id=lead_id,
            kind=_kind(cells, policy),
            occurred_at=occurred,
            means=text(cells.get("means")),
            contact=text(cells.get("contact")),
            content_id=content_id_of(cells),
            subject=subject_of(cells),
            amount=amount_of(cells, policy),
            content=text(cells.get("content")),
            feedback=text(cells.get("feedback")),
            next_step=text(cells.get("next_step")),
            next_at=_next_at(cells, occurred, policy),
            by=text(cells.get("by")),
        )

    asked = evolve(_asked(policy, heads), raw=raw)
    return read_rows(path, ACTIVITIES, _follow_up(policy, leads, limits, activity), limits, asked=asked)


@define(on_setattr=setters.frozen)
class CountedActivity:
    """A follow-up as far as a score counts it, which is little enough to hold very many: no other word is kept."""

    number: int
    lead_id: str
    kind: str
    occurred_at: datetime
    subject: str | None = None
    amount: Decimal | None = None

    @property
    def id(self) -> str:
        """The id that the row has as an `Activity`."""
        return f"row-{self.number}"


def read_counted(
    path: str | Path,
    policy: Policy,
    leads: Mapping[str, str],
    *,
    heads: MapFile | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> ReadSheet[CountedActivity]:
    """The rows of a follow-up sheet as `read_activities` reads them, but without their texts; `leads` has each id.

    Raises:
        SheetError: the file can't be read or is not a follow-up sheet.
    """

    path = Path(path)

    details = policy.uses_details

    def counted(cells: Mapping[str, Cell], number: int, lead_id: str, occurred: datetime) -> CountedActivity:
        subject, amount = (subject_of(cells), amount_of(cells, policy)) if details else (None, None)
        return CountedActivity(number, leads[lead_id], _kind(cells, policy), occurred, subject, amount)

    read = _follow_up(policy, leads, limits, counted)
    return read_rows(path, ACTIVITIES, read, limits, asked=evolve(_asked(policy, heads), lean=True))


def content_id_of(cells: Mapping[str, Cell]) -> str | None:
    """The piece of the content library that was sent; None where the cell holds no id."""
    given = fold(text(cells.get("content_id")) or "").casefold()
    return given if is_code(given) else None


def subject_of(cells: Mapping[str, Cell]) -> str | None:
    """What a follow-up was about; None where the cell is blank."""
    return fold(text(cells.get("subject")) or "") or None


def amount_of(cells: Mapping[str, Cell], policy: Policy) -> Decimal | None:
    """The sum or number that a follow-up carries, in the policy's currency; None where the cell holds none."""
    given = amount(cells.get("amount"), policy.document.currency)
    return None if given is None or not is_amount(given) else given


def _next_at(cells: Mapping[str, Cell], occurred: datetime, policy: Policy) -> datetime | None:
    """When to follow up next: as entered, else the one day that the plan names (2026-12-03 拜访), which lies ahead."""
    entered = moment(cells.get("next_at"), policy.time_zone)
    if entered is not None:
        return entered
    day = occurred.astimezone(policy.time_zone).date()
    dates = dates_in(text(cells.get("next_step")) or "", day)
    named = {date.earliest for date in dates if date.earliest == date.latest and date.earliest and date.earliest >= day}
    return datetime.combine(named.pop(), time(), policy.time_zone) if len(named) == 1 else None


def _asked(policy: Policy, heads: MapFile | None) -> Asked:
    maps = heads.sheets if heads and heads.sheets.activities else policy.document.sheets
    return Asked(heads=maps.activities, dated=("occurred_at",), zone=policy.time_zone)


def _kind(cells: Mapping[str, Cell], policy: Policy) -> str:
    return policy.kind_of(text(cells.get("means")) or "", text(cells.get("feedback")))


def _follow_up(
    policy: Policy,
    leads: Collection[str] | None,
    limits: Limits,
    make: Callable[[Mapping[str, Cell], int, str, datetime], FollowUp],
) -> Reader[FollowUp]:
    """Reads the cells of a follow-up, and makes what is wanted of it where nothing is wrong."""
    without_zeros = {lead_id.lstrip("0"): lead_id for lead_id in leads or ()}

    def read(cells: Mapping[str, Cell], number: int) -> tuple[FollowUp | None, list[Fault]]:
        if cells.get("lead_id") is not None and all(cells.get(column) is None for column in FILLED_IN):
            return None, [Fault("unfilled", "")]
        faults = [Fault("missing", column) for column in NEEDED if cells.get(column) is None]
        occurred = moment(cells.get("occurred_at"), policy.time_zone)
        if occurred is None and cells.get("occurred_at") is not None:
            faults.append(Fault("not_a_date", "occurred_at"))
        lead_id = fold(text(cells.get("lead_id")) or "") or None
        if lead_id is not None and leads is not None and lead_id not in leads:
            near = without_zeros.get(lead_id.lstrip("0"))
            faults.append(Fault("close_lead", "lead_id", near) if near else Fault("unknown_lead", "lead_id"))
        faults += unkeepable(cells, limits)
        if faults or occurred is None or lead_id is None:
            return None, faults
        read = (("content_id", content_id_of(cells)), ("amount", amount_of(cells, policy)))
        flags = [Fault("not_valid", name) for name, value in read if cells.get(name) is not None and value is None]
        return make(cells, number, lead_id, occurred), flags

    return read
