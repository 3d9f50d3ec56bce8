"""The map that is written of a file says what leadkit understood of it: with the map the file reads as without."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import Any

import pytest

import leadkit as lk
from leadkit.adapters.spreadsheets.heads.head_row import REACHABLE
from leadkit.adapters.spreadsheets.heads.maps import load_map
from leadkit.adapters.spreadsheets.heads.report import map_lines, report_heads
from leadkit.adapters.spreadsheets.read import read_leads

from .lines import written

FILES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("heads.toml").read_text(encoding="utf-8"))["file"]
RELAXED = lk.load_policy({"extends": "standard", "name": "relaxed", "capture": {"required": []}})


def with_its_map(sheet: Path) -> tuple[list[lk.Lead], list[lk.Lead]]:
    """The leads of a sheet, and those that it has with the map that is written of it."""
    heads = sheet.with_suffix(".toml")
    heads.write_text("\n".join(map_lines(report_heads(sheet, RELAXED)[0])), encoding="utf-8")
    mapped = read_leads(sheet, RELAXED, heads=load_map(heads, RELAXED))
    return list(read_leads(sheet, RELAXED).records), list(mapped.records)


def _alone(lead: lk.Lead) -> lk.Lead:
    """A lead without its other contacts: of further names a map says only that they are there."""
    return lead.model_copy(update={"other_contacts": ()})


@pytest.mark.parametrize("number", range(len(FILES)))
def test_of_every_strangers_file(tmp_path, number):
    file = FILES[number]
    most = max(map(len, file["cells"].values()))
    columns = [[*file["cells"].get(head, ()), *[""] * most][:most] for head in file["heads"]]
    with (tmp_path / "leads.csv").open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([list(file["heads"]), *zip(*columns, strict=True)])
    if REACHABLE & set(file["heads"].values()):
        plain, mapped = with_its_map(tmp_path / "leads.csv")
        assert [_alone(lead) for lead in mapped] == [_alone(lead) for lead in plain]


def test_the_last_name_before_the_first(tmp_path):
    plain, mapped = with_its_map(
        written("leads.csv", tmp_path, "Last name | First name | Email", "Kemp | Laura | l@a.example")
    )
    assert [lead.contact.name for lead in (*plain, *mapped)] == ["Laura Kemp", "Laura Kemp"]


def test_a_constant_and_a_column_of_the_same_field(tmp_path):
    heads = "Event Type Name | Invitee Name | Invitee Email"
    plain, mapped = with_its_map(written("leads.csv", tmp_path, heads, "Demo call | Laura Kemp | l@a.example"))
    assert plain == mapped
    assert [(lead.source.channel, lead.source.detail) for lead in mapped] == [("Calendly", "Demo call")]
