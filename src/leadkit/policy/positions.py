"""Where everything in a TOML document stands: a scanner for text that tomllib has read already."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from attrs import define, field

Place = tuple[int, int]
"""A line and a column, both counted from 1."""

Path = tuple[str | int, ...]

Span = tuple[int, int]
"""Where something begins and ends in a text."""

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")|\'\'\'.*?\'{3,5}(?!\')|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'',
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}#\n]*")
_ESCAPE = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([btnfr"\\]))')
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


class _UnreadableError(Exception):
    """The text is no TOML, or the scanner does not understand it."""


@define
class Positions:
    """The places of keys and of items of arrays by their path, and of numbers by what they say.

    `spans` are those of the values of keys; `headers` are the headers of tables, in the order of the text.
    """

    keys: dict[Path, Place]
    values: dict[str, Place]
    spans: dict[Path, Span]
    headers: tuple[tuple[Path, Span], ...]

    def of(self, path: Path) -> Place | None:
        """Where a path stands: its key; of a table with a header, the first thing in it, else the header."""
        if path in self.keys:
            return self.keys[path]
        return min((place for other, place in self.keys.items() if other[: len(path)] == path), default=None)


@lru_cache(maxsize=4)
def positions(text: str) -> Positions:
    """The places of everything in a document; those up to where it can't be read, where it can't."""
    scanner = _Scanner(text)
    try:
        scanner.document()
    except (_UnreadableError, RecursionError):
        """What stands before it has its places."""
    filled = {path[:length] for path in scanner.keys for length in range(len(path))}
    empty = {path: place for path, place in scanner.headers.items() if path not in filled}
    return Positions(empty | scanner.keys, scanner.values, scanner.spans, tuple(scanner.written))


@define
class _Scanner:
    text: str
    at: int = 0
    keys: dict[Path, Place] = field(factory=dict)
    headers: dict[Path, Place] = field(factory=dict)
    values: dict[str, Place] = field(factory=dict)
    spans: dict[Path, Span] = field(factory=dict)
    written: list[tuple[Path, Span]] = field(factory=list)
    """The headers of tables with their spans."""
    arrays: dict[Path, int] = field(factory=dict)
    """The arrays of tables, and the number of the last table in each."""
    lines: list[int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.lines = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def document(self) -> None:
        """Everything up to the end."""
        table: Path = ()
        self.blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.blank()

    def header(self) -> Path:
        """`[a.b]` or `[[a.b]]`: the path of the table that follows."""
        place, start = self.place(), self.at
        several = self.text.startswith("[[", self.at)
        self.at += 2 if several else 1
        steps = [step for step, _ in self.key()]
        self.take("]]" if several else "]")
        path = self.inside(steps[:-1])
        path += (steps[-1],)
        if several:
            self.arrays[path] = self.arrays.get(path, -1) + 1
            path += (self.arrays[path],)
            self.keys[path] = place
        self.headers.setdefault(path, place)
        self.written.append((path, (start, self.at)))
        return path

    def inside(self, steps: list[str]) -> Path:
        """A path through arrays of tables, each of which stands for its last table."""
        path: Path = ()
        for step in steps:
            path += (step,)
            if path in self.arrays:
                path += (self.arrays[path],)
        return path

    def pair(self, table: Path) -> None:
        """`a.b = value`."""
        path = table
        for step, place in self.key():
            path += (step,)
            self.keys.setdefault(path, place)
        self.take("=")
        self.blank()
        start = self.at
        self.value(path)
        self.spans[path] = start, start + len(self.text[start : self.at].rstrip())

    def key(self) -> Iterator[tuple[str, Place]]:
        """The steps of a dotted key with their places."""
        while True:
            self.blank()
            place = self.place()
            quoted = _STRING.match(self.text, self.at)
            match = quoted or _BARE.match(self.text, self.at)
            if match is None:
                raise _UnreadableError
            self.at = match.end()
            yield _unquoted(match[0]) if quoted else match[0], place
            self.blank()
            if not self.text.startswith(".", self.at):
                return
            self.at += 1

    def value(self, path: Path) -> None:
        """A value; what stands in an array or an inline table has places of its own."""
        self.blank()
        match self.text[self.at : self.at + 1]:
            case "[":
                self.array(path)
            case "{":
                self.inline(path)
            case '"' | "'":
                string = _STRING.match(self.text, self.at)
                self.at = string.end() if string else len(self.text)
            case _:
                plain = _PLAIN.match(self.text, self.at)
                if plain is not None:
                    self.values.setdefault(plain[0].strip(), self.place())
                    self.at = plain.end()

    def array(self, path: Path) -> None:
        """`[1, 2]`."""
        self.at += 1
        number = 0
        while not self.closes("]"):
            self.keys.setdefault((*path, number), self.place())
            self.value((*path, number))
            number += 1

    def inline(self, path: Path) -> None:
        """`{ a = 1 }`."""
        self.at += 1
        while not self.closes("}"):
            self.pair(path)

    def closes(self, bracket: str) -> bool:
        """Whether the bracket closes here, past blanks and a comma."""
        self.blank()
        if self.text.startswith(",", self.at):
            self.at += 1
            self.blank()
        if self.at >= len(self.text):
            raise _UnreadableError
        if self.text[self.at] != bracket:
            return False
        self.at += 1
        return True

    def take(self, mark: str) -> None:
        """What must stand here."""
        self.blank()
        if not self.text.startswith(mark, self.at):
            raise _UnreadableError
        self.at += len(mark)

    def blank(self) -> None:
        """Past blanks, ends of lines and comments."""
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def place(self) -> Place:
        """The line and column of what comes next."""
        line = bisect_right(self.lines, self.at)
        return line, self.at - self.lines[line - 1] + 1


def _unquoted(string: str) -> str:
    if string.startswith("'"):
        return string[1:-1]
    return _ESCAPE.sub(
        lambda match: _ESCAPED[match[3]] if match[3] else chr(int(match[1] or match[2], 16)), string[1:-1]
    )
