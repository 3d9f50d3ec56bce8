"""What was known of leads at a time of the past: the facts that their companies had then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import define, setters

from leadkit.desk.account_facts import Accounts
from leadkit.desk.queries import changes_of, record_at
from leadkit.desk.work_set import WorkSet
from leadkit.policy.account import AccountLead, account_facts
from leadkit.records import Lead
from leadkit.records.text import read_company
from leadkit.store.mapping import account_key
from leadkit.store.rows import ActivityRow, LeadRow


@define(on_setattr=setters.frozen)
class PastLead:
    """A lead as it was at `at`, with all of its activities; those of later count for nothing."""

    row: LeadRow
    lead: Lead
    activities: Sequence[ActivityRow]
    at: datetime


def known_then(work: WorkSet, leads: Sequence[PastLead]) -> list[Mapping[str, Any]]:
    """What was known of leads beside what they said, each at its own time.

    A company's leads are those of today that were there by then and said then that they are of it.
    """
    if not leads or not work.policy.document.account.facts:
        return [each.row.verified for each in leads]
    accounts = Accounts(work, max(each.at for each in leads))
    keys = [account_key(each.lead.company.name) for each in leads]
    accounts.read(keys)
    members = {key: accounts.members(key) for key in keys if key is not None}
    changes = changes_of(work, {member for some in members.values() for member in some})
    return [
        {**_facts(work, each, list(_others(accounts, each, members.get(str(key), ()), changes))), **each.row.verified}
        for each, key in zip(leads, keys, strict=True)
    ]


def _others(
    accounts: Accounts, past: PastLead, members: Sequence[str], changes: Mapping[str, Any]
) -> Iterator[PastLead]:
    company, work = read_company(past.lead.company.name or ""), accounts.work
    for key in members:
        row = work.leads[key]
        if key not in (past.row.id, work.row(past.row.id).id) and row.captured_at <= past.at:
            lead = record_at(work, key, changes[key], past.at)
            if company.same_as(read_company(lead.company.name or "")):
                yield PastLead(row, lead, accounts.activities_of(key), past.at)


def _facts(work: WorkSet, past: PastLead, others: Sequence[PastLead]) -> dict[str, Any]:
    then = Accounts(work, past.at)
    family = [
        AccountLead(then.category_facts(each.row, each.lead), 1 + len(each.lead.other_contacts), each.activities)
        for each in (past, *others)
    ]
    policy = work.policy
    values = account_facts(policy.document.account, policy.facts, family, past.at)
    return {name: value for name, value in values.items() if value is not None}
