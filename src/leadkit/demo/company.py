"""A sample company: the lead sheet and the follow-up sheet that a maker of industrial equipment kept in summer 2023.

The sheets have the habits and the mistakes of real ones: masked phones, the same customer entered twice, dates as
text, rows that can't be used. Every person, company and contact in them is invented. The mail addresses stand at
names reserved for examples, the German and North American phones in the ranges kept free for fiction. China keeps no
such range, so its numbers are valid in form and drawn by chance: call none of them.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import accumulate, count, cycle
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING, TypeVar

from attrs import define, evolve, setters

from leadkit.adapters.spreadsheets.table import Cell, Table
from leadkit.adapters.spreadsheets.templates import ACTIVITIES, LEADS
from leadkit.demo import words
from leadkit.errors import FactError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_FIRST_DAY = date(2023, 6, 1)
_LAST_DAY = date(2023, 9, 28)
_DAYS = (_LAST_DAY - _FIRST_DAY).days + 1

_FATES = {"sound": 83, "masked": 7, "again": 5, "mistake": 5}
_FLAWS = {"none": 195, "unknown lead": 2, "broken date": 2, "early": 1}
_BLANKED = ("source", "company", "contact", "phone", "need")
_MISTAKES = (*_BLANKED, "impossible date", "text as date")
_HOT = 9
_CHINESE_FIRMS = tuple(tuple(part.items()) for part in (words.PLACES, words.CORE_STARTS, words.CORE_ENDS))
_CHINESE_NAMES = tuple(words.SURNAMES.items()), tuple(words.GIVEN_NAMES.items())
_FOREIGN_NAMES = tuple(words.FIRST_NAMES.items()), tuple(words.LAST_NAMES.items())
_INDUSTRIES = tuple(words.INDUSTRIES.items())

_Card = TypeVar("_Card")
_Row = tuple[Cell, ...]
_Channel = tuple[str, str]


def sample_tables(seed: int = 20230801, leads: int = 200, activities: int = 600) -> tuple[Table, Table]:
    """The lead sheet 线索信息表 with `leads` rows and the follow-up sheet 线索培育跟进表 with `activities` rows.

    The heads are those of the zh_CN templates. The two example rows of each template stand first; the lead that the
    follow-ups of the template speak of is 1001, and those after it count on from there, day by day from 2023-06-01
    to 2023-09-28, so that 2023-09-30 is a day to look back from. The other follow-ups are in the order of time.
    Equal arguments give equal sheets, on every machine. Fewer than 3 leads or 2 activities raise `FactError`.
    """
    if leads < 3 or activities < 2:
        problem = f"{leads} leads and {activities} activities leave no room for the rows of the templates"
        raise FactError(Problem(problem, "ask for at least 3 leads and 2 activities", place="sample_tables"))
    dice = _Dice(seed)
    captured = tuple(_Reception(dice).captured(leads - 2))
    lead_rows = (*words.TEMPLATE_LEADS, *(_lead_row(dice, lead) for lead in captured))
    follow_ups = (*words.TEMPLATE_FOLLOW_UPS, *_follow_ups(dice, captured, activities - 2))
    return (
        Table(LEADS.title["zh_CN"], LEADS.row("zh_CN"), lead_rows),
        Table(ACTIVITIES.title["zh_CN"], ACTIVITIES.row("zh_CN"), follow_ups),
    )


class _Dice:
    """Chance from a seed, all of it from `Random.random`, whose numbers Python promises to keep."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed).random

    def below(self, bound: int) -> int:
        return int(self.random() * bound)

    def pick(self, cards: Sequence[_Card]) -> _Card:
        return cards[int(self.random() * len(cards))]

    def deal(self, copies: Mapping[_Card, int]) -> Iterator[_Card]:
        """Shuffled decks, one after the other: even a short run holds about its share of each card."""
        deck = [card for card, number in copies.items() for _ in range(number)]
        while True:
            yield from sorted(deck, key=lambda _: self.random())

    def blemish(self, text: str) -> str:
        return self.pick(words.BLEMISHES).format(text) if self.random() < 0.05 else text

    def write(self, moment: datetime) -> Cell:
        """A date, a date with a time, or now and then the text that somebody typed."""
        roll = self.random()
        if roll < 0.85:
            return moment.date() if roll < 0.6 else moment
        return self.pick(words.DATE_WRITINGS).format(moment)


