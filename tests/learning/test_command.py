"""`leadkit learn` and `leadkit calibrate` on files: facts, outcomes, a report; what is wrong is said with its place."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import leadkit as lk
from leadkit.adapters.case_files import read_cases
from leadkit.adapters.spreadsheets.read import read_leads
from leadkit.cli.commands import cli
from leadkit.learning.toml import tables
from tests.learning.made import AS_OF, cases, policy

HEADS = ("lead_id", "Size", "source", "age", "noise", "visit", "won", "opened_at")


def run(*arguments: object, code: int = 0) -> str:
    """What a command prints, where it ends with `code`."""
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert done.exit_code == code, done.output
    return done.stdout if "--json" in arguments else done.output


def write_cases(path: Path, rows: list[lk.reviews.Outcome]) -> Path:
    """The cases as a table of facts, as somebody may keep it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADS)
        for number, case in enumerate(rows):
            facts = [case.lead.get(name) or ("" if name != "age" else 0) for name in ("size", "source", "age", "noise")]
            opened = case.at.date().isoformat() if case.at else ""
            writer.writerow([f"L{number}", *facts, case.activities["visit"], "Won" if case.won else "lost", opened])
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("learn")
    document = policy().document.model_dump(mode="python", by_alias=True, exclude_defaults=True)
    document["activities"] = {"visit": {"words": ["visit"]}}
    (folder / "ours.toml").write_text("\n".join(tables(document)), encoding="utf-8")
    write_cases(folder / "cases.csv", cases(600, dated=True))
    write_cases(folder / "noise.csv", cases(200, 5, signal=False))
    return folder


class TestLearn:
    """From a table of facts to a policy, a page, and JSON."""

    def test_a_table_of_facts_is_enough(self, folder):
        output, page = folder / "learned.toml", folder / "learned.html"
        said = run(
            "learn", "--leads", folder / "cases.csv", "--from", folder / "ours.toml", "-o", output, "--report", page,
            "--samples", 2, "--as-of", "2026-01-02",
        )  # fmt: skip
        assert said.startswith("Better: ")
        learned = lk.load_policy(output)
        assert {code for _, code, _ in learned.document.scoring.rules} >= {"firm_size", "source", "age"}
        html = page.read_text("utf-8")
        assert "Content-Security-Policy" in html
        assert not re.search(r"<script|https?://(?!www\.w3\.org)", html)
        assert "firm_size" in html

    def test_the_page_is_in_chinese_too(self, folder):
        page = folder / "zh.html"
        run("learn", "--leads", folder / "cases.csv", "--from", folder / "ours.toml", "--report", page, "--language",
            "zh_CN", "--samples", 0, "--as-of", "2026-01-02")  # fmt: skip
        assert "由成交结果学得的分值" in page.read_text("utf-8")

    def test_without_a_signal_nothing_is_written(self, folder):
        output = folder / "noise.toml"
        given = ("learn", "--leads", folder / "noise.csv", "--from", folder / "ours.toml", "-o", output, "--samples", 0)
        assert run(*given, code=1).startswith("No signal")
        assert not output.exists()
        run(*given, "--anyway", code=1)
        assert "NO SIGNAL" in output.read_text("utf-8")

    def test_few_rows_that_say_nothing_end_with_a_word_and_no_trace(self, folder):
        for seed in range(6):
            rows = write_cases(folder / "few.csv", cases(60, seed, signal=False))
            given = ("learn", "--leads", rows, "--from", folder / "ours.toml", "--facts", "noise", "--samples", 0)
            done = CliRunner().invoke(cli, [str(argument) for argument in given])
            assert done.exit_code in {1, 3}
            assert done.output.startswith("No signal" if done.exit_code == 1 else "leadkit: cases: nothing tells")

    def test_json_has_the_verdict(self, folder):
        said = json.loads(run("learn", "--leads", folder / "noise.csv", "--from", folder / "ours.toml", "--json",
                              "--samples", 0, code=1))  # fmt: skip
        assert said["verdict"] == "no_signal"

    @pytest.mark.parametrize("high", ["20", "0%", "100%", "many/week", "-1/week"])
    def test_a_capacity_that_is_none_is_wrong_usage(self, folder, high):
        said = run("learn", "--leads", folder / "cases.csv", "--from", folder / "ours.toml", "--high", high, code=2)
        assert "20% or 40/week" in said

    def test_the_policy_it_starts_from_is_not_written_over(self, folder):
        ours = folder / "ours.toml"
        run("learn", "--leads", folder / "cases.csv", "--from", ours, "-o", ours, code=2)

    def test_cells_that_say_something_else_are_named_with_their_places(self, folder):
        bad = folder / "bad.csv"
        bad.write_text("lead_id,age,visit,won\n1,old,3,won\n2,5,often,lost\n", encoding="utf-8")
        said = run("learn", "--leads", bad, "--from", folder / "ours.toml", code=3)
        assert "bad.csv, row 2, column 'age': must be a number" in said
        assert "bad.csv, row 3, column 'visit': must be a number of events" in said

    def test_a_table_without_outcomes_says_what_is_missing(self, folder):
        bare = folder / "bare.csv"
        bare.write_text("lead_id,age\n1,5\n", encoding="utf-8")
        assert "does not say which cases were won" in run(
            "learn", "--leads", bare, "--from", folder / "ours.toml", code=3
        )


