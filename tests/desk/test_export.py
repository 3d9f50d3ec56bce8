"""Everything leaves as files: every row of every table, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import json
import stat
from decimal import Decimal

import pytest

import leadkit as lk
from leadkit.adapters.export import SECRETS, export
from leadkit.adapters.spreadsheets.files.delimited import unquote_formula
from leadkit.errors import StorageError
from leadkit.store.protocol import Query
from leadkit.store.tables import TABLES
from tests.desk.desks import ACTORS, BOSS, lead, open_desk, team, touch
from tests.desk.stores import opener

FORMULA = "=HYPERLINK(1)"


@pytest.fixture(params=["memory", "sqlite"])
def desk(request, tmp_path):
    (tmp_path / "s").mkdir()
    with open_desk(opener(request.param, tmp_path / "s")()) as desk:
        team(desk, li="sales_rep", bo="senior_rep")
        for number in range(1, 12):
            desk.capture(lead(number), key=f"k{number}")
        desk.capture(lead(12, company={"name": FORMULA}, contact={"name": "@SUM(A1)"}, tags=("+1",)))
        desk.record(touch(1, "L1", content="-2+3", feedback='a "b"\n=c, d'))
        desk.capture(lead(13, contact={"name": "赵消失"}, company={"name": "消失有限公司"}))
        desk.erase("L13", by=ACTORS["director"])
        desk.note_review("2023-08", measures=[], worked=["calls"], by=BOSS)
        yield desk


def texts(desk: lk.Desk, table) -> list[dict[str, object]]:
    with desk.storage.transaction(read_only=True) as unit:
        return [table.to_json(row) for row in unit.find(Query(table))]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_every_row_of_every_table_is_in_its_file(desk, tmp_path, form):
    written = export(desk.storage, tmp_path / "out", form=form)
    files = {file.name for file in (tmp_path / "out").iterdir()}
    assert files == set(written.rows) == {f"{table.name}.{form}" for table in TABLES}
    for table in TABLES:
        columns = [name for name in table.columns if (table.name, name) not in SECRETS]
        rows = texts(desk, table)
        path = tmp_path / "out" / f"{table.name}.{form}"
        if form == "jsonl":
            read = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            assert read == [json.loads(json.dumps({n: row[n] for n in columns}, default=float)) for row in rows]
        else:
            with path.open(encoding="utf-8-sig", newline="") as opened:
                read = list(csv.DictReader(opened))
            assert [list(row) for row in read] == [columns] * len(rows)
            assert [unquote_formula(row["id"]) for row in read] == [row["id"] for row in rows]
        assert written.rows[path.name] == len(read) == len(rows)


def test_no_cell_is_a_formula_and_each_is_what_it_was(desk, tmp_path):
    export(desk.storage, tmp_path / "out")
    quoted = 0
    for table in TABLES:
        with (tmp_path / "out" / f"{table.name}.csv").open(encoding="utf-8-sig", newline="") as opened:
            for row, was in zip(csv.DictReader(opened), texts(desk, table), strict=True):
                for name, cell in row.items():
                    if cell.startswith(("=", "+", "-", "@", "\t", "\r")):
                        Decimal(cell)
                    quoted += cell.startswith("'")
                    if table.columns[name] == "text":
                        assert unquote_formula(cell) == (was[name] or "")
    assert quoted >= 3


def test_what_was_erased_is_not_in_it_and_files_are_private(desk, tmp_path):
    export(desk.storage, tmp_path / "out")
    for file in (tmp_path / "out").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert "消失" not in file.read_text("utf-8")
    secret = next(
        row["secret"] for row in texts(desk, TABLES[[t.name for t in TABLES].index("erased")]) if row["secret"]
    )
    assert all(secret not in file.read_text("utf-8") for file in (tmp_path / "out").iterdir())


def test_a_folder_with_something_in_it_is_left_alone(desk, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x")
    with pytest.raises(StorageError, match="is not empty"):
        export(desk.storage, tmp_path / "out")
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["mine.txt"]
