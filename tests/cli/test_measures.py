"""The notes and measures of reviews in the terminal, in both languages."""

from __future__ import annotations

import json

import pytest

from leadkit.adapters.spreadsheets.grid import read_grids
from tests.cli.test_deals import policy, run
from tests.desk.desks import address, open_desk, team

BOSS = ("--by", "lin", "--role", "supervisor")
TASK = "every lead@fair is called within a day@li@2023-12-31"


@pytest.fixture
def db(tmp_path) -> str:
    url = address("sqlite", tmp_path)
    with open_desk(url) as desk:
        team(desk, li="sales_rep", mei="marketing")
    return url


def columns(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def noted(db: str, *more: str) -> tuple[int, str]:
    words = ("--worked", "visits", "--failed", "price", "--failed", "late", "--improve", "quotes", "--measure", TASK)
    return run("note-review", "2023-Q3", *words, *BOSS, *more, "--db", db)


class TestEnglish:
    def test_notes_are_kept_and_measures_listed_and_finished(self, db):
        assert noted(db) == (0, "noted: 2023-Q3-1, 2023-Q3-2, 2023-Q3-3, 2023-Q3-4, 2023-Q3-5\n")
        heads, line = run("measures", "--db", db)[1].splitlines()
        assert columns(heads) == ["id", "period", "measure", "owner", "due", "done"]
        assert columns(line) == [
            "2023-Q3-5",
            "2023-Q3",
            "every lead@fair is called within a day",
            "li",
            "2023-12-31",
            "-",
        ]
        assert run("finish-measure", "2023-Q3-5", *BOSS, "--db", db) == (0, "done: 2023-Q3-5\n")
        assert len(run("measures", "--open", "--db", db)[1].splitlines()) == 1
        (measure,) = json.loads(run("measures", "--json", "--db", db)[1])
        assert (measure["owner"], measure["due"], measure["done_by"]) == ("li", "2023-12-31", "lin")

    def test_the_review_shows_them_in_every_form(self, db, tmp_path):
        noted(db)
        until = ("--as-of", "2024-01-15")
        for ending in ("html", "xlsx", "json"):
            file = tmp_path / f"review.{ending}"
            code, said = run("review", "--period", "2023-Q4", *until, "--db", db, "-o", str(file), "--language", "en")
            assert (code, "Measures of the reviews" in said, "open, overdue" in said) == (0, True, True)
            grids = read_grids(file) if ending == "xlsx" else ()
            words = str([list(grid.rows) for grid in grids]) if grids else file.read_text("utf-8")
            assert "every lead@fair is called within a day" in words
        run("review", "--period", "2023-Q3", "--db", db, "-o", str(tmp_path / "q3.json"))
        notes = json.loads((tmp_path / "q3.json").read_text("utf-8"))["notes"]
        assert notes == {"worked": ["visits"], "failed": ["price", "late"], "improve": ["quotes"]}

    @pytest.mark.parametrize("measure", ["call them", "call them@li", "@li@2023-12-31", "call them@@2023-12-31"])
    def test_what_is_no_measure_is_refused(self, db, measure):
        code, said = run("note-review", "2023-Q3", "--measure", measure, *BOSS, "--db", db)
        assert (code, "not a measure such as call them@chen@2026-12-31" in said) == (2, True)

    def test_no_day_is_refused(self, db):
        assert run("note-review", "2023-Q3", "--measure", "call@li@soon", *BOSS, "--db", db)[0] == 2


class TestChinese:
    def test_words_in_and_out(self, db, tmp_path):
        speaking = ("--policy", policy(tmp_path), "--db", db)
        boss = ("--by", "lin", "--role", "主管")
        given = ("--worked", "高层拜访", "--measure", "优化落地页@mei@2023年12月31日")
        assert run("note-review", "2023年第三季度", *given, *boss, *speaking) == (0, "已记录:2023-Q3-1, 2023-Q3-2\n")
        heads, line = run("measures", *speaking)[1].splitlines()
        assert columns(heads) == ["编号", "周期", "改进措施", "负责人", "截止日期", "完成时间"]
        assert columns(line) == ["2023-Q3-2", "2023年Q3", "优化落地页", "mei", "2023-12-31", "-"]
        code, said = run("note-review", "2023-Q3", *given, "--measure", "电话@zoe@2023-12-31", *boss, *speaking)
        assert code == 3
        assert "已经记录过(提示:请去掉)" in said.replace("（", "(").replace("）", ")").replace("：", ":")
        assert "负责人不是在职的团队成员" in said
        review = run("review", "--period", "2023Q4", "--as-of", "2024-01-01", *speaking)[1]
        assert [columns(line) for line in review.splitlines() if "优化落地页" in line] == [
            ["优化落地页", "mei", "2023-12-31", "2023年Q3", "未完成，已逾期"]
        ]
        assert run("finish-measure", "2023-Q3-2", *boss, *speaking) == (0, "已完成:2023-Q3-2\n")
        code, said = run("finish-measure", "2023-Q3-2", *boss, *speaking)
        assert (code, "已经完成" in said, "没有未完成的改进措施" in said) == (3, True, True)
        assert "完成改进措施" in run("changes", *speaking)[1]
