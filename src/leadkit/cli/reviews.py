"""The review from the command line: figures in the terminal, and the page, the workbook or JSON in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import DB, POLICY, aligned, on_store, opened_desk
from leadkit.cli.shared import AS_OF, refuse_overwriting, told, zoned

if TYPE_CHECKING:
    from leadkit.desk.desk import Desk
    from leadkit.policy import Policy
    from leadkit.reviewing.notes import ReviewNotes
    from leadkit.reviewing.review import Change, Review
    from leadkit.rules.labels import Labels

ENDINGS = (".html", ".xlsx", ".json")
COUNTED = ("leads", "valid_leads", "opportunities", "a_opportunities", "won", "lost")
RATES = ("lead_to_win_rate", "win_rate")
MEASURED = {"sales_cycle_days": "days", "average_deal_size": "{}", "pipeline_velocity": "{} a day"}
MOST_GROUPS = 8


@click.command()
@DB
@POLICY
@click.option("--leads", type=click.Path(path_type=Path), help="A table of leads (.csv, .xlsx, .parquet or .arrow).")
@click.option("--opportunities", type=click.Path(path_type=Path), help="Its table of opportunities.")
@click.option("--activities", type=click.Path(path_type=Path), help="Its table of our follow-ups.")
@click.option("--period", required=True, help="Such as 2023-Q3, 2023-08, 2023 or 2023-07-01..2023-10-01.")
@AS_OF
@click.option("--notes", type=click.Path(path_type=Path), help="TOML: worked, failed, improve, each an array.")
@click.option("--company", help="Whose review it is, for the head of the page.")
@click.option("--language", type=click.Choice(["en", "zh_CN"]), default="en", show_default=True, help="Of the file.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write .html, .xlsx or .json.")
def review(
    db: str,
    policy_name: str,
    leads: Path | None,
    opportunities: Path | None,
    activities: Path | None,
    period: str,
    as_of: datetime | None,
    notes: Path | None,
    company: str | None,
    language: Any,
    output: Path | None,
) -> None:
    """Give the figures of a period: what came in, what was won, what was lost and why, and how sure one can be."""
    if output is not None and output.suffix.lower() not in ENDINGS:
        raise click.UsageError(f"-o takes {', '.join(ENDINGS)}")
    if (leads is None) != (opportunities is None) or (activities is not None and leads is None):
        raise click.UsageError("--leads and --opportunities go together, and --activities with them")
    refuse_overwriting(output, leads, opportunities, activities, notes, Path(db.removeprefix("sqlite:///")))
    if company is not None and not company.isprintable():
        raise click.UsageError("--company takes one line of text")
    with told():
        from leadkit.policy import load_policy

        said = _notes(notes)
        if leads is None or opportunities is None:
            with opened_desk(db, policy_name) as desk:
                policy = desk.policy
                found = desk.review(period, as_of=zoned(as_of, policy.time_zone), notes=said)
        else:
            policy = load_policy(policy_name)
            found = _of_tables(leads, opportunities, activities, policy, period, zoned(as_of, policy.time_zone), said)
        for line in lines(found):
            click.echo(line)
        if output is not None:
            write(found, output, language, company, policy.document.labels)
            click.echo(f"-> {output}")


@click.command()
@on_store
@AS_OF
@click.option("--json", "as_data", is_flag=True, help="Print JSON.")
def calibrate(desk: Desk, as_of: datetime | None, as_data: bool) -> None:
    """Ask whether bands, grades and rules tell the opportunities that were won from those that were lost."""
    from leadkit.reviewing.as_json import as_json

    found = desk.calibrate(as_of=as_of)
    click.echo(json.dumps(as_json(found), ensure_ascii=False, indent=2) if as_data else str(found))


def _notes(path: Path | None) -> ReviewNotes | None:
    from leadkit.reviewing.notes import load_notes

    return None if path is None else load_notes(path)


def _of_tables(
    leads: Path,
    opportunities: Path,
    activities: Path | None,
    policy: Policy,
    period: str,
    as_of: datetime | None,
    notes: ReviewNotes | None,
) -> Review:
    from leadkit.adapters.tables.files import computed, is_table, scan_table
    from leadkit.adapters.tables.review_files import read_sheet
    from leadkit.adapters.tables.review_polars import review as of_frames

    def table(path: Path, name: str) -> Any:
        return scan_table(path) if is_table(path) else read_sheet(path, name, policy.time_zone)

    with computed():
        return of_frames(
            table(leads, "leads"),
            table(opportunities, "opportunities"),
            period,
            None if activities is None else table(activities, "activities"),
            zone=policy.document.time_zone,
            as_of=as_of,
            currency=policy.document.currency,
            first_grade=next(iter(policy.grades), None),
            notes=notes,
        )


def write(found: Review, output: Path, language: Any, company: str | None = None, labels: Labels | None = None) -> None:
    """Write a review as the page, the workbook or JSON, by the ending of `output`; `labels` are the policy's.

    Raises:
        SheetError: it can't be written.
    """
    from leadkit.errors import Problem, SheetError

    try:
        _write(found, output, language, company, labels or {})
    except OSError as error:
        raise SheetError(Problem(str(output), f"can't be written: {error.strerror}")) from None


def _write(found: Review, output: Path, language: Any, company: str | None, labels: Labels) -> None:
    if output.suffix.lower() == ".html":
        from leadkit.adapters.report.page import write_review

        write_review(found, output, language=language, company=company, labels=labels)
    elif output.suffix.lower() == ".xlsx":
        from leadkit.adapters.spreadsheets.review_workbook import write_review_workbook

        write_review_workbook(output, found, language, labels)
    else:
        from leadkit.reviewing.as_json import as_json

        output.write_text(json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def lines(found: Review) -> Iterator[str]:
    """A review for a terminal: the key figures beside the period before, losses, channels, problems."""
    from leadkit.reviewing.words import FIGURES, PROBLEMS, key_label

    names, total = FIGURES["en"], found.total
    changes = {change.name: change for change in found.changes}
    running = "" if found.over else ", not over yet: counts are not compared"
    yield f"{found.period.label()}, as of {found.as_of.astimezone(found.period.zone):%Y-%m-%d %H:%M}{running}"
    yield from aligned([(names[name], str(getattr(total, name)), _moved(changes.get(name))) for name in COUNTED])
    yield ""
    rates = [(names[name], str(getattr(total, name)), _moved(changes.get(name))) for name in RATES]
    others = [
        (names[name], _or_nothing(getattr(total, name), unit.format(found.currency)), "")
        for name, unit in MEASURED.items()
    ]
    yield from aligned([*rates, *others])
    if found.losses:
        yield "\nLoss reasons"
        yield from aligned([("  " + key_label("reason", one.reason, "en"), str(one.rate)) for one in found.losses])
    yield "\nChannels"
    first = found.by["channel"][:MOST_GROUPS]
    yield from aligned(
        [
            ("  " + key_label("channel", one.key, "en"), f"{one.leads} leads", f"won {one.lead_to_win_rate}")
            for one in first
        ]
    )
    if found.problems:
        yield "\nData problems"
        yield from aligned([("  " + PROBLEMS["en"][code], str(number)) for code, number in found.problems.items()])


def _moved(change: Change | None) -> str:
    """What a figure was before, and whether it moved by more than chance explains."""
    if change is None:
        return ""
    said = {"up": "up", "down": "down", "noise": "no more than chance"}.get(str(change.direction), "no comparison")
    return f"before: {change.before} ({said})"


def _or_nothing(number: object, unit: str) -> str:
    return "–" if number is None else f"{number} {unit}"
