"""Cells from cases, one by one: the plain way, which every engine is held against."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any, TypeVar

from attrs import define, field

from leadkit.process.lifecycle import IN_QUEUE
from leadkit.reviewing.bounds import Bounds, seconds_of
from leadkit.reviewing.cases import (
    BLANKS,
    CENTS,
    WINDOWS,
    Cells,
    CycleCell,
    IntervalCell,
    LeadCase,
    LeadCell,
    OpportunityCase,
    OpportunityCell,
    ResponseCell,
)
from leadkit.reviewing.horizon import Horizon
from leadkit.reviewing.period import Period
from leadkit.reviewing.standing import (
    AGES,
    ActivityCell,
    DealPartCell,
    DutyCase,
    DutyCell,
    DutyOutcome,
    LeadPartCell,
    PipelineCell,
)
from leadkit.rules.moments import seconds

RESPONSE = "response"
MINUTE, HOUR, DAY = 60, 3_600, 86_400
Cell = TypeVar("Cell")
Sums = dict[tuple[Any, ...], list[int]]
"""The numbers of each cell by what makes it that cell, both in the order of its fields."""


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
    `whole`, what stands open is not counted, as for a period that only is compared with.

    What happened after `as_of` is not known yet: an opportunity that was closed later is open, one that was opened
    later is not there, unless it was closed before. Times count in whole seconds, fractions dropped, amounts in cents.

    Raises:
        FactError: a time is naive.
    """
    tally = _Tally(Bounds.of(period, as_of, whole=whole))
    for lead in leads:
        tally.lead(lead)
    for opportunity in opportunities:
        tally.opportunity(opportunity)
    for times in (touches or {}).values():
        tally.touches(times)
    for duty in duties:
        tally.duty(duty)
    return tally.cells()


def _sums(numbers: int) -> Sums:
    return defaultdict(lambda: [0] * numbers)


