"""Which sheets of a file are read: those with the heads that are looked for; and a refusal that says what is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.adapters.spreadsheets.heads.head_row import HEAD_ROWS, NO_MAP, HeadRow, fullest_row, head_row
from leadkit.adapters.spreadsheets.heads.vocabulary import key_of, nearest_field
from leadkit.adapters.spreadsheets.table import Grid
from leadkit.adapters.spreadsheets.templates import ACTIVITIES, LEADS, Template
from leadkit.errors import Problem, SheetError
from leadkit.limits import Limits
from leadkit.policy.sheets import SheetMap
from leadkit.texts import LANGUAGES, texts

REPEATING = ("today", "leads_flagged", "activities_flagged", "joins")
"""The sheets of a result that show rows of another sheet once more."""


def fields_by_head(heads: SheetMap | None) -> Mapping[str, str]:
    """The fields that a map names, by the keys of their heads."""
    columns = heads.columns if heads else {}
    return {key_of(head): name for name, column in columns.items() for head in column.head}


def sheets_with_heads(
    path: Path,
    template: Template,
    limits: Limits,
    *,
    sheet: str | None = None,
    mapped: Mapping[str, str] = NO_MAP,
) -> tuple[list[HeadRow], dict[str, str]]:
    """The visible sheets of a file with the heads of `template`, or the one named `sheet`; and why others are left out.

    Raises:
        SheetError: the file can't be read, there is no such sheet, or no sheet has the heads.
    """
    grids = list(read_grids(path, limits=limits))
    names = [grid.sheet for grid in grids]
    if sheet is not None and sheet not in names:
        hint = f"it has: {', '.join(repr(name) for name in names[:20])}" if any(names) else "it is not a workbook"
        raise SheetError(Problem(f"has no sheet {sheet!r}", hint, place=path.name))
    titles = [texts("sheets", language)["titles"] for language in LANGUAGES]
    written = {titles_of[name] for titles_of in titles for name in REPEATING}
    head_rows: list[HeadRow] = []
    left_out: dict[str, str] = {}
    for grid in grids:
        if (grid.hidden and grid.sheet != sheet) or (sheet is not None and grid.sheet != sheet):
            left_out[grid.sheet] = "hidden" if grid.hidden else "not_named"
        elif sheet is None and len(grids) > 1 and grid.sheet in written:
            left_out[grid.sheet] = "repeats"
        elif (part := head_row(grid, template, mapped)) and not _is_below_follow_ups(part, template):
            head_rows.append(part)
        else:
            left_out[grid.sheet] = "no_heads"
    if not head_rows:
        raise SheetError(_no_heads(path, template, grids, left_out))
    return head_rows, left_out


def _is_below_follow_ups(part: HeadRow, template: Template) -> bool:
    """Whether what looks like heads of leads is a row of a follow-up sheet, below the heads of that."""
    above = head_row(part.grid, ACTIVITIES) if template is LEADS else None
    return above is not None and above.number < part.number


def _no_heads(path: Path, template: Template, grids: Iterable[Grid], left_out: Mapping[str, str]) -> list[Problem]:
    """What was looked for, what stands there instead, and what it is nearest to: a line each."""
    wanted = ", ".join(template.looked_for)
    hidden = [name for name, why in left_out.items() if why == "hidden"]
    hint = f"heads are looked for in the first {HEAD_ROWS} rows"
    if hidden:
        hint += f"; hidden sheets are read when they are named: {', '.join(map(repr, hidden))}"
    if wanted:
        return [Problem(f"has no row with the heads {wanted}", hint, place=path.name)]
    follow_ups = [row for grid in grids if not grid.hidden and (row := head_row(grid, ACTIVITIES)) is not None]
    if follow_ups:
        message = f"row {follow_ups[0].number} has the heads of follow-ups, and no row those of leads"
        return [Problem(message, "give the file as --activities", place=path.name)]
    asked = "has no row with two heads of leads, one of them a contact, company, phone or e-mail"
    return [Problem(asked, hint, place=path.name), *_instead(path, grids)]


def _instead(path: Path, grids: Iterable[Grid]) -> Iterator[Problem]:
    """The row that looks most like heads, and the fields that its heads are nearest to."""
    candidates = [(grid, *fullest) for grid in grids if not grid.hidden and (fullest := fullest_row(grid))]
    if not candidates:
        return
    grid, number, heads = max(candidates, key=lambda candidate: len(candidate[2]))
    shown = ", ".join(head[:30] for head in heads[:12])
    message = f"sheet {grid.sheet!r}, row {number} has: {shown}" if grid.sheet else f"row {number} has: {shown}"
    yield Problem(message, place=path.name)
    near = [(name, head) for head in heads if (name := nearest_field(head))]
    says = "; ".join(f'{name} = "{head[:30]}"' for name, head in near[:6]) or 'phone = "..."'
    yield Problem(
        f"nearest: {says}", "write it under [sheets.leads] in a policy, or in a file for --map", place=path.name
    )
