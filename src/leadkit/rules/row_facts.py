"""Facts that a row of texts tells, where it has no value for them: read from its job title, its mail address, ..."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from leadkit.rules.derive import Derivation
from leadkit.rules.facts import Fact

Reading = tuple[str, str]
"""What was read, and the words that it was read from."""

MAIL = r"[^@ ]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+"
"""A mail address with a domain that can be told: one @, and behind it ASCII letters, digits, dots and hyphens."""
_MAIL = re.compile(MAIL)


class Source(NamedTuple):
    """Where a fact is read from when a row has no value for it: the name of a text in the row, and how."""

    fact: Fact
    column: str
    read: Callable[[str], Reading | None]


def sources(asked: Mapping[str, Fact], derivation: Derivation) -> tuple[Source, ...]:
    """How the facts of `asked` are read from other texts of a row, those that can be."""
    words = [(name, rule) for name, rule in derivation.words.items() if name in asked]
    readers = [Source(asked[name], rule.source, rule.read) for name, rule in words]
    readers += [Source(asked["mail_domain"], "email", _domain)] if "mail_domain" in asked else []
    return tuple(readers)


def mail_domain(address: str) -> str | None:
    """The domain of a mail address in small letters; None where it has none, or one of letters beyond ASCII."""
    text = address.strip(" \t\n\r\v\f")
    return text.partition("@")[2].lower() if _MAIL.fullmatch(text) else None


def _domain(address: str) -> Reading | None:
    domain = mail_domain(address)
    return None if domain is None else (domain, "")


class KnownFacts(dict[str, Any]):
    """Facts of a lead, and from which of its words those were read that nobody entered."""

    def __init__(self, facts: Mapping[str, Any], derived: Mapping[str, str]) -> None:
        super().__init__(facts)
        self.derived = derived

    def __reduce__(self) -> tuple[Any, ...]:
        return KnownFacts, (dict(self), self.derived)


def with_facts(row: Mapping[str, Any], sources: Iterable[Source]) -> Mapping[str, Any]:
    """The row, with the facts that its texts tell where it has no value for them; the row itself where they tell none.

    What a row says of a fact stands, and is read itself where the fact is its own text and the value is no level:
    `company_size` of 200 people.
    """
    get = row.get
    readings: dict[str, Reading] = {}
    for fact, column, read in sources:
        text = get(column)
        if text.__class__ is not str or fact.knows(get(fact.name)):
            continue
        reading = read(text) if text else None
        if reading is not None:
            readings[fact.name] = reading
    if not readings:
        return row
    values = {name: value for name, (value, _) in readings.items()}
    return KnownFacts({**row, **values}, {name: words for name, (_, words) in readings.items() if words})
