"""Files that hold people's names: written whole or not at all, and readable by their owner alone."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from leadkit.errors import LeadkitError, NoSpaceError, Problem, SheetError

PRIVATE = 0o600
"""The mode of a new file: what it holds is for its owner, whatever the umask says."""

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_BUSY = frozenset({errno.EBUSY, errno.ETXTBSY, errno.EACCES, errno.EPERM})


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file that takes the place of `path` when all went well, in a folder beside it that is gone afterwards.

    What stood there gives its mode; a new file gets `PRIVATE`. A link is replaced, not followed.

    Raises:
        OSError: it can't be written; what stood there is left as it was.
    """
    with tempfile.TemporaryDirectory(
        dir=path.parent, prefix=f".{path.name[:50]}.", ignore_cleanup_errors=True
    ) as folder:
        part = Path(folder) / "part"
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
        yield part
        part.chmod(_mode(path))
        part.replace(path)


def create_private(path: Path) -> None:
    """An empty file with the mode `PRIVATE` where there is none yet.

    Raises:
        OSError: it can't be created.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
    except FileExistsError:
        return


def derived_names(path: Path, number: int) -> list[Path]:
    """The files of `number` tables: `path` itself, and for a `.csv` path `OUT-2.csv`, `OUT-3.csv`, ... beside it."""
    if path.suffix.lower() != ".csv":
        return [path]
    return [path, *(path.with_name(f"{path.stem}-{each}.csv") for each in range(2, number + 1))]


def refuse_existing(path: Path, files: Iterable[Path]) -> None:
    """Refuse to write `path` together with `files` that nobody named, where one of them is there.

    Raises:
        SheetError: it is.
    """
    taken = [file.name for file in files if file.exists()]
    if taken:
        hint = "move or delete it, or name another file"
        raise SheetError(Problem(f"would write over {', '.join(taken)}", hint, place=str(path)))


def unwritable(path: Path, error: OSError) -> LeadkitError:
    """What to raise for a file that the system would not let us write."""
    if error.errno in FULL:
        hint = "free space, then run the command again"
        return NoSpaceError(Problem("can't be written: no space is left", hint, place=str(path)))
    hint = "is it open elsewhere?" if error.errno in _BUSY and path.is_file() else ""
    return SheetError(Problem(f"can't be written: {error.strerror or error}", hint, place=str(path)))


def _mode(path: Path) -> int:
    try:
        before = path.lstat().st_mode
    except OSError:
        return PRIVATE
    return stat.S_IMODE(before) & 0o777 if stat.S_ISREG(before) else PRIVATE
