"""The commands of the desk as a user meets them: real stores, real processes, real kills."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

import leadkit as lk
from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.adapters.spreadsheets.write import write_csv, write_workbook
from leadkit.adapters.sql import open_sql
from leadkit.cli.commands import cli
from leadkit.cli.opening import aligned
from leadkit.demo.company import sample_tables
from leadkit.store.protocol import Query
from leadkit.store.tables import LEADS
from tests.desk.held import held

ROWS = 1500


def run(*words: object, said: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False, input=said)
    return result.exit_code, result.output


def write_sample(folder: Path, leads: int, activities: int) -> tuple[Path, Path]:
    files = (folder / "leads.xlsx", folder / "follow-ups.xlsx")
    for file, table in zip(files, sample_tables(leads=leads, activities=activities), strict=True):
        write_workbook(file, [table])
    return files


def migrated(folder: Path, name: str = "leadkit.db") -> str:
    url = f"sqlite:///{folder / name}"
    assert run("migrate", "--db", url)[0] == 0
    return url


@pytest.fixture(scope="module")
def sheets(tmp_path_factory) -> tuple[Path, Path]:
    return write_sample(tmp_path_factory.mktemp("sheets"), 60, 120)


@pytest.fixture
def db(sheets, tmp_path) -> str:
    """The address of a store with the leads of the sample."""
    url = migrated(tmp_path)
    assert run("import", sheets[0], "--activities", sheets[1], "--db", url)[0] == 1
    return url


class TestMigrate:
    """`migrate` brings a database to this schema; every other command asks for it by the exact words."""

    def test_twice_is_once(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'a.db'}"
        first, second = run("migrate", "--db", url), run("migrate", "--db", url)
        assert (first[0], second[0]) == (0, 0)
        assert "a.db now has schema" in first[1]
        assert "a.db is at schema" in second[1]

    @pytest.mark.parametrize("words", [["queue"], ["history", "1"], ["erase", "1", "--yes"], ["assign", "1"]])
    def test_a_database_without_the_schema_says_which_command_to_run(self, tmp_path, words):
        url = f"sqlite:///{tmp_path / 'a.db'}"
        code, said = run(*words, "--db", url)
        assert (code, said) == (3, f"leadkit: a.db: has no leadkit schema (hint: leadkit migrate --db {url})\n")
        assert not (tmp_path / "a.db").exists()

    @pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "postgresql://u:secret@127.0.0.1:1/x", "jsonl:/"])
    @pytest.mark.parametrize("command", ["queue", "migrate"])
    def test_a_wrong_address_is_one_line(self, command, url):
        code, said = run(command, "--db", url)
        assert (code, said.count("\n")) == (3, 1)
        assert all(line.startswith("leadkit: ") for line in said.splitlines())
        assert "secret" not in said


class TestImport:
    """`import` says what became of every row, and exits with 1 when rows were set aside."""

    def test_counts_and_reasons(self, sheets, tmp_path):
        url, aside = migrated(tmp_path), tmp_path / "aside.xlsx"
        code, said = run("import", sheets[0], "--activities", sheets[1], "--db", url, "-o", aside)
        lines = said.splitlines()
        assert code == 1
        assert lines[0] == "leads: 54 captured, 2 joined, 0 amended, 0 done before, 4 set aside"
        assert "  row 2: 联系人缺失; 电话无效; 邮箱无效" in lines
        assert "follow-ups: 118 recorded, 0 recorded before, 2 set aside" in lines
        assert lines[-1] == f"-> {aside}"
        assert [grid.sheet for grid in read_grids(aside)] == ["待修正线索", "需核对线索", "待修正跟进", "合并明细"]

    def test_set_aside_rows_are_written_as_score_writes_them(self, sheets, tmp_path):
        run("import", sheets[0], "--db", migrated(tmp_path), "-o", tmp_path / "a.xlsx")
        run("score", sheets[0], "-o", tmp_path / "b.xlsx")
        own, scored = (
            {grid.sheet: tuple(grid.rows) for grid in read_grids(tmp_path / name)} for name in ("a.xlsx", "b.xlsx")
        )
        assert own["待修正线索"] == scored["待修正线索"]

    def test_a_second_run_has_done_it_before(self, sheets, db):
        code, said = run("import", sheets[0], "--activities", sheets[1], "--db", db)
        assert code == 1
        assert "leads: 0 captured, 0 joined, 0 amended, 56 done before, 4 set aside" in said
        assert "follow-ups: 0 recorded, 118 recorded before, 2 set aside" in said

    def test_follow_ups_alone(self, sheets, tmp_path):
        url = migrated(tmp_path)
        run("import", sheets[0], "--db", url)
        code, said = run("import", "--activities", sheets[1], "--db", url)
        assert (code, said.splitlines()[0]) == (1, "follow-ups: 118 recorded, 0 recorded before, 2 set aside")

    def test_who_imported_it_stands_in_the_history(self, sheets, tmp_path):
        url = migrated(tmp_path)
        run("import", sheets[0], "--db", url, "--by", "mia", "--role", "marketing")
        assert "mia (marketing)  capture" in run("history", "1001", "--db", url)[1]

    @pytest.mark.parametrize("name", ["none.csv", "empty.csv", "blank.csv", "picture.csv", "words.csv", "a.xlsx", "."])
    def test_a_file_that_is_no_sheet_is_told_in_a_line_and_strange_heads_in_three(self, tmp_path, name):
        (tmp_path / "empty.csv").write_bytes(b"")
        (tmp_path / "blank.csv").write_text("\r\n\r\n")
        (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
        (tmp_path / "words.csv").write_text("just,words\r\n1,2\r\n")
        (tmp_path / "a.xlsx").write_bytes(b"PK\3\4" + b"x" * 100)
        code, said = run("import", tmp_path / name, "--db", migrated(tmp_path))
        assert (code, said.count("\n")) == (3, 3 if name == "words.csv" else 1)
        assert all(line.startswith("leadkit: ") for line in said.splitlines())

    def test_wrong_usage(self, sheets, db):
        assert run("import", "--db", db)[0] == 2
        assert run("import", sheets[0], "--db", db, "-o", sheets[0])[0] == 2
        assert run("import", sheets[0], "--db", db, "--by", "li")[0] == 2
        assert run("import", sheets[0], "--db", db, "--by", "li", "--role", "No Role")[0] == 2

    def test_a_role_that_may_not(self, sheets, tmp_path):
        code, said = run("import", sheets[0], "--db", migrated(tmp_path), "--by", "li", "--role", "legal")
        assert code == 3
        assert said.startswith("leadkit: capture: legal may not do this (hint: ")
        assert said.count("\n") == 1


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> tuple[Path, Path]:
    return write_sample(tmp_path_factory.mktemp("large"), ROWS, ROWS)


@pytest.fixture(scope="module")
def undisturbed(large, tmp_path_factory) -> dict[str, list[str]]:
    """What an import that nothing disturbs leaves."""
    url = migrated(tmp_path_factory.mktemp("once"))
    assert subprocess.run(_command(large, url), capture_output=True, check=False).returncode == 1
    return held(open_sql(url))


class TestKilled:
    """An import that was killed at any instant, and is run again, leaves what one run leaves."""

    @pytest.mark.parametrize("seed", range(2))
    def test_kills_at_random_instants(self, large, undisturbed, tmp_path, seed):
        url, dice = migrated(tmp_path), random.Random(seed)
        ends = []
        for more in (0, 1, 900):
            wanted = _stored(tmp_path) + more
            with subprocess.Popen(_command(large, url), stdout=subprocess.DEVNULL) as process:
                while process.poll() is None and _stored(tmp_path) < wanted:
                    time.sleep(0.01)
                time.sleep(dice.uniform(0, 0.4))
                process.kill()
            ends.append(process.returncode)
        assert -signal.SIGKILL in ends
        done = subprocess.run(_command(large, url), capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (1, b"")
        assert held(open_sql(url)) == undisturbed


def _stored(folder: Path) -> int:
    """How many rows of the sheets are in the store."""
    both = "SELECT (SELECT count(*) FROM leadkit_keys) + (SELECT count(*) FROM leadkit_activities)"
    with closing(sqlite3.connect(folder / "leadkit.db")) as connection:
        return connection.execute(both).fetchone()[0]


def _command(sheets: tuple[Path, Path], url: str) -> list[str]:
    leads, follow_ups = map(str, sheets)
    return [sys.executable, "-m", "leadkit", "import", leads, "--activities", follow_ups, "--db", url]


class TestShow:
    """`show` says everything that is known of a lead, in lines or as JSON."""

    def test_whom_to_call_and_where_it_stands(self, db):
        first = json.loads(run("queue", "--db", db, "--json", "--limit", "1")[1])[0]["id"]
        with lk.Desk("standard", db) as desk:
            state = desk.lead(first)
        code, said = run("show", first, "--db", db)
        assert code == 0
        lines = dict(line.split(maxsplit=1) for line in said.splitlines())
        assert (lines["contact.phone"], lines["company.name"]) == (state.lead.contact.phone, state.lead.company.name)
        assert (lines["status"], lines["points"]) == (state.status, str(state.points))
        told = json.loads(run("show", first, "--db", db, "--json")[1])
        assert (told["lead"]["contact"]["phone"], told["points"]) == (state.lead.contact.phone, str(state.points))
        assert run("show", "nobody", "--db", db)[0] == 3

    def test_an_output_that_can_not_be_written_is_refused_before_anything_is_taken_in(self, sheets, tmp_path):
        url = migrated(tmp_path)
        for out in ("aside.txt", "nowhere/aside.csv"):
            assert run("import", sheets[0], "--db", url, "-o", tmp_path / out)[0] == 2
        assert json.loads(run("queue", "--db", url, "--json")[1]) == []


class TestQueue:
    """`queue` lists leads by score, in columns that stand one below the other, or as JSON."""

    def test_the_highest_score_first(self, db):
        code, said = run("queue", "--db", db, "--json", "--limit", "1000")
        leads = json.loads(said)
        assert code == 0
        points = [Decimal(one["points"]) for one in leads]
        assert points == sorted(points, reverse=True)
        assert [one["rank"] for one in leads] == list(range(1, len(leads) + 1))

    def test_options_choose(self, db):
        every = json.loads(run("queue", "--db", db, "--json", "--limit", "1000")[1])
        for name in ("priority", "status"):
            for value in {one[name] for one in every}:
                chosen = json.loads(run("queue", "--db", db, "--json", f"--{name}", value, "--limit", "1000")[1])
                assert [one["id"] for one in chosen] == [one["id"] for one in every if one[name] == value]
        assert json.loads(run("queue", "--db", db, "--json", "--owner", "nobody")[1]) == []
        assert len(run("queue", "--db", db, "--limit", "3")[1].splitlines()) == 4

    def test_columns_are_aligned_for_chinese(self, db):
        lines = run("queue", "--db", db)[1].splitlines()
        places = {_cells(line[: line.rindex("  ")]) for line in lines[1:] if "有限公司" in line} and lines
        assert all(line == line.rstrip() for line in places)
        assert list(aligned([("一二", "x"), ("abc", "y"), ("e\u0301", "z")])) == ["一二  x", "abc   y", "e\u0301     z"]

    def test_a_company_name_can_not_forge_a_line(self):
        assert list(aligned([("a\nb\x1b[2J", "c")])) == ["a b [2J  c"]

    def test_an_open_lead_shows_what_to_ask(self, db):
        state = next(one for one in json.loads(run("queue", "--db", db, "--json", "--status", "new")[1]))
        line = next(line for line in run("queue", "--db", db)[1].splitlines() if f" {state['id']} " in line)
        assert line.endswith(", ".join(state["missing"][:3]))


def _cells(line: str) -> int:
    return len(line) + sum("一" <= sign <= "鿿" for sign in line)


class TestHistory:
    """`history` prints a line for everything that was done, in the order of time and in the policy's zone."""

    def test_the_oldest_first_in_the_policys_zone(self, db):
        code, said = run("history", "1001", "--db", db)
        times = [line[:16] for line in said.splitlines()]
        assert code == 0
        assert times == sorted(times)
        assert "2023-08-05 00:00" in times
        assert "capture" in said

    def test_an_unknown_lead(self, db):
        assert run("history", "nobody", "--db", db) == (
            3,
            "leadkit: nobody: there is no such lead (hint: leadkit queue lists the ids)\n",
        )


