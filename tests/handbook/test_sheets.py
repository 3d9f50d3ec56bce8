"""The sheets that companies keep, taken into a desk: what becomes of each column, and of cells that are masked."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import leadkit as lk
from leadkit.adapters.spreadsheets.opportunities import read_opportunities
from leadkit.adapters.spreadsheets.review_sheet import read_reviews
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.templates import ACTIVITIES, LEADS, OPPORTUNITIES, REVIEWS, Template
from leadkit.adapters.spreadsheets.write import write_csv
from leadkit.desk.importing import import_activities, import_leads, import_opportunities
from tests.desk.desks import POOR, lead, notices, open_desk

LIN = lk.Actor(id="lin", role="supervisor")
SHANGHAI = ZoneInfo("Asia/Shanghai")
ROW = {
    "序号": 1001, "线索来源": "官网-产品咨询", "企业名称": "北辰精密有限公司", "行业": "智能制造",
    "企业规模": "中型", "联系人": "张三", "职位": "采购经理", "电话": "13812345001",
    "初步需求描述": "采购型号设备,预算50-80万,Q4落地", "来源标签": "官网", "录入人": "mei", "录入时间": "2023-09-01",
}  # fmt: skip
DEAL = (
    "智能设备采购",
    "北辰精密有限公司",
    None,
    "紧急(2分)",
    "中(15分)",
    "优势(3分)",
    "中等(2分)",
    22,
    "B级",
    "2023-09-02",
)


@pytest.fixture
def sheet(tmp_path):
    """Writes a sheet of a template, with other heads where they are given."""

    def write(template: Template, *rows: Any, heads: tuple[str, ...] | None = None) -> Path:
        file = tmp_path / f"{template.name}.csv"
        write_csv(file, Table(template.name, heads or template.row("zh_CN"), rows))
        return file

    return write


@pytest.fixture
def taken(desk, sheet):
    """Takes one row of the lead sheet in, with some cells of its own, and further columns."""

    def take(**cells: Any) -> lk.LeadState:
        row = {**dict.fromkeys(LEADS.row("zh_CN")), **ROW, **cells}
        import_leads(desk, sheet(LEADS, tuple(row.values()), heads=tuple(row)))
        return desk.leads()[0]

    return take


def response_to(sheet: Any, day: str, now: datetime) -> lk.DueItem:
    """What is owed to a lead whose row says only the day, taken in at `now`."""
    desk = open_desk(clock=lambda: now)
    row = {**dict.fromkeys(LEADS.row("zh_CN")), **ROW, "录入时间": day}
    import_leads(desk, sheet(LEADS, tuple(row.values()), heads=tuple(row)))
    (response,) = desk.due(kind="response")
    return response


class TestLeads:
    """The sheet of leads, column by column."""

    def test_every_column_has_its_place(self, taken):
        """Number, source, company, industry, size, contact, title, phone, need, tag, who entered it and when."""
        state = taken()
        record = state.lead
        assert (record.id, record.source, record.tags) == (
            "1001",
            lk.Source(channel="官网", detail="产品咨询"),
            ("官网",),
        )
        assert (record.company.name, record.company.industry, record.company.size) == (
            "北辰精密有限公司", "智能制造", "中型",
        )  # fmt: skip
        assert (record.contact.name, record.contact.job_title, record.contact.phone) == (
            "张三", "采购经理", "13812345001",
        )  # fmt: skip
        assert (record.need.description, record.entered_by) == ("采购型号设备,预算50-80万,Q4落地", "mei")
        assert record.entered_at.date() == date(2023, 9, 1)
        assert state.status == "valid"

    def test_a_cell_may_hold_several_tags(self, taken):
        """A lead of several sources has a tag for each."""
        assert taken(来源标签="展会、老客户转介绍").lead.tags == ("展会", "老客户转介绍")

    def test_a_column_for_the_region(self, taken):
        """Where a customer is may have a column of its own."""
        assert taken(区域="华东").lead.company.region == "华东"

    def test_a_row_that_lacks_what_is_mandatory_is_set_aside(self, desk, sheet):
        """Without a contact, and with a masked phone and mail address, a row is no lead; it is said which cells."""
        masked = {**ROW, "联系人": None, "电话": "138", "邮箱": "zhangxx"}
        row = tuple(masked.get(head) for head in LEADS.row("zh_CN"))
        done = import_leads(desk, sheet(LEADS, row))
        assert (done.counts["captured"], done.counts["set_aside"], desk.leads()) == (0, 1, ())

    def test_who_entered_a_lead_learns_of_its_end(self, desk, taken):
        """The name in the sheet is whom the notice goes to."""
        taken(初步需求描述=POOR["need"]["description"])
        desk.archive("1001", by=LIN)
        assert [row.recipient for row in notices(desk, "lead_archived")] == ["mei"]

    def test_the_day_of_receipt_tells_late_entries(self, desk, taken):
        """A row that was received a week before it was entered is late."""
        taken(接收时间="2023-08-24", 录入时间="2023-09-01")
        assert [row.role for row in notices(desk, "entry_late")] == ["supervisor"]

    def test_a_day_of_receipt_without_a_time_of_day_may_have_been_any(self, sheet):
        """A row that says only the day is not late for hours that nobody knows of: it counts from its entry."""
        now = datetime(2023, 9, 4, 10, 30, tzinfo=SHANGHAI)
        response = response_to(sheet, "2023-09-04", now)
        assert (response.state, response.due_at > now) == ("due", True)

    def test_a_day_that_is_over_counts_from_its_end(self, sheet):
        """Of a lead that came in the day before yesterday it is certain that nobody answered in hours."""
        now = datetime(2023, 9, 6, 10, 30, tzinfo=SHANGHAI)
        response = response_to(sheet, "2023-09-04", now)
        day = datetime(2023, 9, 5, tzinfo=SHANGHAI)
        assert (response.state, day < response.due_at < now) == ("breached", True)

    def test_a_file_may_be_named_by_a_text(self, desk, sheet):
        """Whoever writes a script names a file as it stands on the disk."""
        row = {**dict.fromkeys(LEADS.row("zh_CN")), **ROW}
        leads = str(sheet(LEADS, tuple(row.values()), heads=tuple(row)))
        assert import_leads(desk, leads).counts["captured"] == 1
        deals = str(sheet(OPPORTUNITIES, DEAL))
        assert import_opportunities(desk, deals).file == "opportunities.csv"
        assert len(read_opportunities(deals, desk.policy).records) == 1


class TestFollowUps:
    """The sheet of follow-ups speaks of leads by their number."""

    def test_a_row_is_of_the_lead_with_its_number(self, desk, taken, sheet):
        """Time, means, content, feedback, next step with its day; who it was may be blank."""
        taken()
        row = (
            "1001",
            "2023-09-02",
            "邮件",
            "发送《设备产品手册》",
            '对案例中"降低能耗30%"感兴趣',
            "9月10日电话沟通",
            None,
        )
        assert import_activities(desk, sheet(ACTIVITIES, row)).recorded == 1
        (kept,) = desk.activities("1001")
        assert (kept.means, kept.content, kept.feedback, kept.by) == (
            "邮件", "发送《设备产品手册》", '对案例中"降低能耗30%"感兴趣', None,
        )  # fmt: skip
        assert [item.due_at.date() for item in desk.due(kind="follow_up")] == [date(2023, 9, 10)]

    def test_a_new_budget_in_a_row_is_noticed(self, taken, desk, sheet):
        """Where the customer names another budget than the lead has, it is said of which row."""
        taken()
        rows = (
            ("1001", "2023-09-02", "电话", "询问痛点与预算", "需求为提升生产效率,预算可提至90万", None, None),
            ("1001", "2023-09-03", "电话", "询问", "感兴趣", None, None),
        )
        done = import_activities(desk, sheet(ACTIVITIES, *rows))
        assert [row.findings for row in done.follow_ups] == [("other_budget",), ()]

    def test_a_row_of_no_lead_is_set_aside(self, desk, sheet):
        """A number that no lead has is said, and nothing is recorded."""
        done = import_activities(desk, sheet(ACTIVITIES, ("9", "2023-09-02", "电话", "询问", "好", None, None)))
        assert (done.recorded, len(done.activities.set_aside)) == (0, 1)


class TestOpportunities:
    """The sheet of evaluations."""

    def test_a_row_becomes_a_graded_deal(self, desk, taken, sheet):
        """Levels with their points are read, the total is held against them, and the deal is of its grade."""
        taken()
        done = import_opportunities(desk, sheet(OPPORTUNITIES, DEAL))
        (state,) = desk.opportunities.list()
        assert [row.outcome for row in done.opportunities.rows] == ["opened"]
        assert (state.opportunity.name, state.opportunity.grade, state.stage) == ("智能设备采购", "B", "graded")
        assert desk.lead("1001").status == "converted"

    def test_a_report_that_was_handed_in_is_not_owed_again(self, desk, taken, sheet):
        """The day on which the project report came is read, and an A with one owes none."""
        taken()
        row = (*DEAL[:3], "立即(3分)", "高(25分)", "均势(2分)", "复杂(1分)", 31, "A级", "2023-09-02")
        import_opportunities(desk, sheet(OPPORTUNITIES, row))
        assert desk.opportunities.list()[0].opportunity.grade == "A"
        assert desk.due(kind="report") == ()

    def test_without_it_an_a_owes_one(self, desk, taken, sheet):
        """A deal of the first grade whose cell for the report is blank owes it."""
        taken()
        row = (*DEAL[:3], "立即(3分)", "高(25分)", "均势(2分)", "复杂(1分)", 31, "A级", None)
        import_opportunities(desk, sheet(OPPORTUNITIES, row))
        assert [item.kind for item in desk.due(kind="report")] == ["report"]

    def test_who_is_in_charge(self, desk, sheet):
        """The owner of a deal stands in the sheet."""
        desk.capture(lead())
        import_opportunities(desk, sheet(OPPORTUNITIES, (DEAL[0], lead().company.name, "chen", *DEAL[3:])))
        assert desk.opportunities.list()[0].opportunity.owner == "chen"


class TestReviews:
    """The sheet of reviews."""

    def test_a_row_with_its_words(self, standard, sheet):
        """Figures of a quarter with what worked, what failed and what to improve, each kept as written."""
        row = (
            "2023年Q3",
            500,
            320,
            80,
            20,
            24,
            "7.5%",
            45,
            "高层拜访成功率提升",
            "价格因素导致15个商机流失",
            "推出分期付款政策",
        )
        (review,) = read_reviews(sheet(REVIEWS, row), standard).records
        assert (review.opportunities, review.a_opportunities, review.sales_cycle_days) == (80, 20, 45)
        assert str(review.lead_to_win_rate.normalize()) == "0.075"
        assert (review.notes.worked, review.notes.failed, review.notes.improve) == (
            ("高层拜访成功率提升",), ("价格因素导致15个商机流失",), ("推出分期付款政策",),
        )  # fmt: skip
