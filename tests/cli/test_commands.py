"""The command line as a user meets it: real files, real exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

import leadkit as lk
from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.adapters.spreadsheets.write import write_workbook
from leadkit.cli.commands import cli
from leadkit.demo.company import sample_tables


def run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def sheets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sheets")
    for name, table in zip(("leads", "activities"), sample_tables(leads=60, activities=150), strict=True):
        write_workbook(folder / f"{name}.xlsx", [table])
    return folder


def test_score_writes_the_list_and_says_that_rows_were_set_aside(sheets, tmp_path):
    out = tmp_path / "scored.xlsx"
    code, said = run(
        "score", sheets / "leads.xlsx", "--activities", sheets / "activities.xlsx", "--as-of", "2023-09-30", "-o", out
    )
    assert code == 1
    assert said.startswith("今日联系")
    assert "线索行 60" in said
    grids = {grid.sheet: grid for grid in read_grids(out)}
    assert list(grids) == ["今日", "线索评分", "待修正线索", "需核对线索", "待修正跟进", "合并明细"]
    heads, *rows = [cells for _, cells in grids["线索评分"].rows]
    points = [row[heads.index("得分")] for row in rows if row[heads.index("筛选结果")] != "无效"]
    assert points == sorted(points, reverse=True)


def test_a_second_run_gives_the_same_list(sheets, tmp_path):
    outs = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for out in outs:
        run("score", sheets / "leads.xlsx", "--as-of", "2023-09-30", "-o", out)
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_set_aside_rows_can_be_mended_and_fed_back(sheets, tmp_path):
    out = tmp_path / "scored.csv"
    run("score", sheets / "leads.xlsx", "--as-of", "2023-09-30", "-o", out)
    code, said = run("score", tmp_path / "scored-2.csv", "--as-of", "2023-09-30")
    assert code == 1
    assert "待修正线索" in said


def test_a_missing_file_is_refused(tmp_path):
    code, said = run("score", tmp_path / "none.xlsx")
    assert code == 3
    assert "none.xlsx" in said


def test_explain(standard):
    code, said = run("explain", "company_size=large", "webinar=2", "--as-of", "2023-09-30T00:00+00:00")
    assert code == 0
    assert said.startswith("50 points · priority medium")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("rolle=user", "did you mean 'role'?"),
        ("webinr=2", "did you mean 'webinar'?"),
        ("role=boss", "one of decision_maker, influencer, user"),
        ("intent=maybe", "true or false"),
        ("budget=much", "a number"),
        ("budget=inf", "a number"),
    ],
)
def test_explain_refuses_what_it_does_not_know(word, said):
    code, output = run("explain", word)
    assert code == 2
    assert said in output


def test_explain_reads_what_facts_and_levels_are_called():
    words = ("企业规模=大型", "budget=5万", "参加线上研讨会=2", "有效电话=是")
    codes = ("company_size=large", "budget=50000", "webinar=2", "phone_valid=true")
    at = ("--as-of", "2023-09-30T00:00+00:00")
    assert run("explain", *words, *at) == run("explain", *codes, *at)


def test_explain_takes_the_age_of_an_event():
    words = ["trial_started=1@59d", "trial_started=1@60d", "role=user", "--policy", "software_services"]
    assert run("explain", *words)[1].startswith("30 points")
    assert "given twice" in run("explain", "role=user", "role=influencer")[1]
    assert "webinar=2@90d" in run("explain", "webinar=1.5")[1]


def test_an_input_is_not_written_over(sheets):
    before = (sheets / "leads.xlsx").read_bytes()
    code, said = run("score", sheets / "leads.xlsx", "-o", sheets / "leads.xlsx")
    assert (code, "name another file" in said) == (2, True)
    assert (sheets / "leads.xlsx").read_bytes() == before
    assert run("diff", "standard", "machinery", "--activities", sheets / "activities.xlsx")[0] == 2


def test_check(tmp_path):
    assert run("check", "standard") == (0, run("check", "standard")[1])
    file = tmp_path / "own.toml"
    file.write_text('name = "own"\nextends = "standard"\n[scoring]\nlimit = -1\n')
    code, said = run("check", file)
    assert code == 1
    assert f"{file}:4:1 scoring.limit" in said
    assert json.loads(run("check", file, "--json")[1])["refused"][0]["path"] == "scoring.limit"


def test_a_terminal_without_chinese_gets_question_marks(tmp_path):
    words = [sys.executable, "-m", "leadkit", "explain", "role=user", "--language", "zh_CN"]
    done = subprocess.run(words, capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "cp1252"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"10?")


def test_schema_is_json():
    code, said = run("schema")
    assert code == 0
    assert "scoring" in json.loads(said)["properties"]


def test_a_schema_has_the_names_of_a_policy():
    code, printed = run("schema", "standard")
    assert (code, json.loads(printed)) == (0, lk.json_schema(lk.load_policy("standard")))
    code, printed = run("schema", "standrd")
    assert code == 3
    assert "did you mean 'standard'?" in printed
    assert run("schema", "standard", "--command", "convert")[0] == 2