class TestErase:
    """`erase` asks, erases the person everywhere, and sweeps."""

    def test_it_asks(self, db):
        assert run("erase", "1001", "--db", db, said="n\n")[0] == 1
        assert run("erase", "1001", "--db", db, said="")[0] == 1
        assert "capture" in run("history", "1001", "--db", db)[1]
        assert run("erase", "1001", "--db", db, said="y\n")[0] == 0

    def test_nothing_of_the_person_is_left_in_the_files(self, db, tmp_path):
        phone = "1627"
        with lk.Desk("standard", db) as desk:
            contact = desk.lead("1001").lead.contact
            phone = contact.phone.replace(" ", "")
        assert run("erase", "1001", "--db", db, "--yes", "--by", "wu", "--role", "director") == (0, "1001 erased\n")
        left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert contact.email.encode() not in left
        assert phone.encode() not in left
        assert "reply" not in run("history", "1001", "--db", db)[1]
        code, said = run("erase", "1001", "--db", db, "--yes")
        assert (code, "was erased" in said) == (3, True)

    def test_while_others_read_the_person_is_erased_and_the_sweep_comes_later(self, db, monkeypatch):
        monkeypatch.setattr("leadkit.adapters.sql.engines.PATIENCE_SECONDS", 0.1)
        with lk.Desk("standard", db) as reader, reader.storage.transaction(read_only=True) as unit:
            assert unit.count(Query(LEADS))
            code, said = run("erase", "1001", "--db", db, "--yes")
        assert code == 3
        assert said.splitlines()[0] == "1001 erased; what it left behind in files is there until they are swept"
        assert "leadkit erase --sweep" in said
        assert run("erase", "--sweep", "--db", db)[0] == 0

    def test_sweeping_later(self, db):
        assert run("erase", "--sweep", "--db", db) == (0, "swept\n")
        assert run("erase", "--db", db)[0] == 2
        assert run("erase", "1001", "--sweep", "--db", db)[0] == 2

    def test_a_role_that_may_not(self, db):
        code, said = run("erase", "1001", "--db", db, "--yes", "--by", "li", "--role", "sales_rep")
        assert (code, said) == (
            3,
            "leadkit: erase: sales_rep may not do this (hint: allowed roles: director, system)\n",
        )


