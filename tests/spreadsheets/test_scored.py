"""The scored list: what to do today before all, what a caller needs in front, nothing that was in the sheet lost."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest
from attrs import define, evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.read import read_activities, read_leads
from leadkit.adapters.spreadsheets.read_sheet import Fault
from leadkit.adapters.spreadsheets.scored import derived_names, result_tables, scored_table, write_result
from leadkit.adapters.spreadsheets.scored_rows import LEFT, head_of
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.today import headline
from leadkit.adapters.spreadsheets.write import write_workbook
from leadkit.decisions import Worklist, worklist
from leadkit.demo.company import sample_tables
from leadkit.records.join import Join
from leadkit.records.joined_lead import Difference
from leadkit.texts import texts

NOW = datetime.fromisoformat("2023-09-30T00:00+08:00")


@define
class Sample:
    """The sample company's sheets, read and decided."""

    leads: object
    activities: object
    work: Worklist


@pytest.fixture(scope="module")
def sample(tmp_path_factory, standard):
    folder = tmp_path_factory.mktemp("sample")
    for name, table in zip(("leads", "activities"), sample_tables(leads=120, activities=300), strict=True):
        write_workbook(folder / f"{name}.xlsx", [table])
    leads = read_leads(folder / "leads.xlsx", standard)
    activities = read_activities(folder / "activities.xlsx", standard, {lead.id for lead in leads.records})
    return Sample(leads, activities, worklist(standard, leads.records, activities.records, as_of=NOW))


def rows_of(table):
    return [dict(zip(table.heads, row, strict=True)) for row in table.rows]


def carrying(leads, heads, cells):
    """The sheet with columns that no field took; `cells` are by row number, from 0."""
    rows = [evolve(row, carried=tuple(cells(place))) for place, row in enumerate(leads.rows)]
    return evolve(leads, carried=tuple(heads), rows=tuple(rows))


class TestList:
    """One row a lead: what a caller needs, the verdict, the rest."""

    @pytest.mark.parametrize("language", ["en", "zh_CN"])
    def test_the_points_are_in_the_range_of_possible_points(self, sample, standard, language):
        head, points = head_of("possible", language), head_of("points", language)
        for row in rows_of(scored_table(sample.work, standard, language)):
            low, *high = map(Decimal, row[head].split("–"))
            assert low <= row[points] <= (high[0] if high else low)
            assert high or low == row[points]

    def test_an_invalid_lead_has_no_priority_and_no_stage(self, sample, standard):
        rows = rows_of(scored_table(sample.work, standard, "en"))
        blank = ("Priority", "Nurture stage", "Suggested content", "Cadence")
        assert {row["Screening"] for row in rows} >= {"invalid", "valid"}
        for row in rows:
            assert all((row[head] is None) == (row["Screening"] == "invalid") for head in blank)

    def test_what_a_caller_needs_stands_in_front_and_is_printed(self, sample, standard):
        table = scored_table(sample.work, standard, "en")
        heads = ("Rank", "Priority", "Points", "Company", "Contact", "Job title", "Phone", "Owner")
        assert table.heads[:8] == heads
        assert table.printed == len(LEFT)
        assert table.heads[table.printed - 2 : table.printed] == ("Result", "Next follow-up")
        assert {row["Result"] for row in rows_of(table)} == {None}

    def test_looks_in_a_file(self, sample, standard, tmp_path):
        write_result(tmp_path / "a.xlsx", result_tables(sample.work, standard, "zh_CN", sample.leads))
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        assert book.sheetnames[:2] == ["今日", "线索评分"]
        sheet = book["线索评分"]
        heads = [cell.value for cell in sheet[1]]
        points = sheet.cell(1, heads.index("得分") + 1).column_letter
        ((place, rules),) = [(str(entry.sqref), entry.rules) for entry in sheet.conditional_formatting]
        assert (place, rules[0].type) == (f"{points}2:{points}{sheet.max_row}", "dataBar")
        assert sheet.column_dimensions["A"].width < sheet.column_dimensions["D"].width
        assert sheet.cell(2, heads.index("得分依据") + 1).alignment.wrap_text

    def test_reads_as_a_lead_sheet_again(self, sample, standard, tmp_path):
        write_workbook(tmp_path / "a.xlsx", [scored_table(sample.work, standard, "zh_CN")])
        again = read_leads(tmp_path / "a.xlsx", standard)
        assert {lead.id for lead in again.records} == {decision.lead.id for decision in sample.work.decisions}


