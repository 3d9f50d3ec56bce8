"""What the judge is shown of a file: few lines, found without holding the file, or a line of it, in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attrs import define, setters

_PIECE, _LINE = 262_144, 8_192
_ENOUGH_BYTES, _MOST_LINES, _FEW_BYTES = 4_096, 300, 40
_ASCII = bytes(range(128))
_ENDS = re.compile(rb"\r\n?|\n")
_MULTIPLE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_TRIPLE = re.compile(rb"[\xe0-\xf4]")


@define(on_setattr=setters.frozen)
class Sample:
    """Lines of a file that are not ASCII, each once.

    First come the first of the file (`first`), then some more with bytes that those lack. `number` is the number of the
    very first in the file.
    """

    number: int
    lines: tuple[bytes, ...]
    first: int

    @property
    def is_damaged(self) -> bool:
        """Whether most of it is UTF-8."""
        return sum(map(_inside, self.lines)) > 0.75 * sum(len(foreign_bytes(line)) for line in self.lines)

    @property
    def is_mixed(self) -> bool:
        """Whether some lines are UTF-8."""
        return any(_TRIPLE.search(line) and _is_unicode(line) for line in self.lines)


def sample_of(path: Path) -> Sample:
    """The sample of a file that is not all ASCII."""
    number, start, size, first = 1, 0, 0, 0
    seen: set[int] = set()
    lines: dict[bytes, None] = {}
    for piece in pieces_of(path):
        if size < _ENOUGH_BYTES or not seen.issuperset(foreign_bytes(piece)):
            for line in _lines(piece):
                signs = foreign_bytes(line)
                enough = size >= _ENOUGH_BYTES and (len(lines) >= _MOST_LINES or seen.issuperset(signs))
                if signs and not enough:
                    start = start or number + piece.count(b"\n", 0, piece.index(line))
                    seen.update(signs)
                    lines[line + b"\n"] = None
                    size += len(signs)
                    first = first if size >= _ENOUGH_BYTES and first else len(lines)
        number += piece.count(b"\n")
    return Sample(start, tuple(lines), first)


def few_signs(path: Path) -> list[bytes]:
    """The lines of UTF-8 that are not ASCII, if there are but a few signs of two bytes in the file."""
    lines: list[bytes] = []
    size = 0
    for piece in pieces_of(path):
        if piece.isascii():
            continue
        size += len(foreign_bytes(piece))
        if size > _FEW_BYTES or _TRIPLE.search(piece):
            return []
        lines += [line + b"\n" for line in _lines(piece) if not line.isascii()]
    return lines


def line_of(path: Path, pattern: re.Pattern[bytes]) -> int | None:
    """The number of the first line with a match; None where there is none."""
    number = 1
    for piece in pieces_of(path):
        match = pattern.search(piece)
        if match:
            return number + piece.count(b"\n", 0, match.start())
        number += piece.count(b"\n")
    return None


def pieces_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file in pieces that end with a line, or within one that is very long."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece + file.readline(_LINE)


def foreign_bytes(text: bytes) -> bytes:
    """The bytes that are not ASCII."""
    return text.translate(None, _ASCII)


def _lines(piece: bytes) -> Iterator[bytes]:
    """The lines of a piece, the long ones up to a separator, so that none ends within a character."""
    for line in _ENDS.split(piece):
        yield (
            line
            if len(line) <= _LINE
            else line[: max(line.rfind(sign, 0, _LINE) for sign in (b",", b";", b"\t", b" "))]
        )


def _inside(line: bytes) -> int:
    """How many bytes are parts of UTF-8 characters of more than one byte."""
    return sum(map(len, _MULTIPLE.findall(line)))


def _is_unicode(line: bytes) -> bool:
    """Whether all characters are UTF-8, and there is more than one that is not ASCII."""
    return _inside(line) == len(foreign_bytes(line)) and len(_MULTIPLE.findall(line)) > 1
