"""A hostile file ends in an error that names it, within bounded work and memory, and never ends the process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.spreadsheets.hostile import HOSTILE


@pytest.fixture(scope="module")
def ended(tmp_path_factory) -> dict[str, tuple[str, int]]:
    """What reading each file ended in, and the bytes it unpacked, in one process that may take 256 MiB."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, make in HOSTILE.items():
        make(folder / name)
    program = Path(__file__).with_name("hostile.py")
    done = subprocess.run([sys.executable, program, folder], check=True, capture_output=True, timeout=120)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def outcomes(ended) -> dict[str, str]:
    return {name: message for name, (message, _) in ended.items()}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_by_name(outcomes, name):
    assert outcomes[name] != "was read"
    assert name in outcomes[name]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_more_than_twenty_megabytes_of_it_are_unpacked(ended, name):
    assert ended[name][1] < 20_000_000


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("far_cell.xlsx", "sheet 'Q3', row 1048576, column XFD"),
        ("laughs.xlsx", "document type"),
        ("merged.xlsx", "merged ranges"),
        ("nested.xlsx", "nested more than 100 deep"),
        ("bomb.xlsx", "unpacks to more than 200 times its size"),
        ("understated.xlsx", "isn't what the directory says"),
        ("overlapping.xlsx", "overlaps another one"),
        ("sharing.xlsx", "overlaps another one"),
        ("encrypted.xlsx", "is encrypted"),
        ("doubled.xlsx", "twice"),
        ("sparse.xlsx", "sheet 'Q3': the sheet reaches to row 49999 and column GR"),
        ("empty_cells.xlsx", "sheet 'Q3', row 1"),
        ("strings.xlsx", "uniqueCount"),
        ("open_quote.csv", "line 2"),
        ("long_line.csv", "a line is longer than"),
        ("old.xls", "an .xls workbook that can't be read"),
        ("columns.ods", "an .ods workbook that can't be read"),
        ("blanks.ods", "unpacks to more than 200 times its size"),
        ("broken.ods", "an .ods workbook that can't be read"),
        ("quote.csv", "line 2"),
        ("long_cell.csv", "line 2: a cell is longer than"),
        ("empty.csv", "is empty"),
        ("mark.csv", "is empty"),
    ],
)
def test_the_message_says_what_and_where(outcomes, name, words):
    assert words in outcomes[name]
