"""Sheets that come into a store: every row once, however often the import is run and wherever it was cut off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import define, evolve, setters

from leadkit.adapters.spreadsheets.read import read_activities, read_leads
from leadkit.adapters.spreadsheets.read_sheet import Place, ReadSheet, Row
from leadkit.adapters.spreadsheets.table import Table
from leadkit.desk.desk import Desk
from leadkit.desk.execute import batches
from leadkit.desk.follow_ups import keep
from leadkit.desk.keys import key_id
from leadkit.desk.results import Receipt
from leadkit.desk.sheets import Outcome, Shown, allowed, read_still, usable, with_members, with_refusals
from leadkit.errors import ConflictError
from leadkit.policy.sheets import MapFile
from leadkit.records import Activity, Lead
from leadkit.records.people import Actor
from leadkit.store.protocol import Unit, by_id
from leadkit.store.tables import KEYS, LEADS, MEMBERS
from leadkit.texts import Language, texts


@define(on_setattr=setters.frozen)
class JoinedRow:
    """A row that was joined: where it stands, the id of the lead, and the fields of which it says something else."""

    place: Place
    lead_id: str
    differences: tuple[str, ...]


@define(on_setattr=setters.frozen, kw_only=True)
class Imported:
    """What became of every row of a lead sheet, a follow-up sheet or both.

    Leads were `captured`, `joined` to one that was there, or `repeated`: seen before as they are. Follow-ups were
    `recorded` or `recorded_before`. All other rows stand in `leads` and `activities`, None for a sheet that was not
    given, as set aside, with the reason.
    """

    file: str
    captured: int = 0
    joined: int = 0
    repeated: int = 0
    recorded: int = 0
    recorded_before: int = 0
    leads: ReadSheet[Lead] | None = None
    activities: ReadSheet[Activity] | None = None
    joins: tuple[JoinedRow, ...] = ()

    @property
    def leads_set_aside(self) -> int:
        """How many rows of the lead sheet were not taken in."""
        return len(self.leads.set_aside) if self.leads else 0

    @property
    def activities_set_aside(self) -> int:
        """How many rows of the follow-up sheet were not taken in."""
        return len(self.activities.set_aside) if self.activities else 0

    def tables(self) -> list[Table]:
        """The rows set aside and those to look at, in the sheets' own columns with the reasons behind, and the joins.

        Mend what was set aside and import it.
        """
        tables = []
        for name, sheet in (("leads", self.leads), ("activities", self.activities)):
            if sheet is None:
                continue
            titles = texts("sheets", sheet.language)["titles"]
            tables.append(sheet.set_aside_table(titles[f"{name}_aside"], sheet.language))
            if sheet.flagged:
                tables.append(sheet.flagged_table(titles[f"{name}_flagged"], sheet.language))
        if self.joins and self.leads:
            tables.append(self._joins_table(self.leads.language))
        return tables

    def _joins_table(self, language: Language) -> Table:
        words = texts("sheets", language)
        heads = tuple(words["heads"][code] for code in ("row", "joined_to", "field"))
        rows = [(join.place[1], join.lead_id, ", ".join(join.differences) or None) for join in self.joins]
        return Table(words["titles"]["joins"], heads, rows)


def import_leads(
    desk: Desk,
    file: Path,
    *,
    activities: Path | None = None,
    heads: MapFile | None = None,
    sheet: str | None = None,
    by: Actor | None = None,
    shown: Shown = iter,
) -> Imported:
    """Take in the leads of a sheet and, where given, the follow-ups that speak of their numbers.

    `heads` and `sheet` say how the file is read, as in `read_leads`.

    A lead's id is its number, or where another lead has that, the number with the first digits of the file's hash. A
    row is done once: what an earlier run took in is not touched, even if that run was killed. A lead that is in the
    store already, from whichever sheet, is completed and not doubled.

    Raises:
        SheetError: a file can't be read or is not such a sheet; nothing was taken in.
        NotAllowedError: the actor's role may not do this.
        StorageError: the store failed on the way; run it again.
    """
    now = desk.executor.clock()
    source, plan = read_still(
        file, lambda: read_leads(file, desk.policy, heads=heads, sheet=sheet, as_of=now, raw=True)
    )
    follow_ups = _follow_ups(desk, activities, {lead.id for lead in plan.records}) if activities else None
    plan = with_members(plan, _members(desk, plan))
    outcomes: dict[Place, Outcome] = {}
    repeated: set[Place] = set()
    for batch in batches(shown(usable(plan))):
        repeated |= _capture(desk, _Keys(source, plan.sheet), batch, by, outcomes)
    counts = Counter(_done(outcomes, repeated))
    imported = Imported(
        file=file.name,
        captured=counts["captured"],
        joined=counts["joined"],
        repeated=len(repeated) + counts["repeated"],
        leads=with_refusals(plan, outcomes, "number"),
        joins=tuple(_joins(plan, outcomes)),
    )
    if follow_ups is None:
        return imported
    return _record(desk, imported, follow_ups, _homes(plan, outcomes), by, shown)


def import_activities(desk: Desk, file: Path, *, by: Actor | None = None, shown: Shown = iter) -> Imported:
    """Take in a follow-up sheet by itself, which speaks of leads by their ids in the store.

    Its rows are known by what they say, so that a row which stands in two sheets counts once; of equal rows in one
    sheet each counts.

    Raises:
        SheetError: the file can't be read or is no follow-up sheet; nothing was taken in.
        NotAllowedError: the actor's role may not do this.
        StorageError: the store failed on the way; run it again.
    """
    plan = _follow_ups(desk, file, None)
    homes = {touch.lead_id: touch.lead_id for touch in plan.records}
    return _record(desk, Imported(file=file.name), plan, homes, by, shown)


def _follow_ups(desk: Desk, file: Path, leads: Collection[str] | None) -> ReadSheet[Activity]:
    return read_still(file, lambda: read_activities(file, desk.policy, leads, raw=True))[1]


def _record(
    desk: Desk,
    imported: Imported,
    plan: ReadSheet[Activity],
    homes: Mapping[str, str | None],
    by: Actor | None,
    shown: Shown,
) -> Imported:
    touches = ((row.place, row.record) for row in shown(usable(plan)))
    outcomes = dict(keep(desk, touches, homes, by))
    counts = Counter(_done(outcomes))
    return evolve(
        imported,
        recorded=counts["recorded"],
        recorded_before=counts["repeated"],
        activities=with_refusals(plan, outcomes, "lead_id"),
    )


def _members(desk: Desk, plan: ReadSheet[Lead]) -> Collection[str]:
    """Those of the owners in a sheet who are members of the team."""
    owners = {lead.owner for lead in plan.records if lead.owner is not None}
    with desk.storage.transaction(read_only=True) as unit:
        return set(by_id(unit, MEMBERS, owners))


def _done(outcomes: Mapping[Place, Outcome], repeated: Collection[Place] = ()) -> Iterator[str]:
    return (
        outcome.outcome for row, outcome in outcomes.items() if isinstance(outcome, Receipt) and row not in repeated
    )


def _joins(plan: ReadSheet[Lead], outcomes: Mapping[Place, Outcome]) -> Iterator[JoinedRow]:
    """The rows that were joined, in this run or in an earlier one."""
    for row in usable(plan):
        receipt = outcomes.get(row.place)
        if isinstance(receipt, Receipt) and receipt.outcome == "joined":
            yield JoinedRow(row.place, str(receipt.lead_id), receipt.differences)


def _homes(plan: ReadSheet[Lead], outcomes: Mapping[Place, Outcome]) -> dict[str, str | None]:
    """The ids in the store by the numbers of the sheet, of the leads that were taken in."""
    taken = ((row.record, outcomes[row.place]) for row in usable(plan))
    return {lead.id: receipt.lead_id for lead, receipt in taken if lead and isinstance(receipt, Receipt)}


@define(on_setattr=setters.frozen)
class _Keys:
    """The idempotency keys of the rows of a file, by its hash; those of its first sheet are known by number alone."""

    source: str
    first_sheet: str

    def of(self, place: Place) -> str:
        sheet, number = place
        return f"import:{self.source}:{number if sheet == self.first_sheet else f'{sheet}:{number}'}"


def _capture(
    desk: Desk,
    keys: _Keys,
    rows: Sequence[Row[Lead]],
    by: Actor | None,
    outcomes: dict[Place, Outcome],
    *,
    again: bool = True,
) -> set[Place]:
    """Put into `outcomes` what became of each row; give the places of those that an earlier run had done.

    Rows that somebody else was faster with, by the number or by this very file, are looked at once more.
    """
    with desk.storage.transaction(read_only=True) as unit:
        before = dict(_receipts(unit, {row.place: keys.of(row.place) for row in rows}))
        taken = by_id(unit, LEADS, (row.record.id for row in rows if row.record))
    new = [row for row in rows if row.place not in before]
    leads = [(_named(row.record, taken, keys.source), keys.of(row.place)) for row in new if row.record]
    captured = allowed(desk.capture_all(leads, by=by))
    outcomes.update(before)
    outcomes.update(zip([row.place for row in new], captured, strict=True))
    beaten = [row for row in new if isinstance(outcomes[row.place], ConflictError)]
    later = _capture(desk, keys, beaten, by, outcomes, again=False) if beaten and again else set()
    return set(before) | later


def _receipts(unit: Unit, keys: Mapping[Place, str]) -> Iterator[tuple[Place, Receipt]]:
    """The receipts of the rows that were done, by their places."""
    ids = {key_id(key): place for place, key in keys.items()}
    for key, used in by_id(unit, KEYS, ids).items():
        yield ids[key], Receipt(**used.receipt)


def _named(lead: Lead, taken: Collection[str], source: str) -> Lead:
    return lead.model_copy(update={"id": f"{lead.id[:193]}-{source[:6]}"}) if lead.id in taken else lead
