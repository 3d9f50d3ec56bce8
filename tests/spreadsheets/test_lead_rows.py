"""Rows of a stranger's sheet as leads: what a cell says comes in, is flagged, is set aside or is carried through."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.heads.maps import load_map
from leadkit.adapters.spreadsheets.read import read_activities, read_leads
from leadkit.adapters.spreadsheets.read_sheet import ReadSheet

from .lines import written

SHANGHAI = ZoneInfo("Asia/Shanghai")


def read(folder: Path, *lines: str, policy: object = None, **options: object) -> ReadSheet[lk.Lead]:
    loaded = policy if isinstance(policy, lk.Policy) else relaxed()
    return read_leads(written("leads.csv", folder, *lines), loaded, **options)  # type: ignore[arg-type]


def relaxed(**more: object) -> lk.Policy:
    """The standard policy, which requires nothing of a row."""
    return lk.load_policy({"extends": "standard", "name": "relaxed", "capture": {"required": []}, **more})


def first(folder: Path, *lines: str, **options: object) -> lk.Lead:
    return read(folder, *lines, **options).records[0]


class TestFields:
    """The columns of a lead beside those of our own template."""

    def test_a_row_of_everything(self, tmp_path):
        heads = "姓名 | 手机 | 预算（万元） | 采购时间 | 产品 | 地区 | 负责人 | 官网 | 线索编号 | 标签"
        lead = first(
            tmp_path,
            heads,
            "李雷 | 13912340001 | 60-90 | 2027-03-31 | 封箱机 | 江苏 | 王芳 | li.example | L-7 | 展会;重点",
        )
        assert lead.need.budget == lk.records.Budget(low=Decimal(600_000), high=Decimal(900_000), currency="CNY")
        assert (lead.need.purchase_by, lead.need.product, lead.company.region) == (date(2027, 3, 31), "封箱机", "江苏")
        assert (lead.owner, lead.company.website, lead.external_id, lead.id) == ("王芳", "li.example", "L-7", "L-7")
        assert lead.tags == ("展会", "重点")

    @pytest.mark.parametrize(
        ("heads", "row", "name"),
        [
            ("First Name | Last Name | Email", "Mary | Stone | m@a.example", "Mary Stone"),
            ("名 | 姓 | 手机", "雷 | 李 | 13912340001", "李雷"),
            ("Full name | First name | Last name | Email", "Mary Stone | Mary | Stone | m@a.example", "Mary Stone"),
        ],
    )
    def test_names_in_parts(self, tmp_path, heads, row, name):
        assert first(tmp_path, heads, row).contact.name == name

    def test_several_phones_the_valid_one_first_and_none_lost(self, tmp_path):
        lead = first(tmp_path, "姓名 | 电话 | 手机", "李雷 | 12345 | 13912340001")
        assert lead.contact.phone == "13912340001"
        sheet = read(tmp_path, "姓名 | 电话 | 手机", "李雷 | 021-62345678 | 13912340001")
        assert [contact.phone for contact in sheet.records[0].other_contacts] == ["+8613912340001"] or [
            contact.phone for contact in sheet.records[0].other_contacts
        ] == ["13912340001"]

    def test_a_declared_field_by_its_name_and_by_its_label(self, tmp_path):
        policy = relaxed(fields={"safety_audit": {"type": "boolean"}}, labels={"zh_CN": {"safety_audit": "安全审计"}})
        for head, cell in (("安全审计", "是"), ("safety_audit", "true"), ("Safety Audit", "yes")):
            lead = first(tmp_path, f"姓名 | 手机 | {head}", f"李雷 | 13912340001 | {cell}", policy=policy)
            assert lead.custom["safety_audit"] is True

    def test_a_value_that_a_declared_field_does_not_have_is_flagged(self, tmp_path):
        policy = relaxed(fields={"line": {"type": "category", "levels": ["auto", "food"]}})
        sheet = read(tmp_path, "姓名 | 手机 | line", "李雷 | 13912340001 | ships", policy=policy)
        assert sheet.records[0].custom == {}
        assert [fault.code for fault in sheet.flagged[0].faults] == ["not_a_level"]

    def test_words_and_constants_of_a_map(self, tmp_path):
        table = {
            "source": {"value": "展会-2026工博会"},
            "company_size": {"head": "规模", "words": {"large": ["L"], "small": ["S"]}},
            "status": {"head": "阶段", "words": {"invalid": ["垃圾"]}},
        }
        policy = relaxed(sheets={"leads": table})
        lead = first(tmp_path, "姓名 | 手机 | 规模 | 阶段", "李雷 | 13912340001 | l | 垃圾", policy=policy)
        assert lead.source == lk.records.Source(channel="展会", detail="2026工博会")
        assert (lead.company.size, lead.status) == ("large", "invalid")

    def test_a_map_in_a_file(self, tmp_path):
        file = tmp_path / "map.toml"
        file.write_text('[sheets.leads]\ncontact = "甲"\nphone = ["乙", "丙"]\n', encoding="utf-8")
        lead = first(tmp_path, "甲 | 乙 | 丙", "李雷 | | 13912340001", heads=load_map(file))
        assert (lead.contact.name, lead.contact.phone) == ("李雷", "13912340001")


class TestUnits:
    """What the head of a sum says holds for its plain numbers; a currency in the cell comes first."""

    @pytest.mark.parametrize(
        ("head", "low", "currency"),
        [
            ("Budget (EUR)", 12, "EUR"),
            ("Budget €", 12, "EUR"),
            ("Бюджет ₽", 12, "RUB"),
            ("Бюджет, тыс. руб.", 12_000, "RUB"),
            ("预算(美元)", 12, "USD"),
            ("预算万元", 120_000, "CNY"),
            ("Budget in T€", 12_000, "EUR"),
            ("Budget (USD, thousands)", 12_000, "USD"),
            ("予算(万円)", 120_000, "JPY"),
            ("예산(만원)", 120_000, "KRW"),
            ("Budget (TL)", 12, "TRY"),
            ("Budget (optional)", 12, "CNY"),
        ],
    )
    def test_of_a_head(self, tmp_path, head, low, currency):
        budget = first(tmp_path, f"Name | Email | {head}", "Mary Stone | m@a.example | 12").need.budget
        assert budget == lk.records.Budget(low=Decimal(low), high=Decimal(low), currency=currency)

    def test_a_cell_that_names_its_currency(self, tmp_path):
        budget = first(tmp_path, "Name | Email | Budget (EUR)", "Mary Stone | m@a.example | USD 12").need.budget
        assert budget.currency == "USD"

    def test_a_magnitude_in_the_cell(self, tmp_path):
        budget = first(tmp_path, "Name | Email | Budget (EUR)", "Mary Stone | m@a.example | 20k").need.budget
        assert (budget.low, budget.currency) == (Decimal(20_000), "EUR")

    @pytest.mark.parametrize(("other", "currency"), [("EUR 7000", "EUR"), ("7000", "CNY")])
    def test_of_the_other_cells(self, tmp_path, other, currency):
        others = [f"Ann Lee | a{number}@a.example | {other}" for number in range(3)]
        rows = ("Mary Stone | m@a.example | 9000", *others)
        budget = first(tmp_path, "Name | Email | Budget", *rows).need.budget
        assert (budget.low, budget.currency) == (Decimal(9000), currency)

    def test_a_currency_without_a_sum_is_carried(self, tmp_path):
        result = read(tmp_path, "Name | Email | Currency", "Mary Stone | m@a.example | EUR")
        assert (result.carried, result.rows[0].carried) == (("Currency",), ("EUR",))


class TestPhonesOfAnotherCountry:
    """A number that no country is named for is unknown: at home it would be another one, or an invalid one."""

    @pytest.mark.parametrize("phone", ["01 99 00 12 34", "415.555.0166", "090-1234-5602", "(21) 3456-7001"])
    def test_by_how_it_is_written(self, tmp_path, phone, standard, now):
        result = read(tmp_path, "Name | Company | Phone", f"Luc Morel | Morel SAS | {phone}", policy=standard)
        assert result.records[0].contact.phone is None
        assert [fault.code for fault in result.rows[0].faults] == ["no_country"]
        assert standard.screen(result.records[0], as_of=now).outcome != "invalid"

    def test_by_the_others_of_the_column(self, tmp_path):
        phones = ("0171 2345678", "0172 3456789", "+49 171 1234567")
        result = read(tmp_path, "Name | Phone", *(f"Mary Stone{n} | {phone}" for n, phone in enumerate(phones)))
        assert [lead.contact.phone for lead in result.records] == [None, None, phones[2]]

    def test_a_map_says_which(self, tmp_path):
        heads = tmp_path / "map.toml"
        heads.write_text('[sheets.leads]\nphone_region = "FR"\n')
        lead = first(tmp_path, "Name | Phone", "Luc Morel | 01 99 00 12 34", heads=load_map(heads))
        assert lead.contact.phone == "+33199001234"


def test_a_sheet_of_something_else_is_no_lead_sheet(tmp_path):
    with pytest.raises(lk.errors.SheetError, match="no column looks like a contact, company, phone or e-mail"):
        read(tmp_path, "Date | Amount | Account", "2026-11-01 | 12 | 4711", "2026-11-02 | 13 | 4712")


def test_a_second_name_is_another_contact(tmp_path):
    lead = first(tmp_path, "Student Name | Parent Name | Email", "Ann Lee | Mary Lee | m@a.example")
    assert {lead.contact.name, *(other.name for other in lead.other_contacts)} == {"Ann Lee", "Mary Lee"}


def test_a_scored_list_reads_back_as_it_was(tmp_path, standard):
    """It has a column for every field; what the first sheet had no column for is not asked of it."""
    heads = "Rank | Points | Lead ID | Company | Contact | Email | Industry | Company size | Need | Why"
    result = read(tmp_path, heads, "1 | 20 | A-1 | Acme | Mary Stone | m@a.example | | | | role +20", policy=standard)
    assert (result.rows[0].faults, [lead.id for lead in result.records]) == ((), ["A-1"])


class TestDates:
    """The order of day and month is the whole column's; what stays open is unknown, and said."""

    def test_a_row_further_down_tells_the_order(self, tmp_path):
        rows = [*["Ann Lee | a@b.example | 11/4/2026"] * 400, "Ann Lee | a@b.example | 11/13/2026"]
        sheet = read(tmp_path, "name | email | created", *rows)
        assert sheet.records[0].received_at == datetime(2026, 11, 4, tzinfo=SHANGHAI)
        assert not sheet.flagged

    def test_without_any_evidence_the_rows_are_flagged_and_used(self, tmp_path):
        sheet = read(tmp_path, "name | email | created", "Ann Lee | a@b.example | 11/4/2026")
        assert sheet.records[0].received_at is None
        assert [fault.code for fault in sheet.flagged[0].faults] == ["not_a_date"]

    def test_the_map_says_the_order_where_the_column_does_not(self, tmp_path):
        policy = relaxed(sheets={"leads": {"dates": "day_first"}})
        lead = first(tmp_path, "name | email | created", "Ann Lee | a@b.example | 11/4/2026", policy=policy)
        assert lead.received_at == datetime(2026, 4, 11, tzinfo=SHANGHAI)

    def test_a_bad_optional_date_does_not_lose_the_row(self, tmp_path):
        sheet = read(tmp_path, "姓名 | 手机 | 录入时间", "李雷 | 13912340001 | 下周")
        assert sheet.records[0].contact.name == "李雷"
        assert [fault.code for fault in sheet.flagged[0].faults] == ["not_a_date"]

    def test_a_span_ends_on_its_last_day_seen_from_when_the_lead_came(self, tmp_path):
        lead = first(tmp_path, "姓名 | 手机 | 录入时间 | 采购时间", "李雷 | 13912340001 | 2026-11-04 | 2027年Q1")
        assert lead.need.purchase_by == date(2027, 3, 31)


