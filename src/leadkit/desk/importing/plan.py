"""The plan of an import: what each of its rows is to come to, so that the import does that and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import define, field, setters

from leadkit.adapters.spreadsheets.read_sheet import Place
from leadkit.desk.importing.imported import Imported, ImportedRow
from leadkit.desk.importing.imported_follow_ups import AssignedRow, FollowUpRow
from leadkit.desk.importing.imported_opportunities import ImportedOpportunity
from leadkit.desk.planned import Planned
from leadkit.errors import Problem, SheetError
from leadkit.records.fields import FrozenDict
from leadkit.store.tables import hashable

Rows = Mapping[Place, Planned]
DONE = "done"
"""What a row was that an earlier run had done: nothing else may come of it."""


@define(on_setattr=setters.frozen, kw_only=True)
class Plan:
    """What every row is to come to, by its place, and the runs that it is a plan of: one for each file."""

    run: str
    follow_up_run: str | None = None
    opportunity_run: str | None = None
    rows: Rows = field(factory=dict, repr=False)
    follow_ups: Rows = field(factory=dict, repr=False)
    owners: Rows = field(factory=dict, repr=False)
    opportunities: Rows = field(factory=dict, repr=False)

    def check_file(self, planned: str | None, run: str, file: Path) -> None:
        """Let a file through that is the one of the plan.

        Raises:
            SheetError: it is another one, or was not planned.
        """
        if planned != run:
            raise SheetError(Problem("is not the file that was planned", "plan it again", place=file.name))


def plan_of(imported: Imported | Plan | None) -> Plan | None:
    """The plan that a dry run told; None for none."""
    if imported is None or isinstance(imported, Plan):
        return imported
    deals = imported.opportunities
    return Plan(
        run=imported.run,
        follow_up_run=imported.follow_up_run,
        opportunity_run=deals.run if deals else None,
        rows=_by_place(imported.rows, _lead),
        follow_ups=_by_place(imported.follow_ups, _follow_up),
        owners=_by_place(imported.assigned, _owner),
        opportunities=_by_place(deals.rows, _opportunity) if deals else {},
    )


def plan_from(file: Path) -> Plan:
    """The plan that `leadkit import --dry-run --json` wrote into a file.

    Raises:
        SheetError: it can't be read, or is none.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        deals = document.get("opportunities")
        return Plan(
            run=document["run"],
            follow_up_run=document["follow_up_run"],
            opportunity_run=deals["run"] if deals else None,
            rows=_by_place(map(_row(ImportedRow), document["rows"]), _lead),
            follow_ups=_by_place(map(_row(FollowUpRow), document["follow_ups"]), _follow_up),
            owners=_by_place(map(_row(AssignedRow), document["assigned"]), _owner),
            opportunities=_by_place(map(_row(ImportedOpportunity), deals["rows"]) if deals else (), _opportunity),
        )
    except OSError as error:
        raise SheetError(Problem("can't be read", error.strerror or "", place=file.name)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        hint = "leadkit import FILE --dry-run --json writes one"
        raise SheetError(Problem("is no plan of an import", hint, place=file.name)) from error


def _row(kind: Callable[..., Any]) -> Callable[[Mapping[str, Any]], Any]:
    def read(row: Mapping[str, Any]) -> Any:
        sheet, number = row["place"]
        return kind(**{name: hashable(value) for name, value in row.items()} | {"place": (sheet, number)})

    return read


def _by_place(rows: Iterable[Any], planned: Callable[[Any], Planned]) -> Rows:
    return {row.place: Planned(DONE) if row.before else planned(row) for row in rows}


def _lead(row: ImportedRow) -> Planned:
    return Planned(row.outcome, row.lead_id, row.changes)


def _follow_up(row: FollowUpRow) -> Planned:
    return Planned(row.outcome, row.lead_id)


def _owner(row: AssignedRow) -> Planned:
    changes = FrozenDict({"owner": (row.was, row.owner)}) if row.outcome == "assigned" else FrozenDict()
    return Planned(row.outcome, row.home, changes)


def _opportunity(row: ImportedOpportunity) -> Planned:
    return Planned(row.outcome, row.lead_id, row.changes, row.opportunity_id, row.lead_status)
