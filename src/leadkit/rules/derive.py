"""Derived facts: what a record's own text tells where nobody entered the fact.

An entered value always wins; what can't be read stays unknown. Facts are worked out when a rule asks for them, once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from leadkit.records import text as texts
from leadkit.records.fields import RECORD, Code, Number
from leadkit.records.text import comparable, fold
from leadkit.records.text.memory import Memory
from leadkit.rules.facts import FactName, facts_in, near, refuse
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
    """The text that is read."""
    words: dict[Code, tuple[Word, ...]] = Field(min_length=1)
    """For each level the words that mean it."""
    exceptions: tuple[Word, ...] = Field(default=(), alias="except")
    """Phrases beside which other words don't count; `…` stands for the rest of the office or clause."""
    headcount: dict[Code, Number] = Field(default_factory=dict)
    """For each level the lowest number of people, asked where no word is found."""

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
        count = texts.read_headcount(folded) if self.headcount else None
        level = self._level_of(count) if count else None
        return (level, count.text) if count and level else None

    def _level_of(self, count: texts.Headcount) -> str | None:
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
    """The lowest price."""
    high: Number
    """The highest price."""

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

    model_config = ConfigDict(frozen=True, strict=True, extra="allow", defer_build=True)
    __pydantic_extra__: dict[Code, PriceRange] = Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride]

    low: Number | None = None
    """The lowest price of all offers."""
    high: Number | None = None
    """The highest price of all offers."""

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
    """Facts that are read from the words of a text, by the name of the fact."""
    vague: tuple[Word, ...] = ()
    """Words after which a need counts as not described."""
    prices: Prices | None = None
    """What the company's offers cost: a budget is held against it."""
    exchange_rates: dict[str, Number] = Field(default_factory=dict)
    """For each currency its worth in the currency of the policy."""

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