@define(on_setattr=setters.frozen)
class _Firm:
    """A company: `stem` and legal `form` make its name, `core` its mail host; `land` is cn, export, de or us.

    An export firm is a Chinese one that is known by its English name.
    """

    stem: str
    form: str
    core: str
    land: str
    industry: str
    size: str

    @property
    def name(self) -> str:
        return self.stem + self.form

    @property
    def english(self) -> bool:
        return self.land != "cn"


@define(on_setattr=setters.frozen)
class _Contact:
    name: str
    role: str
    title: str
    phone: str
    mail: str | None


@define(on_setattr=setters.frozen)
class _Lead:
    """A lead as it came in; `heat` is its share of the follow-ups, `mistake` what was done wrong when it was typed."""

    number: int
    channel: _Channel
    firm: _Firm
    contact: _Contact
    need: str
    clerk: str | None
    entered: datetime
    heat: int
    mistake: str = ""


_LEAD_1001 = _Lead(
    number=1001,
    channel=words.LEAD_1001["channel"],
    firm=_Firm(**words.LEAD_1001["firm"]),
    contact=_Contact(**words.LEAD_1001["contact"]),
    need=words.LEAD_1001["need"],
    clerk=words.LEAD_1001["clerk"],
    entered=words.LEAD_1001["entered"],
    heat=2,
)


