"""A quick look over the rows of a worksheet that hold nothing but plain values; all others go the slow way.

Most of a sheet is rows of numbers and text. Those are matched by one expression, counted, and left out of what the
parser is shown. A row is left out only together with all that belongs to it, so the parser stands between two rows
before and after, and sees the beginning and the end of the part and every row with anything else in it.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from itertools import pairwise

from leadkit.adapters.spreadsheets.xlsx.worksheet import PlainRows, WorksheetGuard

_DATA, _ROW_END = b"<sheetData>", b"</row>"
_WINDOW, _LONGEST_ROW, _LONGEST_HEAD = 1 << 18, 1 << 22, 1 << 20
_DEPTH = 2
_LETTERS = rb"[^<&\x00-\x08\x0b\x0c\x0e-\x1f]{0,999999}+"
_TEXT = _LETTERS + rb"(?:&(?:amp|lt|gt|quot|apos);" + _LETTERS + rb")*+"
_STYLE = rb'(?: s="[0-9]{1,6}+")?+'
_CELL = (
    rb'<c r="[A-Z]{1,2}+\1"' + _STYLE + rb'(?: t="(?:s|n|b|str|inlineStr)")?+' + _STYLE + rb"(?:/>|>"
    rb"(?:<v>" + _TEXT + rb'</v>|<is><t(?: xml:space="preserve")?+>' + _TEXT + rb"</t></is>)?+</c>)"
)
_ROWS = re.compile(
    rb'(?:[ \t\r\n]*+<row r="([1-9][0-9]{0,6}+)"(?: [a-zA-Z0-9:]{1,50}+="[^"<&]{0,200}+")*+(?:/>|>(?:'
    + _CELL
    + rb")*+</row>))*+"
)
_NUMBER = re.compile(rb'<row r="([0-9]++)"')
_FILLED = re.compile(rb'<c r="([A-Z]++)[0-9]++"[^>]*+><[vi]')


def without_plain_rows(pieces: Iterator[bytes], guard: WorksheetGuard) -> Iterator[bytes]:
    """What a parser must see of a worksheet; the guard is told of what it need not see.

    The parser must have read each piece, and shown it to the guard, before the next is asked for.
    """
    head = yield from _head(pieces)
    plain = head is not None and guard.inside and len(guard.open) == _DEPTH
    rest = head or b""
    for piece in pieces:
        rest += piece
        if not plain:
            yield rest
            rest = b""
        elif len(rest) >= _WINDOW:
            cut = rest.rfind(_ROW_END) + len(_ROW_END)
            if cut >= len(_ROW_END):
                plain = yield from _shown(rest[:cut], guard)
                rest = rest[cut:]
            plain = plain and len(rest) < _LONGEST_ROW
    cut = rest.rfind(_ROW_END) + len(_ROW_END)
    if plain and cut >= len(_ROW_END):
        yield from _shown(rest[:cut], guard)
        rest = rest[cut:]
    yield rest


def _head(pieces: Iterator[bytes]) -> Generator[bytes, None, bytes | None]:
    """Yield the part up to where the rows begin; the answer is what was read beyond, None if that isn't clear."""
    head = b""
    for piece in pieces:
        head += piece
        end = head.find(_DATA) + len(_DATA)
        if end >= len(_DATA) and b"<!" not in head[:end] and head.count(b"<?", 1, end) == 0:
            yield head[:end]
            return head[end:]
        if end >= len(_DATA) or len(head) > _LONGEST_HEAD:
            break
    yield head
    return None


def _shown(window: bytes, guard: WorksheetGuard) -> Generator[bytes, None, bool]:
    """Yield a window of whole rows unless it is plain; the answer is whether the next may be."""
    if _is_taken(window, guard):
        return True
    yield window
    return len(guard.open) == _DEPTH and guard.inside and b"<!" not in window and b"<?" not in window


def _is_taken(window: bytes, guard: WorksheetGuard) -> bool:
    """Whether a window is plain rows in rising order; if so the guard counts them, and refuses what is too much."""
    if _ROWS.fullmatch(window) is None:
        return False
    try:
        window.decode()
    except UnicodeDecodeError:
        return False
    numbers = [guard.row, *map(int, _NUMBER.findall(window))]
    if any(after <= before for before, after in pairwise(numbers)):
        return False
    last_value = max(window.rfind(b"<v>"), window.rfind(b"<is>"))
    last_row = _NUMBER.match(window, window.rfind(b"<row ", 0, last_value)) if last_value >= 0 else None
    return guard.skip(
        PlainRows(
            count=len(numbers) - 1,
            last=numbers[-1],
            cells=window.count(b"<c "),
            filled=window.count(b"<v>") + window.count(b"<is>"),
            filled_row=int(last_row[1]) if last_row else 0,
            filled_column=max(map(_column, set(_FILLED.findall(window))), default=0),
        )
    )


def _column(letters: bytes) -> int:
    return letters[-1] - 64 + 26 * (letters[0] - 64 if len(letters) > 1 else 0)
