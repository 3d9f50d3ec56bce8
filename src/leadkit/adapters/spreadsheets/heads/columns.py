"""Which columns of a sheet are which fields: by a map, by the words of the heads, and by what the cells look like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from attrs import define, evolve, field, setters

from leadkit.adapters.spreadsheets.cells import text
from leadkit.adapters.spreadsheets.heads.evidence import Column, bears_out, contradicts
from leadkit.adapters.spreadsheets.heads.vocabulary import HeadReading, key_of, read_head
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.policy.sheets import SEVERAL, DateOrder, MapFile, MappedColumn, SheetMap
from leadkit.records.text import fold

Basis = Literal["map", "head", "cells", ""]
Note = Literal["", "not_understood", "open", "contradicted", "taken", "ignored", "unread", "blank"]

TOGETHER = SEVERAL - {"need"} | {"first_name", "last_name", "source_detail"}
"""The fields that any number of columns may say. Each of the others is said by one, or by several that agree: of a need
and remarks of one's own the need is taken, unless a map says otherwise."""

WHO = frozenset({"contact", "company"})
"""What a head that could be either is, once another column is the other."""
IDS = frozenset({"number", "external_id"})
"""What `Lead ID` may be: read as the id in another system, which is the lead's own where it has no number."""
HALVES: Mapping[str, str] = {"first_name": "last_name", "last_name": "first_name"}
SUMS = ("budget", "budget_low", "budget_high")
"""The fields that are sums of money."""
UNREAD = frozenset({"status"})
"""The fields that are read only where a map gives their words: what a lead's status is, the process decides."""
_INSTEAD: Mapping[str, tuple[str, ...]] = {
    "contact": ("company", "email", "phone"),
    "phone": ("email",),
    "email": ("phone",),
    "company": ("email",),
}
"""What a column may be whose cells contradict its head."""


@define(on_setattr=setters.frozen)
class Use:
    """What becomes of one column: the field it is, and why; or why it is none. `possible` is what stays open."""

    place: int
    head: str
    field: str | None = None
    basis: Basis = ""
    note: Note = ""
    possible: tuple[str, ...] = ()


@define(on_setattr=setters.frozen)
class Columns:
    """The columns of one sheet, in their order, and what its map says beside its heads."""

    uses: tuple[Use, ...]
    constants: Mapping[str, str] = field(factory=dict)
    mapped: Mapping[str, MappedColumn] = field(factory=dict)
    dates: DateOrder | None = None
    phone_region: str | None = None
    absent: tuple[str, ...] = ()
    """The heads that the company's map names, and the sheet does not have."""
    tool: str = ""
    """The name of the shipped map that was recognised, or of the one that was asked for."""

    def places(self, name: str) -> tuple[int, ...]:
        """The columns that say a field; those of a map in its order."""
        places = [use.place for use in self.uses if use.field == name]
        mapped = self.mapped.get(name)
        if mapped is None:
            return tuple(places)
        order = {key_of(head): rank for rank, head in enumerate(mapped.head)}
        return tuple(sorted(places, key=lambda place: order.get(key_of(self.uses[place].head), len(order))))

    @property
    def carried(self) -> tuple[Use, ...]:
        """The columns that are no field; their cells go through to the output."""
        return tuple(use for use in self.uses if use.field is None)


def plan_columns(
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    company: SheetMap | None = None,
    tool: MapFile | None = None,
    declared: Mapping[str, str] | None = None,
) -> Columns:
    """The plan of a lead sheet with these heads, whose first rows are `rows`.

    The company's map comes first, then that of the tool, then the words of the heads, which the cells may contradict.
    `declared` are the policy's own fields by the keys of their names and labels.
    """
    maps = [part for part in (company, tool.sheets.leads if tool else None) if part is not None]
    mapped: dict[str, MappedColumn] = {}
    for part in maps:
        mapped |= {name: column for name, column in part.columns.items() if name not in mapped}
    by_head = {key_of(head): name for name, column in mapped.items() for head in column.head}
    ignored = {key_of(head) for part in maps for head in part.ignore}
    uses = [_mapped(place, head, by_head, ignored) for place, head in enumerate(heads)]
    sample = _Sample(rows, len(heads))
    constants = {name: column.value for name, column in mapped.items() if column.value is not None}
    taken = {*constants, *(use.field for use in uses if use.field)}
    uses = _by_words(uses, sample, taken, declared=declared or {})
    return Columns(
        uses=tuple(_with_sums(uses)),
        constants=constants,
        mapped=mapped,
        dates=next((part.dates for part in maps if part.dates), None),
        phone_region=next((part.phone_region for part in maps if part.phone_region), None),
        absent=_absent(company, heads),
        tool=tool.name if tool else "",
    )


def _absent(company: SheetMap | None, heads: Sequence[str]) -> tuple[str, ...]:
    keys = {key_of(head) for head in heads}
    named = [head for column in company.columns.values() for head in column.head] if company else []
    return tuple(head for head in named if key_of(head) not in keys)


def _mapped(place: int, head: str, by_head: Mapping[str, str], ignored: Iterable[str]) -> Use:
    key = key_of(head)
    if not head:
        return Use(place, head, note="blank")
    if key in by_head:
        return Use(place, head, by_head[key], "map")
    return Use(place, head, note="ignored" if key in ignored else "not_understood")


