"""What the figures of a review, its problems and the usual reasons are called on every sheet, page and terminal."""

from __future__ import annotations

from leadkit.records.fields import is_code
from leadkit.rules.labels import Labels, label
from leadkit.texts import Language

NO_LABELS: Labels = {}

UNKNOWN: dict[Language, str] = {"zh_CN": "未注明", "en": "not stated"}
"""Stands where a case has no channel, owner, reason and so on."""

FIGURES: dict[Language, dict[str, str]] = {
    "zh_CN": {
        "leads": "线索总量",
        "valid_leads": "有效线索量",
        "valid_rate": "线索有效率",
        "opportunities": "商机总量",
        "a_opportunities": "A级商机数",
        "won": "成交商机数",
        "lost": "流失商机数",
        "won_amount": "成交总额",
        "lead_to_win_rate": "转化率",
        "win_rate": "赢单率",
        "sales_cycle_days": "平均成交周期",
        "sales_cycle_median_days": "成交周期中位数",
        "average_deal_size": "平均成交额",
        "pipeline_velocity": "商机流速",
    },
    "en": {
        "leads": "Leads",
        "valid_leads": "Valid leads",
        "valid_rate": "Valid rate",
        "opportunities": "Opportunities",
        "a_opportunities": "Grade A opportunities",
        "won": "Won opportunities",
        "lost": "Lost opportunities",
        "won_amount": "Won amount",
        "lead_to_win_rate": "Lead-to-win rate",
        "win_rate": "Win rate",
        "sales_cycle_days": "Average sales cycle",
        "sales_cycle_median_days": "Median sales cycle",
        "average_deal_size": "Average deal size",
        "pipeline_velocity": "Pipeline velocity",
    },
}

PROBLEMS: dict[Language, dict[str, str]] = {
    "zh_CN": {
        "lead_without_date": "线索缺少接收时间，未计入",
        "duplicate_lead": "重复线索，已并入其他线索",
        "repeated_lead": "同一编号的线索重复出现，只计一次",
        "opportunity_without_date": "商机缺少创建时间",
        "closed_without_date": "商机已关闭但缺少关闭时间",
        "repeated_opportunity": "同一编号的商机重复出现，只计一次",
        "closed_before_opened": "商机关闭时间早于创建时间，未计入周期",
        "won_without_amount": "成交商机缺少金额",
        "lead_without_channel": "线索缺少渠道",
        "opportunity_without_channel": "商机缺少渠道",
        "lost_without_reason": "流失商机缺少原因",
    },
    "en": {
        "lead_without_date": "leads without a date of receipt, not counted",
        "duplicate_lead": "duplicate leads, joined to others",
        "repeated_lead": "leads whose id came again, counted once",
        "opportunity_without_date": "opportunities without an opening date",
        "closed_without_date": "closed opportunities without a closing date",
        "repeated_opportunity": "opportunities whose id came again, counted once",
        "closed_before_opened": "opportunities closed before they were opened, left out of the sales cycle",
        "won_without_amount": "won opportunities without an amount",
        "lead_without_channel": "leads without a channel",
        "opportunity_without_channel": "opportunities without a channel",
        "lost_without_reason": "lost opportunities without a reason",
    },
}

USUAL: Labels = {
    "zh_CN": {
        "priority.high": "高",
        "priority.medium": "中",
        "priority.low": "低",
        "price": "价格因素",
        "competitor": "竞争对手",
        "lost_to_competitor": "竞争对手",
        "changed_need": "需求变化",
        "need_changed": "需求变化",
        "no_budget": "没有预算",
        "budget_cut": "预算削减",
        "timing": "时机不合适",
        "no_decision": "未作决定",
    }
}
"""What codes are called where the policy has no label for them."""


def key_label(of: str, key: str | None, language: Language, labels: Labels = NO_LABELS) -> str:
    """What people call a group of cases, or a reason (`of` is `reason`): the label of a code, own words as they are.

    `labels` are those of the policy; without a key it is not stated.
    """
    if key is None:
        return UNKNOWN[language]
    known: Labels = {language: {**USUAL.get(language, {}), **labels.get(language, {})}}
    if of == "reason":
        return label(known, language, key) if is_code(key) else key
    return label(known, language, f"{of}.{key}", key) if of in {"grade", "priority"} else key
