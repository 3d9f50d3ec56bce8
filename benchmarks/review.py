"""A quarter and the one before it reviewed, from tables, from records and from a store, by the number of leads.

Usage: python benchmarks/review.py [--rounds N] [--small] [--way WORD]

A fifth as many opportunities as leads, drawn over half a year. Each way runs in a process of its own, and the ways take
turns:

- leadkit on Polars and on DuckDB by Ibis, from Parquet files, against the same key figures by hand: by group-bys
  in Polars (`review_by_hand.py`) and by statements with grouping sets in DuckDB (`review_in_duckdb.py`), at 100k and 1M
  leads;
- cases in memory through `count` and `reviewed`, at the same sizes;
- records through `leadkit.review`, which screens and scores every lead, at 10k and 100k;
- `Desk.review` from a store in SQLite, at 10k and 100k, against a bare select of the columns that it needs, each value
  as the store gives it.

All come to the same key figures, or it stops; records are scored by the policy and a store keeps its own priorities,
which those figures don't depend on. Seconds are those of the review alone, without imports and without making what it
is given; the peak is that of the whole process, which for cases and records is mostly what they are given. The last
columns are the ratio to what each is held against at that size, and how many times longer ten times the leads take.
Days of the sales cycle are not compared: by hand they are elapsed hours, in a review calendar days.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from leadkit.reviewing.period import read_period

QUARTER = read_period("2023-Q3", ZoneInfo("Asia/Shanghai"))
BEFORE = QUARTER.previous
SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000}
WAYS = {
    "by hand, Polars": ("100k", "1M"),
    "leadkit, Polars": ("100k", "1M"),
    "by hand, DuckDB": ("100k", "1M"),
    "leadkit, Ibis on DuckDB": ("100k", "1M"),
    "leadkit, cases": ("100k", "1M"),
    "leadkit, records": ("10k", "100k"),
    "rows of a desk on SQLite": ("10k", "100k"),
    "leadkit, desk on SQLite": ("10k", "100k"),
}
BASES = {
    "leadkit, Polars": "by hand, Polars",
    "leadkit, Ibis on DuckDB": "by hand, DuckDB",
    "leadkit, cases": "by hand, Polars",
    "leadkit, records": "by hand, Polars",
    "leadkit, desk on SQLite": "rows of a desk on SQLite",
}
"""What each way is held against."""

COUNTS = ("leads", "valid_leads", "opportunities", "a_opportunities", "won", "lost")
CHANNELS = ("web", "trade show", "referral", "partner", "advertising", "mail", "phone", "other")
INDUSTRIES = ("machinery", "energy", "medical", "food", "textile", "chemistry")
REASONS = ("need_vague", "contact_false", "budget_too_small")
Job = Callable[[], dict[str, Any] | None]


def make(folder: Path, size: int) -> None:
    """Both tables, drawn with a seed."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(size)
    start, span = int(BEFORE.start.timestamp()), int((QUARTER.end - BEFORE.start).total_seconds())

    def pick(names: Iterable[str], number: int, weights: list[float] | None = None) -> Any:
        every = list(names)
        return pa.array(every).take(pa.array(rng.choice(len(every), number, p=weights)))

    def times(values: Any, there: Any = None) -> Any:
        mask = None if there is None else ~there
        return pa.array(values.astype(np.int64) * 10**6, mask=mask).cast(pa.timestamp("us", "UTC"))

    received = start + rng.integers(0, span, size)
    status = pick(("new", "valid", "invalid", "archived", "converted"), size, [0.1, 0.35, 0.2, 0.15, 0.2])
    bad = np.isin(np.array(status), ["invalid", "archived"])
    leads = {
        "lead_id": pa.array([f"L{number}" for number in range(size)]),
        "channel": pick(CHANNELS, size),
        "industry": pick(INDUSTRIES, size),
        "owner": pick((f"rep{number}" for number in range(20)), size),
        "priority": pick(("high", "medium", "low"), size),
        "status": status,
        "disqualification_reason": pa.array(np.array(REASONS)[rng.integers(0, 3, size)], mask=~bad),
        "received_at": times(received),
        "first_response_at": times(received + rng.exponential(9_000, size), rng.random(size) < 0.9),
        "response_due_at": times(received + rng.choice([2, 4, 24], size) * 3_600),
    }
    pq.write_table(pa.table(leads), folder / "leads.parquet")
    number = size // 5
    of = rng.permutation(size)[:number]
    opened = received[of] + rng.integers(0, 60 * 86_400, number)
    status = pick(("open", "won", "lost"), number, [0.3, 0.3, 0.4])
    lost, over = np.array(status) == "lost", np.array(status) != "open"
    opportunities = {
        "opportunity_id": pa.array([f"O{one}" for one in range(number)]),
        "lead_id": leads["lead_id"].take(pa.array(of)),
        "grade": pick("ABC", number),
        "status": status,
        "lost_reason": pa.array(np.array(["price", "competitor", "budget"])[rng.integers(0, 3, number)], mask=~lost),
        "amount": pa.array(rng.integers(10**6, 10**8, number) / 100),
        "opened_at": times(opened),
        "closed_at": times(opened + rng.integers(5 * 86_400, 90 * 86_400, number), over),
    }
    pq.write_table(pa.table(opportunities), folder / "opportunities.parquet")


