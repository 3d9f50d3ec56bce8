"""The commands that keep a desk running: scores brought up to date, what became due, notices sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any

from attrs import define, evolve, field, setters

from leadkit.desk.alerting import alert_duties, anything_due
from leadkit.desk.commands.command import DeskCommand, gives
from leadkit.desk.context import Changes, CommandContext, Request, write
from leadkit.desk.delivery import Courier, redeliver
from leadkit.desk.execute import BATCH, Executor
from leadkit.desk.queries import stale_ids
from leadkit.desk.reporting import reports_due, tell_reports
from leadkit.desk.results import Delivered, Receipt, Rescored, Ticked
from leadkit.desk.verdict import verdict
from leadkit.process.command import Argument, Command
from leadkit.records.fields import FrozenDict
from leadkit.store.process_rows import EntryRow
from leadkit.store.protocol import Unit
from leadkit.store.rows import LeadRow
from leadkit.store.tables import JOURNAL

__all__ = ["Deliver", "Redeliver", "Rescore", "Tick"]


@define(frozen=True)
class Rescore(DeskCommand[Rescored]):
    """Bring the score of one lead, or of every lead in the queue, up to date.

    Or only the stale ones, whose score is older than the policy's `[rescoring] every_days`. Many leads are scored in
    transactions of 500.
    """

    lead_id: Annotated[str | None, Argument("The id of the lead; every lead in the queue where it is left out.")] = None
    stale_only: Annotated[bool, Argument("Only leads whose score is older than the policy allows.", "--stale")] = field(
        default=False, kw_only=True
    )

    def run(self, executor: Executor) -> Rescored:
        request = executor.request(self)
        executor.permit(request)
        if self.lead_id is not None:
            lead_id = self.lead_id
            return _rescored(executor, request, lambda unit: [executor.work_set(unit).row(lead_id).id]).done
        days = executor.policy.document.rescoring.every_days
        return rescore_all(executor, self, request.at - timedelta(days=days) if self.stale_only else None)


@define(on_setattr=setters.frozen)
class _Pass:
    """The leads that one transaction scored again, by id, and what came of it."""

    lead_ids: list[str]
    done: Rescored


def rescore_all(executor: Executor, command: Command, before: datetime | None) -> Rescored:
    """Score every lead in the queue again, those scored up to `before` where that is given, batch by batch."""
    total, above, more = Rescored(leads=0, changed=0, crossed=0), "", True
    while more:
        choose = partial(stale_ids, before=before, above=above, limit=BATCH)
        batch = _rescored(executor, executor.request(command), choose)
        total = Rescored(
            leads=total.leads + batch.done.leads,
            changed=total.changed + batch.done.changed,
            crossed=total.crossed + batch.done.crossed,
        )
        more = len(batch.lead_ids) == BATCH
        above = batch.lead_ids[-1] if batch.lead_ids else above
    return total


def _rescored(executor: Executor, request: Request, choose: Callable[[Unit], list[str]]) -> _Pass:
    """Score the leads that are chosen in one transaction, once nobody else is at work on them."""

    def work(unit: Unit) -> _Pass:
        rows = executor.work_set(unit)
        lead_ids = choose(unit)
        unit.lock(*(f"lead:{lead_id}" for lead_id in lead_ids))
        rows.look_up(lead_ids)
        if executor.policy.document.pool is not None:
            rows.settle(lead_ids)
        changes, done = _rescore(executor.context(rows, request), lead_ids)
        rows.write()
        write(unit, [changes])
        return _Pass(lead_ids, done)

    return executor.transaction(work)


def _rescore(context: CommandContext, lead_ids: Sequence[str]) -> tuple[Changes, Rescored]:
    """Score leads again at the time of the command; a line of the journal for each that has other points now."""
    activities = context.work.activities(lead_ids)
    add: list[tuple[Any, Any]] = []
    changed = crossed = 0
    for lead_id in lead_ids:
        before, lead = context.work.leads[lead_id], context.work.lead(lead_id)
        after = verdict(context.policy, before, lead, activities.get(lead_id, ()), context.at, screen=False)
        context.work.leads[lead_id] = after
        if (after.points, after.priority, after.policy) != (before.points, before.priority, before.policy):
            changed += 1
            crossed += after.priority != before.priority
            add.append((JOURNAL, _entry(context, before, after)))
        add += context.notices_after(before, evolve(after, version=before.version + 1))
    receipt = Receipt(command=context.name, outcome="rescored")
    return Changes(receipt=receipt, add=add), Rescored(leads=len(lead_ids), changed=changed, crossed=crossed)


def _entry(context: CommandContext, before: LeadRow, after: LeadRow) -> EntryRow:
    crossed = after.priority if after.priority != before.priority else None
    details = {"before": str(before.points), "points": str(after.points), "priority": crossed}
    _, entry = context.entry(after.id, details)
    return evolve(entry, id=f"{entry.id}-{after.id}")


@define(frozen=True)
class Tick(DeskCommand[Ticked]):
    """Put notices into the outbox for all that became due, and score leads again whose score is too old.

    With `[pool]`, leads whose owners were silent for too long return to it. With `[reports]`, the roles named there are
    told of the review of the month or the quarter that has ended.

    A timer gives this command as often as it likes, such as cron every five minutes; a second time it adds nothing.
    """

    now: Annotated[datetime | None, Argument("The time to look from; the machine's where it is left out.")] = None

    def run(self, executor: Executor) -> Ticked:
        request = executor.request(self)
        executor.permit(request)
        moment = self.now or request.at
        stale_at = moment - timedelta(days=executor.policy.document.rescoring.every_days)
        reports = reports_due(executor, moment)
        if not reports and not anything_due(executor.storage, moment, stale_at):
            return Ticked(notices=FrozenDict(), rescored=0)
        then = executor.at(moment)
        reported = tell_reports(then, reports, moment) if reports else Counter[str]()
        rescored = rescore_all(then, Rescore(by=self.by), stale_at)
        passed = alert_duties(then, moment)
        return Ticked(notices=FrozenDict(reported + passed.notices), rescored=rescored.leads, returned=passed.returned)


@define(frozen=True)
class Deliver(DeskCommand[Delivered]):
    """Send up to `limit` notices that are due to every plugin with `leadkit_notify`, the oldest first.

    The host calls this as often as it likes, in as many processes. What fails is tried again by a later call.
    """

    limit: Annotated[int, Argument("At most so many notices.")] = 100

    def run(self, executor: Executor) -> Delivered:
        executor.permit(executor.request(self))
        courier = Courier(
            storage=executor.storage,
            notifiers=executor.plugins.notifiers(),
            links=executor.policy.document.notices,
            clock=executor.clock,
            retries=executor.retries,
        )
        return courier.deliver(self.limit)


@define(frozen=True)
class Redeliver(DeskCommand[int]):
    """Let dead letters be tried again, all or those of one notice or one plugin; give how many."""

    permission = "deliver"
    terminal = None

    notice_id: Annotated[str | None, Argument("Only this notice.")] = field(default=None, kw_only=True)
    plugin: Annotated[str | None, Argument("Only this notifier.")] = field(default=None, kw_only=True)

    def run(self, executor: Executor) -> int:
        request = executor.request(self)
        executor.permit(request)
        named = (("notice_id", self.notice_id), ("plugin", self.plugin))
        where = {name: value for name, value in named if value is not None}
        return executor.transaction(lambda unit: redeliver(unit, request.at, where))


class UpkeepCommands:
    """The commands that keep a desk running, as its methods."""

    rescore = gives(Rescore)
    tick = gives(Tick)
    deliver = gives(Deliver)
    redeliver = gives(Redeliver)
