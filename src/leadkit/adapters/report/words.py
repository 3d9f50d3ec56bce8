"""What the page calls things and how it writes numbers, money and time in one language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define, setters
from babel.core import Locale
from babel.dates import format_datetime
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent
from babel.units import format_unit
from markupsafe import Markup

from leadkit.adapters.report.places import shortened
from leadkit.adapters.report.sentences import Named, Sentence
from leadkit.reviewing.period import Period
from leadkit.reviewing.rates import FEW, Rate
from leadkit.reviewing.review import Change
from leadkit.reviewing.words import FIGURES, PROBLEMS, key_label
from leadkit.rules.labels import Labels
from leadkit.texts import Language

LONGEST_NAME = 40
"""In sentences names are cut to so many columns; tables have them whole."""

LONGEST_WORD = 20
TENTH_OF_PERCENT = Decimal("0.001")
NOTHING = "–"
MOST_NAMES = 5
WHOLE_FROM = 100
"""Amounts from here on are written without cents."""


@define(on_setattr=setters.frozen)
class Words:
    """One language: its texts by section, its formats, and what the codes of a policy are called."""

    language: Language
    currency: str
    labels: Labels
    texts: Mapping[str, Mapping[str, str]]

    @property
    def locale(self) -> Locale:
        """What babel knows of the language."""
        return _locale(self.language)

    @property
    def page(self) -> Mapping[str, str]:
        """The words of the page itself."""
        return self.texts["page"]

    def number(self, value: Decimal | int | None) -> str:
        """A number with its thousands apart."""
        return NOTHING if value is None else format_decimal(value, locale=self.locale)

    def percent(self, share: Decimal | None) -> str:
        """A share as percentage with one decimal."""
        if share is None:
            return NOTHING
        return format_percent(share.quantize(TENTH_OF_PERCENT, ROUND_HALF_UP), "#,##0.0%", locale=self.locale)

    def rate(self, rate: Rate) -> str:
        """A rate as percentage, rounded once from its counts."""
        return self.percent(Decimal(rate.met) / rate.of if rate.of else None)

    def counted(self, rate: Rate) -> str:
        """A rate with the counts behind it, and a word where these are few."""
        small = self.page["comma"] + self.page["small"] if rate.is_share and rate.small else ""
        more = f"{self.number(rate.met)}/{self.number(rate.of)}{small}"
        return self.page["bracketed"].format(name=self.rate(rate), more=more)

    def interval(self, rate: Rate) -> str:
        """The two ends of a rate's interval, such as 5.1–10.9%, or what it is instead of a share."""
        if rate.low is None:
            return self.page["no_share"] if rate.of else NOTHING
        low = format_decimal(rate.low * 100, "#,##0.0", locale=self.locale)
        return f"{low}–{self.percent(rate.high)}"

    def money(self, amount: Decimal | None) -> str:
        """An amount; cents only where it is small."""
        if amount is None:
            return NOTHING
        pattern = "¤#,##0" if abs(amount) >= WHOLE_FROM or not amount else "¤#,##0.00"
        return format_currency(amount, self.currency, pattern, locale=self.locale, currency_digits=False)

    def short_money(self, amount: Decimal) -> str:
        """An amount as an axis says it, such as ¥50万."""
        return format_compact_currency(amount, self.currency, locale=self.locale, fraction_digits=1)

    def short_percent(self, share: Decimal) -> str:
        """A share as an axis says it, without a decimal where it needs none."""
        return format_percent(share, "#,##0.##%", locale=self.locale)

    def time(self, value: Decimal | None, unit: str) -> str:
        """So many minutes, hours or days (`unit`), told in the unit that suits their size; days stay days."""
        if value is None:
            return NOTHING
        for larger, length, least in (("hour", 60, 120), ("day", 24, 72)):
            if {"hour": "minute", "day": "hour"}[larger] == unit and value >= least:
                value, unit = value / length, larger
        rounded = round(value, 0 if unit == "minute" else 1)
        return format_unit(rounded, f"duration-{unit}", length="short", locale=self.locale)

    def moment(self, at: datetime, zone: ZoneInfo) -> str:
        """A moment on the wall clock of a zone."""
        return f"{format_datetime(at, 'yyyy-MM-dd HH:mm', tzinfo=zone, locale=self.locale)} ({zone.key})"

    def days_of(self, period: Period) -> str:
        """The first and the last day of a period."""
        return f"{period.first} – {period.last - timedelta(days=1)}"

    def name(self, of: str, key: str | None) -> str:
        """What people call a case group's key: the label of a code, somebody's own words as they are."""
        return key_label(of, key, self.language, self.labels)

    def breaks(self, name: str) -> bool:
        """Whether a name has a word that must be broken somewhere to fit into a table."""
        return any(len(word) > LONGEST_WORD for word in name.split())

    def figure(self, name: str, value: Any) -> str:
        """One of the key figures by its name."""
        if isinstance(value, Rate):
            return self.rate(value)
        if name in {"sales_cycle_days", "sales_cycle_median_days"}:
            return self.time(value, "day")
        if name == "pipeline_velocity":
            return NOTHING if value is None else self.page["per_day"].format(money=self.money(value))
        return self.money(value) if name in {"average_deal_size", "won_amount"} else self.number(value)

    def say(self, sentence: Sentence) -> Markup:
        """A sentence with its figures and names put in, the names escaped."""
        facts = {name: self._fact(fact) for name, fact in sentence.facts.items()}
        return Markup(self.texts["sentences"][sentence.code]).format(few=FEW, **facts)

    def listed(self, names: list[Markup]) -> Markup:
        """A list of names, the first few of them."""
        shown, left = names[:MOST_NAMES], len(names) - MOST_NAMES
        more = [Markup(self.page["more_names"]).format(number=left)] if left > 0 else []
        return Markup(self.page["list_separator"]).join([*shown, *more])

    def change(self, change: Change) -> Markup:
        """A figure with what it was and what it is."""
        before, now = (self.figure(change.name, value) for value in (change.before, change.now))
        told = f"{self.texts['figures'][change.name]} {before} → {now}"
        return Markup('<span class="whole">{}</span>').format(told)

    def _fact(self, fact: Any) -> Markup | str:
        if isinstance(fact, Named):
            return isolated(shortened(self.name(fact.of, fact.key), LONGEST_NAME))
        if isinstance(fact, tuple):
            return self._several(fact)
        if isinstance(fact, Rate):
            return self.counted(fact)
        return self.percent(fact) if isinstance(fact, Decimal) else self.number(fact)

    def _several(self, facts: tuple[Any, ...]) -> Markup:
        if isinstance(facts[0], Change):
            return Markup(self.page["list_separator"]).join(self.change(one) for one in facts)
        return self.listed([isolated(shortened(self.name(one.of, one.key), LONGEST_NAME)) for one in facts])


def isolated(name: str) -> Markup:
    """A name, escaped, whose direction of writing stays its own."""
    return Markup("<bdi>{}</bdi>").format(name)


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse(language)


@cache
def texts_of(language: Language) -> Mapping[str, Mapping[str, str]]:
    """The texts of a language by section; those of figures and problems are what they are called everywhere."""
    text = (files("leadkit.adapters.report") / "texts" / f"{language}.toml").read_text(encoding="utf-8")
    return {**tomllib.loads(text), "figures": FIGURES[language], "problems": PROBLEMS[language]}
