"""Backup, restore and export in the terminal."""

from __future__ import annotations

import sqlite3
import stat

import pytest
from click.testing import CliRunner

import leadkit as lk
from leadkit.cli.commands import cli
from tests.desk.desks import lead


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)
    return done.exit_code, done.output


@pytest.fixture
def db(tmp_path):
    url = f"sqlite:///{tmp_path / 'leads.db'}"
    lk.migrate(url)
    with lk.Desk("standard", url) as desk:
        desk.capture_all([(lead(number), None) for number in range(5)])
    return url


def test_out_and_back(db, tmp_path):
    code, text = run("backup", tmp_path / "b.gz", "--db", db)
    assert (code, text.split()[1:3]) == (0, ["rows", "in"])
    assert stat.S_IMODE((tmp_path / "b.gz").stat().st_mode) == 0o600
    assert run("backup", tmp_path / "b.gz", "--db", db)[0] == 3
    assert run("backup", tmp_path / "b.gz", "--db", db, "--replace")[0] == 0
    code, text = run("restore", tmp_path / "b.gz", "--db", db)
    assert (code, "the store is not empty" in text) == (3, True)
    other = f"sqlite:///{tmp_path / 'other.db'}"
    code, text = run("restore", tmp_path / "b.gz", "--db", other)
    assert (code, "leadkit migrate" in text) == (3, True)
    run("migrate", "--db", other)
    code, text = run("restore", tmp_path / "b.gz", "--db", other)
    assert (code, text.split()[1:]) == (0, ["rows", "restored"])
    with lk.Desk("standard", other) as desk, lk.Desk("standard", db) as before:
        assert desk.queue() == before.queue()


def test_everything_as_files(db, tmp_path):
    code, text = run("export", tmp_path / "out", "--db", db)
    assert code == 0
    assert "5  leads.csv" in text
    assert run("export", tmp_path / "out", "--db", db)[0] == 3


def test_a_store_that_is_not_there(tmp_path):
    assert run("backup", tmp_path / "b.gz", "--db", f"sqlite:///{tmp_path / 'none.db'}")[0] == 3
    assert not (tmp_path / "b.gz").exists()


def test_what_differs_from_the_tables_of_this_version(db, tmp_path):
    for _ in range(2):
        assert run("migrate", "--check", "--db", db) == (0, "0 differences\n")
    with sqlite3.connect(tmp_path / "leads.db") as connection:
        connection.execute("DROP INDEX ix_leadkit_keys_at")
    connection.close()
    code, text = run("migrate", "--check", "--db", db)
    assert code == 1
    assert text.startswith("ix_leadkit_keys_at: this index is missing (hint: CREATE INDEX ix_leadkit_keys_at")
