"""The four spreadsheets that companies keep: each is read and written with exactly its heads, in their order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from leadkit.adapters.spreadsheets.opportunities import read_opportunities
from leadkit.adapters.spreadsheets.read import read_activities, read_leads
from leadkit.adapters.spreadsheets.review_sheet import read_reviews
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.templates import ACTIVITIES, LEADS, OPPORTUNITIES, REVIEWS
from leadkit.adapters.spreadsheets.write import write_csv

AS_OF = datetime(2023, 9, 30, tzinfo=UTC)
HEADS = [
    (LEADS, "序号 线索来源 企业名称 行业 企业规模 联系人 职位 电话 邮箱 初步需求描述 来源标签 录入人 录入时间"),
    (ACTIVITIES, "线索ID 跟进时间 跟进方式 跟进内容 客户反馈 下次跟进计划 跟进人"),
    (
        OPPORTUNITIES,
        "商机名称 客户名称 负责人 需求紧急度 预算规模 竞争态势 决策链复杂度 总分 商机等级 立项报告提交时间",
    ),
    (
        REVIEWS,
        (
            "复盘周期 线索总量 有效线索量 商机总量 A级商机数 成交商机数 转化率 "
            "平均成交周期(天) 主要成功因素 主要失败因素 改进措施"
        ),
    ),
]


@pytest.mark.parametrize(("template", "heads"), HEADS, ids=[template.name for template, _ in HEADS])
def test_the_heads(template, heads):
    """The heads are those of the sheets that companies have, word for word."""
    assert list(template.row("zh_CN")) == heads.split()


def written(folder, template, *rows):
    """A sheet of the template with some rows."""
    file = folder / "sheet.csv"
    write_csv(file, Table(template.title["zh_CN"], template.row("zh_CN"), rows))
    return file


def test_masked_contacts_are_set_aside(tmp_path, standard):
    """Rows whose contact, phone and mail address are masked are never taken as they are."""
    file = written(
        tmp_path,
        LEADS,
        (1, "官网-产品咨询", "科技有限公司", "智能制造", "中型", None, "采购经理", "138", "zhangxx",
         "采购型号设备,预算50-80万,Q3落地", "官网", None, "2023-08-01"),
        (2, "展会-2023年工博会", "YY实业集团", "新能源", "大型", None, "总工程师", "1395678", "wangyy",
         "知晓智能生产线解决方案,需定制化", "展会", "赵六", "2023-08-03"),
    )  # fmt: skip
    sheet = read_leads(file, standard, as_of=AS_OF)
    assert sheet.records == ()
    found = [{fault.column for fault in row.faults} for row in sheet.set_aside]
    assert found == [{"contact", "phone", "email"}, {"contact", "phone", "email"}]


def test_follow_ups_keep_what_was_said(tmp_path, standard):
    """The customer's words stay as they are; who followed up may be blank."""
    said = '已收到,对案例中"降低能耗30%"感兴趣'
    file = written(
        tmp_path,
        ACTIVITIES,
        ("1001", "2023-08-05", "邮件", "发送《设备产品手册》及成功案例", said, "8月10日电话沟通具体需求细节", None),
        ("1001", "2023-08-10", "电话", "询问设备采购核心痛点与预算范围", "需求为提升生产效率",
         "8月15日邀请参加线上产品演示", None),
    )  # fmt: skip
    first, second = read_activities(file, standard, {"1001"}).records
    assert (first.feedback, first.by, first.kind) == (said, None, "reply")
    assert first.next_at.astimezone(standard.time_zone).date().isoformat() == "2023-08-10"
    assert second.next_at.astimezone(standard.time_zone).date().isoformat() == "2023-08-15"


def test_evaluations_add_up(tmp_path, standard):
    """Levels with their points, the total and the grade: 2 + 15 + 3 + 2 are 22, a B; 3 + 25 + 2 + 1 are 31, an A."""
    file = written(
        tmp_path,
        OPPORTUNITIES,
        ("智能设备采购", "科技", None, "紧急(2分)", "中(15分)", "优势(3分)", "中等(2分)", 22, "B级", "2023-08-12"),
        ("生产线改造", "YY实业", None, "立即(3分)", "高(25分)", "均势(2分)", "复杂(1分)", 31, "A级", "2023-08-11"),
    )
    sheet = read_opportunities(file, standard, as_of=AS_OF)
    assert (sheet.set_aside, sheet.flagged) == ((), ())
    grades = [standard.grade(record.opportunity, as_of=AS_OF) for record in sheet.records]
    assert [(str(grade.total), grade.grade) for grade in grades] == [("22", "B"), ("31", "A")]


def test_a_review_sheet(tmp_path, standard):
    """A quarter in one row: 500 leads, 320 valid, 80 opportunities, 20 of them A, 24 won, 7.5 %, 45 days."""
    row = (
        "2023年Q3",
        500,
        320,
        80,
        20,
        24,
        "7.5%",
        45,
        "A级商机高层拜访成功率提升",
        "价格因素导致15个商机流失",
        "推出分期付款政策",
    )
    (review,) = read_reviews(written(tmp_path, REVIEWS, row), standard).records
    assert (review.leads, review.valid_leads, review.won) == (500, 320, 24)
