"""Opportunities of an import that is taken back: what nothing else has touched since is again as it was before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import define, evolve, field, setters

from leadkit.desk.context import CommandContext
from leadkit.desk.opportunities.corrections import Correction
from leadkit.desk.scoring_again import only_scored
from leadkit.desk.touches import OF_OPPORTUNITY, opportunity_touched
from leadkit.store.process_rows import UNDELIVERED, EntryRow, ImportRow, TouchRow
from leadkit.store.protocol import Query, Unit, by_id, in_parts
from leadkit.store.tables import (
    DUTIES,
    IMPORTS,
    JOURNAL,
    OPPORTUNITIES,
    OUTBOX,
    REMARKS,
    STATEMENTS,
    TOUCHES,
)

TIME_ALONE = frozenset({"rescore", "tick"})
"""The commands that follow from the time alone, and keep no import from being undone."""


@define(on_setattr=setters.frozen, kw_only=True)
class UndoneOpportunities:
    """How many opportunities were removed and restored, and why others, and the leads they are of, stay as they are."""

    removed: int = 0
    restored: int = 0
    kept: Mapping[str, str] = field(factory=dict)
    leads_kept: Mapping[str, str] = field(factory=dict)


def undone_opportunities(
    context: CommandContext, run: ImportRow, touched: Sequence[TouchRow], leads_kept: Mapping[str, str]
) -> UndoneOpportunities:
    """Take back what a run did with opportunities; those of a lead that it touched and that stays stay, too."""
    unit = context.work.unit
    by_key = {str(opportunity_touched(row)): row for row in touched}
    rows = by_id(unit, OPPORTUNITIES, by_key)
    kept = _touched_since(unit, run, list(rows))
    for key, touch in by_key.items():
        if key in rows and touch.lead_id in leads_kept:
            kept.setdefault(key, f"its lead {touch.lead_id}: {leads_kept[touch.lead_id]}")
    removed = restored = 0
    for key, touch in by_key.items():
        if key in kept or key not in rows:
            continue
        if touch.before.get(OF_OPPORTUNITY):
            _restore(context, key, touch)
            restored += 1
        else:
            _remove(unit, key, run)
            removed += 1
        unit.remove(Query(TOUCHES, {"id": touch.id}))
    of_leads = {by_key[key].lead_id: f"its opportunity {key} stays" for key in sorted(kept)}
    return UndoneOpportunities(removed=removed, restored=restored, kept=kept, leads_kept=of_leads)


def _touched_since(unit: Unit, run: ImportRow, keys: Sequence[str]) -> dict[str, str]:
    """Why opportunities can't be taken back: who gave a command on them since, or which later import touched them."""
    why: dict[str, str] = {}
    for part in in_parts(keys):
        for entry in unit.find(Query(JOURNAL, {"opportunity_id": part}, order=("seq",))):
            if is_another(entry, run):
                why.setdefault(str(entry.opportunity_id), f"{entry.command} by {entry.actor}")
    return why | {key: f"import {other}" for key, other in _later_imports(unit, run, keys) if key not in why}


def is_another(entry: EntryRow, run: ImportRow) -> bool:
    """Whether a line of the history, since an import began, is of something else."""
    since = entry.given_at >= run.begun_at
    of_itself = entry.command in TIME_ALONE or only_scored(entry)
    return since and entry.details.get("import") != run.id and not of_itself


def _later_imports(unit: Unit, run: ImportRow, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Opportunities that another import touched which was not over before this one began, with its id."""
    wanted, imports = set(keys), [row for row in unit.find(Query(IMPORTS)) if row.id != run.id]
    overlapping = [row.id for row in imports if row.finished_at is None or row.finished_at >= run.begun_at]
    for part in in_parts(overlapping if wanted else ()):
        for touch in unit.find(Query(TOUCHES, {"import_id": part})):
            key = opportunity_touched(touch)
            if key in wanted:
                yield str(key), touch.import_id


def _remove(unit: Unit, key: str, run: ImportRow) -> None:
    """An opportunity that the import made, with all that belongs to it; the history stays."""
    entries = unit.find(Query(JOURNAL, {"opportunity_id": key}))
    for part in in_parts(entry.id for entry in entries if entry.details.get("import") == run.id):
        unit.remove(Query(REMARKS, {"id": part}))
    for table in (DUTIES, STATEMENTS):
        unit.remove(Query(table, {"opportunity_id": key}))
    unit.remove(Query(OPPORTUNITIES, {"id": key}))
    pending = unit.find(Query(OUTBOX, {"state": UNDELIVERED, "opportunity_id": key}))
    unit.replace(OUTBOX, [evolve(notice, state="cancelled") for notice in pending])


def _restore(context: CommandContext, key: str, touch: TouchRow) -> None:
    """An opportunity as it was before the import, with a line of the journal that says what went back."""
    unit = context.work.unit
    now = by_id(unit, OPPORTUNITIES, [key])[key]
    was = evolve(OPPORTUNITIES.from_json(touch.before[OF_OPPORTUNITY]), version=now.version)
    unit.replace(OPPORTUNITIES, [was])
    duties = {row.id: row for row in map(DUTIES.from_json, touch.before[DUTIES.name])}
    stored = {row.id: row for row in unit.find(Query(DUTIES, {"opportunity_id": key}))}
    for part in in_parts(stored.keys() - duties.keys()):
        unit.remove(Query(DUTIES, {"id": part}))
    unit.add(DUTIES, [row for name, row in duties.items() if name not in stored])
    same = [(evolve(row, version=stored[name].version), stored[name]) for name, row in duties.items() if name in stored]
    unit.replace(DUTIES, [row for row, known in same if row != known])
    _, entry = context.entry(was.lead_id, {"import": touch.import_id}, key)
    entry = evolve(entry, id=f"{entry.id}-{key}")
    changes = Correction(row=was).changes(now)
    statement = context.statement(was, {"changes": changes})
    unit.add(JOURNAL, [entry])
    unit.add(STATEMENTS, [evolve(statement, id=entry.id)])
