"""Evaluation sheets: the handbook's third template, read with every level checked and written back as it stands."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.levels import read_level, say_level
from leadkit.adapters.spreadsheets.opportunities import (
    LEVELS,
    EvaluatedOpportunity,
    opportunity_table,
    read_opportunities,
)
from leadkit.adapters.spreadsheets.templates import LEADS, OPPORTUNITIES
from leadkit.adapters.spreadsheets.write import write_csv, write_workbook
from tests.spreadsheets.hostile import data, workbook
from tests.spreadsheets.lines import cells, written

FILES = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
HEADS = "商机名称 | 客户名称 | 负责人 | 需求紧急度 | 预算规模 | 竞争态势 | 决策链复杂度 | 总分 | 商机等级"
HEADS += " | 立项报告提交时间"
FIRST = "智能设备采购 | 科技 | | 紧急(2分) | 中(15分) | 优势(3分) | 中等(2分) | 22 | B级 | 2023-08-12"
SECOND = "生产线改造 | YY实业 | | 立即(3分) | 高(25分) | 均势(2分) | 复杂(1分) | 31 | A级 | 2023-08-11"
EN = "Opportunity | Account | Owner | Urgency | Budget | Competition | Decision chain | Total | Grade"
EN += " | Project report submitted"
POINTS = {
    "urgency": {"immediate": 3, "urgent": 2, "normal": 1},
    "budget": {"high": 25, "medium": 15, "low": 5},
    "competition": {"ahead": 3, "even": 2, "behind": 1},
    "decision_chain": {"simple": 3, "medium": 2, "complex": 1},
}


sheet = partial(written, "opportunities.csv")


def one_row(folder: Path, policy: lk.Policy, **said: str):
    """The row that the first example becomes with some cells said differently."""
    row = dict(zip(OPPORTUNITIES.columns, cells(FIRST), strict=True)) | said
    with (folder / "one.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([cells(HEADS), row.values()])
    return read_opportunities(folder / "one.csv", policy).rows[0]


class TestTemplate:
    """Exactly these heads, in this order, and the example rows of the handbook as they stand."""

    @pytest.mark.parametrize(("language", "heads"), [("zh_CN", HEADS), ("en", EN)])
    def test_heads(self, standard, language, heads):
        assert opportunity_table([], standard, language).heads == tuple(cells(heads))

    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_the_handbooks_rows(self, tmp_path, standard, encoding, end):
        plan = read_opportunities(sheet(tmp_path, HEADS, FIRST, SECOND, encoding=encoding, end=end), standard)
        assert [row.faults for row in plan.rows] == [(), ()]
        first, second = plan.records
        assert first.opportunity == lk.Opportunity(
            id="row-2",
            name="智能设备采购",
            account="科技",
            assessment=lk.Assessment(urgency="urgent", budget="medium", competition="ahead", decision_chain="medium"),
            grade="B",
        )
        assert first.reported_at == datetime(2023, 8, 12, tzinfo=standard.time_zone)
        assert (second.opportunity.id, second.opportunity.owner) == ("row-3", None)
        assert second.opportunity.assessment == lk.Assessment(
            urgency="immediate", budget="high", competition="even", decision_chain="complex"
        )

    def test_they_are_written_back_to_the_letter(self, tmp_path, standard):
        plan = read_opportunities(sheet(tmp_path, HEADS, FIRST, SECOND), standard)
        write_csv(tmp_path / "again.csv", opportunity_table(plan.records, standard, "zh_CN"))
        assert (tmp_path / "again.csv").read_bytes() == (
            b"\xef\xbb\xbf" + sheet(tmp_path, HEADS, FIRST, SECOND).read_bytes()
        )

    def test_an_english_sheet(self, tmp_path, standard):
        plan = read_opportunities(sheet(tmp_path, HEADS, FIRST), standard)
        table = opportunity_table(plan.records, standard, "en")
        assert table.rows[0][3:] == ("urgent (2)", "medium (15)", "ahead (3)", "medium (2)", 22, "B", date(2023, 8, 12))

    def test_order_own_columns_an_id_and_a_title_row(self, tmp_path, standard):
        lines = [" | ".join([*reversed(cells(line)), own]) for line, own in ((HEADS, "商机ID"), (FIRST, "O-7"))]
        plan = read_opportunities(sheet(tmp_path, "8月评估", *lines), standard)
        assert plan.records[0].opportunity.id == "O-7"
        assert plan.records[0].opportunity.assessment.budget == "medium"


TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12)
NAMES = TEXT | st.builds("{}{}".format, st.sampled_from("=+-@'"), TEXT)
DAYS = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001


@st.composite
def evaluated(draw, policy: lk.Policy) -> EvaluatedOpportunity:
    levels = {name: draw(st.none() | st.sampled_from(list(points))) for name, points in POINTS.items()}
    reported = draw(st.none() | DAYS | DAYS.map(lambda at: at.replace(hour=0, minute=0, second=0)))
    opportunity = lk.Opportunity(
        id="any",
        name=draw(NAMES),
        account=draw(st.none() | NAMES),
        owner=draw(st.none() | NAMES),
        assessment=lk.Assessment(**levels),
        grade=draw(st.none() | st.sampled_from("ABC")),
    )
    return EvaluatedOpportunity(
        opportunity=opportunity, reported_at=reported and reported.replace(tzinfo=policy.time_zone)
    )


class TestRoundTrip:
    """Reading what was written gives the same records, in either language and kind of file."""

    @FILES
    @given(data=st.data(), language=st.sampled_from(["zh_CN", "en"]), kind=st.sampled_from(["csv", "xlsx"]))
    def test_any_records(self, tmp_path, standard, data, language, kind):
        written = data.draw(st.lists(evaluated(standard), max_size=4))
        file, table = tmp_path / f"a.{kind}", opportunity_table(written, standard, language)
        write_csv(file, table) if kind == "csv" else write_workbook(file, [table])
        plan = read_opportunities(file, standard)
        ids = [f"row-{row}" for row in range(2, len(written) + 2)]
        wanted = [
            EvaluatedOpportunity(
                opportunity=one.opportunity.model_copy(update={"id": own}), reported_at=one.reported_at
            )
            for own, one in zip(ids, written, strict=True)
        ]
        assert (plan.language, list(plan.records)) == (language, wanted)
        again = opportunity_table(plan.records, standard, language)
        assert list(again.rows) == list(table.rows)

    @given(
        labels=st.lists(st.sampled_from(["", "2", "(2)", "急", "urgent", "urgent (2)", "normal", "3分"]) | TEXT,
                        min_size=3, max_size=3),
        language=st.sampled_from(["zh_CN", "en"]),
    )  # fmt: skip
    @example(["urgent (2)", "a", "b"], "en")
    def test_a_level_whatever_people_call_it(self, standard, labels, language):
        names = {f"urgency.{level}": told for level, told in zip(POINTS["urgency"], labels, strict=True)}
        policy = lk.load_policy({"name": "ours", "extends": "standard", "labels": {language: names}})
        for level in POINTS["urgency"]:
            assert read_level(say_level(level, "urgency", policy, language), "urgency", policy) == (level, None)

    def test_a_code_wins_over_the_label_of_another_level(self):
        labels = {"zh_CN": {"urgency.immediate": "urgent", "urgency.urgent": "急"}}
        policy = lk.load_policy({"name": "ours", "extends": "standard", "labels": labels})
        assert read_level("urgent", "urgency", policy) == ("urgent", None)
        assert read_level("urgent (3)", "urgency", policy) == (None, Fault("other_points", "urgency", "2"))
        assert say_level("immediate", "urgency", policy, "zh_CN") == "immediate(3分)"

    def test_microseconds_are_dropped_and_other_zones_are_turned_into_ours(self, standard):
        at = datetime(2023, 8, 11, 16, 0, 0, 5, tzinfo=UTC)
        table = opportunity_table(
            [EvaluatedOpportunity(opportunity=lk.Opportunity(id="a"), reported_at=at)], standard, "en"
        )
        assert table.rows[0][-1] == date(2023, 8, 12)


class TestLevels:
    """A level is its code or its label, with or without its points, or the points alone."""

    @pytest.mark.parametrize(
        ("said", "level"),
        [
            ("紧急(2分)", "urgent"),
            ("紧急（２分）", "urgent"),
            (" 紧急 ( 2 分 ) ", "urgent"),
            ("紧急", "urgent"),
            ("紧急2分", "urgent"),
            ("紧急[2]", "urgent"),
            ("urgent (2)", "urgent"),
            ("Urgent (2 points)", "urgent"),
            ("URGENT", "urgent"),
            ("立即(3.0分)", "immediate"),
            ("2", "urgent"),
            ("(3分)", "immediate"),
        ],
    )
    def test_spellings(self, tmp_path, standard, said, level):
        row = one_row(tmp_path, standard, urgency=said, total="", grade="")
        assert (row.record.opportunity.assessment.urgency, row.faults) == (level, ())

    @pytest.mark.parametrize("said", ["特急", "紧急?", "4", "紧急(2分)吗", "(", "2分 紧急", "x" * 30_000, "1" * 30_000])
    def test_what_is_no_level(self, tmp_path, standard, said):
        row = one_row(tmp_path, standard, urgency=said)
        wanted = Fault("not_a_level", "urgency", "立即/immediate, 紧急/urgent, 一般/normal")
        assert (row.record, row.faults) == (None, (wanted,))

    @pytest.mark.parametrize("said", ["紧急(3分)", "紧急(-2分)", "urgent 2.5", "紧急0"])
    def test_points_that_are_not_the_levels_are_set_aside(self, tmp_path, standard, said):
        row = one_row(tmp_path, standard, urgency=said)
        assert (row.record, row.faults) == (None, (Fault("other_points", "urgency", "2"),))

    def test_a_company_with_other_points(self, tmp_path):
        points = {"immediate": 10, "urgent": 7.5, "normal": 0}
        policy = lk.load_policy(
            {"name": "ours", "extends": "standard", "grading": {"dimensions": {"urgency": {"points": points}}}}
        )
        row = one_row(tmp_path, policy, urgency="紧急(7.5分)", total="27.5")
        assert row.faults == ()
        assert opportunity_table([row.record], policy, "zh_CN").rows[0][3] == "紧急(7.5分)"
        assert one_row(tmp_path, policy).faults == (Fault("other_points", "urgency", "7.5"),)

    def test_a_company_that_grades_by_table(self, tmp_path):
        policy = lk.load_policy(
            {
                "name": "ours",
                "extends": "standard",
                "grading": {
                    "grades": {"remove": True},
                    "table": {"otherwise": "C", "rows": {"large": {"grade": "A", "when": {"budget": "high"}}}},
                },
            }
        )
        row = one_row(tmp_path, policy, total="99", grade="A级")
        assert row.faults == (Fault("other_grade", "grade", "C"),)

    def test_a_dimension_that_the_policy_does_not_judge_keeps_what_was_said(self, tmp_path):
        chain = {"decision_chain": {"remove": True}}
        policy = lk.load_policy({"name": "ours", "extends": "standard", "grading": {"dimensions": chain}})
        row = one_row(tmp_path, policy, total="20", decision_chain="集团审批")
        assert (row.record.opportunity.assessment.decision_chain, row.faults) == ("集团审批", ())
        assert opportunity_table([row.record], policy, "en").rows[0][6] == "集团审批"


class TestTotals:
    """A total that is not the sum, and a grade that the policy does not give, are flagged; the row is used."""

    @pytest.mark.parametrize("levels", list(product(*(points.items() for points in POINTS.values()))))
    def test_all_81_combinations(self, standard, levels):
        said = {name: level for name, (level, _) in zip(LEVELS, levels, strict=True)}
        total = sum(points for _, points in levels)
        table = opportunity_table([lk.Opportunity(id="a", assessment=lk.Assessment(**said))], standard, "en")
        assert table.rows[0][3:9] == (*(f"{level} ({points})" for level, points in levels), total, None)

    @pytest.mark.parametrize("total", ["23", "二十二", "22.5", "=1+1"])
    def test_a_wrong_total(self, tmp_path, standard, total):
        row = one_row(tmp_path, standard, total=total)
        assert row.faults == (Fault("other_total", "total", "22"),)
        assert row.record is not None

    @pytest.mark.parametrize("total", ["22", "22.0", "22分", "２２", ""])
    def test_a_right_total(self, tmp_path, standard, total):
        assert one_row(tmp_path, standard, total=total).faults == ()

    def test_the_grade_of_the_sheet_stays(self, tmp_path, standard):
        row = one_row(tmp_path, standard, grade="A级")
        assert (row.record.opportunity.grade, row.faults) == ("A", (Fault("other_grade", "grade", "B"),))

    @pytest.mark.parametrize("said", ["B级", "B", "b", " B 级", "Ｂ级", "B级(常规)", "B级 常规", "Grade B"])
    def test_spellings_of_a_grade(self, tmp_path, standard, said):
        assert one_row(tmp_path, standard, grade=said).record.opportunity.grade == "B"

    @pytest.mark.parametrize("said", ["D级", "AB", "重点", "级", "b" * 30_000])
    def test_a_grade_that_there_is_not(self, tmp_path, standard, said):
        row = one_row(tmp_path, standard, grade=said)
        assert (row.record, row.faults) == (None, (Fault("not_a_level", "grade", "A / B / C"),))

    def test_flagged_rows_come_back_with_their_reason(self, tmp_path, standard):
        plan = read_opportunities(sheet(tmp_path, HEADS, FIRST.replace("22", "23"), SECOND), standard)
        assert [row.number for row in plan.flagged] == [2]
        table = plan.flagged_table("待核对", "zh_CN")
        assert table.rows[0][-1] == "总分与各项分值之和不符,应为22"
        assert plan.flagged_table("x", "en").rows[0][-1] == "Total is not the sum of the points: 22"


class TestUnknown:
    """A blank cell stays unknown; a total with an unknown part is not checked and not written."""

    @pytest.mark.parametrize("blank", LEVELS)
    def test_a_blank_level(self, tmp_path, standard, blank):
        row = one_row(tmp_path, standard, **{blank: ""}, total="99", grade="")
        assert getattr(row.record.opportunity.assessment, blank) is None
        assert row.faults == ()
        assert opportunity_table([row.record], standard, "zh_CN").rows[0][7] is None

    def test_a_grade_that_is_still_open_is_held_against_those_that_remain(self, tmp_path, standard):
        said = {"competition": "", "decision_chain": "", "total": "", "budget": "高", "urgency": "立即"}
        assert one_row(tmp_path, standard, **said, grade="A").faults == ()
        assert one_row(tmp_path, standard, **said, grade="C").faults == (Fault("other_grade", "grade", "A"),)

    def test_levels_that_derive_from_amount_and_date_are_written(self, standard, now):
        opportunity = lk.Opportunity(
            id="a",
            name="a",
            amount=450_000,
            expected_close=now + timedelta(days=45),
            assessment=lk.Assessment(competition="ahead", decision_chain="medium"),
        )
        table = opportunity_table([opportunity], standard, "zh_CN", as_of=now)
        assert table.rows[0][3:9] == ("紧急(2分)", "中(15分)", "优势(3分)", "中等(2分)", 22, None)
        with pytest.raises(lk.errors.FactError, match="as_of"):
            opportunity_table([opportunity], standard, "zh_CN")

    def test_a_level_that_is_only_assumed_is_not_written(self, standard):
        said = lk.Assessment(budget="low", competition="even", decision_chain="simple")
        table = opportunity_table([lk.Opportunity(id="a", assessment=said)], standard, "en")
        assert table.rows[0][3:8] == (None, "low (5)", "even (2)", "simple (3)", None)

    def test_a_row_that_names_nobody_is_set_aside(self, tmp_path, standard):
        row = one_row(tmp_path, standard, name="", account=" ")
        assert (row.record, row.faults) == (None, (Fault("missing", "name"),))


class TestHostile:
    """Anything in a cell becomes a record or comes back; what is no evaluation sheet is refused."""

    @FILES
    @given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters='"\r\n\0')), min_size=10, max_size=10))
    def test_any_row_is_a_record_or_comes_back(self, tmp_path, standard, row):
        with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([cells(HEADS), cells(FIRST), row])
        plan = read_opportunities(tmp_path / "a.csv", standard)
        assert len(plan.records) + len(plan.set_aside) == len(plan.rows)
        assert plan.rows[0].faults == ()

    @pytest.mark.parametrize("said", ["2023-02-30", "下周", "2023-08"])
    def test_an_impossible_date(self, tmp_path, standard, said):
        assert one_row(tmp_path, standard, reported_at=said).faults == (Fault("not_a_date", "reported_at"),)

    def test_a_nul_and_a_repeated_or_endless_id(self, tmp_path, standard):
        rows = [
            f"{HEADS} | Opportunity ID",
            f"{FIRST} | 1",
            f"{FIRST} | 1",
            f"{FIRST} | {'1' * 201}",
            f"a\0 {FIRST} | 2",
        ]
        plan = read_opportunities(sheet(tmp_path, *rows), standard)
        wanted = [(), (Fault("repeated", "id"),), (Fault("too_long", "id"),), (Fault("nul", "name"),)]
        assert [row.faults for row in plan.rows] == wanted
        assert plan.say(wanted[1][0], "zh_CN") == "商机ID与前面的行重复"

    def test_a_formula_may_give_the_total_and_is_flagged_in_place_of_a_level(self, tmp_path, standard):
        heads, first = (
            "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row)
            for row in (cells(HEADS), cells(FIRST)[:7])
        )
        total = "<c><f>2+15+3+2</f><v>22</v></c>"
        workbook(tmp_path / "a.xlsx", data(f"<row>{heads}</row>", f"<row>{first}{total}</row>"))
        assert read_opportunities(tmp_path / "a.xlsx", standard).rows[0].faults == ()
        level = first.replace('<c t="inlineStr"><is><t>紧急(2分)</t></is></c>', "<c><f>1+1</f><v>2</v></c>")
        workbook(tmp_path / "b.xlsx", data(f"<row>{heads}</row>", f"<row>{level}{total}</row>"))
        row = read_opportunities(tmp_path / "b.xlsx", standard).rows[0]
        assert (row.record is not None, [fault.code for fault in row.faults]) == (True, ["formula"])

    def test_an_empty_and_a_wrong_file(self, tmp_path, standard):
        (tmp_path / "empty.csv").write_bytes(b"")
        with pytest.raises(lk.errors.SheetError, match="is empty"):
            read_opportunities(tmp_path / "empty.csv", standard)
        leads = sheet(tmp_path, " | ".join(LEADS.row("zh_CN")), FIRST)
        with pytest.raises(
            lk.errors.SheetError, match="商机名称 / Opportunity or 商机ID / Opportunity ID, 需求紧急度 / Urgency or"
        ):
            read_opportunities(leads, standard)
        assert read_opportunities(sheet(tmp_path, HEADS), standard).rows == ()

    def test_a_policy_without_grading(self, tmp_path, standard):
        policy = lk.Policy(standard.document.model_copy(update={"grading": None}))
        with pytest.raises(lk.errors.FactError, match=r"\[grading\]"):
            read_opportunities(sheet(tmp_path, HEADS, FIRST), policy)