class TestCalibrate:
    """The same files, compared with a policy as it is."""

    def test_a_table_of_facts(self, folder):
        said = json.loads(run("calibrate", "--leads", folder / "cases.csv", "--policy", folder / "ours.toml", "--json"))
        expected = lk.reviews.calibrate(policy(), cases(600, dated=True), as_of=AS_OF)
        assert said["base"]["met"] == expected.base.met
        assert said["concordance"] == str(expected.concordance)

    def test_leads_and_opportunities_apart(self, folder):
        leads, deals = folder / "leads.csv", folder / "deals.csv"
        leads.write_text(
            "lead_id,size,received_at\n1,large,2025-01-01\n2,small,2025-01-01\n3,small,2025-01-01\n", "utf-8"
        )
        deals.write_text(
            "opportunity_id,lead_id,status,opened_at,closed_at\n"
            "a,1,won,2025-02-01,2025-03-01\nb,2,lost,2025-02-01,2025-03-01\nc,9,won,2025-02-01,2025-03-01\n",
            "utf-8",
        )
        given = ("calibrate", "--leads", leads, "--opportunities", deals, "--policy", folder / "ours.toml", "--json")
        assert json.loads(run(*given, "--as-of", "2025-12-01"))["base"]["of"] == 2
        every = json.loads(run(*given, "--as-of", "2025-12-01", "--unopened-days", 90))["base"]
        assert (every["met"], every["of"]) == (1, 3)

    def test_opportunities_need_leads(self, folder):
        assert "go with --leads" in run("calibrate", "--opportunities", folder / "deals.csv", code=2)


