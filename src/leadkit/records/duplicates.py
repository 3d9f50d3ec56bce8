"""Which leads are the same customer: by a phone, by a mail address, by the company.

Two leads of different companies are two customers, also under one phone: a partner enters many. A company is the same
where the core of its name is, and the places don't contradict each other. Who comes without a company belongs to the
only customer whose phones or addresses they have. Where several could be meant, by a shared phone or by a name without
its place, a lead stays by itself. So it doesn't matter in which order leads stand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from attrs import define, field, setters

from leadkit.records.lead import Contact, Lead
from leadkit.records.text import (
    CompanyName,
    is_dummy_email,
    is_dummy_phone,
    is_shared_phone,
    normal_email,
    normal_phone,
    read_company,
)

By = Literal["phone", "email", "company", "id"]
"""What two leads have in common."""


@define(on_setattr=setters.frozen)
class Member:
    """A lead of a group, by its place among all, and what it has in common with others of the group."""

    place: int
    by: By


def person_keys(contact: Contact, region: str) -> tuple[str, ...]:
    """What somebody is found again by: `phone:+8613812345678`, `email:li@acme.cn`.

    A phone or an address that is not valid, nobody's, or a hotline is none.
    """
    phone = normal_phone(contact.phone, region) if contact.phone else None
    email = normal_email(contact.email) if contact.email else None
    keys = (
        f"phone:{phone}" if phone and not is_dummy_phone(phone) and not is_shared_phone(phone) else None,
        f"email:{email}" if email and not is_dummy_email(email) else None,
    )
    return tuple(filter(None, keys))


def all_keys(lead: Lead, region: str) -> tuple[str, ...]:
    """The keys of a lead's contact, then of its other contacts."""
    contacts = (lead.contact, *lead.other_contacts)
    return tuple(dict.fromkeys(key for contact in contacts for key in person_keys(contact, region)))


def companies_of(lead: Lead) -> tuple[CompanyName, ...]:
    """The companies that a lead names, those of leads joined to it included; empty where none is known.

    A name without a place says nothing beside the same name with one.
    """
    texts = (lead.company.name or "", *lead.other_values.get("company", ()))
    names = [name for name in map(read_company, filter(None, texts)) if name.core]
    placed = {name.core for name in names if name.place}
    return tuple(name for name in names if name.place or name.core not in placed)


def is_same_company(some: Iterable[CompanyName], others: Sequence[CompanyName]) -> bool:
    """Whether any of some companies may be any of the others."""
    return any(name.same_as(other) for name in some for other in others)


def groups(leads: Sequence[Lead], region: str) -> list[list[Member]]:
    """The leads of each customer, in their order, by the first of them; every lead is in one group."""
    nodes = [_Node(place, all_keys(lead, region), companies_of(lead)) for place, lead in enumerate(leads)]
    links = _Links()
    _tie_companies(nodes, links)
    known, strangers = [node for node in nodes if node.companies], [node for node in nodes if not node.companies]
    chains = _Links()
    for node in strangers:
        chains.tie((node.place, *node.keys))
    _tie_unplaced(known, chains, links)
    _tie_strangers(strangers, known, chains, links)
    tied: dict[Hashable, list[_Node]] = defaultdict(list)
    for node in nodes:
        tied[links.root(node.place)].append(node)
    return [list(_members(group)) for group in tied.values()]


def customer(lead: Lead, others: Mapping[str, Lead], persons: Collection[str]) -> str | None:
    """The id of the one of `others` that a lead belongs to, None for a new customer.

    `others` are those that were found by its phone or its address, whose ids are `persons`, then those by its company.
    One of the same company comes first, then one of which no company is known.
    """
    mine = companies_of(lead)
    companies = {key: companies_of(other) for key, other in others.items()}
    possible = {key: names for key, names in companies.items() if names and (not mine or is_same_company(mine, names))}
    near = {key: names for key, names in possible.items() if key in persons}
    for choice in (possible, near):
        if choice and _are_same(choice.values()):
            return next(iter(choice))
    return next((key for key, names in companies.items() if not names), None)


