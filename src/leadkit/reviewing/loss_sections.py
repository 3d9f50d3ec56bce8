"""The sections of a review on what was lost, and on what was spent."""

from __future__ import annotations

from collections.abc import Sequence

from leadkit.reviewing.losses import LossGroup
from leadkit.reviewing.review import Review
from leadkit.reviewing.section import Cell, CellKind, Column, Section, SectionTable, SectionWords
from leadkit.reviewing.spend import SpendFigures

SPENT: tuple[tuple[str, CellKind], ...] = (
    ("spend", "money"),
    ("leads", "count"),
    ("valid_leads", "count"),
    ("won", "count"),
    ("won_amount", "money"),
    ("cost_per_lead", "money"),
    ("cost_per_valid_lead", "money"),
    ("cost_per_opportunity", "money"),
    ("cost_per_win", "money"),
    ("return_on_spend", "ratio"),
)


def spend_section(review: Review, words: SectionWords) -> Section:
    """What channels and sources cost; nothing where nobody said it."""
    costs = review.spend
    whole = [(words.row("total"), *(getattr(costs.total, name) for name, _ in SPENT))] if costs.total else []
    return words.section(
        "spend",
        words.table(
            "spend_by_channel", (("channel", "text"), *SPENT), [*_spent(costs.channels, "channel", words), *whole]
        ),
        words.table("spend_by_source", (("source", "text"), *SPENT), _spent(costs.sources, "source", words)),
    )


def _spent(rows: Sequence[SpendFigures], by: str, words: SectionWords) -> list[tuple[Cell, ...]]:
    partly = words.row("by_days")
    return [
        (words.key(by, row.key) + (partly if row.partial else ""), *(getattr(row, name) for name, _ in SPENT))
        for row in rows
    ]


MOST_REASONS = 6
"""The reasons that have a column of their own, the most frequent first; the others are one."""


def losses_section(review: Review, words: SectionWords) -> Section:
    """Why deals were lost in each group, where a grouping says something, and against whom deals are fought."""
    named = [share.reason for share in review.losses][:MOST_REASONS]
    rest = len(review.losses) > MOST_REASONS
    tables = []
    for by, groups in review.losses_by.items():
        heads = [Column(by, words.texts["heads"][by], "text")]
        heads += [Column(name, words.texts["heads"][name], kind) for name, kind in LOST]
        heads += [Column(f"reason_{number}", words.key("reason", reason)) for number, reason in enumerate(named)]
        heads += [Column("other_reasons", words.texts["heads"]["other_reasons"])] if rest else []
        known = groups if any(group.key is not None for group in groups) else ()
        rows = [
            (_lost_title(by, group.key, words), group.lost, group.amount, *_lost_for(group, named)) for group in known
        ]
        cells = tuple(row if rest else row[:-1] for row in rows)
        tables.append(SectionTable(f"lost_by_{by}", words.texts["tables"][f"lost_by_{by}"], tuple(heads), cells))
    rivals = [(each.name, each.open, each.open_amount, each.won, each.lost, each.win_rate) for each in review.rivals]
    return words.section("losses_by", *tables, words.table("rivals", RIVALS, rivals))


LOST: tuple[tuple[str, CellKind], ...] = (("lost", "count"), ("amount", "money"))

RIVALS: tuple[tuple[str, CellKind], ...] = (
    ("rival", "text"),
    ("open", "count"),
    ("amount", "money"),
    ("won", "count"),
    ("lost", "count"),
    ("win_rate", "rate"),
)


def _lost_for(group: LossGroup, named: Sequence[str | None]) -> tuple[int, ...]:
    """How many were lost for each of some reasons, and for all others."""
    counts = {share.reason: share.rate.met for share in group.reasons}
    of_named = [counts.get(reason, 0) for reason in named]
    return *of_named, group.lost - sum(of_named)


def _lost_title(by: str, key: str | None, words: SectionWords) -> str:
    if by == "stage" and key is not None:
        return words.stage(key)
    return words.owner(key) if by == "owner" else words.key(by, key)
