"""A quick look over what most of a workbook is: rows of plain values and plain strings; all else goes the slow way.

Plain markup is matched by one expression, counted, and left out of what the parser is shown. It is left out only in
whole rows or whole strings, so the parser stands between two of them before and after, and sees the beginning and the
end of the part and every row and string with anything else in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from itertools import pairwise

from attrs import define, setters

from leadkit.adapters.spreadsheets.files.xlsx.places import PlainRows
from leadkit.adapters.spreadsheets.files.xlsx.worksheet import WorksheetGuard

_WINDOW, _LONGEST, _LONGEST_HEAD = 1 << 18, 1 << 22, 1 << 20
_LETTERS = rb"[^<&\x00-\x08\x0b\x0c\x0e-\x1f]{0,999999}+"
_TEXT = _LETTERS + rb"(?:&(?:amp|lt|gt|quot|apos);" + _LETTERS + rb")*+"
_ATTRIBUTES = rb'(?: (?!xmlns)[a-zA-Z0-9:]{1,50}+="[^"<&]{0,200}+")*+'
_TAGGED_TEXT = rb'<t(?: xml:space="preserve")?+>' + _TEXT + rb"</t>"
_STYLE = rb'(?: s="[0-9]{1,6}+")?+'
_FORMULA = rb"(?:<f" + _ATTRIBUTES + rb"(?:/>|>" + _TEXT + rb"</f>))?+"
_CELL = (
    rb'<c r="[A-Z]{1,2}+\1"' + _STYLE + rb'(?: t="(?:s|n|b|str|inlineStr)")?+' + _STYLE + rb"(?:/>|>"
    rb"(?:" + _FORMULA + rb"(?:<v>" + _TEXT + rb"</v>)?+|<is>" + _TAGGED_TEXT + rb"</is>)</c>)"
)
_ROWS = re.compile(
    rb'(?:[ \t\r\n]*+<row r="([1-9][0-9]{0,6}+)"' + _ATTRIBUTES + rb"(?:/>|>(?:" + _CELL + rb")*+</row>))*+"
)
_NUMBER = re.compile(rb'<row r="([0-9]++)"')
_FILLED = re.compile(rb'<c r="([A-Z]++)[0-9]++"[^>]*+><(?:v|is|f[^<]*+(?:</f>)?+<v)>')
_COMPUTED = re.compile(rb'<c r="([A-Z]++)([0-9]++)"[^>]*+><f')
_STRINGS = re.compile(rb"(?:[ \t\r\n]*+<si>" + _TAGGED_TEXT + rb"</si>)*+")


@define(on_setattr=setters.frozen)
class _Sieve:
    """What is left out: where it may begin, what each whole piece of it ends with, and who takes it.

    `between` is whether the guard stands between two of them.
    """

    begin: bytes
    end: bytes
    between: Callable[[], bool]
    take: Callable[[bytes], bool]


def without_plain_rows(pieces: Iterator[bytes], guard: WorksheetGuard) -> Iterator[bytes]:
    """What a parser must see of a worksheet; the guard is told of what it need not see.

    The parser must have read each piece, and shown it to the guard, before the next is asked for.
    """
    sieve = _Sieve(
        begin=b"<sheetData>",
        end=b"</row>",
        between=lambda: guard.inside and len(guard.open) == 2,
        take=lambda window: _takes_rows(window, guard),
    )
    return _sifted(pieces, sieve)


def without_plain_strings(
    pieces: Iterator[bytes], between: Callable[[], bool], count: Callable[[int], None]
) -> Iterator[bytes]:
    """The same of a table of strings; `count` is called with how many were left out."""

    def take(window: bytes) -> bool:
        if _STRINGS.fullmatch(window) is None or not _is_unicode(window):
            return False
        count(window.count(b"<si>"))
        return True

    return _sifted(pieces, _Sieve(begin=b"<si>", end=b"</si>", between=between, take=take))


def _sifted(pieces: Iterator[bytes], sieve: _Sieve) -> Iterator[bytes]:
    head = yield from _head(pieces, sieve.begin)
    plain = head is not None and sieve.between()
    rest = head or b""
    for piece in pieces:
        rest += piece
        if not plain:
            yield rest
            rest = b""
        elif len(rest) >= _WINDOW:
            cut = rest.rfind(sieve.end) + len(sieve.end)
            if cut >= len(sieve.end):
                plain = yield from _shown(rest[:cut], sieve)
                rest = rest[cut:]
            plain = plain and len(rest) < _LONGEST
    cut = rest.rfind(sieve.end) + len(sieve.end)
    if plain and cut >= len(sieve.end):
        yield from _shown(rest[:cut], sieve)
        rest = rest[cut:]
    yield rest


def _head(pieces: Iterator[bytes], begin: bytes) -> Generator[bytes, None, bytes | None]:
    """Yield the part up to where the rows begin; the answer is what was read beyond, None if that isn't clear."""
    head = b""
    for piece in pieces:
        head += piece
        place = head.find(begin)
        end = place + len(begin) if begin == b"<sheetData>" else place
        if place >= 0 and b"<!" not in head[:end] and head.count(b"<?", 1, end) == 0:
            yield head[:end]
            return head[end:]
        if place >= 0 or len(head) > _LONGEST_HEAD:
            break
    yield head
    return None


def _shown(window: bytes, sieve: _Sieve) -> Generator[bytes, None, bool]:
    """Yield a window unless it is plain; the answer is whether the next may be."""
    if sieve.take(window):
        return True
    yield window
    return sieve.between() and b"<!" not in window and b"<?" not in window


def _takes_rows(window: bytes, guard: WorksheetGuard) -> bool:
    """Whether a window is plain rows in rising order; if so the guard counts them, unless they are too much."""
    if _ROWS.fullmatch(window) is None or not _is_unicode(window):
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
            computed=[(int(row), _column(letters)) for letters, row in _COMPUTED.findall(window)],
        )
    )


def _is_unicode(window: bytes) -> bool:
    try:
        window.decode()
    except UnicodeDecodeError:
        return False
    return True


def _column(letters: bytes) -> int:
    return letters[-1] - 64 + 26 * (letters[0] - 64 if len(letters) > 1 else 0)
