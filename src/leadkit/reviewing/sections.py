"""The sections of a review that are tables alone: heads, rows and kinds of cells, for page, workbook and terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from attrs import define, field, setters

from leadkit.reviewing.activity_rates import ActivityRate
from leadkit.reviewing.duties import DutyGroup
from leadkit.reviewing.pipeline import Estimate, OpenGroup
from leadkit.reviewing.rates import FEW, Rate
from leadkit.reviewing.review import Review
from leadkit.texts import Language, texts

CellKind = Literal["text", "count", "money", "rate", "estimate"]
Cell = str | int | Decimal | Rate | Estimate | None
KeyLabel = Callable[[str, str | None], str]
"""What people call a key, by what it is a key of."""


@define(on_setattr=setters.frozen)
class Column:
    """A head and the kind of its cells. A cell None is a gap; in a column of estimates it says that cases are few.

    An amount that is certain stands among estimates as it is.
    """

    name: str
    head: str
    kind: CellKind = "count"


@define(on_setattr=setters.frozen)
class SectionTable:
    """One table; its first column says what each row is."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...] = field(repr=False)


@define(on_setattr=setters.frozen)
class Section:
    """Tables that belong together, and what they show in one paragraph."""

    name: str
    title: str
    about: str
    tables: tuple[SectionTable, ...]


@define(on_setattr=setters.frozen)
class SectionWords:
    """The words of one language for titles, heads and rows, and what keys are called."""

    texts: Mapping[str, Mapping[str, str]] = field(repr=False)
    key: KeyLabel = field(repr=False)

    def section(self, name: str, *tables: SectionTable) -> Section:
        """A section by its name; a table without rows is left out."""
        words = self.texts["sections"]
        kept = tuple(table for table in tables if table.rows)
        return Section(name, words[name], words[f"{name}_about"].format(few=FEW), kept)

    def table(self, name: str, columns: Iterable[tuple[str, CellKind]], rows: Iterable[Sequence[Cell]]) -> SectionTable:
        """A table by its name, its columns by their names and kinds."""
        heads = tuple(Column(column, self.texts["heads"][column], kind) for column, kind in columns)
        return SectionTable(name, self.texts["tables"][name], heads, tuple(map(tuple, rows)))

    def row(self, code: str) -> str:
        """What a row is called that stands for no key."""
        return self.texts["rows"][code]

    def stage(self, key: str | None) -> str:
        """What a stage of an opportunity is called; somebody's own words as they are."""
        return self.texts["stages"].get(key or "", self.key("stage", key))

    def owner(self, key: str | None) -> str:
        """Whose something is, or that it is nobody's."""
        return self.texts["rows"]["nobody"] if key is None else key

    def duty(self, kind: str | None) -> str:
        """What a kind of duty is called."""
        return self.texts["duties"][kind or ""]

    def close(self, key: str | None) -> str:
        """What a month of closing is called, or what lies before and behind all months."""
        return self.texts["rows"].get(key or "", self.key("month", key))


def sections(review: Review, language: Language, key: KeyLabel) -> tuple[Section, ...]:
    """Every section of a review that is tables alone, in its order."""
    words = SectionWords(texts("review", language), key)
    return (_pipeline(review, words), _duties(review, words), _activities(review, words))


OPEN: tuple[tuple[str, CellKind], ...] = (
    ("opportunities", "count"),
    ("amount", "money"),
    ("without_amount", "count"),
    ("committed", "money"),
    ("likely", "estimate"),
    ("left_out", "count"),
)


def _pipeline(review: Review, words: SectionWords) -> Section:
    standing = review.pipeline
    rates = {each.key: each.rate for each in standing.rates}
    whole = _open_row(standing.total, words.row("total"))

    def rows(groups: Sequence[OpenGroup], title: Callable[[str | None], str]) -> list[tuple[Cell, ...]]:
        each = [_open_row(group, title(group.key)) for group in groups]
        return _with_whole(each, whole)

    grades = [
        (*_open_row(group, words.key("grade", group.key)), rates.get(group.key, Rate(0, 0)))
        for group in standing.grades
    ]
    return words.section(
        "pipeline",
        words.table("forecast", (("figure", "text"), ("amount", "estimate")), _forecast(review, words)),
        words.table("open_stages", (("stage", "text"), *OPEN), rows(standing.stages, words.stage)),
        words.table("open_closes", (("close", "text"), *OPEN), rows(standing.closes, words.close)),
        words.table("open_grades", (("grade", "text"), *OPEN, ("win_rate", "rate")), grades),
    )


def _with_whole(rows: list[tuple[Cell, ...]], whole: tuple[Cell, ...]) -> list[tuple[Cell, ...]]:
    """Rows with the whole below them, where there are several."""
    return [*rows, whole] if len(rows) > 1 else rows


def _open_row(group: OpenGroup, title: str) -> tuple[Cell, ...]:
    return (title, *(getattr(group, name) for name, _ in OPEN))


DUTIES: tuple[tuple[str, CellKind], ...] = (
    ("overdue", "count"),
    ("up_to_1", "count"),
    ("up_to_7", "count"),
    ("up_to_30", "count"),
    ("longer", "count"),
    ("due", "count"),
    ("late", "count"),
    ("missed", "count"),
    ("untimely", "rate"),
)


def _duties(review: Review, words: SectionWords) -> Section:
    owed, owner, kind = review.duties, words.owner, words.duty
    whole = (words.row("total"), *_duty_cells(owed.total))
    owners = [(owner(group.owner), *_duty_cells(group)) for group in owed.owners]
    kinds = [(kind(group.kind), *_duty_cells(group)) for group in owed.kinds]
    each = [(owner(group.owner), kind(group.kind), *_duty_cells(group)) for group in owed.each]
    return words.section(
        "duties",
        words.table("duties_by_owner", (("owner", "text"), *DUTIES), _with_whole(owners, whole)),
        words.table("duties_by_kind", (("duty", "text"), *DUTIES), kinds),
        words.table("duties_by_both", (("owner", "text"), ("duty", "text"), *DUTIES), each if len(kinds) > 1 else []),
    )


def _activities(review: Review, words: SectionWords) -> Section:
    rates = review.activity_rates
    columns: tuple[tuple[str, CellKind], ...] = (
        ("grade", "text"), ("won_with", "rate"), ("won_without", "rate"), ("compared", "text")
    )  # fmt: skip
    kinds = [_activity_row(rate, words.key("activity", rate.name), words) for rate in rates.kinds]
    means = [_activity_row(rate, rate.name, words) for rate in rates.means]
    return words.section(
        "activities",
        words.table("by_kind", (("kind", "text"), *columns), kinds),
        words.table("by_means", (("means", "text"), *columns), means),
    )


def _activity_row(rate: ActivityRate, name: str, words: SectionWords) -> tuple[Cell, ...]:
    grade = words.row("all_grades") if rate.whole else words.key("grade", rate.grade)
    return name, grade, rate.won_with, rate.won_without, words.row(f"with_{rate.direction or 'few'}")


def _duty_cells(group: DutyGroup) -> tuple[Cell, ...]:
    return group.overdue, *group.ages, group.due, group.late, group.missed, group.untimely


def _forecast(review: Review, words: SectionWords) -> Iterator[tuple[Cell, ...]]:
    """What was won, what is signed and what is likely before the end; nothing for a period that is over."""
    forecast = review.pipeline.forecast
    if not review.over:
        yield words.row("won_so_far"), forecast.won_amount
        yield words.row("due_committed"), forecast.due.committed
        yield words.row("due_likely"), forecast.due.likely
        yield words.row("expected"), forecast.expected
