"""The key figures of two quarters as one would write them for DuckDB on an afternoon; see `review.py`.

The same figures as `review_by_hand.py`, each group of them as one statement with grouping sets.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

OF_LEAD = "(), (channel), (industry), (owner), (priority)"
OF_DEAL = f"{OF_LEAD}, (grade)"
WINDOWS = (30, 60, 90)
Found = dict[str, dict[str, Any]]
"""The first row of each statement, which is that of the whole, by the name of the statement."""

VIEWS = """
create temp view first as select lead_id, min(opened_at) converted_at from read_parquet('{deals}') group by lead_id;
create temp table people as select * from read_parquet('{leads}') left join first using (lead_id);
create temp table deals as
    select d.* replace (case when d.closed_at < '{end}' then d.status else 'open' end as status),
           l.channel, l.industry, l.owner, l.priority, l.received_at
    from read_parquet('{deals}') d left join read_parquet('{leads}') l using (lead_id) where d.opened_at < '{end}';
"""
LEADS = "count(*) leads, count(*) filter (status in ('valid', 'converted')) valid_leads"
OPENED = "count(*) opportunities, count(*) filter (grade = 'A') a_opportunities"
CLOSED = """
    count(*) filter (status = 'won') won, count(*) filter (status = 'lost') lost,
    sum(amount) filter (status = 'won') won_amount, avg(amount) filter (status = 'won') average_deal_size,
    avg(epoch(closed_at - opened_at)) filter (status = 'won') / 86400 sales_cycle_days,
    median(epoch(closed_at - opened_at)) filter (status = 'won') / 86400 sales_cycle_median_days
"""
MINUTES = "epoch(first_response_at - received_at)::bigint // 60"
TIMES = f"""
    count(*) leads, count(*) filter (response_due_at < '{{end}}'
        and (first_response_at is null or first_response_at > response_due_at)) late,
    avg({MINUTES}) filter (first_response_at < '{{end}}') mean,
    median({MINUTES}) filter (first_response_at < '{{end}}') middle
"""
ONCE = {
    "entered": f"select {OPENED}, {CLOSED} from deals where received_at >= '{{start}}' and received_at < '{{end}}'",
    "losses": "select lost_reason, count(*) from deals where status = 'lost' and closed_at >= '{start}' "
    "and closed_at < '{end}' group by lost_reason",
    "reasons": "select disqualification_reason, count(*) from people where status in ('invalid', 'archived') "
    "and received_at >= '{start}' and received_at < '{end}' group by disqualification_reason",
    "cohorts": "select date_trunc('month', received_at + interval 8 hours) as month, channel, {converted} from people "
    "where received_at >= '{start}' and received_at < '{end}' group by grouping sets ((month), (channel))",
    "times": f"select priority, owner, {TIMES} from people where received_at >= '{{start}}' "
    "and received_at < '{end}' group by grouping sets ((priority), (owner))",
}


def figures(leads: Path, opportunities: Path, before: datetime, months: list[datetime]) -> Found:
    """Every figure of the period between the first and the last of `months`, and of the one from `before` to it."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    start, end = months[0], months[-1]
    connection.execute(VIEWS.format(leads=leads, deals=opportunities, end=end))
    statements = _period("", start, end) | _period("_before", before, start)
    statements |= {name: text.format(start=start, end=end, converted=_converted(end)) for name, text in ONCE.items()}
    found = {}
    for name, text in statements.items():
        rows = connection.execute(text)
        heads = [column[0] for column in rows.description or ()]
        found[name] = dict(zip(heads, rows.fetchall()[0], strict=True))
    return found


def _period(suffix: str, start: datetime, end: datetime) -> dict[str, str]:
    """The statements of what is asked of both periods; the row of the whole comes first."""
    whole = "channel nulls first, industry nulls first, owner nulls first, priority nulls first"

    def statement(what: str, table: str, time: str, sets: str, order: str) -> str:
        held = f"{time} >= '{start}' and {time} < '{end}'"
        return f"select {what} from {table} where {held} group by grouping sets ({sets}) order by {order}"

    return {
        f"came{suffix}": statement(LEADS, "people", "received_at", OF_LEAD, whole),
        f"began{suffix}": statement(OPENED, "deals", "opened_at", OF_DEAL, f"{whole}, grade nulls first"),
        f"closed{suffix}": statement(CLOSED, "deals", "closed_at", OF_DEAL, f"{whole}, grade nulls first"),
    }


def _converted(end: datetime) -> str:
    found = []
    for days in WINDOWS:
        old = f"received_at + interval {days} days <= '{end}'"
        soon = f"converted_at >= received_at and converted_at < received_at + interval {days} days"
        found += [f"count(*) filter ({old}) mature_{days}", f"count(*) filter ({old} and {soon}) converted_{days}"]
    return ", ".join(found)
