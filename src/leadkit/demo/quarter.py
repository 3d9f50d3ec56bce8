"""The sample company at work: its leads captured, assigned, converted, graded, won and lost, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from leadkit.demo.words import QUARTER, REPS
from leadkit.desk.desk import Desk
from leadkit.desk.results import LeadState, Receipt
from leadkit.records import Activity, Lead
from leadkit.records.people import Actor, Member

SENIORS = 3
"""So many of the people who follow up leads are senior ones."""
MEMBERS = tuple(
    Member(id=name, role="senior_rep" if place < SENIORS else "sales_rep", capacity=60)
    for place, name in enumerate(REPS)
)
SUPERVISOR, DIRECTOR = (
    Actor(id=QUARTER["supervisor"], role="supervisor"), Actor(id=QUARTER["director"], role="director"),
)  # fmt: skip
LEGAL, REP = Actor(id=QUARTER["legal"], role="legal"), Actor(id=REPS[0], role="senior_rep")
DELIVERY = Actor(id=QUARTER["delivery"], role="delivery")
ANSWER_MINUTES = {"high": 120, "medium": 240, "low": 1440}
"""How soon a lead of each priority is called, as the standard policy wants it."""
IN_TIME = 0.88
"""So many of the first calls come in time."""
TRIED = {"high": 0.9, "medium": 0.5, "low": 0.2}
GIVEN_UP = {"high": 0.1, "medium": 0.25, "low": 0.4}
WON = {"high": 0.8, "medium": 0.5, "low": 0.2}
"""How often a valid lead of each priority becomes an opportunity, is lost before a plan, and is won after it."""
LOST_REASONS = ("price", "price", "price", "competitor", "changed_need", "budget_cut", "no_decision")
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

    Leads come in on the day they were entered, go to whoever may have them, and are called, mostly in time. A share of
    the valid ones becomes opportunities, which are assessed, confirmed, planned, negotiated, signed or lost; the better
    the lead, the more often it is won. Equal arguments, equal history.
    """
    for member in MEMBERS:
        desk.enrol(member)
    dice = Random(seed)
    entered, happened = by_day(leads, "entered_at"), by_day(activities, "occurred_at")
    for day in sorted({*entered, *happened}):
        clock.now = day + timedelta(hours=20)
        arrive(desk, entered.get(day, ()), happened.get(day, ()), dice)
        if day.weekday() == 4:
            desk.tick()
            _give_to_seniors(desk)
    _convert_some(desk, clock, dice)


def arrive(desk: Desk, leads: Iterable[Lead], activities: Iterable[Activity], dice: Random) -> list[str]:
    """Take in and work on what came on one day; gives the ids of the new leads."""
    captured = desk.capture_all((lead, f"sample:{lead.id}") for lead in [_received(lead, dice) for lead in leads])
    desk.record_all(activities)
    new = [str(each.lead_id) for each in captured if isinstance(each, Receipt) and each.outcome == "captured"]
    for lead_id in new:
        _work_on(desk, lead_id, dice)
    return new


def by_day(records: Iterable[Any], name: str) -> Mapping[datetime, list[Any]]:
    """The records by the midnight before the time in one of their fields; those without it are left out."""
    days: dict[datetime, list[Any]] = defaultdict(list)
    for record in records:
        moment = getattr(record, name)
        if moment is not None:
            days[moment.replace(hour=0, minute=0, second=0, microsecond=0)].append(record)
    return days


def _received(lead: Lead, dice: Random) -> Lead:
    """The lead with the time at which it came in: when it was entered, or on a day without a time some time of it."""
    entered = lead.entered_at
    if entered is None:
        return lead
    midnight = entered.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + timedelta(minutes=dice.randrange(9 * 60, 16 * 60)) if entered == midnight else entered
    return lead.model_copy(update={"received_at": at})


def _work_on(desk: Desk, lead_id: str, dice: Random) -> None:
    state = desk.lead(lead_id)
    if state.status == "invalid" and dice.random() < 0.8:
        desk.archive(lead_id, by=SUPERVISOR)
    elif state.status in {"new", "valid"}:
        desk.assign(lead_id, by=SUPERVISOR)
        _call(desk, lead_id, dice)


