"""Review sheets and the workbook of a review: the handbook's fourth template to the digit, numbers as numbers."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.adapters.spreadsheets.review_sheet import ReviewRow, read_reviews, review_row, review_table
from leadkit.adapters.spreadsheets.review_workbook import review_tables, write_review_workbook
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.templates import LEADS, REVIEWS
from leadkit.adapters.spreadsheets.write import write_csv, write_workbook
from leadkit.reviewing.review import Share
from leadkit.texts import texts
from tests.spreadsheets.hostile import data, workbook
from tests.spreadsheets.lines import cells, written

FILES = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
HEADS = (
    "复盘周期 | 线索总量 | 有效线索量 | 商机总量 | A级商机数 | 成交商机数 | 转化率 | 平均成交周期(天) | 主要成功因素"
)
HEADS += " | 主要失败因素 | 改进措施"
ROW = "2023年Q3 | 500 | 320 | 80 | 20 | 24 | 7.5% | 45 | A级商机高层拜访成功率提升 | 价格因素导致15个商机流失"
ROW += " | 推出分期付款政策"
EN = "Period | Leads | Valid leads | Opportunities | Grade A opportunities | Won opportunities | Conversion rate"
EN += " | Average sales cycle (days) | Success factors | Failure factors | Improvements"
NOTES = lk.reviews.ReviewNotes(worked=("A级商机高层拜访成功率提升",), improve=("推出分期付款政策",))


sheet = partial(written, "reviews.csv")


def one_row(folder: Path, policy: lk.Policy, **said: object):
    """The row that the example becomes with some cells said differently."""
    row = dict(zip(REVIEWS.columns, cells(ROW), strict=True)) | said
    write_workbook(folder / "one.xlsx", [Table("A", tuple(cells(HEADS)), [tuple(row.values())])])
    return read_reviews(folder / "one.xlsx", policy).rows[0]


def records(policy: lk.Policy, channel: str = "展会") -> tuple[list[lk.Lead], list[lk.Opportunity]]:
    """The leads and opportunities of the handbook's quarter: 500, of which 320 valid; 80, of which 24 won, 21 lost."""
    start = datetime(2023, 7, 3, 9, tzinfo=policy.time_zone)
    status = ["converted"] * 80 + ["valid"] * 240 + ["invalid"] * 180
    leads = [
        lk.Lead(id=f"L{number}", source=lk.Source(channel=channel), received_at=start, status=said, owner="=1+1")
        for number, said in enumerate(status)
    ]
    statuses = [("won", None)] * 24 + [("lost", "price")] * 15 + [("lost", "competitor")] * 6 + [("open", None)] * 35
    opportunities = [
        lk.Opportunity(
            id=f"O{number}",
            lead_id=f"L{number}",
            grade="A" if number < 20 else "B",
            status=status,
            lost_reason=reason,
            amount=500_000,
            opened_at=start + timedelta(days=1),
            closed_at=None if status == "open" else start + timedelta(days=46),
        )
        for number, (status, reason) in enumerate(statuses)
    ]
    return leads, opportunities


@pytest.fixture(scope="module")
def quarter(standard) -> lk.reviews.Review:
    return lk.reviews.review(*records(standard), "2023-Q3", policy=standard, notes=NOTES)


