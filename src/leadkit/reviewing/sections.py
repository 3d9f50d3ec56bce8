"""The sections of a review that are tables alone, in words of one language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from leadkit.reviewing.activity_rates import ActivityRate
from leadkit.reviewing.ageing import AgeGroup
from leadkit.reviewing.duties import DutyGroup
from leadkit.reviewing.loss_sections import losses_section, spend_section
from leadkit.reviewing.measures import Measure
from leadkit.reviewing.parts import Part, TargetFigure
from leadkit.reviewing.period import read_period
from leadkit.reviewing.pipeline import OpenGroup
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.review import Review
from leadkit.reviewing.section import Cell, CellKind, Column, Section, SectionTable, SectionWords
from leadkit.texts import Language


def sections(review: Review, language: Language, words: SectionWords) -> tuple[Section, ...]:
    """Every section of a review that is tables alone, in its order."""
    return (
        *([_measures(review, words, language)] if review.measures else []),
        _parts(review, words, language),
        _pipeline(review, words),
        _ageing(review, words),
        _duties(review, words),
        _activities(review, words),
        *([_objections(review, words)] if review.objections else []),
        *([_content(review, words)] if review.content_rates else []),
        *([_overrides(review, words)] if review.overrides else []),
        losses_section(review, words),
        spend_section(review, words),
    )


def _measures(review: Review, words: SectionWords, language: Language) -> Section:
    """What was to be done after this review and those before, and what became of it."""
    columns: tuple[tuple[str, CellKind], ...] = (
        ("measure", "text"), ("owner", "text"), ("due_day", "text"), ("noted_in", "text"), ("done", "text"),
        ("moved_figure", "text"),
    )  # fmt: skip
    rows = [_measure_row(measure, review, words, language) for measure in review.measures]
    return words.section("measures", words.table("measures", columns, rows))


def _measure_row(measure: Measure, review: Review, words: SectionWords, language: Language) -> tuple[Cell, ...]:
    zone = review.period.zone
    overdue = measure.due < review.as_of.astimezone(zone).date()
    done = (
        words.row("measure_overdue" if overdue else "measure_open")
        if measure.done_at is None
        else str(measure.done_at.astimezone(zone).date())
    )
    period = read_period(measure.period, zone).label(language)
    return measure.text, measure.owner, str(measure.due), period, done, _moved(measure, review, words)


def _moved(measure: Measure, review: Review, words: SectionWords) -> str:
    """The figure that a measure is to move, of the period before and of this one."""
    if measure.figure is None:
        return ""
    label = words.texts["figures"][measure.figure]
    changed = [change for change in review.changes if change.name == measure.figure]
    return " ".join([label, *(f"{change.before} → {change.now}" for change in changed)])


PARTS: tuple[tuple[str, CellKind], ...] = (
    ("leads", "count"),
    ("valid_leads", "count"),
    ("opportunities", "count"),
    ("won", "count"),
    ("lost", "count"),
    ("won_amount", "money"),
    ("lead_to_win_rate", "rate"),
    ("win_rate", "rate"),
)


def _parts(review: Review, words: SectionWords, language: Language) -> Section:
    """The parts of the period where there are several, and the targets where there are some."""
    titles = [_part_title(part, words, language) for part in review.parts]
    rows = [
        (title, *(getattr(part, name) for name, _ in PARTS)) for title, part in zip(titles, review.parts, strict=True)
    ]
    whole = (words.row("whole"), *(getattr(review.total, name) for name, _ in PARTS))
    held = [(title, part.targets) for title, part in zip(titles, review.parts, strict=True) if part.targets]
    if len(held) != 1:
        held.append((words.row("whole"), review.targets))
    heads: tuple[tuple[str, CellKind], ...] = (("part", "text"), *PARTS)
    return words.section(
        "parts",
        words.table("parts", heads, [*rows, whole] if len(rows) > 1 else []),
        _targets(words, review, held),
    )


def _targets(words: SectionWords, review: Review, held: Sequence[tuple[str, Sequence[TargetFigure]]]) -> SectionTable:
    """A row for each part with targets; each figure with its target and by how much it is above."""
    kinds = dict(PARTS)
    heads, names = words.texts["heads"], ("actual", "target", "difference")
    columns = [
        Column(f"{figure.name}_{name}", heads[name].format(heads[figure.name]), kinds[figure.name])
        for figure in review.targets
        for name in names
    ]
    rows = [
        (title, *(getattr(figure, name) for figure in figures for name in names)) for title, figures in held if figures
    ]
    first = Column("part", heads["part"], "text")
    return SectionTable("targets", words.texts["tables"]["targets"], (first, *columns), tuple(rows))


def _part_title(part: Part, words: SectionWords, language: Language) -> str:
    return part.period.label(language) + ("" if part.over else words.row("running"))


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
    reached = [(words.stage(each.key), each.rate) for each in standing.stage_rates]
    return words.section(
        "pipeline",
        words.table("forecast", (("moved_figure", "text"), ("amount", "estimate")), _forecast(review, words)),
        words.table("open_stages", (("stage", "text"), *OPEN), rows(standing.stages, words.stage)),
        words.table("open_closes", (("close", "text"), *OPEN), rows(standing.closes, words.close)),
        words.table("open_grades", (("grade", "text"), *OPEN, ("win_rate", "rate")), grades),
        words.table("stage_rates", (("reached", "text"), ("win_rate", "rate")), reached),
    )


def _with_whole(rows: list[tuple[Cell, ...]], whole: tuple[Cell, ...]) -> list[tuple[Cell, ...]]:
    """Rows with the whole below them, where there are several."""
    return [*rows, whole] if len(rows) > 1 else rows


def _open_row(group: OpenGroup, title: str) -> tuple[Cell, ...]:
    return (title, *(getattr(group, name) for name, _ in OPEN))


AGED: tuple[tuple[str, CellKind], ...] = (
    ("since", "text"),
    ("days_to_7", "count"),
    ("days_to_30", "count"),
    ("days_to_90", "count"),
    ("longer", "count"),
    ("not_known", "count"),
)


def _ageing(review: Review, words: SectionWords) -> Section:
    ages = review.ageing
    whole = [_age_row(group, words.row("total"), words) for group in _known(ages.total)]
    stages = [_age_row(group, words.stage(group.key), words) for group in _known(ages.stages)]
    owners = [_age_row(group, words.owner(group.key), words) for group in _known(ages.owners)]
    return words.section(
        "ageing",
        words.table("ages_by_stage", (("stage", "text"), *AGED), stages + (whole if len(stages) > len(whole) else [])),
        words.table("ages_by_owner", (("owner", "text"), *AGED), owners),
    )


def _known(groups: Sequence[AgeGroup]) -> list[AgeGroup]:
    """Those of which at least one age is known."""
    return [group for group in groups if group.unknown < group.opportunities]


def _age_row(group: AgeGroup, title: str, words: SectionWords) -> tuple[Cell, ...]:
    return title, words.row(f"since_{group.since}"), *group.ages, group.unknown


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


def _objections(review: Review, words: SectionWords) -> Section:
    columns: tuple[tuple[str, CellKind], ...] = (
        ("objection", "text"), ("share", "rate"), ("in_time", "rate"), ("won_after", "rate")
    )  # fmt: skip
    rows = [(words.key("objection", group.kind), group.share, group.in_time, group.won) for group in review.objections]
    return words.section("objections", words.table("objections_by_kind", columns, rows))


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


def _content(review: Review, words: SectionWords) -> Section:
    rows = [(rate.content_id, rate.answered) for rate in review.content_rates]
    return words.section("content", words.table("content_by_piece", (("content", "text"), ("answered", "rate")), rows))


def _overrides(review: Review, words: SectionWords) -> Section:
    columns: tuple[tuple[str, CellKind], ...] = (
        ("by", "text"), ("overrides", "count"), ("raised", "count"), ("lowered", "count"), ("raised_converted", "rate"),
        ("raised_won", "rate"), ("lowered_converted", "rate"),
    )  # fmt: skip
    rows = [
        (
            group.by,
            group.overrides,
            group.raised,
            group.lowered,
            group.raised_converted,
            group.raised_won,
            group.lowered_converted,
        )
        for group in review.overrides
    ]
    return words.section("overrides", words.table("overrides_by_person", columns, rows))
