"""Facts of companies on Ibis tables: the rows of one company together, joined to each of them."""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportOperatorIssue=false, reportCallIssue=false

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from leadkit.adapters.tables.account_plan import AMOUNT_TYPE, KEY
from leadkit.adapters.tables.plan import KIND, LEAD_ID
from leadkit.policy import Policy
from leadkit.policy.account import DAY, AccountFact
from leadkit.rules import algebra as a

_ROWS = "_rows"


def with_account_facts(  # noqa: PLR0913, PLR0917
    policy: Policy, leads: ir.Table, events: ir.Table | None, account: str, now: int, engine: str
) -> ir.Table:
    """`leads` with the facts of each row's company, which take the place of columns of their names.

    `events` are those of a plan of `event_plan`; a row without a company is one by itself.
    """
    facts = policy.document.account.facts
    company = leads[account].cast("string")
    key = ibis.ifelse(
        company.notnull() & (company != ""),
        ibis.literal("account:") + company,
        ibis.literal("lead:") + leads[LEAD_ID].cast("string"),
    )
    rows = leads.select(**{name: leads[name] for name in leads.columns if name not in facts}, **{KEY: key})
    best = {name: fact.best for name, fact in facts.items() if fact.best is not None}
    ranks = {name: _rank(policy, leads, rows, fact) for name, fact in best.items()}
    whole = rows.group_by(KEY).aggregate(**{_ROWS: rows.count()}, **ranks)
    made: dict[str, Any] = {}
    both = rows.left_join(whole, rows[KEY] == whole[KEY])
    for name, fact in facts.items():
        if fact.count == "contacts":
            made[name] = whole[_ROWS].cast("int64")
        elif fact.best is not None:
            levels = enumerate(policy.facts[fact.best].levels)
            branches = [(whole[name] == rank, ibis.literal(level)) for rank, level in levels]
            made[name] = ibis.cases(*branches, else_=ibis.null("string"))
    kept = {name: rows[name] for name in rows.columns}
    joined = both.select(**kept, **made)
    summed = {name: fact for name, fact in facts.items() if fact.of_events}
    if not summed:
        return joined.drop(KEY)
    if events is None:
        return joined.mutate(**{name: ibis.literal(0, "int64") for name in summed}).drop(KEY)
    owners = rows.select(_owner=rows[LEAD_ID], **{KEY: rows[KEY]})
    happened = events.join(owners, events[LEAD_ID] == owners["_owner"])
    sums = happened.group_by(KEY).aggregate(
        **{name: _sum(fact, happened, now, engine) for name, fact in summed.items()}
    )
    last = joined.left_join(sums, joined[KEY] == sums[KEY])
    rest = {name: joined[name] for name in joined.columns if name != KEY}
    return last.select(**rest, **{name: sums[name].fill_null(0) for name in summed})


def _rank(policy: Policy, leads: ir.Table, rows: ir.Table, best: str) -> ir.Value:
    """The smallest place among the levels that any row of the company has."""
    if best not in leads.columns:
        return ibis.null("int64").min()
    levels = enumerate(policy.facts[best].levels)
    column = rows[best].cast("string")
    return ibis.cases(
        *((column == level, ibis.literal(rank, "int64")) for rank, level in levels), else_=ibis.null("int64")
    ).min()


def _sum(fact: AccountFact, happened: ir.Table, now: int, engine: str) -> ir.Value:
    counts = happened[KIND].isin(fact.events)
    if fact.within_days is not None:
        counts &= (now - happened[a.AT.name]) < fact.within_days * DAY
    if fact.sum is None:
        return ibis.ifelse(counts, ibis.literal(1, "int64"), ibis.literal(0, "int64")).sum().cast("int64")
    amount = happened[a.AMOUNT.name]
    exact = amount if engine == "sqlite" else amount.cast("decimal({}, {})".format(*AMOUNT_TYPE))
    return ibis.ifelse(counts, exact, ibis.null(exact.type())).sum()