class TestTemplate:
    """Exactly these heads, in this order, and the worked row of the handbook to the digit."""

    @pytest.mark.parametrize(("language", "heads"), [("zh_CN", HEADS), ("en", EN)])
    def test_heads(self, language, heads):
        assert review_table([], language).heads == tuple(cells(heads))

    def test_the_worked_row_from_records(self, tmp_path, quarter):
        write_csv(tmp_path / "a.csv", review_table([quarter], "zh_CN"))
        assert (tmp_path / "a.csv").read_bytes() == b"\xef\xbb\xbf" + sheet(tmp_path, HEADS, ROW).read_bytes()

    def test_in_english(self, quarter):
        found = review_table([quarter], "en").rows[0]
        assert found[:8] == ("2023-Q3", 500, 320, 80, 20, 24, "7.5%", 45)
        assert found[9] == "Opportunities lost to price: 15"

    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_the_worked_row_is_read_as_it_stands(self, tmp_path, standard, encoding, end):
        plan = read_reviews(sheet(tmp_path, HEADS, ROW, encoding=encoding, end=end), standard)
        assert plan.rows[0].faults == ()
        assert plan.records == (
            ReviewRow(
                period=lk.reviews.read_period("2023-Q3", standard.time_zone),
                leads=500,
                valid_leads=320,
                opportunities=80,
                a_opportunities=20,
                won=24,
                lead_to_win_rate=Decimal("0.075"),
                sales_cycle_days=Decimal(45),
                notes=lk.reviews.ReviewNotes(
                    worked=NOTES.worked, failed=("价格因素导致15个商机流失",), improve=NOTES.improve
                ),
            ),
        )
        assert tuple(map(str, review_table(plan.records, "zh_CN").rows[0])) == tuple(cells(ROW))

    def test_full_width_heads_are_the_same_heads(self, tmp_path, standard):
        heads = HEADS.replace("(天)", "（天）").replace("A级", "Ａ级")
        plan = read_reviews(sheet(tmp_path, heads, ROW), standard)
        assert (plan.records[0].sales_cycle_days, plan.records[0].a_opportunities) == (45, 20)


class TestFailures:
    """The failures that the notes name; where they name none, the most frequent loss reason with its count."""

    def test_notes_win(self, quarter):
        noted = evolve(quarter, notes=lk.reviews.ReviewNotes(failed=("too late", "too dear")))
        assert review_table([noted], "en").rows[0][9] == "too late\ntoo dear"

    def test_a_reason_that_was_not_given_is_none(self, quarter):
        losses = (
            Share(reason=None, rate=lk.reviews.Rate(9, 12)),
            Share(reason="need_changed", rate=lk.reviews.Rate(3, 12)),
        )
        assert review_row(evolve(quarter, losses=losses), "zh_CN").notes.failed == ("需求变化导致3个商机流失",)
        assert review_row(evolve(quarter, losses=losses[:1]), "zh_CN").notes.failed == ()
        assert review_row(evolve(quarter, losses=()), "zh_CN").notes.failed == ()

    def test_a_policys_label_wins_and_words_stay_as_they_are(self, quarter):
        labels = {"zh_CN": {"price": "报价过高"}}
        assert review_row(quarter, "zh_CN", labels).notes.failed == ("报价过高导致15个商机流失",)
        said = evolve(quarter, losses=(Share(reason="客户_改主意", rate=lk.reviews.Rate(1, 1)),))
        assert review_row(said, "zh_CN").notes.failed == ("客户_改主意导致1个商机流失",)


TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12)
LINES = st.lists(TEXT | st.builds("={}".format, TEXT), max_size=3).map(tuple)
PERIODS = ("2023-Q3", "2023-12", "2024", "2023-07-15..2023-08-10")


@st.composite
def review_rows(draw, policy: lk.Policy) -> list[ReviewRow]:
    numbers = st.none() | st.integers(0, 10**9)
    return [
        ReviewRow(
            period=lk.reviews.read_period(period, policy.time_zone),
            **{name: draw(numbers) for name in ("leads", "valid_leads", "opportunities", "a_opportunities", "won")},
            lead_to_win_rate=draw(st.none() | st.decimals(0, 1, places=6)),
            sales_cycle_days=draw(st.none() | st.decimals(0, 999, places=1)),
            notes=lk.reviews.ReviewNotes(worked=draw(LINES), failed=draw(LINES), improve=draw(LINES)),
        )
        for period in draw(st.lists(st.sampled_from(PERIODS), unique=True))
    ]


