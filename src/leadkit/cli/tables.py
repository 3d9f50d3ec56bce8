"""Policies on tables from the command line: large files of facts, and the statement for a warehouse."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import click

from leadkit.cli.shared import AS_OF, error_lines, load_named, time_or_now


def score_tables(
    leads: Path, activities: Path | None, policy_name: str, as_of: datetime | None, output: Path | None
) -> None:
    """Evaluate a table of facts, write it if asked to, and print how many leads each answer has."""
    from leadkit.adapters.tables.files import scan_table, write_table
    from leadkit.adapters.tables.polars import evaluate

    policy = load_named(policy_name)
    events = scan_table(activities) if activities else None
    table = evaluate(policy, scan_table(leads), events, as_of=time_or_now(as_of, policy.time_zone))
    answers = ["screening"] if policy.document.screening else []
    answers += [*policy.document.scoring.outcomes, *policy.document.qualification]
    if output:
        write_table(table, output)
        table = scan_table(output) if output.suffix.lower() != ".csv" else table
    counts = table.select(answers).group_by(answers).len().collect(engine="streaming")
    click.echo(f"{policy.id}: {counts['len'].sum()} leads")
    for name in answers:
        shares = Counter[str]()
        for answer, number in counts.select(name, "len").iter_rows():
            shares[answer] += number
        click.echo(f"{name}: " + ", ".join(f"{answer} {number}" for answer, number in sorted(shares.items())))
    if output:
        click.echo(f"-> {output}")


@click.command()
@click.argument("policy_name", metavar="POLICY")
@click.option("--dialect", default="duckdb", show_default=True, help="Such as postgres, bigquery, snowflake, pyspark.")
@click.option("--key", default="string", show_default=True, help="The type of lead_id, such as int64 or uuid.")
@click.option("--graded", is_flag=True, help="Include the grading columns.")
@AS_OF
def sql(policy_name: str, dialect: str, key: str, graded: bool, as_of: datetime | None) -> None:
    """Print the statement that evaluates a policy on tables leads and activities, in an engine's own SQL."""
    from leadkit.adapters.tables.ibis import sql as statement

    with error_lines():
        policy = load_named(policy_name)
        when = time_or_now(as_of, policy.time_zone)
        click.echo(statement(policy, dialect, as_of=when, key=key, graded=graded))
