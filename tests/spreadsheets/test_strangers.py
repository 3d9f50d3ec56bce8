"""The lead files of strangers, and the field that each head means: what is not plain is left out, none is mistaken."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from leadkit.adapters.spreadsheets.heads.columns import plan_columns
from leadkit.adapters.spreadsheets.heads.head_row import REACHABLE, head_row
from leadkit.adapters.spreadsheets.table import Grid
from leadkit.adapters.spreadsheets.templates import LEADS

FILES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("heads.toml").read_text(encoding="utf-8"))["file"]
UNREAD = {"status"}
"""What is read only by a map with its words."""
SAME = {"source_detail": "source", "first_name": "contact", "last_name": "contact"}


def read(file: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Each head with what it means and what it is taken for; "" for no field."""
    heads = list(file["heads"])
    most = max(map(len, file["cells"].values()))
    columns = [[*file["cells"].get(head, ()), *[None] * most][:most] for head in heads]
    plan = plan_columns(heads, list(zip(*columns, strict=True)))
    return [(use.head, file["heads"][use.head], use.field or "") for use in plan.uses]


ALL = [(file["language"], *line) for file in FILES for line in read(file)]


def test_no_head_is_mistaken():
    read_as = [(*line, SAME.get(line[2], line[2]), SAME.get(line[3], line[3])) for line in ALL if line[3]]
    assert not [line for *line, meant, taken in read_as if meant != taken]


def test_most_heads_are_read():
    meant = [line for line in ALL if line[2] and line[2] not in UNREAD]
    missed = [line for line in meant if not line[3]]
    assert len(missed) <= 0.05 * len(meant), missed


@pytest.mark.parametrize("number", range(len(FILES)))
def test_every_file_is_accepted(number):
    file = FILES[number]
    rows = tuple(enumerate([tuple(file["heads"])], start=1))
    known = REACHABLE & set(file["heads"].values())
    assert (head_row(Grid("f.csv", "", rows), LEADS) is not None) == bool(known)


def test_the_languages_are_many():
    assert len(Counter(file["language"] for file in FILES)) >= 10
    assert len(ALL) >= 400
