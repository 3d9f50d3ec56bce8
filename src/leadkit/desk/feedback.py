"""What the customer's feedback says of the budget, where the lead says something else."""

from __future__ import annotations

from unicodedata import numeric

from leadkit.desk.context import CommandContext
from leadkit.records.text import read_money
from leadkit.store.rows import LeadRow

OTHER_BUDGET = "other_budget"


def findings_in(feedback: str | None, home: LeadRow, context: CommandContext) -> tuple[str, ...]:
    """That the feedback names another budget than the lead has, which somebody may want to amend."""
    # Reading a sum is slow, and most feedback has no number in it.
    if feedback is None or not any(numeric(character, None) is not None for character in feedback):
        return ()
    policy = context.policy
    named = read_money(feedback, policy.document.currency)
    if named is None:
        return ()
    highest = named.low if named.high is None else named.high
    known = policy.facts_of(context.work.lead(home.id), context.at)["budget"]
    same = named.currency == policy.document.currency and highest == known
    return () if same else (OTHER_BUDGET,)