class TestTold:
    """What is given and not understood is flagged, whatever else is valid."""

    @pytest.mark.parametrize("phone", ["1.38E+10", "138****5678", "1380013800", "#REF!"])
    def test_a_damaged_phone_beside_a_valid_mail(self, tmp_path, phone):
        sheet = read(tmp_path, "姓名 | 手机 | 邮箱", f"李雷 | {phone} | a@b.example")
        assert [(fault.code, fault.column) for fault in sheet.flagged[0].faults] == [("not_valid", "phone")]

    def test_a_damaged_mail_beside_a_valid_phone(self, tmp_path):
        sheet = read(tmp_path, "姓名 | 手机 | 邮箱", "李雷 | 13912340001 | li at b", "韩梅 | 13912340002 | h@b.example")
        assert [(fault.code, fault.column) for fault in sheet.flagged[0].faults] == [("not_valid", "email")]

    def test_parts_of_a_name_beside_another_name_are_another_person(self, tmp_path):
        heads = "Full Name | First Name | Last Name | Email"
        sheet = read(
            tmp_path, heads, "Mr. Mary A. Stone | Mary | Stone | m@a.example", "Mary Stone | Bo | Li | b@a.example"
        )
        first, second = sheet.records
        assert [contact.name for contact in first.other_contacts] == []
        assert [second.contact.name, *(contact.name for contact in second.other_contacts)] == ["Mary Stone", "Bo Li"]

    def test_a_row_with_more_cells_than_heads_is_set_aside(self, tmp_path):
        heads = "序号 | 线索来源 | 企业名称 | 行业 | 联系人 | 电话"
        sheet = read(tmp_path, heads, "1 | 官网 | 示例科技 | 有限公司 | 制造 | 张三 | 13912340001")
        assert [fault.code for fault in sheet.set_aside[0].faults] == ["wide"]
        assert sheet.set_aside_table("aside", "en").rows[0][:7] == tuple(
            cell.strip() for cell in ["1", "官网", "示例科技", "有限公司", "制造", "张三", "13912340001"]
        )

    def test_cells_under_a_blank_head_are_kept_and_flagged(self, tmp_path):
        sheet = read(tmp_path, "姓名 | 手机 | ", "李雷 | 13912340001 | note")
        assert sheet.rows[0].carried == ("note",)
        assert [fault.code for fault in sheet.flagged[0].faults] == ["blank_head"]

    def test_what_the_policy_requires_is_asked_of_rows_that_have_a_column_for_it(self, tmp_path, standard):
        sheet = read(
            tmp_path, "姓名 | 手机 | 行业", "李雷 | 13912340001 | ", "韩梅 | 13912340002 | 制造", policy=standard
        )
        assert [fault.column for fault in sheet.set_aside[0].faults] == ["industry"]
        assert len(sheet.records) == 1
        assert {"company", "company_size"} <= set(sheet.no_column)

    @given(
        st.lists(
            st.lists(st.text(st.characters(codec="utf-8", exclude_characters='"\r\n\0'), max_size=9), max_size=7),
            max_size=6,
        )
    )
    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_cells_in_are_cells_kept_or_named(self, tmp_path, rows):
        """Every filled cell is in the record, among the carried ones, or in a row that is named with its cells."""
        import csv

        file = tmp_path / "any.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([["联系人", "电话", "own", "公司", "需求描述"], *rows])
        sheet = read_leads(file, relaxed())
        kept = 0
        for row in sheet.rows:
            cells = {str(cell).strip() for cell in row.cells if cell is not None}
            known = {*_texts(row.record), *map(str, filter(None, row.carried))} if row.record else set()
            given = [cell for cell in rows_by_line(file)[row.number] if cell.strip()]
            for cell in given:
                assert cell.strip() in cells or any(cell.strip() in word for word in known), (row, cell)
            kept += 1
        assert kept == sum(any(cell for cell in row) for row in rows)


