"""The words that the sample sheets are made of; every person, company and number put together from them is invented.

They stand in `words.toml`. What comes in Chinese and English is a pair here, in this order.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from leadkit.policy.load import tuples

Words = tuple[str, ...]
Blanks = tuple[str | None, ...]


def _cells(row: Iterable[Any]) -> tuple[Any, ...]:
    """A row with None for its empty cells."""
    return tuple(None if cell == "" else cell for cell in row)


def _spelt(entries: Iterable[str]) -> dict[str, str]:
    """Words with their spelling in Latin letters, from texts such as `苏州 suzhou`."""
    return dict(entry.rsplit(" ", 1) for entry in entries)


def _both(table: Mapping[str, Words]) -> tuple[Words, Words]:
    return table["zh_CN"], table["en"]


_WORDS: Mapping[str, Any] = tuples(tomllib.loads((files("leadkit.demo") / "words.toml").read_text(encoding="utf-8")))

TEMPLATE_LEADS = tuple(_cells(row) for row in _WORDS["template_leads"])
TEMPLATE_FOLLOW_UPS = tuple(_cells(row) for row in _WORDS["template_follow_ups"])
LEAD_1001: Mapping[str, Any] = _WORDS["lead_1001"]
QUARTER: Mapping[str, Any] = _WORDS["quarter"]

# Companies

PLACES = _spelt(_WORDS["places"])
CORE_STARTS = _spelt(_WORDS["core_starts"])
CORE_ENDS = _spelt(_WORDS["core_ends"])
LATIN_STARTS: Words = _WORDS["latin_starts"]
LATIN_MIDDLES: Words = _WORDS["latin_middles"]
LATIN_ENDS: Words = _WORDS["latin_ends"]
INDUSTRIES = {industry: _both(trades) for industry, trades in _WORDS["industries"].items()}
FORMS: Mapping[str, Words] = _WORDS["forms"]
OTHER_FORMS: Mapping[str, str] = _WORDS["other_forms"]
SIZES: Mapping[str, int] = _WORDS["sizes"]
TRADITIONAL = str.maketrans(_WORDS["simplified"], _WORDS["traditional"])
FULL_WIDTH = {ord(" "): 0x3000} | {code: code + 0xFEE0 for code in range(0x21, 0x7F)}

# People

SURNAMES = _spelt(_WORDS["surnames"])
GIVEN_NAMES = _spelt(_WORDS["given_names"])
FIRST_NAMES = _spelt(_WORDS["first_names"])
LAST_NAMES = _spelt(_WORDS["last_names"])
TITLES = {role: _both(titles) for role, titles in _WORDS["titles"].items()}
ROLES = {"decision_maker": 18, "influencer": 31, "user": 51}
CLERKS: Blanks = _cells(_WORDS["clerks"])
REPS: Words = _WORDS["reps"]

# Phones: Chinese mobile prefixes and switchboards, then the German and North American numbers kept free for fiction

MOBILE_PREFIXES = (
    "130", "131", "132", "133", "135", "136", "137", "138", "139", "150", "151", "152", "155", "156", "158", "159",
    "176", "177", "180", "182", "185", "186", "187", "188", "189", "191", "198", "199",
)  # fmt: skip
MOBILE_WRITINGS = ("{0}{1}{2}",) * 8 + ("{0} {1} {2}", "{0}-{1}-{2}")
REPEATED_WRITINGS = ("+86 {0} {1} {2}", "{0} {1} {2}", "0086-{0}-{1}-{2}", "+86{0}{1}{2}", "{0}－{1}－{2}")
SWITCHBOARDS = ("021-6", "0512-6", "0755-8", "020-3", "0571-8", "0532-8", "025-5")
GERMAN_SWITCHBOARDS = ("+49 30 23125 ", "+49 69 90009 ", "+49 40 66969 ", "+49 221 4710 ", "+49 89 99998 ")
AMERICAN_AREAS = (
    "212", "312", "415", "617", "206", "303", "404", "512", "602", "702", "713", "214", "305", "313", "216", "412",
    "414", "503", "615", "704",
)  # fmt: skip
EXTENSION: str = _WORDS["extension"]
MASKED_CONTACTS: tuple[tuple[str, str | None], ...] = tuple(
    (phone, mail or None) for phone, mail in _WORDS["masked_contacts"]
)

# Sources and needs

CHANNELS: tuple[tuple[tuple[str, str], ...], ...] = (_WORDS["channels"]["zh_CN"], _WORDS["channels"]["en"])
PRODUCTS = _both(_WORDS["products"])
WHEN = _both(_WORDS["when"])
BUDGETS = _both(_WORDS["budgets"])
SPELT_AMOUNTS: Words = _WORDS["spelt_amounts"]
LOW_AMOUNTS = (15, 20, 25, 30, 30, 40, 50, 50, 60, 80, 100, 150, 200)
SPREADS = (5, 10, 10, 20, 30, 30, 50)
NEED_KINDS = {"clear": 36, "undated": 8, "unpriced": 41, "vague": 8, "small": 7}
NEEDS = {kind: _both(frames) for kind, frames in _WORDS["needs"].items()}
BLEMISHES: Words = _WORDS["blemishes"]

# Follow-ups: means, what was done, what the customer said

ORDINARY = _both(_WORDS["ordinary"])
EAGER = _both(_WORDS["eager"])
EVENTS: Mapping[str, Words] = _WORDS["events"]
TALKS: Mapping[str, Words] = _WORDS["talks"]
SILENCES: Mapping[str, Blanks] = {means: _cells(answers) for means, answers in _WORDS["silences"].items()}
ANSWERS = _both(_WORDS["answers"])
PLANS = tuple(_cells(plans) for plans in _both(_WORDS["plans"]))

# Dates as people write them

DATE_WRITINGS: Words = _WORDS["date_writings"]
BROKEN_DATES: Words = _WORDS["broken_dates"]
ENTERED_LATER: str = _WORDS["entered_later"]
