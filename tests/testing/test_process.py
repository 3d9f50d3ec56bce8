"""Random commands at random times hold a whole process against what is true of every one, on every store."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from tempfile import mkdtemp

from leadkit.testing.process import process_machine
from tests.desk.desks import address

_FOLDER, _NUMBERS = Path(mkdtemp()), count()


def sqlite() -> str:
    folder = _FOLDER / str(next(_NUMBERS))
    folder.mkdir()
    return address("sqlite", folder)


TestInMemory = process_machine(examples=30)
TestInSqlite = process_machine("machinery", sqlite, examples=6)
