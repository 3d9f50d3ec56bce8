"""How the bytes of a CSV file are to be read as text: by its mark, by trying, and only at last by a judge."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from leadkit.errors import MissingExtraError, Problem, SheetError
from leadkit.limits import Limits

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_JUDGED = ["gb18030", "big5", "shift_jis", "euc_kr", "cp1252"]
_PIECE = 262_144
_LINE, _LINES = 8_192, 50
_SEPARATORS = b",;\t\r\n"
_NULS = 20
"""A file with a NUL in every so many characters is binary; with fewer it is text in which some got."""

_SAVE_AS = "save it as UTF-8"


def encoding_of(path: Path, limits: Limits) -> str:
    """The name of the encoding in which the whole file is text, under which `open` also skips its mark.

    Raises:
        SheetError: no text, blank, undecodable, or with a line too long for `limits`.
        MissingExtraError: it is neither UTF-8, UTF-16 nor plainly Chinese, so `leadkit[excel]` has to judge.
    """
    line = 1
    for encoding in _likely(path):
        try:
            _read_through(path, encoding, limits)
        except _UndecodableError as error:
            line = error.line
        else:
            return encoding
    raise SheetError(Problem("is no text in UTF-8, UTF-16 or GB18030", _SAVE_AS, place=f"{path.name}, line {line}"))


class _UndecodableError(ValueError):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _likely(path: Path) -> Iterator[str]:
    """The encodings to try: one if there is a mark, or zero bytes beside the separators; else UTF-8 comes first."""
    with path.open("rb") as file:
        start = file.read(2_000)
    marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), None)
    if marked:
        yield marked
    elif wide := _wide(start):
        yield wide
    else:
        yield "utf-8"
        yield from _foreign(_foreign_lines(path))


def _wide(start: bytes) -> str | None:
    """UTF-16 without its mark: most separators have a zero byte beside them."""
    places = [place for place, sign in enumerate(start) if sign in _SEPARATORS]
    wide = [place for place in places if 0 in start[max(place - 1, 0) : place + 2]]
    if 2 * len(wide) <= len(places):
        return None
    return "utf-16-le" if start[1::2].count(0) > start[0::2].count(0) else "utf-16-be"


def _foreign_lines(path: Path) -> bytes:
    """The first lines that are not ASCII."""
    with path.open("rb") as file:
        lines = iter(lambda: file.readline(_LINE), b"")
        return b"".join(islice((line for line in lines if not line.isascii()), _LINES))


def _foreign(sample: bytes) -> Iterator[str]:
    """GB18030 takes in much of what is written in other encodings, and makes rare signs of it."""
    signs = [sign for sign in sample.decode("gb18030", "replace") if not sign.isascii()]
    if 2 * sum(map(_is_common, signs)) >= len(signs):
        yield "gb18030"
        return
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        raise MissingExtraError.of("charset-normalizer", "excel") from None
    best = from_bytes(sample, cp_isolation=_JUDGED).best()
    if best:
        yield best.encoding


def _is_common(sign: str) -> bool:
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _read_through(path: Path, encoding: str, limits: Limits) -> None:
    """Decode the file piece by piece, so that neither it nor a line of it has to fit into memory."""
    longest, length, blank = limits.columns * limits.cell_characters, 0, True
    for piece in _decoded(path, encoding):
        if _NULS * piece.count("\0") > len(piece):
            raise SheetError(Problem("holds binary data, not text", "save it as .xlsx or .csv", place=path.name))
        blank = blank and not piece.strip()
        end = max(piece.rfind("\n"), piece.rfind("\r"))
        length = length + len(piece) if end < 0 else len(piece) - end
        if length > longest:
            raise SheetError(Problem(f"a line is longer than {longest} characters", "split it", place=path.name))
    if blank:
        raise SheetError(Problem("is empty", place=path.name))


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            piece = file.read(_PIECE)
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                raise _UndecodableError(line + error.object.count(b"\n", 0, error.start)) from None
            if not piece:
                return
            line += text.count("\n")
            yield text