class _Reception:
    """Where leads arrive: most are new and sound, some are masked, known already, or typed wrongly."""

    def __init__(self, dice: _Dice) -> None:
        self.dice = dice
        self.firms = _firms(dice)
        self.serials = count()
        self.roles = dice.deal(words.ROLES)
        self.needs = dice.deal(words.NEED_KINDS)
        self.masks = cycle(words.MASKED_CONTACTS)
        self.mistakes = cycle(_MISTAKES)
        self.same_person = cycle((True, False))
        self.name_writings = cycle((_in_traditional, _in_full_width, _in_other_form))

    def captured(self, leads: int) -> Iterator[_Lead]:
        yield _LEAD_1001
        known: list[_Lead] = []
        fates = self.dice.deal(_FATES)
        for serial, fate in zip(range(leads - 1), fates, strict=False):
            entered = _entry_time(self.dice, _FIRST_DAY + timedelta(days=serial * _DAYS // (leads - 1)))
            lead = self.lead(1002 + serial, entered, *self.parties(fate, known))
            if fate == "sound":
                known.append(lead)
            yield evolve(lead, mistake=next(self.mistakes), heat=0) if fate == "mistake" else lead

    def lead(self, number: int, entered: datetime, firm: _Firm, contact: _Contact, former: _Channel | None) -> _Lead:
        kind = next(self.needs)
        channel = self.dice.pick([channel for channel in words.CHANNELS[firm.english] if channel != former])
        need = self.dice.blemish(_need(self.dice, kind, firm.english))
        heat = _heat(self.dice, kind, contact.role, entered)
        return _Lead(number, channel, firm, contact, need, self.dice.pick(words.CLERKS), entered, heat)

    def parties(self, fate: str, known: Sequence[_Lead]) -> tuple[_Firm, _Contact, _Channel | None]:
        """Who it is, and how they came before: `again` is one of the last hundred sound leads, or a colleague."""
        if fate == "again" and known:
            met = known[-1 - self.dice.below(min(100, len(known)))]
            if next(self.same_person):
                contact = evolve(met.contact, phone=_rewritten(self.dice, met.contact.phone))
                return met.firm, contact, met.channel
            return next(self.name_writings)(met.firm), self.contact(met.firm), met.channel
        firm = next(self.firms)
        contact = self.contact(firm)
        if fate == "masked":
            phone, mail = next(self.masks)
            contact = evolve(contact, phone=phone, mail=mail or contact.mail)
        return firm, contact, None

    def contact(self, firm: _Firm) -> _Contact:
        name, latin = _person(self.dice, firm.land)
        role = next(self.roles)
        title = self.dice.pick(words.TITLES[role][firm.english])
        phone = _phone(self.dice, firm.land, next(self.serials))
        return _Contact(name, role, title, phone, _mail(self.dice, latin, firm.core))


def _firms(dice: _Dice) -> Iterator[_Firm]:
    lands, sizes = dice.deal({"cn": 75, "export": 5, "de": 11, "us": 9}), dice.deal(words.SIZES)
    numbers = {"cn": count(dice.below(100_000)), "de": count(dice.below(100_000))}
    numbers |= {"export": numbers["cn"], "us": numbers["de"]}
    for land in lands:
        industry, trades = dice.pick(_INDUSTRIES)
        stem, core = _STEMS[land](next(numbers[land]), dice.pick(trades[land != "cn"]))
        yield _Firm(stem, dice.pick(words.FORMS[land]), core, land, industry, next(sizes))


def _combined(number: int, *lists: Sequence[_Card]) -> list[_Card]:
    """The combination with this number: no two numbers give the same one until all have been used."""
    chosen = []
    for items in lists:
        number, place = divmod(number, len(items))
        chosen.append(items[place])
    return chosen


def _chinese_stem(number: int, word: str) -> tuple[str, str]:
    (place, _), (start, start_latin), (end, end_latin) = _combined(number * 47_467, *_CHINESE_FIRMS)
    stem = f"{start}{end}{word}({place})" if number % 4 == 0 else f"{place}{start}{end}{word}"
    return stem, start_latin + end_latin


def _export_stem(number: int, word: str) -> tuple[str, str]:
    (_, place), (_, start), (_, end) = _combined(number * 47_467, *_CHINESE_FIRMS)
    return f"{place.title()} {start.title()}{end} {word}", start + end


def _foreign_stem(number: int, word: str) -> tuple[str, str]:
    core = "".join(_combined(number * 12_815, words.LATIN_STARTS, words.LATIN_MIDDLES, words.LATIN_ENDS))
    return f"{core} {word}", core.lower()


_STEMS = {"cn": _chinese_stem, "export": _export_stem, "de": _foreign_stem, "us": _foreign_stem}


def _in_other_form(firm: _Firm) -> _Firm:
    return evolve(firm, form=words.OTHER_FORMS[firm.form])


def _in_traditional(firm: _Firm) -> _Firm:
    changed = evolve(firm, stem=firm.stem.translate(words.TRADITIONAL), form=firm.form.translate(words.TRADITIONAL))
    return changed if changed != firm else _in_other_form(firm)


def _in_full_width(firm: _Firm) -> _Firm:
    changed = evolve(firm, stem=firm.stem.translate(words.FULL_WIDTH), form=firm.form.translate(words.FULL_WIDTH))
    return changed if changed != firm else _in_other_form(firm)


def _person(dice: _Dice, land: str) -> tuple[str, str]:
    if land in {"de", "us"}:
        (first, first_latin), (last, last_latin) = map(dice.pick, _FOREIGN_NAMES)
        return f"{first} {last}", f"{first_latin}.{last_latin}"
    (surname, surname_latin), (given, given_latin) = map(dice.pick, _CHINESE_NAMES)
    return surname + given, f"{given_latin}.{surname_latin}"


def _mail(dice: _Dice, latin: str, core: str) -> str | None:
    roll = dice.random()
    if roll < 0.74:
        return f"{latin}@{core}.example"
    host = "example.com" if roll < 0.80 else "example.cn"
    return f"{latin}{dice.below(100_000)}@{host}" if roll < 0.86 else None


def _phone(dice: _Dice, land: str, serial: int) -> str:
    """A number that no other serial has: certainly abroad, almost certainly in China."""
    if land == "de":
        return f"{words.GERMAN_SWITCHBOARDS[serial % 5]}{serial * 7919 % 100_000:05}"
    if land == "us":
        desk, area = divmod(serial, len(words.AMERICAN_AREAS))
        extension = f" ext. {desk // 100}" if desk >= 100 else ""
        return f"+1 {words.AMERICAN_AREAS[area]}-555-01{desk % 100:02}{extension}"
    if dice.random() < 0.1:
        extension = words.EXTENSION.format(100 + dice.below(900)) if dice.random() < 0.6 else ""
        return f"{dice.pick(words.SWITCHBOARDS)}{dice.below(10_000_000):07}{extension}"
    prefix, middle, end = dice.pick(words.MOBILE_PREFIXES), dice.below(10_000), dice.below(10_000)
    return dice.pick(words.MOBILE_WRITINGS).format(prefix, f"{middle:04}", f"{end:04}")


def _rewritten(dice: _Dice, phone: str) -> str:
    digits = "".join(filter(str.isdecimal, phone))
    if phone.startswith("1") and dice.random() < 0.7:
        return dice.pick(words.REPEATED_WRITINGS).format(digits[:3], digits[3:7], digits[7:])
    return phone.translate(words.FULL_WIDTH)


def _need(dice: _Dice, kind: str, english: bool) -> str:
    low = dice.pick(words.LOW_AMOUNTS)
    high = low + dice.pick(words.SPREADS)
    budget = dice.pick(words.BUDGETS[english]).format(
        low=low, high=high, abroad=high // 7, millions=high / 100, spelt=dice.pick(words.SPELT_AMOUNTS)
    )
    product, when = dice.pick(words.PRODUCTS[english]), dice.pick(words.WHEN[english])
    frame = dice.pick(words.NEEDS[kind][english])
    return frame.format(product=product, budget=budget, when=when, pieces=2 + dice.below(5))


def _heat(dice: _Dice, need: str, role: str, entered: datetime) -> int:
    """Hot leads have money, a say, and came early enough for ten follow-ups."""
    days_left = (_LAST_DAY - entered.date()).days
    if need in {"clear", "undated"} and role != "user" and days_left >= 21 and dice.random() < 0.5:
        return _HOT + dice.below(5)
    return dice.pick((0, 1, 1, 2, 2, 3, 4))


def _entry_time(dice: _Dice, day: date) -> datetime:
    return _on_working_day(datetime.combine(day, time(8, 30)) + timedelta(minutes=dice.below(540)))


def _on_working_day(moment: datetime) -> datetime:
    return moment + timedelta(days=7 - moment.weekday()) if moment.weekday() >= 5 else moment


def _lead_row(dice: _Dice, lead: _Lead) -> _Row:
    firm, contact = lead.firm, lead.contact
    row = (
        lead.number, lead.channel[0], firm.name, firm.industry, firm.size, contact.name, contact.title,
        _phone_cell(dice, contact.phone), contact.mail, lead.need, lead.channel[1], lead.clerk,
        dice.write(lead.entered),
    )  # fmt: skip
    return _spoiled(row, lead.mistake) if lead.mistake else row


def _phone_cell(dice: _Dice, phone: str) -> Cell:
    """Some phones become numbers, as a spreadsheet makes them of bare digits."""
    is_bare = len(phone) == 11 and phone.isascii() and phone.isdecimal()
    return int(phone) if is_bare and dice.random() < 0.05 else phone


def _spoiled(row: _Row, mistake: str) -> _Row:
    if mistake in _BLANKED:
        place = LEADS.columns.index(mistake)
        return (*row[:place], None, *row[place + 1 :])
    return (*row[:-1], "2023-02-30" if mistake == "impossible date" else words.ENTERED_LATER)


def _follow_ups(dice: _Dice, leads: Sequence[_Lead], total: int) -> Iterator[_Row]:
    flaws = dice.deal(_FLAWS)
    dated: list[tuple[datetime, _Row]] = []
    for lead, number in zip(leads, _shares([lead.heat for lead in leads], total), strict=True):
        days_left = (_LAST_DAY - lead.entered.date()).days + 1
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


def _follow_up(dice: _Dice, lead: _Lead, day: int, flaw: str, last_number: int) -> tuple[datetime, _Row]:
    mixture = words.ORDINARY if lead.heat < _HOT else words.EAGER
    means = dice.pick(mixture[lead.firm.english])
    moment = _time_of(dice, lead.entered, day, means)
    if flaw == "early":
        moment = lead.entered - timedelta(days=1 + dice.below(5))
    number = last_number + 1 + dice.below(900) if flaw == "unknown lead" else lead.number
    written = dice.pick(words.BROKEN_DATES) if flaw == "broken date" else dice.write(moment)
    return moment, (number, written, means, *_account(dice, lead, means, moment))


def _time_of(dice: _Dice, entered: datetime, day: int, means: str) -> datetime:
    """Customers browse on any day, sales people work on working days; nothing happens before the lead is entered."""
    if day == 0:
        return entered + timedelta(minutes=20 + dice.below(180))
    moment = entered.replace(hour=9, minute=0) + timedelta(days=day, minutes=dice.below(540))
    return _on_working_day(moment) if means in words.TALKS else moment


def _account(dice: _Dice, lead: _Lead, means: str, moment: datetime) -> tuple[Cell, Cell, Cell, Cell]:
    """What was done, what the customer said, what comes next and who writes it down."""
    if means in words.EVENTS:
        return dice.pick(words.EVENTS[means]), None, None, None
    feedback: str | None
    if dice.random() < (0.3 if lead.heat < _HOT else 0.75):
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