def _give_to_seniors(desk: Desk) -> None:
    """Leads that have become high ones go from the sales reps to the seniors, each in turn."""
    seniors = [member.id for member in MEMBERS if member.role == "senior_rep"]
    leads = sorted(desk.queue(priority="high", limit=1000), key=lambda state: state.id)
    for place, state in enumerate(leads):
        if state.owner is not None and state.owner not in seniors:
            desk.assign(state.id, to=seniors[place % len(seniors)], by=SUPERVISOR)


def _call(desk: Desk, lead_id: str, dice: Random) -> None:
    """The first call of a lead's owner, mostly in time; the others come late, or the call is one of the sheet's."""
    state = desk.lead(lead_id)
    allowed, received = ANSWER_MINUTES.get(str(state.priority), 240), state.lead.received_at
    if received is None or dice.random() >= IN_TIME:
        return
    at = received + timedelta(minutes=5 + dice.randrange(min(allowed, 240) - 10))
    call = Activity(
        id=f"sample:{lead_id}:call", lead_id=lead_id, kind="follow_up", occurred_at=at, means=QUARTER["first_call"],
        by=state.owner,
    )  # fmt: skip
    desk.record_all([call])


def _convert_some(desk: Desk, clock: SampleClock, dice: Random) -> None:
    """A share of the valid leads becomes opportunities, the better ones more often."""
    end = clock.now
    for state in desk.queue(status="valid", limit=100_000):
        received = state.lead.received_at or state.captured_at
        if dice.random() < TRIED[str(state.priority)]:
            clock.now = received + timedelta(days=dice.randrange(3, 25), hours=dice.randrange(9))
            if clock.now < end:
                _pursue(desk, clock, state, dice, end)
    clock.now = end
    desk.rescore()


def _pursue(desk: Desk, clock: SampleClock, lead: LeadState, dice: Random, end: datetime) -> None:
    opportunities = desk.opportunities
    amount = Decimal(dice.randrange(8, 160) * 10_000)
    signals = {"intent": True, "date_set": True, "budget_confirmed": dice.random() < 0.5}
    receipt = opportunities.convert(lead.id, signals, amount=amount, by=REP)
    if receipt.outcome != "converted" or receipt.opportunity_id is None:
        return
    opportunity_id = receipt.opportunity_id
    for step in _steps(desk, opportunity_id, str(lead.priority), dice):
        clock.now += timedelta(days=dice.randrange(1, 6), hours=dice.randrange(8))
        if clock.now >= end:
            return
        step()


def _steps(desk: Desk, opportunity_id: str, priority: str, dice: Random) -> Iterator[Any]:
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
    if dice.random() < GIVEN_UP[priority]:
        yield lambda: opportunities.lose(opportunity_id, dice.choice(LOST_REASONS), by=REP)
        return
    yield lambda: opportunities.plan(opportunity_id, **QUARTER["plan"], by=REP)
    yield lambda: opportunities.approve_plan(opportunity_id, by=DIRECTOR)
    yield lambda: opportunities.raise_objection(
        opportunity_id, QUARTER["objection"], key_objection=dice.random() < 0.3, by=REP
    )
    yield lambda: opportunities.answer_objection(opportunity_id, f"{opportunity_id}-1", QUARTER["answer"], by=REP)
    if dice.random() >= WON[priority]:
        yield lambda: opportunities.lose(
            opportunity_id, dice.choice(LOST_REASONS), competitor=QUARTER["competitor"], by=REP
        )
        return
    yield lambda: opportunities.draft_contract(opportunity_id, QUARTER["contract"], by=REP)
    yield lambda: opportunities.review_contract(opportunity_id, approved=True, by=LEGAL)
    yield lambda: opportunities.sign(opportunity_id, "us", by=REP)
    yield lambda: opportunities.sign(opportunity_id, "customer", by=REP)
    yield lambda: opportunities.win(
        opportunity_id,
        factors=(dice.choice(WIN_FACTORS),),
        amount=opportunities.get(opportunity_id).opportunity.amount,
        by=REP,
    )
    yield lambda: (
        opportunities.hand_over(opportunity_id, QUARTER["terms"], by=REP),
        opportunities.accept_handover(opportunity_id, by=DELIVERY),
    )
