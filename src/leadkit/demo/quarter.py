"""The sample company at work: its leads captured, assigned, converted, graded, won and lost, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from leadkit.demo.words import QUARTER
from leadkit.desk.desk import Desk
from leadkit.records import Activity, Lead
from leadkit.records.people import Actor, Member

MEMBERS = (
    Member(id="zhao_lei", role="senior_rep", capacity=60),
    Member(id="qian_yu", role="senior_rep", capacity=60),
    Member(id="sun_jing", role="sales_rep", capacity=80),
    Member(id="li_na", role="sales_rep", capacity=80),
)
SUPERVISOR, DIRECTOR = Actor(id="wu_gang", role="supervisor"), Actor(id="zheng_hao", role="director")
LEGAL, REP = Actor(id="feng_min", role="legal"), Actor(id="zhao_lei", role="senior_rep")
LOST_REASONS = ("price", "price", "price", "competitor", "need_changed", "budget_cut", "no_decision")
WIN_FACTORS = ("executive_visit", "reference_customer", "short_delivery", "service_nearby")

NOTES: Mapping[str, tuple[str, ...]] = QUARTER["notes"]
"""What the team wrote under the figures of the quarter."""


class SampleClock:
    """A clock that the sample sets: a desk reads it wherever it would read the time."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time that was set."""
        return self.now


def play(
    desk: Desk, clock: SampleClock, leads: Iterable[Lead], activities: Iterable[Activity], *, seed: int = 20230801
) -> None:
    """Do with `desk`, whose clock is `clock`, what the company did: every command at its own time.

    Leads come in on the day they were entered and go to whoever may have them; a share of the valid ones becomes
    opportunities, which are assessed, confirmed, planned, negotiated, signed or lost. Equal arguments, equal history.
    """
    for member in MEMBERS:
        desk.enrol(member)
    dice = Random(seed)
    entered, happened = _by_day(leads, "entered_at"), _by_day(activities, "occurred_at")
    for day in sorted({*entered, *happened}):
        clock.now = day + timedelta(hours=20)
        captured = desk.capture_all((lead, f"sample:{lead.id}") for lead in entered.get(day, ()))
        desk.record_all(happened.get(day, ()))
        for receipt in captured:
            lead_id = getattr(receipt, "lead_id", None)
            if lead_id is not None and getattr(receipt, "outcome", "") == "captured":
                _work_on(desk, lead_id, dice)
        if day.weekday() == 4:
            desk.tick()
    _convert_some(desk, clock, dice)


def _by_day(records: Iterable[Any], name: str) -> Mapping[datetime, list[Any]]:
    days: dict[datetime, list[Any]] = defaultdict(list)
    for record in records:
        moment = getattr(record, name)
        if moment is not None:
            days[moment.replace(hour=0, minute=0, second=0, microsecond=0)].append(record)
    return days


def _work_on(desk: Desk, lead_id: str, dice: Random) -> None:
    state = desk.lead(lead_id)
    if state.status == "invalid" and dice.random() < 0.8:
        desk.archive(lead_id, by=SUPERVISOR)
    elif state.status in {"new", "valid"}:
        desk.assign(lead_id, by=SUPERVISOR)


def _convert_some(desk: Desk, clock: SampleClock, dice: Random) -> None:
    """Four in ten of the valid leads become opportunities, the better ones more often."""
    end = clock.now
    for state in desk.queue(status="valid", limit=100_000):
        received = state.lead.received_at or state.captured_at
        if dice.random() < 0.25 + float(state.points) / 250:
            clock.now = received + timedelta(days=dice.randrange(3, 25), hours=dice.randrange(9))
            if clock.now < end:
                _pursue(desk, clock, state.id, dice, end)
    clock.now = end
    desk.rescore()


def _pursue(desk: Desk, clock: SampleClock, lead_id: str, dice: Random, end: datetime) -> None:
    opportunities = desk.opportunities
    amount = Decimal(dice.randrange(8, 160) * 10_000)
    signals = {"intent": True, "date_set": True, "budget_confirmed": dice.random() < 0.5}
    receipt = opportunities.convert(lead_id, signals, amount=amount, by=REP)
    if receipt.outcome != "converted" or receipt.opportunity_id is None:
        return
    opportunity_id = receipt.opportunity_id
    for step in _steps(desk, opportunity_id, dice):
        clock.now += timedelta(days=dice.randrange(1, 6), hours=dice.randrange(8))
        if clock.now >= end:
            return
        step()


def _steps(desk: Desk, opportunity_id: str, dice: Random) -> Iterator[Any]:
    """What is done with one opportunity, one step after the other, until it is won or lost, or left open."""
    opportunities = desk.opportunities
    levels: dict[str, Any] = {
        "urgency": dice.choice(("immediate", "urgent", "normal")),
        "competition": dice.choice(("ahead", "even", "behind")),
        "decision_chain": dice.choice(("simple", "medium", "complex")),
    }
    yield lambda: opportunities.assess(opportunity_id, **levels, by=REP)
    yield lambda: opportunities.confirm_grade(opportunity_id, by=SUPERVISOR)
    grade = opportunities.get(opportunity_id).opportunity.grade
    if grade == "A":
        yield lambda: opportunities.report(opportunity_id, **QUARTER["report"], by=REP)
    chance = {"A": 0.6, "B": 0.45, "C": 0.25}.get(str(grade), 0.3)
    if dice.random() < 0.25:
        yield lambda: opportunities.lose(opportunity_id, dice.choice(LOST_REASONS), by=REP)
        return
    yield lambda: opportunities.plan(opportunity_id, **QUARTER["plan"], by=REP)
    yield lambda: opportunities.approve_plan(opportunity_id, by=DIRECTOR)
    yield lambda: opportunities.raise_objection(
        opportunity_id, QUARTER["objection"], key_objection=dice.random() < 0.3, by=REP
    )
    yield lambda: opportunities.answer_objection(opportunity_id, f"{opportunity_id}-1", QUARTER["answer"], by=REP)
    if dice.random() > chance:
        yield lambda: opportunities.lose(
            opportunity_id, dice.choice(LOST_REASONS), competitor=QUARTER["competitor"], by=REP
        )
        return
    yield lambda: opportunities.draft_contract(opportunity_id, QUARTER["contract"], by=REP)
    yield lambda: opportunities.review_contract(opportunity_id, approved=True, by=LEGAL)
    yield lambda: opportunities.sign(opportunity_id, "us", by=REP)
    yield lambda: opportunities.sign(opportunity_id, "customer", by=REP)
    yield lambda: opportunities.win(opportunity_id, factors=(dice.choice(WIN_FACTORS),), by=REP)
    yield lambda: opportunities.hand_over(opportunity_id, QUARTER["terms"], by=REP)
