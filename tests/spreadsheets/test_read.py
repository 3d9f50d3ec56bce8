"""Lead and follow-up sheets: rows become records, or come back with their reason and their raw text."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.cells import moment
from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.read import read_activities, read_leads
from leadkit.adapters.spreadsheets.templates import ACTIVITIES, LEADS

ZH = LEADS.row("zh_CN")
EN = LEADS.row("en")
GOOD = ["7", "官网-产品咨询", "北辰智造有限公司", "新能源", "中型", "王敏", "采购总监", "13812345678", "w@example.com"]
GOOD += ["采购设备,预算50-80万,Q3落地", "官网", "赵六", "2023-08-01"]
FIRST = ["1", "官网-产品咨询", "科技有限公司", "智能制造", "中型", "", "采购经理", "138", "zhangxx"]
FIRST += ["采购型号设备,预算50-80万,Q3落地", "官网", "", "2023-08-01"]
SECOND = ["2", "展会-2023年工博会", "YY实业集团", "新能源", "大型", "", "总工程师", "1395678", "wangyy"]
SECOND += ["知晓智能生产线解决方案,需定制化", "展会", "赵六", "2023-08-03"]


def sheet(folder: Path, rows: list[list[str]], encoding: str = "utf-8", name: str = "leads.csv") -> Path:
    file = folder / name
    with file.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(rows)
    return file


class TestTemplates:
    """Heads in Chinese or English, reordered, with extra columns and a title row above, in the encodings of Excel."""

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_encodings(self, tmp_path, standard, encoding):
        plan = read_leads(sheet(tmp_path, [ZH, GOOD], encoding), standard)
        assert plan.records[0].company.name == "北辰智造有限公司"

    def test_english_heads_give_the_same_records(self, tmp_path, standard):
        chinese = read_leads(sheet(tmp_path, [ZH, GOOD]), standard)
        english = read_leads(sheet(tmp_path, [EN, GOOD]), standard)
        assert english.records == chinese.records
        assert (chinese.language, english.language) == ("zh_CN", "en")

    def test_order_extra_columns_and_a_title_row(self, tmp_path, standard):
        rows = [["8月线索"], [*reversed(ZH), "备注"], [*reversed(GOOD), "own"]]
        plan = read_leads(sheet(tmp_path, rows), standard)
        assert plan.records == read_leads(sheet(tmp_path, [ZH, GOOD]), standard).records

    def test_a_cell_that_is_too_long_sets_its_row_aside(self, tmp_path, standard):
        long = [*GOOD[:9], "x" * 40_000, *GOOD[10:]]
        plan = read_leads(sheet(tmp_path, [ZH, GOOD, long]), standard)
        assert [fault.code for fault in plan.set_aside[0].faults if fault.column == "need"] == ["too_long"]
        assert len(plan.records) == 1

    def test_missing_heads_are_refused_and_equal_ones_are_read_together(self, tmp_path, standard):
        with pytest.raises(lk.errors.SheetError, match="has no row with two heads of leads"):
            read_leads(sheet(tmp_path, [["a", "b"], ["1", "2"]]), standard)
        twice = read_leads(sheet(tmp_path, [[*ZH, "电话"], [*GOOD, "13900139000"]]), standard)
        assert [contact.phone for contact in twice.records[0].other_contacts] == ["13900139000"]

    def test_a_follow_up_sheet_is_told_from_leads(self, tmp_path, standard):
        file = tmp_path / "follow.csv"
        file.write_text("线索编号,跟进时间,跟进方式,跟进内容\nL1,2026-11-20,电话,询问预算\n", encoding="utf-8")
        with pytest.raises(lk.errors.SheetError, match=r"row 1 has the heads of follow-ups.*--activities"):
            read_leads(file, standard)


class TestTemplateRows:
    """The source's own masked rows come back as not valid, with what is wrong in each."""

    def test_they_are_set_aside_with_every_reason(self, tmp_path, standard):
        plan = read_leads(sheet(tmp_path, [ZH, FIRST, SECOND]), standard)
        wanted = (Fault("missing", "contact"), Fault("not_valid", "phone"), Fault("not_valid", "email"))
        assert [row.faults for row in plan.set_aside] == [wanted, wanted]
        table = plan.set_aside_table("待修正", "zh_CN")
        assert table.rows[0] == (*(cell or None for cell in FIRST), "联系人缺失; 电话无效; 邮箱无效")

    def test_with_a_contact_they_are_screened_out(self, tmp_path, standard, now):
        mended = [*FIRST[:5], "张三", *FIRST[6:]]
        lead = read_leads(sheet(tmp_path, [ZH, mended]), standard).records[0]
        screening = standard.screen(lead, as_of=now)
        assert (screening.outcome, screening.reasons) == ("invalid", ("contact_false",))