class TestMoreFields:
    """What a sheet says beyond the columns of its template has columns of its own, where any lead has it."""

    def test_each_has_its_column(self, standard):
        lead = lk.Lead(
            id="1",
            company=lk.Company(name="甲", region="苏州", website="https://a.example"),
            contact=lk.Contact(role="user"),
            need=lk.Need(budget=lk.Budget(low=Decimal(5), high=Decimal(9)), purchase_by=NOW.date(), product="x"),
            custom={"installed_base": 5, "safety": True},
            external_id="7",
            owner="李明",
            other_contacts=(lk.Contact(name="王", phone="1"), lk.Contact(name="赵")),
            other_values={"job_title": ("a", "b")},
        )
        (row,) = rows_of(scored_table(worklist(standard, [lead], as_of=NOW), standard, "en"))
        wanted = {
            "Region": "苏州", "Website": "https://a.example", "Role": "user", "Budget from": 5, "Budget to": 9,
            "Purchase by": NOW.date(), "Product": "x", "installed base": 5, "safety": True, "External ID": "7",
            "Owner": "李明", "Other contacts": "王 1; 赵", "Other values": "Job title: a / b",
        }  # fmt: skip
        assert {head: row[head] for head in wanted} == wanted
        assert not {"Status", "Received at"} & set(row)

    def test_none_where_nobody_has_it(self, standard):
        table = scored_table(worklist(standard, [lk.Lead(id="1")], as_of=NOW), standard, "en")
        assert table.heads[-1] == "Joined leads"


class TestCarried:
    """Columns that no field took stand at the end, whatever they are called."""

    def test_with_their_values(self, sample, standard):
        leads = carrying(sample.leads, ("省份", "客户等级"), lambda place: (f"p{place}", place))
        table = scored_table(sample.work, standard, "zh_CN", leads)
        assert table.heads[-2:] == ("省份", "客户等级")
        by_id = {row.record.id: row.carried for row in leads.rows if row.record is not None}
        joined = set(sample.work.joined_to.values())
        for row in rows_of(table):
            if row["线索ID"] not in joined:
                assert (row["省份"], row["客户等级"]) == by_id[row["线索ID"]]

    def test_of_joined_leads_every_different_value_is_there(self, sample, standard):
        assert sample.work.joined_to
        leads = carrying(sample.leads, ("x",), lambda place: (f"p{place % 7}",))
        by_id = {row.record.id: row.carried[0] for row in leads.rows if row.record is not None}
        wanted = {}
        for lead in (*by_id,):
            wanted.setdefault(sample.work.joined_to.get(lead, lead), set()).add(by_id[lead])
        rows = rows_of(scored_table(sample.work, standard, "zh_CN", leads))
        assert {row["线索ID"]: set(row["x"].split("; ")) for row in rows} == wanted

    def test_what_was_filled_in_stays_in_its_column(self, sample, standard):
        leads = carrying(sample.leads, ("结果", "y"), lambda place: ("已联系" if place % 2 else None, 1))
        table = scored_table(sample.work, standard, "zh_CN", leads)
        assert table.heads.count("结果") == 1
        assert {row["结果"] for row in rows_of(table)} == {"已联系", None}

    @pytest.mark.parametrize("language", ["en", "zh_CN"])
    def test_a_list_that_is_scored_again_has_each_column_once(self, sample, standard, tmp_path, language):
        first = scored_table(worklist(standard, sample.leads.records, as_of=NOW), standard, language)
        write_workbook(tmp_path / "a.xlsx", [first])
        again = read_leads(tmp_path / "a.xlsx", standard)
        second = scored_table(worklist(standard, again.records, as_of=NOW), standard, language, again)
        assert [head for head in second.heads if head not in first.heads] == [
            head_of("carried", language).format(head_of(column, language)) for column in ("sources", "duplicates")
        ]
        lead, why = head_of("id", language), head_of("why", language)
        before, after = ({row[lead]: row[why] for row in rows_of(table)} for table in (first, second))
        joined = {row[lead] for row in rows_of(first) if row[head_of("duplicates", language)]}
        assert before.keys() == after.keys()
        assert [name for name in before.keys() - joined if before[name] != after[name]] == []

    @settings(max_examples=20)
    @given(st.lists(st.sampled_from(["得分", "得分(原表)", "排名", "z", "电话", "结果", ""]), unique=True, max_size=7))
    def test_heads_stay_different(self, sample, standard, heads):
        leads = carrying(sample.leads, heads, lambda place: [f"{place}{head}" for head in heads])
        table = scored_table(sample.work, standard, "zh_CN", leads)
        assert len(set(table.heads)) == len(table.heads)
        plain = len(scored_table(sample.work, standard, "zh_CN").heads)
        assert len(table.heads) == plain + len(set(heads) - {"结果"})
        assert all(len(row) == len(table.heads) for row in table.rows)


