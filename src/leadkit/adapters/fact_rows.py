"""Tables of facts: a row a case, a column a fact by its name, in CSV, XLSX, Parquet or Arrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import define, evolve, field, setters

from leadkit.adapters.spreadsheets.cells import is_blank, moment, number, text
from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.errors import Problem, SheetError
from leadkit.limits import Limits
from leadkit.policy import Policy
from leadkit.records import Activity, Lead
from leadkit.records.text import fold
from leadkit.rules.facts import Fact
from leadkit.texts import LANGUAGES, texts

YES, NO = (
    frozenset(word for language in LANGUAGES for word in texts("learning", language)["read"][answer])
    for answer in ("yes", "no")
)
"""What is read as yes or no, or as won or lost, in either language."""
TIMES = ("opened_at", "closed_at", "received_at")
KEYS = ("lead_id", "won")


@define(on_setattr=setters.frozen, kw_only=True)
class FactRow:
    """One row: what was known, how many events of each kind there were, and how it ended where the row says so."""

    lead_id: str
    facts: Lead | Mapping[str, Any] = field(repr=False)
    events: Mapping[str, int] = field(factory=dict)
    activities: tuple[Activity, ...] = field(default=(), repr=False)
    won: bool | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    received_at: datetime | None = None

    @property
    def given(self) -> Mapping[str, int] | tuple[Activity, ...]:
        """The events as a case takes them."""
        return self.activities or self.events

    def with_activities(self, activities: Iterable[Activity]) -> FactRow:
        """The row with the activities of its lead."""
        return evolve(self, activities=tuple(activities))


class FactReader:
    """What the heads of a table mean to a policy, and what its cells do."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        names = [*policy.facts, *policy.event_kinds, *TIMES, *KEYS]
        labels = policy.document.labels.values()
        spelled = {key(known[name]): name for known in labels for name in names if name in known}
        self.names = spelled | {key(name): name for name in names}

    def columns(self, heads: Sequence[Any]) -> dict[int, str]:
        """The columns that mean something, by their places."""
        return {place: self.names[key(str(head))] for place, head in enumerate(heads) if key(str(head)) in self.names}

    def row(self, cells: Mapping[str, Any], number_of_row: int) -> tuple[FactRow, list[tuple[str, str]]]:
        """The row, and for each column that can't be read what it should be."""
        facts: dict[str, Any] = {}
        events: dict[str, int] = {}
        faults: list[tuple[str, str]] = []
        for name, cell in cells.items():
            if is_blank(cell):
                continue
            if name in self.policy.facts:
                value, wanted = value_of(self.policy.facts[name], cell)
                facts[name] = value
                faults += [(name, wanted)] if wanted else []
            elif name in self.policy.event_kinds:
                count = number(cell)
                events[name] = int(count) if count is not None and count >= 0 else 0
                faults += [] if count is not None and count >= 0 else [(name, "must be a number of events")]
        opened, closed, received = (moment(cells.get(name), self.policy.time_zone) for name in TIMES)
        row = FactRow(
            lead_id=text(cells.get("lead_id")) or f"row-{number_of_row}",
            facts=facts,
            events=events,
            won=boolean(cells.get("won")),
            opened_at=opened,
            closed_at=closed,
            received_at=received,
        )
        return row, faults


def key(head: str) -> str:
    """A head as it is compared: whatever its case, width and marks between words."""
    return "_".join(fold(head).casefold().replace("-", " ").replace("_", " ").split())


def value_of(fact: Fact, cell: Any) -> tuple[Any, str]:
    """What a cell says of a fact, and else what it should be; a level that the fact does not have is unknown."""
    if fact.type == "number":
        amount = number(cell)
        return amount, "" if amount is not None else "must be a number"
    if fact.type == "boolean":
        answer = boolean(cell)
        return answer, "" if answer is not None else "must be yes or no"
    written = text(cell)
    if fact.type == "text" or written is None:
        return written, ""
    return next((level for level in fact.levels if key(level) == key(written)), None), ""


def boolean(cell: Any) -> bool | None:
    """Yes or no, in the words of either language; None where it is neither."""
    if isinstance(cell, bool):
        return cell
    word = fold(text(cell) or "").casefold().replace("_", " ")
    return True if word in YES else False if word in NO else None


def read_rows(path: Path, reader: FactReader, limits: Limits) -> tuple[FactRow, ...] | None:
    """The rows of a table of facts; None where a file is no such table, but perhaps a sheet of leads.

    Raises:
        SheetError: it can't be read, or has cells that are not what their columns hold; all at once.
        TableError: a Parquet or Arrow file can't be read.
    """
    heads, rows = heads_and_rows(path, limits)
    columns = reader.columns(heads)
    # A sheet that people keep may have the head `Lead ID`; a table of facts has its name.
    if "won" not in columns.values() and "lead_id" not in heads:
        return None
    made, problems = [], []
    for place, cells in rows:
        given = {name: cells[column] if column < len(cells) else None for column, name in columns.items()}
        row, faults = reader.row(given, place)
        made.append(row)
        for name, wanted in faults:
            problems.append(Problem(wanted, place=f"{path.name}, row {place}, column {name!r}"))
    if problems:
        raise SheetError(problems[: limits.problems])
    return tuple(made)


def heads_and_rows(path: Path, limits: Limits) -> tuple[Sequence[Any], Iterator[tuple[int, Sequence[Any]]]]:
    """The first row of a file, and the others with their numbers."""
    from leadkit.adapters.tables import ARROW, PARQUET

    if path.suffix.lower() in (*PARQUET, *ARROW):
        return _of_frame(path)
    grids = [grid for grid in read_grids(path, limits=limits) if not grid.hidden]
    rows = iter(grids[0].rows) if grids else iter(())
    _, heads = next(rows, (0, ()))
    return heads, rows


def _of_frame(path: Path) -> tuple[Sequence[Any], Iterator[tuple[int, Sequence[Any]]]]:
    from leadkit.adapters.tables.files import computed, scan_table

    with computed():
        frame = scan_table(path).collect()
    return frame.columns, ((place, tuple(map(_cell, row))) for place, row in enumerate(frame.iter_rows(), 2))


def _cell(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, Decimal, bool, date, datetime)) else None
