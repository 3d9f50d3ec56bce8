"""Scores brought up to date, many leads in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from attrs import define, evolve, setters

from leadkit.desk.context import CommandContext, Request, write
from leadkit.desk.execute import BATCH, Executor
from leadkit.desk.queries import stale_ids
from leadkit.desk.results import Rescored
from leadkit.desk.scoring_again import score_again
from leadkit.desk.verdict import followed_up
from leadkit.process.command import Command
from leadkit.store.protocol import Unit
from leadkit.store.rows import LeadRow


@define(on_setattr=setters.frozen)
class Scored:
    """The leads that one transaction chose to score again, by id, and what came of it."""

    lead_ids: list[str]
    done: Rescored


def rescore_all(executor: Executor, command: Command, before: datetime | None) -> Rescored:
    """Score every lead in the queue again, those scored up to `before` where that is given, batch by batch."""
    total, above, more = Rescored(leads=0, changed=0, crossed=0), "", True
    while more:
        choose = partial(stale_ids, before=before, above=above, limit=BATCH)
        batch = rescored(executor, executor.request(command), choose, still=_in_queue)
        total = Rescored(
            leads=total.leads + batch.done.leads,
            changed=total.changed + batch.done.changed,
            crossed=total.crossed + batch.done.crossed,
        )
        more = len(batch.lead_ids) == BATCH
        above = batch.lead_ids[-1] if batch.lead_ids else above
    return total


def _in_queue(row: LeadRow) -> bool:
    return row.in_queue


def _not_erased(row: LeadRow) -> bool:
    return row.erased_at is None


def rescored(
    executor: Executor,
    request: Request,
    choose: Callable[[Unit], list[str]],
    *,
    settles: bool = False,
    still: Callable[[LeadRow], bool] = _not_erased,
) -> Scored:
    """Score the leads that are chosen in one transaction, once nobody else is at work on them.

    Left out are those that are gone by then, or are not `still` what they were chosen for.

    Where it `settles`, their duties are looked at anew, and scored are only those in the queue that another policy
    scored last.
    """

    def work(unit: Unit) -> Scored:
        rows = executor.work_set(unit)
        rows.only_scores = True
        chosen = choose(unit)
        unit.lock(*(f"lead:{lead_id}" for lead_id in chosen))
        rows.look_up(chosen)
        lead_ids = [lead_id for lead_id in chosen if lead_id in rows.leads and still(rows.leads[lead_id])]
        same = [lead_id for lead_id in lead_ids if settles and not _is_scored_anew(rows.leads[lead_id], executor)]
        if settles or executor.policy.document.pool is not None:
            rows.settle(lead_ids)
        context = executor.context(rows, request)
        changes, done = score_again(context, [lead_id for lead_id in lead_ids if lead_id not in set(same)])
        rows.leads |= _followed_up(context, same)
        rows.write()
        write(unit, [changes])
        return Scored(chosen, done)

    return executor.transaction(work)


def _is_scored_anew(row: LeadRow, executor: Executor) -> bool:
    return row.in_queue and row.policy != executor.policy.id


def _followed_up(context: CommandContext, lead_ids: Sequence[str]) -> dict[str, LeadRow]:
    """Leads whose score stays, with the columns of their follow-ups by the policy as it is now."""
    activities = context.work.activities(lead_ids)
    rows = {lead_id: context.work.leads[lead_id] for lead_id in lead_ids}
    after = {
        lead_id: evolve(row, **followed_up(context.policy, activities.get(lead_id, ()), row.back_at))
        for lead_id, row in rows.items()
    }
    return {lead_id: rows[lead_id] if row == rows[lead_id] else row for lead_id, row in after.items()}
