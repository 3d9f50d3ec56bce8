"""What the heads of a file are taken for, and why: to be looked at, and to be edited into a map."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import define, field, setters

from leadkit.adapters.spreadsheets.cells import text
from leadkit.adapters.spreadsheets.heads.columns import Columns, Use
from leadkit.adapters.spreadsheets.heads.head_row import HeadRow
from leadkit.adapters.spreadsheets.heads.vocabulary import nearest_field
from leadkit.adapters.spreadsheets.read import lead_columns, lead_heads
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy import Policy
from leadkit.policy.sheets import SEVERAL, MapFile

SAMPLES, SAMPLE_CHARACTERS = 3, 24

PARTS = {"first_name": "contact", "last_name": "contact"}
"""Fields that a map names as parts of another."""


@define(on_setattr=setters.frozen)
class HeadLine:
    """One column: what it is taken for, how much of it is filled (0 to 1), and what its first cells say.

    `nearest` is the field whose head is spelled most like one that is not understood.
    """

    use: Use
    filled: float
    samples: tuple[str, ...] = field(repr=False)
    nearest: str | None = None


@define(on_setattr=setters.frozen)
class HeadReport:
    """The heads of one sheet: the name of the sheet, the row they stand in, its columns, and the map that was used."""

    sheet: str
    head_row: int
    rows: int
    lines: tuple[HeadLine, ...]
    columns: Columns


def report_heads(
    path: Path,
    policy: Policy,
    *,
    sheet: str | None = None,
    heads: MapFile | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> list[HeadReport]:
    """What the heads of each lead sheet in a file are taken for.

    Raises:
        SheetError: the file can't be read, or no sheet of it has heads of leads.
    """
    parts, _ = lead_heads(path, policy, sheet=sheet, heads=heads, limits=limits)
    return [_report(part, lead_columns(part, policy, heads)) for part in parts]


def map_lines(report: HeadReport) -> Iterator[str]:
    """A map of these heads as TOML, to be edited: what is not understood stands there as a comment."""
    yield f"# {report.rows} rows below the heads in row {report.head_row}. Give it with --map, or copy it to a policy."
    yield "[sheets.leads]"
    fields: dict[str, list[str]] = {}
    further = _further_names(report.lines)
    for line in sorted(report.lines, key=lambda line: line.use.field == "last_name"):
        if line.use.field and line not in further:
            fields.setdefault(PARTS.get(line.use.field, line.use.field), []).append(line.use.head)
    for name, heads in fields.items():
        yield f"{name} = {_array(heads) if len(heads) > 1 and name in SEVERAL else _text(heads[0])}"
    for name, value in report.columns.constants.items():
        yield f"{name} = {{ value = {_text(value)} }}"
    if report.columns.dates:
        yield f'dates = "{report.columns.dates}"'
    if report.columns.phone_region:
        yield f'phone_region = "{report.columns.phone_region}"'
    for line in report.lines:
        if line.use.field is None and line.use.head:
            maybe = " or ".join(line.use.possible) or line.nearest or "..."
            yield f"# {maybe} = {_text(line.use.head)}"
    for line in further:
        yield f"# another person: {_text(line.use.head)}"


def _further_names(lines: Sequence[HeadLine]) -> Sequence[HeadLine]:
    """The columns with further names: beside the first one they would be read as parts of one name."""
    names = [line for line in lines if line.use.field in {"contact", "first_name", "last_name"}]
    whole = [line for line in names if line.use.field == "contact"]
    return [line for line in names if line is not whole[0]] if whole else []


def _array(heads: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, heads))}]"


def _text(words: str) -> str:
    """A text as TOML writes it, which is as JSON does."""
    return json.dumps(words, ensure_ascii=False)


def _report(part: HeadRow, columns: Columns) -> HeadReport:
    filled, rows = [0] * len(part.heads), 0
    samples: list[dict[str, None]] = [{} for _ in part.heads]
    for _, cells in part.rows():
        rows += 1
        for place, cell in enumerate(cells[: len(filled)]):
            words = text(cell)
            if words is not None:
                filled[place] += 1
                if len(samples[place]) < SAMPLES:
                    samples[place][_short(words)] = None
    lines = tuple(
        HeadLine(
            use,
            filled[use.place] / rows if rows else 0.0,
            tuple(samples[use.place]),
            nearest_field(use.head) if use.head and use.note == "not_understood" else None,
        )
        for use in columns.uses
    )
    return HeadReport(part.grid.sheet, part.number, rows, lines, columns)


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= SAMPLE_CHARACTERS else f"{line[: SAMPLE_CHARACTERS - 1]}…"
