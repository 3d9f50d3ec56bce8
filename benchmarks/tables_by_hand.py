"""The ways that `tables.py` compares: each reads the files and gives `lead_id`, `points` and `priority` of every lead.

A way is a function that does what a caller does once (imports, loading the policy, connecting) and returns the work to
be timed. The hand-written ones know the standard policy by heart: four kinds of events, each with its points, no limits
of single rules, and totals that can't exceed 100. Times of events have fractions of seconds, and what happens within
the second of AS_OF still counts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import by_hand

AS_OF = datetime(2025, 12, 1, tzinfo=UTC)
LATER = AS_OF + timedelta(seconds=1)
COLUMNS = ["lead_id", "points", "priority"]
EACH, FACTS = by_hand.EACH, by_hand.FACTS
KINDS = list(EACH)
Work = Callable[[Path, Path], Any]


def leadkit_polars() -> Work:
    import polars as pl

    import leadkit as lk
    from leadkit.adapters.tables import polars as tables

    policy = lk.load_policy("standard")

    def work(leads: Path, events: Path) -> Any:
        scored = tables.evaluate(policy, pl.scan_parquet(leads), pl.scan_parquet(events), as_of=AS_OF)
        return scored.select(COLUMNS).collect(engine="streaming")

    return work


def leadkit_ibis() -> Work:
    import ibis
    import pyarrow.dataset as _  # noqa: F401

    import leadkit as lk
    from leadkit.adapters.tables import ibis as tables

    policy, duckdb = lk.load_policy("standard"), ibis.duckdb.connect()

    def work(leads: Path, events: Path) -> Any:
        scored = tables.evaluate(policy, duckdb.read_parquet(leads), duckdb.read_parquet(events), as_of=AS_OF)
        return scored.select(COLUMNS).to_pyarrow()

    return work


def polars_plain() -> Work:
    """Four conditional sums, as one would write them at first."""
    import polars as pl

    def work(leads: Path, events: Path) -> Any:
        past = pl.scan_parquet(events).filter(pl.col("occurred_at") < LATER)
        counts = past.group_by("lead_id").agg((pl.col("kind") == kind).sum().alias(kind) for kind in KINDS)
        return _polars_scored(pl.scan_parquet(leads), counts)

    return work


def polars_packed() -> Work:
    """Four counts of 16 bits in one whole number, of events that count only; 65,536 events of a kind would be lost."""
    import polars as pl

    def work(leads: Path, events: Path) -> Any:
        counted = pl.scan_parquet(events).filter(pl.col("occurred_at") < LATER, pl.col("kind").is_in(KINDS))
        share: Any = pl.lit(1, pl.Int64)
        for place, kind in list(enumerate(KINDS))[1:]:
            share = pl.when(pl.col("kind") == kind).then(pl.lit(1 << 16 * place, pl.Int64)).otherwise(share)
        sums = counted.select("lead_id", share.alias("share")).group_by("lead_id").agg(pl.col("share").sum())
        places = ((pl.col("share") // (1 << 16 * place) % (1 << 16)).alias(kind) for place, kind in enumerate(KINDS))
        return _polars_scored(pl.scan_parquet(leads), sums.select("lead_id", *places))

    return work


def _polars_scored(leads: Any, counts: Any) -> Any:
    import polars as pl

    attributes = sum(
        pl.col(fact).replace_strict(levels, default=0, return_dtype=pl.Int64) for fact, levels in FACTS.items()
    )
    behaviour = sum(pl.col(kind).fill_null(0).cast(pl.Int64) * points for kind, points in EACH.items())
    points = pl.min_horizontal(attributes, 60) + pl.min_horizontal(behaviour, 40)
    priority = pl.when(pl.col("points") >= 80).then(pl.lit("high")).when(pl.col("points") >= 50).then(pl.lit("medium"))
    joined = leads.join(counts, on="lead_id", how="left").select("lead_id", points.alias("points"))
    return joined.with_columns(priority.otherwise(pl.lit("low")).alias("priority")).collect(engine="streaming")


def duckdb_sql() -> Work:
    import duckdb
    import pyarrow.dataset as _  # noqa: F401

    connection = duckdb.connect()

    def work(leads: Path, events: Path) -> Any:
        return connection.sql(_statement(leads, events)).to_arrow_table()

    return work


def _statement(leads: Path, events: Path) -> str:
    counts = ", ".join(f"count(*) filter (kind = '{kind}') as {kind}" for kind in KINDS)
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    behaviour = " + ".join(f"{points} * coalesce({kind}, 0)" for kind, points in EACH.items())
    branches = {
        fact: " ".join(f"when '{level}' then {points}" for level, points in levels.items())
        for fact, levels in FACTS.items()
    }
    attributes = " + ".join(f"case {fact} {found} else 0 end" for fact, found in branches.items())
    return f"""
        with counts as (
            select lead_id, {counts} from read_parquet('{events}')
            where occurred_at < timestamptz '{LATER.isoformat()}' and kind in ({kinds}) group by lead_id
        ), scored as (
            select lead_id, least({attributes}, 60) + least({behaviour}, 40) as points
            from read_parquet('{leads}') left join counts using (lead_id)
        )
        select *, case when points >= 80 then 'high' when points >= 50 then 'medium' else 'low' end as priority
        from scored
    """


def numpy_bincount() -> Work:
    """Keys and kinds as places in a list (Arrow looks them up, numpy has no hash table), then one bincount."""
    import numpy as np
    import pyarrow.compute as pc
    import pyarrow.dataset as _  # noqa: F401
    import pyarrow.parquet as pq

    def work(leads: Path, events: Path) -> Any:
        table = pq.read_table(leads)
        size = table.num_rows
        behaviour = np.bincount(_cells(events, table["lead_id"].combine_chunks()), minlength=size * len(KINDS))
        attributes = sum(_looked_up(pc, np, table[fact], levels) for fact, levels in FACTS.items())
        each = behaviour.reshape(size, len(KINDS)) @ np.array(list(EACH.values()))
        points = np.minimum(attributes, 60) + np.minimum(each, 40)
        priority = np.array(["low", "medium", "high"], object)[np.searchsorted([50, 80], points, side="right")]
        return {"lead_id": table["lead_id"], "points": points, "priority": priority}

    return work


def _cells(events: Path, keys: Any) -> Any:
    """Lead times kind as one number, for each event that counts."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(events, read_dictionary=["kind"])
    counts = pc.less(table["occurred_at"], pa.scalar(LATER, table["occurred_at"].type)).to_numpy()
    kind = np.concatenate([_looked_up_codes(chunk, KINDS) for chunk in table["kind"].chunks])
    lead = pc.index_in(table["lead_id"], value_set=keys).to_numpy()
    chosen = counts & (kind >= 0)
    return lead[chosen].astype(np.int64) * len(KINDS) + kind[chosen]