class TestTeam:
    """`enrol` adds members; `assign` gives a lead to one who may have it."""

    def test_enrol_and_assign(self, db):
        first = json.loads(run("queue", "--db", db, "--json", "--limit", "1")[1])[0]
        role = {"high": "senior_rep"}.get(first["priority"], "sales_rep")
        assert run("assign", first["id"], "--db", db)[0] == 3
        assert run("enrol", "li", "--role", role, "--capacity", "1", "--db", db) == (0, "li enrolled\n")
        assert run("assign", first["id"], "--db", db) == (0, f"{first['id']} -> li\n")
        assert [one["id"] for one in json.loads(run("queue", "--owner", "li", "--db", db, "--json")[1])] == [
            first["id"]
        ]
        left = "li changed\n  they have leads or opportunities, which nobody works on now\n"
        assert run("enrol", "li", "--role", role, "--inactive", "--db", db) == (0, left)
        code, said = run("assign", first["id"], "--to", "li", "--db", db)
        assert (code, "they are not active" in said) == (3, True)

    def test_who_gives_the_command(self, db):
        words = ["enrol", "li", "--role", "sales_rep", "--db", db, "--by", "bo"]
        assert run(*words)[0] == 2
        assert run(*words, "--by-role", "marketing")[0] == 3
        assert run(*words, "--by-role", "supervisor")[0] == 0
        assert run("enrol", "li", "--role", "Sales Rep", "--db", db)[0] == 2


