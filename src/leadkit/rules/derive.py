"""Derived facts: what a record's own text tells where nobody entered the fact.

An entered value always wins; what can't be read stays unknown. Facts are worked out when a rule asks for them, once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, Self, get_args

from attrs import define, setters
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from leadkit.records import Lead
from leadkit.records.fields import RECORD, Code, FrozenDict, Number
from leadkit.records.lead_fields import BY_NAME, given
from leadkit.records.text import (
    Headcount,
    Money,
    comparable,
    fold,
    normal_email,
    normal_phone,
    read_headcount,
    read_money,
    read_purchase_date,
)
from leadkit.records.text.memory import Memory
from leadkit.rules.facts import BUILT_IN, Fact, FactName, as_number, facts_in, near, refuse
from leadkit.rules.words import WordReader

TextSource = Literal["job_title", "company_size", "company_name", "industry", "need", "channel"]
Word = str


class WordRule(BaseModel):
    """How to read a fact from a text: the longest of `words` found there decides; failing that, a head count.

    A job title may hold several offices: of their levels the one that stands first in `words` counts. Width, case,
    accents and traditional characters don't matter; a word of letters stands alone, and so does a single character in
    the size of a company (大, 中, 小).

    Beside a phrase of `except` other words don't count: `…` stands for the rest of the office, or of the clause in
    other texts. With `…助理` or `assistant to …` a manager's assistant is no manager. Without `…` it voids words
    that reach into the phrase.

    `headcount` maps levels to the lowest number of people. Two ends in neighbouring levels give the higher (50-100人
    reaches 100); further apart they give none. Where only an upper end is known, that end itself doesn't count
    (1000人以下, 不到1000人 are below 1000).
    """

    model_config = RECORD

    source: TextSource = Field(alias="from")
    words: dict[Code, tuple[Word, ...]] = Field(min_length=1)
    exceptions: tuple[Word, ...] = Field(default=(), alias="except")
    headcount: dict[Code, Number] = Field(default_factory=dict)

    @field_validator("exceptions")
    @classmethod
    def _exceptions_have_words(cls, exceptions: tuple[str, ...]) -> tuple[str, ...]:
        empty = next((written for written in exceptions if not fold(written).strip(". ")), None)
        if empty is not None:
            raise refuse(f"the exception {empty!r} has no word", "write for example `…assistant`")
        return exceptions

    @cached_property
    def reader(self) -> WordReader:
        """The words, ready to be looked for."""
        offices, sizes = self.source == "job_title", self.source == "company_size"
        return WordReader.of(self.words, self.exceptions, offices=offices, sizes=sizes)

    def read(self, text: str) -> tuple[str, str] | None:
        """The level and the words it was read from. Raises MissingExtraError as `simplified` does."""
        try:
            return self._memory[text]  # type: ignore[no-any-return]
        except KeyError:
            form = comparable(text)
            return self._memory.keep(text, self.reader.read(form) or self._by_headcount(form))

    @cached_property
    def _memory(self) -> Memory:
        return Memory()

    def _by_headcount(self, folded: str) -> tuple[str, str] | None:
        count = read_headcount(folded) if self.headcount else None
        level = self._level_of(count) if count else None
        return (level, count.text) if count and level else None

    def _level_of(self, count: Headcount) -> str | None:
        lowest = sorted((people, level) for level, people in self.headcount.items())
        high = count.low if count.high is None else count.high
        low = count.low if count.low is not None else max((high or 1) - 1, 1)
        first, last = (bisect_right(lowest, (Decimal(end or 0), "\uffff")) - 1 for end in (low, high))
        last = first if count.low is None else last
        return lowest[last][1] if last >= 0 and last - first <= 1 else None


class PriceRange(BaseModel):
    """What the company's offers cost, in its currency: a budget that reaches `high` matches fully, `low` partly."""

    model_config = RECORD

    low: Number
    high: Number

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise refuse("low is above high")
        return self


