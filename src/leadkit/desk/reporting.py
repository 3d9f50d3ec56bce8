"""Reviews that are told of by themselves: a notice to each role that the policy names, once a period has ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import define, setters

from leadkit.desk.execute import Executor
from leadkit.desk.notices import outbox_rows
from leadkit.desk.reviewing import review
from leadkit.reviewing.period import Period, read_period
from leadkit.store.protocol import Unit, by_id
from leadkit.store.tables import OUTBOX
from leadkit.store.values import digest

KIND = "review_ready"
MOST_CHANNELS = 5
"""A notice names so many channels at most."""


@define(on_setattr=setters.frozen)
class Report:
    """One notice that is to be told: of which period, and to whom."""

    period: str
    role: str

    @property
    def id(self) -> str:
        """The id of its notice, so that a second tick adds nothing."""
        return digest(KIND, self.period, self.role)[:32]


def reports_due(executor: Executor, now: datetime) -> tuple[Report, ...]:
    """The reports that nobody was told of yet."""
    policy = executor.policy
    ended = [Report(period, role) for period, role in policy.document.reports.ended(now, policy.time_zone)]
    if not ended:
        return ()
    with executor.storage.transaction(read_only=True) as unit:
        return _untold(unit, ended)


def tell_reports(executor: Executor, reports: tuple[Report, ...], now: datetime) -> Counter[str]:
    """Put the notices of reports into the outbox, with the figures of their periods as they are now."""
    periods = dict.fromkeys(report.period for report in reports)
    figures = {name: _figures(executor, read_period(name, executor.policy.time_zone), now) for name in periods}

    def work(unit: Unit) -> int:
        left = _untold(unit, reports)
        for report in left:
            pairs = outbox_rows(
                executor.policy,
                KIND,
                report.id,
                now,
                lead_id=None,
                opportunity_id=None,
                owner=None,
                to=report.role,
                details={"period": report.period, **figures[report.period]},
            )
            unit.add(OUTBOX, [row for _, row in pairs])
        return len(left)

    number = executor.transaction(work)
    return Counter({KIND: number}) if number else Counter()


def _untold(unit: Unit, reports: tuple[Report, ...] | list[Report]) -> tuple[Report, ...]:
    known = by_id(unit, OUTBOX, (report.id for report in reports))
    return tuple(report for report in reports if report.id not in known)


def _figures(executor: Executor, period: Period, now: datetime) -> Mapping[str, Any]:
    """The key figures of a period, and how many leads of each channel were converted within 30 days.

    Those are the leads of the period before, since the last ones are too young to be judged.
    """
    done, earlier = (review(executor, each, now, None) for each in (period, period.previous))
    total = done.total
    says = executor.policy.says
    channels = [cohort for cohort in earlier.channel_cohorts if says(cohort.key or "") and cohort.within[0].of]
    return {
        "leads": total.leads,
        "valid_leads": total.valid_leads,
        "opportunities": total.opportunities,
        "won": total.won,
        "lost": total.lost,
        "won_amount": str(total.won_amount),
        "measures_open": sum(measure.done_at is None for measure in done.measures),
        "period_before": period.previous.label(),
        "channels": ", ".join(f"{cohort.key} {cohort.within[0]}" for cohort in channels[:MOST_CHANNELS]) or None,
    }
