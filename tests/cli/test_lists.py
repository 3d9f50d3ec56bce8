"""Lists in the terminal: every state, many leads at once, out to a workbook and back."""

from __future__ import annotations

import json
import shutil
from itertools import chain
from pathlib import Path

import pytest

from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.write import write_workbook
from tests.cli.test_desk_commands import migrated, run, write_sample


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("lists")
    leads, _ = write_sample(folder, 40, 10)
    db = migrated(folder)
    assert run("import", leads, "--db", db)[0] in (0, 1)
    return db


def test_an_import_is_told_listed_and_undone(tmp_path):
    leads, _ = write_sample(tmp_path, 30, 10)
    db = migrated(tmp_path)
    plan = tmp_path / "plan.xlsx"
    code, told = run("import", leads, "--dry-run", "-o", plan, "--db", db)
    assert told.startswith("dry run, nothing is stored")
    assert run("list", "--ids", "--db", db)[1] == ""
    code, done = run("import", leads, "--db", db)
    assert done.splitlines()[0] == told.splitlines()[1]
    (_, row) = run("imports", "--db", db)[1].splitlines()
    assert " done " in row
    every = [cells for _, cells in read_grids(plan)[0].rows]
    assert len(every) == 31
    code, undone = run("undo", row.split()[0], "--db", db)
    assert (code, run("list", "--ids", "--db", db)[1]) == (0, "")
    assert "0 kept" in undone


def test_every_state_has_its_list(store):
    listed = {
        status: run("list", "--status", status, "--ids", "--db", store)[1].split()
        for status in ("new", "valid", "invalid")
    }
    every = run("list", "--ids", "--db", store)[1].split()
    assert sorted(chain(*listed.values())) == sorted(every)
    assert all(listed.values())


def test_many_leads_are_archived_from_standard_input(store):
    invalid = run("list", "--status", "invalid", "--ids", "--db", store)[1]
    code, told = run("archive", "-", "--by", "wu", "--role", "director", "--db", store, said=invalid + "nobody\n")
    assert code == 1
    assert len([line for line in told.splitlines() if line.endswith("archived")]) == len(invalid.split())
    assert "nobody: there is no such lead" in told
    assert run("list", "--status", "invalid", "--ids", "--db", store)[1] == ""


def test_a_follow_up_is_recorded_for_many(store):
    words = ("--kind", "follow_up", "--means", "邮件", "--at", "2026-11-28", "--key", "mailing", "--db", store)
    ids = run("list", "--status", "valid", "--ids", "--db", store)[1]
    for _ in range(2):
        code, told = run("record", "-", *words, said=ids + "nobody\n")
        assert code == 1
        assert "nobody: there is no such lead" in told
        assert len([line for line in told.splitlines() if " points" in line]) == len(ids.split())
    first = ids.split()[0]
    assert run("history", first, "--db", store)[1].count("means=邮件") == 1


def test_leads_with_an_opportunity_of_a_grade(store, tmp_path):
    copy = tmp_path / "copy.db"
    shutil.copy(store.removeprefix("sqlite:///"), copy)
    store = f"sqlite:///{copy}"
    by = ("--by", "wu", "--role", "director", "--db", store)
    ids = run("list", "--status", "valid", "--ids", "--db", store)[1].split()[:2]
    for lead_id in ids:
        run("convert", lead_id, "--signal", "intent", "--signal", "date_set", *by)
        run("opportunity", "assess", lead_id, "--urgency", "urgent", "--amount", "850000", "--competition", "even",
            "--decision-chain", "simple", *by)  # fmt: skip
    assert run("opportunity", "confirm", ids[0], *by)[0] == 0
    for grade in ("B", "B级"):
        assert run("list", "--grade", grade, "--ids", "--db", store)[1].split() == [ids[0]]
    code, told = run("list", "--grade", "Q", "--db", store)
    assert (code, "--grade Q: no such grade; one of A, B, C" in told) == (2, True), told
    for stage in ("graded", "已分级"):
        assert len(json.loads(run("opportunity", "list", "--stage", stage, "--json", "--db", store)[1])) == 1
    code, told = run("opportunity", "list", "--stage", "planing", "--db", store)
    assert (code, "'planing' is not one of assessing, graded, planning" in told) == (2, True), told


def test_many_leads_are_converted_with_what_is_known_of_them(store, tmp_path):
    copy = tmp_path / "copy.db"
    shutil.copy(store.removeprefix("sqlite:///"), copy)
    by = ("--by", "wu", "--role", "director", "--db", f"sqlite:///{copy}")
    ids = run("list", "--status", "valid", "--ids", "--db", store)[1].split()[:2]
    code, told = run("convert", "-", "--signal", "intent", "--signal", "date_set", *by, said="\n".join(ids))
    assert (code, told.count("converted")) == (0, 2), told


def test_a_list_is_worked_and_comes_back(store, tmp_path):
    file, worked = tmp_path / "queue.xlsx", tmp_path / "worked.xlsx"
    assert run("queue", "--limit", "3", "-o", file, "--language", "zh_CN", "--db", store)[0] == 0
    (grid,) = read_grids(file)
    heads, first, *rest = (cells + (None,) * (20 - len(cells)) for _, cells in grid.rows)
    filled = dict(zip(heads, first, strict=True)) | {"跟进时间": "2026-11-28 10:00", "跟进方式": "电话"}
    write_workbook(worked, [Table("list", heads, [tuple(filled.values()), *rest])])
    code, told = run("import", worked, "--db", store)
    assert "follow-ups: 1 recorded, 0 recorded before, 0 set aside, 2 not filled in" in told
    assert code == 0


def test_a_list_as_json_and_by_a_file_of_ids(store, tmp_path):
    listed = json.loads(run("list", "--limit", "2", "--json", "--db", store)[1])
    file = tmp_path / "ids.txt"
    file.write_text("".join(f"{lead['id']}  some words\n" for lead in listed), encoding="utf-8")
    _code, told = run("screen", f"@{file}", "--db", store)
    assert [line.split()[0] for line in told.splitlines()] == [lead["id"] for lead in listed]


@pytest.mark.parametrize("name", ["@nothing.txt", "@nothing.xlsx"])
def test_a_list_that_is_not_there_is_refused(store, name):
    code, told = run("screen", name, "--db", store)
    assert code in (2, 3)
    assert Path(name).stem.lstrip("@") in told
