"""Facts of companies on Polars frames: the rows of one company together, joined to each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from leadkit.adapters.tables.account_plan import AMOUNT_TYPE, KEY
from leadkit.adapters.tables.plan import KIND, LEAD_ID
from leadkit.policy import Policy
from leadkit.policy.account import DAY, AccountFact
from leadkit.rules import algebra as a

_ROWS = "_rows"


def with_account_facts(
    policy: Policy, leads: pl.LazyFrame, events: pl.LazyFrame | None, account: str, now: int
) -> pl.LazyFrame:
    """`leads` with the facts of each row's company, which take the place of columns of their names.

    `events` are those of a plan of `event_plan`; a row without a company is one by itself.
    """
    facts = policy.document.account.facts
    company = pl.col(account).cast(pl.String)
    alone = pl.concat_str(pl.lit("lead:"), pl.col(LEAD_ID).cast(pl.String))
    key = pl.when(company != "").then(pl.concat_str(pl.lit("account:"), company)).otherwise(alone)
    rows = leads.drop(facts, strict=False).with_columns(key.alias(KEY))
    columns = leads.collect_schema().names()
    whole = rows.group_by(KEY).agg(pl.len().cast(pl.Int64).alias(_ROWS), *_of_rows(policy, columns))
    rows = rows.join(whole, on=KEY, how="left")
    if events is not None:
        sums = events.join(rows.select(LEAD_ID, KEY), on=LEAD_ID).group_by(KEY).agg(*_of_events(facts, now))
        rows = rows.join(sums, on=KEY, how="left")
    counted = [pl.col(_ROWS).alias(name) for name, fact in facts.items() if fact.count == "contacts"]
    summed = [name for name, fact in facts.items() if fact.of_events]
    filled = [(pl.lit(0, pl.Int64) if events is None else pl.col(name).fill_null(0)).alias(name) for name in summed]
    return rows.with_columns(*counted, *filled).drop(KEY, _ROWS)


def _of_rows(policy: Policy, columns: list[str]) -> Iterator[pl.Expr]:
    for name, fact in policy.document.account.facts.items():
        if fact.best is None:
            continue
        levels = policy.facts[fact.best].levels
        if fact.best not in columns:
            yield pl.lit(None, pl.String).alias(name)
            continue
        text = pl.col(fact.best).cast(pl.String)
        rank = text.replace_strict(levels, list(range(len(levels))), default=None, return_dtype=pl.Int64).min()
        yield rank.replace_strict(list(range(len(levels))), levels, default=None, return_dtype=pl.String).alias(name)


def _of_events(facts: Mapping[str, AccountFact], now: int) -> Iterator[pl.Expr]:
    age = now - pl.col(a.AT.name)
    for name, fact in facts.items():
        if not fact.of_events:
            continue
        counts = pl.col(KIND).cast(pl.String).is_in(list(fact.events))
        counts = counts if fact.within_days is None else counts & (age < fact.within_days * DAY)
        if fact.sum is None:
            yield counts.sum().cast(pl.Int64).alias(name)
        else:
            amount = pl.col(a.AMOUNT.name).cast(pl.Decimal(*AMOUNT_TYPE))
            yield amount.filter(counts).sum().alias(name)
