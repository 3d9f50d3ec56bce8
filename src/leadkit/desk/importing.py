"""Sheets that come into a store: every row once, however often the import is run and wherever it was cut off."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any, TypeVar

from attrs import define, evolve, setters

from leadkit.adapters.spreadsheets.plan import Fault, Plan, Row
from leadkit.adapters.spreadsheets.read import read_activities, read_leads
from leadkit.adapters.spreadsheets.scored import HEADS
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.storage.protocol import Query, Unit
from leadkit.adapters.storage.tables import ACTIVITIES, KEYS, LEADS
from leadkit.desk.book import Book
from leadkit.desk.carry_out import batches, key_id
from leadkit.desk.changes import digest
from leadkit.desk.desk import Desk
from leadkit.desk.results import Receipt
from leadkit.errors import CommandError, ConflictError, NotAllowedError, NotFoundError, Problem, SheetError
from leadkit.records import Activity, Lead
from leadkit.records.people import Actor

Record = TypeVar("Record", Lead, Activity)
Outcome = Receipt | CommandError
Shown = Callable[[Sequence[Any]], Iterable[Any]]
"""Passes rows on, such as one that draws a progress bar meanwhile."""

REPEATED = Receipt(command="record", outcome="repeated")


@define(on_setattr=setters.frozen, kw_only=True)
class Imported:
    """What became of every row of a lead sheet, a follow-up sheet or both.

    Leads were `captured`, `joined` to one that was there, or `repeated`: taken in by an earlier run. Follow-ups were
    `recorded` or `recorded_before`. All other rows stand in `leads` and `activities`, None for a sheet that was not
    given, as set aside, with the reason.
    """

    file: str
    captured: int = 0
    joined: int = 0
    repeated: int = 0
    recorded: int = 0
    recorded_before: int = 0
    leads: Plan[Lead] | None = None
    activities: Plan[Activity] | None = None

    @property
    def leads_set_aside(self) -> int:
        """How many rows of the lead sheet were not taken in."""
        return len(self.leads.set_aside) if self.leads else 0

    @property
    def activities_set_aside(self) -> int:
        """How many rows of the follow-up sheet were not taken in."""
        return len(self.activities.set_aside) if self.activities else 0

    def tables(self) -> list[Table]:
        """The rows set aside, in the sheets' own columns with the reasons behind: mend them and import them."""
        plans = (("leads_aside", self.leads), ("activities_aside", self.activities))
        return [plan.set_aside_table(HEADS[plan.language][title], plan.language) for title, plan in plans if plan]


def import_leads(
    desk: Desk, file: Path, *, activities: Path | None = None, by: Actor | None = None, shown: Shown = iter
) -> Imported:
    """Take in the leads of a sheet and, where given, the follow-ups that speak of their numbers.

    A lead's id is its number, or where another lead has that, the number with the first digits of the file's hash. A
    row is done once: what an earlier run took in is not touched, even if that run was killed. A lead that is in the
    store already, from whichever sheet, is completed and not doubled.

    Raises:
        SheetError: a file can't be read or is not such a sheet; nothing was taken in.
        NotAllowedError: the actor's role may not do this.
        StorageError: the store failed on the way; run it again.
    """
    source, plan = _read(file, lambda: read_leads(file, desk.policy))
    follow_ups = activities and _follow_ups(desk, activities, {lead.id for lead in plan.records})
    done: dict[int, Outcome] = {}
    repeated: set[int] = set()
    for batch in batches(shown(_good(plan))):
        outcomes, before = _capture(desk, source, batch, by)
        done |= outcomes
        repeated |= before
    counts = Counter(one.outcome for row, one in done.items() if isinstance(one, Receipt) and row not in repeated)
    imported = Imported(
        file=file.name,
        captured=counts["captured"],
        joined=counts["joined"],
        repeated=len(repeated),
        leads=_with_refusals(plan, done, "number"),
    )
    homes = {row.record.id: one.lead_id for row in _good(plan) if isinstance(one := done[row.number], Receipt)}
    return _record(desk, imported, follow_ups, homes, by, shown) if follow_ups else imported


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
    ids = {touch.lead_id: touch.lead_id for touch in plan.records}
    return _record(desk, Imported(file=file.name), plan, ids, by, shown)


def _capture(
    desk: Desk, source: str, rows: Sequence[Row[Lead]], by: Actor | None, *, again: bool = True
) -> tuple[dict[int, Outcome], set[int]]:
    """What became of each row, by its number, and the numbers of those that an earlier run had done."""
    keys = {row.number: f"import:{source}:{row.number}" for row in rows}
    with desk.storage.transaction(read_only=True) as unit:
        done: dict[int, Outcome] = dict(_receipts(unit, keys))
        names = tuple(row.record.id for row in rows if row.record)
        taken = {row.id for row in unit.find(Query(LEADS, {"id": names}))}
    new = [row for row in rows if row.number not in done]
    leads = [(_named(row.record, taken, source), keys[row.number]) for row in new if row.record]
    outcomes = dict(zip([row.number for row in new], _allowed(desk.capture_all(leads, by=by)), strict=True))
    beaten = [row for row in new if isinstance(outcomes[row.number], ConflictError)]
    repeated = set(done)
    if beaten and again:
        once_more, before = _capture(desk, source, beaten, by, again=False)
        outcomes |= once_more
        repeated |= before
    return done | outcomes, repeated


def _receipts(unit: Unit, keys: Mapping[int, str]) -> Iterator[tuple[int, Receipt]]:
    """The receipts of the rows that were done, by their numbers."""
    used = {row.id: row for row in unit.find(Query(KEYS, {"id": tuple(map(key_id, keys.values()))}))}
    for number, key in keys.items():
        if key_id(key) in used:
            yield number, Receipt(**used[key_id(key)].receipt)


