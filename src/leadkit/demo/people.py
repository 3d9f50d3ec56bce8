"""Firms and the people in them: names, titles, phones and mail addresses, all of them invented."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from attrs import define, evolve, setters

from leadkit.demo import words
from leadkit.demo.chance import Card, Dice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_CHINESE_FIRMS = tuple(tuple(part.items()) for part in (words.PLACES, words.CORE_STARTS, words.CORE_ENDS))
_CHINESE_NAMES = tuple(words.SURNAMES.items()), tuple(words.GIVEN_NAMES.items())
_FOREIGN_NAMES = tuple(words.FIRST_NAMES.items()), tuple(words.LAST_NAMES.items())
_INDUSTRIES = tuple(words.INDUSTRIES.items())


@define(on_setattr=setters.frozen)
class Firm:
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
        """The name as it is registered."""
        return self.stem + self.form

    @property
    def english(self) -> bool:
        """Whether it writes in English."""
        return self.land != "cn"


@define(on_setattr=setters.frozen)
class Contact:
    """Who is talked to; `role` is that in the purchase."""

    name: str
    role: str
    title: str
    phone: str
    mail: str | None


def firms(dice: Dice) -> Iterator[Firm]:
    """Firms without end, no two of one name."""
    lands, sizes = dice.deal({"cn": 75, "export": 5, "de": 11, "us": 9}), dice.deal(words.SIZES)
    numbers = {"cn": count(dice.below(100_000)), "de": count(dice.below(100_000))}
    numbers |= {"export": numbers["cn"], "us": numbers["de"]}
    for land in lands:
        industry, trades = dice.pick(_INDUSTRIES)
        stem, core = _STEMS[land](next(numbers[land]), dice.pick(trades[land != "cn"]))
        yield Firm(stem, dice.pick(words.FORMS[land]), core, land, industry, next(sizes))


def _combined(number: int, *lists: Sequence[Card]) -> list[Card]:
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


def in_other_form(firm: Firm) -> Firm:
    """The firm with its legal form written otherwise."""
    return evolve(firm, form=words.OTHER_FORMS[firm.form])


def in_traditional(firm: Firm) -> Firm:
    """The firm in traditional characters, else in another legal form."""
    changed = evolve(firm, stem=firm.stem.translate(words.TRADITIONAL), form=firm.form.translate(words.TRADITIONAL))
    return changed if changed != firm else in_other_form(firm)


def in_full_width(firm: Firm) -> Firm:
    """The firm in full-width letters, else in another legal form."""
    changed = evolve(firm, stem=firm.stem.translate(words.FULL_WIDTH), form=firm.form.translate(words.FULL_WIDTH))
    return changed if changed != firm else in_other_form(firm)


def person_name(dice: Dice, land: str) -> tuple[str, str]:
    """A name, and how a mail address has it."""
    if land in {"de", "us"}:
        (first, first_latin), (last, last_latin) = map(dice.pick, _FOREIGN_NAMES)
        return f"{first} {last}", f"{first_latin}.{last_latin}"
    (surname, surname_latin), (given, given_latin) = map(dice.pick, _CHINESE_NAMES)
    return surname + given, f"{given_latin}.{surname_latin}"


def mail_address(dice: Dice, latin: str, core: str) -> str | None:
    """A mail address at a host kept free for examples, or none."""
    roll = dice.random()
    if roll < 0.74:
        return f"{latin}@{core}.example"
    host = "example.com" if roll < 0.80 else "example.cn"
    return f"{latin}{dice.below(100_000)}@{host}" if roll < 0.86 else None


def phone_number(dice: Dice, land: str, serial: int) -> str:
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


def rewritten(dice: Dice, phone: str) -> str:
    """The same phone, written otherwise."""
    digits = "".join(filter(str.isdecimal, phone))
    if phone.startswith("1") and dice.random() < 0.7:
        return dice.pick(words.REPEATED_WRITINGS).format(digits[:3], digits[3:7], digits[7:])
    return phone.translate(words.FULL_WIDTH)
