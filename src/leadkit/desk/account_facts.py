"""The facts of a lead's company, made of all its leads in the store, and the leads that they change for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from attrs import define, evolve, field

from leadkit.desk.work_set import WorkSet
from leadkit.policy.account import AccountLead, account_facts
from leadkit.records import Lead
from leadkit.records.fields import FrozenDict
from leadkit.records.text import read_company
from leadkit.store.mapping import account_key
from leadkit.store.protocol import Query, Unit, in_parts
from leadkit.store.rows import NOTHING, ActivityRow, LeadRow
from leadkit.store.tables import LEADS

MOST = 200
"""So many leads of one company are counted at most, and so many scored again when one of them changes."""


@define
class Accounts:
    """The companies of some leads, read once for all of them."""

    work: WorkSet
    at: datetime
    _leads: dict[str, list[str]] = field(factory=lambda: defaultdict(list))
    _activities: dict[str, list[ActivityRow]] = field(factory=dict)
    _facts: dict[str, Mapping[str, Any]] = field(factory=dict)

    def read(self, keys: Iterable[str | None]) -> None:
        """Read the leads of companies, with their persons and, where facts are made of them, their activities."""
        work = self.work
        wanted = [key for key in dict.fromkeys(keys) if key is not None and key not in self._leads]
        for part in in_parts(wanted):
            where = {"account_key": part, "merged_into": None, "erased_at": None}
            rows = work.unit.find(Query(LEADS, where))
            work.take([row for row in rows if row.id not in work.leads])
        by_company: dict[str, list[str]] = defaultdict(list)
        for key, row in sorted(work.leads.items()):
            if row.account_key in wanted and row.merged_into is None and row.erased_at is None:
                by_company[str(row.account_key)].append(key)
        self._leads |= {key: by_company[key][:MOST] for key in wanted}
        if work.policy.document.account.reads_activities:
            ids = [lead_id for key in wanted for lead_id in self._leads[key] if lead_id not in self._activities]
            for part in in_parts(ids):
                read = work.activities(part)
                self._activities |= {lead_id: read.get(lead_id, []) for lead_id in part}

    def with_facts(self, row: LeadRow, lead: Lead, activities: Sequence[ActivityRow] | None = None) -> LeadRow:
        """A lead's row with the facts of its company; `lead` and `activities` are its own as they are now."""
        rules, policy = self.work.policy.document.account, self.work.policy
        self.read([row.account_key])
        mine = AccountLead(
            self.category_facts(row, lead),
            1 + len(lead.other_contacts),
            self._activities.get(row.id, ()) if activities is None else activities,
        )
        others = (self._member(key) for key in self._siblings(row) if key != row.id)
        values = account_facts(rules, policy.facts, [mine, *others], self.at)
        known = FrozenDict({name: _kept(value) for name, value in values.items() if value is not None})
        return row if known == row.account_facts else evolve(row, account_facts=known)

    def _siblings(self, row: LeadRow) -> list[str]:
        """The leads of the same company; places may not contradict each other."""
        keys = self._leads.get(row.account_key or "", [])
        company = read_company(row.company_name or "") if keys else None
        rows = self.work.leads
        return [] if company is None else [key for key in keys if company.same_as(_company(rows[key]))]

    def _member(self, lead_id: str) -> AccountLead:
        row, lead = self.work.leads[lead_id], self.work.lead(lead_id)
        if lead_id not in self._facts:
            self._facts[lead_id] = self.category_facts(row, lead)
        return AccountLead(self._facts[lead_id], 1 + len(lead.other_contacts), self._activities.get(lead_id, ()))

    def members(self, key: str) -> Sequence[str]:
        """The leads that are found by what a company is found by, once they are read."""
        return self._leads.get(key, [])

    def activities_of(self, lead_id: str) -> Sequence[ActivityRow]:
        """The activities of such a lead; none where no fact is made of them."""
        return self._activities.get(lead_id, ())

    def category_facts(self, row: LeadRow, lead: Lead) -> Mapping[str, Any]:
        """The categories of a lead of which facts of its company are made."""
        policy = self.work.policy
        asked = {fact.best for fact in policy.document.account.facts.values() if fact.best is not None}
        if not asked:
            return NOTHING
        facts = policy.facts_of(lead, self.at)
        return {name: row.verified.get(name, facts.get(name)) for name in asked}


def with_account_facts(
    work: WorkSet, row: LeadRow, lead: Lead, activities: Iterable[ActivityRow], at: datetime
) -> LeadRow:
    """A lead's row with the facts of its company as they are at `at`; as it is where the policy asks for none."""
    if not work.policy.document.account.facts:
        return without_account_facts(row)
    row = with_account_key(row)
    return Accounts(work, at).with_facts(row, lead, list(activities))


def without_account_facts(row: LeadRow) -> LeadRow:
    """A lead's row without facts of its company, of which the policy asks for none."""
    return row if not row.account_facts else evolve(row, account_facts=NOTHING)


def with_account_key(row: LeadRow) -> LeadRow:
    """A lead that an earlier version stored, with what its company is found by."""
    if row.account_key is not None or row.company_name is None:
        return row
    return evolve(row, account_key=account_key(row.company_name))


def changed_companies(work: WorkSet) -> set[str]:
    """What the companies are found by of which a command changed a lead of the work set."""
    return {key for lead_id, row in work.leads.items() for key in _touched(work.leads_read.get(lead_id), row)}


def in_the_queue(unit: Unit, companies: Iterable[str]) -> list[str]:
    """The leads of companies that are in the queue, at most `MOST`, by id."""
    ids: list[str] = []
    for part in in_parts(sorted(companies)):
        where = {"account_key": part, "merged_into": None, "erased_at": None, "in_queue": True}
        ids += [row.id for row in unit.find(Query(LEADS, where, limit=MOST))]
    return list(islice(ids, MOST))


def _touched(before: LeadRow | None, row: LeadRow) -> set[str]:
    """The companies that are other ones since a lead changed: its own, and the one that it was of before."""
    if before is row:
        return set()
    rows = (row,) if before is None else (before, row)
    return {each.account_key for each in rows if each.account_key is not None}


def _company(row: LeadRow) -> Any:
    return read_company(row.company_name or "")


def _kept(value: int | Decimal | str) -> str | int:
    """A value as JSON can hold it; `known_facts` reads it back."""
    return f"{value:f}" if isinstance(value, Decimal) else value
