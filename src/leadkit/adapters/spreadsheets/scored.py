"""The scored list as sheets: what to do today, whom to call first and why, what was set aside, flagged and joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from leadkit.adapters.files import derived_names, refuse_existing
from leadkit.adapters.spreadsheets.read_sheet import ReadSheet
from leadkit.adapters.spreadsheets.scored_rows import LEFT, ScoredRows, field_name, head_of
from leadkit.adapters.spreadsheets.table import Row, RowsOnDemand, Table
from leadkit.adapters.spreadsheets.today import today_table
from leadkit.adapters.spreadsheets.write import Shown, write_csv_files, write_workbook
from leadkit.decisions import Worklist
from leadkit.policy import Policy
from leadkit.records import Lead
from leadkit.records.join import Join
from leadkit.rules.labels import label
from leadkit.texts import Language, texts

MOST_JOINS = 5
FILLS = ("#C6EFCE", "#FFEB9C", "#D9D9D9", "#F8CBAD", "#DDEBF7")
"""Fill colours for bands, the best first."""


def result_tables(
    work: Worklist,
    policy: Policy,
    language: Language,
    leads: ReadSheet[Lead],
    activities: ReadSheet[Any] | None = None,
) -> list[Table]:
    """The tables of a result: what to do today, the scored list, the rows set aside or flagged, and what was joined."""
    return [
        today_table(work, policy, language, leads, activities),
        scored_table(work, policy, language, leads),
        *_rows_to_look_at(leads, "leads", language),
        *(_rows_to_look_at(activities, "activities", language) if activities is not None else ()),
        *joins_tables(work, language),
    ]


def write_result(path: Path, tables: Sequence[Table], shown: Shown = iter) -> list[Path]:
    """Write the tables: one workbook, or for a `.csv` path one file a table (`derived_names`), a cover the last.

    Returns the files written. `shown` passes the rows of each table on.

    Raises:
        SheetError: a file can't be written, or stands where a file that nobody named would be written; then none is.
    """
    files = derived_names(path, len(tables))
    refuse_existing(path, files[1:])
    if path.suffix.lower() != ".csv":
        write_workbook(path, tables, shown)
        return files
    write_csv_files(files, sorted(tables, key=lambda table: table.cover), shown)
    return files


def scored_table(work: Worklist, policy: Policy, language: Language, leads: ReadSheet[Lead] | None = None) -> Table:
    """One row a lead, in the order of the worklist: what a caller needs, then the rest, then what `leads` carried.

    The columns for the result of the call and the next follow-up are there to be filled in.
    """
    rows = ScoredRows(work, policy, language, leads)
    points, why, need = (head_of(column, language) for column in ("points", "why", "need"))
    return Table(
        texts("sheets", language)["titles"]["scored"],
        rows.heads,
        RowsOnDemand(work.decisions, rows.row),
        _colours(policy, language),
        {head_of("result", language): 16, head_of("next_follow_up", language): 14},
        wrapped={why, need},
        bars={points},
        printed=len(LEFT),
        frozen=LEFT.index("company") + 1,
    )


def joins_tables(work: Worklist, language: Language) -> Iterator[Table]:
    """What was joined to which lead, by what, and what they say otherwise; no table where nothing was joined."""
    if not work.joins:
        return
    words = texts("sheets", language)
    heads = tuple(words["heads"][code] for code in ("joined_lead", "joined_to", "joined_by", "field", "kept", "other"))
    yield Table(words["titles"]["joins"], heads, [row for join in work.joins for row in _join_rows(join, language)])


def join_lines(work: Worklist, language: Language) -> Iterator[str]:
    """The first joins, a line each: which lead was joined to which, by what, and what differs."""
    words = texts("sheets", language)["terminal"]
    for join in work.joins[:MOST_JOINS]:
        same = field_name(join.by, language)
        differ = ", ".join(field_name(difference.field, language) for difference in join.differences)
        line = words["joined"].format(lead=join.lead_id, to=join.to, by=same)
        yield line + (words["differ"].format(differ) if differ else "")
    if len(work.joins) > MOST_JOINS:
        yield words["more_joined"].format(len(work.joins) - MOST_JOINS)


def _join_rows(join: Join, language: Language) -> Iterator[Row]:
    start = (join.lead_id, join.to, field_name(join.by, language))
    if not join.differences:
        yield (*start, None, None, None)
    for difference in join.differences:
        yield (*start, field_name(difference.field, language), difference.kept, difference.other)


def _rows_to_look_at(sheet: ReadSheet[Any], name: str, language: Language) -> Iterator[Table]:
    titles = texts("sheets", language)["titles"]
    if sheet.set_aside:
        yield sheet.set_aside_table(titles[f"{name}_aside"], language)
    if sheet.flagged:
        yield sheet.flagged_table(titles[f"{name}_flagged"], language)


def _colours(policy: Policy, language: Language) -> dict[str, dict[str, str]]:
    labels = policy.document.labels
    colours: dict[str, dict[str, str]] = {}
    for name in ("priority", "nurture_stage"):
        ordered = policy.document.scoring.outcomes.get(name, ())
        colours[head_of(name, language)] = {
            label(labels, language, f"{name}.{band}", band): fill for band, fill in zip(ordered, FILLS, strict=False)
        }
    outcomes = zip(("valid", "open", "invalid"), (FILLS[0], FILLS[1], FILLS[3]), strict=True)
    colours[head_of("screening", language)] = {
        label(labels, language, f"screening.{outcome}", outcome): fill for outcome, fill in outcomes
    }
    return colours
