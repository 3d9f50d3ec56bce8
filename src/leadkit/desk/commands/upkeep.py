"""The commands that keep a desk running: scores brought up to date, what became due, notices sent."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Annotated

from attrs import define, field

from leadkit.desk.alerting import alert_duties, anything_due
from leadkit.desk.commands.command import DeskCommand, gives
from leadkit.desk.dead_letters import redeliver
from leadkit.desk.delivery import Courier
from leadkit.desk.execute import Executor
from leadkit.desk.old_keys import forget_old_keys
from leadkit.desk.old_notices import remove_old_notices
from leadkit.desk.reporting import reports_due, tell_reports
from leadkit.desk.rescoring import rescore_all, rescored
from leadkit.desk.results import Delivered, Rescored, Settled, Ticked
from leadkit.desk.settling import is_unsettled, settle_all
from leadkit.errors import FactError, Problem
from leadkit.process.command import Argument
from leadkit.records.fields import FrozenDict
from leadkit.rules.moments import seconds

__all__ = ["Deliver", "Redeliver", "Rescore", "Settle", "Tick"]


@define(frozen=True)
class Rescore(DeskCommand[Rescored]):
    """Bring the score of one lead, or of every lead in the queue, up to date.

    Or only the stale ones, whose score is older than the policy's `[rescoring] every_days`. Many leads are scored in
    transactions of 200.
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
            return rescored(executor, request, lambda unit: [executor.work_set(unit).row(lead_id).id]).done
        days = executor.policy.document.rescoring.every_days
        return rescore_all(executor, self, request.at - timedelta(days=days) if self.stale_only else None)


@define(frozen=True)
class Settle(DeskCommand[Settled]):
    """Bring what every open lead and opportunity owes in step with the policy as it is now, and with this version.

    Leads in the queue are scored again. A store remembers by which policy it was settled: `tick` does this by itself
    once another one is given. Done in transactions of 200; a second time it changes nothing.
    """

    def run(self, executor: Executor) -> Settled:
        executor.permit(executor.request(self))
        return settle_all(executor, self)


@define(frozen=True)
class Tick(DeskCommand[Ticked]):
    """Put notices into the outbox for all that became due, and score leads again whose score is too old.

    With `[pool]`, leads whose owners were silent for too long return to it. With `[reports]`, the roles named there are
    told of the review of the month or the quarter that has ended. Idempotency keys older than `[desk] keys_kept_days`
    are forgotten, and notices that are done for longer than `[retention] notices_kept_days` removed.

    After a change of the policy, or of leadkit, duties are settled first. A timer gives this command as often as it
    likes, such as cron every five minutes; a second time it adds nothing. It is for good: `upcoming` looks ahead.

    Raises:
        FactError: `now` has no time zone, or lies ahead of the clock.
    """

    now: Annotated[datetime | None, Argument("The time to look from; the machine's where it is left out.")] = None

    def run(self, executor: Executor) -> Ticked:
        request = executor.request(self)
        executor.permit(request)
        moment = self.now or request.at
        if seconds(moment, "now") > seconds(request.at):
            hint = "desk.upcoming(until) looks ahead and writes nothing"
            raise FactError(Problem("lies ahead of the clock", hint, path="now"))
        forget_old_keys(executor, moment)
        removed = remove_old_notices(executor, self, moment)
        stale_at = moment - timedelta(days=executor.policy.document.rescoring.every_days)
        reports = reports_due(executor, moment)
        unsettled = is_unsettled(executor)
        if not unsettled and not reports and not anything_due(executor.storage, moment, stale_at):
            return Ticked(notices=FrozenDict(), rescored=0, removed=removed)
        then = executor.at(moment)
        settled = settle_all(then, self) if unsettled else None
        reported = tell_reports(then, reports, moment) if reports else Counter[str]()
        rescored = rescore_all(then, Rescore(by=self.by), stale_at)
        passed = alert_duties(then, moment)
        return Ticked(
            notices=FrozenDict(reported + passed.notices),
            rescored=rescored.leads,
            returned=passed.returned,
            settled=settled.leads + settled.opportunities if settled else 0,
            removed=removed,
        )


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
            owed=executor.policy.document.notices.notifiers,
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
    settle = gives(Settle)
    tick = gives(Tick)
    deliver = gives(Deliver)
    redeliver = gives(Redeliver)
