"""The command that takes a sample company from its sheets to the review of its quarter."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadkit.cli.leads import read_sheets, score_sheets
from leadkit.cli.shared import error_lines, load_named
from leadkit.texts import texts

if TYPE_CHECKING:
    from leadkit.adapters.spreadsheets.table import Table
    from leadkit.policy import Policy
    from leadkit.records import Activity, Lead
    from leadkit.reviewing.review import Review

SHEETS = ("leads.xlsx", "activities.xlsx")
AUTUMN_SHEETS = ("autumn-leads.xlsx", "autumn-activities.xlsx")
SUMMER, AUTUMN = "2023-Q3", "2023-Q4"
KINDS = (".html", ".xlsx", ".json")
DEMO_FILES = (
    *SHEETS, *AUTUMN_SHEETS, "scored.xlsx", "leads.db",
    *(f"{name}{kind}" for name in ("review", f"review-{AUTUMN}") for kind in KINDS),
)  # fmt: skip


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), default=Path("demo"), show_default=True
)
@click.option("--seed", default=20230801, show_default=True)
@click.option("--replace", is_flag=True, help="Write over what stands there: the sheets, the store, the review.")
@click.option("--quarters", type=click.IntRange(1, 2), default=1, show_default=True, help="How far it goes.")
def demo(output: Path, seed: int, replace: bool, quarters: int) -> None:
    """Show a sample company's quarter: its sheets scored, its leads converted, won and lost, and the review.

    In the second quarter a customer buys again, legal is late, and delivery sends a handover back.
    """
    from leadkit.demo.company import autumn_tables, sample_tables

    taken = [name for name in DEMO_FILES if (output / name).exists()]
    if taken and not replace:
        raise click.UsageError(f"{output} has {', '.join(taken)} already; --replace writes over them")
    with error_lines():
        output.mkdir(parents=True, exist_ok=True)
        files = _written(output, SHEETS, sample_tables(seed))
        when = datetime.fromisoformat("2023-09-30T00:00+08:00")
        policy = load_named("standard")
        score_sheets(files[0], *read_sheets(*files, policy, when), policy, when, None, 1, output / "scored.xlsx")
        click.echo(f"\n{texts('sheets', 'zh_CN')['terminal']['quarter']}")
        autumn = _written(output, AUTUMN_SHEETS, autumn_tables(seed)) if quarters > 1 else None
        _play(files, autumn, output, seed)


def _written(output: Path, names: tuple[str, str], tables: tuple[Table, Table]) -> tuple[Path, Path]:
    """The files of a lead sheet and its follow-ups."""
    from leadkit.adapters.spreadsheets.write import write_workbook

    files = (output / names[0], output / names[1])
    for file, table in zip(files, tables, strict=True):
        write_workbook(file, [table])
        click.echo(f"-> {file}")
    return files


def _play(sheets: tuple[Path, Path], autumn: tuple[Path, Path] | None, output: Path, seed: int) -> None:
    """Take the sheets into a new store, do what the company did, and review each quarter."""
    from leadkit.adapters.sql import migrate
    from leadkit.adapters.sql.engines import engine_of
    from leadkit.demo import autumn as after
    from leadkit.demo.quarter import NOTES, SampleClock, play
    from leadkit.desk.desk import Desk
    from leadkit.policy import load_policy
    from leadkit.reviewing.notes import ReviewNotes

    store = output / "leads.db"
    for file in (store, *output.glob("leads.db-*")):
        file.unlink(missing_ok=True)
    address = f"sqlite:///{store}"
    migrate(address)
    policy = load_policy("standard")
    clock = SampleClock(datetime.fromisoformat("2023-06-01T00:00+08:00"))
    engine = engine_of(address)
    with engine.begin() as connection:
        desk = Desk(policy, connection, clock=clock)
        play(desk, clock, *_records(sheets, policy), seed=seed)
        clock.now = datetime.fromisoformat("2023-10-01T00:00+08:00")
        reviews = {"review": desk.review(SUMMER, notes=ReviewNotes.model_validate(NOTES))}
        if autumn is not None:
            after.play_autumn(desk, clock, *_records(autumn, policy), seed=seed)
            reviews[f"review-{AUTUMN}"] = desk.review(AUTUMN, notes=ReviewNotes.model_validate(after.NOTES))
    engine.dispose()
    click.echo(f"-> {store}")
    for name, review in reviews.items():
        _show(review, output, name, policy)


def _records(sheets: tuple[Path, Path], policy: Policy) -> tuple[tuple[Lead, ...], tuple[Activity, ...]]:
    from leadkit.adapters.spreadsheets.read import read_activities, read_leads

    leads = read_leads(sheets[0], policy).records
    return leads, read_activities(sheets[1], policy, {lead.id for lead in leads}).records


def _show(review: Review, output: Path, name: str, policy: Policy) -> None:
    """Print a review, and write it as a page, a workbook and JSON."""
    from leadkit.cli.reviews import lines, write
    from leadkit.demo.words import QUARTER

    for line in lines(review, "zh_CN", policy.document.labels):
        click.echo(line)
    for kind in KINDS:
        write(review, output / f"{name}{kind}", "zh_CN", QUARTER["company"], policy.document.labels)
        click.echo(f"-> {output / name}{kind}")
