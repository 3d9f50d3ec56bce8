"""A review: every figure of one period, beside the period before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from attrs import define, field, setters

from leadkit.policy.review import Targets
from leadkit.process.states import IN_PROGRESS
from leadkit.results import Result
from leadkit.reviewing.activity_rates import ActivityRates, activity_rates
from leadkit.reviewing.ageing import Ageing, ageing
from leadkit.reviewing.band_drift import BandDrift, band_drift
from leadkit.reviewing.case_lists import CaseList, case_lists
from leadkit.reviewing.cases import INVALID, WINDOWS
from leadkit.reviewing.cells import ALL, Cells, CohortCell, ResponseCell
from leadkit.reviewing.content_rates import ContentRate
from leadkit.reviewing.duties import Duties, duties
from leadkit.reviewing.figures import Figures, Group, by_field, figures, groups, mean, median, total, whole
from leadkit.reviewing.horizon import Horizon
from leadkit.reviewing.losses import LossGroup, Rival, Share, losses_by, rivals, shares, unknown_last
from leadkit.reviewing.measures import Measure
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.objections import ObjectionGroup
from leadkit.reviewing.overrides import OverrideGroup
from leadkit.reviewing.parts import NO_TARGETS, Part, TargetFigure, parts, target_figures
from leadkit.reviewing.period import Period
from leadkit.reviewing.pipeline import Pipeline, pipeline
from leadkit.reviewing.problems import cells_by, ended, problems, unknown_reasons
from leadkit.reviewing.rates import Direction, Rate, change_of_count, change_of_rate
from leadkit.reviewing.spend import NO_SPEND, SpendPlan, SpendReview
from leadkit.reviewing.traits import TRAITS
from leadkit.reviewing.win_rates import Order, in_order

DIMENSIONS = ("channel", "industry", "owner", "grade", "priority")
COUNTS = ("leads", "valid_leads", "opportunities", "a_opportunities", "won", "lost")
GRADES = ("A", "B", "C")
PRIORITIES = ("high", "medium", "low")
"""The grades and priorities where no policy says others, the best first."""

NOTHING_SPENT = SpendPlan()
NO_REASONS: Mapping[str, Collection[str]] = {}
RATES = ("valid_rate", "lead_to_win_rate", "win_rate")


@define(on_setattr=setters.frozen, kw_only=True)
class Cohort(Result):
    """The leads of one month, or of one channel (`key`), and how many became opportunities within so many days.

    `within` holds a rate for each window of 30, 60 and 90 days, of the leads that are old enough for it; `immature` how
    many are not.
    """

    key: str | None
    leads: int
    within: tuple[Rate, Rate, Rate]
    immature: tuple[int, int, int]


@define(on_setattr=setters.frozen, kw_only=True)
class Response(Result):
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
class FigureChange(Result):
    """One figure of both periods, and whether it moved by more than chance explains; None where that can't be said."""

    name: str
    before: int | Rate
    now: int | Rate
    direction: Direction | None


