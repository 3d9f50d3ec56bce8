"""A bounded look through an XLSX file before a reader opens it: what could end or swamp the process is refused.

Each part is read once, piece by piece, by a guard that sees every element a spreadsheet reader would see and keeps
next to nothing of it. What makes readers fail is refused: document types and entities, markup without end, nesting,
cells far out, tables of strings that announce billions of entries.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.parsers import expat

from attrs import define, field, setters

from leadkit.adapters.spreadsheets.files.xlsx.archive import HINT, Archive, open_archive, refuse
from leadkit.adapters.spreadsheets.files.xlsx.fast import without_plain_rows, without_plain_strings
from leadkit.adapters.spreadsheets.files.xlsx.marks import Marks, Range
from leadkit.adapters.spreadsheets.files.xlsx.places import local
from leadkit.adapters.spreadsheets.files.xlsx.worksheet import MOST_ELEMENTS, MOST_NESTED, Attributes, WorksheetGuard
from leadkit.errors import Problem, SheetError
from leadkit.limits import Limits

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

_WORKBOOK, _RELATIONS, _STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedstrings.xml"
_WITHOUT_CELLS = ("/chartsheet", "/dialogsheet")
_MOST_MARKUP_BYTES = 1_000_000


@define(on_setattr=setters.frozen)
class InspectedSheet:
    """What was seen of one worksheet: its title, its marked cells, the texts of error values by row and column, and
    the merged ranges within its used cells."""

    title: str
    hidden: bool
    marks: Marks
    errors: Mapping[int, Mapping[int, str]]
    merged: Sequence[Range]


@define(on_setattr=setters.frozen)
class _Listed:
    """A sheet as the workbook lists it."""

    title: str
    hidden: bool
    has_cells: bool


def inspect(path: Path, limits: Limits) -> tuple[InspectedSheet, ...]:
    """Every worksheet of the workbook in its order, after every XML part was read within `limits`.

    Raises:
        SheetError: damaged, encrypted, ambiguous or too large; the place is as near as it can be told.
    """
    with open_archive(path, limits) as archive:
        listed = _listed(archive)
        if len(listed) > limits.sheets:
            refuse(path.name, f"it has more than {limits.sheets} sheets", "split the workbook")
        sheets: dict[str, InspectedSheet] = {}
        for name in archive.parts:
            if name in listed and listed[name].has_cells:
                place = f"{path.name}, sheet {listed[name].title!r}"
                sheets[name] = _inspect_sheet(archive.read(name), place, listed[name], limits)
            elif name.lower().endswith((".xml", ".rels")):
                _inspect_part(archive, name, limits)
    return tuple(sheets[name] for name in listed if name in sheets)


def _listed(archive: Archive) -> dict[str, _Listed]:
    """Each sheet by its part, in the order of the workbook; every sheet must have a part of its own."""
    if _WORKBOOK not in archive.parts or _RELATIONS not in archive.parts:
        refuse(archive.name, "is a zip file but not a workbook")
    targets = {relation.get("Id", ""): relation for relation in _elements(archive, _RELATIONS, "Relationship")}
    spelled = {name.lower(): name for name in archive.parts}
    listed: dict[str, _Listed] = {}
    sheets = 0
    for sheet in _elements(archive, _WORKBOOK, "sheet"):
        relation = next((value for name, value in sheet.items() if local(name) == "id"), "")
        if relation in targets:
            target = targets[relation]
            part = spelled.get(_part_name(target.get("Target", "")).lower(), "")
            hidden = sheet.get("state", "visible") != "visible"
            listed[part] = _Listed(sheet.get("name", ""), hidden, not target.get("Type", "").endswith(_WITHOUT_CELLS))
            sheets += 1
    if "" in listed or len({sheet.title for sheet in listed.values()}) < sheets:
        refuse(archive.name, "a sheet is missing, or two sheets share a part or a title")
    return listed


def _part_name(target: str) -> str:
    return posixpath.normpath(posixpath.join("/xl", target.replace("\\", "/"))).lstrip("/")


def _elements(archive: Archive, part: str, name: str) -> list[Attributes]:
    """The attributes of the elements of that name in a part."""
    guard = _PartGuard(archive.name, wanted=name)
    _read(archive.read(part), _new_parser(), guard)
    return guard.elements


def _inspect_part(archive: Archive, name: str, limits: Limits) -> None:
    place = f"{archive.name}, part {name[:100]!r}"
    if name.lower().startswith("xl/worksheets/sheet"):
        _inspect_sheet(archive.read(name), place, _Listed("", hidden=True, has_cells=True), limits)
        return
    guard = _PartGuard(place, most_strings=limits.cells if name.lower() == _STRINGS else 0)
    pieces = archive.read(name)
    if guard.most_strings:
        pieces = without_plain_strings(pieces, guard.is_between_strings, guard.skip)
    _read(pieces, _new_parser(), guard)
    guard.finish()


def _inspect_sheet(pieces: Iterator[bytes], place: str, sheet: _Listed, limits: Limits) -> InspectedSheet:
    parser = _new_parser()
    guard = WorksheetGuard(place, limits, parser)
    _read(without_plain_rows(pieces, guard), parser, guard)
    guard.finish()
    return InspectedSheet(sheet.title, sheet.hidden, guard.marks, guard.errors, guard.merged)


def _new_parser() -> XMLParserType:
    """A parser that reads UTF-8 whatever the part declares, as the reader behind it does, and resolves prefixes."""
    parser = expat.ParserCreate("UTF-8", " ")
    parser.buffer_text = True
    return parser


def _read(pieces: Iterable[bytes], parser: XMLParserType, guard: _PartGuard | WorksheetGuard) -> None:
    """Show `guard` the elements of one part; SheetError if it isn't well-formed, plain, UTF-8 and of sane shape."""
    parser.StartElementHandler = guard.start
    parser.EndElementHandler = guard.open.remove
    parser.StartDoctypeDeclHandler = lambda *_: refuse(guard.place, "it declares a document type")
    _bound_literal_text(parser, guard.place)
    fed = text = 0
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            fed += len(piece)
            bracket = piece.rfind(b"<")
            text = text + len(piece) if bracket < 0 else len(piece) - bracket
            if max(text, fed - parser.CurrentByteIndex) > _MOST_MARKUP_BYTES:
                refuse(guard.place, f"a single piece of it is longer than {_MOST_MARKUP_BYTES} bytes")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise SheetError(Problem("it isn't well-formed XML", HINT, place=guard.place)) from error


