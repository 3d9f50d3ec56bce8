"""A store in one file: the state is in memory, every transaction is a line of JSON. For POSIX, whose fcntl locks."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from leadkit.errors import Problem, StorageError
from leadkit.store import TABLES, MemoryStorage, MemoryUnit, Query, Write

BY_NAME = {table.name: table for table in TABLES}


class JsonLinesStorage:
    """Leads in the file at `path`, which many processes may open; one transaction at a time holds its lock.

    A line is `[[table, key, row or null], ...]`. One that ends in the middle is what a crash left of a transaction that
    nobody was told of; the next transaction cuts it off.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._turn = path, Lock()
        self._state = MemoryStorage(before=self._catch_up, keep=self._append)
        with _told(path):
            self._lock = path.with_name(f"{path.name}.lock").open("ab")
            self._open()

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[MemoryUnit]:
        with self._turn:
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            try:
                with self._state.transaction(read_only=read_only) as unit:
                    yield unit
            finally:
                fcntl.flock(self._lock, fcntl.LOCK_UN)

    def sweep(self) -> None:
        """Put a new file with the rows that are left in the place of the one that remembers what was removed."""
        new = self._path.with_name(f"{self._path.name}.new")
        with self.transaction(read_only=True), _told(self._path):
            with new.open("wb") as file:
                file.write(_line((table, row.id, row) for table, row in self._rows()))
                os.fsync(file.fileno())
            new.replace(self._path)
            self._file.close()
            self._open()

    def close(self) -> None:
        self._file.close()
        self._lock.close()

    def _open(self) -> None:
        """Begin at the start of the file that is at the path now; make its name last, too."""
        self._file, self._read = self._path.open("ab+", buffering=0), 0
        for table, row in list(self._rows()):
            self._state.apply(table, row.id, None)
        folder = os.open(self._path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def _rows(self) -> Iterator[tuple[str, Any]]:
        return ((table.name, row) for table in TABLES for row in self._state.rows(Query(table)))

    def _catch_up(self) -> None:
        """Read what others have appended since, or the whole of a file that one of them has swept."""
        with _told(self._path):
            if not os.path.samestat(os.fstat(self._file.fileno()), self._path.stat()):
                self._file.close()
                self._open()
            self._file.seek(self._read)
            for line in self._file.readall().splitlines(keepends=True):
                if not line.endswith(b"\n"):
                    self._file.truncate(self._read)
                    break
                for table, key, row in json.loads(line):
                    self._state.apply(table, key, row and BY_NAME[table].from_json(row))
                self._read += len(line)

    def _append(self, writes: Sequence[Write]) -> None:
        """Write a line that is there after a crash; of what fails on the way nothing is left."""
        line = _line((write.table, write.key, write.after) for write in writes)
        with _told(self._path):
            try:
                if self._file.write(line) < len(line):
                    raise OSError(0, "no space is left")
                os.fsync(self._file.fileno())
            except BaseException:
                self._file.truncate(self._read)
                raise
            self._read += len(line)


def _line(rows: Iterable[tuple[str, str, Any]]) -> bytes:
    said = [(table, key, row and BY_NAME[table].to_json(row)) for table, key, row in rows]
    return json.dumps(said, ensure_ascii=False, default=float).encode() + b"\n"


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell what goes wrong with the file in leadkit's words."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            Problem(f"can't be used: {error.strerror}", "check the disk and rights", place=path.name)
        ) from None
    except ValueError:
        raise StorageError(Problem("is damaged", "restore the last backup", place=path.name)) from None
