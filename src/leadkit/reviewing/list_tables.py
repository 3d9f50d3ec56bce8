"""The lists of cases behind some numbers of a review, as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from leadkit.reviewing.case_lists import CaseList
from leadkit.reviewing.section import Cell, CellKind, SectionTable, SectionWords


def list_tables(lists: Mapping[str, CaseList], words: SectionWords) -> tuple[SectionTable, ...]:
    """The lists behind the numbers; how many of a long one are not there stands below."""
    notes: Mapping[str, Callable[[str | None], str | None]] = {
        "lost": lambda note: words.key("reason", note),
        "overdue": words.duty,
        "open": words.stage,
        "unassigned": lambda _: None,
    }
    columns: tuple[tuple[str, CellKind], ...] = (("id", "text"), ("owner", "text"), ("note", "text"))
    days: tuple[tuple[str, CellKind], ...] = tuple((name, "count") for name in DAYS)
    heads = {name: columns + days if name == "open" else columns for name in lists}
    tables = [
        words.table(f"list_{name}", heads[name], _list_rows(listed, name, notes, words))
        for name, listed in lists.items()
    ]
    return tuple(table for table in tables if table.rows)


DAYS = ("days_open", "days_in_stage", "days_untouched")
"""What the list of open opportunities says beside their stage."""


def _list_rows(
    listed: CaseList, name: str, notes: Mapping[str, Callable[[str | None], str | None]], words: SectionWords
) -> Iterator[tuple[Cell, ...]]:
    days = DAYS if name == "open" else ()
    for case in listed.cases:
        yield case.id, case.owner, notes[name](case.note), *(getattr(case, each) for each in days)
    if listed.number > len(listed.cases):
        yield words.row("more").format(listed.number - len(listed.cases)), None, None, *(None for _ in days)