@define(on_setattr=setters.frozen, kw_only=True)
class Review(Result):
    """The figures of one period as it stands at `as_of`.

    `total` counts by event date, `cohort` the leads received in the period and whatever became of them. `by` holds the
    figures by event date for each channel, industry and owner, the largest first, and for each grade and priority, the
    best first; and for each tag, source (a channel with its detail), product, region and company size where a lead has
    one. A lead counts under each of its tags. `losses_by` has the losses by channel, grade, stage reached, owner and
    competitor, `rivals` who competes for what is open or was closed in the period. `unknown_reasons` are those of
    losses and invalid leads that the policy does not have. `problems` are cases that could not be counted where they
    belong, and what else is amiss in the data, by code. `previous` and `changes` are there where the period before was
    counted, too; `drift` says whether the bands moved since, and whether to learn points again. `pipeline` is what is
    open at `as_of`, whatever the period, `ageing` how old that is, `duties` what was due in it or waits, `parts` its
    weeks, months or quarters, and `lists` the cases behind some numbers. `currency` is that of all amounts. `spend` is
    what the channels cost where somebody said it. `objections`, `measures`, `content_rates`, how often what was sent
    was answered, and `overrides`, the bands that people said beside the score, are those of a desk; no other review
    knows of them.
    """

    period: Period
    as_of: datetime
    currency: str
    policy: str | None
    total: Figures
    cohort: Figures
    by: Mapping[str, tuple[Figures, ...]] = field(repr=False)
    losses: tuple[Share, ...] = field(repr=False)
    losses_by: Mapping[str, tuple[LossGroup, ...]] = field(repr=False)
    rivals: tuple[Rival, ...] = field(repr=False)
    screening_reasons: tuple[Share, ...] = field(repr=False)
    unknown_reasons: tuple[str, ...] = field(repr=False)
    cohorts: tuple[Cohort, ...] = field(repr=False)
    channel_cohorts: tuple[Cohort, ...] = field(repr=False)
    responses: tuple[Response, ...] = field(repr=False)
    responses_by_owner: tuple[Response, ...] = field(repr=False)
    follow_up_hours_mean: Decimal | None
    follow_up_hours_median: Decimal | None
    pipeline: Pipeline = field(repr=False)
    ageing: Ageing = field(repr=False)
    duties: Duties = field(repr=False)
    activity_rates: ActivityRates = field(repr=False)
    parts: tuple[Part, ...] = field(repr=False)
    targets: tuple[TargetFigure, ...] = field(repr=False)
    lists: Mapping[str, CaseList] = field(repr=False)
    problems: Mapping[str, int] = field(repr=False)
    previous: Figures | None = field(default=None, repr=False)
    changes: tuple[FigureChange, ...] = field(default=(), repr=False)
    drift: BandDrift | None = field(default=None, repr=False)
    spend: SpendReview = field(default=NO_SPEND, repr=False)
    notes: ReviewNotes = field(factory=ReviewNotes)
    objections: tuple[ObjectionGroup, ...] = field(default=(), repr=False)
    content_rates: tuple[ContentRate, ...] = field(default=(), repr=False)
    overrides: tuple[OverrideGroup, ...] = field(default=(), repr=False)
    measures: tuple[Measure, ...] = field(default=(), repr=False)

    def _parts(self) -> dict[str, Any]:
        """The time at which it stands in UTC, wherever it was asked for."""
        return {**super()._parts(), "as_of": self.as_of.astimezone(UTC)}

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
    grades: Sequence[str] = GRADES,
    priorities: Sequence[str] = PRIORITIES,
    targets: Targets = NO_TARGETS,
    reasons: Mapping[str, Collection[str]] = NO_REASONS,
    spend: SpendPlan = NOTHING_SPENT,
    notes: ReviewNotes | None = None,
) -> Review:
    """The review of a period from its cells, and from those of the period before where there are some.

    `grades` and `priorities` are those of the policy, the best first, `targets` what it wants of a month, and `reasons`
    those that it has of `lost` deals and `invalid` leads; none of a kind for any.
    """
    first_grade = next(iter(grades), None)
    orders = {"grade": in_order(grades), "priority": in_order(priorities)}
    parted = groups(cells)
    now = figures(parted[ALL][None], "event", first_grade)
    previous = None if before is None else figures(whole(before), "event", first_grade)
    strange = unknown_reasons(cells, reasons)
    by = {name: _grouped(parted[name], first_grade, orders.get(name)) for name in (*DIMENSIONS, *TRAITS)}
    costs = spend.review(period, currency, by)
    hours = [(cell.hours, cell.touches) for cell in cells.intervals]
    return Review(
        period=period,
        as_of=as_of,
        currency=currency,
        policy=policy,
        total=now,
        cohort=figures(parted[ALL][None], "cohort", first_grade),
        by=by,
        losses=_shares(ended(cells, "lost_reason", "lost"), "opportunities"),
        losses_by=losses_by(cells.losses, grades, IN_PROGRESS),
        rivals=rivals(cells.rivals),
        screening_reasons=_shares(
            (cell for cell in cells_by(cells.leads, "reason") if cell.status in INVALID), "leads"
        ),
        unknown_reasons=tuple(sorted(strange)),
        cohorts=_cohorts(cells, period),
        channel_cohorts=_channel_cohorts(cells),
        responses=_responses(cells, "priority", in_order(priorities)),
        responses_by_owner=_responses(cells, "owner", in_order(())),
        follow_up_hours_mean=mean(hours),
        follow_up_hours_median=median(hours),
        pipeline=pipeline(cells.pipeline, Horizon.of(period, as_of), now, grades),
        ageing=ageing(cells.ages),
        duties=duties(cells.duties),
        activity_rates=activity_rates(cells.kinds, cells.means, cells.pipeline, grades),
        parts=parts(cells.leads, cells.deal_parts, period, targets, as_of=as_of),
        targets=target_figures(now, period, targets),
        lists=case_lists(cells.listed, _listed(cells, now)),
        problems=problems(cells, before, period, priorities) | _beside(strange, costs),
        spend=costs,
        previous=previous,
        changes=() if previous is None else changes(previous, now, over=as_of >= period.end),
        drift=None if before is None else band_drift(before, cells, priorities),
        notes=notes or ReviewNotes(),
    )


