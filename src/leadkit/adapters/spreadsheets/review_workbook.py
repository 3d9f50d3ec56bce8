"""A review as a workbook: the row of the review sheet, then one sheet a view; every number is a number."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

from attrs import define, evolve, field, setters

from leadkit.adapters.spreadsheets.review_sheet import review_row, review_table
from leadkit.adapters.spreadsheets.section_sheets import section_sheets, table_sheets
from leadkit.adapters.spreadsheets.table import Cell, Chart, Table
from leadkit.adapters.spreadsheets.templates import REVIEWS
from leadkit.adapters.spreadsheets.write import write_workbook
from leadkit.reviewing.cases import WINDOWS
from leadkit.reviewing.figures import Figures
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.review import COUNTS, RATES, Review
from leadkit.reviewing.view import KINDS, NO_LABELS, FigureRow, Kind, ReviewView, Row, view
from leadkit.rules.labels import Labels
from leadkit.texts import Language, texts

COUNT, PERCENT, MONEY, DECIMAL = "#,##0", "0.0%", "#,##0", "#,##0.0"
SHAPES: Mapping[Kind, str] = {
    "count": COUNT, "rate": PERCENT, "money": MONEY, "days": DECIMAL, "money_a_day": MONEY,
}  # fmt: skip
MEANS = (
    "won_amount", "average_deal_size", "conversion_days", "conversion_median_days", "sales_cycle_days",
    "sales_cycle_median_days", "pipeline_velocity",
)  # fmt: skip
FIGURES = (*COUNTS, *RATES, *MEANS)
"""The key figures in the order of the workbook."""

INTERVALS = ("lead_to_win_rate", "win_rate")
"""Rates of groups that stand with the ends of their intervals, behind all figures."""

OF_LEADS = ("leads", "valid_leads", "a_opportunities", "valid_rate", "lead_to_win_rate")
"""Figures that mean nothing for a grade, which only opportunities have."""


@define(on_setattr=setters.frozen)
class Column:
    """A head, its cells, and the number format of all of them or of each."""

    head: str
    cells: Sequence[Cell]
    shape: str | Sequence[str] = ""


def write_review_workbook(path: Path, review: Review, language: Language, labels: Labels = NO_LABELS) -> None:
    """Write a review as an XLSX file; `labels` are those of the policy.

    Sheets: the row of the review sheet; key figures beside the period before, with what moved by more than chance; the
    tables of each section; channels, industries, owners, grades, priorities; losses, screening reasons; cohorts;
    response times; follow-up intervals; data problems; the lists behind the numbers. Key figures, parts of the period,
    the open pipeline, duties, reasons and cohorts have a chart. What can't be reckoned is a blank cell. Amounts are in
    the review's currency, shown in whole units.

    Raises:
        SheetError: it can't be written; what stood there is left as it was.
        MissingExtraError: XlsxWriter is not installed.
    """
    write_workbook(path, review_tables(review, language, labels))


def review_tables(review: Review, language: Language, labels: Labels = NO_LABELS) -> list[Table]:
    """The sheets of the workbook."""
    sheets = _Sheets(review, view(review, language, labels), texts("review", language))
    return [
        _review_row(review, language, labels),
        sheets.key_figures(),
        *section_sheets(sheets.view.sections, sheets.texts, review.currency),
        *map(sheets.groups, sheets.view.groups),
        sheets.shares("losses", sheets.view.losses),
        sheets.shares("screening_reasons", sheets.view.screening_reasons),
        sheets.cohorts(),
        sheets.responses(),
        sheets.follow_ups(),
        sheets.problems(),
        *table_sheets(sheets.view.lists, sheets.texts, review.currency),
    ]


@define(on_setattr=setters.frozen)
class _Sheets:
    """A review on its way into tables."""

    review: Review
    view: ReviewView
    texts: Mapping[str, Mapping[str, str]] = field(repr=False)

    def word(self, code: str, *parts: object) -> str:
        """What a head or a row is called."""
        return self.texts["workbook"][code].format(*parts)

    def figure(self, name: str) -> str:
        """What a key figure is called, with its unit."""
        return self.texts["figures"][name] + self.texts["units"].get(name, "").format(self.review.currency)

    def column(self, code: str, cells: Sequence[Cell], shape: str | Sequence[str] = "", *parts: object) -> Column:
        """A column by the code of its head."""
        return Column(self.word(code, *parts), cells, shape)

    def table(
        self, title: str, columns: Sequence[Column], *, bars: Collection[str] = (), charts: Sequence[Chart] = ()
    ) -> Table:
        """A table from its columns, with `charts` below it."""
        rows = list(zip(*(column.cells for column in columns), strict=True))
        formats = {column.head: column.shape for column in columns if column.shape}
        heads = tuple(column.head for column in columns)
        return Table(self.word(title), heads, rows, formats=formats, bars=bars, charts=charts, frozen=1)

    def chart(self, title: str, names: str, *series: str, kind: str = "column", rows: int | None = None) -> Chart:
        """A chart of the columns headed `series` against the texts of the column `names`."""
        return Chart(self.word(title), self.word(names), series, kind, rows)

    def key_figures(self) -> Table:
        """Every figure of the period, of the one before and of the cohort, what moved, and what it was made of."""
        rows = [self.view.figures[name] for name in FIGURES]
        beside = {"as_of": self.view.as_of, "policy": self.review.policy}
        beside |= {} if self.view.drift is None else {"drift": self.view.drift}
        blank = [None] * len(beside)
        shapes = [*(SHAPES[row.kind] for row in rows), *("" for _ in beside)]
        signed = [f"+{shape};-{shape};{shape}" for shape in shapes]
        names = [*(self.figure(row.name) for row in rows), *map(self.word, beside)]
        now = [*(_number(row.now) for row in rows), *beside.values()]
        low, high = zip(*map(_ends, rows), strict=True)
        return self.table(
            "key_figures",
            [
                self.column("figure", names),
                Column(self.view.period, now, shapes),
                Column(self.view.period_before, [*(_number(row.before) for row in rows), *blank], shapes),
                self.column("difference", [*map(_difference, rows), *blank], signed),
                self.column("direction", [*map(self.direction, rows), *blank]),
                self.column("low", [*low, *blank], PERCENT),
                self.column("high", [*high, *blank], PERCENT),
                self.column("cohort", [*(_number(row.cohort) for row in rows), *blank], shapes),
            ],
            charts=[self.chart("key_figures", "figure", self.view.period_before, self.view.period, rows=len(COUNTS))],
        )

    def direction(self, row: FigureRow) -> Cell:
        """Whether a figure moved by more than chance; blank where that can't be said."""
        return self.word(row.verdict) if row.verdict in {"up", "down", "noise"} else None

    def groups(self, by: str) -> Table:
        """The figures of each channel, industry, owner, grade or priority."""
        rows = self.view.groups[by]
        names = [name for name in FIGURES if by != "grade" or name not in OF_LEADS]
        titles = self.column(by, [row.title for row in rows])
        groups = [row.value for row in rows]
        figures = [
            Column(self.figure(name), [_number(getattr(group, name)) for group in groups], SHAPES[KINDS[name]])
            for name in names
        ]
        intervals = chain.from_iterable(self.interval(groups, name) for name in INTERVALS if name in names)
        main = self.figure("opportunities" if by == "grade" else "leads")
        return self.table(by, [titles, *figures, *intervals], bars={main})

    def interval(self, groups: Sequence[Figures], name: str) -> Iterator[Column]:
        """The ends of the interval of a rate of each group, and whether it rests on few cases."""
        head, rates = self.figure(name), [getattr(group, name) for group in groups]
        yield Column(f"{head} {self.word('low')}", [rate.low for rate in rates], PERCENT)
        yield Column(f"{head} {self.word('high')}", [rate.high for rate in rates], PERCENT)
        small = [self.word("yes") if rate.of and rate.small else None for rate in rates]
        yield Column(f"{head} {self.word('small')}", small)

    def shares(self, title: str, rows: Sequence[Row[Rate]]) -> Table:
        """Reasons with their counts and shares."""
        rates = [row.value for row in rows]
        return self.table(
            title,
            [
                self.column("reason", [row.title for row in rows]),
                self.column("cases", [rate.met for rate in rates], COUNT),
                self.column("share", [rate.value for rate in rates], PERCENT),
                self.column("low", [rate.low for rate in rates], PERCENT),
                self.column("high", [rate.high for rate in rates], PERCENT),
            ],
            bars={self.word("share")},
            charts=[self.chart(title, "reason", self.word("cases"), kind="bar")],
        )

    def cohorts(self) -> Table:
        """How many leads of each month and of each channel became opportunities in time."""
        cohorts = [row.value for rows in self.view.cohorts.values() for row in rows]
        columns = [
            *self.titles(self.view.cohorts),
            Column(self.figure("leads"), [cohort.leads for cohort in cohorts], COUNT),
        ]
        for place, days in enumerate(WINDOWS):
            rates = [cohort.within[place] for cohort in cohorts]
            columns += [
                self.column("mature", [rate.of for rate in rates], COUNT, days),
                self.column("converted", [rate.met for rate in rates], COUNT, days),
                self.column("rate", [rate.value for rate in rates], PERCENT, days),
            ]
        months = len(self.view.cohorts["month"])
        charts = [self.chart("cohorts", "key", self.figure("leads"), rows=months)] if months else []
        return self.table("cohorts", columns, charts=charts)

    def responses(self) -> Table:
        """How soon the leads of each priority and of each owner were answered."""
        groups = self.view.responses
        responses = [row.value for rows in groups.values() for row in rows]
        answered, late = [each.answered for each in responses], [each.late for each in responses]
        return self.table(
            "responses",
            [
                *self.titles(groups),
                Column(self.figure("leads"), [rate.of for rate in answered], COUNT),
                self.column("answered", [rate.met for rate in answered], COUNT),
                self.column("answered_rate", [rate.value for rate in answered], PERCENT),
                self.column("due", [rate.of for rate in late], COUNT),
                self.column("late", [rate.met for rate in late], COUNT),
                self.column("late_rate", [rate.value for rate in late], PERCENT),
                self.column("mean_minutes", [each.mean_minutes for each in responses], DECIMAL),
                self.column("median_minutes", [each.median_minutes for each in responses], DECIMAL),
            ],
        )

    def titles(self, groups: Mapping[str, Sequence[Row[Any]]]) -> list[Column]:
        """What each row of several groupings is grouped by, and what it is called."""
        rows = [(by, row.title) for by, members in groups.items() for row in members]
        return [self.column("by", [self.word(by) for by, _ in rows]), self.column("key", [title for _, title in rows])]

    def follow_ups(self) -> Table:
        """The time between follow-ups."""
        names = ("follow_up_hours_mean", "follow_up_hours_median")
        hours = [getattr(self.review, name) for name in names]
        columns = [self.column("figure", [*map(self.word, names)]), self.column("value", hours, DECIMAL)]
        return self.table("follow_ups", columns)

    def problems(self) -> Table:
        """What could not be counted where it belongs."""
        rows = self.view.problems
        titles, numbers = [row.title for row in rows], [row.value for row in rows]
        return self.table("problems", [self.column("problems", titles), self.column("cases", numbers, COUNT)])


def _review_row(review: Review, language: Language, labels: Labels) -> Table:
    """The row of the review sheet, its rate a number."""
    table = review_table([review], language, labels)
    head = REVIEWS.head("lead_to_win_rate", language)
    rate = review_row(review, language, labels).lead_to_win_rate
    (row,) = table.rows
    cells = [rate if name == head else cell for name, cell in zip(table.heads, row, strict=True)]
    days = REVIEWS.head("sales_cycle_days", language)
    return evolve(table, rows=[cells], formats={head: PERCENT, days: "General"})


def _number(value: int | Decimal | Rate | None) -> int | Decimal | None:
    return (value.value if value.is_share else None) if isinstance(value, Rate) else value


def _ends(row: FigureRow) -> tuple[Cell, Cell]:
    """The interval of a rate; blank for all else."""
    return (row.now.low, row.now.high) if isinstance(row.now, Rate) else (None, None)


def _difference(row: FigureRow) -> Cell:
    now, before = _number(row.now), _number(row.before)
    return None if now is None or before is None else now - before