def by_hand(folder: Path) -> Job:
    from review_by_hand import figures

    months = [*(month.start for month in QUARTER.cohorts), QUARTER.end]

    def job() -> dict[str, Any]:
        found = figures(*_files(folder), BEFORE.start, months)
        return {name: value for frame in found[:3] for name, value in frame.to_dicts()[0].items()}

    return job


def by_hand_in_duckdb(folder: Path) -> Job:
    from review_in_duckdb import figures

    months = [*(month.start for month in QUARTER.cohorts), QUARTER.end]

    def job() -> dict[str, Any]:
        found = figures(*_files(folder), BEFORE.start, months)
        return {**found["came"], **found["began"], **found["closed"]}

    return job


def on_polars(folder: Path) -> Job:
    import polars as pl

    from leadkit.adapters.tables.review_polars import review

    leads, opportunities = _files(folder)
    return lambda: told(review(pl.scan_parquet(leads), pl.scan_parquet(opportunities), QUARTER))


def on_duckdb(folder: Path) -> Job:
    import ibis

    from leadkit.adapters.tables.review_ibis import review

    connection = ibis.duckdb.connect()
    leads, opportunities = (connection.read_parquet(file) for file in _files(folder))
    leads.limit(1).to_pyarrow()  # what Ibis imports when it is first asked is no part of the review
    return lambda: told(review(leads, opportunities, QUARTER))


def from_cases(folder: Path) -> Job:
    from leadkit.reviewing.cases import LeadCase, OpportunityCase
    from leadkit.reviewing.count import count
    from leadkit.reviewing.review import reviewed

    people, deals = _rows(folder)
    first = {deal["lead_id"]: deal["opened_at"] for deal in deals}
    of_lead = {row["lead_id"]: row for row in people}
    leads = [
        LeadCase(
            id=(key := row.pop("lead_id")),
            reason=row.pop("disqualification_reason"),
            converted_at=first.get(key),
            **row,
        )
        for row in map(dict, people)
    ]
    opportunities = []
    for deal in deals:
        lead = of_lead[deal.pop("lead_id")]
        same = {name: lead[name] for name in ("channel", "industry", "owner", "priority")}
        received = lead["received_at"]
        opportunities.append(OpportunityCase(id=deal.pop("opportunity_id"), lead_received_at=received, **same, **deal))

    def job() -> dict[str, Any]:
        now = QUARTER.end
        cells, before = (count(leads, opportunities, one, as_of=now) for one in (QUARTER, BEFORE))
        return told(reviewed(cells, before, QUARTER, as_of=now, currency="CNY"))

    return job


