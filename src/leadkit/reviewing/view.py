"""A review as people see it: every row with its words and its values, which page, workbook and terminal print."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

from attrs import define, setters

from leadkit.records.fields import is_code
from leadkit.records.text import read_source, write_source
from leadkit.reviewing.band_drift import BandDrift
from leadkit.reviewing.figures import Figures
from leadkit.reviewing.list_tables import list_tables
from leadkit.reviewing.rates import FEW, Rate
from leadkit.reviewing.review import Cohort, Response, Review
from leadkit.reviewing.section import Section, SectionTable, SectionWords
from leadkit.reviewing.sections import sections
from leadkit.reviewing.traits import TRAITS
from leadkit.rules.labels import Labels
from leadkit.texts import Language, texts

NO_LABELS: Labels = {}
WORDED = ("reason", "activity")
"""What may be told in a code, or in somebody's own words."""

Kind = Literal["count", "rate", "money", "days", "money_a_day"]
Verdict = Literal["up", "down", "noise", "incomparable", "untested"]
Value = TypeVar("Value")

KINDS: Mapping[str, Kind] = {
    "leads": "count",
    "valid_leads": "count",
    "valid_rate": "rate",
    "opportunities": "count",
    "a_opportunities": "count",
    "won": "count",
    "lost": "count",
    "won_amount": "money",
    "lead_to_win_rate": "rate",
    "win_rate": "rate",
    "conversion_days": "days",
    "conversion_median_days": "days",
    "sales_cycle_days": "days",
    "sales_cycle_median_days": "days",
    "average_deal_size": "money",
    "pipeline_velocity": "money_a_day",
}
"""Every figure in its order, and what kind of number it is."""


@define(on_setattr=setters.frozen)
class FigureRow:
    """One figure of the period, of the one before, and of the period's leads so far; `before` is None without one."""

    name: str
    title: str
    kind: Kind
    now: int | Decimal | Rate | None
    before: int | Decimal | Rate | None
    cohort: int | Decimal | Rate | None
    verdict: Verdict
    """Whether it moved by more than chance explains, can't be compared, or is not tested."""


@define(on_setattr=setters.frozen)
class Row(Generic[Value]):
    """A group, a reason or a problem: its key, what people call it, and its figures."""

    key: str | None
    title: str
    value: Value


@define(on_setattr=setters.frozen)
class ReviewView:
    """A review in one language. Groups stand by what they are grouped by, in the order of the review."""

    period: str
    period_before: str
    as_of: datetime
    figures: Mapping[str, FigureRow]
    groups: Mapping[str, tuple[Row[Figures], ...]]
    losses: tuple[Row[Rate], ...]
    screening_reasons: tuple[Row[Rate], ...]
    cohorts: Mapping[str, tuple[Row[Cohort], ...]]
    responses: Mapping[str, tuple[Row[Response], ...]]
    problems: tuple[Row[int], ...]
    drift: str | None
    """In one line whether the bands moved since the period before; None where they are not compared."""
    sections: tuple[Section, ...]
    lists: tuple[SectionTable, ...]


def view(review: Review, language: Language, labels: Labels = NO_LABELS) -> ReviewView:
    """A review as people see it; `labels` say what the codes of the policy are called."""

    def rows(of: str, items: Iterable[Any], value: Callable[[Any], Any] = lambda item: item) -> tuple[Row[Any], ...]:
        keys = [(item.reason if of == "reason" else item.key, item) for item in items]
        return tuple(Row(key, key_label(of, key, language, labels), value(item)) for key, item in keys)

    words = SectionWords(texts("review", language), lambda of, key: key_label(of, key, language, labels))
    verdicts: dict[str, Verdict] = {change.name: change.direction or "incomparable" for change in review.changes}
    titles, problems = texts("review", language)["figures"], texts("review", language)["problems"]
    return ReviewView(
        period=review.period.label(language),
        period_before=review.period.previous.label(language),
        as_of=review.as_of.astimezone(review.period.zone),
        figures={name: _figure_row(review, name, titles[name], verdicts.get(name, "untested")) for name in KINDS},
        groups={by: rows(by, groups) for by, groups in review.by.items() if by not in TRAITS or groups},
        losses=rows("reason", review.losses, lambda share: share.rate),
        screening_reasons=rows("reason", review.screening_reasons, lambda share: share.rate),
        cohorts={"month": rows("month", review.cohorts), "channel": rows("channel", review.channel_cohorts)},
        responses={
            "priority": rows("priority", review.responses),
            "owner": rows("owner", review.responses_by_owner),
        },
        problems=tuple(
            Row(code, problems[code].format(names=", ".join(review.unknown_reasons)), number)
            for code, number in review.problems.items()
        ),
        drift=None if review.drift is None else _drift_line(review.drift, words),
        sections=sections(review, language, words),
        lists=list_tables(review.lists, words),
    )


def _figure_row(review: Review, name: str, title: str, verdict: Verdict) -> FigureRow:
    if name == "a_opportunities" and review.total.opportunities and not any(each.key for each in review.by["grade"]):
        # Nobody graded anything: that none has the best grade would be no figure.
        return FigureRow(name, title, KINDS[name], None, None, None, "untested")
    now, before, cohort = (getattr(part, name, None) for part in (review.total, review.previous, review.cohort))
    return FigureRow(name, title, KINDS[name], now, before, cohort, verdict)


def _drift_line(drift: BandDrift, words: SectionWords) -> str:
    """The verdict, and after it what moved."""
    forms, moved = words.texts["drift"], list[str]()
    for row in drift.moved:
        name = words.key(row.name, row.level)
        if row.share_moved:
            moved.append(forms["share"].format(name=name, before=row.share_before, now=row.share_now))
        if row.rate_moved:
            moved.append(forms["rate"].format(name=name, before=row.rate_before, now=row.rate_now))
    if not any(row.rate_moved for row in drift.moved) and drift.won_moved:
        moved.append(forms["won"].format(before=drift.won_before, now=drift.won_now))
    if not moved and drift.stability is not None:
        moved.append(forms["stability"].format(index=f"{drift.stability:.2f}"))
    return forms[drift.verdict].format(few=FEW, moved=words.texts["page"]["list_separator"].join(moved))


def key_label(of: str, key: str | None, language: Language, labels: Labels = NO_LABELS) -> str:
    """What people call a group of cases, or a reason (`of` is `reason`): the label of a code, other words as they are.

    `labels` are those of the policy; where it has none for a usual code, that has a name here. Without a key it is not
    stated.
    """
    words = texts("review", language)
    if key is None:
        return str(words["sheet"]["unknown"])
    if of in {"channel", "objection"}:
        return labels.get(language, {}).get(f"{of}.{key}", key)
    if of == "source":
        channel, detail = read_source(key)
        return write_source(key_label("channel", channel, language, labels), detail)
    if of not in {"grade", "priority", "company_size", *WORDED} or (of in WORDED and not is_code(key)):
        return key
    codes = {"reason": (f"lost_reason.{key}", key), "activity": (key,)}.get(of, (f"{of}.{key}", key))
    names = (known[code] for known in (labels.get(language, {}), words["usual"]) for code in codes if code in known)
    return next(names, key if of == "company_size" else key.replace("_", " "))