def rows_by_line(file: Path) -> dict[int, list[str]]:
    import csv

    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        lines, start = {}, 1
        for row in reader:
            lines[start] = row
            start = reader.line_num + 1
    return lines


def _texts(lead: lk.Lead | None) -> list[str]:
    if lead is None:
        return []
    parts = [lead.contact.name, lead.contact.phone, lead.company.name, lead.need.description]
    return [str(part) for part in parts if part] + [str(contact.phone) for contact in lead.other_contacts]


class TestSheets:
    """All visible sheets with heads of leads; hidden ones only by name; what is left out is said."""

    def book(self, folder: Path, **sheets: list[list[object]]) -> Path:
        file = folder / "book.xlsx"
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
            if name.startswith("hidden"):
                sheet.sheet_state = "hidden"
        book.save(file)
        return file

    HEADS = ("序号", "联系人", "电话")

    def test_every_visible_one(self, tmp_path):
        file = self.book(
            tmp_path,
            hidden=[self.HEADS, [1, "旧人", "13912340009"]],
            七月=[self.HEADS, [1, "李雷", "13912340001"]],
            说明=[["只是说明"]],
            八月=[["电话", "联系人", "own"], ["13912340002", "韩梅", "x"]],
        )
        sheet = read_leads(file, relaxed())
        assert [lead.contact.name for lead in sheet.records] == ["李雷", "韩梅"]
        assert [row.sheet for row in sheet.rows] == ["七月", "八月"]
        assert sheet.left_out == {"hidden": "hidden", "说明": "no_heads"}
        assert sheet.rows[1].carried == ("x",)

    def test_a_hidden_one_by_name(self, tmp_path):
        file = self.book(tmp_path, hidden=[self.HEADS, [1, "旧人", "13912340009"]], 七月=[self.HEADS])
        assert read_leads(file, relaxed(), sheet="hidden").records[0].contact.name == "旧人"
        with pytest.raises(lk.errors.SheetError, match="has no sheet 'august'"):
            read_leads(file, relaxed(), sheet="august")

    def test_numbers_that_start_anew_in_each_sheet(self, tmp_path):
        rows = [self.HEADS, [1, "李雷", "13912340001"]]
        sheet = read_leads(self.book(tmp_path, 七月=rows, 八月=rows), relaxed())
        assert [lead.id for lead in sheet.records] == ["1", "八月-1"]

    def test_merged_and_computed_cells_are_used_and_flagged(self, tmp_path):
        file = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(str(file)) as book:
            sheet = book.add_worksheet("线索")
            sheet.write_row(0, 0, ["联系人", "电话", "企业名称"])
            sheet.write_row(1, 0, ["李雷", "13912340001"])
            sheet.write_row(2, 0, ["韩梅", "13912340002"])
            sheet.merge_range(1, 2, 2, 2, "样例机械有限公司")
            sheet.write_row(3, 0, ["王芳", "13912340003"])
            sheet.write_formula(3, 2, '=A4&"公司"', None, "王芳公司")
        read_back = read_leads(file, relaxed())
        assert [lead.company.name for lead in read_back.records] == ["样例机械有限公司", "样例机械有限公司", "王芳公司"]
        assert [fault.code for fault in read_back.rows[2].faults] == ["formula"]
        assert "merged" in [fault.code for fault in read_back.rows[1].faults]

    def test_two_phones_of_all_ones_are_not_one_lead(self, tmp_path, now):
        rows = [
            ["联系人", "电话", "企业名称"],
            ["李雷", 13800000000, "甲机械有限公司"],
            ["韩梅", 13800000000, "乙电子有限公司"],
        ]
        sheet = read_leads(self.book(tmp_path, 线索=rows), relaxed())
        assert len(lk.worklist(relaxed(), sheet.records, as_of=now).decisions) == 2


class TestFollowUps:
    """Ids match whatever their width and invisible signs; one that is close is named."""

    def test_ids(self, tmp_path):
        file = written(
            "f.csv",
            tmp_path,
            "线索ID | 跟进时间 | 跟进方式",
            "１ | 2026-11-02 | 电话",
            "2\u200b | 2026-11-02 | 电话",
            "3 | 2026-11-02 | 电话",
        )
        sheet = read_activities(file, relaxed(), {"1", "2", "003"})
        assert [activity.lead_id for activity in sheet.records] == ["1", "2"]
        assert sheet.set_aside[0].faults[0].detail == "003"