def from_records(folder: Path) -> Job:
    import leadkit as lk

    policy = lk.load_policy("standard")
    people, deals = _rows(folder)
    leads = [
        lk.Lead(
            id=row["lead_id"],
            source=lk.Source(channel=row["channel"]),
            received_at=row["received_at"],
            company=lk.Company(industry=row["industry"], size="large"),
            contact=lk.Contact(job_title="CEO"),
            need=lk.Need(description="two welding robots, budget 500k-800k, by March 2027"),
            status="valid" if row["status"] == "new" else row["status"],
            owner=row["owner"],
        )
        for row in people
    ]
    answers = [
        lk.Activity(id=f"A{row['lead_id']}", lead_id=row["lead_id"], kind="reply", occurred_at=row["first_response_at"])
        for row in people
        if row["first_response_at"]
    ]
    opportunities = [lk.Opportunity(id=deal.pop("opportunity_id"), **deal) for deal in deals]
    new = sum(row["status"] == "new" and row["received_at"] in QUARTER for row in people)

    def job() -> dict[str, Any]:
        found = told(lk.reviews.review(leads, opportunities, QUARTER, policy=policy, activities=answers))
        return {**found, "valid_leads": found["valid_leads"] - new}

    return job


def from_desk(folder: Path) -> Job:
    import leadkit as lk

    desk = lk.Desk("standard", f"sqlite:///{folder / 'leads.db'}", clock=lambda: QUARTER.end)
    return lambda: told(desk.review(QUARTER))


def rows_of_desk(folder: Path) -> Job:
    """The columns that a review needs, by one select each; it comes to no figures."""
    import sqlalchemy as sa

    from leadkit.adapters.sql.schema import SQL_TABLES
    from leadkit.desk import reviewing

    engine = sa.create_engine(f"sqlite:///{folder / 'leads.db'}")

    def job() -> None:
        with engine.connect() as connection:
            for table, columns in reviewing.COLUMNS.items():
                statement = sa.select(*(SQL_TABLES[table.name].c[name] for name in columns))
                for _ in connection.execute(statement):
                    pass

    return job


def store(folder: Path) -> None:
    """The same leads and opportunities as a desk keeps them."""
    import leadkit as lk
    from leadkit.store.opportunity_rows import OpportunityRow
    from leadkit.store.process_rows import DutyRow
    from leadkit.store.rows import ActivityRow, LeadRow
    from leadkit.store.tables import ACTIVITIES, DUTIES, LEADS, OPPORTUNITIES

    address = f"sqlite:///{folder / 'leads.db'}"
    lk.migrate(address)
    people, deals = _rows(folder)
    first = {deal["lead_id"]: deal["opened_at"] for deal in deals}
    same = ("channel", "industry", "owner", "priority", "status", "received_at")
    leads, duties, activities = [], [], []
    for row in people:
        key, at, answered = row["lead_id"], row["received_at"], row["first_response_at"]
        reasons = (row["disqualification_reason"],) if row["disqualification_reason"] else ()
        said = {name: row[name] for name in same}
        leads.append(
            LeadRow(
                id=key,
                captured_at=at,
                first_follow_up_at=answered,
                converted_at=first.get(key),
                reasons=reasons,
                **said,
            )
        )
        due = {"lead_id": key, "since": at, "due_at": row["response_due_at"], "met_at": answered}
        state = "met" if answered else "open"
        duties.append(DutyRow(id=f"response:{key}", kind="response", state=state, **due))
        if answered:
            activities.append(
                ActivityRow(id=f"A{key}", lead_id=key, kind="reply", occurred_at=answered, recorded_at=answered)
            )
    opportunities = [OpportunityRow(id=deal.pop("opportunity_id"), **deal) for deal in deals]
    with lk.Desk("standard", address) as desk, desk.storage.transaction() as unit:
        for table, rows in ((LEADS, leads), (DUTIES, duties), (ACTIVITIES, activities), (OPPORTUNITIES, opportunities)):
            unit.add(table, rows)


