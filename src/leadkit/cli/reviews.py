"""The review from the command line: figures in the terminal, and the page, the workbook or JSON in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import DB, POLICY, aligned, opened_desk
from leadkit.cli.shared import AS_OF, as_text, error_lines, load_named, refuse_overwriting, zoned

if TYPE_CHECKING:
    from leadkit.policy import Policy
    from leadkit.reviewing.notes import ReviewNotes
    from leadkit.reviewing.review import Review
    from leadkit.reviewing.spend import Spend
    from leadkit.reviewing.view import FigureRow
    from leadkit.rules.labels import Labels
    from leadkit.texts import Language

ENDINGS = (".html", ".xlsx", ".json")
COUNTED = ("leads", "valid_leads", "opportunities", "a_opportunities", "won", "lost")
MEASURED = ("lead_to_win_rate", "win_rate", "sales_cycle_days", "average_deal_size", "pipeline_velocity")
NOTHING = "–"
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
@click.option(
    "--spend", type=click.Path(path_type=Path), help="A table of what was spent: channel, detail, period, spend."
)
@click.option("--company", help="Whose review it is, for the head of the page.")
@click.option(
    "--language",
    type=click.Choice(["en", "zh_CN"]),
    help="Language of the figures and the file; by default the policy's.",
)
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
    spend: Path | None,
    company: str | None,
    language: Any,
    output: Path | None,
) -> None:
    """Give the figures of a period: what came in, what was won, what was lost and why, and how sure one can be."""
    if output is not None and output.suffix.lower() not in ENDINGS:
        raise click.UsageError(f"-o takes {', '.join(ENDINGS)}")
    if (leads is None) != (opportunities is None) or (activities is not None and leads is None):
        raise click.UsageError("--leads and --opportunities go together, and --activities with them")
    refuse_overwriting(output, leads, opportunities, activities, notes, spend, Path(db.removeprefix("sqlite:///")))
    if company is not None and not company.isprintable():
        raise click.UsageError("--company takes one line of text")
    with error_lines():
        written = _notes(notes)
        if leads is None or opportunities is None:
            with opened_desk(db, policy_name) as desk:
                policy = desk.policy
                at = zoned(as_of, policy.time_zone)
                result = desk.review(period, as_of=at, notes=written, spend=_spend(spend, policy))
        else:
            policy = load_named(policy_name)
            at = zoned(as_of, policy.time_zone)
            spends = _spend(spend, policy)
            result = _of_tables(leads, opportunities, activities, policy, period, at, written, spends)
        language = language or policy.language
        for line in lines(result, language, policy.document.labels):
            click.echo(line)
        if output is not None:
            write(result, output, language, company, policy.document.labels)
            click.echo(f"-> {output}")


def _notes(path: Path | None) -> ReviewNotes | None:
    from leadkit.reviewing.notes import load_notes

    return None if path is None else load_notes(path)


def _spend(path: Path | None, policy: Policy) -> tuple[Spend, ...]:
    from leadkit.adapters.spreadsheets.spending import read_spend

    return () if path is None else read_spend(path, policy)


def _of_tables(
    leads: Path,
    opportunities: Path,
    activities: Path | None,
    policy: Policy,
    period: str,
    as_of: datetime | None,
    notes: ReviewNotes | None,
    spend: tuple[Spend, ...],
) -> Review:
    from leadkit.adapters.tables.files import computed, is_table, scan_table
    from leadkit.adapters.tables.review_files import read_sheet
    from leadkit.adapters.tables.review_polars import review as of_frames

    def table(path: Path, name: str) -> Any:
        if is_table(path):
            return scan_table(path)
        document = policy.document
        return read_sheet(path, name, policy.time_zone, document.currency, heads=document.sheets)

    with computed():
        return of_frames(
            table(leads, "leads"),
            table(opportunities, "opportunities"),
            period,
            None if activities is None else table(activities, "activities"),
            zone=policy.document.time_zone,
            as_of=as_of,
            currency=policy.document.currency,
            grades=policy.grades,
            priorities=policy.priorities,
            targets=policy.document.review.targets,
            channels=policy.document.channels,
            reasons={"lost": policy.reasons("lost"), "invalid": policy.reasons("invalid")},
            spend=spend,
            notes=notes,
        )


def write(
    review: Review, output: Path, language: Any, company: str | None = None, labels: Labels | None = None
) -> None:
    """Write a review as the page, the workbook or JSON, by the ending of `output`; `labels` are the policy's.

    Raises:
        SheetError: it can't be written.
        NoSpaceError: no space is left for it.
    """
    from leadkit.adapters.files import unwritable

    try:
        _write(review, output, language, company, labels or {})
    except OSError as error:
        raise unwritable(output, error) from None


def _write(review: Review, output: Path, language: Any, company: str | None, labels: Labels) -> None:
    if output.suffix.lower() == ".html":
        from leadkit.adapters.report.page import write_review

        write_review(review, output, language=language, company=company, labels=labels)
    elif output.suffix.lower() == ".xlsx":
        from leadkit.adapters.spreadsheets.review_workbook import write_review_workbook

        write_review_workbook(output, review, language, labels)
    else:
        from leadkit.adapters.files import replacing

        with replacing(output) as part:
            part.write_text(as_text(review.to_dict()) + "\n", encoding="utf-8")


def lines(review: Review, language: Language = "en", labels: Labels | None = None) -> Iterator[str]:
    """A review for a terminal: the key figures beside the period before, losses, channels, problems."""
    from leadkit.cli.review_sections import section_lines
    from leadkit.reviewing.view import view
    from leadkit.texts import texts

    shown, words = view(review, language, labels or {}), texts("review", language)["terminal"]
    running = "" if review.over else words["running"]
    yield words["title"].format(period=shown.period, as_of=f"{shown.as_of:%Y-%m-%d %H:%M}", running=running)
    yield from aligned([_figure_line(shown.figures[name], words, review.currency) for name in COUNTED])
    yield ""
    yield from aligned([_figure_line(shown.figures[name], words, review.currency) for name in MEASURED])
    if shown.drift is not None:
        yield f"\n{shown.drift}"
    for table in (table for section in shown.sections for table in section.tables):
        yield from section_lines(table, review.currency, language)
    if shown.losses:
        yield from _section(words["losses"], [(row.title, str(row.value)) for row in shown.losses])
    channels = [
        (row.title, words["leads"].format(row.value.leads), words["won"].format(row.value.lead_to_win_rate))
        for row in shown.groups["channel"][:MOST_GROUPS]
    ]
    yield from _section(words["channels"], channels)
    if shown.problems:
        yield from _section(words["problems"], [(row.title, str(row.value)) for row in shown.problems])


def _section(title: str, rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield f"\n{title}"
    yield from aligned([(f"  {name}", *cells) for name, *cells in rows])


def _figure_line(row: FigureRow, words: Mapping[str, str], currency: str) -> tuple[str, str, str]:
    """A figure, what it was before, and whether it moved by more than chance explains."""
    value = NOTHING if row.now is None else words.get(row.kind, "{}").format(_plain(row, row.now), currency=currency)
    if row.verdict == "untested":
        return row.title, value, ""
    return row.title, value, words[row.verdict].format(before=_plain(row, row.before))


def _plain(row: FigureRow, value: Any) -> str:
    """A value as people read it: money in whole units."""
    return f"{value:,.0f}" if row.kind in {"money", "money_a_day"} and value is not None else str(value)