class TestToday:
    """The first sheet: how many to call, who is first, what to ask for, what needs a look, and the figures."""

    def test_the_headline_counts_what_the_list_shows(self, sample, standard):
        rows = rows_of(scored_table(sample.work, standard, "en"))
        counts = Counter(row["Priority"] for row in rows if row["Priority"])
        said = headline(sample.work, standard, "en")
        assert said == f"{counts['high']} to call today (high), then {counts['medium']} medium, {counts['low']} low"

    def test_no_row(self, standard):
        assert headline(Worklist((), {}), standard, "en") == "There are no leads to call: no row was read as one"

    def test_nobody_to_call(self, standard, now):
        work = lk.worklist(standard, [lk.Lead(id="1", contact=lk.Contact(phone="1380013"))], as_of=now)
        assert headline(work, standard, "en") == "Nobody to call"

    def test_without_a_lead_of_the_highest_priority(self, sample, standard):
        others = tuple(d for d in sample.work.decisions if d.score.bands["priority"] != "high")
        said = headline(Worklist(others, {}), standard, "en")
        assert re.fullmatch(r"None is high: start at the top of the list \(\d+ medium, \d+ low\)", said)

    @pytest.mark.parametrize("language", ["en", "zh_CN"])
    def test_blocks(self, sample, standard, language):
        table = result_tables(sample.work, standard, language, sample.leads, sample.activities)[0]
        words = texts("sheets", language)["today"]
        strong = [table.rows[place][0] for place in table.strong]
        blocks = [words[name] for name in ("first", "ask", "to_do", "figures")]
        assert strong == [headline(sample.work, standard, language), *blocks]
        assert {len(row) for row in table.rows} == {len(table.heads)} == {3}

    def test_names_what_needs_a_look_with_its_sheet(self, sample, standard):
        flagged = [
            evolve(row, faults=(Fault("not_valid", "phone"),)) if row.record else row for row in sample.leads.rows
        ]
        leads = evolve(sample.leads, rows=tuple(flagged))
        tables = result_tables(sample.work, standard, "zh_CN", leads, sample.activities)
        titles = [table.title for table in tables]
        assert titles == ["今日", "线索评分", "待修正线索", "需核对线索", "待修正跟进", "合并明细"]
        numbers = {row[0]: row[1] for row in tables[0].rows}
        assert numbers["需核对线索"] == len(leads.flagged) == len(tables[3].rows)
        assert numbers["待修正线索"] == len(leads.set_aside)

    def test_times_are_in_the_zone_of_the_policy_without_seconds(self, sample, standard):
        rows = {row[0]: row[2] for row in result_tables(sample.work, standard, "zh_CN", sample.leads)[0].rows}
        assert rows["评分时间"] == "2023-09-30 00:00 Asia/Shanghai"


class TestJoins:
    """What was joined, by what, and what was not kept."""

    def test_each_difference_is_a_row(self, sample, standard):
        differences = (Difference("job_title", "a", "b"), Difference("custom.x_y", "c", "d"))
        joins = (Join("2", "1", "phone", differences), Join("3", "1", "email"))
        work = Worklist(sample.work.decisions, sample.work.joined_to, joins)
        table = result_tables(work, standard, "en", sample.leads)[-1]
        assert [tuple(row) for row in table.rows] == [
            ("2", "1", "Phone", "Job title", "a", "b"),
            ("2", "1", "Phone", "x y", "c", "d"),
            ("3", "1", "Email", None, None, None),
        ]

    def test_no_sheet_without(self, sample, standard):
        work = Worklist(sample.work.decisions, sample.work.joined_to)
        titles = [table.title for table in result_tables(work, standard, "en", sample.leads)]
        assert titles == ["Today", "Scored leads", "Leads set aside", "Leads to look at"]


class TestFiles:
    """CSV has a file a table; none that nobody named is written over."""

    def test_the_list_is_in_the_file_that_was_named(self, sample, standard, tmp_path):
        tables = result_tables(sample.work, standard, "en", sample.leads)
        files = write_result(tmp_path / "a.csv", tables)
        assert files == derived_names(tmp_path / "a.csv", len(tables))
        first, *_, last = (file.read_text("utf-8-sig").partition(",")[0] for file in files)
        assert (first, last) == ("Rank", "Item")

    def test_one_that_exists_is_not_written_over(self, tmp_path):
        (tmp_path / "a-2.csv").write_text("precious")
        with pytest.raises(lk.errors.SheetError, match=r"would write over a-2\.csv"):
            write_result(tmp_path / "a.csv", [Table("A", ("a",), [("x",)])] * 2)
        assert [file.name for file in tmp_path.iterdir()] == ["a-2.csv"]
        assert (tmp_path / "a-2.csv").read_text() == "precious"
        assert write_result(tmp_path / "a.csv", [Table("A", ("a",), [("x",)])]) == [tmp_path / "a.csv"]

    def test_none_is_there_before_all_are_written(self, tmp_path):
        def rows():
            yield ("x",)
            raise KeyboardInterrupt

        (tmp_path / "a.csv").write_text("old")
        with pytest.raises(KeyboardInterrupt):
            write_result(tmp_path / "a.csv", [Table("A", ("a",), [("new",)]), Table("B", ("a",), rows())])
        assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a.csv", "old")]
