"""Leads that show something about a policy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from attrs import define, field, setters

from leadkit.results import Result

DAY = 86_400


@define(on_setattr=setters.frozen)
class Witness(Result):
    """A lead that shows something: its facts, and its events as (kind, age in whole seconds, how many).

    As text it is the words that `leadkit explain` takes; an event that has to be older says so behind `@`.
    """

    facts: Mapping[str, Any] = field(factory=dict)
    events: tuple[tuple[str, int, int], ...] = ()

    def activities(self, as_of: datetime) -> list[tuple[str, datetime]]:
        """The events as (kind, occurred_at), as `Policy.score` takes them."""
        return [(kind, as_of - timedelta(seconds=age)) for kind, age, number in self.events for _ in range(number)]

    def __add__(self, other: Witness) -> Witness:
        return Witness({**self.facts, **other.facts}, (*self.events, *other.events))

    def __str__(self) -> str:
        facts = [f"{name}={_word(known)}" for name, known in self.facts.items()]
        events = [f"{kind}={number}" + (f"@{-(-age // DAY)}d" if age else "") for kind, age, number in self.events]
        return " ".join([*facts, *events]) or "a lead of whom nothing is known"


def _word(known: Any) -> str:
    if isinstance(known, bool):
        return str(known).lower()
    text = f"{known:f}" if isinstance(known, Decimal) else str(known)
    return f'"{text}"' if " " in text else text
