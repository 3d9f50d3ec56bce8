"""The sheets that sales teams keep: their columns, and the heads of these in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from attrs import define, field, setters

from leadkit.records.lead import LeadStatus
from leadkit.records.opportunity import OpportunityStatus
from leadkit.records.text import fold
from leadkit.texts import Language


@define(on_setattr=setters.frozen)
class Template:
    """A sheet's columns in their order: column code -> heads, Chinese first, then English, then other spellings.

    `also` are columns that are read where a sheet has them, and never written. `reckoned` follow from the others and
    are held against them, so a formula may stand there.
    """

    name: str
    title: Mapping[Language, str]
    heads: Mapping[str, tuple[str, ...]]
    also: Mapping[str, tuple[str, ...]] = field(factory=dict)
    reckoned: frozenset[str] = frozenset()

    def head(self, column: str, language: Language) -> str:
        """The head of a column in a language."""
        return {**self.heads, **self.also}[column][0 if language == "zh_CN" else 1]

    def row(self, language: Language) -> tuple[str, ...]:
        """The heads in their order."""
        return tuple(self.head(column, language) for column in self.heads)

    def column(self, head: str) -> str | None:
        """The column that a head stands for, whatever its case and spacing; None for a head of somebody's own."""
        wanted, known = _plain(head), {**self.heads, **self.also}
        return next((column for column, heads in known.items() if wanted in map(_plain, heads)), None)


LEADS = Template(
    "leads",
    {"zh_CN": "线索信息表", "en": "Leads"},
    {
        "number": ("序号", "No.", "Lead ID", "线索ID", "Number", "ID"),
        "source": ("线索来源", "Lead source", "Source"),
        "company": ("企业名称", "Company", "Company name", "公司名称"),
        "industry": ("行业", "Industry"),
        "company_size": ("企业规模", "Company size", "Size"),
        "contact": ("联系人", "Contact", "Contact name"),
        "job_title": ("职位", "Job title", "Title", "Position"),
        "phone": ("电话", "Phone", "Telephone", "手机"),
        "email": ("邮箱", "Email", "E-mail", "电子邮箱"),
        "need": ("初步需求描述", "Need", "Need description", "需求描述"),
        "tag": ("来源标签", "Source tag", "Tags"),
        "entered_by": ("录入人", "Entered by"),
        "entered_at": ("录入时间", "Entered at", "Entered on"),
    },
)

ACTIVITIES = Template(
    "activities",
    {"zh_CN": "线索培育跟进表", "en": "Follow-ups"},
    {
        "lead_id": ("线索ID", "Lead ID", "Lead"),
        "occurred_at": ("跟进时间", "Time", "Date", "Occurred at"),
        "means": ("跟进方式", "Means", "Channel"),
        "content": ("跟进内容", "Content"),
        "feedback": ("客户反馈", "Customer feedback", "Feedback"),
        "next_step": ("下次跟进计划", "Next step"),
        "by": ("跟进人", "By", "Owner"),
    },
)

OPPORTUNITIES = Template(
    "opportunities",
    {"zh_CN": "商机评估分级表", "en": "Opportunity evaluation"},
    {
        "name": ("商机名称", "Opportunity", "Opportunity name"),
        "account": ("客户名称", "Account", "Account name", "Customer"),
        "owner": ("负责人", "Owner", "Opportunity owner"),
        "urgency": ("需求紧急度", "Urgency"),
        "budget": ("预算规模", "Budget", "Budget size"),
        "competition": ("竞争态势", "Competition", "Competitive position"),
        "decision_chain": ("决策链复杂度", "Decision chain", "Decision chain complexity"),
        "total": ("总分", "Total", "Total points", "Total score"),
        "grade": ("商机等级", "Grade", "Opportunity grade"),
        "reported_at": ("立项报告提交时间", "Project report submitted", "Project report date", "立项报告时间"),
    },
    also={"id": ("商机ID", "Opportunity ID", "商机编号")},
    reckoned=frozenset({"total", "grade"}),
)