class TestRows:
    """A row with a missing mandatory cell, an impossible date or a repeated number is set aside."""

    @pytest.mark.parametrize("column", ["source", "company", "industry", "company_size", "contact", "phone", "need"])
    def test_missing(self, tmp_path, standard, column):
        row = list(GOOD)
        row[LEADS.columns.index(column)] = " "
        plan = read_leads(sheet(tmp_path, [ZH, row]), standard)
        assert (plan.rows[0].record, plan.rows[0].faults) == (None, (Fault("missing", column),))

    @pytest.mark.parametrize("date", ["2023-02-30", "yesterday", "20230801x", "2023-13-01"])
    def test_impossible_dates(self, tmp_path, standard, date):
        plan = read_leads(sheet(tmp_path, [ZH, [*GOOD[:-1], date]]), standard)
        assert plan.rows[0].faults == (Fault("not_a_date", "entered_at"),)

    @pytest.mark.parametrize("date", ["2023-08-01", "2023/8/1", "2023年8月1日", "2023.8.1", "2023-08-01 00:00"])
    def test_dates_are_midnight_in_the_policys_zone(self, standard, date):
        assert moment(date, standard.time_zone) == datetime(2023, 8, 1, tzinfo=standard.time_zone)

    def test_a_repeated_number(self, tmp_path, standard):
        plan = read_leads(sheet(tmp_path, [ZH, GOOD, GOOD]), standard)
        assert [row.faults for row in plan.rows] == [(), (Fault("repeated", "number"),)]

    @settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters='"\r\n\0')), min_size=13, max_size=13))
    def test_any_row_is_a_record_or_comes_back(self, tmp_path, standard, cells):
        plan = read_leads(sheet(tmp_path, [ZH, GOOD, cells]), standard)
        assert len(plan.records) + len(plan.set_aside) == len(plan.rows)
        assert plan.rows[0].record is not None


class TestActivities:
    """Follow-ups: a means with an answer is a reply, a page visit is a visit, a row of no lead is set aside."""

    HEADS = ACTIVITIES.row("zh_CN")

    @pytest.mark.parametrize(
        ("means", "feedback", "kind"),
        [
            ("邮件", "已收到,对案例感兴趣", "reply"),
            ("电话", "未接", "follow_up"),
            ("电话", "", "follow_up"),
            ("官网访问(报价页)", "", "core_page_visit"),
            ("下载白皮书", "", "content_download"),
            ("white paper download", "", "content_download"),
            ("参加网络研讨会", "", "webinar"),
            ("腾讯会议直播", "收获很大", "webinar"),
            ("线上研讨会(腾讯会议)", "收获很大", "webinar"),
            ("Zoom webinar", "went well", "webinar"),
            ("Website visit", "asked for more", "core_page_visit"),
            ("Websitebesuch", "fragt nach", "core_page_visit"),
            ("presentation download", "thanks", "content_download"),
            ("钉钉", "未接", "follow_up"),
        ],
    )
    def test_kinds(self, standard, means, feedback, kind):
        assert standard.kind_of(means, feedback) == kind

    @pytest.mark.parametrize(
        "means",
        [
            "企微", "面谈", "视频会议", "线上会议", "钉钉", "产品演示", "线上产品演示", "腾讯会议", "飞书", "上门拜访",
            "Video call", "Teams", "Zoom", "WhatsApp", "Demo", "Besuch", "Anruf", "Vor-Ort-Termin",
        ],
    )  # fmt: skip
    def test_an_answer_by_whatever_means_is_a_reply(self, standard, means):
        assert standard.kind_of(means, "有意向") == "reply"
        assert standard.kind_of(means, "未接") == "follow_up"
        assert standard.knows_means(means)
        assert not standard.knows_means("抖音")

    def test_the_templates_rows(self, tmp_path, standard, now):
        rows = [
            ["1001", "2023-08-05", "邮件", "发送手册及成功案例", '已收到,对案例中"降低能耗30%"感兴趣', "", ""],
            ["1001", "2023-08-10", "电话", "询问采购核心痛点", "需求为提升生产效率,预算可提至90万", "", ""],
            ["9", "2023-08-10", "电话", "", "", "", ""],
        ]
        plan = read_activities(sheet(tmp_path, [list(self.HEADS), *rows]), standard, {"1001"})
        assert [activity.kind for activity in plan.records] == ["reply", "reply"]
        assert plan.rows[2].faults == (Fault("unknown_lead", "lead_id"),)


class TestDuplicates:
    """The same person or company twice in a file is joined; both sources are kept."""

    def test_by_phone_and_by_company(self, tmp_path, standard, now):
        other = ["6", "展会-工博会", "另一家设备公司", *GOOD[3:]]
        by_phone = ["8", "展会-工博会", "北辰智造", *GOOD[3:7], "+86 138 1234 5678", *GOOD[8:]]
        by_company = ["9", "线上广告-百度", "北辰智造有限责任公司", *GOOD[3:5], "李强", "技术员"]
        by_company += ["13900139000", "l@example.com", *GOOD[9:]]
        plan = read_leads(sheet(tmp_path, [ZH, GOOD, other, by_phone, by_company]), standard)
        work = lk.worklist(standard, plan.records, as_of=now)
        assert work.joined_to == {"8": "7", "9": "7"}
        lead = next(decision.lead for decision in work.decisions if decision.lead.id == "7")
        assert [source.channel for source in lead.other_sources] == ["展会", "线上广告"]
        assert [contact.name for contact in lead.other_contacts] == ["李强"]

    def test_the_follow_ups_of_both_count(self, standard, now):
        leads = [lk.Lead(id=name, contact=lk.Contact(phone="13812345678")) for name in "ab"]
        touches = [lk.Activity(id=name, lead_id=name, kind="webinar", occurred_at=now) for name in "ab"]
        assert [d.score.points for d in lk.worklist(standard, leads, touches, as_of=now).decisions] == [30]


@pytest.mark.parametrize("head", ["联系人", "拜访对象", "Contact person", "Met with"])
def test_with_whom_a_follow_up_was_is_read(tmp_path, standard, head):
    rows = [[*ACTIVITIES.row("zh_CN"), head], ["7", "2023-08-01", "电话", "谈价", "", "", "赵六", "王敏"]]
    (row,) = read_activities(sheet(tmp_path, rows), standard, None).rows
    assert (row.record.contact, row.record.by, row.faults) == ("王敏", "赵六", ())
