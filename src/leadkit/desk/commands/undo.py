"""Taking an import back: what nothing else has touched since is again as it was before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from attrs import define, evolve

from leadkit.desk.commands.command import DeskCommand, gives
from leadkit.desk.context import CommandContext
from leadkit.desk.execute import Executor, batches
from leadkit.desk.keys import key_id
from leadkit.desk.opportunities.rules import account_lock
from leadkit.desk.opportunities.undone import is_another, undone_opportunities
from leadkit.desk.results import Undone
from leadkit.desk.touches import BY_NAME, IMPORTED, opportunity_touched, rows_of
from leadkit.desk.work_set import WorkSet
from leadkit.errors import ConflictError, NotFoundError, Problem
from leadkit.process.command import Argument
from leadkit.store.mapping import account_key, changed_values
from leadkit.store.process_rows import UNDELIVERED, EntryRow, ImportRow, TouchRow
from leadkit.store.protocol import Query, Unit, by_id, in_parts
from leadkit.store.rows import ActivityRow, LeadRow
from leadkit.store.tables import (
    ACTIVITIES,
    CHANGES,
    DUTIES,
    IMPORTS,
    JOURNAL,
    KEYS,
    LEADS,
    MATCHES,
    OPPORTUNITIES,
    OUTBOX,
    PERSONS,
    TEXTS,
    TOUCHES,
    Table,
)

__all__ = ["Undo"]

OF_A_NEW_LEAD: tuple[Table[Any], ...] = (PERSONS, LEADS)
BESIDE_A_LEAD: tuple[Table[Any], ...] = (MATCHES, DUTIES, ACTIVITIES, TEXTS, CHANGES)


@define(frozen=True)
class Undo(DeskCommand[Undone]):
    """Take an import back: what it made goes, what it changed is as before. `leadkit imports` lists the ids.

    A lead or an opportunity that somebody or something has touched since stays as it is, and the answer says why. The
    history keeps both the import and its undoing. The file can be imported again.

    Raises:
        NotFoundError: there is no such import.
        ConflictError: it is not finished.
    """

    import_id: Annotated[str, Argument("The id of the import.")]

    def run(self, executor: Executor) -> Undone:
        request = executor.request(self)
        executor.permit(request)
        with executor.storage.transaction(read_only=True) as unit:
            run = _import(unit, self.import_id)
            touched = unit.find(Query(TOUCHES, {"import_id": run.id}))
        total = Undone(import_id=run.id)
        for batch in _together(touched):
            total = total.plus(executor.transaction(partial(_undone, executor, self, run, batch)))
        executor.transaction(lambda unit: _forget_keys(unit, run, total, request.at))
        return total


def _together(touched: Sequence[TouchRow]) -> Iterator[list[TouchRow]]:
    """The touched leads that were there before, then those that the import made: an alias after its home.

    What was done with a lead and with its opportunities is taken back in one transaction.
    """
    leads = [row for row in touched if opportunity_touched(row) is None]
    deals: dict[str, list[TouchRow]] = defaultdict(list)
    for row in touched:
        if opportunity_touched(row) is not None:
            deals[row.lead_id].append(row)
    groups = [[row, *deals.pop(row.lead_id, ())] for row in sorted(leads, key=lambda row: not row.before.get("leads"))]
    for batch in batches([*groups, *deals.values()]):
        yield [row for group in batch for row in group]


def _import(unit: Unit, import_id: str) -> ImportRow:
    run = unit.get(IMPORTS, import_id)
    if run is None:
        raise NotFoundError(Problem("there is no such import", "leadkit imports lists the ids", place=import_id))
    if run.finished_at is None:
        raise ConflictError(Problem("is not finished", "run the same import again, then undo it", place=import_id))
    return run


def _undone(executor: Executor, command: Undo, run: ImportRow, touched: Sequence[TouchRow], unit: Unit) -> Undone:
    """Take some leads back in one transaction."""
    work = executor.work_set(unit)
    _hold(work, touched)
    context = executor.context(work, executor.request(command))
    of_deals = [row for row in touched if opportunity_touched(row) is not None]
    of_leads = [row for row in touched if opportunity_touched(row) is None]
    work.look_up(row.lead_id for row in of_leads)
    there = [row for row in of_leads if row.lead_id in work.leads]
    why = _touched_since(unit, run, {row.lead_id: work.leads[row.lead_id] for row in there})
    companies = _companies(unit, touched)
    deals = undone_opportunities(context, run, of_deals, why)
    why = {**{row.lead_id: deals.leads_kept[row.lead_id] for row in there if row.lead_id in deals.leads_kept}, **why}
    removed = restored = 0
    for row in there:
        if row.lead_id in why:
            continue
        if row.before.get("leads"):
            _restore(context, row)
            restored += 1
        else:
            _remove(unit, row)
            removed += 1
        unit.remove(Query(TOUCHES, {"id": row.id}))
    executor.renew(unit, companies | _companies(unit, touched), context.request)
    if removed or deals.removed:
        details = {"import": run.id, "leads": removed or None, "opportunities": deals.removed or None}
        unit.add(JOURNAL, [context.entry(None, details)[1]])
    return Undone(
        import_id=run.id,
        removed=removed,
        restored=restored,
        removed_opportunities=deals.removed,
        restored_opportunities=deals.restored,
        kept=tuple(sorted({**why, **deals.kept}.items())),
    )


def _companies(unit: Unit, touched: Sequence[TouchRow]) -> set[str]:
    """What the companies of leads are found by as they stand; their other leads know of them."""
    rows = by_id(unit, LEADS, dict.fromkeys(row.lead_id for row in touched)).values()
    return {row.account_key for row in rows if row.account_key is not None}


def _hold(work: WorkSet, touched: Sequence[TouchRow]) -> None:
    """Let nobody else be at work on the leads and opportunities, on what finds them, or on their accounts."""
    unit, deals = work.unit, list(filter(None, map(opportunity_touched, touched)))
    leads = dict.fromkeys(row.lead_id for row in touched)
    unit.lock(*(f"lead:{lead_id}" for lead_id in leads), "outbox")
    work.hold_matches(leads)
    unit.lock(*(f"opportunity:{deal}" for deal in deals))
    known = by_id(unit, OPPORTUNITIES, deals).values()
    names = [row.account_key for row in known]
    names += [account_key(row.company_name) for row in by_id(unit, LEADS, leads).values()]
    unit.lock(*(name for key in dict.fromkeys(names) for name in account_lock(key)))


def _touched_since(unit: Unit, run: ImportRow, leads: Mapping[str, LeadRow]) -> dict[str, str]:
    """Why leads can't be taken back: what touched them, or what they live on in, and is not this import."""
    homes = {key: row.merged_into or key for key, row in leads.items()}
    wanted = tuple(dict.fromkeys((*leads, *homes.values())))
    others: dict[str, str] = {}
    for key, entries in _entries(unit, wanted).items():
        strange = [entry for entry in entries if is_another(entry, run)]
        if strange:
            others[key] = f"{strange[0].command} by {strange[0].actor}"
    for key, activities in rows_of(unit, ACTIVITIES, wanted).items():
        if any(_is_of_others(activity, run) for activity in activities):
            others.setdefault(key, "a follow-up was recorded")
    for key, import_id in _later_imports(unit, run, wanted):
        others.setdefault(key, f"import {import_id}")
    return {key: others[place] for key, home in homes.items() for place in (home, key) if place in others}