REVIEWS = Template(
    "reviews",
    {"zh_CN": "转化复盘分析表", "en": "Conversion review"},
    {
        "period": ("复盘周期", "Period", "Review period"),
        "leads": ("线索总量", "Leads", "Total leads"),
        "valid_leads": ("有效线索量", "Valid leads"),
        "opportunities": ("商机总量", "Opportunities", "Total opportunities"),
        "a_opportunities": ("A级商机数", "Grade A opportunities", "A opportunities"),
        "won": ("成交商机数", "Won opportunities", "Won"),
        "lead_to_win_rate": ("转化率", "Conversion rate", "Lead-to-win rate"),
        "sales_cycle_days": ("平均成交周期(天)", "Average sales cycle (days)", "平均成交周期", "Sales cycle (days)"),
        "worked": ("主要成功因素", "Success factors", "What worked"),
        "failed": ("主要失败因素", "Failure factors", "What failed"),
        "improve": ("改进措施", "Improvements", "What to improve"),
    },
    reckoned=frozenset({"lead_to_win_rate"}),
)

REVIEWED = {
    "leads": Template(
        "reviewed leads",
        {"zh_CN": "线索", "en": "Leads"},
        {
            "lead_id": ("线索ID", "lead_id"),
            "channel": ("渠道", "channel"),
            "industry": ("行业", "industry"),
            "owner": ("负责人", "owner"),
            "priority": ("优先级", "priority"),
            "status": ("状态", "status", "线索状态"),
            "disqualification_reason": ("无效原因", "disqualification_reason"),
            "received_at": ("接收时间", "received_at"),
            "first_response_at": ("首次响应时间", "first_response_at"),
            "response_due_at": ("响应时限", "response_due_at"),
            "duplicate_of": ("重复于", "duplicate_of"),
        },
    ),
    "opportunities": Template(
        "reviewed opportunities",
        {"zh_CN": "商机", "en": "Opportunities"},
        {
            "opportunity_id": ("商机ID", "opportunity_id"),
            "lead_id": ("线索ID", "lead_id"),
            "owner": ("负责人", "owner"),
            "grade": ("商机等级", "grade"),
            "status": ("商机状态", "status", "状态"),
            "lost_reason": ("流失原因", "lost_reason"),
            "amount": ("金额", "amount", "商机金额"),
            "opened_at": ("创建时间", "opened_at"),
            "closed_at": ("关闭时间", "closed_at"),
        },
    ),
    "activities": Template(
        "reviewed activities",
        {"zh_CN": "跟进", "en": "Follow-ups"},
        {"lead_id": ("线索ID", "lead_id"), "occurred_at": ("跟进时间", "occurred_at")},
    ),
}
"""The tables of a review as sheets, under the names of their columns."""

STATE_WORDS = {
    "leads": {
        **{name: name for name in get_args(LeadStatus)},
        "新增": "new",
        "有效": "valid",
        "无效": "invalid",
        "已归档": "archived",
        "已转化": "converted",
    },
    "opportunities": {
        **{name: name for name in get_args(OpportunityStatus)},
        "进行中": "open",
        "成交": "won",
        "赢单": "won",
        "流失": "lost",
        "输单": "lost",
    },
}
"""What may stand in the column `status` of these tables."""

NEEDED = {
    "leads": ("source", "company", "phone"),
    "activities": ("lead_id", "occurred_at", "means"),
    "opportunities": ("name", "urgency", "budget"),
    "reviews": ("period", "valid_leads", "won"),
    "reviewed leads": ("lead_id", "status", "received_at"),
    "reviewed opportunities": ("opportunity_id", "status", "opened_at", "closed_at"),
    "reviewed activities": ("lead_id", "occurred_at"),
}
"""The heads without which a sheet is not this template."""


def _plain(head: str) -> str:
    return "".join(fold(head).split()).casefold().replace("-", "").replace("_", "")
