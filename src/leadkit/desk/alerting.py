"""The time that passes: alerts for what has become due since it was last looked at, each once; leads that return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import define, setters

from leadkit.desk.duties import alerted
from leadkit.desk.entering import who_entered
from leadkit.desk.notices import Rows, outbox_rows
from leadkit.desk.owed import level_of
from leadkit.desk.proposing import open_too_long, propose_invalid
from leadkit.desk.returning import ended, return_leads
from leadkit.policy import Policy
from leadkit.process.duties import BY_KIND
from leadkit.process.service_levels import Step
from leadkit.rules.moments import seconds
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.process_rows import DutyRow, NoticeRow
from leadkit.store.protocol import Query, Storage, Unit, by_id, columns_of, in_parts, replace_changed
from leadkit.store.tables import DUTIES, LEADS, OPPORTUNITIES, OUTBOX
from leadkit.store.values import digest

if TYPE_CHECKING:
    from leadkit.desk.execute import Executor

BATCH = 500
"""How many duties one transaction alerts of at most."""

LEAD_COLUMNS = tuple(
    name for name in LEADS.columns if name == "id" or any(name in (duty.by, *duty.details) for duty in BY_KIND.values())
)
"""What an alert reads of a lead."""


def anything_due(storage: Storage, now: datetime, stale: datetime) -> bool:
    """Whether a tick at `now` has anything to do: an alert, or a score as old as `stale`.

    Raises:
        FactError: `now` has no time zone.
    """
    seconds(now, "now")
    old = Query(LEADS, {"in_queue": True}, until=("scored_at", stale), order=("scored_at",), limit=1)
    with storage.transaction(read_only=True) as unit:
        return bool(unit.find(_due(now, 1)) or unit.find(old))


@define(on_setattr=setters.frozen)
class Passed:
    """What came with the time: the notices by kind, and how many leads returned to the pool."""

    notices: Counter[str]
    returned: int


def alert_duties(executor: Executor, now: datetime) -> Passed:
    """Put a notice into the outbox for every alert that has come by `now`, and return leads, batch by batch."""
    counts: Counter[str] = Counter()
    returned, tried, proposed = 0, set[str](), set[str]()
    while duties := _first(executor.storage, now):
        too_long = [lead_id for lead_id in open_too_long(duties, now) if lead_id not in proposed]
        if too_long:
            proposed |= set(too_long)
            propose_invalid(executor, too_long, now)
        silent = ended(duties, now) if executor.policy.document.pool is not None else []
        lead_ids = [lead_id for lead_id in silent if lead_id not in tried]
        if lead_ids:
            tried |= set(lead_ids)
            done = return_leads(executor, lead_ids, now)
            counts.update(done.notices)
            returned += done.leads
        else:
            counts.update(executor.transaction(partial(_alert_some, policy=executor.policy, now=now, duties=duties)))
    return Passed(counts, returned)


def _first(storage: Storage, now: datetime) -> list[DutyRow]:
    with storage.transaction(read_only=True) as unit:
        return unit.find(_due(now, BATCH))


def _due(now: datetime, limit: int) -> Query[DutyRow]:
    return Query(DUTIES, {"state": "open"}, until=("next_at", now), order=("next_at", "id"), limit=limit)


@define(on_setattr=setters.frozen)
class _Subjects:
    """What the duties of one batch belong to, by id."""

    leads: Mapping[str, Any]
    """Those columns of them that alerts depend on."""
    opportunities: Mapping[str, OpportunityRow]

    def of(self, duty: DutyRow) -> Any:
        """The opportunity that a duty is about, else the lead."""
        rows: Mapping[str, Any] = self.opportunities if duty.opportunity_id else self.leads
        return rows.get(duty.opportunity_id or duty.lead_id or "")


def _alert_some(unit: Unit, policy: Policy, now: datetime, duties: list[DutyRow]) -> Counter[str]:
    unit.lock("tick")
    duties = _held(unit, duties)
    subjects = _Subjects(
        _columns(unit, (duty.lead_id for duty in duties)),
        by_id(unit, OPPORTUNITIES, (duty.opportunity_id for duty in duties)),
    )
    notices: list[NoticeRow] = []
    after = []
    for duty in duties:
        level = level_of(policy, BY_KIND[duty.kind], subjects.of(duty))
        passed = alerted(duty, level, now)
        after.append(passed.row)
        for step in passed.steps:
            notices += [row for _, row in _notice(unit, policy, duty, subjects, step, now)]
    known = by_id(unit, OUTBOX, (row.id for row in notices))
    notices = [row for row in notices if row.id not in known]
    replace_changed(unit, DUTIES, list(zip(duties, after, strict=True)))
    unit.add(OUTBOX, notices)
    return Counter(row.kind for row in notices)


def _columns(unit: Unit, lead_ids: Iterable[str | None]) -> dict[str, Any]:
    asked = (Query(LEADS, {"id": part}) for part in in_parts(lead_ids))
    return {lead.id: lead for query in asked for lead in columns_of(unit, query, LEAD_COLUMNS)}


def _held(unit: Unit, duties: list[DutyRow]) -> list[DutyRow]:
    """Duties as they are once nobody else is at work on what they belong to; those that are still open."""
    leads = dict.fromkeys(f"lead:{duty.lead_id}" for duty in duties if duty.lead_id is not None)
    deals = dict.fromkeys(f"opportunity:{duty.opportunity_id}" for duty in duties if duty.opportunity_id is not None)
    unit.lock(*leads, *deals)
    now = by_id(unit, DUTIES, (duty.id for duty in duties))
    return [row for duty in duties if (row := now.get(duty.id)) is not None and row.next_at == duty.next_at]


def _notice(unit: Unit, policy: Policy, duty: DutyRow, subjects: _Subjects, step: Step, now: datetime) -> Rows:
    """One notice; its id comes from the duty, its end and the step, so that a second tick adds nothing."""
    opportunity = subjects.opportunities.get(duty.opportunity_id or "")
    due_at = duty.due_at.isoformat()
    details: dict[str, Any] = {"due_at": due_at, "provisional": duty.provisional or None}
    for name in BY_KIND[duty.kind].details:
        details[name] = duty.id.partition(":")[2] if name == duty.kind else getattr(subjects.of(duty), name, None)
    return outbox_rows(
        policy,
        f"{duty.kind}_{step.alert}",
        digest(duty.id, due_at, step.code)[:32],
        now,
        lead_id=duty.lead_id,
        opportunity_id=duty.opportunity_id,
        owner=duty.owner,
        grade=opportunity.grade if opportunity else None,
        to=step.to,
        entered=partial(who_entered, unit),
        details=details,
    )
