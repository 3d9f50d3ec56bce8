"""Lists of leads that were worked in a spreadsheet, on their way back: which they are, and the new owners they name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import define, evolve, setters

from leadkit.adapters.spreadsheets.cells import text
from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.read_sheet import Place
from leadkit.adapters.spreadsheets.rows import read_rows
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.adapters.spreadsheets.templates import ACTIVITIES, ASSIGNMENTS, IDS
from leadkit.errors import SheetError
from leadkit.records.text import fold


@define(on_setattr=setters.frozen)
class Assignment:
    """A lead, and whose a list says it should be; `place` is where it says so."""

    lead_id: str
    owner: str
    place: Place = ("", 0)


def assignments_in(file: Path) -> tuple[Assignment, ...]:
    """The new owners that a list names; none where it has no such column."""

    def read(cells: Mapping[str, Cell], _: int) -> tuple[Assignment | None, list[Fault]]:
        lead_id, owner = (text(cells.get(name)) for name in ("lead_id", "assign_to"))
        return (Assignment(fold(lead_id), owner) if lead_id and owner else None), []

    try:
        rows = read_rows(file, ASSIGNMENTS, read).rows
    except SheetError:
        return ()
    return tuple(evolve(row.record, place=row.place) for row in rows if row.record is not None)


def ids_in(file: Path) -> list[str]:
    """The ids of the leads in a list.

    Raises:
        SheetError: it can't be read, or has no column of them.
    """

    def read(cells: Mapping[str, Cell], _: int) -> tuple[str | None, list[Fault]]:
        lead_id = text(cells.get("lead_id"))
        return (fold(lead_id) if lead_id else None), []

    return list(dict.fromkeys(read_rows(file, IDS, read).records))


def is_worked_list(file: Path) -> bool:
    """Whether a file is a list of ours that was worked: a follow-up sheet with a column for the new owner.

    A lead sheet may have the time and the means of the last follow-up, too; it has none for a new owner.
    """

    def read(_: Mapping[str, Cell], __: int) -> tuple[None, list[Fault]]:
        return None, []

    try:
        for template in (ASSIGNMENTS, ACTIVITIES):
            read_rows(file, template, read)
    except SheetError:
        return False
    return True
