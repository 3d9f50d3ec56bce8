"""Leads that show something about a policy."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from attrs import define, field, setters

from leadkit.results import Result

DAY = 86_400
_ABOUT = r"\[(?:\"[^\"]+\"|[^\[\]\"]+)\]"
EVENT_NAME = rf"[a-z][a-z0-9]*(?:_[a-z0-9]+)*(?:{_ABOUT}){{0,2}}(?:@[0-9]{{1,5}}d)?"
"""A kind of events, behind it in brackets what they are about and their amount, and their age in days."""
_NAME = re.compile(rf"([^\[\]@]+)((?:{_ABOUT}){{0,2}})(?:@([0-9]{{1,5}})d)?")
_PLAIN = re.compile(r"[^\s\[\]\"=@]+")
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,12})?")


@define(on_setattr=setters.frozen, hash=True)
class Events(Result):
    """So many events of a kind, all of one age in whole seconds, about one subject and with one amount."""

    kind: str
    age: int
    number: int
    subject: str | None = None
    amount: Decimal | None = None

    @classmethod
    def called(cls, name: str, number: int, age: int = 0) -> Events:
        """So many events with a `name` such as `visit[pricing]`, `order[500]` or `visit@90d`, ninety days old.

        Raises:
            ValueError: it is none.
        """
        match = _NAME.fullmatch(name)
        if match is None:
            raise ValueError(name)
        about = [part[1:-1] for part in re.findall(_ABOUT, match[2])]
        amounts = [Decimal(part) for part in about if _NUMBER.fullmatch(part)]
        subjects = [part.strip('"') for part in about if not _NUMBER.fullmatch(part)]
        age = int(match[3]) * DAY if match[3] else age
        return cls(match[1], age, number, next(iter(subjects), None), next(iter(amounts), None))

    def activities(self, as_of: datetime) -> list[dict[str, Any]]:
        """The events as mappings, as `Policy.score` takes them."""
        at = as_of - timedelta(seconds=self.age)
        event = {"kind": self.kind, "occurred_at": at, "subject": self.subject, "amount": self.amount}
        return [event] * self.number

    @property
    def name(self) -> str:
        """The kind, and behind it in brackets what the events are about: `visit[pricing]`."""
        subject = [] if self.subject is None else [_quoted(self.subject)]
        amount = [] if self.amount is None else [f"{self.amount:f}"]
        return self.kind + "".join(f"[{part}]" for part in (*subject, *amount))

    def __str__(self) -> str:
        return f"{self.name}={self.number}" + (f"@{-(-self.age // DAY)}d" if self.age else "")


@define(on_setattr=setters.frozen)
class Witness(Result):
    """A lead that shows something: its facts, and its events.

    As text it is the words that `leadkit explain` takes; an event that has to be older says so behind `@`, and what it
    has to be about stands in brackets.
    """

    facts: Mapping[str, Any] = field(factory=dict)
    events: tuple[Events, ...] = ()

    def activities(self, as_of: datetime) -> list[dict[str, Any]]:
        """The events as mappings, as `Policy.score` takes them."""
        return [event for events in self.events for event in events.activities(as_of)]

    def __add__(self, other: Witness) -> Witness:
        return Witness({**self.facts, **other.facts}, (*self.events, *other.events))

    def __str__(self) -> str:
        facts = [f"{name}={_word(known)}" for name, known in self.facts.items()]
        return " ".join([*facts, *map(str, self.events)]) or "a lead of whom nothing is known"


def command(policy: str, lead: Witness) -> str:
    """The line that explains a lead by the policy file `policy` in a shell; blank where the lead has nothing."""
    facts = [f"{name}={_text(known)}" for name, known in lead.facts.items() if known is not None]
    words = [*facts, *map(str, lead.events)]
    return shlex.join(["leadkit", "explain", "--policy", policy, *words]) if words else ""


def _quoted(subject: str) -> str:
    """A subject as it stands in brackets; one that is no plain word, or looks like an amount, in quotes."""
    return subject if _PLAIN.fullmatch(subject) and not _NUMBER.fullmatch(subject) else f'"{subject}"'


def _word(known: Any) -> str:
    text = _text(known)
    return f'"{text}"' if " " in text else text


def _text(known: Any) -> str:
    if isinstance(known, bool):
        return str(known).lower()
    return f"{known:f}" if isinstance(known, Decimal) else str(known)
