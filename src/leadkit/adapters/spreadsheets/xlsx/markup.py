"""The XML parts of an XLSX file, read by watches: each knows one kind of part and what in it could do harm.

A watch sees every element that a spreadsheet reader would see and keeps next to nothing of it. What makes readers
fail is refused: document types and entities, pieces of markup without end, nesting, cells far out, tables of strings
that announce billions of entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NoReturn, Protocol
from xml.parsers import expat

from attrs import define, field

from leadkit.errors import Problem, SheetError
from leadkit.limits import Limits

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

Attributes = Mapping[str, str]
Action = Callable[[Attributes], None]


_SAVE_AGAIN = "open it in Excel and save it again as .xlsx or .csv"
_MOST_MARKUP_BYTES = 1_000_000
MOST_NESTED = 100
MOST_OTHER_ELEMENTS = 1_000_000


class Watch(Protocol):
    """What `read_markup` shows each element to; `open` holds the names of the elements that are open."""

    place: str
    open: list[str]

    def start(self, name: str, attributes: Attributes) -> None: ...


def read_markup(pieces: Iterable[bytes], parser: XMLParserType, watch: Watch) -> None:
    """Show `watch` the elements of one part; SheetError if it isn't well-formed, plain, UTF-8 and of sane shape."""
    parser.StartElementHandler = watch.start
    parser.EndElementHandler = watch.open.remove
    parser.StartDoctypeDeclHandler = lambda *_: refuse(watch.place, "it declares a document type", _SAVE_AGAIN)
    _bound_literal_text(parser, watch.place)
    fed = text = 0
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            fed += len(piece)
            bracket = piece.rfind(b"<")
            text = text + len(piece) if bracket < 0 else len(piece) - bracket
            if max(text, fed - parser.CurrentByteIndex) > _MOST_MARKUP_BYTES:
                refuse(watch.place, f"a single piece of it is longer than {_MOST_MARKUP_BYTES} bytes", _SAVE_AGAIN)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        where = f"line {error.lineno}, character {error.offset}"
        raise SheetError(Problem(watch.place, f"it isn't well-formed XML ({where})", _SAVE_AGAIN)) from error


def new_parser() -> XMLParserType:
    """A parser that reads UTF-8 whatever the part declares, as the reader behind it does, and resolves prefixes."""
    parser = expat.ParserCreate("UTF-8", " ")
    parser.buffer_text = True
    return parser


def local(name: str) -> str:
    """The name without its namespace."""
    return name.rpartition(" ")[2]


def refuse(place: str, message: str, hint: str = _SAVE_AGAIN) -> NoReturn:
    """Raise the SheetError for one problem."""
    raise SheetError(Problem(place, message, hint))


def column_letters(column: int) -> str:
    """`28` is `"AB"`."""
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def _enter(watch: Watch, name: str) -> None:
    watch.open.append(name)
    if len(watch.open) > MOST_NESTED:
        refuse(watch.place, f"its elements are nested more than {MOST_NESTED} deep")


def _bound_literal_text(parser: XMLParserType, place: str) -> None:
    opened: list[int] = []

    def end() -> None:
        if parser.CurrentByteIndex - opened.pop() > _MOST_MARKUP_BYTES:
            refuse(place, f"a single text in it is longer than {_MOST_MARKUP_BYTES} bytes")

    parser.StartCdataSectionHandler = lambda: opened.append(parser.CurrentByteIndex)
    parser.EndCdataSectionHandler = end


@define
class PlainWatch:
    """The watch for parts without cells: keeps the attributes of the elements named in `wanted`, in their order."""

    place: str
    wanted: frozenset[str]
    seen: int = 0
    open: list[str] = field(factory=list)
    found: list[Attributes] = field(factory=list)

    def start(self, name: str, attributes: Attributes) -> None:
        """Count the element and keep it if it is wanted."""
        self.seen += 1
        _enter(self, name)
        if self.seen > MOST_OTHER_ELEMENTS // 2:
            refuse(self.place, f"it has more than {MOST_OTHER_ELEMENTS // 2} elements")
        if local(name) in self.wanted:
            self.found.append(attributes)
        elif local(name) == "sst":
            refuse(self.place, "it holds shared strings where none belong")


@define
class StringsWatch:
    """The watch for the table of shared strings: what it announces must be about what it holds."""

    place: str
    limits: Limits
    seen: int = 0
    open: list[str] = field(factory=list)
    announced: int = 0
    strings: int = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """Count the strings; read the counts that the table announces."""
        self.seen += 1
        _enter(self, name)
        kind = local(name)
        if kind == "si":
            self.strings += 1
        elif kind == "sst":
            self._open_table(attributes)
        if self.seen > MOST_OTHER_ELEMENTS + 40 * self.strings:
            refuse(self.place, "it has far more elements than strings")

    def finish(self) -> None:
        """Compare, at the end of the part, what was announced with what was there."""
        if self.announced > 2 * self.strings + 100_000:
            refuse(self.place, f"it announces {self.announced} strings and holds {self.strings}")

    def _open_table(self, attributes: Attributes) -> None:
        if self.seen > 1:
            refuse(self.place, "it holds a table of strings inside another one")
        for count in ("count", "uniqueCount"):
            text = attributes.get(count, "0")
            if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > self.limits.cells:
                refuse(self.place, f"its {count} isn't a number up to {self.limits.cells}")
        self.announced = int(attributes.get("uniqueCount", "0"))
