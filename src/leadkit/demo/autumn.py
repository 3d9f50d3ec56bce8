"""The quarter after, in the order of time: a customer buys again, legal is late, and a handover comes back.

Whoever has the sponsor of the deal visited wins more often; the review of the quarter finds that out by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count
from random import Random

from attrs import define, field

from leadkit.demo.chance import AUTUMN
from leadkit.demo.quarter import (
    DELIVERY,
    DIRECTOR,
    LEGAL,
    LOST_REASONS,
    REP,
    SUPERVISOR,
    TRIED,
    WIN_FACTORS,
    SampleClock,
    arrive,
    by_day,
)
from leadkit.demo.words import QUARTER
from leadkit.desk.desk import Desk
from leadkit.records import Activity, Lead
from leadkit.records.people import Actor

MARKETING = Actor(id=QUARTER["marketing"], role="marketing")
SIGNALS = {"intent": True, "date_set": True}
END = datetime.fromisoformat("2024-01-01T00:00+08:00")
VISITED, WON_VISITED, WON_OTHERS = 0.5, 0.85, 0.35
"""So many deals are visited by the director, and are won then, or without."""
LEGAL_TAKES, LEGAL_IS_LATE = timedelta(days=1), timedelta(days=6)
CALLED, GIVEN_UP = 0.8, 0.7
"""So much of what is due on a Friday is done."""
NOTES: Mapping[str, tuple[str, ...]] = QUARTER["autumn_notes"]
"""What the team wrote under the figures of the quarter."""
Steps = Iterator[timedelta]
"""What is done with one deal: it goes on after each pause."""


@define
class Agenda:
    """What goes on at the same time, in the order of time."""

    clock: SampleClock
    waiting: list[tuple[datetime, int, Steps]] = field(factory=list)
    numbers: Iterator[int] = field(factory=count)

    def begin(self, at: datetime, steps: Steps) -> None:
        """Begin something then."""
        heappush(self.waiting, (at, next(self.numbers), steps))

    def go_on_until(self, end: datetime) -> None:
        """Do everything that comes before `end`, each step at its own time."""
        while self.waiting and self.waiting[0][0] < end:
            self.clock.now, _, steps = heappop(self.waiting)
            pause = next(steps, None)
            if pause is not None:
                self.begin(self.clock.now + pause, steps)
        self.clock.now = end


def play_autumn(
    desk: Desk, clock: SampleClock, leads: Iterable[Lead], activities: Iterable[Activity], *, seed: int = 20231001
) -> None:
    """Go on with the company that `play` left, to the end of the year. Equal arguments, equal history."""
    dice, agenda = Random(seed), Agenda(clock)
    _go_on_with_open_deals(desk, agenda, dice)
    _buy_again(desk, agenda, dice)
    entered, happened = by_day(leads, "entered_at"), by_day(activities, "occurred_at")
    for evening in _evenings():
        agenda.go_on_until(evening)
        midnight = evening - timedelta(hours=20)
        for lead_id in arrive(desk, entered.get(midnight, ()), happened.get(midnight, ()), dice):
            if desk.lead(lead_id).status == "valid":
                agenda.begin(evening + timedelta(days=dice.randrange(3, 20)), _convert(desk, lead_id, dice))
        if evening.weekday() == 4:
            desk.tick()
            _work_the_list(desk, dice)
    agenda.go_on_until(END)
    desk.tick()


def _evenings() -> Iterator[datetime]:
    days = AUTUMN.days + 10
    return (END.replace(year=2023, month=10, day=9, hour=20) + timedelta(days=day) for day in range(days))


def _morning(dice: Random, first: date, days: int) -> datetime:
    """Some morning within so many days."""
    return END.replace(year=first.year, month=first.month, day=first.day, hour=9) + timedelta(days=dice.randrange(days))


def _go_on_with_open_deals(desk: Desk, agenda: Agenda, dice: Random) -> None:
    for state in desk.opportunities.list(status="open", limit=1000):
        agenda.begin(_morning(dice, AUTUMN.first, 14), _pursue(desk, state.id, dice))


def _buy_again(desk: Desk, agenda: Agenda, dice: Random) -> None:
    """The first customer of the summer buys again: legal is late with the contract, delivery sends it back once."""
    won = desk.opportunities.list(status="won", limit=1)
    for state in won:
        agenda.begin(_morning(dice, AUTUMN.first, 3), _second_deal(desk, str(state.opportunity.lead_id), dice))


def _work_the_list(desk: Desk, dice: Random) -> None:
    """Most leads that are due are called; of those that say too little for too long most are given up."""
    now = desk.executor.clock()
    due = [item for item in desk.due(kind="follow_up", limit=1000) if item.due_at <= now and dice.random() < CALLED]
    calls = (
        Activity(id=f"sample:{item.lead_id}:{now:%m%d}", lead_id=str(item.lead_id), kind="follow_up", occurred_at=now,
                 means=QUARTER["first_call"], by=item.owner)
        for item in due
    )  # fmt: skip
    desk.record_all(calls)
    for item in desk.due(kind="screening", limit=1000):
        if item.due_at <= now and dice.random() < GIVEN_UP:
            desk.disqualify(str(item.lead_id), "no_answer", by=MARKETING)
            desk.archive(str(item.lead_id), by=SUPERVISOR)


def _convert(desk: Desk, lead_id: str, dice: Random) -> Steps:
    if dice.random() >= TRIED[str(desk.lead(lead_id).priority)]:
        return
    deal = str(desk.opportunities.convert(lead_id, SIGNALS, by=REP).opportunity_id)
    yield timedelta(days=1)
    yield from _pursue(desk, deal, dice)


def _second_deal(desk: Desk, lead_id: str, dice: Random) -> Steps:
    again = QUARTER["second_deal"]
    deal = desk.opportunities.convert(
        lead_id, SIGNALS, name=again["name"], amount=Decimal(again["amount"]), attach=False, by=REP
    )
    yield timedelta(days=1)
    yield from _plan(desk, str(deal.opportunity_id), dice)
    yield from _visit(desk, str(deal.opportunity_id))
    yield from _contract(desk, str(deal.opportunity_id), LEGAL_IS_LATE, dice)
    yield from _hand_over(desk, str(deal.opportunity_id), sent_back=True)


def _pursue(desk: Desk, deal: str, dice: Random) -> Steps:
    """From wherever it stands to its end."""
    if desk.opportunities.get(deal).stage in {"assessing", "graded", "planning"}:
        yield from _plan(desk, deal, dice)
    stage, visited = desk.opportunities.get(deal).stage, dice.random() < VISITED
    if stage == "negotiating" and visited:
        yield from _visit(desk, deal)
    if stage == "negotiating" and dice.random() >= (WON_VISITED if visited else WON_OTHERS):
        desk.opportunities.lose(deal, dice.choice(LOST_REASONS), competitor=QUARTER["competitor"], by=REP)
        return
    if stage in {"negotiating", "contracting"}:
        yield from _contract(desk, deal, LEGAL_TAKES, dice)
    yield from _hand_over(desk, deal)


def _plan(desk: Desk, deal: str, dice: Random) -> Steps:
    """From the assessment to the approved plan."""
    deals, state = desk.opportunities, desk.opportunities.get(deal)
    if state.stage == "assessing":
        urgency, competition = dice.choice(("immediate", "urgent")), dice.choice(("ahead", "even"))
        deals.assess(deal, urgency=urgency, competition=competition, by=REP)
        yield timedelta(hours=6)
        if deals.get(deal).proposed_grade is not None:
            deals.confirm_grade(deal, by=SUPERVISOR)
        yield timedelta(hours=12)
        if deals.get(deal).opportunity.grade == "A":
            deals.report(deal, **QUARTER["report"], by=REP)
    if deals.get(deal).stage != "planning":
        deals.plan(deal, **QUARTER["plan"], by=REP)
        yield timedelta(hours=20)
    deals.approve_plan(deal, by=DIRECTOR)
    yield timedelta(days=1)


def _visit(desk: Desk, deal: str) -> Steps:
    """The director visits the customer."""
    lead_id, now = desk.opportunities.get(deal).opportunity.lead_id, desk.executor.clock()
    visit = Activity(
        id=f"sample:{deal}:visit",
        lead_id=str(lead_id),
        opportunity_id=deal,
        kind="reply",
        occurred_at=now,
        by=DIRECTOR.id,
        **QUARTER["visit"],
    )
    desk.record(visit)
    yield timedelta(days=3)


def _contract(desk: Desk, deal: str, legal_takes: timedelta, dice: Random) -> Steps:
    """From the draft to the second signature, as far as it has not come yet."""
    deals, state = desk.opportunities, desk.opportunities.get(deal)
    amount = state.opportunity.amount or Decimal(500_000)
    if state.stage == "negotiating":
        deals.draft_contract(deal, **QUARTER["second_contract"], number=f"HT-{deal[-6:]}", amount=amount, by=REP)
        yield legal_takes
    contract = deals.get(deal).contract
    if contract is not None and contract.legal_review is None:
        deals.review_contract(deal, approved=True, by=LEGAL)
    for side in ("us", "customer"):
        yield timedelta(days=dice.randrange(1, 3))
        if contract is None or getattr(contract, f"signed_by_{side}_at") is None:
            deals.sign(deal, side, by=REP)
    yield timedelta(hours=2)


def _hand_over(desk: Desk, deal: str, *, sent_back: bool = False) -> Steps:
    deals, state = desk.opportunities, desk.opportunities.get(deal)
    if state.stage == "signed":
        deals.win(deal, factors=(WIN_FACTORS[0],), amount=state.opportunity.amount or Decimal(500_000), by=REP)
        yield timedelta(hours=3)
    if state.handed_over_at is None:
        deals.hand_over(deal, QUARTER["terms"], by=REP)
        yield timedelta(hours=5)
    if sent_back:
        deals.return_handover(deal, missing=("delivery_standard",), reason=QUARTER["sent_back"], by=DELIVERY)
        yield timedelta(hours=18)
        deals.hand_over(deal, QUARTER["terms_again"], by=REP)
        yield timedelta(hours=4)
    deals.accept_handover(deal, by=DELIVERY)
