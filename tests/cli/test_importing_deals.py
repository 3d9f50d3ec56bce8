"""`leadkit import --opportunities`: counts, reasons, files, exit codes, and the way back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from leadkit.cli.commands import cli
from tests.desk.desks import address
from tests.desk.test_importing_deals import csv_of_leads, deal, sheet
from tests.desk.test_updates import row as lead_row

CHINESE = 'name = "ours"\nextends = "standard"\nlanguage = "zh_CN"\n'


@pytest.fixture
def db(tmp_path) -> str:
    return address("sqlite", tmp_path)


def run(*words: object) -> tuple[int, list[str]]:
    result = CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)
    return result.exit_code, result.output.splitlines()


def deals(folder: Path) -> Path:
    return sheet(folder / "deals.csv", deal(amount=5), deal(id="D2", name="x", lead_id="99"))


def test_alone_and_again(tmp_path, db):
    file = deals(tmp_path)
    code, lines = run("import", "--opportunities", file, "--db", db)
    assert (code, lines[0]) == (1, "opportunities: 1 opened, 0 amended, 0 done before, 1 set aside")
    assert "  row 3: 未采用: 系统中没有它的线索" in lines
    undo = lines[-1].removeprefix("to take this import back: leadkit ")
    assert run("import", "--opportunities", file, "--db", db)[1][0].startswith(
        "opportunities: 0 opened, 0 amended, 1 done"
    )
    (line,) = run("imports", "--db", db)[1][1:]
    assert line.endswith("deals.csv  1 opened, 1 set_aside")
    corrected = sheet(tmp_path / "next.csv", deal(amount=6))
    code, lines = run("import", "--opportunities", corrected, "--db", db)
    assert (code, lines[1]) == (0, "  row 2: D1 amended, amount: 5 -> 6")
    assert "D1 stays as it is: import_opportunity by system since" in "\n".join(run(*undo.split(), "--db", db)[1])
    back = run("undo", lines[-1].split()[-1], "--db", db)[1][0]
    assert back.endswith("0 kept; opportunities: 0 removed, 1 as before")


def test_a_dry_run_stores_nothing_and_writes_the_plan(tmp_path, db):
    plan = tmp_path / "plan.csv"
    code, lines = run("import", "--opportunities", deals(tmp_path), "--dry-run", "-o", plan, "--db", db)
    assert (code, lines[0]) == (1, "dry run, nothing is stored")
    assert lines.count("dry run, nothing is stored") == 1
    assert not any("leadkit undo" in line for line in lines)
    with plan.open(encoding="utf-8-sig", newline="") as stream:
        assert [row[2] for row in csv.reader(stream)][1:] == ["新商机", "未采用"]
    assert run("opportunity", "list", "--db", db)[1][1:] == []
    assert run("imports", "--db", db)[1][1:] == []


def test_the_rows_set_aside_can_be_mended_and_imported(tmp_path, db):
    aside = tmp_path / "aside.csv"
    run("import", "--opportunities", deals(tmp_path), "-o", aside, "--db", db)
    with aside.open(encoding="utf-8-sig", newline="") as stream:
        heads, line = csv.reader(stream)
    assert (line[0], heads[-1], line[-1]) == ("D2", "问题", "未采用: 系统中没有它的线索")
    line[heads.index("线索编号")] = ""
    with aside.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([heads, line])
    assert run("import", "--opportunities", aside, "--db", db)[0] == 0


def test_beside_a_lead_sheet_and_as_json(tmp_path, db):
    leads = csv_of_leads(tmp_path / "leads.csv", lead_row(1, need="机器人,预算80万,Q4落地"))
    code, lines = run("import", leads, "--opportunities", deals(tmp_path), "--json", "--db", db)
    document = json.loads("\n".join(lines))
    assert (code, document["counts"]["captured"]) == (1, 1)
    first, second = document["opportunities"]["rows"]
    assert (first["outcome"], first["lead_id"], first["lead_status"]) == ("opened", "1", "converted")
    assert (second["outcome"], second["place"]) == ("set_aside", ["", 3])
    assert len(run("imports", "--db", db)[1]) == 3


def test_in_chinese(tmp_path, db):
    policy = tmp_path / "ours.toml"
    policy.write_text(CHINESE, encoding="utf-8")
    words = ("--policy", policy, "--db", db)
    lines = run("import", "--opportunities", deals(tmp_path), *words)[1]
    assert lines[0] == "商机:新建 1,更正 0,已处理 0,未采用 1"
    assert "leadkit undo " in lines[-1]
    assert any("系统中没有它的线索" in line for line in lines)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--opportunities", "no.csv"), 3, "no.csv"),
        (("--opportunities", "a.csv", "--activities", "b.csv"), 2, "together with a lead sheet only"),
        ((), 2, "name a lead sheet"),
    ],
)
def test_what_can_not_be_done(db, words, code, message):
    done, lines = run("import", *words, "--db", db)
    assert (done, message in "\n".join(lines)) == (code, True)


def test_an_output_over_an_input_is_refused(tmp_path, db):
    file = deals(tmp_path)
    code, lines = run("import", "--opportunities", file, "-o", file, "--db", db)
    assert (code, "write over an input" in "\n".join(lines)) == (2, True)


def test_a_plan_holds_the_import(tmp_path, db):
    files = ("--opportunities", deals(tmp_path))
    code, lines = run("import", *files, "--dry-run", "--json", "--db", db)
    plan = tmp_path / "plan.json"
    plan.write_text("\n".join(lines), encoding="utf-8")
    run("import", "--opportunities", sheet(tmp_path / "other.csv", deal(amount=4)), "--db", db)
    code, lines = run("import", *files, "--plan", plan, "--db", db)
    assert (code, lines[0]) == (1, "opportunities: 0 opened, 0 amended, 0 done before, 2 set aside")
    assert any("would be amended" in line or "与计划不符" in line for line in lines)
    code, lines = run("import", *files, "--plan", files[1], "--db", db)
    assert (code, "is no plan of an import" in lines[0]) == (3, True)
