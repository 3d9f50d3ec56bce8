"""The follow-ups of the sample: who was called, when, what they said, and what was typed wrongly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from operator import itemgetter

from leadkit.adapters.spreadsheets.table import Cell
from leadkit.demo import words
from leadkit.demo.arrivals import HOT, Arrival, Row
from leadkit.demo.chance import Dice, on_working_day

_FLAWS = {"none": 195, "unknown lead": 2, "broken date": 2, "early": 1}


def follow_ups(dice: Dice, leads: Sequence[Arrival], total: int) -> Iterator[Row]:
    """So many rows in the order of time; hot leads have more of them."""
    flaws = dice.deal(_FLAWS)
    dated: list[tuple[datetime, Row]] = []
    for lead, number in zip(leads, _shares([lead.heat for lead in leads], total), strict=True):
        days_left = (dice.span.last - lead.entered.date()).days + 1
        days = sorted(int(dice.random() * dice.random() * days_left) for _ in range(number))
        dated += (_follow_up(dice, lead, day, next(flaws), leads[-1].number) for day in days)
    return (row for _, row in sorted(dated, key=itemgetter(0)))


def _shares(weights: Sequence[int], total: int) -> Iterator[int]:
    """Whole numbers in about the proportion of the weights, which add up to the total."""
    whole, given = sum(weights), 0
    for reached in accumulate(weights):
        goal = total * reached // whole
        yield goal - given
        given = goal


def _follow_up(dice: Dice, lead: Arrival, day: int, flaw: str, last_number: int) -> tuple[datetime, Row]:
    mixture = words.ORDINARY if lead.heat < HOT else words.EAGER
    means = dice.pick(mixture[lead.firm.english])
    moment = _time_of(dice, lead.entered, day, means)
    if flaw == "early":
        moment = lead.entered - timedelta(days=1 + dice.below(5))
    number = last_number + 1 + dice.below(900) if flaw == "unknown lead" else lead.number
    written = dice.pick(words.BROKEN_DATES) if flaw == "broken date" else dice.write(moment)
    return moment, (number, written, means, *_account(dice, lead, means, moment))


def _time_of(dice: Dice, entered: datetime, day: int, means: str) -> datetime:
    """Customers browse on any day, sales people work on working days; nothing happens before the lead is entered."""
    if day == 0:
        return entered + timedelta(minutes=20 + dice.below(180))
    moment = entered.replace(hour=9, minute=0) + timedelta(days=day, minutes=dice.below(540))
    return on_working_day(moment) if means in words.TALKS else moment


def _account(dice: Dice, lead: Arrival, means: str, moment: datetime) -> tuple[Cell, Cell, Cell, Cell]:
    """What was done, what the customer said, what comes next and who writes it down."""
    if means in words.EVENTS:
        return dice.pick(words.EVENTS[means]), None, None, None
    feedback: str | None
    if dice.random() < (0.3 if lead.heat < HOT else 0.75):
        feedback = dice.blemish(dice.pick(words.ANSWERS[lead.firm.english]))
    else:
        feedback = dice.pick(words.SILENCES[means])
    plan = dice.pick(words.PLANS[lead.firm.english])
    planned = moment + timedelta(days=3 + dice.below(12))
    return (
        dice.pick(words.TALKS[means]),
        feedback,
        plan and plan.format(planned),
        words.REPS[lead.number % len(words.REPS)],
    )
