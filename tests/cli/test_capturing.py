"""`leadkit capture` takes one lead in, and reads its values as those of a row in a sheet."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import leadkit as lk
from leadkit.cli.commands import cli
from leadkit.desk.importing import import_leads
from tests.desk.desks import address

CELLS = {
    "线索来源": "展会-2026工博会",
    "企业名称": "北辰智造有限公司",
    "行业": "智能制造",
    "企业规模": "500人",
    "联系人": "王一",
    "职位": "采购总监",
    "电话": "13812345001",
    "初步需求描述": "采购机器人2台",
}


@pytest.fixture
def db(tmp_path) -> str:
    return address("sqlite", tmp_path)


def policy(folder: Path, language: str = "en") -> Path:
    file = folder / f"{language}.toml"
    file.write_text(f'name = "ours"\nextends = "standard"\nlanguage = "{language}"\n', encoding="utf-8")
    return file


def run(db: str, folder: Path, *values: str, language: str = "en", **options: str) -> Result:
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    given = ["capture", *values, "--db", db, "--policy", str(policy(folder, language)), *words]
    return CliRunner().invoke(cli, given, catch_exceptions=False)


def cells(**more: str) -> list[str]:
    return [f"{name}={value}" for name, value in {**CELLS, **more}.items()]


def only(db: str) -> Any:
    with lk.Desk("standard", db) as desk:
        (state,) = desk.leads()
        return state


class TestOneLead:
    def test_its_id_and_its_points(self, tmp_path, db):
        result = run(db, tmp_path, *cells(budget="50-80万", purchase_by="2099-12-01", product="机器人"))
        state = only(db)
        assert result.output == f"{state.id} captured: valid, {state.points} points, priority {state.priority}\n"
        need = state.lead.need
        assert (need.budget.low, need.budget.high) == (Decimal(500_000), Decimal(800_000))
        assert need.purchase_by == date(2099, 12, 1)
        assert (state.lead.source.channel, state.lead.source.detail) == ("展会", "2026工博会")

    def test_is_the_lead_that_a_row_of_a_sheet_is(self, tmp_path, db):
        more = {"预算": "50-80万", "来源标签": "展会 A", "邮箱": "w1@t1.example"}
        run(db, tmp_path, *cells(**more, 序号="7"))
        file = tmp_path / "leads.csv"
        heads, row = ",".join({"序号": 0, **CELLS, **more}), ",".join(["7", *CELLS.values(), *more.values()])
        file.write_text(f"{heads}\n{row}\n", encoding="utf-8")
        other = lk.Desk("standard")
        import_leads(other, file)
        assert only(db).lead == other.leads()[0].lead

    @pytest.mark.parametrize(
        "phone", ["电话=13812345001", "Phone=13812345001", "phone=13812345001", "contact.phone=13812345001"]
    )
    def test_by_any_name_of_a_field(self, tmp_path, db, phone):
        values = [value for value in cells() if not value.startswith("电话")]
        assert run(db, tmp_path, *values, phone).exit_code == 0
        assert only(db).lead.contact.phone == "13812345001"

    def test_who_captured_it_stands_in_its_history(self, tmp_path, db):
        run(db, tmp_path, *cells(), by="chen", role="sales_rep")
        with lk.Desk("standard", db) as desk:
            assert desk.history(only(db).id)[0].actor == "chen"

    def test_under_one_key_once(self, tmp_path, db):
        values = cells(序号="7")
        assert run(db, tmp_path, *values, key="k").exit_code == 0
        assert run(db, tmp_path, *values, key="k").exit_code == 0
        assert only(db).id == "7"

    def test_as_json(self, tmp_path, db):
        values = [*cells(序号="7"), "--json"]
        document = json.loads(run(db, tmp_path, *values).output)
        assert (document["lead_id"], document["outcome"], document["status"]) == ("7", "captured", "new")
        assert document["unknown"] == ["budget_match"]
        assert "budget" in document["missing"]

    def test_what_is_unknown(self, tmp_path, db):
        first, second = run(db, tmp_path, *cells(序号="7")).output.splitlines()
        assert first.startswith("7 captured: new, ")
        assert ", to ask: " in first
        assert second == "  not known, and worth points: budget_match"

    def test_in_the_teams_language(self, tmp_path, db):
        lines = run(db, tmp_path, *cells(序号="7"), language="zh_CN").output.splitlines()
        assert lines[0].startswith("7 ")
        assert "优先级" in lines[0]
        assert lines[-1].startswith("  未知且影响得分:")


class TestKnownAlready:
    def test_is_joined_and_what_it_says_otherwise_is_named(self, tmp_path, db):
        run(db, tmp_path, *cells(序号="7"))
        again = run(db, tmp_path, *cells(职位="董事长")).output.splitlines()
        assert again[0].startswith("7 joined: ")
        assert again[1] == "  known by phone, says otherwise: job_title"
        assert only(db).id == "7"

    def test_one_that_says_nothing_new(self, tmp_path, db):
        run(db, tmp_path, *cells(序号="7"))
        again = run(db, tmp_path, *cells())
        assert again.output.startswith("7 repeated: ")


class TestRefused:
    def refused(self, db: str, tmp_path: Path, *values: str, **how: Any) -> str:
        result = run(db, tmp_path, *values, **how)
        assert result.exit_code == 2
        with lk.Desk("standard", db) as desk:
            assert desk.leads() == ()
        return result.output

    def test_all_that_is_wrong_at_once(self, tmp_path, db):
        values = [
            "电话=13812345001",
            "colour=red",
            "phone",
            "预算=viel",
            "purchase_by=irgendwann",
            "电话=1",
            "行业=制造",
            "行业=能源",
        ]
        said = self.refused(db, tmp_path, *values)
        for words in (
            "colour: no such field",
            "phone: write FIELD=VALUE",
            "行业: is given twice",
            "budget is not a number",
            "purchase_by is not a date",
            *(f"{name} is missing" for name in ("source", "company", "company_size", "contact", "job_title", "need")),
        ):
            assert words in said, said
        assert "industry is missing" not in said

    @pytest.mark.parametrize(
        ("field", "words"),
        [
            ("received_at=2099-01-01", "received_at lies in the future"),
            ("entered_at=yesterday-ish", "entered_at is not a date"),
            ("owner=nobody", "owner is nobody of the team"),
            ("status=valid", "status: no such field"),
            ("other_contacts=x", "other_contacts: no such field"),
        ],
    )
    def test_what_is_none(self, tmp_path, db, field, words):
        assert words in self.refused(db, tmp_path, *cells(), field)

    def test_in_the_teams_language(self, tmp_path, db):
        said = self.refused(db, tmp_path, "电话=13812345001", language="zh_CN")
        assert "缺少企业名称" in said

    def test_a_role_that_may_not(self, tmp_path, db):
        result = run(db, tmp_path, *cells(), by="fang", role="legal")
        assert (result.exit_code, "legal may not do this" in result.output) == (3, True)

    def test_a_false_phone_is_taken_in_and_named(self, tmp_path, db):
        lines = run(db, tmp_path, *cells(电话="12")).output.splitlines()
        assert lines[-1] == "  to look at: phone is not valid"
        assert only(db).status in {"invalid", "new"}