class TestRoundTrip:
    """Reading what was written gives the same rows, in either language and kind of file."""

    @FILES
    @given(data=st.data(), language=st.sampled_from(["zh_CN", "en"]), kind=st.sampled_from(["csv", "xlsx"]))
    def test_any_rows(self, tmp_path, standard, data, language, kind):
        written = data.draw(review_rows(standard))
        file, table = tmp_path / f"a.{kind}", review_table(written, language)
        write_csv(file, table) if kind == "csv" else write_workbook(file, [table])
        plan = read_reviews(file, standard)
        assert (plan.language, list(plan.records)) == (language, written)

    @pytest.mark.parametrize("language", ["zh_CN", "en"])
    def test_a_review(self, tmp_path, standard, quarter, language):
        write_workbook(tmp_path / "a.xlsx", [review_table([quarter], language)])
        row = read_reviews(tmp_path / "a.xlsx", standard).rows[0]
        assert (row.record, row.faults) == (review_row(quarter, language), ())

    def test_the_last_sheet_of_the_workbook(self, tmp_path, standard, quarter):
        write_review_workbook(tmp_path / "a.xlsx", quarter, "zh_CN")
        row = read_reviews(tmp_path / "a.xlsx", standard).rows[0]
        assert (row.record, row.faults) == (review_row(quarter, "zh_CN"), ())


class TestRates:
    """A rate that is not won / valid leads, to as many decimals as it has, is flagged; the row is used."""

    @pytest.mark.parametrize("said", ["7.5%", "7.5 %", "７.５％", "7.50%", 0.075, 7.5, "7.5", "8%", "0.075", "-", ""])
    def test_rates_that_follow(self, tmp_path, standard, said):
        assert one_row(tmp_path, standard, lead_to_win_rate=said).faults == ()

    @pytest.mark.parametrize("said", ["7.6%", "7.51%", 0.0751, 0.75, "6%", "0%", 75])
    def test_rates_that_do_not(self, tmp_path, standard, said):
        row = one_row(tmp_path, standard, lead_to_win_rate=said)
        assert row.faults == (Fault("other_rate", "lead_to_win_rate", "7.5%"),)
        assert row.record is not None

    @given(won=st.integers(0, 400), valid=st.integers(1, 400), decimals=st.integers(0, 3))
    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_a_rounded_rate_follows_and_one_that_is_further_away_does_not(
        self, tmp_path, standard, won, valid, decimals
    ):
        exact = Fraction(100 * won, valid)
        rounded = round(exact, decimals)
        said = f"{float(rounded):.{decimals}f}%"
        assert one_row(tmp_path, standard, won=won, valid_leads=valid, lead_to_win_rate=said).faults == ()
        beyond = f"{float(rounded + Fraction(11, 10 ** (decimals + 1))):.{decimals + 1}f}%"
        assert one_row(tmp_path, standard, won=won, valid_leads=valid, lead_to_win_rate=beyond).faults != ()

    def test_nothing_is_said_where_a_count_is_unknown(self, tmp_path, standard):
        assert one_row(tmp_path, standard, won=None, lead_to_win_rate="99%").faults == ()

    @pytest.mark.parametrize(("said", "faults"), [("0%", 0), ("#DIV/0!", 0), ("–", 0), ("5%", 1)])
    def test_no_valid_leads(self, tmp_path, standard, said, faults):
        row = one_row(tmp_path, standard, won=0, valid_leads=0, lead_to_win_rate=said)
        assert len(row.faults) == faults
        assert review_table([row.record], "zh_CN").rows[0][6] in {"0.0%", "5.0%", None}

    def test_a_formula_may_give_the_rate_and_is_flagged_in_place_of_a_count(self, tmp_path, standard):
        row = [f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells(ROW)]
        head = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells(HEADS))
        for place, value, faults in ((6, "0.075", ()), (5, "24", ("formula",))):
            formula = f"<c><f>F2/C2</f><v>{value}</v></c>"
            body = "".join([*row[:place], formula, *row[place + 1 :]])
            workbook(tmp_path / "a.xlsx", data(f"<row>{head}</row>", f"<row>{body}</row>"))
            found = read_reviews(tmp_path / "a.xlsx", standard).rows[0]
            assert (tuple(fault.code for fault in found.faults), found.record is None) == (faults, False)


