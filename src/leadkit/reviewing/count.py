"""Cells from cases, one by one: the plain way, which every engine is held against."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise

from attrs import define, field

from leadkit.reviewing.bounds import Bounds, days_between, seconds_of
from leadkit.reviewing.cases import GROUPED, WINDOWS, LeadCase, OpportunityCase
from leadkit.reviewing.cells import Cells, IntervalCell
from leadkit.reviewing.cubes import LEADS, OPPORTUNITIES, RESPONSES
from leadkit.reviewing.period import Period
from leadkit.reviewing.standing import DutyCase
from leadkit.reviewing.standing_tally import StandingTally
from leadkit.reviewing.sums import Sums, add_amount, cells_of, cents_of, filled, sums_of
from leadkit.reviewing.traits import TraitTally
from leadkit.rules.moments import seconds

MINUTE, HOUR, DAY = 60, 3_600, 86_400
NO_GROUP = (None,) * len(GROUPED)


def count(
    leads: Iterable[LeadCase],
    opportunities: Iterable[OpportunityCase],
    period: Period,
    *,
    as_of: datetime,
    touches: Mapping[str, Iterable[datetime]] | None = None,
    duties: Iterable[DutyCase] = (),
    whole: bool = True,
) -> Cells:
    """The cells of a period as it stands at `as_of`; `touches` are the times of our follow-ups by lead.

    `duties` are those of other kinds than the response that a lead waits for, which its case says. Where the review is
    not to be `whole`, only what its figures need is counted, as for a period that it is compared with.

    What happened after `as_of` is not known yet: an opportunity that was closed later is open, one that was opened
    later is not there, unless it was closed before. Times count in whole seconds, fractions dropped, amounts in cents.

    Raises:
        FactError: a time is naive.
    """
    tally = Tally.of(period, as_of, whole=whole)
    for lead in leads:
        tally.lead(lead)
    for opportunity in opportunities:
        tally.opportunity(opportunity)
    for times in (touches or {}).values():
        tally.touches(times)
    for duty in duties:
        tally.duty(duty)
    return tally.cells()


@define
class Tally:
    """What was counted so far, for who has cases one by one and keeps none of them."""

    bounds: Bounds
    standing: StandingTally | None
    _leads: Sums = field(factory=lambda: sums_of(1 + 2 * len(WINDOWS)))
    _responses: Sums = field(factory=lambda: sums_of(3))
    _opportunities: Sums = field(factory=lambda: sums_of(3))
    _intervals: Sums = field(factory=lambda: sums_of(1))
    _traits: TraitTally = field(factory=TraitTally)
    _problems: Counter[str] = field(factory=Counter)
    _lead_ids: set[str] = field(factory=set)
    _opportunity_ids: set[str] = field(factory=set)

    @classmethod
    def of(cls, period: Period, as_of: datetime, *, whole: bool = True) -> Tally:
        """Nothing yet of a period as it stands at `as_of`."""
        bounds = Bounds.of(period, as_of, whole=whole)
        return cls(bounds, None if bounds.horizon is None else StandingTally(bounds, bounds.horizon))

    def lead(self, case: LeadCase) -> None:
        """Count one lead, where it was received in the period."""
        if case.id in self._lead_ids:
            self._problems["repeated_lead"] += 1
            return
        self._lead_ids.add(case.id)
        received, due, answered = seconds_of(case.received_at), None, None
        if self.standing is not None and not case.duplicate:
            due, answered = self.bounds.known(case.response_due_at), self.bounds.known(case.first_response_at)
            self.standing.response(case, due, answered)
        if received is None:
            self._problems["lead_without_date"] += 1
        elif self.bounds.hold(received) and case.duplicate:
            self._problems["duplicate_lead"] += 1
        elif self.bounds.hold(received):
            self._count_lead(case, received, self.bounds.known(case.converted_at))
            if self.standing is not None:
                self._count_response(case, received, due, answered)
                self.standing.lead(case)
                self._traits.lead(case.traits, case.status)

    def _count_lead(self, case: LeadCase, received: int, converted: int | None) -> None:
        cohort = bisect_right(self.bounds.months, received) - 1
        part = bisect_right(self.bounds.parts, received) - 1
        sums = self._leads[*self._group(case), cohort, part, case.status, filled(case.reason)]
        sums[0] += 1
        for place, days in enumerate(WINDOWS):
            end = received + days * DAY
            if end <= self.bounds.as_of:
                sums[1 + 2 * place] += 1
                sums[2 + 2 * place] += converted is not None and received <= converted < end

    def _count_response(self, case: LeadCase, received: int, due: int | None, answered: int | None) -> None:
        minutes = None if answered is None else max((answered - received) // MINUTE, 0)
        sums = self._responses[filled(case.priority), filled(case.owner), minutes]
        sums[0] += 1
        sums[1] += due is not None
        sums[2] += due is not None and (answered is None or answered > due)

    def opportunity(self, case: OpportunityCase) -> None:
        """Count one opportunity, where it was opened or closed in the period or its lead was received in it."""
        if case.id in self._opportunity_ids:
            self._problems["repeated_opportunity"] += 1
            return
        self._opportunity_ids.add(case.id)
        began, ended = seconds_of(case.opened_at), self.bounds.known(case.closed_at)
        if began is None:
            self._problems["opportunity_without_date"] += 1
        if case.status != "open" and case.closed_at is None:
            self._problems["closed_without_date"] += 1
        closed = case.status != "open" and self.bounds.hold(ended)
        if closed and began is not None and ended is not None and began > ended:
            self._problems["closed_before_opened"] += 1
        opened, entered = self.bounds.hold(began), self.bounds.hold(seconds_of(case.lead_received_at))
        to_come = began is not None and began > self.bounds.as_of and ended is None
        if to_come:
            return
        status = case.status if ended is not None or case.closed_at is None else "open"
        if opened or closed or entered:
            self._count_opportunity(case, status, began, ended, (opened, closed, entered))
        if self.standing is not None:
            self.standing.opportunity(case, status, ended)

    def _count_opportunity(
        self, case: OpportunityCase, status: str, began: int | None, ended: int | None, when: tuple[bool, bool, bool]
    ) -> None:
        parts = self.bounds.part(began), self.bounds.part(ended) if when[1] else None
        reason = filled(case.lost_reason) if status == "lost" else None
        days = self._cycle_days(case, status), self._conversion_days(case)
        if self.standing is not None:
            shared = (filled(case.grade), status, *when, *days)
            self._traits.opportunity(case.traits, shared, None if case.amount is None else cents_of(case.amount))
        lost = self._lost(case, status, closed=when[1])
        add_amount(
            self._opportunities[*self._group(case), filled(case.grade), status, reason, *when, *parts, *days, *lost],
            case.amount,
        )

    def _lost(self, case: OpportunityCase, status: str, *, closed: bool) -> tuple[str | None, str | None]:
        """The stage at which one was lost in the period and who won it, blank where not known; None of others."""
        if self.standing is None or not closed or status != "lost":
            return None, None
        return filled(case.furthest_stage) or "", filled(case.competitor) or ""

    def _cycle_days(self, case: OpportunityCase, status: str) -> int | None:
        """From opening to signature; None of what was not won, or has one of the dates missing or wrong."""
        first, last = case.opened_at, case.closed_at
        if status != "won" or first is None or last is None or seconds(last) < seconds(first):
            return None
        return days_between(first, last, self.bounds.zone)

    def _conversion_days(self, case: OpportunityCase) -> int | None:
        """From the receipt of the lead to the opening; None where one of the dates is missing, wrong or to come."""
        first, last = case.lead_received_at, case.opened_at
        if first is None or last is None or not seconds(first) <= seconds(last) <= self.bounds.as_of:
            return None
        return days_between(first, last, self.bounds.zone)

    def duty(self, case: DutyCase) -> None:
        """Count one duty."""
        if self.standing is not None:
            self.standing.duty(case)

    def touches(self, times: Iterable[datetime]) -> None:
        """Count the intervals between the follow-ups of one lead, by the later one."""
        for before, after in pairwise(sorted(map(seconds, times))):
            if self.bounds.hold(after):
                self._intervals[((after - before) // HOUR,)][0] += 1

    def cells(self) -> Cells:
        """What was counted."""
        cubes = {
            **LEADS.cells(self._leads),
            **RESPONSES.cells(self._responses),
            **OPPORTUNITIES.cells(self._opportunities),
        }
        return Cells(
            **{**cubes, **{name: (*cubes[name], *cells) for name, cells in self._traits.cells().items()}},
            intervals=cells_of(IntervalCell, self._intervals),
            **(self.standing.cells() if self.standing is not None else {}),
            problems=tuple(sorted(self._problems.items())),
        )

    def _group(self, case: LeadCase | OpportunityCase) -> tuple[str | None, ...]:
        """What a case is grouped by; where only the figures are wanted, by the band of its lead alone."""
        if self.standing is None:
            return *NO_GROUP[:-1], filled(case.priority)
        return filled(case.channel), filled(case.industry), filled(case.owner), filled(case.priority)