def _named(lead: Lead, taken: set[str], source: str) -> Lead:
    return lead.model_copy(update={"id": f"{lead.id[:193]}-{source[:6]}"}) if lead.id in taken else lead


def _follow_ups(desk: Desk, file: Path, leads: Collection[str] | None) -> Plan[Activity]:
    return _read(file, lambda: read_activities(file, desk.policy, leads))[1]


def _record(
    desk: Desk,
    imported: Imported,
    plan: Plan[Activity],
    homes: Mapping[str, str | None],
    by: Actor | None,
    shown: Shown,
) -> Imported:
    """`imported`, completed by a follow-up sheet; `homes` are the ids in the store by the sheet's own."""
    done: dict[int, Outcome] = {}
    times: Counter[str] = Counter()
    for batch in batches(shown(_good(plan))):
        told = {row.number: row.record for row in batch if row.record}
        done |= {number: _homeless(touch) for number, touch in told.items() if touch.lead_id not in homes}
        known = {number: touch for number, touch in told.items() if number not in done}
        done |= _keep(desk, {number: _moved(touch, homes) for number, touch in known.items()}, times, by)
    counts = Counter(one.outcome for one in done.values() if isinstance(one, Receipt))
    return evolve(
        imported,
        recorded=counts["recorded"],
        recorded_before=counts["repeated"],
        activities=_with_refusals(plan, done, "lead_id"),
    )


def _homeless(touch: Activity) -> CommandError:
    return NotFoundError(Problem(touch.lead_id, "its lead was set aside"))


def _moved(touch: Activity, homes: Mapping[str, str | None]) -> Activity:
    return touch.model_copy(update={"lead_id": homes[touch.lead_id]})


def _keep(desk: Desk, touches: Mapping[int, Activity], times: Counter[str], by: Actor | None) -> dict[int, Outcome]:
    """What became of each follow-up, by the number of its row; `times` counts equal ones from the top of the sheet."""
    with desk.storage.transaction(read_only=True) as unit:
        families = _families(Book(unit, desk.policy), {touch.lead_id for touch in touches.values()})
        names = {number: _names(touch, families[touch.lead_id], times) for number, touch in touches.items()}
        every = tuple(name for own in names.values() for name in own)
        known = {row.id for row in unit.find(Query(ACTIVITIES, {"id": every}))}
    told: dict[int, Outcome] = {number: REPEATED for number, own in names.items() if known.intersection(own)}
    new = {
        number: touch.model_copy(update={"id": names[number][0], "lead_id": families[touch.lead_id][0]})
        for number, touch in touches.items()
        if number not in told
    }
    return told | dict(zip(new, _allowed(desk.record_all(new.values(), by=by)), strict=True))


def _families(book: Book, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For each id those of the lead that it stands for now: the living one first, then those merged into it."""
    book.look_up(ids)
    living = {one: _living(book, one) for one in ids}
    merged: dict[str, list[str]] = {}
    for row in book.unit.find(Query(LEADS, {"merged_into": tuple(set(living.values()))})):
        merged.setdefault(str(row.merged_into), []).append(row.id)
    return {one: (first, *merged.get(first, ())) for one, first in living.items()}


def _living(book: Book, lead_id: str) -> str:
    try:
        return book.row(lead_id).id
    except NotFoundError:
        return lead_id


def _names(touch: Activity, family: Sequence[str], times: Counter[str]) -> list[str]:
    """The ids that a follow-up has or would have, had it come before leads were merged; its own first."""
    at = touch.occurred_at.astimezone(UTC).isoformat()
    said = [at, *(word or "" for word in (touch.means, touch.content, touch.feedback, touch.next_step, touch.by))]
    time = times[digest(family[0], *said)]
    times[digest(family[0], *said)] += 1
    return [f"import-{digest(lead_id, *said, str(time))[:32]}" for lead_id in family]


def _allowed(outcomes: list[Outcome]) -> list[Outcome]:
    """The outcomes, unless the actor may do none of it."""
    if outcomes and all(isinstance(one, NotAllowedError) for one in outcomes):
        raise outcomes[0]  # type: ignore[misc]
    return outcomes


def _good(plan: Plan[Record]) -> list[Row[Record]]:
    return [row for row in plan.rows if row.record is not None]


def _with_refusals(plan: Plan[Record], done: Mapping[int, Outcome], column: str) -> Plan[Record]:
    """The plan, with the rows that the desk refused set aside too."""
    faults = {number: _fault(one, column) for number, one in done.items() if isinstance(one, CommandError)}
    rows = [
        evolve(row, record=None, faults=(faults[row.number],)) if row.number in faults else row for row in plan.rows
    ]
    return evolve(plan, rows=tuple(rows))


def _fault(error: CommandError, column: str) -> Fault:
    if isinstance(error, ConflictError) and column == "number":
        return Fault("conflict", column)
    if isinstance(error, NotFoundError):
        return Fault("unknown_lead", column)
    said = "; ".join(" ".join(filter(None, (one.path, one.message))) for one in error.problems)
    return Fault("refused", column, said)


def _read(file: Path, read: Callable[[], Plan[Record]]) -> tuple[str, Plan[Record]]:
    """The SHA-256 of a file, and what was read from it.

    Raises:
        SheetError: it can't be read, or was written to meanwhile.
    """
    source = _hash(file)
    plan = read()
    if _hash(file) != source:
        raise SheetError(Problem(file.name, "was changed while it was read", "import it again"))
    return source, plan


def _hash(file: Path) -> str:
    """The SHA-256 of a file; empty where it can't be read, as reading it will say."""
    try:
        return _digest(file) if file.is_file() else ""
    except OSError:
        return ""


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
