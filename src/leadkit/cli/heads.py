"""The command that shows what the heads of a file are taken for, and writes a map of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import aligned, printable
from leadkit.cli.shared import MAP, POLICY, SHEET, error_lines, load_heads, load_named, refuse_overwriting

if TYPE_CHECKING:
    from leadkit.adapters.spreadsheets.heads.report import HeadLine, HeadReport

TITLES = ("head", "field", "filled", "samples", "why")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@POLICY
@SHEET
@MAP
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write a map of the heads here (.toml), to edit.")
def heads(file: Path, policy_name: str, sheet: str | None, map_name: str | None, output: Path | None) -> None:
    """Show which head of a sheet is which field, how filled it is, and what is not understood."""
    from leadkit.adapters.spreadsheets.heads.report import map_lines, report_heads
    from leadkit.texts import texts

    if output is not None and output.suffix.lower() != ".toml":
        raise click.UsageError("-o takes .toml")
    refuse_overwriting(output, file)
    with error_lines() as reader:
        policy = load_named(policy_name)
        reader.language = policy.language
        words = texts("heads", policy.language)
        reports = report_heads(file, policy, sheet=sheet, heads=load_heads(map_name, policy))
        for report in reports:
            for line in _lines(report, words):
                click.echo(printable(line))
        if output is not None:
            _write(output, "\n".join(map_lines(reports[0])) + "\n")
            click.echo(f"-> {output}")


def _lines(report: HeadReport, words: Mapping[str, Any]) -> Iterator[str]:
    tool = words["tool"].format(report.columns.tool) if report.columns.tool else ""
    counts = {"understood": sum(line.use.field is not None for line in report.lines), "heads": len(report.lines)}
    summary = words["sheet_summary" if report.sheet else "summary"]
    yield summary.format(sheet=repr(report.sheet), row=report.head_row, tool=tool, **counts)
    titles = tuple(words["titles"][name] for name in TITLES)
    yield from aligned([titles, *(_cells(line, words) for line in report.lines)])
    for name, value in report.columns.constants.items():
        yield words["every_row"].format(name=name, value=value)


def _cells(line: HeadLine, words: Mapping[str, Any]) -> tuple[str, ...]:
    why = words["why"][line.use.basis or line.use.note].format(possible=words["or"].join(line.use.possible))
    why = words["nearest"].format(why=why, field=line.nearest) if line.nearest else why
    head = line.use.head or words["column"].format(line.use.place + 1)
    return (head, line.use.field or "-", f"{line.filled:.0%}", " | ".join(line.samples), why)


def _write(output: Path, content: str) -> None:
    from leadkit.adapters.files import replacing
    from leadkit.errors import Problem, SheetError

    try:
        with replacing(output) as part:
            part.write_text(content, encoding="utf-8")
    except OSError as error:
        raise SheetError(Problem(f"can't be written: {error.strerror}", place=str(output))) from None
