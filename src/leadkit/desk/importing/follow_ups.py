"""The rows of a follow-up sheet in a store: known by what they say, so that a corrected sheet doubles none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC

from attrs import evolve

from leadkit.adapters.spreadsheets.read_sheet import Place, Row
from leadkit.desk.commands.record import Record, record_all
from leadkit.desk.execute import Executor, batches
from leadkit.desk.importing.sheets import Outcome, allowed
from leadkit.desk.numbers import Home
from leadkit.desk.planned import UNPLANNED, NotAsPlannedError, Planned
from leadkit.desk.results import Receipt
from leadkit.desk.touches import IMPORTED, touch_id
from leadkit.errors import CommandError, NotFoundError, Problem
from leadkit.records import Activity
from leadkit.records.people import Actor
from leadkit.store.protocol import Query, Unit, by_id
from leadkit.store.rows import ActivityRow
from leadkit.store.tables import ACTIVITIES, LEADS, TOUCHES
from leadkit.store.values import digest

Families = Mapping[str, Sequence[str]]


def keep(
    executor: Executor,
    touches: Iterable[tuple[Place, Activity]],
    homes: Mapping[str, Home],
    by: Actor | None,
    planned: Mapping[Place, Planned] | None = None,
) -> Iterator[tuple[Place, Outcome]]:
    """What became of each of the (place, follow-up); `homes` are the ids in the store, or refusals, by the sheet's own.

    Of equal rows in one sheet each counts; one that is in the store already, from whichever sheet, is `repeated`. What
    is `planned` holds: one that would come to something else is refused.
    """
    times: Counter[str] = Counter()
    for batch in batches(touches):
        moved = {}
        for place, touch in batch:
            home = homes.get(touch.lead_id)
            if isinstance(home, CommandError):
                yield place, home
            elif home is None:
                yield place, NotFoundError(Problem("its lead was not taken in", place=touch.lead_id))
            else:
                moved[place] = touch.model_copy(update={"lead_id": home})
        yield from _keep(executor, moved, times, by, planned).items()


def lead_by_lead(rows: Iterable[Row[Activity]], homes: Mapping[str, Home]) -> list[Row[Activity]]:
    """The follow-ups of each lead together, in their order: so each lead is read, scored and written once."""
    return sorted(rows, key=lambda row: str(homes.get(row.record.lead_id)) if row.record else "")


def _keep(
    executor: Executor,
    touches: Mapping[Place, Activity],
    times: Counter[str],
    by: Actor | None,
    planned: Mapping[Place, Planned] | None,
) -> dict[Place, Outcome]:
    with executor.storage.transaction(read_only=True) as unit:
        families = _families(unit, {touch.lead_id for touch in touches.values()})
        names = {place: _names(touch, families[touch.lead_id], times) for place, touch in touches.items()}
        known = by_id(unit, ACTIVITIES, (key for keys in names.values() for key in keys))
        homes = {place: families[touch.lead_id][0] for place, touch in touches.items()}
        repeated = {place: seen for place, keys in names.items() if (seen := [key for key in keys if key in known])}
        done = _of_this_run(unit, executor.import_id, known) if planned is not None and known else frozenset()
    outcomes: dict[Place, Outcome] = {}
    for place, keys in repeated.items():
        plan = None if planned is None else planned.get(place, UNPLANNED)
        outcomes[place] = _repeated(homes[place], plan, done=done.issuperset(keys))
    new = {
        place: touch.model_copy(update={"id": names[place][0], "lead_id": homes[place]})
        for place, touch in touches.items()
        if place not in repeated
    }
    if planned is not None:
        by_name = {touch.id: planned.get(place, UNPLANNED) for place, touch in new.items()}
        executor = evolve(executor, planned=by_name)
    commands = (Record(activity, by=by) for activity in new.values())
    return outcomes | dict(zip(new, allowed(list(record_all(executor, commands))), strict=True))


def _repeated(home: str, planned: Planned | None, *, done: bool) -> Outcome:
    """A follow-up that is in the store; where it was planned as a new one, this very import has brought it."""
    receipt = Receipt(command="record", outcome="repeated", lead_id=home)
    if planned is None or (done and planned == Planned("recorded", home)):
        return receipt
    try:
        planned.check(Planned("repeated", home))
    except NotAsPlannedError as error:
        return error
    return receipt


def _of_this_run(unit: Unit, import_id: str | None, known: Mapping[str, ActivityRow]) -> frozenset[str]:
    """Those of the follow-ups that came since an import first touched their lead."""
    touched = by_id(unit, TOUCHES, {touch_id(str(import_id), row.lead_id) for row in known.values()})
    before = {touch.lead_id: set(touch.before.get(ACTIVITIES.name, ())) for touch in touched.values()}
    return frozenset(key for key, row in known.items() if row.lead_id in before and key not in before[row.lead_id])


def _families(unit: Unit, ids: Iterable[str]) -> Families:
    """For each id those of the lead that it stands for now: the living one first, then those merged into it."""
    living = {lead_id: lead_id for lead_id in ids}
    rows = by_id(unit, LEADS, living)
    living |= {lead_id: row.merged_into for lead_id, row in rows.items() if row.merged_into is not None}
    families = {lead_id: [lead_id] for lead_id in living.values()}
    for row in unit.find(Query(LEADS, {"merged_into": tuple(families)})):
        families[str(row.merged_into)].append(row.id)
    return {lead_id: families[first] for lead_id, first in living.items()}


def _names(touch: Activity, family: Sequence[str], times: Counter[str]) -> list[str]:
    """The id of a follow-up, and those that it would have, had it come before leads were merged.

    `times` counts the equal ones further up in the sheet.
    """
    at = touch.occurred_at.astimezone(UTC).isoformat()
    words = [at, *(word or "" for word in (touch.means, touch.content, touch.feedback, touch.next_step, touch.by))]
    # What sheets of before had no columns for stands here only where it is given, so that their ids stay.
    words += [] if touch.subject is None and touch.amount is None else [f"{touch.subject or ''}|{touch.amount}"]
    same = digest(family[0], *words)
    time = str(times[same])
    times[same] += 1
    return [f"{IMPORTED}{digest(lead_id, *words, time)[:32]}" for lead_id in family]