@define
class _Sample:
    """The first rows of a sheet, as columns."""

    rows: Sequence[Sequence[Cell]]
    width: int
    columns: list[Column] = field(init=False)

    def __attrs_post_init__(self) -> None:
        cells: list[list[Cell]] = [[] for _ in range(self.width)]
        for row in self.rows:
            for place, cell in enumerate(row[: self.width]):
                if text(cell) is not None:
                    cells[place].append(cell)
        self.columns = [Column(column) for column in cells]

    def agree(self, first: int, second: int) -> bool:
        """Whether two columns never say different things in one row."""
        pairs = ((text(row[first]), text(row[second])) for row in self.rows if max(first, second) < len(row))
        return all(left is None or right is None or left == right for left, right in pairs)


def _by_words(uses: Sequence[Use], sample: _Sample, taken: set[str], declared: Mapping[str, str]) -> list[Use]:
    """The plan with what the heads say where no map does: first what is sure, then what the others leave open."""
    readings = {use.place: _read(use.head, declared) for use in uses if use.note == "not_understood"}
    decided: dict[int, Use] = {}
    sure = [use for use in uses if use.place in readings and _is_sure(readings[use.place])]
    for use in sorted(sure, key=lambda use: _order(readings[use.place], use)):
        decided[use.place] = _sure(use, readings[use.place].fields[0], sample, taken, decided.values())
    taken = taken | {use.field for use in decided.values() if use.field}
    for use in uses:
        if use.place in readings and use.place not in decided:
            decided[use.place] = _open(use, readings[use.place], sample, taken)
            taken = taken | {decided[use.place].field or ""}
    return [decided.get(use.place, use) for use in uses]


def _with_sums(uses: Sequence[Use]) -> Sequence[Use]:
    """The same plan, but a currency where no column is a sum stays open: it says something of another one."""
    if any(use.field in SUMS for use in uses):
        return uses
    return [_open_currency(use) if use.field == "currency" else use for use in uses]


def _open_currency(use: Use) -> Use:
    return Use(use.place, use.head, note="open", possible=("currency",))


def _read(head: str, declared: Mapping[str, str]) -> HeadReading:
    key = key_of(head)
    return HeadReading((declared[key],)) if key in declared else read_head(head)


def _order(reading: HeadReading, use: Use) -> tuple[bool, int, int]:
    """Of several columns for one field the one with the most usual head comes first."""
    return reading.basis != "exact", reading.rank, use.place


def _is_sure(reading: HeadReading) -> bool:
    return len(reading.fields) == 1 and reading.basis != "contained"


def _sure(use: Use, name: str, sample: _Sample, taken: set[str], decided: Iterable[Use]) -> Use:
    """A head that names one field: that, unless its cells say no or another column says it otherwise."""
    if name in UNREAD:
        return evolve(use, note="unread", possible=(name,))
    column = sample.columns[use.place]
    if contradicts(column, name):
        gone = taken | {other.field for other in decided if other.field}
        instead = [other for other in _INSTEAD.get(name, ()) if other not in gone and bears_out(column, other)]
        if len(instead) == 1:
            return evolve(use, field=instead[0], basis="cells", note="")
        return evolve(use, note="contradicted", possible=(name,))
    if name in taken:
        return evolve(use, note="taken", possible=(name,))
    others = [other.place for other in decided if other.field == name]
    if name not in TOGETHER and not all(sample.agree(other, use.place) for other in others):
        return evolve(use, note="taken", possible=(name,))
    return evolve(use, field=name, basis="head", note="")


def _open(use: Use, reading: HeadReading, sample: _Sample, taken: set[str]) -> Use:
    """A head that may be several fields, or that only holds the word for one: its cells decide, or nobody does."""
    if not reading.fields:
        return use
    column = sample.columns[use.place]
    shared = TOGETHER - {"contact"}
    half = next((name for name, other in HALVES.items() if name in reading.fields and other in taken), None)
    if half and half not in taken and not contradicts(column, half):
        return evolve(use, field=half, basis="head", note="")
    free = [name for name in reading.fields if name not in UNREAD and (name not in taken or name in shared)]
    possible = [name for name in free if not contradicts(column, name)]
    fitting = [name for name in possible if bears_out(column, name)]
    if not fitting and reading.basis != "contained" and len(possible) == 1 < len(reading.fields):
        fitting = [name for name in possible if name in WHO]
    if not fitting and reading.basis != "contained" and set(possible) == IDS:
        fitting = ["external_id"]
    if len(fitting) == 1:
        return evolve(use, field=fitting[0], basis="cells", note="")
    note: Note = "open" if possible else "contradicted" if free else "taken"
    return evolve(use, note=note, possible=tuple(possible or reading.fields))


def translated(words: str, by_value: Mapping[str, Iterable[str]]) -> str:
    """The value whose words these are; the words themselves where the map has none for them."""
    written = fold(words).casefold()
    spelled = (
        (value, {fold(word).casefold() for word in (value, *spellings)}) for value, spellings in by_value.items()
    )
    return next((value for value, spellings in spelled if written in spellings), words)
