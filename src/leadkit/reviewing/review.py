"""A review: every figure of one period, beside the period before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from attrs import define, evolve, field, setters

from leadkit.reviewing.cases import INVALID, WINDOWS, Cells, LeadCell, ResponseCell
from leadkit.reviewing.figures import Basis, Figures, figures, mean, median, split
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.period import Period
from leadkit.reviewing.rates import Direction, Rate, change_of_count, change_of_rate

DIMENSIONS = ("channel", "industry", "owner", "grade", "priority")
COUNTS = ("leads", "valid_leads", "opportunities", "a_opportunities", "won", "lost")
RATES = ("valid_rate", "lead_to_win_rate", "win_rate")


@define(on_setattr=setters.frozen, kw_only=True)
class Share:
    """One reason, how many cases have it, and their share of all that have ended so; `reason` None was not given."""

    reason: str | None
    rate: Rate


@define(on_setattr=setters.frozen, kw_only=True)
class Cohort:
    """The leads of one month, or of one channel (`key`), and how many became opportunities within so many days.

    `within` holds a rate for each window of 30, 60 and 90 days, of the leads that are old enough for it; `immature` how
    many are not.
    """

    key: str | None
    leads: int
    within: tuple[Rate, Rate, Rate]
    immature: tuple[int, int, int]


@define(on_setattr=setters.frozen, kw_only=True)
class Response:
    """How soon the leads of one priority, or of one owner, were answered.

    `answered` of all leads; `late` of those whose response was due by the time of the review; minutes to the first
    response as mean (to one decimal) and median, None where nobody was answered.
    """

    key: str | None
    answered: Rate
    late: Rate
    mean_minutes: Decimal | None
    median_minutes: Decimal | None


@define(on_setattr=setters.frozen, kw_only=True)
class FigureChange:
    """One figure of both periods, and whether it moved by more than chance explains; None where that can't be said."""

    name: str
    before: int | Rate
    now: int | Rate
    direction: Direction | None


@define(on_setattr=setters.frozen, kw_only=True)
class Review:
    """The figures of one period as it stands at `as_of`.

    `total` counts by event date, `cohort` the leads received in the period and whatever became of them. `by` holds the
    figures by event date for each channel, industry, owner, grade and priority, the largest first. `problems` are cases
    that could not be counted where they belong, by code. `previous` and `changes` are there where the period before was
    counted, too. `currency` is that of all amounts.
    """

    period: Period
    as_of: datetime
    currency: str
    policy: str | None
    total: Figures
    cohort: Figures
    by: Mapping[str, tuple[Figures, ...]] = field(repr=False)
    losses: tuple[Share, ...] = field(repr=False)
    screening_reasons: tuple[Share, ...] = field(repr=False)
    cohorts: tuple[Cohort, ...] = field(repr=False)
    channel_cohorts: tuple[Cohort, ...] = field(repr=False)
    responses: tuple[Response, ...] = field(repr=False)
    responses_by_owner: tuple[Response, ...] = field(repr=False)
    follow_up_hours_mean: Decimal | None
    follow_up_hours_median: Decimal | None
    problems: Mapping[str, int] = field(repr=False)
    previous: Figures | None = field(default=None, repr=False)
    changes: tuple[FigureChange, ...] = field(default=(), repr=False)
    notes: ReviewNotes = field(factory=ReviewNotes)

    @property
    def over(self) -> bool:
        """Whether the whole period has passed at `as_of`."""
        return self.as_of >= self.period.end


def reviewed(
    cells: Cells,
    before: Cells | None,
    period: Period,
    *,
    as_of: datetime,
    currency: str,
    policy: str | None = None,
    first_grade: str | None = "A",
    notes: ReviewNotes | None = None,
) -> Review:
    """The review of a period from its cells, and from those of the period before where there are some."""
    total = figures(cells, "event", first_grade)
    previous = None if before is None else figures(before, "event", first_grade)
    hours = [(cell.hours, cell.touches) for cell in cells.intervals]
    return Review(
        period=period,
        as_of=as_of,
        currency=currency,
        policy=policy,
        total=total,
        cohort=figures(cells, "cohort", first_grade),
        by={name: _grouped(cells, name, "event", first_grade) for name in DIMENSIONS},
        losses=_losses(cells),
        screening_reasons=_reasons(cells),
        cohorts=_cohorts(cells, period),
        channel_cohorts=_channel_cohorts(cells),
        responses=_responses(cells, "priority"),
        responses_by_owner=_responses(cells, "owner"),
        follow_up_hours_mean=mean(hours),
        follow_up_hours_median=median(hours),
        problems=_problems(cells, total),
        previous=previous,
        changes=() if previous is None else changes(previous, total, over=as_of >= period.end),
        notes=notes or ReviewNotes(),
    )


