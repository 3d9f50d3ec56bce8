"""The command that shows what the heads of a file are taken for, and writes a map of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadkit.cli.opening import aligned, printable
from leadkit.cli.shared import MAP, POLICY, SHEET, error_lines, load_heads, load_named, refuse_overwriting

if TYPE_CHECKING:
    from leadkit.adapters.spreadsheets.heads.report import HeadLine, HeadReport

TITLES = ("head", "field", "filled", "samples", "why")
WHY = {
    "map": "by the map",
    "head": "by its head",
    "cells": "by its cells",
    "not_understood": "not understood",
    "open": "could be {possible}",
    "contradicted": "its cells are no {possible}",
    "taken": "another column is {possible}",
    "unread": "a {possible} is read only by a map with its words",
    "ignored": "no field, by the map",
    "blank": "has no head",
}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@POLICY
@SHEET
@MAP
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write a map of the heads here (.toml), to edit.")
def heads(file: Path, policy_name: str, sheet: str | None, map_name: str | None, output: Path | None) -> None:
    """Show which head of a sheet is which field, how filled it is, and what is not understood."""
    from leadkit.adapters.spreadsheets.heads.report import map_lines, report_heads

    if output is not None and output.suffix.lower() != ".toml":
        raise click.UsageError("-o takes .toml")
    refuse_overwriting(output, file)
    with error_lines():
        policy = load_named(policy_name)
        reports = report_heads(file, policy, sheet=sheet, heads=load_heads(map_name, policy))
        for report in reports:
            for line in _lines(report):
                click.echo(printable(line))
        if output is not None:
            _write(output, "\n".join(map_lines(reports[0])) + "\n")
            click.echo(f"-> {output}")


def _lines(report: HeadReport) -> Iterator[str]:
    where = f"sheet {report.sheet!r}, " if report.sheet else ""
    tool = f", as {report.columns.tool}" if report.columns.tool else ""
    understood = sum(line.use.field is not None for line in report.lines)
    yield f"{where}row {report.head_row}: {understood} of {len(report.lines)} heads are fields{tool}"
    yield from aligned([TITLES, *map(_cells, report.lines)])
    for name, value in report.columns.constants.items():
        yield f"every row: {name} = {value}"


def _cells(line: HeadLine) -> tuple[str, ...]:
    why = WHY[line.use.basis or line.use.note].format(possible=" or ".join(line.use.possible))
    near = f"; nearest: {line.nearest}" if line.nearest else ""
    head = line.use.head or f"(column {line.use.place + 1})"
    return (head, line.use.field or "-", f"{line.filled:.0%}", " | ".join(line.samples), why + near)


def _write(output: Path, content: str) -> None:
    from leadkit.errors import Problem, SheetError

    try:
        output.write_text(content, encoding="utf-8")
    except OSError as error:
        raise SheetError(Problem(f"can't be written: {error.strerror}", place=str(output))) from None
