"""A list goes out to be worked in a spreadsheet, and comes back as follow-ups, next dates and owners."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import leadkit as lk
from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.write import write_csv, write_workbook
from leadkit.desk.importing import import_activities, import_leads
from leadkit.desk.worked_lists import ids_in
from leadkit.desk.worklists import work_table
from tests.desk.desks import BOSS, lead

FILLED_IN = ("跟进时间", "跟进方式", "跟进内容", "客户反馈", "下次跟进计划", "下次跟进日期", "新负责人")
CALL = {"跟进时间": "2026-11-28 10:00", "跟进方式": "电话"}
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def desk() -> lk.Desk:
    desk = lk.Desk("standard")
    desk.capture_all([(lead(number), None) for number in (1, 2, 3)])
    for member in ("li_na", "wang"):
        desk.enrol(lk.Member(id=member, role="sales_rep"))
    return desk


def worked(desk: lk.Desk, file: Path, **filled: dict[str, object]) -> Path:
    """The list of all leads with the columns that people fill in, by lead."""
    table = work_table(desk, desk.leads(), "zh_CN")
    rows = []
    for row in table.rows:
        cells = dict(zip(table.heads, row, strict=True))
        cells |= filled.get(str(cells["线索ID"]), {})
        rows.append(tuple(cells.values()))
    write = write_csv if file.suffix == ".csv" else lambda path, written: write_workbook(path, [written])
    write(file, Table(table.title, table.heads, rows))
    return file


class TestOut:
    def test_says_whom_to_call_and_has_columns_to_fill_in(self, desk):
        table = work_table(desk, desk.leads(text="北辰"), "zh_CN")
        assert table.heads[-7:] == (
            "跟进时间",
            "跟进方式",
            "跟进内容",
            "客户反馈",
            "下次跟进计划",
            "下次跟进日期",
            "新负责人",
        )
        assert {"线索ID", "企业名称", "电话", "负责人", "应办时间", "上次跟进"} <= set(table.heads)
        assert all(row[-7:] == (None,) * 7 for row in table.rows)
        assert set(table.choices["新负责人"]) == {"li_na", "wang"}

    def test_a_workbook_offers_means_and_members(self, desk, tmp_path):
        from openpyxl import load_workbook

        file = tmp_path / "list.xlsx"
        write_workbook(file, [work_table(desk, desk.leads(), "zh_CN")])
        sheet = load_workbook(file).active
        lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
        assert '"li_na,wang"' in lists.values()

    def test_its_ids_are_those_of_another_command(self, desk, tmp_path):
        file = worked(desk, tmp_path / "list.xlsx")
        assert sorted(ids_in(file)) == ["L1", "L2", "L3"]


class TestBack:
    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_follow_ups_next_dates_and_owners(self, desk, tmp_path, kind):
        done = import_activities(
            desk,
            worked(
                desk,
                tmp_path / f"list.{kind}",
                L1={
                    "跟进时间": "2026-11-28 10:00",
                    "跟进方式": "电话",
                    "下次跟进计划": "2026-12-03 拜访",
                    "新负责人": "li_na",
                },
                L2={"跟进时间": "2026-11-28", "跟进方式": "电话", "下次跟进日期": "2026-12-05", "跟进内容": "再报价"},
            ),
            by=BOSS,
        )
        assert (done.recorded, done.unfilled, done.activities_set_aside) == (2, 1, 0)
        assert [row.owner for row in done.assigned if row.new] == ["li_na"]
        assert desk.lead("L1").owner == "li_na"
        (first,), (second,) = desk.activities("L1"), desk.activities("L2")
        assert (first.next_at, second.next_at) == (
            datetime(2026, 12, 3, tzinfo=ZONE),
            datetime(2026, 12, 5, tzinfo=ZONE),
        )

    def test_twice_is_once(self, desk, tmp_path):
        filled = {"跟进时间": "2026-11-28 10:00", "跟进方式": "电话", "新负责人": "wang"}
        file = worked(desk, tmp_path / "list.csv", L3=filled)
        import_activities(desk, file, by=BOSS)
        again = import_activities(desk, file, by=BOSS)
        assert (again.recorded, again.recorded_before, [row.new for row in again.assigned]) == (0, 1, [False])

    def test_half_filled_in_is_set_aside_and_nobody_of_the_team_is_refused(self, desk, tmp_path):
        file = worked(desk, tmp_path / "list.csv", L1={"跟进内容": "电话里说再等等"}, L2={"新负责人": "nobody"})
        done = import_activities(desk, file, by=BOSS)
        assert [row.faults[0].code for row in done.activities.set_aside] == ["missing"]
        assert [row.refused is not None for row in done.assigned] == [True]

    def test_an_owner_of_a_number_that_several_leads_came_under_is_refused(self, desk, tmp_path):
        desk.capture(lead(5).model_copy(update={"id": "L1-b01065"}))
        done = import_activities(desk, worked(desk, tmp_path / "list.csv", L1={"新负责人": "wang"}), by=BOSS)
        assert [row.lead_id for row in done.owners_refused] == ["L1"]
        assert desk.lead("L1").owner is None

    def test_beside_a_lead_sheet_nothing_of_it_is_dropped(self, desk, tmp_path):
        leads = tmp_path / "leads.csv"
        heads = "序号,线索来源,企业名称,行业,企业规模,联系人,职位,电话,初步需求描述"
        leads.write_text(f"{heads}\nL9,官网,乙公司,制造,中型,李二,总监,13912340009,采购产线\n", encoding="utf-8")
        follow_ups = tmp_path / "list.csv"
        heads = "线索ID,跟进时间,跟进方式,新负责人"
        follow_ups.write_text(f"{heads}\nL9,2026-11-28,电话,wang\nL9,,,\n", encoding="utf-8")
        done = import_leads(desk, leads, activities=follow_ups, by=BOSS)
        assert (done.recorded, done.unfilled, [row.owner for row in done.assigned if row.new]) == (1, 1, ["wang"])

    def test_an_undone_import_takes_the_owner_back_too(self, desk, tmp_path):
        filled = {"跟进时间": "2026-11-28 10:00", "跟进方式": "电话", "新负责人": "wang"}
        done = import_activities(desk, worked(desk, tmp_path / "list.csv", L3=filled), by=BOSS)
        assert desk.undo(done.run, by=BOSS).kept == ()
        assert (desk.lead("L3").owner, desk.activities("L3")) == (None, ())


class TestLists:
    def test_every_state_can_be_listed(self, desk):
        desk.disqualify("L1", "wrong_number", by=BOSS)
        desk.disqualify("L2", "wrong_number", by=BOSS)
        desk.archive("L2", by=BOSS)
        listed = {
            status: [state.id for state in desk.leads(status=status)] for status in ("invalid", "archived", "valid")
        }
        assert listed == {"invalid": ["L1"], "archived": ["L2"], "valid": ["L3"]}

    @pytest.mark.parametrize(
        ("which", "ids"),
        [
            ({"text": "智造"}, ["L1", "L2", "L3"]),
            ({"text": "王2"}, ["L2"]),
            ({"text": "13800100003"}, ["L3"]),
            ({"text": "採購設備"}, ["L1", "L2", "L3"]),
            ({"text": "nothing"}, []),
            ({"channel": "官网", "limit": 2}, ["L2", "L3"]),
            ({"channel": "展会"}, []),
        ],
    )
    def test_by_what_they_say(self, desk, which, ids):
        assert sorted(state.id for state in desk.leads(**which)) == ids

    def test_by_the_time_of_capture(self, desk):
        captured = desk.lead("L1").captured_at
        assert len(desk.leads(since=captured)) == 3
        assert desk.leads(until=captured) == ()

    def test_an_erased_or_merged_lead_is_not_listed(self, desk):
        desk.erase("L1", by=lk.Actor(id="wu", role="director"))
        desk.merge("L2", "L3", by=BOSS)
        assert [state.id for state in desk.leads()] == ["L2"]


def test_a_grid_of_the_list_is_as_wide_as_its_heads(desk, tmp_path):
    file = worked(desk, tmp_path / "list.csv")
    (grid,) = read_grids(file)
    heads, *rows = (cells for _, cells in grid.rows)
    assert {len(cells) for cells in rows} == {len(heads)}