def _are_same(companies: Iterable[Sequence[CompanyName]]) -> bool:
    first, *others = companies
    return all(is_same_company(first, names) for names in others)


@define(on_setattr=setters.frozen)
class _Node:
    """A lead by its place, with what it is found again by."""

    place: int
    keys: tuple[str, ...]
    companies: tuple[CompanyName, ...]


@define
class _Links:
    """Things that were tied to each other, each time some of them; all that are tied have one root."""

    _parents: dict[Hashable, Hashable] = field(factory=dict)

    def root(self, item: Hashable) -> Hashable:
        while (parent := self._parents.get(item, item)) != item:
            self._parents[item] = item = self._parents.get(parent, parent)
        return item

    def tie(self, items: Iterable[Hashable]) -> None:
        first, *others = dict.fromkeys(map(self.root, items))
        self._parents.update(dict.fromkeys(others, first))


def _members(group: Sequence[_Node]) -> Iterator[Member]:
    counts = Counter(key for node in group for key in node.keys)
    for node in group:
        shared = {key.partition(":")[0] for key in node.keys if counts[key] > 1}
        yield Member(node.place, "phone" if "phone" in shared else "email" if "email" in shared else "company")


def _places(nodes: Iterable[_Node]) -> dict[str, set[str]]:
    """The places in which there is a company of each core."""
    places: dict[str, set[str]] = defaultdict(set)
    for node in nodes:
        for name in node.companies:
            places[name.core] |= {name.place} - {""}
    return places


def _tie_companies(nodes: Sequence[_Node], links: _Links) -> None:
    """Tie leads of one company. Where there is one in a single place, a name without a place means that one."""
    places = _places(nodes)
    only = {core: next(iter(known)) for core, known in places.items() if len(known) == 1}
    for node in nodes:
        links.tie((node.place, *((name.core, name.place or only.get(name.core, "")) for name in node.companies)))


def _tie_unplaced(known: Sequence[_Node], chains: _Links, links: _Links) -> None:
    """Tie a name without a place, of which there are several, to the only namesake with its phones or addresses."""
    unplaced = _unplaced(known, links)
    homes: dict[tuple[Hashable, str], set[Hashable]] = defaultdict(set)
    for node in known:
        if links.root(node.place) not in unplaced:
            for trace in _traces(node, chains):
                homes[trace].add(links.root(node.place))
    wanted: dict[Hashable, set[Hashable]] = defaultdict(set)
    for node in known:
        if links.root(node.place) in unplaced:
            wanted[links.root(node.place)].update(*(homes[trace] for trace in _traces(node, chains)))
    for group, meant in wanted.items():
        if len(meant) == 1:
            links.tie((*meant, group))


def _unplaced(known: Sequence[_Node], links: _Links) -> set[Hashable]:
    """The groups that name no place, and have namesakes in several."""
    places = _places(known)
    placed = {links.root(node.place) for node in known for name in node.companies if name.place}
    unclear = {links.root(node.place) for node in known for name in node.companies if len(places[name.core]) > 1}
    return unclear - placed


def _traces(node: _Node, chains: _Links) -> Iterator[tuple[Hashable, str]]:
    """What a namesake must have in common: a key, or one that strangers lead to from it, and the company's core."""
    return ((chains.root(key), name.core) for key in node.keys for name in node.companies)


def _tie_strangers(strangers: Sequence[_Node], known: Sequence[_Node], chains: _Links, links: _Links) -> None:
    """Tie leads without a company to each other, and to the only customer with their phones or addresses."""
    homes: dict[Hashable, set[Hashable]] = defaultdict(set)
    for node in known:
        for key in node.keys:
            homes[chains.root(key)].add(links.root(node.place))
    parties: dict[Hashable, list[int]] = defaultdict(list)
    for node in strangers:
        parties[chains.root(node.place)].append(node.place)
    for party, members in parties.items():
        links.tie((*(homes[party] if len(homes[party]) == 1 else ()), *members))
