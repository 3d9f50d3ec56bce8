"""Facts of a lead's company, made of all leads that it has with us: `[account.facts]`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Protocol, Self

from attrs import define, setters
from pydantic import BaseModel, Field, ValidationInfo, model_validator

from leadkit.records.fields import RECORD, Code, Days, EventKind
from leadkit.rules.facts import BUILT_IN, Fact, facts_in, near, refuse
from leadkit.rules.moments import seconds

DAY = 86_400


class AccountFact(BaseModel):
    """A fact made of a company's leads: how many contacts or events it has, a sum over events, or its best level.

    Exactly one of `count`, `sum` and `best` says which. Only events of age [0, `within_days`) count, of the kinds in
    `events`. A fact counts over the lead itself and all others of its company that were neither merged nor erased; of a
    lead without a company over itself alone.
    """

    model_config = RECORD

    count: Literal["contacts", "events"] | None = None
    """What is counted: the company's contacts, or events of its leads."""
    sum: Literal["amount"] | None = None
    """`amount`: the sum of the amounts of events."""
    best: Code | None = None
    """A category, of which the fact is the best level that any lead of the company has."""
    events: tuple[EventKind, ...] = Field(default=(), max_length=1000)
    """The kinds of events that count."""
    within_days: Days | None = None
    """How many days events count; for ever by default."""

    @model_validator(mode="after")
    def _says_one_thing(self, info: ValidationInfo) -> Self:
        if [self.count, self.sum, self.best].count(None) != 2:
            raise refuse("gives count, sum or best", "exactly one of them")
        if self.of_events != bool(self.events):
            raise refuse('events go with count = "events" and sum', "name the kinds that count: events = [...]")
        if self.within_days is not None and not self.of_events:
            raise refuse("within_days goes with events")
        categories = {name: fact for name, fact in facts_in(info).items() if fact.type == "category"}
        if self.best is not None and self.best not in categories:
            raise refuse(f"{self.best} is no category", near(self.best, categories))
        return self

    @property
    def of_events(self) -> bool:
        """Whether it is made of events."""
        return self.sum is not None or self.count == "events"


class AccountRules(BaseModel):
    """What rules may ask of a lead's company."""

    model_config = RECORD

    facts: dict[Code, AccountFact] = Field(default_factory=dict, max_length=100)
    """Facts by name, which rules use as any other fact."""

    @model_validator(mode="after")
    def _facts_are_new(self) -> Self:
        for name, fact in self.facts.items():
            if name in BUILT_IN:
                raise refuse(f"{name} is a fact of every lead already", "give the company's fact another name")
            if fact.best in self.facts:
                raise refuse(f"{name} is the best of {fact.best}, which is a fact of companies", "name one of leads")
        return self

    @property
    def event_kinds(self) -> frozenset[str]:
        """The kinds of events that count for a fact."""
        return frozenset(kind for fact in self.facts.values() for kind in fact.events)

    @property
    def reads_activities(self) -> bool:
        """Whether a fact is made of events."""
        return any(fact.of_events for fact in self.facts.values())


class AccountEvent(Protocol):
    """An activity as far as it counts for a company."""

    @property
    def kind(self) -> str: ...

    @property
    def occurred_at(self) -> datetime: ...

    @property
    def amount(self) -> Decimal | None: ...


@define(on_setattr=setters.frozen)
class AccountLead:
    """A lead of a company: its facts, how many contacts it has, and what happened with it."""

    facts: Mapping[str, Any]
    contacts: int = 1
    activities: Sequence[AccountEvent] = ()


def account_facts(
    rules: AccountRules, known: Mapping[str, Fact], leads: Iterable[AccountLead], as_of: datetime
) -> dict[str, int | Decimal | str | None]:
    """The facts of a company that has `leads`; `known` are the policy's facts. A level that no lead has is None."""
    every = list(leads)
    events = [
        (activity, seconds(as_of) - seconds(activity.occurred_at)) for lead in every for activity in lead.activities
    ]
    return {name: _value(fact, known, every, events) for name, fact in rules.facts.items()}


def _value(
    fact: AccountFact,
    known: Mapping[str, Fact],
    leads: Sequence[AccountLead],
    events: Iterable[tuple[AccountEvent, int]],
) -> int | Decimal | str | None:
    if fact.best is not None:
        levels = {lead.facts.get(fact.best) for lead in leads}
        return next((level for level in known[fact.best].levels if level in levels), None)
    if fact.count == "contacts":
        return sum(lead.contacts for lead in leads)
    counted = [
        activity
        for activity, age in events
        if activity.kind in fact.events and age >= 0 and (fact.within_days is None or age < fact.within_days * DAY)
    ]
    if fact.count == "events":
        return len(counted)
    return sum((activity.amount for activity in counted if activity.amount is not None), Decimal(0))


def declared_in(content: Mapping[str, Any], facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """The facts that `[account.facts]` of a document declares, be it read or not yet validated."""
    kinds = {name: table.get("best") for name, table in content.items() if isinstance(table, Mapping)}
    return {
        name: Fact(name, "number") if best is None else Fact(name, "category", _levels(best, facts))
        for name, best in kinds.items()
    }


def _levels(best: object, facts: Mapping[str, Fact]) -> tuple[str, ...]:
    fact = facts.get(best) if isinstance(best, str) else None
    return () if fact is None else fact.levels
