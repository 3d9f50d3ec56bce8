"""A file that is read more than once, and must be the same each time."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from attrs import define, setters

from leadkit.errors import Problem, SheetError


@define(on_setattr=setters.frozen)
class Source:
    """A file and what told it apart when it was first looked at: size, time of change and place on the disk."""

    path: Path
    _state: tuple[int, int, int]

    @classmethod
    def of(cls, path: Path) -> Source:
        """The file as it is now.

        Raises:
            SheetError: it can't be read.
        """
        try:
            return cls(path, _state(path))
        except OSError as error:
            raise _unreadable(path, error) from None

    def open(self) -> BinaryIO:
        """The file opened to be read again.

        Raises:
            SheetError: it can't be read, or is not what it was: what was found out about it no longer holds.
        """
        try:
            file = self.path.open("rb")
        except OSError as error:
            raise _unreadable(self.path, error) from None
        if _state(self.path) == self._state:
            return file
        file.close()
        raise SheetError(Problem("has changed while it was read", "read it again", place=self.path.name))


def _state(path: Path) -> tuple[int, int, int]:
    state = path.stat()
    return state.st_size, state.st_mtime_ns, state.st_ino


def _unreadable(path: Path, error: OSError) -> SheetError:
    return SheetError(Problem(error.strerror or "can't be read", place=path.name))
