"""Sheets that come into a store: every row once, however often the import is run and wherever it was cut off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from attrs import define, evolve, setters

from leadkit.adapters.spreadsheets.read import read_activities, read_leads
from leadkit.adapters.spreadsheets.read_sheet import Place, ReadSheet, Row
from leadkit.desk.commands.capture import Capture, capture_all
from leadkit.desk.commands.command import HasExecutor
from leadkit.desk.execute import Executor, batches
from leadkit.desk.importing.follow_ups import keep, lead_by_lead
from leadkit.desk.importing.imported import Imported, imported_row
from leadkit.desk.importing.imported_follow_ups import follow_up_row
from leadkit.desk.importing.opportunities import Deals, read_deals, take_deals
from leadkit.desk.importing.owners import Owners
from leadkit.desk.importing.plan import Plan, plan_of
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
from leadkit.desk.observing import observes
from leadkit.desk.results import Receipt
from leadkit.desk.worked_lists import Assignment, assignments_in
from leadkit.errors import ConflictError
from leadkit.policy import Policy
from leadkit.policy.sheets import MapFile
from leadkit.records import Activity, Lead
from leadkit.records.fields import FrozenDict
from leadkit.records.people import Actor
from leadkit.records.text import fold
from leadkit.store.mapping import numbered
from leadkit.store.protocol import by_id
from leadkit.store.tables import LEADS


@observes
def import_leads(
    desk: HasExecutor,
    file: str | Path,
    *,
    activities: str | Path | None = None,
    opportunities: str | Path | None = None,
    heads: MapFile | None = None,
    sheet: str | None = None,
    by: Actor | None = None,
    shown: Shown = iter,
    dry_run: bool = False,
    plan: Imported | Plan | None = None,
) -> Imported:
    """Take in the leads of a sheet and, where given, the follow-ups that speak of their numbers, and opportunities.

    `heads` and `sheet` say how the file is read, as in `read_leads`. A dry run answers the same, and writes nothing.
    Its answer is a `plan` of all of its files: with it exactly that is done, and a row that would come to something
    else by now is set aside.

    A lead's id is its number, or where another lead has that, the number with the first digits of the file's hash. A
    row is done once: what an earlier run took in is not touched, even if that run was killed. A lead that is in the
    store already, from whichever sheet, is completed and not doubled; a row that has its number, or its id in another
    system, corrects it by the policy's `[imports]`.

    Raises:
        SheetError: a file can't be read, is not such a sheet, or not the one of the plan; nothing was taken in.
        NotAllowedError: the actor's role may not do this.
        StorageError: the store failed on the way; run it again.
    """
    file = Path(file)
    activities = None if activities is None else Path(activities)
    opportunities = None if opportunities is None else Path(opportunities)
    plain = executor = rehearsed(desk.executor, dry_run=dry_run)
    now = executor.clock()
    source, sheet_read = read_still(
        file, lambda: read_leads(file, desk.executor.policy, heads=heads, sheet=sheet, as_of=now, raw=True)
    )
    follow_ups = _follow_ups(desk, activities, {lead.id for lead in sheet_read.records}) if activities else None
    deals = read_deals(plain, opportunities, by, heads=heads) if opportunities else None
    members = members_among(executor, (lead.owner for lead in sheet_read.records))
    sheet_read = in_policys(desk.executor.policy, with_members(sheet_read, members))
    outcomes: dict[Place, Outcome] = {}
    before: set[Place] = set()
    keys = RowKeys(source, sheet_read.sheet)
    planned = plan_of(plan)
    if planned is not None:
        executor = _by_plan(executor, planned, keys, file)
        _check_files(planned, activities, follow_ups, opportunities, deals)
    executor = begin(executor, file.name, source, keys.last_rows(row.place for row in sheet_read.rows), by, "capture")
    for batch in batches(shown(usable(sheet_read))):
        before |= _capture(executor, keys, batch, by, outcomes)
    rows = [imported_row(row.place, outcomes.get(row.place), before=row.place in before) for row in sheet_read.rows]
    imported = Imported(
        file=file.name, run=run_of(source), rows=tuple(rows), leads=with_refusals(sheet_read, outcomes, "number")
    )
    if follow_ups is not None:
        imported = _record(executor, imported, follow_ups, _homes(sheet_read, outcomes), by, shown, planned)
    _finish(executor, imported)
    return imported if deals is None else evolve(imported, opportunities=take_deals(plain, deals, by, shown, planned))


@observes
def import_activities(
    desk: HasExecutor,
    file: str | Path,
    *,
    by: Actor | None = None,
    shown: Shown = iter,
    dry_run: bool = False,
    plan: Imported | Plan | None = None,
) -> Imported:
    """Take in a follow-up sheet by itself, which speaks of leads by their ids in the store.

    What a dry run answers is a `plan`, as with `import_leads`. Its rows are known by what they say, so that a row which
    stands in two sheets counts once; of equal rows in one sheet each counts.

    Raises:
        SheetError: the file can't be read or is no follow-up sheet; nothing was taken in.
        NotAllowedError: the actor's role may not do this.
        StorageError: the store failed on the way; run it again.
    """
    file = Path(file)
    worked = _follow_ups(desk, file, None)
    executor = rehearsed(desk.executor, dry_run=dry_run)
    numbers = [touch.lead_id for touch in worked.plan.records] + [wanted.lead_id for wanted in worked.assignments]
    with executor.storage.transaction(read_only=True) as unit:
        homes = homes_in_store(unit, dict.fromkeys(numbers))
    planned = plan_of(plan)
    if planned is not None:
        planned.check_file(planned.follow_up_run, run_of(worked.source), file)
    executor = begin(executor, file.name, worked.source, {}, by, "record")
    imported = Imported(file=file.name, run=run_of(worked.source))
    return _finish(executor, _record(executor, imported, worked, homes, by, shown, planned))


@observes
def import_opportunities(
    desk: HasExecutor,
    file: str | Path,
    *,
    heads: MapFile | None = None,
    sheet: str | None = None,
    by: Actor | None = None,
    shown: Shown = iter,
    dry_run: bool = False,
    plan: Imported | Plan | None = None,
) -> Imported:
    """Take in the opportunities of an evaluation sheet, or of an export of deals.

    `heads` and `sheet` say how the file is read, as in `read_opportunities`. A row is known by its id; without one by
    the name and the customer of an opportunity that is there. A new one is of the lead that its cell names, else of the
    only lead of its customer. A row is done once: what an earlier run took in is not touched. What a dry run answers is
    a `plan`, as with `import_leads`.

    Raises:
        SheetError: the file can't be read or is no such sheet; nothing was taken in.
        NotAllowedError: the actor's role may not do this.
        StorageError: the store failed on the way; run it again.
    """
    file = Path(file)
    executor = rehearsed(desk.executor, dry_run=dry_run)
    deals = read_deals(executor, file, by, heads=heads, sheet=sheet)
    planned = plan_of(plan)
    if planned is not None:
        planned.check_file(planned.opportunity_run, run_of(deals.source), file)
    done = take_deals(executor, deals, by, shown, planned)
    return Imported(file=file.name, run=done.run, opportunities=done)


def _finish(executor: Executor, done: Imported) -> Imported:
    new = any(not row.before and row.outcome != "set_aside" for row in done.rows) or done.recorded > 0
    finish(executor, done.run, done.counts, new=new)
    return done


@define(on_setattr=setters.frozen)
class _Worked:
    """A follow-up sheet with its hash: without the rows in which nothing is filled in, and the new owners it names."""

    source: str
    plan: ReadSheet[Activity]
    unfilled: int
    assignments: tuple[Assignment, ...]


def _follow_ups(desk: HasExecutor, file: Path, leads: Collection[str] | None) -> _Worked:
    source, plan = read_still(file, lambda: read_activities(file, desk.executor.policy, leads, raw=True))
    plan = in_policys(desk.executor.policy, plan)
    worked = tuple(row for row in plan.rows if not any(fault.code == "unfilled" for fault in row.faults))
    return _Worked(source, evolve(plan, rows=worked), len(plan.rows) - len(worked), assignments_in(file))


def _record(
    executor: Executor,
    imported: Imported,
    worked: _Worked,
    homes: Mapping[str, Home],
    by: Actor | None,
    shown: Shown,
    planned: Plan | None,
) -> Imported:
    sheet = worked.plan
    touches = ((row.place, row.record) for row in shown(lead_by_lead(usable(sheet), homes)))
    owners = Owners(executor, worked.source, by, planned.owners if planned else None)
    outcomes = dict(keep(executor, touches, homes, by, planned.follow_ups if planned else None))
    return evolve(
        imported,
        follow_up_run=run_of(worked.source),
        follow_ups=tuple(follow_up_row(row.place, outcomes.get(row.place)) for row in sheet.rows),
        unfilled=worked.unfilled,
        unknown_means=_unknown_means(executor.policy, sheet.records),
        assigned=owners.take(worked.assignments, homes),
        activities=with_refusals(sheet, outcomes, "lead_id"),
    )


def _unknown_means(policy: Policy, touches: Iterable[Activity]) -> FrozenDict:
    """The means that are no kind of event, each with how often it stands, the most frequent first."""
    means = Counter(fold(touch.means) for touch in touches if touch.means and not policy.knows_means(touch.means))
    return FrozenDict(sorted(means.items(), key=lambda pair: (-pair[1], pair[0])))


def _check_files(
    plan: Plan, activities: Path | None, follow_ups: _Worked | None, opportunities: Path | None, deals: Deals | None
) -> None:
    """Let further files through that were planned with the leads.

    Raises:
        SheetError: one is another file, or was not planned.
    """
    if activities is not None and follow_ups is not None:
        plan.check_file(plan.follow_up_run, run_of(follow_ups.source), activities)
    if opportunities is not None and deals is not None:
        plan.check_file(plan.opportunity_run, run_of(deals.source), opportunities)


def _by_plan(executor: Executor, plan: Plan, keys: RowKeys, file: Path) -> Executor:
    """The executor that does what was planned, and nothing else.

    Raises:
        SheetError: the file is another one.
    """
    plan.check_file(plan.run, run_of(keys.source), file)
    return evolve(executor, planned={keys.of(place): planned for place, planned in plan.rows.items()})


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
    decided: set[str | None] = set()
    captured = allowed(list(capture_all(executor, commands, decided)))
    outcomes.update(before)
    outcomes.update(zip([row.place for row in new], captured, strict=True))
    beaten = [row for row in new if isinstance(outcomes[row.place], ConflictError)]
    later = _capture(executor, keys, beaten, by, outcomes, again=False) if beaten and again else set()
    meanwhile = {row.place for row in new if keys.of(row.place) not in decided and _done(outcomes[row.place])}
    return set(before) | meanwhile | later


def _done(outcome: Outcome) -> bool:
    return isinstance(outcome, Receipt)


def _command(lead: Lead, keys: RowKeys, place: Place, taken: Collection[str], by: Actor | None) -> Capture:
    """The command for a row; a number that is taken may be that of the lead which the row corrects."""
    if lead.id not in taken:
        return Capture(lead, key=keys.of(place), by=by)
    named = lead.model_copy(update={"id": numbered(lead.id, keys.source)})
    return Capture(named, number=lead.id, key=keys.of(place), by=by)