def _bound_literal_text(parser: XMLParserType, place: str) -> None:
    opened: list[int] = []

    def end() -> None:
        if parser.CurrentByteIndex - opened.pop() > _MOST_MARKUP_BYTES:
            refuse(place, f"a single text in it is longer than {_MOST_MARKUP_BYTES} bytes")

    parser.StartCdataSectionHandler = lambda: opened.append(parser.CurrentByteIndex)
    parser.EndCdataSectionHandler = end


@define
class _PartGuard:
    """Guards a part without cells, and keeps the attributes of the elements called `wanted`.

    Only where `most_strings` is not 0 may there be a table of strings, which must hold about what it announces.
    """

    place: str
    wanted: str = ""
    most_strings: int = 0
    open: list[str] = field(factory=list)
    elements: list[Attributes] = field(factory=list)
    seen: int = 0
    strings: int = 0
    announced: int = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """Count the element and keep it if it is wanted."""
        self.seen += 1
        self.open.append(name)
        kind = local(name)
        if kind == self.wanted:
            self.elements.append(attributes)
        elif kind == "sst":
            self._open_table(attributes)
        elif kind == "si" and self.most_strings:
            self.strings += 1
        if len(self.open) > MOST_NESTED:
            refuse(self.place, f"its elements are nested more than {MOST_NESTED} deep")
        if self.seen > (MOST_ELEMENTS + 40 * self.strings if self.most_strings else MOST_ELEMENTS // 2):
            refuse(self.place, "it has far more elements than a workbook needs")

    def finish(self) -> None:
        """Compare, at the end of the part, what was announced with what was there."""
        if self.announced > 2 * self.strings + 100_000:
            refuse(self.place, f"it announces {self.announced} strings and holds {self.strings}")

    def is_between_strings(self) -> bool:
        """Whether the parser stands in the table of strings and in none of them."""
        return len(self.open) == 1 and local(self.open[0]) == "sst"

    def skip(self, strings: int) -> None:
        """Count strings that the parser isn't shown."""
        self.strings += strings
        self.seen += 2 * strings

    def _open_table(self, attributes: Attributes) -> None:
        if self.seen > 1 or not self.most_strings:
            refuse(self.place, "it holds shared strings where none belong")
        for count in ("count", "uniqueCount"):
            text = attributes.get(count, "0")
            if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > self.most_strings:
                refuse(self.place, f"its {count} isn't a number up to {self.most_strings}")
        self.announced = int(attributes.get("uniqueCount", "0"))
