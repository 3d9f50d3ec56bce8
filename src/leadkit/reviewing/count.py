"""Cells from cases, one by one: the plain way, which every engine is held against."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import pairwise, starmap

from attrs import define, field, setters

from leadkit.reviewing.cases import (
    BLANKS,
    CENTS,
    WINDOWS,
    Cells,
    CycleCell,
    Group,
    IntervalCell,
    LeadCase,
    LeadCell,
    OpportunityCase,
    OpportunityCell,
    ResponseCell,
)
from leadkit.reviewing.period import Period
from leadkit.rules.moments import seconds

MINUTE, HOUR, DAY = 60, 3_600, 86_400
GroupKey = tuple[str | None, str | None, str | None, str | None, str | None]
LeadKey = tuple[GroupKey, int, str, str | None]
ResponseKey = tuple[str | None, str | None, int | None]
OpportunityKey = tuple[GroupKey, str, str | None, bool, bool, bool]


@define
class LeadSums:
    """The sums of one cell of leads."""

    leads: int = 0
    mature: list[int] = field(factory=lambda: [0, 0, 0])
    converted: list[int] = field(factory=lambda: [0, 0, 0])


@define
class OpportunitySums:
    """The sums of one cell of opportunities."""

    opportunities: int = 0
    amounts: int = 0
    amount: Decimal = Decimal(0)


def count(
    leads: Iterable[LeadCase],
    opportunities: Iterable[OpportunityCase],
    period: Period,
    *,
    as_of: datetime,
    touches: Mapping[str, Iterable[datetime]] | None = None,
) -> Cells:
    """The cells of a period as it stands at `as_of`; `touches` are the times of our follow-ups by lead.

    What happened after `as_of` is not known yet: an opportunity that was closed later is open, one that was opened
    later is not there, unless it was closed before. Times count in whole seconds, fractions dropped, amounts in cents.

    Raises:
        FactError: a time is naive.
    """
    tally = _Tally(Bounds.of(period, as_of))
    for lead in leads:
        tally.lead(lead)
    for opportunity in opportunities:
        tally.opportunity(opportunity)
    for times in (touches or {}).values():
        tally.touches(times)
    return tally.cells()


@define(on_setattr=setters.frozen)
class Bounds:
    """A period and a time in whole seconds since 1970: its start, its end, the starts of its months, and `as_of`."""

    start: int
    end: int
    months: tuple[int, ...]
    as_of: int

    @classmethod
    def of(cls, period: Period, as_of: datetime) -> Bounds:
        """The bounds of a period."""
        months = tuple(seconds(month.start) for month in period.cohorts)
        return cls(seconds(period.start), seconds(period.end), months, seconds(as_of))

    def hold(self, moment: int | None) -> bool:
        """Whether a moment lies in the period, and is known."""
        return moment is not None and self.start <= moment < self.end and moment <= self.as_of

    def known(self, moment: datetime | None) -> int | None:
        """A moment in seconds; None where there is none, or it is still to come."""
        found = None if moment is None else seconds(moment)
        return found if found is None or found <= self.as_of else None


@define
class _Tally:
    """What was counted so far: sums by what makes a cell."""

    bounds: Bounds
    _leads: dict[LeadKey, LeadSums] = field(factory=lambda: defaultdict(LeadSums))
    _responses: dict[ResponseKey, list[int]] = field(factory=lambda: defaultdict(lambda: [0, 0, 0]))
    _opportunities: dict[OpportunityKey, OpportunitySums] = field(factory=lambda: defaultdict(OpportunitySums))
    _cycles: Counter[tuple[GroupKey, bool, bool, int]] = field(factory=Counter)
    _intervals: Counter[int] = field(factory=Counter)
    _problems: Counter[str] = field(factory=Counter)
    _lead_ids: set[str] = field(factory=set)
    _opportunity_ids: set[str] = field(factory=set)

    def lead(self, case: LeadCase) -> None:
        """Count one lead, where it was received in the period."""
        if case.id in self._lead_ids:
            self._problems["repeated_lead"] += 1
            return
        self._lead_ids.add(case.id)
        received = _seconds(case.received_at)
        if received is None:
            self._problems["lead_without_date"] += 1
        elif self.bounds.hold(received) and case.duplicate:
            self._problems["duplicate_lead"] += 1
        elif self.bounds.hold(received):
            self._count_lead(case, received, self.bounds.known(case.converted_at))
            self._count_response(case, received, self.bounds.known(case.first_response_at))

    def _count_lead(self, case: LeadCase, received: int, converted: int | None) -> None:
        cohort = bisect_right(self.bounds.months, received) - 1
        sums = self._leads[_group_key(case), cohort, case.status, _said(case.reason)]
        sums.leads += 1
        for place, days in enumerate(WINDOWS):
            end = received + days * DAY
            if end <= self.bounds.as_of:
                sums.mature[place] += 1
                sums.converted[place] += converted is not None and received <= converted < end

    def _count_response(self, case: LeadCase, received: int, answered: int | None) -> None:
        due = self.bounds.known(case.response_due_at)
        minutes = None if answered is None else max((answered - received) // MINUTE, 0)
        sums = self._responses[_said(case.priority), _said(case.owner), minutes]
        sums[0] += 1
        sums[1] += due is not None
        sums[2] += due is not None and (answered is None or answered > due)

    def opportunity(self, case: OpportunityCase) -> None:
        """Count one opportunity, where it was opened or closed in the period or its lead was received in it."""
        if case.id in self._opportunity_ids:
            self._problems["repeated_opportunity"] += 1
            return
        self._opportunity_ids.add(case.id)
        began, ended = _seconds(case.opened_at), self.bounds.known(case.closed_at)
        if began is None:
            self._problems["opportunity_without_date"] += 1
        if case.status != "open" and case.closed_at is None:
            self._problems["closed_without_date"] += 1
        opened, entered = self.bounds.hold(began), self.bounds.hold(_seconds(case.lead_received_at))
        closed = case.status != "open" and self.bounds.hold(ended)
        if closed and began is not None and ended is not None and began > ended:
            self._problems["closed_before_opened"] += 1
        to_come = began is not None and began > self.bounds.as_of and ended is None
        if to_come or not (opened or closed or entered):
            return
        status = case.status if ended is not None or case.closed_at is None else "open"
        group = _group_key(case, _said(case.grade))
        key = (group, status, _said(case.lost_reason) if status == "lost" else None, opened, closed, entered)
        sums = self._opportunities[key]
        sums.opportunities += 1
        if case.amount is not None:
            sums.amounts += 1
            sums.amount += case.amount.quantize(CENTS)
        if status == "won" and began is not None and ended is not None:
            self._cycles[group, closed, entered, ended - began] += 1

    def touches(self, times: Iterable[datetime]) -> None:
        """Count the intervals between the follow-ups of one lead, by the later one."""
        for before, after in pairwise(sorted(map(seconds, times))):
            if self.bounds.hold(after):
                self._intervals[(after - before) // HOUR] += 1

    def cells(self) -> Cells:
        """What was counted."""
        return Cells(
            leads=tuple(starmap(_lead_cell, self._leads.items())),
            responses=tuple(starmap(_response_cell, self._responses.items())),
            opportunities=tuple(starmap(_opportunity_cell, self._opportunities.items())),
            cycles=tuple(starmap(_cycle_cell, self._cycles.items())),
            intervals=tuple(IntervalCell(hours=hours, touches=n) for hours, n in self._intervals.items()),
            problems=tuple(sorted((code, number) for code, number in self._problems.items() if number)),
        )


def _lead_cell(key: LeadKey, sums: LeadSums) -> LeadCell:
    group, cohort, status, reason = key
    mature, converted = _three(sums.mature), _three(sums.converted)
    return LeadCell(
        group=_group(group),
        cohort=cohort,
        status=status,
        reason=reason,
        leads=sums.leads,
        mature=mature,
        converted=converted,
    )


def _response_cell(key: ResponseKey, sums: list[int]) -> ResponseCell:
    return ResponseCell(priority=key[0], owner=key[1], minutes=key[2], leads=sums[0], due=sums[1], late=sums[2])


def _opportunity_cell(key: OpportunityKey, sums: OpportunitySums) -> OpportunityCell:
    group, status, lost_reason, opened, closed, entered = key
    return OpportunityCell(
        group=_group(group),
        status=status,
        lost_reason=lost_reason,
        opened=opened,
        closed=closed,
        entered=entered,
        opportunities=sums.opportunities,
        amounts=sums.amounts,
        amount=sums.amount,
    )


def _cycle_cell(key: tuple[GroupKey, bool, bool, int], number: int) -> CycleCell:
    group, closed, entered, seconds = key
    return CycleCell(group=_group(group), closed=closed, entered=entered, seconds=seconds, opportunities=number)


def _group_key(case: LeadCase | OpportunityCase, grade: str | None = None) -> GroupKey:
    return _said(case.channel), _said(case.industry), _said(case.owner), _said(case.priority), grade


def _said(text: str | None) -> str | None:
    """A text that says something; blanks don't."""
    return text if text and text.strip(BLANKS) else None


def _group(key: GroupKey) -> Group:
    channel, industry, owner, priority, grade = key
    return Group(channel=channel, industry=industry, owner=owner, priority=priority, grade=grade)


def _three(numbers: list[int]) -> tuple[int, int, int]:
    first, second, third = numbers
    return first, second, third


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else seconds(moment)
