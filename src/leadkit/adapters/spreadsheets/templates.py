"""The sheets that sales teams keep: their columns, and the heads of these in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, setters

from leadkit.rules.labels import Language


@define(on_setattr=setters.frozen)
class Template:
    """A sheet's columns in their order: column code -> heads, Chinese first, then English, then other spellings."""

    name: str
    title: Mapping[Language, str]
    heads: Mapping[str, tuple[str, ...]]

    def head(self, column: str, language: Language) -> str:
        """The head of a column in a language."""
        return self.heads[column][0 if language == "zh_CN" else 1]

    def column(self, head: str) -> str | None:
        """The column that a head stands for, whatever its case and spacing; None for a head of somebody's own."""
        wanted = _plain(head)
        return next((column for column, heads in self.heads.items() if wanted in map(_plain, heads)), None)


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

NEEDED = {"leads": ("source", "company", "phone"), "activities": ("lead_id", "occurred_at", "means")}
"""The heads without which a sheet is not this template."""


def _plain(head: str) -> str:
    return "".join(head.split()).casefold().replace("-", "").replace("_", "")