def changes(before: Figures, now: Figures, *, over: bool) -> tuple[FigureChange, ...]:
    """Every count and rate of two periods, and whether it moved by more than chance explains.

    The counts of a period that is not `over` yet can't be compared with those of a whole one.
    """
    counts = [_change(name, before, now, change_of_count if over else _untold) for name in COUNTS]
    return (*counts, *(_change(name, before, now, change_of_rate) for name in RATES))


def _change(
    name: str, before: Figures, now: Figures, direction: Callable[[Any, Any], Direction | None]
) -> FigureChange:
    values = getattr(before, name), getattr(now, name)
    return FigureChange(name=name, before=values[0], now=values[1], direction=direction(*values))


def _untold(before: int, now: int) -> None:
    """No direction."""


def _grouped(cells: Cells, name: str, basis: Basis, first_grade: str | None) -> tuple[Figures, ...]:
    counted = evolve(cells, leads=()) if name == "grade" else cells
    groups = [figures(part, basis, first_grade, key) for key, part in split(counted, name).items()]
    return tuple(
        sorted(
            groups,
            key=lambda group: (-group.leads, -group.opportunities, -group.won, group.key is None, group.key or ""),
        )
    )


def _shares(counts: Mapping[str | None, int]) -> tuple[Share, ...]:
    whole = sum(counts.values())
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0] is None, item[0] or ""))
    return tuple(Share(reason=reason, rate=Rate(number, whole)) for reason, number in ordered if number)


def _losses(cells: Cells) -> tuple[Share, ...]:
    counts: Counter[str | None] = Counter()
    for cell in cells.opportunities:
        if cell.stage == "lost" and cell.closed:
            counts[cell.lost_reason] += cell.opportunities
    return _shares(counts)


def _reasons(cells: Cells) -> tuple[Share, ...]:
    counts: Counter[str | None] = Counter()
    for cell in cells.leads:
        if cell.status in INVALID:
            counts[cell.reason] += cell.leads
    return _shares(counts)


def _cohorts(cells: Cells, period: Period) -> tuple[Cohort, ...]:
    members: dict[int, list[LeadCell]] = defaultdict(list)
    for cell in cells.leads:
        members[cell.cohort].append(cell)
    return tuple(_cohort(members[place], f"{month.first:%Y-%m}") for place, month in enumerate(period.cohorts))


def _channel_cohorts(cells: Cells) -> tuple[Cohort, ...]:
    cohorts = [_cohort(part.leads, key) for key, part in split(cells, "channel").items() if part.leads]
    return tuple(sorted(cohorts, key=lambda cohort: (-cohort.leads, cohort.key is None, cohort.key or "")))


def _cohort(cells: Sequence[LeadCell], key: str | None) -> Cohort:
    leads = sum(cell.leads for cell in cells)
    first, second, third = (Rate(_sum(cells, f"converted_{n}"), _sum(cells, f"mature_{n}")) for n in WINDOWS)
    return Cohort(
        key=key,
        leads=leads,
        within=(first, second, third),
        immature=(leads - first.of, leads - second.of, leads - third.of),
    )


def _sum(cells: Iterable[Any], name: str) -> int:
    return sum(getattr(cell, name) for cell in cells)


def _responses(cells: Cells, by: str) -> tuple[Response, ...]:
    members: dict[str | None, list[ResponseCell]] = defaultdict(list)
    for cell in cells.responses:
        members[getattr(cell, by)].append(cell)
    return tuple(_response(members[key], key) for key in sorted(members, key=lambda key: (key is None, key or "")))


def _response(mine: Sequence[ResponseCell], key: str | None) -> Response:
    answered = [(cell.minutes, cell.leads) for cell in mine if cell.minutes is not None]
    return Response(
        key=key,
        answered=Rate(sum(leads for _, leads in answered), sum(cell.leads for cell in mine)),
        late=Rate(sum(cell.late for cell in mine), sum(cell.due for cell in mine)),
        mean_minutes=mean(answered),
        median_minutes=median(answered),
    )


def _problems(cells: Cells, total: Figures) -> dict[str, int]:
    won = [cell for cell in cells.opportunities if cell.stage == "won" and cell.closed]
    counts = {
        **dict(cells.problems),
        "won_without_amount": total.won - sum(cell.amounts for cell in won),
        "lead_without_channel": sum(cell.leads for cell in cells.leads if cell.channel is None),
        "opportunity_without_channel": sum(
            cell.opportunities for cell in cells.opportunities if (cell.opened or cell.closed) and cell.channel is None
        ),
        "lost_without_reason": sum(
            cell.opportunities
            for cell in cells.opportunities
            if cell.stage == "lost" and cell.closed and cell.lost_reason is None
        ),
    }
    return {code: number for code, number in sorted(counts.items()) if number}
