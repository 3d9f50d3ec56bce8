"""The way of a row: from the grid, by the columns of its sheet, to a record or to what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from attrs import define, evolve, setters

from leadkit.adapters.spreadsheets.cells import moment
from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.heads.columns import Columns, Use, translated
from leadkit.adapters.spreadsheets.heads.head_row import HeadRow
from leadkit.adapters.spreadsheets.heads.maps import recognise
from leadkit.adapters.spreadsheets.heads.orders import column_orders
from leadkit.adapters.spreadsheets.heads.vocabulary import key_of, vocabulary
from leadkit.adapters.spreadsheets.read_sheet import ReadSheet, Row, SheetPart
from leadkit.adapters.spreadsheets.table import Cell, Grid
from leadkit.adapters.spreadsheets.templates import Template
from leadkit.adapters.spreadsheets.which_sheets import fields_by_head, sheets_with_heads
from leadkit.errors import Problem, SheetError
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy.sheets import MappedColumn, SheetKind, SheetMap
from leadkit.records.text import Order
from leadkit.texts import Language

Record = TypeVar("Record")
Cells = tuple[Cell, ...]
Reader = Callable[[Mapping[str, Cell], int], tuple[Record | None, list[Fault]]]
"""Makes a record of a row's cells by column and its number; or None, and what is wrong."""
RowReader = Callable[[Cells, int], tuple[Record | None, Sequence[Fault]]]
"""The same, of the cells as they stand."""


@define(on_setattr=setters.frozen)
class Part:
    """One sheet on its way: its head row, its columns, and where its cells go among the heads of the whole file."""

    head_row: HeadRow
    columns: Columns
    heads: tuple[int | None, ...]
    carried: tuple[int | None, ...]
    """For each head of the file, and for each carried one, its place in this sheet; None where it has none."""


@define(on_setattr=setters.frozen, kw_only=True)
class Asked:
    """How the rows of a template are read: one `sheet` only, by the company's map `heads`, with times in `zone`.

    Without `heads` it is the map of the tool whose export it is, where that is recognised as one of the kind `tool`.

    Cells of the columns `dated` come as times where they are some, in the order of day and month of their column.
    """

    sheet: str | None = None
    heads: SheetMap | None = None
    tool: SheetKind | None = None
    dated: tuple[str, ...] = ()
    zone: ZoneInfo | None = None
    raw: bool = False
    """Whether every row keeps its raw cells, for a later step that may refuse it."""
    lean: bool = False
    """Whether of a row of which nothing is to be said the record alone is kept."""


NOTHING_ASKED = Asked()


def read_rows(
    path: Path,
    template: Template,
    read: Reader[Record],
    limits: Limits = DEFAULT_LIMITS,
    *,
    asked: Asked = NOTHING_ASKED,
) -> ReadSheet[Record]:
    """Find the heads of `template` in a file and read every row below, in every sheet that has them.

    Raises:
        SheetError: the file can't be read, has no such heads, or has one of them twice.
    """
    mapped = fields_by_head(asked.heads)
    head_rows, left_out = sheets_with_heads(path, template, limits, sheet=asked.sheet, mapped=mapped)
    parts = [(part, _columns(part, template, asked)) for part in head_rows]

    def reader(columns: Columns, part: HeadRow) -> RowReader[Record]:
        places = [place for name in asked.dated for place in columns.places(name)]
        orders = column_orders(part, places, columns.dates)
        return _by_column(columns, read, orders, asked.zone)

    return whole(path, template, parts, left_out, reader, raw=asked.raw, lean=asked.lean)


def whole(
    path: Path,
    template: Template,
    parts: Sequence[tuple[HeadRow, Columns]],
    left_out: Mapping[str, str],
    reader: Callable[[Columns, HeadRow], RowReader[Record]],
    *,
    raw: bool = False,
    lean: bool = False,
) -> ReadSheet[Record]:
    """The sheets of one file as one: `reader` gives for each the reader of its rows.

    With `raw`, every row keeps its raw cells, for those that a later step refuses; with `lean`, a row of which nothing
    is to be said keeps its record alone.
    """
    heads = _union(part.heads for part, _ in parts)
    carried = _union([use.head for use in columns.carried] for _, columns in parts)
    rows: list[Row[Record]] = []
    plain: list[Record] = []
    for top, columns in parts:
        here = {named: place for place, named in enumerate(_named(top.heads))}
        kept = dict(
            zip(_named(use.head for use in columns.carried), [use.place for use in columns.carried], strict=True)
        )
        part = Part(top, columns, _places(heads, here), _places(carried, kept))
        for row in _rows(part, reader(columns, top), template.reckoned, raw=raw):
            if lean and row.record is not None and not (row.faults or row.carried):
                plain.append(row.record)
            else:
                rows.append(row)
    return ReadSheet(
        path.name,
        tuple(SheetPart(part.grid.sheet, part.number, columns) for part, columns in parts),
        template,
        _language(parts),
        tuple(head for head, _ in heads),
        tuple(rows),
        tuple(head for head, _ in carried),
        left_out,
        plain=tuple(plain),
    )


def _rows(part: Part, read: RowReader[Record], reckoned: Collection[str], *, raw: bool) -> Iterator[Row[Record]]:
    grid, width = part.head_row.grid, len(part.head_row.heads)
    uses = part.columns.uses
    blank = tuple(use.place for use in uses if not use.head)
    marked = {row for row, _ in grid.marks}
    for number, cells in part.head_row.rows():
        if len(cells) > width:
            yield Row(number, _arranged(cells, part.heads), None, (Fault("wide", ""),), sheet=grid.sheet)
            continue
        full = (*cells, *[None] * (width - len(cells)))
        record, faults = read(full, number)
        flags = [Fault("blank_head", "", str(place + 1)) for place in blank if full[place] is not None]
        flags += _marked(number, uses, grid, reckoned) if number in marked else ()
        faults = (*faults, *flags)
        carried = tuple(None if place is None else full[place] for place in part.carried)
        yield Row(
            number,
            _arranged(full, part.heads) if raw or faults or record is None else (),
            record,
            faults,
            sheet=grid.sheet,
            carried=carried if any(cell is not None for cell in carried) else (),
        )


