"""The command that takes a sample company from its sheets to the review of its quarter."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from leadkit.cli.leads import read_sheets, score_sheets
from leadkit.cli.shared import error_lines, load_named
from leadkit.texts import texts

DEMO_FILES = ("leads.xlsx", "activities.xlsx", "scored.xlsx", "leads.db", "review.html", "review.xlsx", "review.json")


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), default=Path("demo"), show_default=True
)
@click.option("--seed", default=20230801, show_default=True)
@click.option("--replace", is_flag=True, help="Write over what stands there: the sheets, the store, the review.")
def demo(output: Path, seed: int, replace: bool) -> None:
    """Show a sample company's quarter: its sheets scored, its leads converted, won and lost, and the review."""
    from leadkit.adapters.spreadsheets.write import write_workbook
    from leadkit.demo.company import sample_tables

    taken = [name for name in DEMO_FILES if (output / name).exists()]
    if taken and not replace:
        raise click.UsageError(f"{output} has {', '.join(taken)} already; --replace writes over them")
    with error_lines():
        output.mkdir(parents=True, exist_ok=True)
        leads, activities = sample_tables(seed)
        files = (output / "leads.xlsx", output / "activities.xlsx")
        for file, table in zip(files, (leads, activities), strict=True):
            write_workbook(file, [table])
            click.echo(f"-> {file}")
        when = datetime.fromisoformat("2023-09-30T00:00+08:00")
        policy = load_named("standard")
        score_sheets(files[0], *read_sheets(*files, policy, when), policy, when, None, 1, output / "scored.xlsx")
        click.echo(f"\n{texts('sheets', 'zh_CN')['terminal']['quarter']}")
        _play(*files, output, seed)


def _play(leads: Path, activities: Path, output: Path, seed: int) -> None:
    """Take the sheets into a new store, do what the company did, and review the quarter."""
    from leadkit.adapters.spreadsheets.read import read_activities, read_leads
    from leadkit.adapters.sql import migrate
    from leadkit.adapters.sql.storage import engine_of
    from leadkit.cli.reviews import lines, write
    from leadkit.demo.quarter import NOTES, SampleClock, play
    from leadkit.demo.words import QUARTER
    from leadkit.desk.desk import Desk
    from leadkit.policy import load_policy
    from leadkit.reviewing.notes import ReviewNotes

    store = output / "leads.db"
    for file in (store, *output.glob("leads.db-*")):
        file.unlink(missing_ok=True)
    address = f"sqlite:///{store}"
    migrate(address)
    policy = load_policy("standard")
    rows = read_leads(leads, policy)
    follow_ups = read_activities(activities, policy, {lead.id for lead in rows.records})
    clock = SampleClock(datetime.fromisoformat("2023-06-01T00:00+08:00"))
    engine = engine_of(address)
    with engine.begin() as connection:
        desk = Desk(policy, connection, clock=clock)
        play(desk, clock, rows.records, follow_ups.records, seed=seed)
        clock.now = datetime.fromisoformat("2023-10-01T00:00+08:00")
        review = desk.review("2023-Q3", notes=ReviewNotes.model_validate(NOTES))
    engine.dispose()
    for line in lines(review, "zh_CN", policy.document.labels):
        click.echo(line)
    click.echo(f"-> {store}")
    for file in (output / "review.html", output / "review.xlsx", output / "review.json"):
        write(review, file, "zh_CN", QUARTER["company"], policy.document.labels)
        click.echo(f"-> {file}")