def _looked_up_codes(column: Any, names: list[str]) -> Any:
    import numpy as np

    places = [names.index(name) if name in names else -1 for name in column.dictionary.to_pylist()]
    return np.array(places)[column.indices.to_numpy()]


def _looked_up(pc: Any, np: Any, column: Any, levels: dict[str, int]) -> Any:
    """The points of each row; 0, which -1 finds at the end, for what is in no level."""
    import pyarrow as pa

    found = pc.fill_null(pc.index_in(column, value_set=pa.array(list(levels))), -1).to_numpy()
    return np.array([*levels.values(), 0])[found]


def pandas_groupby() -> Work:
    import numpy as np
    import pandas as pd
    import pyarrow.dataset as _  # noqa: F401

    def work(leads: Path, events: Path) -> Any:
        found = pd.read_parquet(events)
        found = found[(found["occurred_at"] < LATER) & found["kind"].isin(KINDS)]
        counts = found.groupby(["lead_id", "kind"]).size().unstack(fill_value=0).reindex(columns=KINDS, fill_value=0)
        rows = pd.read_parquet(leads).merge(counts, how="left", left_on="lead_id", right_index=True)
        behaviour = sum(rows[kind].fillna(0).astype("int64") * points for kind, points in EACH.items())
        attributes = sum(rows[fact].map(levels).fillna(0).astype("int64") for fact, levels in FACTS.items())
        rows["points"] = attributes.clip(upper=60) + behaviour.clip(upper=40)
        rows["priority"] = np.select([rows["points"] >= 80, rows["points"] >= 50], ["high", "medium"], "low")
        return rows[COLUMNS]

    return work


def floor() -> Work:
    """Every column that is needed, read and counted: what no plan can do without."""
    import polars as pl

    def work(leads: Path, events: Path) -> Any:
        wanted = {leads: ["lead_id", *FACTS], events: ["lead_id", "kind", "occurred_at"]}
        for file, names in wanted.items():
            pl.scan_parquet(file).select(pl.col(names).count()).collect(engine="streaming")

    return work


WAYS: dict[str, Callable[[], Work]] = {
    "leadkit, Polars": leadkit_polars,
    "leadkit, Ibis on DuckDB": leadkit_ibis,
    "by hand, Polars plain": polars_plain,
    "by hand, Polars packed": polars_packed,
    "by hand, DuckDB SQL": duckdb_sql,
    "by hand, numpy": numpy_bincount,
    "by hand, pandas": pandas_groupby,
    "floor: read and count": floor,
}
