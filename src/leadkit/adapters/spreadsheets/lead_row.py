"""The rows of a lead sheet as leads: each cell read as the field that its column is, and nothing kept in silence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from attrs import define, field

from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.heads.columns import Columns, Use
from leadkit.adapters.spreadsheets.lead_contact import read_contact
from leadkit.adapters.spreadsheets.lead_values import RowWords, SheetFields, read_values
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.limits import Limits
from leadkit.policy import Policy
from leadkit.records import Lead
from leadkit.records.lead_fields import lead_from, missing
from leadkit.records.text import Order, fold
from leadkit.texts import LANGUAGES, texts

LONGEST_ID = 200


@define
class LeadReader:
    """Reads the rows of one sheet by its `columns`; `orders` has the order of day and month of its date columns.

    `taken` are the ids of the rows read before, each with the name of its sheet: numbers may start anew in a sheet.
    """

    columns: Columns
    policy: Policy
    limits: Limits
    sheet: str
    orders: Mapping[int, Order | None]
    taken: dict[str, str]
    row_id: str = "row-{}"
    latest: datetime | None = None
    sample: Sequence[tuple[Cell, ...]] = ()
    fields: SheetFields = field(init=False)
    required: tuple[str, ...] = field(init=False)
    no_column: tuple[str, ...] = field(init=False)
    """What the policy requires, and no column says."""

    def __attrs_post_init__(self) -> None:
        self.fields = SheetFields(self.columns, self.policy, self.orders, self.latest, self.sample)
        has = {*self.fields.places, *self.columns.constants}
        has |= {"contact"} if has & {"first_name", "last_name"} else set()
        has |= {"need"} if "product" in has else set()
        wanted = self.policy.document.capture.required
        self.no_column = tuple(name for name in wanted if name not in has)
        taken_before = _is_scored({use.head for use in self.columns.uses})
        self.required = () if taken_before else tuple(name for name in wanted if name in has)

    def __call__(self, cells: tuple[Cell, ...], number: int) -> tuple[Lead | None, Sequence[Fault]]:
        row = RowWords(self.fields, cells)
        lead_id, faults = self._id(row, number)
        faults += self._unkeepable(cells)
        values = read_values(row) | read_contact(row)
        if faults:
            return None, (*faults, *row.faults)
        lead = lead_from({**values, "number": lead_id})
        unread = {fault.column for fault in row.faults}
        if absent := [name for name in missing(lead, self.required) if name not in unread]:
            return None, (*(Fault("missing", name) for name in absent), *row.faults)
        self.taken[lead_id] = self.sheet
        return lead, tuple(row.faults)

    def _id(self, row: RowWords, number: int) -> tuple[str, list[Fault]]:
        """The id of a row: its number, else its id in another system, else its place in the file."""
        name = next((name for name in ("number", "external_id") if row.words(name)), None)
        lead_id = fold(row.words(name) or "") if name else self.row_id.format(number)
        if name and self.taken.get(lead_id, self.sheet) != self.sheet:
            lead_id = f"{self.sheet}-{lead_id}"
        faults = [Fault("repeated", name or "number")] if lead_id in self.taken else []
        return lead_id, faults + ([Fault("too_long", name or "number")] if len(lead_id) > LONGEST_ID else [])

    def _unkeepable(self, cells: tuple[Cell, ...]) -> list[Fault]:
        """What no record and no store can hold."""
        longest = self.limits.cell_characters
        if not any(isinstance(cell, str) and (len(cell) > longest or "\0" in cell) for cell in cells):
            return []
        texts = [(use, cell) for use in self.columns.uses if isinstance(cell := cells[use.place], str)]
        faults = [_of_column("too_long", use) for use, cell in texts if len(cell) > longest]
        return faults + [_of_column("nul", use) for use, cell in texts if "\0" in cell]


def _is_scored(heads: Collection[str]) -> bool:
    """Whether these are the heads of a scored list of ours, whose rows were all taken before as they are."""
    ours = (texts("sheets", language)["heads"] for language in LANGUAGES)
    return any({names["points"], names["why"]} <= set(heads) for names in ours)


def _of_column(code: str, use: Use) -> Fault:
    """A fault of a column, by its field or, where it is none, by its head."""
    return Fault(code, use.field) if use.field else Fault(code, "", use.head)
