"""Sheets that come into a store: every row once, however often the import is run and wherever it was cut off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from attrs import define, evolve, setters

from leadkit.adapters.spreadsheets.read import read_activities, read_leads
from leadkit.adapters.spreadsheets.read_sheet import Place, ReadSheet, Row
from leadkit.desk.commands.capture import Capture, capture_all
from leadkit.desk.commands.team import Assign
from leadkit.desk.context import Planned
from leadkit.desk.desk import Desk
from leadkit.desk.execute import Executor, batches
from leadkit.desk.importing.follow_ups import keep, lead_by_lead
from leadkit.desk.importing.imported import AssignedRow, Imported, imported_row
from leadkit.desk.importing.opportunities import read_deals, take_deals
from leadkit.desk.importing.runs import RowKeys, begin, finish, members_among, receipts, rehearsed, run_of
from leadkit.desk.importing.sheets import (
    Outcome,
    Shown,
    allowed,
    in_policys,
    read_still,
    usable,
    with_members,
    with_refusals,
)
from leadkit.desk.numbers import Home, homes_in_store
from leadkit.desk.results import Receipt
from leadkit.desk.worklists import Assignment, assignments_in
from leadkit.errors import CommandError, ConflictError, NotFoundError, Problem, SheetError
from leadkit.policy import Policy
from leadkit.policy.sheets import MapFile
from leadkit.records import Activity, Lead
from leadkit.records.fields import FrozenDict
from leadkit.records.people import Actor
from leadkit.records.text import fold
from leadkit.store.mapping import numbered
from leadkit.store.protocol import by_id
from leadkit.store.tables import LEADS
from leadkit.texts.messages import in_language


def import_leads(
    desk: Desk,
    file: Path,
    *,
    activities: Path | None = None,
    opportunities: Path | None = None,
    heads: MapFile | None = None,
    sheet: str | None = None,
    by: Actor | None = None,
    shown: Shown = iter,
    dry_run: bool = False,
    plan: Imported | None = None,
) -> Imported:
    """Take in the leads of a sheet and, where given, the follow-ups that speak of their numbers, and opportunities.

    `heads` and `sheet` say how the file is read, as in `read_leads`. A dry run answers the same, and writes nothing.
    Its answer is a `plan`: with it exactly that is done, and a row that would come to something else by now is set
    aside.

    A lead's id is its number, or where another lead has that, the number with the first digits of the file's hash. A
    row is done once: what an earlier run took in is not touched, even if that run was killed. A lead that is in the
    store already, from whichever sheet, is completed and not doubled; a row that has its number, or its id in another
    system, corrects it by the policy's `[imports]`.

    Raises:
        SheetError: a file can't be read, is not such a sheet, or not the one of the plan; nothing was taken in.
        NotAllowedError: the actor's role may not do this.
        StorageError: the store failed on the way; run it again.
    """
    plain = executor = rehearsed(desk.executor, dry_run=dry_run)
    now = executor.clock()
    source, sheet_read = read_still(
        file, lambda: read_leads(file, desk.policy, heads=heads, sheet=sheet, as_of=now, raw=True)
    )
    follow_ups = _follow_ups(desk, activities, {lead.id for lead in sheet_read.records}) if activities else None
    deals = read_deals(plain, opportunities, by, heads=heads) if opportunities else None
    members = members_among(executor, (lead.owner for lead in sheet_read.records))
    sheet_read = in_policys(desk.policy, with_members(sheet_read, members))
    outcomes: dict[Place, Outcome] = {}
    before: set[Place] = set()
    keys = RowKeys(source, sheet_read.sheet)
    if plan is not None:
        executor = _by_plan(executor, plan, keys, file)
    executor = begin(executor, file.name, source, keys.last_rows(row.place for row in sheet_read.rows), by, "capture")
    for batch in batches(shown(usable(sheet_read))):
        before |= _capture(executor, keys, batch, by, outcomes)
    rows = [imported_row(row.place, outcomes.get(row.place), before=row.place in before) for row in sheet_read.rows]
    imported = Imported(
        file=file.name, run=run_of(source), rows=tuple(rows), leads=with_refusals(sheet_read, outcomes, "number")
    )
    if follow_ups is not None:
        imported = _record(executor, imported, follow_ups, _homes(sheet_read, outcomes), by, shown)
    _finish(executor, imported)
    return imported if deals is None else evolve(imported, opportunities=take_deals(plain, deals, by, shown))


def import_activities(
    desk: Desk, file: Path, *, by: Actor | None = None, shown: Shown = iter, dry_run: bool = False
) -> Imported:
    """Take in a follow-up sheet by itself, which speaks of leads by their ids in the store.

    Its rows are known by what they say, so that a row which stands in two sheets counts once; of equal rows in one
    sheet each counts.

    Raises:
        SheetError: the file can't be read or is no follow-up sheet; nothing was taken in.
        NotAllowedError: the actor's role may not do this.
        StorageError: the store failed on the way; run it again.
    """
    worked = _follow_ups(desk, file, None)
    executor = rehearsed(desk.executor, dry_run=dry_run)
    numbers = [touch.lead_id for touch in worked.plan.records] + [wanted.lead_id for wanted in worked.assignments]
    with executor.storage.transaction(read_only=True) as unit:
        homes = homes_in_store(unit, dict.fromkeys(numbers))
    executor = begin(executor, file.name, worked.source, {}, by, "record")
    imported = Imported(file=file.name, run=run_of(worked.source))
    return _finish(executor, _record(executor, imported, worked, homes, by, shown))


def import_opportunities(
    desk: Desk,
    file: Path,
    *,
    heads: MapFile | None = None,
    sheet: str | None = None,
    by: Actor | None = None,
    shown: Shown = iter,
    dry_run: bool = False,
) -> Imported:
    """Take in the opportunities of an evaluation sheet, or of an export of deals.

    `heads` and `sheet` say how the file is read, as in `read_opportunities`. A row is known by its id; without one by
    the name and the customer of an opportunity that is there. A new one is of the lead that its cell names, else of the
    only lead of its customer. A row is done once: what an earlier run took in is not touched.

    Raises:
        SheetError: the file can't be read or is no such sheet; nothing was taken in.
        NotAllowedError: the actor's role may not do this.
        StorageError: the store failed on the way; run it again.
    """
    executor = rehearsed(desk.executor, dry_run=dry_run)
    done = take_deals(executor, read_deals(executor, file, by, heads=heads, sheet=sheet), by, shown)
    return Imported(file=file.name, run=done.run, opportunities=done)


def _finish(executor: Executor, done: Imported) -> Imported:
    new = any(not row.before and row.outcome != "set_aside" for row in done.rows) or done.recorded > 0
    finish(executor, done.run, done.counts, new=new)
    return done


def _assign(executor: Executor, wanted: Assignment, home: Home, by: Actor | None) -> AssignedRow:
    """What came of a new owner that a list names; one that has the lead already is no change."""
    try:
        if isinstance(home, CommandError):
            raise home
        if home is None:
            raise NotFoundError(Problem("its lead was not taken in", place=wanted.lead_id))
        with executor.storage.transaction(read_only=True) as unit:
            if executor.work_set(unit).row(home).owner == wanted.owner:
                return AssignedRow(wanted.lead_id, wanted.owner, None)
        Assign(home, wanted.owner, by=by).run(executor)
    except CommandError as error:
        refused = "; ".join(in_language(problem, executor.policy.language) for problem in error.problems)
        return AssignedRow(wanted.lead_id, wanted.owner, refused)
    return AssignedRow(wanted.lead_id, wanted.owner, None, new=True)


@define(on_setattr=setters.frozen)
class _Worked:
    """A follow-up sheet with its hash: without the rows in which nothing is filled in, and the new owners it names."""

    source: str
    plan: ReadSheet[Activity]
    unfilled: int
    assignments: tuple[Assignment, ...]


def _follow_ups(desk: Desk, file: Path, leads: Collection[str] | None) -> _Worked:
    source, plan = read_still(file, lambda: read_activities(file, desk.policy, leads, raw=True))
    plan = in_policys(desk.policy, plan)
    worked = tuple(row for row in plan.rows if not any(fault.code == "unfilled" for fault in row.faults))
    return _Worked(source, evolve(plan, rows=worked), len(plan.rows) - len(worked), assignments_in(file))


def _record(
    executor: Executor,
    imported: Imported,
    worked: _Worked,
    homes: Mapping[str, Home],
    by: Actor | None,
    shown: Shown,
) -> Imported:
    plan = worked.plan
    touches = ((row.place, row.record) for row in shown(lead_by_lead(usable(plan), homes)))
    outcomes = dict(keep(executor, touches, homes, by))
    counts = Counter(outcome.outcome for outcome in outcomes.values() if isinstance(outcome, Receipt))
    return evolve(
        imported,
        recorded=counts["recorded"],
        recorded_before=counts["repeated"],
        unfilled=worked.unfilled,
        unknown_means=_unknown_means(executor.policy, plan.records),
        assigned=tuple(_assign(executor, wanted, homes.get(wanted.lead_id), by) for wanted in worked.assignments),
        activities=with_refusals(plan, outcomes, "lead_id"),
    )


def _unknown_means(policy: Policy, touches: Iterable[Activity]) -> FrozenDict:
    """The means that are no kind of event, each with how often it stands, the most frequent first."""
    means = Counter(fold(touch.means) for touch in touches if touch.means and not policy.knows_means(touch.means))
    return FrozenDict(sorted(means.items(), key=lambda pair: (-pair[1], pair[0])))


def _by_plan(executor: Executor, plan: Imported, keys: RowKeys, file: Path) -> Executor:
    """The executor that does what was planned, and nothing else.

    Raises:
        SheetError: the file is another one.
    """
    if plan.run != run_of(keys.source):
        raise SheetError(Problem("is not the file that was planned", "plan it again", place=file.name))
    planned = {keys.of(row.place): Planned(row.outcome, row.lead_id, row.changes) for row in plan.rows}
    return evolve(executor, planned=planned)


def _homes(plan: ReadSheet[Lead], outcomes: Mapping[Place, Outcome]) -> dict[str, Home]:
    """The ids in the store by the numbers of the sheet, of the leads that were taken in."""
    taken = ((row.record, outcomes[row.place]) for row in usable(plan))
    return {lead.id: receipt.lead_id for lead, receipt in taken if lead and isinstance(receipt, Receipt)}


def _capture(
    executor: Executor,
    keys: RowKeys,
    rows: Sequence[Row[Lead]],
    by: Actor | None,
    outcomes: dict[Place, Outcome],
    *,
    again: bool = True,
) -> set[Place]:
    """Put into `outcomes` what became of each row; give the places of those that an earlier run had done.

    Rows that somebody else was faster with, by the number or by this very file, are looked at once more.
    """
    with executor.storage.transaction(read_only=True) as unit:
        before = dict(receipts(unit, {row.place: keys.of(row.place) for row in rows}))
        taken = by_id(unit, LEADS, (row.record.id for row in rows if row.record))
    new = [row for row in rows if row.place not in before]
    commands = [_command(row.record, keys, row.place, taken, by) for row in new if row.record]
    captured = allowed(list(capture_all(executor, commands)))
    outcomes.update(before)
    outcomes.update(zip([row.place for row in new], captured, strict=True))
    beaten = [row for row in new if isinstance(outcomes[row.place], ConflictError)]
    later = _capture(executor, keys, beaten, by, outcomes, again=False) if beaten and again else set()
    return set(before) | later


def _command(lead: Lead, keys: RowKeys, place: Place, taken: Collection[str], by: Actor | None) -> Capture:
    """The command for a row; a number that is taken may be that of the lead which the row corrects."""
    if lead.id not in taken:
        return Capture(lead, key=keys.of(place), by=by)
    named = lead.model_copy(update={"id": numbered(lead.id, keys.source)})
    return Capture(named, number=lead.id, key=keys.of(place), by=by)
