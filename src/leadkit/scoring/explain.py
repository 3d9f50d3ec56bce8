"""A score in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from leadkit.rules.labels import Labels, Language, label
from leadkit.scoring.contributions import Contribution

if TYPE_CHECKING:
    from leadkit.scoring.score import Score

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "points": "{} points",
        "decay": "decay with age",
        "rule_limit": "cut by the rule's limit",
        "group_limit": "cut by the group's limit",
        "group_floor": "raised to the group's floor",
        "total_limit": "cut by the total's limit",
        "total_floor": "raised to zero",
        "unknown": "Not known yet: {}; between {} and {} points are possible.",
        "read": "read from “{}”",
        "missing": "not known",
        "true": "yes",
        "false": "no",
    },
    "zh_CN": {
        "points": "{}分",
        "decay": "随时间衰减",
        "rule_limit": "超出规则上限,扣减",
        "group_limit": "超出分组上限,扣减",
        "group_floor": "补至分组下限",
        "total_limit": "超出总分上限,扣减",
        "total_floor": "补至零分",
        "unknown": "尚未知晓:{};得分可能在{}至{}之间。",
        "read": "取自“{}”",
        "missing": "未知",
        "true": "是",
        "false": "否",
    },
}


def explain(score: Score, labels: Labels, language: Language) -> str:
    """The total and its bands, a line for each contribution under its group, and what is not known."""
    return "\n".join(_lines(score, labels, language))


def _lines(score: Score, labels: Labels, language: Language) -> Iterator[str]:
    words = WORDS[language]
    bands = [
        f"{label(labels, language, name)} {label(labels, language, f'{name}.{band}', band)}"
        for name, band in score.bands.items()
    ]
    yield " · ".join([words["points"].format(score.points), *bands])
    group = None
    for row in score.contributions:
        if row.group != group and row.group:
            group = row.group
            yield f"{label(labels, language, group)}"
        if row.points or row.fact in score.facts:
            yield f"  {_signed(row.points):>6}  {_what(row, score.facts, labels, language)}"
    if score.unknown:
        names = ", ".join(label(labels, language, name) for name in score.unknown)
        yield words["unknown"].format(names, *score.possible)
    yield f"{score.policy} · {score.as_of.isoformat()}"


def _what(row: Contribution, facts: Any, labels: Labels, language: Language) -> str:
    words = WORDS[language]
    if row.why != "rule":
        return words[row.why]
    name = label(labels, language, row.code)
    if row.fact is None:
        return name
    if isinstance(row.value, int) and not isinstance(row.value, bool) and row.fact not in facts:
        return f"{name} × {row.value}"
    value, read = _value(row, labels, language), getattr(facts, "derived", {}).get(row.fact)
    return f"{name}: {value} ({words['read'].format(read)})" if read and read != value else f"{name}: {value}"


def _value(row: Contribution, labels: Labels, language: Language) -> str:
    if row.value is None:
        return WORDS[language]["missing"]
    if isinstance(row.value, bool):
        return WORDS[language][str(row.value).lower()]
    return label(labels, language, f"{row.fact}.{row.value}", str(row.value))


def _signed(points: Decimal) -> str:
    return f"+{points}" if points > 0 else str(points)