@define
class _Tally:
    """What was counted so far."""

    bounds: Bounds
    _leads: Sums = field(factory=lambda: _sums(1 + 2 * len(WINDOWS)))
    _responses: Sums = field(factory=lambda: _sums(3))
    _opportunities: Sums = field(factory=lambda: _sums(3))
    _cycles: Sums = field(factory=lambda: _sums(1))
    _intervals: Sums = field(factory=lambda: _sums(1))
    _pipeline: Sums = field(factory=lambda: _sums(3))
    _duties: Sums = field(factory=lambda: _sums(1))
    _kinds: Sums = field(factory=lambda: _sums(1))
    _means: Sums = field(factory=lambda: _sums(1))
    _lead_parts: Sums = field(factory=lambda: _sums(1))
    _deal_parts: Sums = field(factory=lambda: _sums(2))
    _problems: Counter[str] = field(factory=Counter)
    _lead_ids: set[str] = field(factory=set)
    _opportunity_ids: set[str] = field(factory=set)

    def lead(self, case: LeadCase) -> None:
        """Count one lead, where it was received in the period."""
        if case.id in self._lead_ids:
            self._problems["repeated_lead"] += 1
            return
        self._lead_ids.add(case.id)
        due = None if case.duplicate or self.bounds.horizon is None else self.bounds.known(case.response_due_at)
        if due is not None:
            self._count_duty(case, due, self.bounds.known(case.first_response_at), waits=case.status in IN_QUEUE)
        received = seconds_of(case.received_at)
        if received is None:
            self._problems["lead_without_date"] += 1
        elif self.bounds.hold(received) and case.duplicate:
            self._problems["duplicate_lead"] += 1
        elif self.bounds.hold(received):
            self._count_lead(case, received, self.bounds.known(case.converted_at))
            if self.bounds.horizon is not None:
                self._count_response(case, received, self.bounds.known(case.first_response_at))
                self._lead_parts[bisect_right(self.bounds.parts, received) - 1, case.status][0] += 1

    def _count_lead(self, case: LeadCase, received: int, converted: int | None) -> None:
        cohort = bisect_right(self.bounds.months, received) - 1
        sums = self._leads[*_group(case), cohort, case.status, _filled(case.reason)]
        sums[0] += 1
        for place, days in enumerate(WINDOWS):
            end = received + days * DAY
            if end <= self.bounds.as_of:
                sums[1 + 2 * place] += 1
                sums[2 + 2 * place] += converted is not None and received <= converted < end

    def _count_response(self, case: LeadCase, received: int, answered: int | None) -> None:
        due = self.bounds.known(case.response_due_at)
        minutes = None if answered is None else max((answered - received) // MINUTE, 0)
        sums = self._responses[_filled(case.priority), _filled(case.owner), minutes]
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
        if self.bounds.parts and (opened or closed):
            part = self._deal_parts[status, self.bounds.part(began), self.bounds.part(ended) if closed else None]
            part[0] += 1
            part[1] += _cents(case)
        if self.bounds.horizon is not None and self.bounds.horizon.shows(status, ended):
            _add_amount(self._pipeline[_open_group(case, status, self.bounds.horizon)], case)
            self._count_activities(case, status)

    def _count_opportunity(
        self, case: OpportunityCase, status: str, began: int | None, ended: int | None, when: tuple[bool, bool, bool]
    ) -> None:
        group = (*_group(case), _filled(case.grade))
        sums = self._opportunities[*group, status, _filled(case.lost_reason) if status == "lost" else None, *when]
        _add_amount(sums, case)
        if status == "won" and began is not None and ended is not None:
            self._cycles[*group, *when[1:], ended - began][0] += 1

    def _count_activities(self, case: OpportunityCase, status: str) -> None:
        for names, sums in ((case.kinds, self._kinds), (case.means, self._means)):
            for name in filter(_filled, names if status != "open" else ()):
                sums[name, _filled(case.grade), status][0] += 1

    def duty(self, case: DutyCase) -> None:
        """Count one duty, where it was due in the period, or is overdue."""
        if (due := self.bounds.known(case.due_at)) is not None:
            self._count_duty(case, due, self.bounds.known(case.met_at), waits=case.waits)

    def _count_duty(self, case: DutyCase | LeadCase, due: int, met: int | None, *, waits: bool) -> None:
        outcome = _outcome(due, met, waits=waits)
        age = _age(self.bounds.as_of - due) if outcome == "overdue" else None
        held = self.bounds.hold(due)
        if held or age is not None:
            kind = case.kind if isinstance(case, DutyCase) else RESPONSE
            self._duties[kind, _filled(case.owner), outcome, age, held][0] += 1

    def touches(self, times: Iterable[datetime]) -> None:
        """Count the intervals between the follow-ups of one lead, by the later one."""
        for before, after in pairwise(sorted(map(seconds, times))):
            if self.bounds.hold(after):
                self._intervals[((after - before) // HOUR,)][0] += 1

    def cells(self) -> Cells:
        """What was counted."""
        return Cells(
            leads=_cells(LeadCell, self._leads),
            responses=_cells(ResponseCell, self._responses),
            opportunities=_cells(OpportunityCell, self._opportunities),
            cycles=_cells(CycleCell, self._cycles),
            intervals=_cells(IntervalCell, self._intervals),
            pipeline=_cells(PipelineCell, self._pipeline),
            duties=_cells(DutyCell, self._duties),
            kinds=_cells(ActivityCell, self._kinds),
            means=_cells(ActivityCell, self._means),
            lead_parts=_cells(LeadPartCell, self._lead_parts),
            deal_parts=_cells(DealPartCell, self._deal_parts),
            problems=tuple(sorted(self._problems.items())),
        )


def _cells(kind: Callable[..., Cell], sums: Sums) -> tuple[Cell, ...]:
    return tuple(kind(*key, *numbers) for key, numbers in sums.items())


def _add_amount(sums: list[int], case: OpportunityCase) -> None:
    sums[0] += 1
    if case.amount is not None:
        sums[1] += 1
        sums[2] += _cents(case)


def _cents(case: OpportunityCase) -> int:
    return 0 if case.amount is None else int(case.amount.quantize(CENTS) / CENTS)


def _open_group(case: OpportunityCase, status: str, horizon: Horizon) -> tuple[Any, ...]:
    """What makes a cell of the pipeline; the stage of what was closed after the review is not known."""
    if status != "open":
        return status, _filled(case.grade), None, None, False
    close = seconds_of(case.expected_close)
    stage = _filled(case.stage) if case.status == "open" else None
    return status, _filled(case.grade), stage, horizon.place(close), horizon.is_due(close)


def _outcome(due: int, met: int | None, *, waits: bool) -> DutyOutcome:
    if met is not None:
        return "late" if met > due else "in_time"
    return "overdue" if waits else "missed"


def _age(seconds_over: int) -> int:
    return sum(seconds_over > days * DAY for days in AGES)


def _group(case: LeadCase | OpportunityCase) -> tuple[str | None, ...]:
    return _filled(case.channel), _filled(case.industry), _filled(case.owner), _filled(case.priority)


def _filled(text: str | None) -> str | None:
    """A text that says something; blanks don't."""
    return text if text and text.strip(BLANKS) else None
