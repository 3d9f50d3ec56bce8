"""What leadkit writes names people: every file is for its owner alone, whatever the umask allows."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import leadkit as lk
from leadkit.adapters.files import PRIVATE
from leadkit.cli.commands import cli


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def run(*words: object) -> None:
    done = CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)
    assert done.exit_code in {0, 1}, done.output


def modes(folder: Path) -> dict[str, int]:
    """The mode of every file in a folder."""
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    before = os.umask(0o022)
    run("demo", "-o", folder)
    os.umask(before)
    return folder


def test_the_files_of_the_demo(sample):
    found = modes(sample)
    assert {"leads.db", "scored.xlsx", "review.html", "review.xlsx", "review.json"} <= set(found)
    assert set(found.values()) == {PRIVATE}


def test_lists_maps_plans_and_tables(sample, tmp_path):
    sheet, db = sample / "leads.xlsx", f"sqlite:///{tmp_path / 'own.db'}"
    run("heads", sheet, "-o", tmp_path / "map.toml")
    run("score", sheet, "-o", tmp_path / "scored.csv")
    run("migrate", "--db", db)
    run("import", sheet, "--db", db, "--dry-run", "-o", tmp_path / "aside.xlsx")
    run("import", sheet, "--db", db, "-o", tmp_path / "imported.csv")
    for command in ("queue", "due"):
        run(command, "--db", db, "-o", tmp_path / f"{command}.xlsx")
    found = modes(tmp_path)
    assert len(found) >= 6
    assert set(found.values()) == {PRIVATE}


def test_a_table_of_scores(tmp_path):
    from leadkit.adapters.tables.files import write_table

    pl = pytest.importorskip("polars")
    for name in ("a.parquet", "a.csv", "a.arrow"):
        write_table(pl.DataFrame({"lead_id": ["L1"], "points": [1]}).lazy(), tmp_path / name)
    assert modes(tmp_path) == {"a.parquet": PRIVATE, "a.csv": PRIVATE, "a.arrow": PRIVATE}


def test_the_log_of_a_store_that_is_open(tmp_path):
    db = f"sqlite:///{tmp_path / 'own.db'}"
    lk.migrate(db)
    with lk.Desk("standard", db) as desk:
        desk.enrol(lk.Member(id="li", role="sales_rep"))
        found = modes(tmp_path)
    assert "own.db-wal" in found
    assert set(found.values()) == {PRIVATE}


def test_a_file_that_is_there_keeps_its_mode(sample, tmp_path):
    output = tmp_path / "scored.csv"
    output.touch(0o640)
    run("score", sample / "leads.xlsx", "-o", output)
    assert stat.S_IMODE(output.stat().st_mode) == 0o640
