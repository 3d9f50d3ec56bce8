"""Facts that a row of texts tells, where it has no value for them: read from its job title, its mail address, ..."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
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

    column: str
    read: Callable[[str], Reading | None]


def sources(asked: Mapping[str, Fact], derivation: Derivation) -> dict[str, Source]:
    """The facts of `asked` that are read from other texts of a row."""
    readers = {name: Source(rule.source, rule.read) for name, rule in derivation.words.items() if name in asked}
    return readers | ({"mail_domain": Source("email", _domain)} if "mail_domain" in asked else {})


def mail_domain(address: str) -> str | None:
    """The domain of a mail address in small letters; None where it has none, or one of letters beyond ASCII."""
    text = address.strip(" ")
    return text.partition("@")[2].lower() if _MAIL.fullmatch(text) else None


def _domain(address: str) -> Reading | None:
    domain = mail_domain(address)
    return None if domain is None else (domain, "")


class RowFacts(dict[str, Any]):
    """A row together with the facts that were read from its texts; `derived` says from which words."""

    def __init__(self, row: Mapping[str, Any], read: Mapping[str, Reading]) -> None:
        super().__init__({**row, **{name: value for name, (value, _) in read.items()}})
        self.derived = {name: words for name, (_, words) in read.items() if words}


def with_facts(row: Mapping[str, Any], facts: Mapping[str, Fact], texts: Mapping[str, Source]) -> Mapping[str, Any]:
    """The row, with the facts that its texts tell where it has no value for them; the row itself where they tell none.

    What a row says of a fact stands, and is read itself where the fact is its own text and the value is no level:
    `company_size` of 200 people.
    """
    read = dict(_read(row, facts, texts))
    return RowFacts(row, read) if read else row


def _read(
    row: Mapping[str, Any], facts: Mapping[str, Fact], texts: Mapping[str, Source]
) -> Iterator[tuple[str, Reading]]:
    for name, source in texts.items():
        text = row.get(source.column)
        if text.__class__ is str and text and not facts[name].knows(row.get(name)):
            reading = source.read(text)
            if reading is not None:
                yield name, reading
