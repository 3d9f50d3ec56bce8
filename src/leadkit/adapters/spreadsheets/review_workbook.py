"""A review as a workbook: one sheet a view, every number a number, and the row of the review sheet at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import TypeVar
from unicodedata import east_asian_width

from attrs import define, evolve, setters

from leadkit.adapters.spreadsheets.review_words import UNITS, WORDS
from leadkit.adapters.spreadsheets.reviews import review_row, review_table
from leadkit.adapters.spreadsheets.table import Cell, Table
from leadkit.adapters.spreadsheets.templates import REVIEWS
from leadkit.adapters.spreadsheets.write import write_workbook
from leadkit.reviewing.cases import WINDOWS
from leadkit.reviewing.figures import Figures
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.review import COUNTS, DIMENSIONS, RATES, Cohort, Response, Review, Share
from leadkit.reviewing.words import FIGURES, NO_LABELS, PROBLEMS, key_label
from leadkit.rules.labels import Labels
from leadkit.texts import Language

COUNT, PERCENT, MONEY, DECIMAL = "#,##0", "0.0%", "#,##0.00", "#,##0.0"
SHAPES: dict[str, str] = {
    **dict.fromkeys(COUNTS, COUNT),
    **dict.fromkeys(RATES, PERCENT),
    **dict.fromkeys(("won_amount", "average_deal_size"), MONEY),
    **dict.fromkeys(("sales_cycle_days", "sales_cycle_median_days"), DECIMAL),
    "pipeline_velocity": MONEY,
}
"""The key figures in their order, and the number format of each."""

OF_LEADS = ("leads", "valid_leads", "a_opportunities", "valid_rate", "lead_to_win_rate")
"""Figures that mean nothing for a grade, which only opportunities have."""

Named = TypeVar("Named", Cohort, Response)
Column = tuple[str, str | Sequence[str], Sequence[Cell]]
"""A head, the number format of all its cells or of each, and the cells."""


def write_review_workbook(path: Path, review: Review, language: Language, labels: Labels = NO_LABELS) -> None:
    """Write a review as an XLSX file; `labels` are those of the policy.

    Sheets: key figures beside the period before, with what moved by more than chance; channels, industries, owners,
    grades, priorities; losses, screening reasons; cohorts; response times; follow-up intervals; data problems; the row
    of the review sheet. What can't be reckoned is a blank cell. Amounts are in the review's currency.

    Raises:
        SheetError: it can't be written; what stood there is left as it was.
        MissingExtraError: XlsxWriter is not installed.
    """
    write_workbook(path, review_tables(review, language, labels))


def review_tables(review: Review, language: Language, labels: Labels = NO_LABELS) -> list[Table]:
    """The sheets of the workbook."""
    told = _Told(review, language, labels)
    return [
        told.key_figures(),
        *map(told.groups, DIMENSIONS),
        told.shares("losses", review.losses),
        told.shares("screening_reasons", review.screening_reasons),
        told.cohorts(),
        told.responses(),
        told.follow_ups(),
        told.problems(),
        told.row(),
    ]


@define(on_setattr=setters.frozen)
class _Told:
    """A review on its way into tables."""

    review: Review
    language: Language
    labels: Labels

    def word(self, code: str, *parts: object) -> str:
        """What a head or a row is called."""
        return WORDS[self.language][code].format(*parts)

    def figure(self, name: str) -> str:
        """What a key figure is called, with its unit."""
        return FIGURES[self.language][name] + UNITS[self.language].get(name, "").format(self.review.currency)

    def key(self, name: str, key: str | None) -> str:
        """What a group is called."""
        return key_label(name, key, self.language, self.labels)

    def table(self, title: str, columns: Sequence[Column]) -> Table:
        """A table from its columns; the first is the widest."""
        heads = [head for head, _, _ in columns]
        wide = {head: max(12, min(_breadth(head) + 3, 34)) for head in heads}
        rows = list(zip(*(cells for _, _, cells in columns), strict=True))
        formats = {head: shape for head, shape, _ in columns if shape}
        return Table(self.word(title), tuple(heads), rows, widths=wide | {heads[0]: 34}, formats=formats)

    def key_figures(self) -> Table:
        """Every figure of the period, of the one before and of the cohort, what moved, and what it was made of."""
        review, names, shapes = self.review, list(SHAPES), [*SHAPES.values(), "", ""]
        periods = (review.total, review.previous, review.cohort)
        now, before, cohort = ([_value(one, name) for name in names] for one in periods)
        signed = [f"+{shape};-{shape};{shape}" for shape in shapes]
        moved = {change.name: change.direction for change in review.changes}
        directions = [self.word(moved[name] or "") if moved.get(name) else None for name in names]
        low, high = zip(*(_ends(review.total, name) for name in names), strict=True)
        blank: list[Cell] = [None, None]
        as_of = review.as_of.astimezone(review.period.zone)
        return self.table(
            "key_figures",
            [
                (self.word("figure"), "", [*map(self.figure, names), self.word("as_of"), self.word("policy")]),
                (review.period.label(self.language), shapes, [*now, as_of, review.policy]),
                (review.period.previous.label(self.language), shapes, [*before, *blank]),
                (self.word("difference"), signed, [*map(_difference, now, before), *blank]),
                (self.word("direction"), "", [*directions, *blank]),
                (self.word("low"), PERCENT, [*low, *blank]),
                (self.word("high"), PERCENT, [*high, *blank]),
                (self.word("cohort"), shapes, [*cohort, *blank]),
            ],
        )

    def groups(self, name: str) -> Table:
        """The figures of each channel, industry, owner, grade or priority."""
        groups = self.review.by[name]
        names = [figure for figure in SHAPES if name != "grade" or figure not in OF_LEADS]
        keys: Column = (self.word(name), "", [self.key(name, one.key) for one in groups])
        return self.table(name, [keys, *chain.from_iterable(self.columns(groups, figure) for figure in names)])

    def columns(self, groups: Sequence[Figures], name: str) -> Iterator[Column]:
        """One figure of each group; a rate with the ends of its interval and whether it rests on few cases."""
        yield self.figure(name), SHAPES[name], [_value(one, name) for one in groups]
        if name in {"lead_to_win_rate", "win_rate"}:
            rates = [getattr(one, name) for one in groups]
            yield f"{self.figure(name)} {self.word('low')}", PERCENT, [rate.low for rate in rates]
            yield f"{self.figure(name)} {self.word('high')}", PERCENT, [rate.high for rate in rates]
            small = [self.word("yes") if rate.of and rate.small else None for rate in rates]
            yield f"{self.figure(name)} {self.word('small')}", "", small

    def shares(self, title: str, shares: Sequence[Share]) -> Table:
        """Reasons with their counts and shares."""
        return self.table(
            title,
            [
                (self.word("reason"), "", [self.key("reason", one.reason) for one in shares]),
                (self.word("cases"), COUNT, [one.rate.met for one in shares]),
                (self.word("share"), PERCENT, [one.rate.value for one in shares]),
                (self.word("low"), PERCENT, [one.rate.low for one in shares]),
                (self.word("high"), PERCENT, [one.rate.high for one in shares]),
            ],
        )

    def cohorts(self) -> Table:
        """How many leads of each month and of each channel became opportunities in time."""
        every = self.named({"month": self.review.cohorts, "channel": self.review.channel_cohorts})
        cohorts = [one for _, one in every]
        columns: list[Column] = [*self.names(every), (self.figure("leads"), COUNT, [one.leads for one in cohorts])]
        for place, days in enumerate(WINDOWS):
            rates = [one.within[place] for one in cohorts]
            columns += [
                (self.word("mature", days), COUNT, [rate.of for rate in rates]),
                (self.word("converted", days), COUNT, [rate.met for rate in rates]),
                (self.word("rate", days), PERCENT, [rate.value for rate in rates]),
            ]
        return self.table("cohorts", columns)

    def responses(self) -> Table:
        """How soon the leads of each priority and of each owner were answered."""
        every = self.named({"priority": self.review.responses, "owner": self.review.responses_by_owner})
        found = [one for _, one in every]
        return self.table(
            "responses",
            [
                *self.names(every),
                (self.figure("leads"), COUNT, [one.answered.of for one in found]),
                (self.word("answered"), COUNT, [one.answered.met for one in found]),
                (self.word("answered_rate"), PERCENT, [one.answered.value for one in found]),
                (self.word("due"), COUNT, [one.late.of for one in found]),
                (self.word("late"), COUNT, [one.late.met for one in found]),
                (self.word("late_rate"), PERCENT, [one.late.value for one in found]),
                (self.word("mean_minutes"), DECIMAL, [one.mean_minutes for one in found]),
                (self.word("median_minutes"), DECIMAL, [one.median_minutes for one in found]),
            ],
        )

    def named(self, groups: Mapping[str, Sequence[Named]]) -> list[tuple[str, Named]]:
        """All members of several groupings, each with what it is grouped by."""
        return [(by, one) for by, members in groups.items() for one in members]

    def names(self, every: Sequence[tuple[str, Cohort | Response]]) -> list[Column]:
        """What each is grouped by, and what it is called."""
        by, keys = [self.word(by) for by, _ in every], [self.key(by, one.key) for by, one in every]
        return [(self.word("by"), "", by), (self.word("key"), "", keys)]

    def follow_ups(self) -> Table:
        """The time between follow-ups."""
        names = ("follow_up_hours_mean", "follow_up_hours_median")
        hours = [getattr(self.review, name) for name in names]
        return self.table(
            "follow_ups", [(self.word("figure"), "", [*map(self.word, names)]), (self.word("value"), DECIMAL, hours)]
        )

    def problems(self) -> Table:
        """What could not be counted where it belongs."""
        codes, numbers = list(self.review.problems), list(self.review.problems.values())
        told = [PROBLEMS[self.language][code] for code in codes]
        return self.table("problems", [(self.word("problems"), "", told), (self.word("cases"), COUNT, numbers)])

    def row(self) -> Table:
        """The row of the review sheet, its rate a number."""
        table = review_table([self.review], self.language, self.labels)
        head = REVIEWS.head("lead_to_win_rate", self.language)
        rate = review_row(self.review, self.language, self.labels).lead_to_win_rate
        cells = [rate if name == head else cell for name, cell in zip(table.heads, table.rows[0], strict=True)]
        days = REVIEWS.head("sales_cycle_days", self.language)
        return evolve(table, rows=[cells], formats={head: PERCENT, days: "General"})


def _breadth(text: str) -> int:
    """The columns that a text takes in a fixed-width font: two for a sign of East Asia."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _value(figures: Figures | None, name: str) -> Cell:
    """A key figure as a number; None where there is none."""
    found = getattr(figures, name, None)
    return found.value if isinstance(found, Rate) else found


def _ends(figures: Figures, name: str) -> tuple[Cell, Cell]:
    """The interval of a rate; blank for all else."""
    found = getattr(figures, name)
    return (found.low, found.high) if isinstance(found, Rate) else (None, None)


def _difference(now: Cell, before: Cell) -> Cell:
    return now - before if isinstance(now, (int, Decimal)) and isinstance(before, (int, Decimal)) else None
