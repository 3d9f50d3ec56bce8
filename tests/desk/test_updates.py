"""A sheet that comes again corrects its leads, row by row, and says what it changed."""

from __future__ import annotations

from pathlib import Path

import pytest

import leadkit as lk
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.write import write_csv
from leadkit.desk.importing import import_activities, import_leads

HEADS = ("序号", "线索来源", "企业名称", "企业规模", "联系人", "职位", "电话", "邮箱", "初步需求描述", "录入时间")
FOLLOW_UPS = ("线索ID", "跟进时间", "跟进方式", "跟进内容", "客户反馈")


def row(number: int | None = 1, **values: object) -> tuple[object, ...]:
    known = {
        "source": "展会-2026工博会", "company": "测一自动化有限公司", "size": "小型", "name": "王一",
        "title": "采购专员", "phone": "13812345001", "email": "w1@t1.example", "need": "采购机器人2台,预算5万",
        "entered": "2026-11-23",
    } | values  # fmt: skip
    return (number, *known.values())


def sheet(file: Path, *rows: tuple[object, ...], heads: tuple[str, ...] = HEADS) -> Path:
    write_csv(file, Table("sheet", heads, rows))
    return file


def desk(**policy: object) -> lk.Desk:
    return lk.Desk({"extends": "standard", "name": "ours", "capture": {"required": []}, **policy})


def counts(done):
    return (done.captured, done.joined, done.amended, done.repeated, done.leads_set_aside)


class TestCorrectedRow:
    def test_takes_the_place_of_what_was_there(self, tmp_path):
        store = desk()
        import_leads(store, sheet(tmp_path / "a.csv", row()))
        done = import_leads(store, sheet(tmp_path / "b.csv", row(title="总经理", size="大型", need="产线,预算300万")))
        assert counts(done) == (0, 0, 1, 0, 0)
        lead = store.lead("1").lead
        assert (lead.contact.job_title, lead.company.size) == ("总经理", "大型")
        assert lead.need.description == "产线,预算300万"
        assert done.rows[0].changes["job_title"] == ("采购专员", "总经理")
        assert store.history("1")[-1].changes["company_size"] == ("小型", "大型")

    def test_of_a_row_that_is_equal_nothing_is_left(self, tmp_path):
        store = desk()
        import_leads(store, sheet(tmp_path / "a.csv", row()))
        before = store.history("1"), store.lead("1")
        done = import_leads(
            store, sheet(tmp_path / "b.csv", row(), row(2, company="乙", phone="13812345002", email=None))
        )
        assert counts(done) == (1, 0, 0, 1, 0)
        assert (store.history("1"), store.lead("1")) == before

    def test_a_blank_takes_nothing_away(self, tmp_path):
        store = desk()
        import_leads(store, sheet(tmp_path / "a.csv", row()))
        done = import_leads(store, sheet(tmp_path / "b.csv", row(title=None, need="无", email="-", size="大型")))
        assert list(done.rows[0].changes) == ["company_size"]
        assert store.lead("1").lead.contact.job_title == "采购专员"

    @pytest.mark.parametrize(
        ("imports", "title"),
        [({}, "总经理"), ({"update": "never"}, "采购专员"), ({"fields": {"job_title": "if_empty"}}, "采购专员")],
    )
    def test_the_policy_says_which_fields(self, tmp_path, imports, title):
        store = desk(imports=imports)
        import_leads(store, sheet(tmp_path / "a.csv", row()))
        import_leads(store, sheet(tmp_path / "b.csv", row(title="总经理")))
        lead = store.lead("1").lead
        assert lead.contact.job_title == title
        told = [lead.contact.job_title, *(contact.job_title for contact in lead.other_contacts)]
        assert "总经理" in told

    def test_a_number_that_another_customer_has_corrects_nobody(self, tmp_path):
        store = desk()
        import_leads(store, sheet(tmp_path / "a.csv", row()))
        other = row(company="乙公司机械", phone="13812345002", email="x@y.example", name="李二")
        done = import_leads(store, sheet(tmp_path / "b.csv", other))
        assert counts(done) == (1, 0, 0, 0, 0)
        assert store.lead("1").lead.company.name == "测一自动化有限公司"
        assert done.rows[0].lead_id.startswith("1-")

    def test_and_next_week_it_corrects_its_own(self, tmp_path):
        store = desk()
        other = {"company": "乙公司机械", "phone": "13812345002", "email": "x@y.example", "name": "李二"}
        import_leads(store, sheet(tmp_path / "a.csv", row()))
        second = import_leads(store, sheet(tmp_path / "b.csv", row(**other)))
        third = import_leads(store, sheet(tmp_path / "c.csv", row(**other, title="总监")))
        assert (third.rows[0].outcome, third.rows[0].lead_id) == ("amended", second.rows[0].lead_id)

    def test_a_second_row_of_one_customer_is_joined_and_corrects_nothing(self, tmp_path):
        store = desk()
        rows = row(), row(2, title="总经理")
        import_leads(store, sheet(tmp_path / "a.csv", *rows))
        again = import_leads(store, sheet(tmp_path / "b.csv", *rows, row(3, company="丙", phone="13812345003")))
        assert store.lead("1").lead.contact.job_title == "采购专员"
        assert counts(again) == (1, 0, 0, 2, 0)

    def test_needs_the_permission_to_amend_where_it_changes_something(self, tmp_path):
        store = desk(permissions={"amend": ["director"]})
        rep = lk.Actor(id="li", role="sales_rep")
        import_leads(store, sheet(tmp_path / "a.csv", row()))
        other = row(2, company="乙公司机械", phone="13812345002", email=None)
        equal = import_leads(store, sheet(tmp_path / "b.csv", row(), other), by=rep)
        assert [made.outcome for made in equal.rows] == ["repeated", "captured"]
        changed = import_leads(store, sheet(tmp_path / "c.csv", row(title="总经理"), other), by=rep)
        assert [made.outcome for made in changed.rows] == ["set_aside", "repeated"]

    def test_a_policy_that_names_no_field_is_refused(self):
        with pytest.raises(lk.PolicyError, match="job_titel"):
            desk(imports={"fields": {"job_titel": "never"}})