def _beside(strange: Mapping[str, int], costs: SpendReview) -> dict[str, int]:
    """What is amiss in reasons and in what was spent."""
    numbers = {"unknown_reason": sum(strange.values()), "spend_partial": costs.partial, "spend_outside": costs.outside}
    return {code: number for code, number in numbers.items() if number}


def _listed(cells: Cells, now: Figures) -> Mapping[str, int]:
    """The numbers that have a list behind them."""
    return {
        "lost": now.lost,
        "overdue": total((cell for cell in cells.duties if cell.outcome == "overdue"), "duties"),
        "open": total((cell for cell in cells.pipeline if cell.status == "open"), "opportunities"),
        "unassigned": total((cell for cell in cells_by(cells.leads, "owner") if cell.key is None), "leads"),
    }


def changes(before: Figures, now: Figures, *, over: bool) -> tuple[FigureChange, ...]:
    """Every count and rate of two periods, and whether it moved by more than chance explains.

    The counts of a period that is not `over` yet can't be compared with those of a whole one, nor any with those of a
    period of which there is no data at all.
    """
    compared = over and any(getattr(before, name) for name in COUNTS)
    counts = [_change(name, before, now, change_of_count if compared else _untold) for name in COUNTS]
    return (*counts, *(_change(name, before, now, change_of_rate) for name in RATES))


def _change(
    name: str, before: Figures, now: Figures, direction: Callable[[Any, Any], Direction | None]
) -> FigureChange:
    values = getattr(before, name), getattr(now, name)
    return FigureChange(name=name, before=values[0], now=values[1], direction=direction(*values))


def _untold(before: int, now: int) -> None:
    """No direction."""


def _grouped(parted: Mapping[Any, Group], first_grade: str | None, order: Order | None) -> tuple[Figures, ...]:
    """The figures of each group, in an order of their keys or else the largest first."""
    every = [figures(group, "event", first_grade, key) for key, group in parted.items()]
    if order is not None:
        return tuple(sorted(every, key=lambda each: order(each.key)))
    return tuple(sorted(every, key=lambda each: (-each.leads, -each.opportunities, -each.won, *unknown_last(each.key))))


def _shares(cells: Iterable[Any], number: str) -> tuple[Share, ...]:
    """The reasons that are the keys of cells, the most frequent first, and what part of all cases each has."""
    return shares({key: total(members, number) for key, members in by_field(cells, "key").items()})


def _cohorts(cells: Cells, period: Period) -> tuple[Cohort, ...]:
    by_month = by_field(cells_by(cells.cohorts, "cohort"), "key")
    return tuple(_cohort(by_month[place], f"{month.first:%Y-%m}") for place, month in enumerate(period.cohorts))


def _channel_cohorts(cells: Cells) -> tuple[Cohort, ...]:
    cohorts = [_cohort([cell], cell.key) for cell in cells_by(cells.cohorts, "channel")]
    return tuple(sorted(cohorts, key=lambda cohort: (-cohort.leads, *unknown_last(cohort.key))))


def _cohort(cells: Sequence[CohortCell], key: str | None) -> Cohort:
    leads = total(cells, "leads")
    first, second, third = (Rate(total(cells, f"converted_{n}"), total(cells, f"mature_{n}")) for n in WINDOWS)
    return Cohort(
        key=key,
        leads=leads,
        within=(first, second, third),
        immature=(leads - first.of, leads - second.of, leads - third.of),
    )


def _responses(cells: Cells, by: str, order: Order) -> tuple[Response, ...]:
    members = by_field(cells_by(cells.responses, by), "key")
    return tuple(_response(members[key], key) for key in sorted(members, key=order))


def _response(cells: Sequence[ResponseCell], key: str | None) -> Response:
    answered = [(cell.minutes, cell.leads) for cell in cells if cell.minutes is not None]
    return Response(
        key=key,
        answered=Rate(sum(leads for _, leads in answered), total(cells, "leads")),
        late=Rate(total(cells, "late"), total(cells, "due")),
        mean_minutes=mean(answered),
        median_minutes=median(answered),
    )
