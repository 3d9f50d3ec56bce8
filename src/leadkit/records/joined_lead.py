"""One lead out of several of one customer: what the first says, and beside it all that the others say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import attrs

from leadkit.records.fields import LONGEST_TEXT, FrozenDict, TextsByField
from leadkit.records.joined_contacts import JoinedContacts
from leadkit.records.lead import Budget, Lead, Source
from leadkit.records.lead_fields import BY_NAME, given
from leadkit.records.text import fold
from leadkit.results import Result

COMPLETED = tuple(
    BY_NAME[name]
    for name in ("company", "industry", "company_size", "region", "website", "product", "budget_match", "purchase_by")
)
"""The fields that another lead fills where the first says nothing."""

KEPT = tuple(BY_NAME[name] for name in ("entered_by", "entered_at", "received_at", "owner"))
"""The fields that say how a lead came in and whose it is: what another one says never becomes the first one's."""

LEVELS = {"budget_match"}
"""The fields in which words such as `none` say something, as they do in the fields that a policy declares."""


@attrs.define(on_setattr=attrs.setters.frozen)
class Difference(Result):
    """What two joined leads say of one field: `kept` by the first, and `other` by the one that was joined to it.

    `field` is its name, `budget` for the range, or `custom.` and the name of a field that a policy declares.
    """

    field: str
    kept: str = attrs.field(repr=False)
    other: str = attrs.field(repr=False)


class JoinedLead:
    """A lead that others are added to, one after the other."""

    def __init__(self, first: Lead, region: str) -> None:
        self.first = first
        self._values = _values(first)
        self._others: dict[str, dict[str, str]] = defaultdict(dict)
        self._remember(first.other_values)
        self._contacts = JoinedContacts((first.contact, *first.other_contacts), region)
        self._sources = dict.fromkeys(_sources(first))
        self._tags = dict.fromkeys(first.tags)
        self._need = first.need.description
        self._lines = set(_lines(self._need))

    @property
    def record(self) -> Lead:
        """The lead with all that was added."""
        first, values = self.first, self._values
        company = {field.steps[1]: values[field.name] for field in COMPLETED if field.steps[0] == "company"}
        need = {field.steps[1]: values[field.name] for field in COMPLETED if field.steps[0] == "need"}
        system, external_id = values["external_id"] or (None, None)
        source, *other_sources = self._sources or [None]
        contact, *other_contacts = self._contacts.records
        update = {
            "source": source,
            "tags": tuple(self._tags),
            "company": first.company.model_copy(update=company),
            "contact": contact,
            "need": first.need.model_copy(update={**need, "budget": values["budget"], "description": self._need}),
            "custom": FrozenDict(
                {name.removeprefix("custom."): value for name, value in values.items() if name.startswith("custom.")}
            ),
            "external_id": external_id,
            "external_system": system,
            "other_sources": tuple(other_sources),
            "other_contacts": tuple(other_contacts),
            "other_values": self._other_values(),
        }
        return first.model_copy(update=update)

    def add(self, later: Lead) -> tuple[Difference, ...]:
        """Add what another lead says; give what it says otherwise, by the order of the fields."""
        differences = [
            *self._add_values(later),
            *self._add_need(later.need.description),
            *self._add_sources(later),
            *(Difference(*difference) for difference in self._contacts.add(later.contact, *later.other_contacts)),
        ]
        self._remember(later.other_values)
        self._tags |= dict.fromkeys(later.tags)
        order = {name: place for place, name in enumerate(BY_NAME)}
        return tuple(sorted(differences, key=lambda difference: order.get(difference.field, len(order))))

    def _add_values(self, later: Lead) -> Iterator[Difference]:
        kept_as_they_are = {field.name for field in KEPT}
        for name, value in _values(later).items():
            mine = self._values.get(name)
            if not says(name, value) or _key(value) == _key(mine):
                continue
            if says(name, mine):
                yield Difference(name, _text(mine), _text(value))
            elif name not in kept_as_they_are:
                self._values[name] = value
                continue
            self._others[name].setdefault(_key(value), _text(value))

    def _add_need(self, later: str | None) -> Iterator[Difference]:
        """Both needs, one below the other, without the lines that are there; where they grow too long, apart."""
        if not later or not given("need", later):
            return
        mine = self._need
        if not mine or not given("need", mine):
            self._need, self._lines = later, set(_lines(later))
            return
        new = [line for line in later.splitlines() if fold(line) and fold(line) not in self._lines]
        if not new:
            return
        yield Difference("need", mine, later)
        both = "\n".join((mine, *new))
        if len(both) > LONGEST_TEXT:
            self._others["need"].setdefault(_key(later), later)
            return
        self._need = both
        self._lines |= set(map(fold, new))

    def _add_sources(self, later: Lead) -> Iterator[Difference]:
        mine, other = self.first.source, later.source
        if mine is not None and other is not None and mine != other:
            yield Difference("source", _source(mine), _source(other))
        self._sources |= dict.fromkeys(_sources(later))

    def _remember(self, others: Mapping[str, Iterable[str]]) -> None:
        for name, texts in others.items():
            self._others[name] |= {_key(text): text for text in texts if _key(text) not in self._others[name]}

    def _other_values(self) -> TextsByField:
        """The other texts of each field, without the one that the lead itself says."""
        others = {
            name: tuple(text for key, text in texts.items() if key != _key(self._values.get(name)))
            for name, texts in self._others.items()
        }
        return TextsByField({name: texts for name, texts in others.items() if texts})


def _values(lead: Lead) -> dict[str, Any]:
    """What a lead says that is one value, by the names that differences and other values have."""
    budget = lead.need.budget
    return {
        **{field.name: field.of(lead) for field in (*COMPLETED, *KEPT)},
        "budget": budget,
        "external_id": (lead.external_system, lead.external_id) if lead.external_id or lead.external_system else None,
        **{f"custom.{name}": value for name, value in lead.custom.items()},
    }


def says(name: str, value: Any) -> bool:
    """Whether a value of a field says something."""
    if isinstance(value, Budget):
        return value.low is not None or value.high is not None
    if name in LEVELS or name.startswith("custom."):
        return value is not None and value != ""
    return given(name, value)


def _key(value: Any) -> str:
    """A value as it is compared: without what only spelling, or the zone of a time, makes different."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
    return fold(_text(value)) if value is not None else ""


def _text(value: Any) -> str:
    """A value in words, as a person may read it."""
    if isinstance(value, Budget):
        ends = [_text(end) for end in dict.fromkeys((value.low, value.high)) if end is not None]
        return f"{'-'.join(ends)} {value.currency}"
    if isinstance(value, tuple):
        return ":".join(filter(None, value))[:LONGEST_TEXT]
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def _lines(text: str | None) -> Iterator[str]:
    return filter(None, map(fold, (text or "").splitlines()))


def _sources(lead: Lead) -> tuple[Source, ...]:
    return (*((lead.source,) if lead.source else ()), *lead.other_sources)


def _source(source: Source) -> str:
    return "-".join(filter(None, (source.channel, source.detail)))