class TestExternalId:
    HEADS = (*HEADS, "外部ID")

    def rows(self, *rows: tuple[tuple[object, ...], str]) -> list[tuple[object, ...]]:
        return [(None, *cells[1:], external) for cells, external in rows]

    def test_finds_its_lead_whatever_else_changed(self, tmp_path):
        store = desk()
        import_leads(store, sheet(tmp_path / "a.csv", *self.rows((row(), "crm-7")), heads=self.HEADS))
        moved = row(company="测一控股集团", phone="13900000123", email="new@t1.example", name="王一")
        done = import_leads(store, sheet(tmp_path / "b.csv", *self.rows((moved, "crm-7")), heads=self.HEADS))
        assert (done.rows[0].outcome, done.rows[0].matched_by) == ("amended", "external")
        assert store.lead(done.rows[0].lead_id).lead.company.name == "测一控股集团"

    def test_one_that_finds_another_lead_by_its_contact_is_refused_with_both(self, tmp_path):
        store = desk()
        two = (row(), "crm-7"), (row(company="乙公司机械", phone="13812345002", email=None, name="李二"), "crm-8")
        import_leads(store, sheet(tmp_path / "a.csv", *self.rows(*two), heads=self.HEADS))
        mixed = row(company="乙公司机械", phone="13812345002", email=None, name="李二")
        done = import_leads(store, sheet(tmp_path / "b.csv", *self.rows((mixed, "crm-7")), heads=self.HEADS))
        (aside,) = done.leads.set_aside
        assert "crm-7" in aside.faults[0].detail
        assert "crm-8" in aside.faults[0].detail


class TestErased:
    def test_a_sheet_does_not_bring_an_erased_person_back(self, tmp_path):
        store = desk()
        import_leads(store, sheet(tmp_path / "a.csv", row()))
        store.erase("1", by=lk.Actor(id="wu", role="director"))
        other = row(2, company="乙公司机械", phone="13812345002", email=None)
        by_phone, by_mail = row(email=None, company="丁"), row(3, phone=None, company="戊")
        done = import_leads(store, sheet(tmp_path / "b.csv", by_phone, other, by_mail))
        assert [made.outcome for made in done.rows] == ["set_aside", "captured", "set_aside"]
        assert "信息已按要求删除" in done.leads.set_aside[0].faults[0].detail

    def test_who_enquires_anew_is_welcome(self, tmp_path):
        store = desk()
        import_leads(store, sheet(tmp_path / "a.csv", row()))
        store.erase("1", by=lk.Actor(id="wu", role="director"))
        again = lk.Lead(id="form-1", contact=lk.Contact(phone="13812345001"))
        with pytest.raises(lk.CommandError, match="this person was erased"):
            store.capture(again)
        assert store.capture(again, anew=True).outcome == "captured"


class TestFollowUps:
    def test_a_number_that_several_leads_came_under_is_refused_with_all_of_them(self, tmp_path):
        store = desk()
        import_leads(store, sheet(tmp_path / "a.csv", row()))
        other = row(company="乙公司机械", phone="13812345002", email="x@y.example", name="李二")
        second = import_leads(store, sheet(tmp_path / "b.csv", other)).rows[0].lead_id
        touches = sheet(
            tmp_path / "f.csv",
            ("1", "2026-11-28 10:00", "研讨会", "参加", "感兴趣"),
            (second, "2026-11-28 10:00", "研讨会", "参加", "感兴趣"),
            heads=FOLLOW_UPS,
        )
        done = import_activities(store, touches)
        (aside,) = done.activities.set_aside
        assert (done.recorded, aside.number) == (1, 2)
        assert f"1, {second}" in aside.faults[0].detail
