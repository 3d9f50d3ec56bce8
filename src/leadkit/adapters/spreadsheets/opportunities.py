"""The opportunity evaluation sheet (商机评估分级表): read with every level checked, and written back as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from zoneinfo import ZoneInfo

from attrs import define, field, setters

from leadkit.adapters.spreadsheets.cells import POINT_UNITS, is_blank, moment, number, text, unkeepable
from leadkit.adapters.spreadsheets.deals import read_deal
from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.levels import plain, read_grade, read_level, say_grade, say_level
from leadkit.adapters.spreadsheets.read_sheet import ReadSheet
from leadkit.adapters.spreadsheets.rows import Asked, read_rows
from leadkit.adapters.spreadsheets.scored import FILLS
from leadkit.adapters.spreadsheets.table import Cell, Table
from leadkit.adapters.spreadsheets.templates import OPPORTUNITIES
from leadkit.grading.grade import Grade
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy import Policy
from leadkit.policy.sheets import MapFile
from leadkit.records import Assessment, Opportunity
from leadkit.results import Result
from leadkit.texts import Language

LEVELS = ("urgency", "budget", "competition", "decision_chain")
"""The columns that hold a level: the fields of an `Assessment`."""
LONGEST_ID = 200
DATED = ("reported_at", "expected_close", "opened_at", "closed_at", "won_at", "lost_at")


@define(on_setattr=setters.frozen, kw_only=True)
class EvaluatedOpportunity(Result):
    """One row of an evaluation sheet or of an export of deals: the opportunity, and what its record does not hold.

    `reported_at` is when its project report was handed in, `lead` what the sheet calls its lead. `stage` is the step of
    the process, `open` where the sheet only says that it is neither won nor lost, None where it says nothing.
    `has_id` tells whether the sheet gives the id; `loss_words` is the reason of a loss where it is no code.
    """

    opportunity: Opportunity = field(repr=attrgetter("id"))
    reported_at: datetime | None = None
    lead: str | None = None
    stage: str | None = None
    competitor: str | None = field(default=None, repr=False)
    loss_words: str | None = field(default=None, repr=False)
    has_id: bool = False


def read_opportunities(
    path: str | Path,
    policy: Policy,
    *,
    sheet: str | None = None,
    heads: MapFile | None = None,
    as_of: datetime | None = None,
    raw: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> ReadSheet[EvaluatedOpportunity]:
    """Every row of an evaluation sheet, or of an export of deals, as an opportunity, set aside, or used and flagged.

    Which head is which column is said by `heads`, else by the policy's `[sheets.opportunities]`, by the shipped map of
    the tool whose export it is, and by the words of the heads themselves.

    A blank cell stays unknown. Set aside is what can't be understood: a row that names neither opportunity nor
    customer, a level, grade or stage that the policy does not have, points that are not those of the level beside
    them, a date that is none, lies more than a day after `as_of` or before the opening, a deal that was won or lost
    nobody knows when. Flagged is what does not follow: a total that is not the sum of the four levels, a grade that is
    none that the policy gives for them; the record has the grade that the sheet says. Where a row has no id, it is
    `row-<number in the file>`. With `raw` every row keeps its raw cells, for those that are refused later.

    Raises:
        SheetError: the file can't be read or is not such a sheet.
        FactError: the sheet has levels and the policy has no grading.
    """
    path = Path(path)
    company = heads.sheets.opportunities if heads else policy.document.sheets.opportunities
    asked = Asked(sheet=sheet, heads=company, tool="opportunities", dated=DATED, zone=policy.time_zone, raw=raw)
    read = read_rows(path, OPPORTUNITIES, _reader(policy, as_of, limits), limits, asked=asked)
    if any(part.columns.places(name) for part in read.parts for name in LEVELS):
        policy.grade({})
    return read


def _reader(
    policy: Policy, as_of: datetime | None, limits: Limits
) -> Callable[[Mapping[str, Cell], int], tuple[EvaluatedOpportunity | None, list[Fault]]]:
    seen: set[str] = set()

    def read(cells: Mapping[str, Cell], row: int) -> tuple[EvaluatedOpportunity | None, list[Fault]]:
        levels, grade, faults = _judged(cells, policy)
        given = text(cells.get("id"))
        deal, faults_of_deal, flags = read_deal(cells, policy, as_of)
        faults += [*_faults(cells, policy, given, seen), *faults_of_deal, *unkeepable(cells, limits)]
        if faults:
            return None, faults
        seen.update([given] if given else [])
        opportunity = Opportunity(
            id=given or f"row-{row}",
            name=text(cells.get("name")),
            account=text(cells.get("account")),
            owner=text(cells.get("owner")),
            assessment=Assessment(**levels),
            grade=grade,
            **deal.record,
        )
        if policy.document.grading:
            # Without a time nobody knows how near a date is.
            judged = opportunity if as_of else opportunity.model_copy(update={"expected_close": None})
            flags += _flags(cells, policy.grade(judged, as_of=as_of), grade)
        reported = moment(cells.get("reported_at"), policy.time_zone)
        evaluated = EvaluatedOpportunity(
            opportunity=opportunity, reported_at=reported, has_id=given is not None, **deal.beside
        )
        return evaluated, flags

    return read


def opportunity_table(
    opportunities: Iterable[Opportunity | EvaluatedOpportunity],
    policy: Policy,
    language: Language,
    *,
    as_of: datetime | None = None,
) -> Table:
    """The evaluation sheet of `opportunities`, which `read_opportunities` reads back.

    A level stands as `紧急(2分)` or `urgent (2)`, whether entered or derived from the amount or the date; one that is
    unknown or only assumed stays blank, and so does a total with such a part. The grade is the record's own: blank
    until somebody confirmed one. Reports are dated in the policy's zone.

    Raises:
        FactError: the policy has no grading, or a level derives from a date and there is no `as_of`.
    """
    grade_head = OPPORTUNITIES.head("grade", language)
    fills = zip(policy.grades, FILLS, strict=False)
    return Table(
        OPPORTUNITIES.title[language],
        OPPORTUNITIES.row(language),
        [tuple(_row(evaluated, policy, language, as_of)) for evaluated in map(_evaluated, opportunities)],
        colours={grade_head: {say_grade(grade, language): fill for grade, fill in fills}},
        widths={OPPORTUNITIES.head(column, language): 24 for column in ("name", "account", "reported_at")},
    )


def _judged(cells: Mapping[str, Cell], policy: Policy) -> tuple[dict[str, str], str | None, list[Fault]]:
    """The levels and the grade of a row, and what is wrong with them."""
    levels: dict[str, str] = {}
    faults: list[Fault | None] = []
    for name in LEVELS:
        entered = text(cells.get(name))
        if entered is not None:
            level, fault = read_level(entered, name, policy)
            faults.append(fault)
            levels |= {name: level} if level is not None else {}
    entered = text(cells.get("grade"))
    grade, fault = read_grade(entered, policy) if entered is not None else (None, None)
    return levels, grade, [fault for fault in (*faults, fault) if fault is not None]


def _faults(cells: Mapping[str, Cell], policy: Policy, given: str | None, seen: set[str]) -> Iterator[Fault]:
    if text(cells.get("name")) is None and text(cells.get("account")) is None and given is None:
        yield Fault("missing", "name")
    if moment(cells.get("reported_at"), policy.time_zone) is None and not is_blank(cells.get("reported_at")):
        yield Fault("not_a_date", "reported_at")
    if given in seen:
        yield Fault("repeated", "id")
    if given is not None and len(given) > LONGEST_ID:
        yield Fault("too_long", "id")


def _flags(cells: Mapping[str, Cell], given: Grade, grade: str | None) -> Iterator[Fault]:
    """What the total and the grade of a row should be, where they are not."""
    total, entered = _total(given), cells.get("total")
    if total is not None and not is_blank(entered) and number(entered, *POINT_UNITS) != total:
        yield Fault("other_total", "total", plain(total))
    if grade is not None and grade not in given.possible:
        yield Fault("other_grade", "grade", " / ".join(given.possible))


def _total(grade: Grade) -> Decimal | None:
    """The sum of what is known; None where a part is not, be it assumed."""
    return None if any(rating.basis in {"assumed", "unknown"} for rating in grade.ratings) else grade.total


def _evaluated(opportunity: Opportunity | EvaluatedOpportunity) -> EvaluatedOpportunity:
    return EvaluatedOpportunity(opportunity=opportunity) if isinstance(opportunity, Opportunity) else opportunity


def _row(evaluated: EvaluatedOpportunity, policy: Policy, language: Language, as_of: datetime | None) -> Iterator[Cell]:
    opportunity = evaluated.opportunity
    grade = policy.grade(opportunity, as_of=as_of)
    judged = {rating.dimension: rating.level for rating in grade.ratings if rating.basis != "assumed"}
    yield from (opportunity.name, opportunity.account, opportunity.owner)
    for name in LEVELS:
        level = judged.get(name) or getattr(opportunity.assessment, name)
        yield None if level is None else say_level(level, name, policy, language)
    total = _total(grade)
    yield int(total) if total is not None and total == int(total) else total
    yield None if opportunity.grade is None else say_grade(opportunity.grade, language)
    yield None if evaluated.reported_at is None else _local(evaluated.reported_at, policy.time_zone)


def _local(when: datetime, zone: ZoneInfo) -> date | datetime:
    """A time as a sheet holds it: whole seconds of the zone's own clock, or only the day where that is midnight."""
    local = when.astimezone(zone).replace(tzinfo=None, microsecond=0)
    return local.date() if local.time() == time() else local