class TestCells:
    """What a cell can't be is set aside with its reason."""

    @pytest.mark.parametrize(
        ("said", "period"),
        [
            ("2023年第3季度", "2023-Q3"),
            ("2023年Ｑ3", "2023-Q3"),
            ("2023-Q3", "2023-Q3"),
            ("2023年8月", "2023-08"),
            (date(2023, 8, 1), "2023-08"),
            (2023, "2023"),
            ("2023-07-15 – 2023-08-09", "2023-07-15..2023-08-10"),
        ],
    )
    def test_periods(self, tmp_path, standard, said, period):
        assert one_row(tmp_path, standard, period=said).record.period == lk.reviews.read_period(
            period, standard.time_zone
        )

    @pytest.mark.parametrize("said", ["Q3", "2023-Q5", "2023-13", date(2023, 8, 2), "9999-12-31 – 9999-12-31", 3.5])
    def test_what_is_no_period(self, tmp_path, standard, said):
        row = one_row(tmp_path, standard, period=said)
        assert (row.record, row.faults) == (None, (Fault("not_a_period", "period"),))

    @pytest.mark.parametrize("said", [-1, 1.5, "viele", "1e400", "5 0", "NaN", 1e300, "九十", "500天", "500%"])
    def test_what_is_no_count(self, tmp_path, standard, said):
        assert one_row(tmp_path, standard, leads=said).faults == (Fault("not_a_number", "leads"),)

    @pytest.mark.parametrize(
        ("said", "leads"), [("1,200", 1200), ("500条", 500), (500.0, 500), ("５００", 500), (None, None)]
    )
    def test_counts(self, tmp_path, standard, said, leads):
        assert one_row(tmp_path, standard, leads=said).record.leads == leads

    @pytest.mark.parametrize(("said", "days"), [("45天", 45), (45.5, Decimal("45.5")), ("45.0", 45), ("-", None)])
    def test_cycles(self, tmp_path, standard, said, days):
        row = one_row(tmp_path, standard, sales_cycle_days=said).record
        assert row.sales_cycle_days == days
        assert review_table([row], "en").rows[0][7] == days

    def test_a_period_twice_and_a_row_without_one(self, tmp_path, standard):
        plan = read_reviews(sheet(tmp_path, HEADS, ROW, ROW, ROW.replace("2023年Q3", "")), standard)
        wanted = [(), (Fault("repeated", "period"),), (Fault("missing", "period"),)]
        assert [row.faults for row in plan.rows] == wanted

    @FILES
    @given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters='"\r\n\0')), min_size=11, max_size=11))
    def test_any_row_is_a_record_or_comes_back(self, tmp_path, standard, row):
        with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([cells(HEADS), cells(ROW), row])
        plan = read_reviews(tmp_path / "a.csv", standard)
        assert len(plan.records) + len(plan.set_aside) == len(plan.rows)
        assert plan.rows[0].faults == ()

    def test_an_empty_and_a_wrong_file(self, tmp_path, standard):
        (tmp_path / "empty.csv").write_bytes(b"\xef\xbb\xbf")
        with pytest.raises(lk.errors.SheetError, match="is empty"):
            read_reviews(tmp_path / "empty.csv", standard)
        leads = sheet(tmp_path, " | ".join(LEADS.row("zh_CN")), ROW)
        with pytest.raises(lk.errors.SheetError, match="复盘周期 / Period"):
            read_reviews(leads, standard)


