"""Joining leads of one customer: what the first says stays, what the others say otherwise is kept beside it."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, field, setters

from leadkit.records.duplicates import By, groups
from leadkit.records.joined_lead import Difference, JoinedLead
from leadkit.records.lead import Lead
from leadkit.results import Result

__all__ = ["Difference", "Join", "Joined", "Merged", "join", "join_duplicates", "merged"]


@define(on_setattr=setters.frozen)
class Join(Result):
    """A lead that was joined to another, what they have in common, and what it says otherwise."""

    lead_id: str
    to: str
    by: By
    differences: tuple[Difference, ...] = field(default=(), repr=False)


@define(on_setattr=setters.frozen)
class Joined:
    """Leads without duplicates, in their order, and every lead that was joined to an earlier one."""

    leads: tuple[Lead, ...]
    joins: tuple[Join, ...]

    @property
    def joined_to(self) -> dict[str, str]:
        """For each lead that was joined, the id of the one it was joined to."""
        return {join.lead_id: join.to for join in self.joins if join.lead_id != join.to}


@define(on_setattr=setters.frozen)
class Merged:
    """Two leads as one, and what the later one says otherwise."""

    lead: Lead
    differences: tuple[Difference, ...]


def join_duplicates(leads: Iterable[Lead], region: str = "CN") -> Joined:
    """Join the leads of one customer to the first of them: those with a valid phone, an address or a company in common.

    Leads of different companies are never joined; `leadkit.records.duplicates` says when a company is the same. Leads
    with the same id are the same lead.
    """
    distinct, joins = _by_id(leads, region)
    kept = []
    for first, *others in groups(distinct, region):
        if not others:
            kept.append(distinct[first.place])
            continue
        customer = JoinedLead(distinct[first.place], region)
        for member in others:
            lead = distinct[member.place]
            joins.append(Join(lead.id, customer.first.id, member.by, customer.add(lead)))
        kept.append(customer.record)
    return Joined(tuple(kept), tuple(joins))


def _by_id(leads: Iterable[Lead], region: str) -> tuple[list[Lead], list[Join]]:
    """Leads with an id of their own each, and what was joined for that."""
    by_id: dict[str, Lead | JoinedLead] = {}
    joins = []
    for lead in leads:
        known = by_id.setdefault(lead.id, lead)
        if known is lead:
            continue
        if isinstance(known, Lead):
            known = by_id[lead.id] = JoinedLead(known, region)
        joins.append(Join(lead.id, lead.id, "id", known.add(lead)))
    return [known if isinstance(known, Lead) else known.record for known in by_id.values()], joins


def merged(first: Lead, later: Lead, region: str = "CN") -> Merged:
    """`first`, completed by what only `later` says; what `later` says otherwise is kept and listed."""
    joined = JoinedLead(first, region)
    differences = joined.add(later)
    return Merged(joined.record, differences)


def join(first: Lead, later: Lead, region: str = "CN") -> Lead:
    """`first`, completed by what only `later` says.

    Sources, people and needs of both are kept; all else that `later` says otherwise stands in `other_values`.
    """
    return merged(first, later, region).lead
