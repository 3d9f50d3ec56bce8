"""The facts of one lead, worked out from its own text where nobody entered them, as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args

from attrs import define, setters

from leadkit.records import Lead
from leadkit.records import text as texts
from leadkit.records.fields import FrozenDict
from leadkit.records.lead_fields import BY_NAME, given
from leadkit.records.text import comparable
from leadkit.results import Result
from leadkit.rules.derive import Derivation, Prices, TextSource
from leadkit.rules.facts import BUILT_IN, Fact, as_number
from leadkit.rules.row_facts import mail_domain

ENTERED = {**{name: field for name, field in BY_NAME.items() if name in BUILT_IN}, "channel": BY_NAME["source"]}
"""The fields of a record that hold the facts which somebody may have entered as they are."""

TEXTS = {source: BY_NAME[source] for source in get_args(TextSource) if source in BY_NAME} | {
    "company_name": BY_NAME["company"],
    "channel": BY_NAME["source"],
}
"""The fields of a record that hold the texts which words are read from."""

READ = ("budget", "budget_match", "days_to_purchase", "phone_valid", "email_valid", "mail_domain", "need_described")
"""The facts that `LeadFacts` reads from other parts of a record, each by the method of its name."""


@define(on_setattr=setters.frozen)
class Unusable(Result):
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

    @property
    def declared(self) -> Mapping[str, Fact]:
        """The facts that the policy knows by which these are read."""
        return self._facts

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
    def _money(self) -> texts.Money | None:
        """The sum that the need offers; of needs that were joined, each on its lines, the first that tells one."""
        text = self._lead.need.description
        if not text:
            return None
        money = texts.read_money(text, self._currency)
        joined = self._lead.other_sources or self._lead.other_contacts
        lines = text.splitlines() if money is None and joined else ()
        return next((sum_ for line in lines if (sum_ := texts.read_money(line, self._currency))), money)

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
        when = texts.read_purchase_date(text, received.date() if received else self._today) if text else None
        return None if when is None or when.latest is None else ((when.latest - self._today).days, when.text)

    def _phone_valid(self) -> tuple[Any, str] | None:
        phone = self._lead.contact.phone
        return (texts.normal_phone(phone, self._region) is not None, "") if phone and given("phone", phone) else None

    def _email_valid(self) -> tuple[Any, str] | None:
        email = self._lead.contact.email
        return (texts.normal_email(email) is not None, "") if email and given("email", email) else None

    def _mail_domain(self) -> tuple[Any, str] | None:
        email = self._lead.contact.email
        domain = mail_domain(email) if email and given("email", email) else None
        return None if domain is None else (domain, "")

    def _need_described(self) -> tuple[Any, str] | None:
        text = self._text("need")
        if not text:
            return None
        form = comparable(text)
        vague = next((word for word, vague in self._derivation.vague_forms if vague in form), None)
        says_something = self["product"] or self["budget"] is not None or self["days_to_purchase"] is not None
        return (False, vague) if vague and not says_something else (True, "")