class Prices(BaseModel):
    """The price range of all offers, and those of single products under their names: `[derive.prices.equipment]`.

    A product is a level of `[derive.words.product]`, where the policy has these words. A budget is held against the
    range of the product that the lead asks for, else against that of all.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")
    __pydantic_extra__: dict[Code, PriceRange] = Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride]

    low: Number | None = None
    high: Number | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.low is None) != (self.high is None):
            raise refuse("low and high go together", "give both, or ranges of products alone")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise refuse("low is above high")
        if self.low is None and not self.products:
            raise refuse("names no range", "such as low = 100000, high = 300000")
        return self

    @property
    def products(self) -> Mapping[str, PriceRange]:
        """The ranges of single products."""
        return self.__pydantic_extra__ or {}

    @property
    def ranges(self) -> tuple[PriceRange, ...]:
        """Every range: that of all offers first."""
        return tuple(filter(None, (self.common, *self.products.values())))

    @cached_property
    def common(self) -> PriceRange | None:
        """The range of all offers; None where there are only those of products."""
        return PriceRange(low=self.low, high=self.high) if self.low is not None and self.high is not None else None

    def of(self, product: str | None) -> PriceRange | None:
        """The range that a budget for a product is held against; None where there is none."""
        return self.products.get(product or "", self.common)


class Derivation(BaseModel):
    """Everything a policy says about deriving facts: `[derive]`."""

    model_config = RECORD

    words: dict[FactName, WordRule] = Field(default_factory=dict)
    vague: tuple[Word, ...] = ()
    prices: Prices | None = None
    exchange_rates: dict[str, Number] = Field(default_factory=dict)

    @cached_property
    def vague_forms(self) -> tuple[tuple[str, str], ...]:
        """The vague words with their comparable form."""
        return tuple((word, comparable(word)) for word in self.vague)

    @field_validator("words")
    @classmethod
    def _levels_exist(cls, words: dict[str, WordRule], info: ValidationInfo) -> dict[str, WordRule]:
        for name, rule in words.items():
            fact = facts_in(info)[name]
            strange = next((level for level in (*rule.words, *rule.headcount) if level not in fact.levels), None)
            if fact.type == "category" and strange is not None:
                raise refuse(f"{strange} is not a level of {name}", near(strange, fact.levels))
            if fact.type in ("number", "boolean"):
                raise refuse(f"{name} is a {fact.type}; only a category or a text is read from words")
        return words

    @model_validator(mode="after")
    def _priced_products_exist(self) -> Self:
        rule = self.words.get("product")
        strange = (
            next((name for name in self.prices.products if name not in rule.words), None)
            if self.prices and rule
            else None
        )
        if strange is not None and rule is not None:
            raise refuse(f"prices names the product {strange}, which has no words", near(strange, rule.words))
        return self

    @field_validator("exchange_rates")
    @classmethod
    def _rates_are_positive(cls, rates: dict[str, Decimal]) -> dict[str, Decimal]:
        if any(rate <= 0 for rate in rates.values()):
            raise refuse("an exchange rate must be above 0")
        return rates


ENTERED = {**{name: field for name, field in BY_NAME.items() if name in BUILT_IN}, "channel": BY_NAME["source"]}
"""The fields of a record that hold the facts which somebody may have entered as they are."""

TEXTS = {source: BY_NAME[source] for source in get_args(TextSource) if source in BY_NAME} | {
    "company_name": BY_NAME["company"],
    "channel": BY_NAME["source"],
}
"""The fields of a record that hold the texts which words are read from."""

READ = ("budget", "budget_match", "days_to_purchase", "phone_valid", "email_valid", "need_described")
"""The facts that `LeadFacts` reads from other parts of a record, each by the method of its name."""


@define(on_setattr=setters.frozen)
class Unusable:
    """Why a fact that the record tells can't be used: the policy has no rate for its currency."""

    reason: Literal["no_rate"]
    currency: str


NOTHING: Mapping[str, Any] = FrozenDict()


