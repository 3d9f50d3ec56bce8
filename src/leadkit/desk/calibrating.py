"""What the opportunities that have ended say about a policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from leadkit.desk.execute import Executor
from leadkit.desk.verdict import facts_of
from leadkit.desk.work_set import WorkSet
from leadkit.reviewing.calibration import Calibration, Outcome, calibrate
from leadkit.store.mapping import activity_of
from leadkit.store.protocol import pages
from leadkit.store.rows import OpportunityRow
from leadkit.store.tables import OPPORTUNITIES


def calibration(executor: Executor, as_of: datetime) -> Calibration:
    """Every opportunity that was won or lost by `as_of`, its lead scored as of the day on which it was opened."""
    with executor.storage.transaction(read_only=True) as unit:
        work, outcomes = executor.work_set(unit), list[Outcome]()
        for rows in pages(unit, OPPORTUNITIES):
            outcomes += _outcomes(work, [row for row in rows if row.closed_at is not None and row.closed_at <= as_of])
    return calibrate(executor.policy, outcomes, as_of=as_of)


def _outcomes(work: WorkSet, closed: list[OpportunityRow]) -> Iterator[Outcome]:
    """The cases of closed opportunities; that of an erased lead is none, since nobody knows any more what it said."""
    work.look_up(str(row.lead_id) for row in closed)
    kept = [row for row in closed if row.lead_id in work.leads and work.leads[row.lead_id].erased_at is None]
    homes = {row.id: work.row(str(row.lead_id)) for row in kept}
    touches = work.activities(lead.id for lead in homes.values())
    for row in kept:
        lead = homes[row.id]
        opened = row.opened_at or lead.captured_at
        yield Outcome(
            lead=facts_of(work.policy, work.lead(lead.id), lead.verified, opened),
            activities=[activity_of(touch, None) for touch in touches.get(lead.id, ())],
            won=row.status == "won",
            grade=row.grade,
            at=opened,
        )