JOBS: dict[str, Callable[[Path], Job]] = dict(
    zip(
        WAYS,
        (by_hand, on_polars, by_hand_in_duckdb, on_duckdb, from_cases, from_records, rows_of_desk, from_desk),
        strict=True,
    )
)


def _files(folder: Path) -> tuple[Path, Path]:
    return folder / "leads.parquet", folder / "opportunities.parquet"


def _rows(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Both tables row by row, amounts as decimals."""
    import polars as pl

    leads, opportunities = map(pl.read_parquet, _files(folder))
    cents = pl.col("amount").cast(pl.Decimal(20, 2))
    return leads.to_dicts(), opportunities.with_columns(cents).to_dicts()


def told(review: Any) -> dict[str, Any]:
    """The key figures that every way has."""
    return {name: getattr(review.total, name) for name in (*COUNTS, "won_amount")}


def work(way: str, folder: Path) -> None:
    """One way in this process: its key figures, seconds and peak memory, for the process that started it."""
    job = JOBS[way](folder)
    started = time.perf_counter()
    found = job()
    seconds = time.perf_counter() - started
    figures = [*(found[name] for name in COUNTS), round(float(found["won_amount"]), 2)] if found else None
    print(json.dumps([figures, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def measured(way: str, folder: Path) -> tuple[list[Any], float, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--work", way, str(folder)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{way} failed:\n{done.stderr}")
    figures, seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return figures, seconds, peak


def compare(folder: Path, rounds: int, sizes: list[str], wanted: str) -> None:
    runs: dict[tuple[str, str], list[tuple[list[Any], float, float]]] = {}
    for size in sizes:
        own = folder / size
        own.mkdir()
        subprocess.run([sys.executable, __file__, "--make", size, str(own)], check=True)
        for _ in range(rounds):
            for way in (way for way, every in WAYS.items() if size in every and wanted in way):
                runs.setdefault((way, size), []).append(measured(way, own))
        figures = {json.dumps(one[0]) for (_, at), every in runs.items() if at == size for one in every if one[0]}
        if len(figures) > 1:
            raise SystemExit(f"{size}: the ways don't agree: {figures}")
        print(f"{size}: all agree on {''.join(figures)}")
    table({key: (median(one[1] for one in every), max(one[2] for one in every)) for key, every in runs.items()})


def table(found: dict[tuple[str, str], tuple[float, float]]) -> None:
    print(f"\n{'way':<26}{'leads':>8}{'seconds':>10}{'peak MiB':>10}{'ratio':>8}{'growth':>8}")
    for (way, size), (seconds, peak) in sorted(found.items(), key=lambda one: list(WAYS).index(one[0][0])):
        base = found.get((BASES.get(way, way), size))
        smaller = {SIZES[other]: one[0] for (of, other), one in found.items() if of == way}.get(SIZES[size] // 10)
        ratio = f"{seconds / base[0]:8.2f}" if base else f"{'':8}"
        growth = f"{seconds / smaller:8.1f}" if smaller else ""
        print(f"{way:<26}{size:>8}{seconds:10.3f}{peak:10,.0f}{ratio}{growth}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--small", action="store_true", help="without the million")
    parser.add_argument("--way", default="", help="only ways with this word in their name, such as DuckDB")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--make", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        work(asked.work[0], Path(asked.work[1]))
    elif asked.make:
        size, folder = asked.make
        make(Path(folder), SIZES[size])
        if size in WAYS["leadkit, desk on SQLite"]:
            store(Path(folder))
    else:
        with tempfile.TemporaryDirectory() as folder:
            compare(Path(folder), asked.rounds, list(SIZES)[: 2 if asked.small else 3], asked.way)


if __name__ == "__main__":
    main()
