"""A hostile file ends in an error that names it, within bounded time and memory, and never ends the process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.spreadsheets.hostile import HOSTILE


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("hostile")
    for name, make in HOSTILE.items():
        make(folder / name)
    program = Path(__file__).with_name("hostile.py")
    done = subprocess.run([sys.executable, program, folder], check=True, capture_output=True, timeout=120)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_by_name(outcomes, name):
    assert outcomes[name] != "was read"
    assert name in outcomes[name]


def test_all_of_them_together_take_less_than_256_mib(outcomes):
    assert int(outcomes["MiB"]) < 256


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("far_cell.xlsx", "sheet 'Q3', row 1048576, column XFD"),
        ("laughs.xlsx", "document type"),
        ("merged.xlsx", "merged ranges"),
        ("old.xls", "an old .xls"),
        ("quote.csv", "line 2"),
        ("long_cell.csv", "line 2: a cell is longer than"),
        ("empty.csv", "is empty"),
        ("mark.csv", "is empty"),
    ],
)
def test_the_message_says_what_and_where(outcomes, name, words):
    assert words in outcomes[name]
