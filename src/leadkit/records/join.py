"""Finding the same person or company twice among leads, and joining what belongs together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from attrs import define, setters
from pydantic import BaseModel

from leadkit.records.fields import FrozenDict
from leadkit.records.lead import Contact, Lead
from leadkit.records.text import CompanyName, read_company, read_email, read_phone

Part = TypeVar("Part", bound=BaseModel)


@define(on_setattr=setters.frozen)
class Joined:
    """Leads without duplicates, in their order, and for each lead that was joined to an earlier one that one's id."""

    leads: tuple[Lead, ...]
    joined_to: dict[str, str]


def join_duplicates(leads: Iterable[Lead], region: str = "CN") -> Joined:
    """Join every lead to the first one with the same valid phone, the same e-mail address or the same company.

    A company is the same when its distinguishing core is, and the places don't contradict each other. The earlier lead
    keeps what it says, is completed by the later one, and remembers its source and contact.
    """
    kept: dict[str, Lead] = {}
    joined_to: dict[str, str] = {}
    seen = _Seen({}, {})
    for lead in leads:
        company = read_company(lead.company.name) if lead.company.name else None
        keys = _keys(lead, region)
        first = seen.lead(keys, company)
        if first is None or first == lead.id:
            first = lead.id
            kept[first] = lead
        else:
            joined_to[lead.id] = first
            kept[first] = join(kept[first], lead, region)
        seen.remember(first, keys, company)
    return Joined(tuple(kept.values()), joined_to)


def join(first: Lead, later: Lead, region: str = "CN") -> Lead:
    """`first`, completed by what only `later` says; both sources, both contacts and both needs are kept.

    A contact of the same name stays one, unless the phones or the addresses differ; a phone that is none gives way.
    """
    contact, other_contacts = _contacts(first.contact, later.contact, region)
    sources = (*later.other_sources, later.source) if later.source else later.other_sources
    need = _complete(first.need, later.need)
    return first.model_copy(
        update={
            "tags": tuple(dict.fromkeys((*first.tags, *later.tags))),
            "company": _complete(first.company, later.company),
            "contact": contact,
            "need": need.model_copy(update={"description": _both(first.need.description, later.need.description)}),
            "custom": FrozenDict({**later.custom, **first.custom}),
            "other_sources": tuple(dict.fromkeys((*first.other_sources, *sources))),
            "other_contacts": tuple(dict.fromkeys((*first.other_contacts, *later.other_contacts, *other_contacts))),
        }
    )


def _contacts(first: Contact, later: Contact, region: str) -> tuple[Contact, tuple[Contact, ...]]:
    """The contact of two, and the other one where it is somebody else or says something else."""
    named = None in {first.name, later.name} or first.name == later.name
    if named and _alike(_phone(first, region), _phone(later, region)) and _alike(_email(first), _email(later)):
        return _complete(first, later), ()
    wrong = first.phone is not None and not read_phone(first.phone, region).valid
    if first.name == later.name and wrong and later.phone is not None and read_phone(later.phone, region).valid:
        return _complete(later, first), (first,)
    return first, (later,)


def _phone(contact: Contact, region: str) -> str | None:
    return (read_phone(contact.phone, region).normal or contact.phone) if contact.phone else None


def _email(contact: Contact) -> str | None:
    return (read_email(contact.email).address or contact.email) if contact.email else None


def _alike(first: str | None, later: str | None) -> bool:
    return first is None or later is None or first == later


def _both(first: str | None, later: str | None) -> str | None:
    """Two texts, one below the other, where neither holds the other."""
    if first is None or later is None or first in later or later in first:
        return max(first or "", later or "", key=len) or None
    return f"{first}\n{later}"


@define
class _Seen:
    """The leads seen so far, by phone, by mail, and by the core of the company's name."""

    people: dict[str, str]
    companies: dict[str, list[tuple[CompanyName, str]]]

    def lead(self, keys: tuple[str, ...], company: CompanyName | None) -> str | None:
        by_person = next((self.people[key] for key in keys if key in self.people), None)
        if by_person is not None or company is None or not company.core:
            return by_person
        return next((lead for name, lead in self.companies.get(company.core, ()) if name.same_as(company)), None)

    def remember(self, lead: str, keys: tuple[str, ...], company: CompanyName | None) -> None:
        for key in keys:
            self.people.setdefault(key, lead)
        if company is not None and company.core:
            same = self.companies.setdefault(company.core, [])
            if not any(name.place == company.place for name, _ in same):
                same.append((company, lead))


def _keys(lead: Lead, region: str) -> tuple[str, ...]:
    phone = read_phone(lead.contact.phone, region).normal if lead.contact.phone else None
    email = read_email(lead.contact.email).address if lead.contact.email else None
    return tuple(key for key in (phone, email) if key)


def _complete(first: Part, later: Part) -> Part:
    """`first` with its unknown fields taken from `later`."""
    gaps = [name for name in type(first).model_fields if getattr(first, name) is None]
    return first.model_copy(update={name: getattr(later, name) for name in gaps})
