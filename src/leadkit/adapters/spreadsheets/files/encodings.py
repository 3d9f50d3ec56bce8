"""How the bytes of a CSV file are to be read as text: by its mark, by trying, and only at last by a judge."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from leadkit.adapters.spreadsheets.files.judge import clear, is_mixed, readings, rival_of_unicode
from leadkit.adapters.spreadsheets.files.sample import few_signs, line_of, sample_of
from leadkit.errors import Problem, SheetError
from leadkit.limits import Limits

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SHIFTED = ("iso2022_jp", "iso2022_jp_2004", "iso2022_jp_ext", "iso2022_kr")
_WIDER = {"cp950": ("cp950", "big5hkscs"), "euc_jp": ("euc_jp", "euc_jis_2004")}
"""What else to try where the sample is in the first of them and the file is not."""

_NAMES = {
    "gb18030": "GB18030",
    "cp950": "Big5",
    "big5hkscs": "Big5-HKSCS",
    "cp932": "Shift-JIS",
    "cp949": "EUC-KR",
    "euc_jp": "EUC-JP",
    "koi8_r": "KOI8-R",
    "koi8_u": "KOI8-U",
    "mac_roman": "MacRoman",
    "cp874": "Windows-874",
    "iso8859_15": "ISO 8859-15",
}
_PIECE = 262_144
_SEPARATORS = b",;\t\r\n"
_NULS = 20
"""A file with a NUL in every so many characters is binary; with fewer it is text in which some got."""

_ESCAPE = re.compile(rb"\x1b\$[@AB()]|\x1b\([JI]")
_HZ = re.compile(rb"~\{(?:[\x21-\x7e]{2}){1,100}?~\}")
_SAVE_AS = "save it as CSV UTF-8, which begins with a mark"


def encoding_of(path: Path, limits: Limits) -> str:
    """The name of the encoding in which the whole file is text, under which `open` also skips its mark.

    A file that is neither marked nor UTF-8 is read in the encoding in which it is the likeliest text by far, of those
    that spreadsheet programs write; where two are near each other and differ, in none.

    Raises:
        SheetError: no text, blank, undecodable, ambiguous, or with a line too long for `limits`.
    """
    encoding = _unicode(path)
    if encoding:
        return _tried(path, (encoding,), limits)
    try:
        _read_through(path, "utf-8", limits)
    except _UndecodableError:
        return _judged(path, limits)
    few = few_signs(path)
    rival = rival_of_unicode(few) if few else None
    if rival:
        raise _refusal(path, sample_of(path).number, f"may be text in UTF-8 or {_name(rival.encoding)}, which differ")
    return _shifted(path, limits) or "utf-8"


def unicode_of(path: Path, limits: Limits) -> str:
    """The same for a file that must be Unicode.

    Raises:
        SheetError: it is not, or is blank, or has a line too long for `limits`.
    """
    return _tried(path, (_unicode(path) or "utf-8",), limits)


class _UndecodableError(ValueError):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _tried(path: Path, encodings: tuple[str, ...], limits: Limits) -> str:
    """The first of the encodings in which all of the file is text."""
    line = 1
    for encoding in encodings:
        try:
            _read_through(path, encoding, limits)
        except _UndecodableError as error:
            line = error.line
        else:
            return encoding
    raise _refusal(path, line, f"is no text in {_name(encodings[0])}")


def _unicode(path: Path) -> str | None:
    """The encoding that the start of a file marks or shows."""
    with path.open("rb") as file:
        start = file.read(2_000)
    return next((encoding for mark, encoding in _MARKS if start.startswith(mark)), None) or _wide(start)


def _wide(start: bytes) -> str | None:
    """UTF-16 without its mark: most separators have a zero byte beside them."""
    places = [place for place, sign in enumerate(start) if sign in _SEPARATORS]
    wide = [place for place in places if 0 in start[max(place - 1, 0) : place + 2]]
    if 2 * len(wide) <= len(places):
        return None
    return "utf-16-le" if start[1::2].count(0) > start[0::2].count(0) else "utf-16-be"


def _shifted(path: Path, limits: Limits) -> str | None:
    """An encoding that writes its characters as ASCII between escapes; None where there are none."""
    if line_of(path, _ESCAPE):
        return _tried(path, _SHIFTED, limits)
    line = line_of(path, _HZ)
    if line:
        raise _refusal(path, line, "may be text in HZ")
    return None


def _judged(path: Path, limits: Limits) -> str:
    sample = sample_of(path)
    if sample.is_damaged:
        raise _refusal(path, sample.number, "is UTF-8 with damaged characters, here or below")
    ranked = readings(sample.lines)
    if sample.is_mixed or (ranked and is_mixed(ranked[0], sample.lines)):
        message = "is UTF-8 in some lines and another encoding in others, here or below"
        raise _refusal(path, sample.number, message)
    if not ranked or not ranked[0].plausible:
        first = readings(sample.lines[: sample.first])
        if first and clear(first):
            _tried(path, (first[0].encoding,), limits)
        raise _refusal(path, sample.number, "is no text in UTF-8 or another encoding that can be told")
    if not clear(ranked):
        names = " or ".join(_name(reading.encoding) for reading in ranked[:2])
        raise _refusal(path, sample.number, f"is no text in UTF-8; it may be {names}, which differ")
    best = ranked[0].encoding
    return _tried(path, _WIDER.get(best, (best,)), limits)


def _refusal(path: Path, line: int, message: str) -> SheetError:
    return SheetError(Problem(message, _SAVE_AS, place=f"{path.name}, line {line}"))


def _name(encoding: str) -> str:
    if encoding.startswith("cp125"):
        return f"Windows-{encoding[2:]}"
    return _NAMES.get(encoding, encoding.replace("_", "-").upper())


def _read_through(path: Path, encoding: str, limits: Limits) -> None:
    """Decode the file piece by piece, so that neither it nor a line of it has to fit into memory."""
    longest, length, blank, line = limits.columns * limits.cell_characters, 0, True, 1
    for piece in _decoded(path, encoding):
        if _NULS * piece.count("\0") > len(piece):
            raise SheetError(Problem("holds binary data, not text", "save it as .xlsx or .csv", place=path.name))
        blank = blank and not piece.strip("\ufeff \t\r\n")
        end = max(piece.rfind("\n"), piece.rfind("\r"))
        length = length + len(piece) if end < 0 else len(piece) - end
        line += piece.count("\n")
        if length > longest:
            place = f"{path.name}, line {line}"
            raise SheetError(Problem(f"a line is longer than {longest} characters", "split it", place=place))
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
