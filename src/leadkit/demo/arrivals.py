"""Where leads arrive: who comes, what they need, and the row that somebody types of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count, cycle

from attrs import define, evolve, setters

from leadkit.adapters.spreadsheets.table import Cell
from leadkit.adapters.spreadsheets.templates import LEADS
from leadkit.demo import words
from leadkit.demo.chance import Dice, on_working_day
from leadkit.demo.people import (
    Contact,
    Firm,
    firms,
    in_full_width,
    in_other_form,
    in_traditional,
    mail_address,
    person_name,
    phone_number,
    rewritten,
)

_FATES = {"sound": 83, "masked": 7, "again": 5, "mistake": 5}
_BLANKED = ("source", "company", "contact", "phone", "need")
_MISTAKES = (*_BLANKED, "impossible date", "text as date")
HOT = 9
Row = tuple[Cell, ...]
_Channel = tuple[str, str]


@define(on_setattr=setters.frozen)
class Arrival:
    """A lead as it came in; `heat` is its share of the follow-ups, `mistake` what was done wrong when it was typed."""

    number: int
    channel: _Channel
    firm: Firm
    contact: Contact
    need: str
    clerk: str | None
    entered: datetime
    heat: int
    mistake: str = ""


LEAD_1001 = Arrival(
    number=1001,
    channel=words.LEAD_1001["channel"],
    firm=Firm(**words.LEAD_1001["firm"]),
    contact=Contact(**words.LEAD_1001["contact"]),
    need=words.LEAD_1001["need"],
    clerk=words.LEAD_1001["clerk"],
    entered=words.LEAD_1001["entered"],
    heat=2,
)


class Reception:
    """Where leads arrive: most are new and sound, some are masked, known already, or typed wrongly."""

    def __init__(self, dice: Dice, first: int) -> None:
        self.dice = dice
        self.first = first
        self.firms = firms(dice)
        self.serials = count()
        self.roles = dice.deal(words.ROLES)
        self.needs = dice.deal(words.NEED_KINDS)
        self.masks = cycle(words.MASKED_CONTACTS)
        self.mistakes = cycle(_MISTAKES)
        self.same_person = cycle((True, False))
        self.name_writings = cycle((in_traditional, in_full_width, in_other_form))

    def captured(self, leads: int) -> Iterator[Arrival]:
        """So many leads in the order of time, numbered from the first one on."""
        known: list[Arrival] = []
        fates = self.dice.deal(_FATES)
        for serial, fate in zip(range(leads), fates, strict=False):
            day = self.dice.span.first + timedelta(days=serial * self.dice.span.days // leads)
            entered = entry_time(self.dice, day)
            lead = self.lead(self.first + serial, entered, *self.parties(fate, known))
            if fate == "sound":
                known.append(lead)
            yield evolve(lead, mistake=next(self.mistakes), heat=0) if fate == "mistake" else lead

    def lead(self, number: int, entered: datetime, firm: Firm, contact: Contact, former: _Channel | None) -> Arrival:
        """A lead of this number."""
        kind = next(self.needs)
        channel = self.dice.pick([channel for channel in words.CHANNELS[firm.english] if channel != former])
        need = self.dice.blemish(_need(self.dice, kind, firm.english))
        heat = _heat(self.dice, kind, contact.role, entered)
        return Arrival(number, channel, firm, contact, need, self.dice.pick(words.CLERKS), entered, heat)

    def parties(self, fate: str, known: Sequence[Arrival]) -> tuple[Firm, Contact, _Channel | None]:
        """Who it is, and how they came before: `again` is one of the last hundred sound leads, or a colleague."""
        if fate == "again" and known:
            met = known[-1 - self.dice.below(min(100, len(known)))]
            if next(self.same_person):
                contact = evolve(met.contact, phone=rewritten(self.dice, met.contact.phone))
                return met.firm, contact, met.channel
            return next(self.name_writings)(met.firm), self.contact(met.firm), met.channel
        firm = next(self.firms)
        contact = self.contact(firm)
        if fate == "masked":
            phone, mail = next(self.masks)
            contact = evolve(contact, phone=phone, mail=mail or contact.mail)
        return firm, contact, None

    def contact(self, firm: Firm) -> Contact:
        """Somebody in the firm."""
        name, latin = person_name(self.dice, firm.land)
        role = next(self.roles)
        title = self.dice.pick(words.TITLES[role][firm.english])
        phone = phone_number(self.dice, firm.land, next(self.serials))
        return Contact(name, role, title, phone, mail_address(self.dice, latin, firm.core))


def _need(dice: Dice, kind: str, english: bool) -> str:
    low = dice.pick(words.LOW_AMOUNTS)
    high = low + dice.pick(words.SPREADS)
    budget = dice.pick(words.BUDGETS[english]).format(
        low=low, high=high, abroad=high // 7, millions=high / 100, spelt=dice.pick(words.SPELT_AMOUNTS)
    )
    product, when = dice.pick(words.PRODUCTS[english]), dice.pick(words.WHEN[english])
    frame = dice.pick(words.NEEDS[kind][english])
    return frame.format(product=product, budget=budget, when=when, pieces=2 + dice.below(5))


def _heat(dice: Dice, need: str, role: str, entered: datetime) -> int:
    """Hot leads have money, a say, and came early enough for ten follow-ups."""
    days_left = (dice.span.last - entered.date()).days
    if need in {"clear", "undated"} and role != "user" and days_left >= 21 and dice.random() < 0.5:
        return HOT + dice.below(5)
    return dice.pick((0, 1, 1, 2, 2, 3, 4))


def entry_time(dice: Dice, day: date) -> datetime:
    """Some time of the day on which somebody types leads in."""
    return on_working_day(datetime.combine(day, time(8, 30)) + timedelta(minutes=dice.below(540)))


def lead_row(dice: Dice, lead: Arrival) -> Row:
    """What is typed of a lead."""
    firm, contact = lead.firm, lead.contact
    row = (
        lead.number, lead.channel[0], firm.name, firm.industry, firm.size, contact.name, contact.title,
        _phone_cell(dice, contact.phone), contact.mail, lead.need, lead.channel[1], lead.clerk,
        dice.write(lead.entered),
    )  # fmt: skip
    return _spoiled(row, lead.mistake) if lead.mistake else row


def _phone_cell(dice: Dice, phone: str) -> Cell:
    """Some phones become numbers, as a spreadsheet makes them of bare digits."""
    is_bare = len(phone) == 11 and phone.isascii() and phone.isdecimal()
    return int(phone) if is_bare and dice.random() < 0.05 else phone


def _spoiled(row: Row, mistake: str) -> Row:
    if mistake in _BLANKED:
        place = LEADS.columns.index(mistake)
        return (*row[:place], None, *row[place + 1 :])
    return (*row[:-1], "2023-02-30" if mistake == "impossible date" else words.ENTERED_LATER)
