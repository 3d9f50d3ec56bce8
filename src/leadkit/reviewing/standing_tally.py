"""What stands at the time of a review, counted case by case: open deals, duties, activities, lists."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from attrs import define, field

from leadkit.process.states import IN_QUEUE
from leadkit.reviewing.bounds import Bounds, days_between, seconds_of
from leadkit.reviewing.case_lists import MOST
from leadkit.reviewing.cases import LeadCase, OpportunityCase
from leadkit.reviewing.cells import RivalCell
from leadkit.reviewing.horizon import Horizon
from leadkit.reviewing.standing import (
    AGES,
    DEAL_AGES,
    RESPONSE,
    ActivityCell,
    AgeCell,
    DutyCase,
    DutyCell,
    DutyOutcome,
    ListedCell,
    PipelineCell,
)
from leadkit.reviewing.sums import Sums, add_amount, cells_of, filled, sums_of

DAY = 86_400
Days = tuple[int | None, int | None, int | None]


@define
class StandingTally:
    """What was counted so far."""

    bounds: Bounds
    horizon: Horizon
    _pipeline: Sums = field(factory=lambda: sums_of(3))
    _ages: Sums = field(factory=lambda: sums_of(1))
    _duties: Sums = field(factory=lambda: sums_of(1))
    _kinds: Sums = field(factory=lambda: sums_of(1))
    _means: Sums = field(factory=lambda: sums_of(1))
    _rivals: Sums = field(factory=lambda: sums_of(3))
    _listed: dict[str, list[tuple[str, str, str | None, Days]]] = field(factory=lambda: defaultdict(list))

    def lead(self, case: LeadCase) -> None:
        """Count one lead of the period."""
        if filled(case.owner) is None:
            self._list("unassigned", case.id, None, None)

    def response(self, case: LeadCase, due: int | None, answered: int | None) -> None:
        """Count the response that a lead waits for, or had."""
        if due is not None and (answered is None or self.bounds.hold(due)):
            self._count_duty(case, due, answered, waits=case.status in IN_QUEUE)

    def opportunity(self, case: OpportunityCase, status: str, ended: int | None) -> None:
        """Count one opportunity with its status at the time of the review."""
        if status == "lost" and self.bounds.hold(ended):
            self._list("lost", case.id, case.owner, case.lost_reason)
        if status == "open" or self.bounds.hold(ended):
            for rival in {name for name in case.rivals if filled(name)}:
                add_amount(self._rivals[rival, status], case.amount)
        if self.horizon.shows(status, ended):
            add_amount(self._pipeline[_open_group(case, status, self.horizon)], case.amount)
            self._count_activities(case, status)
        if status == "open":
            days = self._days(case)
            self._list("open", case.id, case.owner, _stage(case), days)
            self._ages[_stage(case), filled(case.owner), *map(_age_of_deal, days)][0] += 1

    def _days(self, case: OpportunityCase) -> Days:
        """How old an open opportunity is: since its opening, in its stage, since our last follow-up."""
        since = case.stage_since if case.status == "open" else None
        return self._days_since(case.opened_at), self._days_since(since), self._days_since(case.last_touch_at)

    def _days_since(self, moment: datetime | None) -> int | None:
        if moment is None or self.bounds.known(moment) is None:
            return None
        return days_between(moment, datetime.fromtimestamp(self.bounds.as_of, UTC), self.bounds.zone)

    def _count_activities(self, case: OpportunityCase, status: str) -> None:
        for names, sums in ((case.kinds, self._kinds), (case.means, self._means)):
            for name in filter(filled, names if status != "open" else ()):
                sums[name, filled(case.grade), status][0] += 1

    def duty(self, case: DutyCase) -> None:
        """Count one duty, where it was due in the period, or is overdue."""
        if (due := self.bounds.known(case.due_at)) is not None:
            self._count_duty(case, due, self.bounds.known(case.met_at), waits=case.waits)

    def _count_duty(self, case: DutyCase | LeadCase, due: int, met: int | None, *, waits: bool) -> None:
        outcome = _outcome(due, met, waits=waits)
        age = _age(self.bounds.as_of - due) if outcome == "overdue" else None
        held = self.bounds.hold(due)
        if held or age is not None:
            kind, subject = (case.kind, case.subject) if isinstance(case, DutyCase) else (RESPONSE, case.id)
            if age is not None:
                self._list("overdue", subject, case.owner, kind)
            self._duties[kind, filled(case.owner), outcome, age, held][0] += 1

    def _list(self, name: str, key: str, owner: str | None, note: str | None, days: Days = (None, None, None)) -> None:
        self._listed[name].append((key, filled(note) or "", filled(owner), days))

    def cells(self) -> dict[str, tuple[Any, ...]]:
        """What was counted, by the fields of `Cells`."""
        return {
            "pipeline": cells_of(PipelineCell, self._pipeline),
            "ages": cells_of(AgeCell, self._ages),
            "duties": cells_of(DutyCell, self._duties),
            "kinds": cells_of(ActivityCell, self._kinds),
            "means": cells_of(ActivityCell, self._means),
            "rivals": cells_of(RivalCell, self._rivals),
            "listed": tuple(
                ListedCell(name, key, owner, note or None, *days)
                for name, cases in self._listed.items()
                for key, note, owner, days in sorted(cases, key=itemgetter(0, 1))[:MOST]
            ),
        }


def _open_group(case: OpportunityCase, status: str, horizon: Horizon) -> tuple[Any, ...]:
    """What makes a cell of the pipeline."""
    if status != "open":
        return status, filled(case.grade), filled(case.furthest_stage), None, False
    close = seconds_of(case.expected_close)
    return status, filled(case.grade), _stage(case), horizon.place(close), horizon.is_due(close)


def _stage(case: OpportunityCase) -> str | None:
    """The stage of an open opportunity; that of one that was closed after the review is not known."""
    return filled(case.stage) if case.status == "open" else None


def _outcome(due: int, met: int | None, *, waits: bool) -> DutyOutcome:
    if met is not None:
        return "late" if met > due else "in_time"
    return "overdue" if waits else "missed"


def _age_of_deal(days: int | None) -> int | None:
    return None if days is None else sum(days > limit for limit in DEAL_AGES)


def _age(seconds_over: int) -> int:
    return sum(seconds_over > days * DAY for days in AGES)