def _marked(number: int, uses: Sequence[Use], grid: Grid, reckoned: Collection[str]) -> Iterator[Fault]:
    """What a person should look at: values that the file computed, spread over merged cells, or failed to compute."""
    for use in uses:
        mark = grid.marks.get((number, use.place + 1))
        if mark and not (mark == "formula" and use.field in reckoned):
            yield Fault(mark, use.field) if use.field else Fault(mark, "", use.head)


def _arranged(cells: Cells, places: Sequence[int | None]) -> Cells:
    """A row under the heads of the whole file; cells beyond its own heads stand at the end."""
    width = len([place for place in places if place is not None])
    return (*(None if place is None else cells[place] for place in places), *cells[width:])


def _by_column(
    columns: Columns, read: Reader[Record], orders: Mapping[int, Order | None], zone: ZoneInfo | None
) -> RowReader[Record]:
    places = [(use.field, use.place) for use in columns.uses if use.field]
    times = [(name, place) for name, place in places if place in orders]
    words = {name: column.words for name, column in columns.mapped.items() if column.words}

    def read_row(cells: Cells, number: int) -> tuple[Record | None, Sequence[Fault]]:
        values = {name: _blank_to_none(cells[place]) for name, place in places}
        if zone is not None:
            values |= {name: moment(cells[place], zone, orders[place]) or values[name] for name, place in times}
        values |= {name: translated(str(values[name]), words[name]) for name in words if values.get(name) is not None}
        return read({**columns.constants, **values}, number)

    return read_row


def _columns(part: HeadRow, template: Template, asked: Asked) -> Columns:
    """The columns of a sheet by the map that was asked for, or that of the tool whose export it is.

    Raises:
        SheetError: it has one of them twice.
    """
    tool = recognise(part.heads, asked.tool) if asked.tool and asked.heads is None else None
    heads = tool.sheets.of(asked.tool) if tool and asked.tool else asked.heads
    columns = _template_columns(part, template, heads, sole=asked.tool is not None)
    return evolve(columns, tool=tool.name if tool else "")


def _template_columns(part: HeadRow, template: Template, heads: SheetMap | None, *, sole: bool) -> Columns:
    """The columns of a sheet whose heads are its template's, or those of a map.

    Where `sole`, of several heads of one field the map's, or the most usual one, is that; the others are carried.

    Raises:
        SheetError: it has one of them twice.
    """
    mapped = fields_by_head(heads)
    ignored = {key_of(head) for head in heads.ignore} if heads else set[str]()
    taken = {mapped[key] for key in map(key_of, part.heads) if key in mapped}
    uses = []
    for column, head in enumerate(part.heads):
        key = key_of(head)
        name = mapped.get(key) or (template.column(head) if head and key not in ignored else None)
        uses.append(Use(column, head, None if sole and name in taken and key not in mapped else name))
    uses = _most_usual(uses, template, mapped) if sole else uses
    first: dict[str, int] = {}
    problems = []
    for use in uses:
        if use.field is None:
            continue
        if use.field in first:
            sheet = f", sheet {part.grid.sheet!r}" if part.grid.sheet else ""
            place = f"{part.grid.file}{sheet}, row {part.number}, column {use.place + 1}"
            problems.append(Problem(f"the head {use.head!r} stands twice", "rename or delete one", place=place))
        first.setdefault(use.field, use.place)
    if problems:
        raise SheetError(problems)
    columns: Mapping[str, MappedColumn] = heads.columns if heads else {}
    constants = {name: column.value for name, column in columns.items() if column.value is not None}
    return Columns(tuple(uses), constants, columns, dates=heads.dates if heads else None)


def _most_usual(uses: Sequence[Use], template: Template, mapped: Mapping[str, str]) -> list[Use]:
    """The same columns, where of several heads of one field only the most usual is that; equal ones stay."""
    ranks = vocabulary(template.name).ranks
    best: dict[str, str] = {}
    for use in uses:
        key = key_of(use.head)
        if use.field and (use.field not in best or ranks.get(key, 0) < ranks.get(best[use.field], 0)):
            best[use.field] = key
    keep = {*best.values(), *mapped}
    return [evolve(use, field=None) if use.field and key_of(use.head) not in keep else use for use in uses]


Named = tuple[str, int]
"""A head, and how many equal ones stand before it in its sheet."""


def _named(heads: Iterable[str]) -> list[Named]:
    times: Counter[str] = Counter()
    named = []
    for head in heads:
        named.append((head, times[head]))
        times[head] += 1
    return named


def _union(sheets: Iterable[Sequence[str]]) -> list[Named]:
    """The heads of all sheets, each once, in the order in which they come."""
    return list(dict.fromkeys(named for heads in sheets for named in _named(heads)))


def _places(heads: Iterable[Named], places: Mapping[Named, int]) -> tuple[int | None, ...]:
    return tuple(places.get(head) for head in heads)


def _language(parts: Sequence[tuple[HeadRow, Columns]]) -> Language:
    """Chinese where a head that is a field is; English otherwise."""
    heads = "".join(use.head for _, columns in parts for use in columns.uses if use.field)
    return "zh_CN" if any("\u3400" <= sign <= "\u9fff" for sign in heads) else "en"


def _blank_to_none(cell: Cell) -> Cell:
    return None if isinstance(cell, str) and not cell.strip() else cell