class TestWorkbook:
    """One sheet a view; numbers are numbers, in percent or money where they are; no formulas."""

    @pytest.mark.parametrize("language", ["zh_CN", "en"])
    def test_sheets_and_heads(self, tmp_path, standard, quarter, language):
        file = tmp_path / "a.xlsx"
        write_review_workbook(file, quarter, language, standard.document.labels)
        book = openpyxl.load_workbook(file)
        assert len(book.sheetnames) == len(review_tables(quarter, language)) == len(set(book.sheetnames))
        assert book.sheetnames[0] == REVIEWS.title[language]
        assert [sheet.freeze_panes for sheet in book] == ["A2", *["B2"] * (len(book.sheetnames) - 1)]
        assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
        assert all(not grid.marks for grid in read_grids(file))
        assert all(len(set(table.heads)) == len(table.heads) for table in review_tables(quarter, language))

    def test_it_prints_on_wide_pages_and_no_cell_is_too_narrow_for_its_number(self, tmp_path, quarter):
        write_review_workbook(tmp_path / "a.xlsx", quarter, "zh_CN")
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        for sheet in book:
            assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            for cell in (cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.data_type in "nd"):
                shown = f"{cell.value:,.0f}" if cell.data_type == "n" and cell.value is not None else ""
                needed = 16 if cell.data_type == "d" else len(shown)
                assert sheet.column_dimensions[cell.column_letter].width > needed, (sheet.title, cell.coordinate)

    def test_figures_parts_reasons_and_cohorts_have_charts(self, tmp_path, quarter):
        write_review_workbook(tmp_path / "a.xlsx", quarter, "en")
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        charted = [sheet.title for sheet in book if sheet._charts]
        assert charted == ["Key figures", "The period side by side", "Loss reasons", "Screening reasons", "Cohorts"]

    def test_key_figures_are_numbers_with_their_formats(self, tmp_path, quarter):
        write_review_workbook(tmp_path / "a.xlsx", quarter, "en")
        rows = openpyxl.load_workbook(tmp_path / "a.xlsx")["Key figures"].iter_rows(min_row=2)
        found = {row[0].value: (row[1].value, row[1].number_format) for row in rows}
        assert found["Leads"] == (500, "#,##0")
        assert found["Lead-to-win rate"] == (0.075, "0.0%")
        assert found["Average deal size (CNY)"] == (500_000, "#,##0")
        assert found["Average sales cycle (days)"] == (45, "#,##0.0")
        assert found["As of"] == (datetime(2023, 10, 1), "yyyy-mm-dd hh:mm")  # noqa: DTZ001
        assert found["Policy"][0] == quarter.policy

    def test_the_row_of_the_review_sheet_has_its_rate_as_a_number(self, tmp_path, quarter):
        write_review_workbook(tmp_path / "a.xlsx", quarter, "zh_CN")
        rate, days = openpyxl.load_workbook(tmp_path / "a.xlsx")[REVIEWS.title["zh_CN"]][2][6:8]
        assert (rate.value, rate.number_format, days.value) == (0.075, "0.0%", 45)

    def test_few_cases_are_marked_and_cohorts_say_how_many_are_old_enough(self, quarter):
        tables = {table.title: table for table in review_tables(quarter, "en")}
        rows = [dict(zip(tables["Grade"].heads, row, strict=True)) for row in tables["Grade"].rows]
        assert [(row["Grade"], row["Win rate"], row["Win rate Small sample"]) for row in rows] == [
            ("A", Decimal(1), "yes"), ("B", Decimal("0.160000"), "yes")
        ]  # fmt: skip
        whole = dict(zip(tables["Channel"].heads, tables["Channel"].rows[0], strict=True))
        assert (whole["Win rate Small sample"], whole["Lead-to-win rate Small sample"]) == (None, None)
        july = dict(zip(tables["Cohorts"].heads, tables["Cohorts"].rows[0], strict=True))
        assert (july["Leads 60 days old"], july["Converted in 60 days"]) == (500, 80)
        assert july["60-day conversion rate"] == Decimal("0.16")
        assert (july["Leads 90 days old"], july["90-day conversion rate"]) == (0, None)

    def test_changes_say_whether_they_are_more_than_chance(self, standard):
        leads, opportunities = records(standard)
        earlier = [
            lead.model_copy(update={"id": f"E{lead.id}", "received_at": datetime(2023, 5, 1, tzinfo=UTC)})
            for lead in leads
        ]
        told = lk.reviews.review([*leads, *earlier[:480]], opportunities, "2023-Q3", policy=standard)
        rows = {row[0]: row for row in review_tables(told, "en")[1].rows}
        assert rows["Leads"][1:5] == (500, 480, 20, "within chance")
        assert rows["Won opportunities"][1:5] == (24, 0, 24, "up")
        assert rows["Lead-to-win rate"][1:7] == (
            Decimal("0.075"), 0, Decimal("0.075"), "up", Decimal("0.050915"), Decimal("0.109168")
        )  # fmt: skip

    def test_every_group_reason_and_cohort_has_its_row(self, standard, quarter):
        tables = {table.title: table for table in review_tables(quarter, "zh_CN", standard.document.labels)}
        assert tables["渠道"].rows[0][:7] == ("展会", 500, 320, 80, 20, 24, 21)
        assert [row[:2] for row in tables["商机等级"].rows] == [("A级 重点", 20), ("B级 常规", 60)]
        assert [row[:2] for row in tables["流失原因"].rows] == [("价格因素", 15), ("竞争对手", 6)]
        assert [row[:3] for row in tables["批次转化"].rows] == [
            ("月份", "2023-07", 500), ("月份", "2023-08", 0), ("月份", "2023-09", 0), ("渠道", "展会", 500)
        ]  # fmt: skip
        assert [row[:2] for row in tables["响应时间"].rows] == [("优先级", "低"), ("负责人", "=1+1")]

    def test_what_cannot_be_reckoned_is_blank(self, standard):
        tables = review_tables(lk.reviews.review([], [], "2023-08", policy=standard), "en")
        assert [row[1] for row in tables[1].rows[6:9]] == [None, None, None]
        assert tables[0].rows == [["2023-08", 0, 0, 0, 0, 0, None, None, None, None, None]]

    @pytest.mark.parametrize("text", ["=1+1", "@x", "<r></r></is></c>", "\x00\x1f", "x" * 32_767])
    def test_hostile_text_is_harmless(self, tmp_path, standard, text):
        leads, opportunities = records(standard, channel="x")
        leads = [lead.model_copy(update={"source": lk.Source(channel=text)}) for lead in leads[:9]]
        lost = opportunities[30].model_copy(update={"lead_id": "L0", "lost_reason": text})
        noted = lk.reviews.ReviewNotes(worked=(text,))
        write_review_workbook(
            tmp_path / "a.xlsx", lk.reviews.review(leads, [lost], "2023-Q3", policy=standard, notes=noted), "en"
        )
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
        assert book["Channel"].max_row == 2

    def test_both_languages_have_the_same_words_and_every_problem_has_some(self, standard):
        english, chinese = texts("review", "en"), texts("review", "zh_CN")
        for section in ("workbook", "figures", "problems"):
            assert english[section].keys() == chinese[section].keys()
        lead = lk.Lead(id="a")
        wrong = lk.Lead(id="b", received_at=datetime(2023, 8, 2, tzinfo=UTC))
        early, late = datetime(2023, 8, 2, tzinfo=UTC), datetime(2023, 8, 3, tzinfo=UTC)
        opportunities = [
            lk.Opportunity(id="1", status="won", opened_at=late, closed_at=early),
            lk.Opportunity(id="1", status="won", opened_at=late, closed_at=early),
            lk.Opportunity(id="2", status="lost", lost_reason="x"),
            lk.Opportunity(id="4", status="lost", lost_reason="x", closed_at=early),
            lk.Opportunity.model_construct(**lk.Opportunity(id="3", closed_at=early).__dict__ | {"status": "lost"}),
        ]
        spends = [lk.reviews.Spend(channel="展会", period=period, amount=1) for period in ("2023", "2022")]
        found = lk.reviews.review([lead, lead, wrong], opportunities, "2023-08", policy=standard, spend=spends)
        won = [lk.Opportunity(id=f"w{n}", status="won", opened_at=early, closed_at=late) for n in range(10)]
        alone = lk.reviews.review([], won, "2023-08", policy=standard)
        codes = {*found.problems, *alone.problems, "duplicate_lead", "top_band_swells", "parts_before_the_first_close"}
        assert codes == english["problems"].keys()
        assert len(codes) == 19
