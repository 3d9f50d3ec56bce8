"""How a command ends when it is interrupted, when no space is left, and what its files let others see."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from leadkit.adapters.files import create_private, derived_names, replacing
from leadkit.adapters.spreadsheets.write import write_workbook
from leadkit.cli.commands import cli
from leadkit.demo.company import sample_tables

LEADKIT = (sys.executable, "-m", "leadkit")
MANY = 4_000
"""So many leads are imported in several batches, so that there is something between the first and the last."""


def run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)
    return result.exit_code, result.output


def started(*words: object, **settings: object) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen([*LEADKIT, *map(str, words)], stdout=pipe, stderr=pipe, text=True, **settings)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(scope="module")
def sheet(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("sheet") / "leads.xlsx"
    write_workbook(file, sample_tables(leads=60, activities=100)[:1])
    return file


class TestInterrupted:
    """Ctrl-C ends a command with one line and the exit code 130; what was stored is kept."""

    def stored(self, store: Path) -> int:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM leadkit_leads").fetchone()[0])

    def test_an_import_that_is_run_again_goes_on(self, tmp_path):
        write_workbook(tmp_path / "many.xlsx", sample_tables(leads=MANY, activities=2)[:1])
        store = tmp_path / "s.db"
        run("migrate", "--db", f"sqlite:///{store}")
        process = started("import", tmp_path / "many.xlsx", "--db", f"sqlite:///{store}")
        while process.poll() is None and not self.stored(store):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 130
        assert errors.strip() == "leadkit: interrupted; what was stored is kept: run it again to go on"
        kept = self.stored(store)
        assert 0 < kept < MANY
        code, output = run("import", tmp_path / "many.xlsx", "--db", f"sqlite:///{store}")
        captured, joined, amended, before, aside = map(int, re.findall(r"\d+", output.splitlines()[0]))
        assert (code, captured + joined + before + aside, before, amended) == (1, MANY, kept, 0)
        assert captured + joined + kept == self.stored(store)

    def test_another_command_leaves_no_file(self, tmp_path):
        write_workbook(tmp_path / "many.xlsx", sample_tables(leads=MANY, activities=2)[:1])
        process = started("score", tmp_path / "many.xlsx", "-o", tmp_path / "out.xlsx")
        while process.poll() is None and not self.reads(process.pid, tmp_path / "many.xlsx"):
            time.sleep(0.001)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors.strip()) == (130, "leadkit: interrupted; no file is half written")
        assert [file.name for file in tmp_path.iterdir()] == ["many.xlsx"]

    def reads(self, process: int, file: Path) -> bool:
        """Whether a process has a file open; true where the system does not tell."""
        folder = Path(f"/proc/{process}/fd")
        if not folder.is_dir():
            pytest.skip("this system has no /proc to see which files a process has open")
        try:
            return any(link.exists() and link.samefile(file) for link in folder.iterdir())
        except OSError:
            return False


class TestNoSpace:
    """A full disk ends a command with one line and the exit code 5; nothing else is printed and nothing is left."""

    limit = staticmethod(partial(resource.setrlimit, resource.RLIMIT_FSIZE, (4_000, 4_000)))

    @pytest.mark.parametrize("name", ["out.xlsx", "out.csv"])
    def test_for_a_sheet(self, sheet, tmp_path, name):
        (tmp_path / name).write_text("old")
        process = started("score", sheet, "-o", tmp_path / name, preexec_fn=self.limit)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 5
        assert errors.count("\n") == 1
        assert f"{name}: can't be written: no space is left" in errors
        assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [(name, "old")]

    @pytest.mark.parametrize("ending", ["json", "html", "xlsx"])
    def test_for_a_review(self, tmp_path, ending):
        (tmp_path / "l.csv").write_text("lead_id,status,received_at\n1,new,2023-08-01\n")
        (tmp_path / "o.csv").write_text("opportunity_id,status,opened_at,closed_at\n1,open,2023-08-02,\n")
        tables = ("--leads", tmp_path / "l.csv", "--opportunities", tmp_path / "o.csv", "--period", "2023-Q3")
        limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (1_000, 1_000))
        process = started("review", *tables, "-o", tmp_path / f"r.{ending}", preexec_fn=limit)
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors.count("\n")) == (5, 1)
        assert "no space is left" in errors
        assert sorted(file.name for file in tmp_path.iterdir()) == ["l.csv", "o.csv"]

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full to write to")
    def test_for_what_is_printed(self):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*LEADKIT, "explain", "role=user"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        assert (done.returncode, done.stderr) == (5, "leadkit: no space is left where the output goes\n")


class TestPrivate:
    """A new file is for its owner alone; one that is replaced keeps its mode."""

    @pytest.fixture(autouse=True)
    def open_mask(self):
        before = os.umask(0)
        yield
        os.umask(before)

    def test_sheets(self, sheet, tmp_path):
        run("score", sheet, "-o", tmp_path / "a.xlsx")
        run("score", sheet, "-o", tmp_path / "a.csv")
        assert {mode(file) for file in tmp_path.iterdir()} == {0o600}
        assert len(list(tmp_path.iterdir())) >= 4

    def test_a_store_and_its_review(self, tmp_path):
        run("migrate", "--db", f"sqlite:///{tmp_path / 's.db'}")
        for ending in ("html", "xlsx", "json"):
            words = ("--period", "2023-Q3", "--as-of", "2023-10-02", "-o", tmp_path / f"r.{ending}")
            assert run("review", "--db", f"sqlite:///{tmp_path / 's.db'}", *words)[0] == 0
        assert {file.name: mode(file) for file in tmp_path.iterdir()} == dict.fromkeys(
            ["s.db", "r.html", "r.xlsx", "r.json", *(f.name for f in tmp_path.glob("s.db-*"))], 0o600
        )

    def test_what_is_replaced_keeps_its_mode(self, sheet, tmp_path):
        (tmp_path / "a.xlsx").touch(0o640)
        run("score", sheet, "-o", tmp_path / "a.xlsx")
        assert mode(tmp_path / "a.xlsx") == 0o640

    def test_on_the_way_too(self, tmp_path):
        with replacing(tmp_path / "a") as part:
            assert (mode(part), mode(part.parent)) == (0o600, 0o700)

    def test_a_link_is_replaced_and_gives_no_mode(self, tmp_path):
        (tmp_path / "target").touch(0o644)
        (tmp_path / "a").symlink_to(tmp_path / "target")
        with replacing(tmp_path / "a") as part:
            part.write_text("new")
        assert not (tmp_path / "a").is_symlink()
        assert (mode(tmp_path / "a"), (tmp_path / "target").read_text()) == (0o600, "")

    def test_what_is_there_is_not_touched(self, tmp_path):
        (tmp_path / "a").touch(0o644)
        create_private(tmp_path / "a")
        create_private(tmp_path / "b")
        assert (mode(tmp_path / "a"), mode(tmp_path / "b")) == (0o644, 0o600)


class TestNamed:
    """A command writes only files that were named."""

    @pytest.mark.parametrize("place", range(1, 9))
    def test_no_file_beside_the_output_is_an_input(self, sheet, tmp_path, place):
        files = derived_names(tmp_path / "leads.csv", 9)
        files[place].write_bytes(sheet.read_bytes())
        code, output = run("score", files[place], "-o", files[0])
        assert (code, "name another file" in output) == (2, True)
        assert [file.read_bytes() for file in tmp_path.iterdir()] == [sheet.read_bytes()]

    def test_an_input_by_another_link_is_not_written_over(self, sheet, tmp_path):
        os.link(sheet, tmp_path / "a.xlsx")
        assert run("score", sheet, "-o", tmp_path / "a.xlsx")[0] == 2

    @pytest.mark.parametrize("command", ["score", "import"])
    @pytest.mark.parametrize("place", range(1, 9))
    def test_no_file_beside_the_output_is_written_over(self, sheet, tmp_path, command, place):
        file = derived_names(tmp_path / "out.csv", 9)[place]
        file.write_text("precious")
        store = tmp_path / "s.db"
        run("migrate", "--db", f"sqlite:///{store}")
        words = ("--db", f"sqlite:///{store}") if command == "import" else ()
        code, output = run(command, sheet, "-o", tmp_path / "out.csv", *words)
        assert (code, f"might write over {file.name}" in output) == (2, True)
        assert file.read_text() == "precious"
        assert [file.name for file in tmp_path.glob("*.csv")] == [file.name]
        assert json.loads(run("queue", "--db", f"sqlite:///{store}", "--json")[1]) == []

    @pytest.mark.parametrize("name", ["leads.db", "leads.xlsx", "review.html"])
    def test_a_demo_asks_before_it_replaces(self, tmp_path, name):
        (tmp_path / name).write_text("precious")
        code, output = run("demo", "-o", tmp_path)
        assert (code, f"has {name} already; --replace" in output) == (2, True)
        assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [(name, "precious")]


class TestTerminal:
    """What a lead is called is printed, and never acted upon."""

    @pytest.mark.parametrize("explained", [(), ("--explain",)])
    def test_no_escape_reaches_it(self, tmp_path, explained):
        heads = "线索来源,企业名称,行业,企业规模,联系人,职位,电话,邮箱,初步需求描述"
        evil = "甲\x1b]0;x\x07\x1b[31m\u202e公司"
        needs = "采购机器人\x1b[7m 预算50\x1b[0m万"
        row = f"官网,{evil},智能制造\x1b[1m,中型\x1b[2J,张三,总\x1b[5m经理,13912345678,a@b.example,{needs}"
        (tmp_path / "a.csv").write_text(f"{heads}\n{row}\n", encoding="utf-8")
        _, output = run("score", tmp_path / "a.csv", "--as-of", "2026-11-30", *explained)
        assert "公司" in output
        assert all(sign.isprintable() or sign == "\n" for sign in output)

    def test_not_of_the_other_commands_on_sheets_either(self, tmp_path):
        evil = "\x1b]0;x\x07\x1b[31m"
        (tmp_path / "a.csv").write_text(
            f"序号,线索来源,企业名称,电话,{evil}列\n1{evil},官网,甲{evil},13912345678,{evil}\n2,,乙,{evil},x\n",
            encoding="utf-8",
        )
        store = f"sqlite:///{tmp_path / 's.db'}"
        run("migrate", "--db", store)
        for words in (("import", "--db", store), ("heads",), ("diff", "standard", "machinery", "--leads")):
            _, output = run(*words, tmp_path / "a.csv")
            assert [sign for sign in output if not sign.isprintable() and sign != "\n"] == [], words

    @pytest.mark.parametrize("columns", ["40", "80", "100", "120", "300"])
    def test_a_lead_takes_one_line_that_fits(self, sheet, columns, monkeypatch):
        from unicodedata import east_asian_width

        monkeypatch.setenv("COLUMNS", columns)
        _, output = run("score", sheet, "--as-of", "2023-09-30")
        ranked = [line for line in output.splitlines() if line[:3].strip().isdigit() and line[3:4] == " "]
        assert len(ranked) == 10
        for line in ranked:
            assert sum(1 + (east_asian_width(sign) in "WF") for sign in line) <= min(max(int(columns), 80), 120)
