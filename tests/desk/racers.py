"""What processes do to one store at the same time, and how often they are refused without need."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import leadkit as lk
from leadkit.desk.desk import now
from leadkit.errors import StorageError
from tests.desk.desks import ACTORS, BOSS, SIGNALS, lead, touch

Step = Callable[[lk.Desk, int], Any]


ONE_PER_ACCOUNT = {"name": "ours", "extends": "standard", "opportunities": {"one_per_account": True}}


def race(place: str, step: str, who: int, times: int) -> int:
    """Do one step so many times; give how often it failed for what nobody in this process had asked for."""
    failed = 0
    with lk.Desk(ONE_PER_ACCOUNT, place) as desk:
        for number in range(times):
            try:
                outcomes = STEPS[step](desk, who * times + number)
                failed += sum(isinstance(each, lk.LeadkitError) for each in _each(outcomes))
            except lk.LeadkitError as error:
                failed += not isinstance(error, lk.CommandError) or error.retryable
    return failed


def _each(outcomes: Any) -> Iterable[Any]:
    return outcomes if isinstance(outcomes, list) else (outcomes,)


def _numbers(place: int) -> range:
    return range(place * 20 + 1, place * 20 + 21)


def capture_alone(desk: lk.Desk, place: int) -> Any:
    """A person of their own."""
    return desk.capture(lead(1000 + place), key=f"capture {place}")


def capture_same(desk: lk.Desk, place: int) -> Any:
    """One of ten new persons, again and again, each time under a new id."""
    return desk.capture(_renamed(place % 10 + 101, f"again-{place}"))


def _renamed(number: int, lead_id: str) -> lk.Lead:
    known = lead(number)
    detail = lk.Source(channel="展会", detail=lead_id)
    return known.model_copy(update={"id": lead_id, "source": detail})


def record(desk: lk.Desk, place: int) -> Any:
    """A follow-up of one of twenty leads."""
    return desk.record(_touch(100_000 + place), by=BOSS)


def _touch(place: int) -> lk.Activity:
    return touch(10_000 + place, f"L{place % 20 + 1}", occurred_at=now() - timedelta(minutes=1))


def record_many(desk: lk.Desk, place: int) -> Any:
    """Twenty follow-ups in one transaction."""
    return desk.record_all([_touch(number) for number in _numbers(place)], by=BOSS)


def rescore(desk: lk.Desk, place: int) -> Any:
    return desk.rescore(by=ACTORS["director"])


def tick(desk: lk.Desk, place: int) -> Any:
    return desk.tick()


def assign(desk: lk.Desk, place: int) -> Any:
    """One of twenty leads to whoever has room."""
    return desk.assign(f"L{place % 20 + 1}", by=BOSS)


def convert(desk: lk.Desk, place: int) -> Any:
    """One of twenty leads, which are all of one company then."""
    return desk.opportunities.convert(f"L{place % 20 + 1}", SIGNALS, by=BOSS)


def convert_imported(desk: lk.Desk, place: int) -> Any:
    """One of twenty leads that an import brought, or may have brought."""
    return desk.opportunities.convert(f"I{place % 20 + 1}", SIGNALS, by=BOSS)


def import_deal(desk: lk.Desk, place: int) -> Any:
    """An opportunity of a sheet, of a customer of another name, for one of those leads."""
    named = {"lead_ids": [f"I{place % 20 + 1}"], "name": f"deal {place}", "account": f"另一家{place}有限公司"}
    return desk.opportunities.import_opportunity(f"D{place}", **named, by=BOSS)


def undo(desk: lk.Desk, place: int) -> Any:
    """The import that brought them; it may be undone any number of times."""
    (run,) = desk.imports()
    return desk.undo(run.id, by=ACTORS["director"])


def pause(desk: lk.Desk, place: int) -> Any:
    """Wait for the customer, or end that."""
    lead_id = f"L{place % 20 + 1}"
    try:
        return desk.pause(lead_id, by=BOSS)
    except lk.ConflictError as error:
        if error.retryable:
            raise
        return desk.resume(lead_id, by=BOSS)


def merge(desk: lk.Desk, place: int) -> Any:
    return desk.merge(f"L{place % 10 + 1}", f"L{place % 10 + 11}", by=BOSS)


def erase(desk: lk.Desk, place: int) -> Any:
    """It is erased, though files that others read can't be swept."""
    try:
        return desk.erase(f"L{place % 10 + 11}", by=ACTORS["director"])
    except StorageError as error:
        if "the log could not be emptied" not in str(error):
            raise
        return None


STEPS: dict[str, Step] = {
    step.__name__: step
    for step in (
        capture_alone, capture_same, record, record_many, rescore, tick, assign, convert, pause, merge, erase,
        convert_imported, import_deal, undo,
    )
}  # fmt: skip