class LeadFacts(Mapping[str, Any]):
    """The facts of one lead at one time, worked out as they are asked for; `derived` says from which words."""

    __slots__ = ("_currency", "_derivation", "_facts", "_lead", "_region", "_today", "_values", "derived", "unusable")

    def __init__(  # noqa: PLR0913, PLR0917
        self, lead: Lead, facts: Mapping[str, Fact], derivation: Derivation, today: date, currency: str, region: str
    ) -> None:
        self._lead, self._facts, self._derivation = lead, facts, derivation
        self._today, self._currency, self._region = today, currency, region
        self._values: dict[str, Any] = {}
        self.derived: Mapping[str, str] = NOTHING
        """Fact name -> the words of the record that it was read from; only for facts asked for so far."""
        self.unusable: Mapping[str, Unusable] = NOTHING
        """Fact name -> why it is unknown although the record tells it; only for facts asked for so far."""

    def __getitem__(self, name: str) -> Any:
        if name not in self._facts:
            raise KeyError(name)
        if name not in self._values:
            self._values[name] = self._best_role() if name == "role" and self._lead.other_contacts else self._find(name)
        return self._values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """As of every mapping; those that are known already are looked up at once."""
        try:
            return self._values[name]
        except KeyError:
            return self[name] if name in self._facts else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def _find(self, name: str) -> Any:
        entered = self._entered(name)
        if self._facts[name].knows(entered):
            return entered
        reading = self._by_words(name) or (getattr(self, f"_{name}")() if name in READ else None)
        if reading is None:
            return None
        value, words = reading
        if words:
            self.derived = {**self.derived, name: words}
        return value

    def _best_role(self) -> Any:
        """The role of the contact whose role stands first among its levels; the earlier contact's where two are equal.

        A lead has other contacts where others were joined to it, and a decision maker may be among them.
        """
        lead, levels = self._lead, self._facts["role"].levels
        best: Any = None
        for contact in (lead.contact, *lead.other_contacts):
            alone = lead.model_copy(update={"contact": contact, "other_contacts": ()})
            facts = LeadFacts(alone, self._facts, self._derivation, self._today, self._currency, self._region)
            role = facts["role"]
            if role in levels and (best not in levels or levels.index(role) < levels.index(best)):
                best, self.derived = role, {**self.derived, **facts.derived}
        return best

    def _entered(self, name: str) -> Any:
        lead = self._lead
        if name in lead.custom:
            return self._meant(name, lead.custom[name])
        field = ENTERED.get(name)
        return self._meant(name, field.of(lead)) if field else None

    def _meant(self, name: str, value: Any) -> Any:
        """A value that was entered; None for words such as 无 or N/A, which may still be a level of a category."""
        return None if self._facts[name].type == "text" and not given(name, value) else value

    def _by_words(self, name: str) -> tuple[Any, str] | None:
        rule = self._derivation.words.get(name)
        text = self._text(rule.source) if rule else None
        return rule.read(text) if rule and text else None

    def _text(self, source: TextSource) -> str | None:
        field = TEXTS[source]
        text: str | None = field.of(self._lead)
        return text if given(field.name, text) else None

    @property
    def _money(self) -> Money | None:
        """The sum that the need offers; of needs that were joined, each on its lines, the first that tells one."""
        text = self._lead.need.description
        if not text:
            return None
        money = read_money(text, self._currency)
        joined = self._lead.other_sources or self._lead.other_contacts
        lines = text.splitlines() if money is None and joined else ()
        return next((sum_ for line in lines if (sum_ := read_money(line, self._currency))), money)

    @property
    def budget_range(self) -> tuple[Decimal | None, Decimal | None]:
        """Both ends of the budget in the policy's currency; None for an end that nobody knows, or has no rate for."""
        offered = self._offered
        rate = self._rate(offered[2]) if offered is not None else None
        if offered is None or rate is None:
            return None, None
        low, high = offered[:2]
        return (None if low is None else low * rate), (None if high is None else high * rate)

    @property
    def _offered(self) -> tuple[Decimal | None, Decimal | None, str, str] | None:
        """The ends of the budget as they were entered, else as they were read, their currency, and the words."""
        entered = self._lead.need.budget
        if entered is not None and (entered.high is not None or entered.low is not None):
            return entered.low, entered.high, entered.currency, ""
        money = self._money
        return None if money is None else (money.low, money.high, money.currency, money.text)

    def _rate(self, currency: str) -> Decimal | None:
        return Decimal(1) if currency == self._currency else self._derivation.exchange_rates.get(currency)

    def _budget(self) -> tuple[Any, str] | None:
        offered = self._offered
        if offered is None:
            return None
        low, high, currency, words = offered
        amount, rate = high if high is not None else low, self._rate(currency)
        if rate is None:
            self.unusable = {**self.unusable, "budget": Unusable("no_rate", currency)}
        return None if rate is None or amount is None else (amount * rate, words)

    def _budget_match(self) -> tuple[Any, str] | None:
        budget, prices = as_number("budget", self["budget"]), self._derivation.prices
        if budget is None and "budget" in self.unusable:
            self.unusable = {**self.unusable, "budget_match": self.unusable["budget"]}
        range_ = prices.of(self._priced_product(prices)) if prices is not None else None
        if budget is None or range_ is None:
            return None
        match = "full" if budget >= range_.high else "partial" if budget >= range_.low else "none"
        return match, self.derived.get("budget", "")

    def _priced_product(self, prices: Prices) -> str | None:
        """The product whose range counts: as it is called, or as its words read."""
        if not prices.products:
            return None
        product, rule = self["product"], self._derivation.words.get("product")
        if product is None or product in prices.products or rule is None:
            return product  # type: ignore[no-any-return]
        reading = rule.read(product)
        return reading[0] if reading else None

    def _days_to_purchase(self) -> tuple[Any, str] | None:
        if self._lead.need.purchase_by is not None:
            return (self._lead.need.purchase_by - self._today).days, ""
        text = self._lead.need.description
        received = self._lead.received_at or self._lead.entered_at
        when = read_purchase_date(text, received.date() if received else self._today) if text else None
        return None if when is None or when.latest is None else ((when.latest - self._today).days, when.text)

    def _phone_valid(self) -> tuple[Any, str] | None:
        phone = self._lead.contact.phone
        return (normal_phone(phone, self._region) is not None, "") if phone and given("phone", phone) else None

    def _email_valid(self) -> tuple[Any, str] | None:
        email = self._lead.contact.email
        return (normal_email(email) is not None, "") if email and given("email", email) else None

    def _need_described(self) -> tuple[Any, str] | None:
        text = self._text("need")
        if not text:
            return None
        form = comparable(text)
        vague = next((word for word, vague in self._derivation.vague_forms if vague in form), None)
        says_something = self["product"] or self["budget"] is not None or self["days_to_purchase"] is not None
        return (False, vague) if vague and not says_something else (True, "")
