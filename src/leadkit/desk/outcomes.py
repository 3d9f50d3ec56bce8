"""What a desk keeps as cases that have ended: they calibrate its policy, and points are learned from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

from leadkit.desk.execute import Executor
from leadkit.desk.past_accounts import PastLead, known_then
from leadkit.desk.queries import changes_of, record_at
from leadkit.desk.verdict import SEEN_BEFORE, facts_of
from leadkit.desk.work_set import WorkSet
from leadkit.reviewing.calibration import Calibration, calibrate
from leadkit.reviewing.calibration_cases import Outcome, usual_lag
from leadkit.store.mapping import activity_of
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.protocol import Query, Unit, in_parts, pages
from leadkit.store.rows import LeadRow
from leadkit.store.tables import JOURNAL, LEADS, OPPORTUNITIES

JUDGED: Mapping[str, Callable[[str], Any]] = {
    "urgency": str, "budget": str, "competition": str, "decision_chain": str, "amount": Decimal,
    "expected_close": datetime.fromisoformat,
}  # fmt: skip
"""What an opportunity is judged by, and how the journal's words for it are read."""
CLEARED = "None"


def calibration(executor: Executor, as_of: datetime, unopened_days: int | None = None) -> Calibration:
    """What the cases that have ended by `as_of` say of the policy."""
    return calibrate(executor.policy, ended_cases(executor, as_of, unopened_days), as_of=as_of)


def ended_cases(executor: Executor, as_of: datetime, unopened_days: int | None = None) -> tuple[Outcome, ...]:
    """Every opportunity that was won or lost by `as_of`, its lead scored as of the day on which it was opened.

    With `unopened_days` also every lead that was never found invalid, has no opportunity, and was received so many days
    before: nobody wanted it, so it is lost. It is scored when opportunities are opened as a rule.
    """
    with executor.storage.transaction(read_only=True) as unit:
        work, outcomes = executor.work_set(unit), list[Outcome]()
        for rows in pages(unit, OPPORTUNITIES):
            outcomes += _outcomes(work, [row for row in rows if row.closed_at is not None and row.closed_at <= as_of])
        if unopened_days is not None:
            outcomes += _never_opened(work, as_of - timedelta(days=unopened_days), _lag(unit))
    return tuple(outcomes)


def _lag(unit: Unit) -> timedelta:
    """How long after its receipt a lead is converted as a rule."""
    rows = chain.from_iterable(pages(unit, LEADS))
    return usual_lag(row.converted_at - _received(row) for row in rows if row.converted_at is not None)


def _received(row: LeadRow) -> datetime:
    return row.received_at or row.captured_at


def _never_opened(work: WorkSet, before: datetime, lag: timedelta) -> Iterator[Outcome]:
    for rows in pages(work.unit, LEADS):
        kept = [row for row in rows if _is_eligible(row) and _received(row) <= before]
        work.look_up(row.id for row in kept)
        touches = work.activities(row.id for row in kept)
        changes = changes_of(work, (row.id for row in kept))
        past = []
        for row in kept:
            at = _received(row) + lag
            past.append(PastLead(row, record_at(work, row.id, changes[row.id], at), touches.get(row.id, ()), at))
        for case, known in zip(past, known_then(work, past), strict=True):
            yield Outcome(
                lead=facts_of(work.policy, case.lead, known, case.at),
                activities=[activity_of(touch, None) for touch in case.activities],
                won=False,
                at=case.at,
            )


def _is_eligible(row: LeadRow) -> bool:
    """Whether a lead could have become an opportunity, and did not."""
    gone = row.converted_at is not None or row.merged_into is not None or row.erased_at is not None
    return not gone and row.invalid_at is None and row.status != "invalid" and row.screening != SEEN_BEFORE


def _outcomes(work: WorkSet, closed: list[OpportunityRow]) -> Iterator[Outcome]:
    """The cases of closed opportunities; that of an erased lead is none, since nobody knows any more what it said."""
    first = _opened_for(work.unit, closed)
    work.look_up(first.values())
    kept = [row for row in closed if first[row.id] in work.leads and work.leads[first[row.id]].erased_at is None]
    homes = {row.id: work.row(first[row.id]) for row in kept}
    touches = work.activities(lead.id for lead in homes.values())
    changes = changes_of(work, (first[row.id] for row in kept))
    judged = _first_judged(work.unit, kept)
    past = []
    for row in kept:
        lead, home = work.leads[first[row.id]], homes[row.id]
        opened = row.opened_at or lead.captured_at
        record = record_at(work, lead.id, changes[lead.id], opened)
        past.append(PastLead(lead, record, touches.get(home.id, ()), opened))
    for row, case, known in zip(kept, past, known_then(work, past), strict=True):
        opened = case.at
        yield Outcome(
            lead=facts_of(work.policy, case.lead, known, opened),
            activities=[activity_of(touch, None) for touch in case.activities],
            won=row.status == "won",
            grade=row.grade,
            at=opened,
            ended_at=row.closed_at,
            assessment={name: getattr(row, name) for name in JUDGED} | judged.get(row.id, {}),
        )


def _first_judged(unit: Unit, deals: Iterable[OpportunityRow]) -> dict[str, dict[str, Any]]:
    """What was first said of each opportunity: a later word may have known how it would end."""
    judged: dict[str, dict[str, Any]] = {}
    for part in in_parts([row.id for row in deals]):
        for entry in unit.find(Query(JOURNAL, {"opportunity_id": part, "command": "assess"}, order=("seq",))):
            known = judged.setdefault(str(entry.opportunity_id), {})
            for name in JUDGED:
                value = entry.details.get(name)
                if isinstance(value, str) and value != CLEARED:
                    known.setdefault(name, JUDGED[name](value))
    return judged


def _opened_for(unit: Unit, deals: Iterable[OpportunityRow]) -> dict[str, str]:
    """The lead that each opportunity was opened for, which may have been merged into another since."""
    leads = {row.id: str(row.lead_id) for row in deals}
    first: dict[str, str] = {}
    for part in in_parts(leads):
        for entry in unit.find(Query(JOURNAL, {"opportunity_id": part}, order=("seq",))):
            if entry.lead_id is not None:
                first.setdefault(str(entry.opportunity_id), entry.lead_id)
    return leads | first