class TestLeftOut:
    """Whatever row is no case is counted and said, and none is dropped without a word."""

    def test_every_row_is_a_case_or_counted(self, folder):
        leads, deals, acts = folder / "some.csv", folder / "some_deals.csv", folder / "some_acts.csv"
        leads.write_text(
            "lead_id,size,received_at\n1,large,2025-01-01\n2,small,2025-01-01\n3,small,2025-01-01\n"
            "4,small,2025-11-20\n5,small,\n6,small,2025-01-01\n",
            "utf-8",
        )
        deals.write_text(
            "opportunity_id,lead_id,status,opened_at,closed_at\n"
            "a,1,won,2025-02-01,2025-03-01\nb,2,lost,2025-02-01,2025-03-01\nc,9,won,2025-02-01,2025-03-01\n"
            "d,3,open,2025-02-01,\n",
            "utf-8",
        )
        acts.write_text("线索ID,跟进时间,跟进方式,反馈\n1,2025-01-15,电话,好\n77,2025-01-15,电话,好\n", "utf-8")
        start = lk.load_policy(folder / "ours.toml")
        now = AS_OF.replace(year=2025, month=12)
        read = read_cases(leads, deals, start, activities=acts, as_of=now, unopened_days=90)
        assert len(read.cases) == 3
        assert read.left_out == {"unknown_lead": 1, "still_open": 1, "young": 2, "activities_set_aside": 1}
        given = ("calibrate", "--leads", leads, "--opportunities", deals, "--policy", folder / "ours.toml")
        said = run(*given, "--as-of", "2025-12-01", "--unopened-days", 90)
        for line in (
            "left out: 1 opportunities whose lead is not in the file of leads",
            "left out: 1 opportunities that have not ended",
            "left out: 2 leads without an opportunity that came too short",
        ):
            assert line in said

    def test_rows_that_say_no_ending(self, folder):
        rows = folder / "half.csv"
        rows.write_text("lead_id,size,won\n1,large,won\n2,small,\n3,small,perhaps\n", "utf-8")
        read = read_cases(rows, None, lk.load_policy(folder / "ours.toml"), as_of=AS_OF)
        assert (len(read.cases), read.left_out) == (1, {"no_ending": 2})

    def test_activities_beside_a_table_that_says_won_are_refused(self, folder):
        given = ("--leads", folder / "cases.csv", "--activities", folder / "nowhere.csv")
        assert "activities don't go with" in run("calibrate", *given, "--policy", folder / "ours.toml", code=3)

    def test_invalid_leads_are_no_lost_cases(self, folder, standard):
        leads, deals = folder / "sheet.csv", folder / "sheet_deals.csv"
        heads = "序号,线索来源,企业名称,企业规模,行业,联系人,职位,电话,初步需求描述,录入时间"
        rows = [
            f"{number},官网,测{number}智造有限公司,500人,智能制造,王{number},采购总监,138001{number:05},"
            f'"采购设备,预算{"5" if number > 5 else "50-80"}万,Q4落地",2025-01-01'
            for number in range(1, 11)
        ]
        leads.write_text("\n".join([heads, *rows, "11,,,,,,,,,"]) + "\n", "utf-8")
        deals.write_text("opportunity_id,lead_id,status,opened_at,closed_at\nO1,1,won,2025-02-01,2025-03-01\n", "utf-8")
        read = read_cases(leads, deals, standard, as_of=AS_OF, unopened_days=30)
        records = read_leads(leads, standard, as_of=AS_OF).records
        invalid = [lead for lead in records if standard.screen(lead, as_of=AS_OF).outcome == "invalid"]
        assert len(invalid) == 5
        assert read.left_out == {"invalid": 5, "set_aside": 1}
        assert len(read.cases) == 5

    @pytest.mark.parametrize("command", ["learn", "drift"])
    def test_cases_without_a_time_are_told_where_a_day_parts_them(self, folder, command):
        rows = write_cases(folder / "mixed.csv", [*cases(100, dated=True), *cases(7, 3)])
        policy_option = "--from" if command == "learn" else "--policy"
        given = ("--leads", rows, policy_option, folder / "ours.toml", "--since", "2025-10-01")
        more = ("--samples", 0, "--mature-days", 0) if command == "learn" else ()
        done = CliRunner().invoke(cli, [str(part) for part in (command, *given, *more)])
        assert "left out: 7 cases without a time" in done.output


class TestDrift:
    """`leadkit drift` on the same files, and on a store."""

    def test_what_moved_since_a_day(self, folder):
        given = ("drift", "--leads", folder / "cases.csv", "--policy", folder / "ours.toml", "--since", "2025-07-01")
        found = lk.reviews.drift(policy(), cases(600, dated=True), since=AS_OF.replace(year=2025, month=7))
        said = json.loads(run(*given, "--json", code=found.verdict == "learn_again"))
        assert said["verdict"] == found.verdict
        assert said["before"]["of"] + said["now"]["of"] == 600


class TestStore:
    """A store has cases of its own; too few of them are refused in the reader's language."""

    def test_too_few_cases_are_refused(self, tmp_path):
        lk.migrate(f"sqlite:///{tmp_path / 'leads.db'}")
        (tmp_path / "zh.toml").write_text('name = "zh"\nextends = "standard"\nlanguage = "zh_CN"\n', encoding="utf-8")
        given = ("--db", f"sqlite:///{tmp_path / 'leads.db'}", "--from")
        assert "too few to learn from" in run("learn", *given, "standard", code=3)
        assert "太少，无法学习".replace("，", ",") in run("learn", *given, tmp_path / "zh.toml", code=3)