def _is_of_others(activity: ActivityRow, run: ImportRow) -> bool:
    """Whether a follow-up was recorded by hand since the import began, or by whomever since it ended."""
    by_hand = not activity.id.startswith(IMPORTED) and activity.recorded_at >= run.begun_at
    return by_hand or (run.finished_at is not None and activity.recorded_at > run.finished_at)


def _later_imports(unit: Unit, run: ImportRow, lead_ids: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Leads that another import touched which was not over before this one began, with its id."""
    touched = [row for rows in rows_of(unit, TOUCHES, lead_ids).values() for row in rows if row.import_id != run.id]
    others = by_id(unit, IMPORTS, (row.import_id for row in touched))
    for row in touched:
        other = others[row.import_id]
        if other.finished_at is None or other.finished_at >= run.begun_at:
            yield row.lead_id, other.id


def _entries(unit: Unit, lead_ids: tuple[str, ...]) -> dict[str, list[EntryRow]]:
    entries: dict[str, list[EntryRow]] = defaultdict(list)
    for entry in unit.find(Query(JOURNAL, {"lead_id": lead_ids}, order=("seq",))) if lead_ids else ():
        entries[str(entry.lead_id)].append(entry)
    return entries


def _remove(unit: Unit, touched: TouchRow) -> None:
    """A lead that the import made, with all that belongs to it."""
    lead_id = touched.lead_id
    for table in (*BESIDE_A_LEAD, KEYS):
        unit.remove(Query(table, {"lead_id": lead_id}))
    for table in OF_A_NEW_LEAD:
        unit.remove(Query(table, {"id": lead_id}))
    moved = [MATCHES.from_json(match) for match in touched.before.get("moved", ())]
    there = by_id(unit, MATCHES, (match.id for match in moved))
    unit.add(MATCHES, [match for match in moved if match.id not in there])
    pending = unit.find(Query(OUTBOX, {"lead_id": lead_id, "state": UNDELIVERED}))
    unit.replace(OUTBOX, [evolve(notice, state="cancelled") for notice in pending])


def _restore(context: CommandContext, touched: TouchRow) -> None:
    """A lead as it was before the import, with a line of the journal that says so."""
    unit, before, lead_id = context.work.unit, touched.before, touched.lead_id
    now, person = context.work.leads[lead_id], context.work.persons.get(lead_id)
    was = evolve(LEADS.from_json(before["leads"]), version=now.version)
    unit.replace(LEADS, [was])
    if before["persons"] is not None:
        known = PERSONS.from_json(before["persons"])
        unit.replace(PERSONS, [known])
        if person is not None:
            change = changed_values((now, person), (was, known))
            _, entry = context.entry(lead_id, {"import": touched.import_id})
            entry = evolve(entry, id=f"{entry.id}-{lead_id}")
            unit.add(JOURNAL, [entry])
            rows = context.changed(lead_id, change)
            unit.add(CHANGES, [evolve(row, id=entry.id) for _, row in rows])
    _put_back(unit, MATCHES, lead_id, before)
    _put_back(unit, DUTIES, lead_id, before)
    for table in BY_NAME:
        gone = _ids(unit, table, lead_id) - set(before[table.name])
        _remove_all(unit, table, gone)
        if table is ACTIVITIES:
            _remove_all(unit, TEXTS, gone)


def _put_back(unit: Unit, table: Table[Any], lead_id: str, before: Mapping[str, Any]) -> None:
    """The rows of a lead in one table as they were; some may lead to another one by now."""
    was = {row.id: row for row in map(table.from_json, before[table.name])}
    now = {row.id: row for row in unit.find(Query(table, {"lead_id": lead_id}))}
    _remove_all(unit, table, now.keys() - was.keys())
    now |= by_id(unit, table, was.keys() - now.keys())
    unit.add(table, [row for key, row in was.items() if key not in now])
    same = [(row, now[key]) for key, row in was.items() if key in now]
    rows = [evolve(row, version=known.version) if table.versioned else row for row, known in same]
    unit.replace(table, [row for row, (_, known) in zip(rows, same, strict=True) if row != known])


def _ids(unit: Unit, table: Table[Any], lead_id: str) -> set[str]:
    return {row.id for row in unit.find(Query(table, {"lead_id": lead_id}))}


def _remove_all(unit: Unit, table: Table[Any], ids: Iterable[str]) -> None:
    for part in in_parts(ids):
        unit.remove(Query(table, {"id": part}))


def _forget_keys(unit: Unit, run: ImportRow, total: Undone, at: Any) -> None:
    """Let the rows of leads that were taken back be imported again, and note that this was undone."""
    kept = {key for key, _ in total.kept}
    used = by_id(unit, KEYS, _keys(run)).values()
    _remove_all(unit, KEYS, [key.id for key in used if (key.receipt.get("opportunity_id") or key.lead_id) not in kept])
    unit.replace(IMPORTS, [evolve(run, undone_at=at)])


def _keys(run: ImportRow) -> Iterator[str]:
    """The keys that the rows of the import may have used."""
    for prefix, last in run.rows.items():
        yield from (key_id(f"import:{run.source}:{prefix}{number}") for number in range(1, last + 1))


class ImportCommands:
    """The commands on imports, as methods of a desk."""

    undo = gives(Undo)
