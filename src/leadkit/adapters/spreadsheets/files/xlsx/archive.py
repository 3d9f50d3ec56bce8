"""The zip archive that an XLSX file is: its directory read with suspicion, its parts unpacked within bounds.

Programs disagree about odd archives: what one of them unpacks is not what another one sees. So only a plain archive
is taken, in which there is nothing to disagree about: one directory at the very end, nothing in front, no two parts
that share bytes or a name, and sizes and checksums that are true.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn

from attrs import define, setters

from leadkit.errors import Problem, SheetError
from leadkit.limits import Limits

CHUNK = 65_536
HINT = "open it in Excel and save it again as .xlsx or .csv"
"""What to do about a workbook that is odd."""

_END = struct.Struct("<4s4H2LH")
_WIDE_LOCATOR = struct.Struct("<4sLQL")
_WIDE_END = struct.Struct("<4sQ2H2L4Q")
_LOCAL = struct.Struct("<4s5H3L2H")
_END_MARK, _WIDE_LOCATOR_MARK, _WIDE_END_MARK, _LOCAL_MARK = b"PK\5\6", b"PK\6\7", b"PK\6\6", b"PK\3\4"
_DIRECTORY_BYTES_PER_ENTRY = 1_024
_MOST_SWOLLEN = 200
_SWOLLEN_FROM_BYTES = 16_000_000
_ENCRYPTED = 1


@define(on_setattr=setters.frozen)
class Part:
    """One file of the archive: `start` is the offset of its first packed byte, `packed` and `unpacked` are bytes."""

    name: str
    start: int
    packed: int
    unpacked: int
    checksum: int
    deflated: bool


@define(on_setattr=setters.frozen)
class _Directory:
    start: int
    size: int
    entries: int


@define(on_setattr=setters.frozen)
class Archive:
    """An open archive: the name of its file, and its parts by their names, in the order of their bytes."""

    name: str
    parts: Mapping[str, Part]
    _file: BinaryIO

    def read(self, name: str) -> Iterator[bytes]:
        """The bytes of a part in pieces of at most `CHUNK`.

        Raises:
            SheetError: at once where there are more bytes than the directory declares; at the end where there are fewer
                or the checksum is another one.
        """
        part = self.parts[name]
        size = checksum = 0
        for piece in _inflated(self._file, part) if part.deflated else _stored(self._file, part):
            size += len(piece)
            checksum = zlib.crc32(piece, checksum)
            if size > part.unpacked:
                break
            yield piece
        if size != part.unpacked or checksum != part.checksum:
            _damaged(self.name, f"its part {part.name!r} isn't what the directory says")


@contextmanager
def open_archive(path: Path, limits: Limits) -> Iterator[Archive]:
    """The archive in a file, whose parts can be read as long as it is open.

    Raises:
        SheetError: it is damaged, encrypted, ambiguous or, by what it declares, above `limits`.
    """
    name = path.name
    with path.open("rb") as file:
        directory = _directory(file, name)
        if directory.entries > limits.zip_entries or directory.size > limits.zip_entries * _DIRECTORY_BYTES_PER_ENTRY:
            refuse(name, f"the file is made of more than {limits.zip_entries} parts", "save it again from Excel")
        entries = _entries(file, name)
        if len(entries) != directory.entries:
            _damaged(name, "its directory miscounts its parts")
        _check_names(entries, name)
        _check_sizes(entries, name, limits)
        parts = _placed(file, entries, directory.start, name)
        yield Archive(name, {part.name: part for part in parts}, file)


def _stored(file: BinaryIO, part: Part) -> Iterator[bytes]:
    file.seek(part.start)
    for done in range(0, part.packed, CHUNK):
        yield file.read(min(CHUNK, part.packed - done))


def _inflated(file: BinaryIO, part: Part) -> Iterator[bytes]:
    file.seek(part.start)
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    left = part.packed
    while not inflate.eof:
        packed = inflate.unconsumed_tail
        if not packed:
            packed = file.read(min(CHUNK, left))
            left -= len(packed)
        try:
            piece = inflate.decompress(packed, CHUNK)
        except zlib.error:
            return
        if not piece and not packed:
            return
        yield piece


def _directory(file: BinaryIO, name: str) -> _Directory:
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size))
    tail = file.read(_END.size)
    if len(tail) < _END.size or not tail.startswith(_END_MARK):
        _damaged(name, "its end is missing, or something was added behind it")
    _, _, _, _, entries, length, start, comment = _END.unpack(tail)
    end = size - _END.size
    wide = _wide_directory(file, end)
    if wide:
        end -= _WIDE_LOCATOR.size + _WIDE_END.size
        agrees = entries in (wide.entries, 0xFFFF) and length in (wide.size, 0xFFFFFFFF)
        if not agrees or start not in (wide.start, 0xFFFFFFFF):
            _damaged(name, "it has two directories that disagree")
    directory = wide or _Directory(start, length, entries)
    if comment or directory.start + directory.size != end:
        _damaged(name, "its directory isn't where it should be")
    return directory


def _wide_directory(file: BinaryIO, end: int) -> _Directory | None:
    """The zip64 record in front of the end record; Java writes one even for small files."""
    at = end - _WIDE_LOCATOR.size - _WIDE_END.size
    if at < 0:
        return None
    file.seek(at)
    record, locator = file.read(_WIDE_END.size), file.read(_WIDE_LOCATOR.size)
    if not locator.startswith(_WIDE_LOCATOR_MARK):
        return None
    signature, _, _, _, _, _, _, entries, size, start = _WIDE_END.unpack(record)
    if signature != _WIDE_END_MARK or _WIDE_LOCATOR.unpack(locator)[2] != at:
        return _Directory(-1, 0, 0)
    return _Directory(start, size, entries)


def _entries(file: BinaryIO, name: str) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OverflowError):
        _damaged(name, "its directory can't be read")


def _check_names(entries: Sequence[zipfile.ZipInfo], name: str) -> None:
    seen: set[str] = set()
    for entry in entries:
        folded = entry.filename.replace("\\", "/").casefold()
        if folded in seen:
            _damaged(name, f"it holds the part {entry.filename!r} twice")
        seen.add(folded)
        if entry.flag_bits & _ENCRYPTED:
            refuse(name, "the file is encrypted", "remove its password and save it as .xlsx or .csv")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            refuse(name, "the file is packed in an unknown way", "open it in Excel and save it as .xlsx or .csv")


def _check_sizes(entries: Sequence[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked_bytes:
        refuse(name, f"the file unpacks to {total} bytes, more than {limits.unpacked_bytes}", "split it")
    for entry in entries:
        if entry.file_size > max(_SWOLLEN_FROM_BYTES, entry.compress_size * _MOST_SWOLLEN):
            message = f"its part {entry.filename!r} unpacks to more than {_MOST_SWOLLEN} times its size"
            refuse(name, message, "delete empty formatted rows and columns, then save it again")


def _placed(file: BinaryIO, entries: Sequence[zipfile.ZipInfo], end: int, name: str) -> tuple[Part, ...]:
    """The parts with the places of their bytes, which must follow one another without sharing any."""
    placed: list[Part] = []
    free_from = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < free_from:
            _damaged(name, f"its part {entry.filename!r} overlaps another one")
        file.seek(entry.header_offset)
        header = file.read(_LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(_LOCAL_MARK):
            _damaged(name, f"its part {entry.filename!r} isn't where the directory says")
        *_, name_length, extra_length = _LOCAL.unpack(header)
        start = entry.header_offset + _LOCAL.size + name_length + extra_length
        free_from = start + entry.compress_size
        deflated = entry.compress_type == zipfile.ZIP_DEFLATED
        placed.append(Part(entry.filename, start, entry.compress_size, entry.file_size, entry.CRC, deflated))
    if free_from > end:
        _damaged(name, "a part runs into the directory")
    return tuple(placed)


def refuse(place: str, message: str, hint: str = HINT) -> NoReturn:
    """Raise the SheetError for one problem."""
    raise SheetError(Problem(message, hint, place=place))


def _damaged(name: str, damage: str) -> NoReturn:
    refuse(name, f"the file is damaged: {damage}")