class TestAnyMachine:
    """A C locale, Windows line ends, a Chinese path and no colour change nothing."""

    def test_a_chinese_path_and_windows_line_ends(self, tmp_path):
        folder = tmp_path / "线索 数据"
        folder.mkdir()
        leads, _ = sample_tables(leads=40, activities=10)
        write_csv(folder / "线索.csv", leads)
        assert b"\r\n" in (folder / "线索.csv").read_bytes()
        url = migrated(folder, "线索.db")
        code, _ = run("import", folder / "线索.csv", "--db", url, "-o", folder / "待修正.csv")
        assert code == 1
        assert (folder / "待修正.csv").exists()
        assert "有限公司" in run("queue", "--db", url)[1]

    def test_a_c_locale_without_a_terminal(self, db):
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        words = [sys.executable, "-m", "leadkit", "queue", "--db", db]
        done = subprocess.run(words, capture_output=True, check=False, env=env)
        assert (done.returncode, done.stderr) == (0, b"")
        assert "有限公司" in done.stdout.decode()
        assert b"\x1b" not in done.stdout

    def test_a_policy_that_a_file_brings(self, db, tmp_path):
        (tmp_path / "ours.toml").write_text('name = "ours"\nextends = "standard"\ntime_zone = "UTC"\n')
        assert "2023-08-04 16:00" in run("history", "1001", "--db", db, "--policy", tmp_path / "ours.toml")[1]
        code, said = run("queue", "--db", db, "--policy", "nowhere")
        assert (code, said.startswith("leadkit: ")) == (3, True)
