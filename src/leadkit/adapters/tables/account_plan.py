"""What tables are asked for facts of companies, whichever engine they lie in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from leadkit.adapters.tables.plan import LEAD_ID, Plan, missing_column, refuse
from leadkit.policy import Policy
from leadkit.rules import algebra as a
from leadkit.rules.moments import seconds

KEY = "_account"
"""What the rows of one company share; no fact has such a name."""
AMOUNT_TYPE = (38, 12)
"""The digits of a sum of amounts, and how many of them stand behind the point."""


def event_plan(policy: Policy, as_of: datetime) -> Plan | None:
    """A plan whose events are those that facts of companies are made of; None where none is made of events."""
    facts = [fact for fact in policy.document.account.facts.values() if fact.of_events]
    if not facts:
        return None
    kinds = tuple(sorted({kind for fact in facts for kind in fact.events}))
    reads = a.Or((a.AtLeast(a.AGE, a.Literal(0)), a.Known(a.AMOUNT)))
    return Plan({}, (a.Tally(KEY, kinds, reads, a.Literal(1)),), (), {}, seconds(as_of))


def check_account(account: str, columns: Collection[str]) -> None:
    """Let a table through that has the column of the company, and its key.

    Raises:
        TableError: it lacks one of them.
    """
    refuse([missing_column("leads", name, columns) for name in (LEAD_ID, account) if name not in columns])
