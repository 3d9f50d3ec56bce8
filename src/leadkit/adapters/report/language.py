"""What the page calls things and how it writes numbers, money and time in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define, setters
from babel.core import Locale
from babel.dates import format_datetime
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent
from babel.units import format_unit
from markupsafe import Markup

from leadkit.adapters.report.label_layout import shortened
from leadkit.adapters.report.sentences import Named, Sentence
from leadkit.reviewing.period import Period
from leadkit.reviewing.pipeline import Estimate
from leadkit.reviewing.rates import FEW, Rate
from leadkit.reviewing.review import FigureChange
from leadkit.reviewing.section import CellKind
from leadkit.reviewing.view import KINDS, FigureRow, Kind, ReviewView, key_label
from leadkit.rules.labels import Labels
from leadkit.texts import Language, texts

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

    @property
    def texts(self) -> Mapping[str, Mapping[str, str]]:
        """The texts of the review by section."""
        return texts("review", self.language)

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
        """A rate as percentage, rounded once from its counts; nothing where it is no share."""
        return self.percent(Decimal(rate.met) / rate.of if rate.is_share else None)

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

    def figure(self, kind: Kind, value: Any) -> str:
        """A figure of some kind."""
        if kind == "money_a_day":
            return NOTHING if value is None else self.page["per_day"].format(money=self.money(value))
        return self.tile(kind, value)

    def tile(self, kind: Kind, value: Any) -> str:
        """A figure as its tile shows it, beside which stands that money is that of each day."""
        match kind:
            case "rate":
                return self.rate(value)
            case "days":
                return self.time(value, "day")
            case "money" | "money_a_day":
                return self.money(value)
            case "count":
                return self.number(value)

    def cell(self, kind: CellKind, value: Any) -> str:
        """A cell of a section that is neither a rate nor an estimate."""
        if kind == "text":
            return NOTHING if value is None else str(value)
        if kind == "ratio":
            return NOTHING if value is None else f"{value:,.2f}"
        return self.money(value) if kind == "money" else self.number(value)

    def estimate(self, value: Estimate | Decimal | None) -> str:
        """An amount that may come, or one that is certain; where cases are too few, that they are."""
        if value is None:
            return self.texts["rows"]["few"]
        return self.money(value if isinstance(value, Decimal) else value.value)

    def notes(self, row: FigureRow, view: ReviewView) -> Iterator[str]:
        """What stands beside a key figure."""
        if isinstance(row.now, Rate) and row.now.is_share:
            yield f"{self.page['interval']} {self.interval(row.now)}"
            if row.now.small:
                yield self.page["small"]
        if isinstance(row.now, Rate) and row.now.of and not row.now.is_share:
            yield f"{self.number(row.now.met)}/{self.number(row.now.of)}{self.page['comma']}{self.page['no_share']}"
        if row.name == "sales_cycle_days" and row.now is not None:
            median = view.figures["sales_cycle_median_days"]
            yield f"{self.page['median']} {self.figure(median.kind, median.now)}"
        if row.kind == "money_a_day" and row.now is not None:
            yield self.page["each_day"]

    def bearing(self, value: Any) -> str:
        """What bears a rate out: its counts, its interval, and whether these are few; nothing for other figures."""
        if not isinstance(value, Rate) or not value.of:
            return ""
        parts = [f"{self.number(value.met)}/{self.number(value.of)}", self.interval(value)]
        return self.page["comma"].join([*parts, self.page["small"]] if value.is_share and value.small else parts)

    def say(self, sentence: Sentence) -> Markup:
        """A sentence with its figures and names put in, the names escaped."""
        facts = {name: self._fact(fact) for name, fact in sentence.facts.items()}
        return Markup(self.texts["sentences"][sentence.code]).format(few=FEW, **facts)

    def listed(self, names: Sequence[Named]) -> Markup:
        """A list of names, the first few of them."""
        shown, left = [self._name(name) for name in names[:MOST_NAMES]], len(names) - MOST_NAMES
        more = [Markup(self.page["more_names"]).format(number=left)] if left > 0 else []
        return Markup(self.page["list_separator"]).join([*shown, *more])

    def change(self, change: FigureChange) -> Markup:
        """A figure with what it was and what it is."""
        before, now = (self.figure(KINDS[change.name], value) for value in (change.before, change.now))
        text = f"{self.texts['figures'][change.name]} {before} → {now}"
        return Markup('<span class="whole">{}</span>').format(text)

    def _name(self, name: Named) -> Markup:
        """A name, escaped, whose direction of writing stays its own."""
        return Markup("<bdi>{}</bdi>").format(shortened(self.name(name.of, name.key), LONGEST_NAME))

    def _fact(self, fact: Any) -> Markup | str:
        if isinstance(fact, Named):
            return self._name(fact)
        if isinstance(fact, tuple) and isinstance(fact[0], FigureChange):
            return Markup(self.page["list_separator"]).join(map(self.change, fact))
        if isinstance(fact, tuple):
            return self.listed(fact)
        if isinstance(fact, Rate):
            return self.counted(fact)
        return self.percent(fact) if isinstance(fact, Decimal) else self.number(fact)


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse(language)
